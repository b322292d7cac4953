//! What is different in another version, and how to get there.

use core::fmt;
use core::hash::{BuildHasher, Hash};
use core::iter::FusedIterator;

use super::{Hamt, Iter};
use crate::hasher::DefaultHashBuilder;
use crate::trie::{self, Change, Differences};

/// Iterator over the differences of two maps, from [`Hamt::diff`].
pub struct Diff<'a, K, V, S = DefaultHashBuilder> {
    old: &'a Hamt<K, V, S>,
    new: &'a Hamt<K, V, S>,
    walk: Walk<'a, K, V>,
}

enum Walk<'a, K, V> {
    /// Over both in step, if they hash alike.
    InStep(Differences<'a, K, V>),
    /// Over the old map, with look-ups in the new one.
    Old(Iter<'a, K, V>),
    /// Over the new map, with look-ups in the old one.
    New(Iter<'a, K, V>),
}

impl<K: Eq + Hash, V: PartialEq, S: BuildHasher> Hamt<K, V, S> {
    /// What would have to change in this map to make it equal to `new`, in no order.
    ///
    /// Each key that only one of the maps has comes up once, as does each key whose values are not
    /// equal. What both maps share is not looked at and counts as equal, so that for maps made from
    /// each other, or both from a third, the whole iteration costs *O(d)* in the number *d* of keys
    /// that were written to on the way. (For maps not known to hash alike it costs *O(n)*, see
    /// [set algebra](Hamt#set-algebra).)
    ///
    /// ```
    /// use hamt::{Change, Hamt};
    ///
    /// let old: Hamt<u32, char> = (0..1000).map(|key| (key, 'a')).collect();
    /// let new = old.update(7, 'b').without(&8).update(2000, 'c');
    /// let mut changes: Vec<_> = old.diff(&new).collect();
    /// changes.sort_by_key(|change| *change.key());
    /// assert_eq!(changes, [
    ///     Change::Changed { key: &7, old: &'a', new: &'b' },
    ///     Change::Removed { key: &8, value: &'a' },
    ///     Change::Added { key: &2000, value: &'c' },
    /// ]);
    /// ```
    pub fn diff<'a>(&'a self, new: &'a Self) -> Diff<'a, K, V, S> {
        let walk = if self.hashes_alike(new) {
            let (one, two) = (self.root.view(), new.root.view());
            Walk::InStep(Differences::between(one, two, &self.rehash()))
        } else {
            Walk::Old(self.iter())
        };
        Diff {
            old: self,
            new,
            walk,
        }
    }
}

impl<'a, K: Eq + Hash, V: PartialEq, S: BuildHasher> Iterator for Diff<'a, K, V, S> {
    type Item = Change<&'a K, &'a V>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Walk::Old(entries) = &mut self.walk {
            let change =
                entries.find_map(|(key, value)| trie::since((key, value), self.new.get(key)));
            if change.is_some() {
                return change;
            }
            self.walk = Walk::New(self.new.iter());
        }
        match &mut self.walk {
            Walk::InStep(differences) => differences.next(&self.old.rehash()),
            Walk::New(entries) | Walk::Old(entries) => entries
                .find(|(key, _)| !self.old.contains_key(*key))
                .map(trie::added),
        }
    }
}

impl<K: Eq + Hash, V: PartialEq, S: BuildHasher> FusedIterator for Diff<'_, K, V, S> {}

impl<K, V, S> Clone for Diff<'_, K, V, S> {
    fn clone(&self) -> Self {
        let walk = match &self.walk {
            Walk::InStep(differences) => Walk::InStep(differences.clone()),
            Walk::Old(entries) => Walk::Old(entries.clone()),
            Walk::New(entries) => Walk::New(entries.clone()),
        };
        Diff { walk, ..*self }
    }
}

/// As a list of what is left.
impl<K, V, S> fmt::Debug for Diff<'_, K, V, S>
where
    K: Eq + Hash + fmt::Debug,
    V: PartialEq + fmt::Debug,
    S: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<K, V, S> Hamt<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Clone,
    S: BuildHasher,
{
    /// Makes the changes of a [`diff`](Hamt::diff) in this map, cloning the new keys and values.
    ///
    /// After `a.apply(a.clone().diff(&b))` the two are equal. Applied to another map than that
    /// which the changes were found in, keys that are added or changed get their new value and keys
    /// that are removed go, whatever the map has for them.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let (one, two) = (Hamt::from([(1, 'a'), (2, 'b')]), Hamt::from([(2, 'c'), (3, 'd')]));
    /// let mut map = one.clone();
    /// map.apply(one.diff(&two));
    /// assert_eq!(map, two);
    /// ```
    pub fn apply<'a>(&mut self, changes: impl IntoIterator<Item = Change<&'a K, &'a V>>)
    where
        K: 'a,
        V: 'a,
    {
        for change in changes {
            match change {
                Change::Removed { key, .. } => drop(self.remove(key)),
                Change::Added { key, value }
                | Change::Changed {
                    key, new: value, ..
                } => drop(self.insert(key.clone(), value.clone())),
            }
        }
    }

    /// As [`apply`](Hamt::apply), with changes by value.
    ///
    /// ```
    /// use hamt::{Change, Hamt};
    ///
    /// let (one, two) = (Hamt::from([(1, 'a'), (2, 'b')]), Hamt::from([(2, 'c'), (3, 'd')]));
    /// let changes: Vec<Change<i32, char>> = one.diff(&two).map(Change::cloned).collect();
    /// let mut map = one;
    /// map.apply_owned(changes);
    /// assert_eq!(map, two);
    /// ```
    pub fn apply_owned(&mut self, changes: impl IntoIterator<Item = Change<K, V>>) {
        for change in changes {
            match change {
                Change::Removed { key, .. } => drop(self.remove(&key)),
                Change::Added { key, value }
                | Change::Changed {
                    key, new: value, ..
                } => drop(self.insert(key, value)),
            }
        }
    }
}
