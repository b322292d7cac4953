//! What is different in another version of a set, and how to get there.

use core::fmt;
use core::hash::{BuildHasher, Hash};
use core::iter::FusedIterator;

use super::HamtSet;
use crate::hasher::DefaultHashBuilder;
use crate::map;
use crate::trie;

/// A difference of two sets, from [`HamtSet::diff`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Change<T> {
    /// An element that only the new set has.
    Added(T),
    /// An element that only the old set has.
    Removed(T),
}

impl<T> Change<T> {
    /// The element that is added or removed.
    ///
    /// ```
    /// assert_eq!(hamt::set::Change::Added(7).value(), &7);
    /// ```
    pub fn value(&self) -> &T {
        match self {
            Change::Added(value) | Change::Removed(value) => value,
        }
    }
}

impl<T: Clone> Change<&T> {
    /// The same change by value.
    ///
    /// ```
    /// use hamt::set::Change;
    ///
    /// assert_eq!(Change::Removed(&7).cloned(), Change::Removed(7));
    /// ```
    #[must_use]
    pub fn cloned(self) -> Change<T> {
        match self {
            Change::Added(value) => Change::Added(value.clone()),
            Change::Removed(value) => Change::Removed(value.clone()),
        }
    }
}

/// Iterator over the differences of two sets, from [`HamtSet::diff`].
pub struct Diff<'a, T, S = DefaultHashBuilder>(map::Diff<'a, T, (), S>);

impl<T: Eq + Hash, S: BuildHasher> HamtSet<T, S> {
    /// What would have to change in this set to make it equal to `new`, in no order.
    ///
    /// What both share is not looked at, so that for sets made from each other, or both from a
    /// third, the whole iteration costs *O(d)* in the number *d* of elements that were added and
    /// removed on the way. (For sets not known to hash alike it costs *O(n)*.)
    ///
    /// ```
    /// use hamt::HamtSet;
    /// use hamt::set::Change;
    ///
    /// let old: HamtSet<u32> = (0..1000).collect();
    /// let new = old.without(&8).update(2000);
    /// let mut changes: Vec<_> = old.diff(&new).collect();
    /// changes.sort_by_key(|change| *change.value());
    /// assert_eq!(changes, [Change::Removed(&8), Change::Added(&2000)]);
    /// ```
    pub fn diff<'a>(&'a self, new: &'a Self) -> Diff<'a, T, S> {
        Diff(self.map.diff(&new.map))
    }
}

impl<T: Eq + Hash + Clone, S: BuildHasher> HamtSet<T, S> {
    /// Makes the changes of a [`diff`](HamtSet::diff) in this set, cloning the new elements.
    ///
    /// ```
    /// use hamt::HamtSet;
    ///
    /// let (one, two) = (HamtSet::from([1, 2]), HamtSet::from([2, 3]));
    /// let mut set = one.clone();
    /// set.apply(one.diff(&two));
    /// assert_eq!(set, two);
    /// ```
    pub fn apply<'a>(&mut self, changes: impl IntoIterator<Item = Change<&'a T>>)
    where
        T: 'a,
    {
        for change in changes {
            match change {
                Change::Added(value) => self.insert(value.clone()),
                Change::Removed(value) => self.remove(value),
            };
        }
    }
}

impl<'a, T: Eq + Hash, S: BuildHasher> Iterator for Diff<'a, T, S> {
    type Item = Change<&'a T>;

    #[inline]
    fn next(&mut self) -> Option<Change<&'a T>> {
        self.0.find_map(|change| match change {
            trie::Change::Added { key, .. } => Some(Change::Added(key)),
            trie::Change::Removed { key, .. } => Some(Change::Removed(key)),
            // Nothing is always equal to itself.
            trie::Change::Changed { .. } => None,
        })
    }
}

impl<T: Eq + Hash, S: BuildHasher> FusedIterator for Diff<'_, T, S> {}

impl<T, S> Clone for Diff<'_, T, S> {
    fn clone(&self) -> Self {
        Diff(self.0.clone())
    }
}

/// As a list of what is left.
impl<T: Eq + Hash + fmt::Debug, S: BuildHasher> fmt::Debug for Diff<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
