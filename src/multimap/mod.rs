//! [`HamtMultimap`], a map from keys to sets of values, and its iterators.

mod iter;
mod traits;

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};

pub use iter::{IntoIter, Iter, Values};

use crate::hasher::DefaultHashBuilder;
use crate::map::{self, Entry, Hamt};
use crate::set::HamtSet;

/// A persistent multimap: keys that have any number of different values each.
///
/// It holds *pairs* of a key and a value, each once; so it is as well a relation, or a set of pairs
/// that can be asked for all pairs of a key. Cloning takes constant time, as for [`Hamt`], and
/// versions share what they have in common, down to the sets of single keys.
///
/// Keys that have no values are not kept. Methods that may have to copy what is shared ask for
/// `K: Clone, V: Clone, S: Clone`; each key's set has a clone of the multimap's hasher. What is said
/// of [`Hamt`] about costs and about when entries are dropped holds here too.
///
/// ```
/// use hamt::HamtMultimap;
///
/// let mut tags = HamtMultimap::from([("tries", "data"), ("tries", "hash"), ("lists", "data")]);
/// let before = tags.clone();
/// assert!(tags.insert("lists", "old"));
/// assert!(!tags.insert("tries", "hash"));
/// assert_eq!((tags.len(), tags.keys_len()), (4, 2));
/// assert!(tags.get("tries").unwrap().contains("data"));
///
/// // Or without `mut`: each call gives a new version.
/// let after = before.update("lists", "linked").without("lists", "data");
/// assert_eq!((before.len(), after.len()), (3, 3));
/// ```
pub struct HamtMultimap<K, V, S = DefaultHashBuilder> {
    /// No set is empty.
    sets: Hamt<K, HamtSet<V, S>, S>,
    /// Number of pairs: the sum of the sets' lengths.
    len: usize,
}

#[cfg(all(feature = "ahash", feature = "std"))]
impl<K, V> HamtMultimap<K, V> {
    /// An empty multimap. It takes no memory beyond itself.
    ///
    /// ```
    /// static EMPTY: hamt::HamtMultimap<String, u32> = hamt::HamtMultimap::new();
    /// assert!(EMPTY.is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self::with_hasher(DefaultHashBuilder)
    }
}

impl<K, V, S> HamtMultimap<K, V, S> {
    /// An empty multimap that hashes keys with `hash_builder`, and values with clones of it.
    ///
    /// ```
    /// use hamt::HamtMultimap;
    /// use std::hash::RandomState;
    ///
    /// let mut map = HamtMultimap::with_hasher(RandomState::new());
    /// map.insert(1, "one");
    /// assert_eq!(map.len(), 1);
    /// ```
    pub const fn with_hasher(hash_builder: S) -> Self {
        HamtMultimap {
            sets: Hamt::with_hasher(hash_builder),
            len: 0,
        }
    }

    /// The multimap's hasher.
    ///
    /// ```
    /// let map: hamt::HamtMultimap<u32, u32> = hamt::HamtMultimap::new();
    /// let _: &hamt::DefaultHashBuilder = map.hasher();
    /// ```
    pub fn hasher(&self) -> &S {
        self.sets.hasher()
    }

    /// Number of pairs. *O(1)*.
    ///
    /// ```
    /// assert_eq!(hamt::HamtMultimap::from([(1, 'a'), (1, 'b'), (2, 'a')]).len(), 3);
    /// ```
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Number of keys. *O(1)*.
    ///
    /// ```
    /// assert_eq!(hamt::HamtMultimap::from([(1, 'a'), (1, 'b'), (2, 'a')]).keys_len(), 2);
    /// ```
    #[inline]
    #[must_use]
    pub fn keys_len(&self) -> usize {
        self.sets.len()
    }

