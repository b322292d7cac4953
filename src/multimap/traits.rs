//! Trait implementations of the multimap.

use core::fmt;
use core::hash::{BuildHasher, Hash, Hasher};

use super::HamtMultimap;
use crate::map::Hamt;
use crate::set::HamtSet;

impl<K, V, S: Clone> Clone for HamtMultimap<K, V, S> {
    /// Another handle on the same contents. *O(1)*, whatever the size.
    #[inline]
    fn clone(&self) -> Self {
        HamtMultimap {
            sets: self.sets.clone(),
            len: self.len,
        }
    }
}

impl<K, V, S: Default> Default for HamtMultimap<K, V, S> {
    fn default() -> Self {
        HamtMultimap::with_hasher(S::default())
    }
}

/// As a map from keys to sets.
impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for HamtMultimap<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sets.fmt(f)
    }
}

impl<K: Eq + Hash, V: Eq + Hash, S: BuildHasher> PartialEq for HamtMultimap<K, V, S> {
    /// Whether both have equal pairs, whatever their hashers. What both share is not looked at: for
    /// multimaps made from each other, the cost is that of their differences. It is *O(1)* for
    /// clones and where the lengths differ, and *O(n)* else.
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.sets == other.sets
    }
}

impl<K: Eq + Hash, V: Eq + Hash, S: BuildHasher> Eq for HamtMultimap<K, V, S> {}

impl<K: Hash, V: Hash, S> Hash for HamtMultimap<K, V, S> {
    /// Equal multimaps hash alike, whatever their hashers and history. *O(n)*.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.sets.hash(state);
    }
}

impl<K, V, S> Extend<(K, V)> for HamtMultimap<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Eq + Hash + Clone,
    S: BuildHasher + Clone,
{
    /// Adds all pairs that are not there. *O(n)*.
    ///
    /// ```
    /// let mut map = hamt::HamtMultimap::from([(1, 'a')]);
    /// map.extend([(1, 'a'), (1, 'b')]);
    /// assert_eq!(map.len(), 2);
    /// ```
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}

impl<'a, K, V, S> Extend<(&'a K, &'a V)> for HamtMultimap<K, V, S>
where
    K: Eq + Hash + Copy,
    V: Eq + Hash + Copy,
    S: BuildHasher + Clone,
{
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, pairs: I) {
        self.extend(pairs.into_iter().map(|(key, value)| (*key, *value)));
    }
}

impl<K, V, S> FromIterator<(K, V)> for HamtMultimap<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Eq + Hash + Clone,
    S: BuildHasher + Clone + Default,
{
    /// The multimap of these pairs. *O(n)*.
    ///
    /// ```
    /// let by_len: hamt::HamtMultimap<usize, &str> =
    ///     ["a", "b", "see"].into_iter().map(|word| (word.len(), word)).collect();
    /// assert_eq!(by_len.get_all(&1).len(), 2);
    /// ```
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Self::default();
        map.extend(pairs);
        map
    }
}

#[cfg(all(feature = "ahash", feature = "std"))]
impl<K, V, const N: usize> From<[(K, V); N]> for HamtMultimap<K, V>
where
    K: Eq + Hash + Clone,
    V: Eq + Hash + Clone,
{
    /// The multimap of these pairs.
    ///
    /// ```
    /// assert_eq!(hamt::HamtMultimap::from([(1, 'a'), (1, 'b'), (1, 'a')]).len(), 2);
    /// ```
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K, V, S> From<Hamt<K, HamtSet<V, S>, S>> for HamtMultimap<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Clone,
    S: BuildHasher + Clone,
{
    /// The multimap of these keys and values, which shares everything with the map. *O(n)* in the
    /// number of keys, because those without values are removed.
    ///
    /// ```
    /// use hamt::{Hamt, HamtMultimap, HamtSet};
    ///
    /// let map = Hamt::from([(1, HamtSet::from(['a', 'b'])), (2, HamtSet::new())]);
    /// let pairs = HamtMultimap::from(map);
    /// assert_eq!((pairs.len(), pairs.keys_len()), (2, 1));
    /// ```
    fn from(mut sets: Hamt<K, HamtSet<V, S>, S>) -> Self {
        let empty = sets.iter().filter(|(_, values)| values.is_empty());
        let empty: alloc::vec::Vec<K> = empty.map(|(key, _)| key.clone()).collect();
        for key in empty {
            sets.remove(&key);
        }
        let len = sets.values().map(HamtSet::len).sum();
        HamtMultimap { sets, len }
    }
}

impl<K, V, S> From<HamtMultimap<K, V, S>> for Hamt<K, HamtSet<V, S>, S> {
    /// The map from keys to their values, which shares everything with the multimap. *O(1)*.
    ///
    /// ```
    /// use hamt::{Hamt, HamtMultimap, HamtSet};
    ///
    /// let map = Hamt::from(HamtMultimap::from([(1, 'a'), (1, 'b')]));
    /// assert_eq!(map[&1], HamtSet::from(['a', 'b']));
    /// ```
    fn from(map: HamtMultimap<K, V, S>) -> Self {
        map.sets
    }
}
