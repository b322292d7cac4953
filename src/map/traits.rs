//! Trait implementations of the map.

use core::borrow::Borrow;
use core::fmt;
use core::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use core::ops::Index;

use super::{Hamt, Iter, IterMut};
use crate::children::Root;
use crate::hash::HashBits;
use crate::trie;
use crate::trie::{Gathered, MIN_BULK};

/// SipHash under a fixed key: the one good hash function that `core` has.
#[expect(deprecated, reason = "its successor is in `std` only")]
type EntryHasher = core::hash::SipHasher;

impl<K, V, S: Clone> Clone for Hamt<K, V, S> {
    /// Another handle on the same contents. *O(1)*, whatever the size.
    #[inline]
    fn clone(&self) -> Self {
        Hamt {
            root: self.root.clone(),
            hash_builder: self.hash_builder.clone(),
        }
    }
}

impl<K, V, S: Default> Default for Hamt<K, V, S> {
    fn default() -> Self {
        Hamt::with_hasher(S::default())
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for Hamt<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: Eq + Hash, V: PartialEq, S: BuildHasher> PartialEq for Hamt<K, V, S> {
    /// Whether both have equal entries, whatever their hashers.
    ///
    /// What both maps share counts as equal and is not looked at: for maps made from each other, or
    /// both from a third, the cost is that of their differences. It is *O(1)* for clones and for
    /// maps of different length, and *O(n)* else.
    ///
    /// So the answer for a value that is not equal to itself, such as a `f64` that is NaN, depends
    /// on whether the maps share it. If that matters, compare as `HashMap` does: equal lengths, and
    /// `one.iter().all(|(key, value)| two.get(key) == Some(value))`.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && if self.hashes_alike(other) {
                trie::equal(self.root.view(), other.root.view())
            } else {
                self.is_submap_by(other, V::eq)
            }
    }
}

impl<K: Eq + Hash, V: Eq, S: BuildHasher> Eq for Hamt<K, V, S> {}

impl<K: Hash, V: Hash, S> Hash for Hamt<K, V, S> {
    /// Equal maps hash alike, whatever their hashers, their history and the order of their entries.
    /// *O(n)*.
    ///
    /// The entries are hashed with a fixed key, which is the same in all processes. So do not let
    /// others choose the contents of maps that are keys of a map, if you fear that they make them
    /// collide.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let sum = self.iter().fold(0u64, |sum, entry| {
            sum.wrapping_add(BuildHasherDefault::<EntryHasher>::default().hash_one(entry))
        });
        state.write_usize(self.len());
        state.write_u64(sum);
    }
}

impl<K, Q, V, S> Index<&Q> for Hamt<K, V, S>
where
    K: Eq + Hash + Borrow<Q>,
    Q: Eq + Hash + ?Sized,
    S: BuildHasher,
{
    type Output = V;

    /// The value of `key`.
    ///
    /// # Panics
    /// If the key is absent.
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("no entry found for key")
    }
}

impl<K, V, S> Hamt<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Clone,
    S: BuildHasher,
{
    /// The trie of these entries. Some may be left to be inserted.
    fn gather(&self, entries: &mut impl Iterator<Item = (K, V)>) -> Root<K, V> {
        let hash_of = |key: &K| HashBits::of(&self.hash_builder, key);
        Gathered::from(entries, hash_of).into_root(hash_of)
    }
}

impl<K, V, S> Extend<(K, V)> for Hamt<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Clone,
    S: BuildHasher,
{
    /// Inserts all; the last value of a key wins, its first key stays.
    ///
    /// *O(n)*. An empty map is built as by `collect`. If the iterator or `Hash` panics then, the map
    /// stays empty.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 'a')]);
    /// map.extend([(1, 'b'), (2, 'c')]);
    /// assert_eq!((map.len(), map[&1]), (2, 'b'));
    /// ```
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        let mut entries = entries.into_iter().fuse();
        if self.is_empty() && entries.size_hint().1.is_none_or(|most| most >= MIN_BULK) {
            let gathered = self.gather(&mut entries);
            self.root.replace(gathered);
        }
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<'a, K, V, S> Extend<(&'a K, &'a V)> for Hamt<K, V, S>
where
    K: Eq + Hash + Copy,
    V: Copy,
    S: BuildHasher,
{
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.extend(entries.into_iter().map(|(key, value)| (*key, *value)));
    }
}

impl<K, V, S> FromIterator<(K, V)> for Hamt<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Clone,
    S: BuildHasher + Default,
{
    /// The map of these entries; the last value of a key wins, its first key stays.
    ///
    /// *O(n)*, and several times faster than inserting one by one: entries are gathered, sorted by
    /// their hashes, and each array is written once, in its final size. Meanwhile they take 24
    /// bytes each in temporary memory, at most an eighth more if the iterator's size hint is right
    /// and twice as much if it has none. Where most entries repeat keys that came before,
    /// gathering stops and the rest is inserted, so that memory is in proportion to the map.
    ///
    /// ```
    /// let squares: hamt::Hamt<u64, u64> = (0..1000).map(|n| (n, n * n)).collect();
    /// assert_eq!(squares[&12], 144);
    /// ```
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        map.extend(entries);
        map
    }
}

#[cfg(all(feature = "ahash", feature = "std"))]
impl<K: Eq + Hash + Clone, V: Clone, const N: usize> From<[(K, V); N]> for Hamt<K, V> {
    /// The map of these entries; the last value of a key wins.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 'a'), (2, 'b'), (1, 'c')]);
    /// assert_eq!((map.len(), map[&1]), (2, 'c'));
    /// ```
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<'a, K, V, S> IntoIterator for &'a Hamt<K, V, S> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

impl<'a, K: Clone, V: Clone, S> IntoIterator for &'a mut Hamt<K, V, S> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    fn into_iter(self) -> IterMut<'a, K, V> {
        self.iter_mut()
    }
}