    /// Whether there are no pairs. *O(1)*.
    ///
    /// ```
    /// assert!(hamt::HamtMultimap::<u8, u8>::new().is_empty());
    /// ```
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether both share all their contents because one is a clone of the other and neither has
    /// changed since. *O(1)*; `true` implies equal contents, `false` implies nothing.
    ///
    /// ```
    /// let a = hamt::HamtMultimap::from([(1, 2)]);
    /// assert!(a.ptr_eq(&a.update(1, 2)));
    /// assert!(!a.ptr_eq(&a.update(1, 3)));
    /// ```
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.sets.ptr_eq(&other.sets)
    }

    /// Removes all pairs. What no other version shares is dropped.
    ///
    /// ```
    /// let mut map = hamt::HamtMultimap::from([(1, 2)]);
    /// map.clear();
    /// assert!(map.is_empty());
    /// ```
    pub fn clear(&mut self) {
        // The length first, because dropping may run user code.
        self.len = 0;
        self.sets.clear();
    }

    /// Iterates over the pairs; those of one key come one after another, in no other order.
    ///
    /// ```
    /// let map = hamt::HamtMultimap::from([(1, 10), (1, 20), (2, 30)]);
    /// assert_eq!(map.iter().map(|(key, value)| key * value).sum::<i32>(), 90);
    /// ```
    pub fn iter(&self) -> Iter<'_, K, V, S> {
        Iter::new(self.sets.iter(), self.len)
    }

    /// Iterates over the keys, each once.
    ///
    /// ```
    /// let map = hamt::HamtMultimap::from([(1, 10), (1, 20), (2, 30)]);
    /// assert_eq!(map.keys().sum::<i32>(), 3);
    /// ```
    pub fn keys(&self) -> map::Keys<'_, K, HamtSet<V, S>> {
        self.sets.keys()
    }

    /// Iterates over the values of all pairs.
    ///
    /// ```
    /// let map = hamt::HamtMultimap::from([(1, 10), (1, 20), (2, 10)]);
    /// assert_eq!(map.values().sum::<i32>(), 40);
    /// ```
    pub fn values(&self) -> Values<'_, K, V, S> {
        Values::new(self.iter())
    }

    /// Iterates over the keys, each with the set of its values.
    ///
    /// ```
    /// let map = hamt::HamtMultimap::from([(1, 10), (1, 20), (2, 10)]);
    /// assert_eq!(map.sets().map(|(_, values)| values.len()).max(), Some(2));
    /// ```
    pub fn sets(&self) -> map::Iter<'_, K, HamtSet<V, S>> {
        self.sets.iter()
    }

    /// Gives up what dead versions still keep alive through this one, see [`Hamt::compact`]. *O(n)*
    /// in the number of keys, and in the parts that were copied from other versions.
    ///
    /// ```
    /// let base = hamt::HamtMultimap::from([(1, "one".to_string())]);
    /// let next = base.without_all(&1);
    /// drop(base);
    /// next.compact(); // "one" is gone now, if it was not before
    /// ```
    pub fn compact(&self) {
        self.sets.compact();
        self.sets.values().for_each(HamtSet::compact);
    }
}

impl<K: Eq + Hash, V: Eq + Hash, S: BuildHasher> HamtMultimap<K, V, S> {
    /// The values of `key`; none if there are none. *O(1)*.
    ///
    /// The set may be cloned in *O(1)*, to be kept and changed on its own.
    ///
    /// ```
    /// let map = hamt::HamtMultimap::from([("a", 1), ("a", 2)]);
    /// assert_eq!(map.get("a").map(|values| values.len()), Some(2));
    /// assert_eq!(map.get("b"), None);
    /// ```
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<&HamtSet<V, S>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.sets.get(key)
    }

    /// Iterates over the values of `key`, of which there may be none. *O(1)* for each.
    ///
    /// ```
    /// let map = hamt::HamtMultimap::from([("a", 1), ("a", 2)]);
    /// assert_eq!(map.get_all("a").sum::<i32>(), 3);
    /// assert_eq!(map.get_all("b").len(), 0);
    /// ```
    pub fn get_all<Q>(&self, key: &Q) -> crate::set::Iter<'_, V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.get(key).map(HamtSet::iter).unwrap_or_default()
    }

    /// Whether `key` has any values. *O(1)*.
    ///
    /// ```
    /// assert!(hamt::HamtMultimap::from([(1, 'a')]).contains_key(&1));
    /// ```
    #[inline]
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.sets.contains_key(key)
    }

    /// Whether `key` has this value. *O(1)*.
    ///
    /// ```
    /// let map = hamt::HamtMultimap::from([(1, 'a')]);
    /// assert!(map.contains(&1, &'a') && !map.contains(&1, &'b'));
    /// ```
    #[inline]
    pub fn contains<Q, R>(&self, key: &Q, value: &R) -> bool
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
        V: Borrow<R>,
        R: Eq + Hash + ?Sized,
    {
        self.get(key).is_some_and(|values| values.contains(value))
    }
}

/// Counts the pairs anew if it is dropped: user code has panicked, before or after a change.
struct Recount<'a, K, V, S>(&'a mut HamtMultimap<K, V, S>);

impl<K, V, S> Drop for Recount<'_, K, V, S> {
    #[cold]
    fn drop(&mut self) {
        self.0.len = self.0.sets.values().map(HamtSet::len).sum();
    }
}

impl<K, V, S> HamtMultimap<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Eq + Hash + Clone,
    S: BuildHasher + Clone,
{
    /// Makes a change that says how many pairs there are more, or less.
    fn counting<R>(
        &mut self,
        change: impl FnOnce(&mut Hamt<K, HamtSet<V, S>, S>) -> (R, isize),
    ) -> R {
        let guard = Recount(self);
        let (result, difference) = change(&mut guard.0.sets);
        guard.0.len = guard.0.len.wrapping_add_signed(difference);
        core::mem::forget(guard);
        result
    }

    /// Adds a pair, and says whether it is new; if it is there, that stays and nothing is copied.
    /// *O(1)*.
    ///
    /// ```
    /// let mut map = hamt::HamtMultimap::new();
    /// assert!(map.insert(1, 'a') && map.insert(1, 'b'));
    /// assert!(!map.insert(1, 'a'));
    /// ```
    pub fn insert(&mut self, key: K, value: V) -> bool {
        self.counting(|sets| {
            let hash_builder = sets.hasher().clone();
            let new = match sets.entry(key) {
                Entry::Occupied(mut entry) => {
                    !entry.get().contains(&value) && entry.get_mut().insert(value)
                }
                Entry::Vacant(entry) => {
                    let mut values = HamtSet::with_hasher(hash_builder);
                    values.insert(value);
                    entry.insert(values);
                    true
                }
            };
            (new, isize::from(new))
        })
    }

    /// Removes a pair, and says whether it was there; if not, nothing changes. *O(1)*.
    ///
    /// ```
    /// let mut map = hamt::HamtMultimap::from([(1, 'a')]);
    /// assert!(!map.remove(&1, &'b'));
    /// assert!(map.remove(&1, &'a') && map.is_empty());
    /// ```
    pub fn remove<Q, R>(&mut self, key: &Q, value: &R) -> bool
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
        V: Borrow<R>,
        R: Eq + Hash + ?Sized,
    {
        self.counting(|sets| {
            let others = match sets.get(key) {
                Some(values) if values.contains(value) => values.len() - 1,
                _ => return (false, 0),
            };
            let removed = if others == 0 {
                sets.remove(key).is_some()
            } else {
                sets.get_mut(key).is_some_and(|values| values.remove(value))
            };
            (removed, -isize::from(removed))
        })
    }

    /// Removes all pairs of `key` and returns their values; none if there are none. *O(1)*.
    ///
    /// ```
    /// let mut map = hamt::HamtMultimap::from([(1, 'a'), (1, 'b'), (2, 'c')]);
    /// assert_eq!(map.remove_all(&1).map(|values| values.len()), Some(2));
    /// assert_eq!((map.remove_all(&1), map.len()), (None, 1));
    /// ```
    pub fn remove_all<Q>(&mut self, key: &Q) -> Option<HamtSet<V, S>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.counting(|sets| {
            let removed = sets.remove(key);
            let len = removed.as_ref().map_or(0, HamtSet::len);
            (removed, -(len as isize))
        })
    }

    /// Gives `key` these values in the place of those it has, which are returned. No values are the
    /// same as no key. *O(1)*.
    ///
    /// ```
    /// use hamt::{HamtMultimap, HamtSet};
    ///
    /// let mut map = HamtMultimap::from([(1, 'a')]);
    /// assert_eq!(map.replace_all(1, HamtSet::from(['b', 'c'])), Some(HamtSet::unit('a')));
    /// assert_eq!(map.len(), 2);
    /// ```
    pub fn replace_all(&mut self, key: K, values: HamtSet<V, S>) -> Option<HamtSet<V, S>> {
        if values.is_empty() {
            return self.remove_all(&key);
        }
        self.counting(|sets| {
            let more = values.len() as isize;
            let old = sets.insert(key, values);
            let less = old.as_ref().map_or(0, HamtSet::len) as isize;
            (old, more - less)
        })
    }

    /// Keeps the pairs for which `keep` is true.
    ///
    /// *O(n)*; nothing is copied if all are kept. If `keep` panics, no pair has been removed.
    ///
    /// ```
    /// let mut map = hamt::HamtMultimap::from([(1, 10), (1, 15), (2, 15)]);
    /// map.retain(|_, value| value % 2 == 0);
    /// assert_eq!((map.len(), map.keys_len()), (1, 1));
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        let unwanted: alloc::vec::Vec<(K, V)> = self
            .iter()
            .filter(|(key, value)| !keep(key, value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        for (key, value) in unwanted {
            self.remove(&key, &value);
        }
    }

    /// This version with a pair. *O(1)*; `self` is unchanged, and the two share all but one path,
    /// or everything if the pair is there already.
    ///
    /// ```
    /// let one = hamt::HamtMultimap::from([(1, 'a')]);
    /// assert_eq!(one.update(1, 'b').len(), 2);
    /// ```
    #[must_use = "the multimap itself is unchanged"]
    pub fn update(&self, key: K, value: V) -> Self {
        let mut new = self.clone();
        new.insert(key, value);
        new
    }

    /// This version without a pair. *O(1)*; `self` is unchanged, and the two share all but one path,
    /// or everything if the pair is not there.
    ///
    /// ```
    /// let one = hamt::HamtMultimap::from([(1, 'a'), (1, 'b')]);
    /// assert_eq!(one.without(&1, &'a').len(), 1);
    /// assert!(one.ptr_eq(&one.without(&2, &'a')));
    /// ```
    #[must_use = "the multimap itself is unchanged"]
    pub fn without<Q, R>(&self, key: &Q, value: &R) -> Self
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
        V: Borrow<R>,
        R: Eq + Hash + ?Sized,
    {
        let mut new = self.clone();
        new.remove(key, value);
        new
    }

    /// This version without all pairs of `key`. *O(1)*; `self` is unchanged.
    ///
    /// ```
    /// let one = hamt::HamtMultimap::from([(1, 'a'), (1, 'b')]);
    /// assert!(one.without_all(&1).is_empty());
    /// ```
    #[must_use = "the multimap itself is unchanged"]
    pub fn without_all<Q>(&self, key: &Q) -> Self
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut new = self.clone();
        new.remove_all(key);
        new
    }
}
