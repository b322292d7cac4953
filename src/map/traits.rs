//! Trait implementations of the map.

use core::borrow::Borrow;
use core::fmt;
use core::hash::{BuildHasher, Hash};
use core::ops::Index;

use super::{Hamt, Iter, IterMut};

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
    /// Whether both have equal entries, whatever their hashers. *O(1)* for clones and for maps of
    /// different length, else *O(n)*.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && (self.ptr_eq(other)
                || self
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|it| it == value)))
    }
}

impl<K: Eq + Hash, V: Eq, S: BuildHasher> Eq for Hamt<K, V, S> {}

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

impl<K, V, S> Extend<(K, V)> for Hamt<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Clone,
    S: BuildHasher,
{
    /// Inserts all; the last value of a key wins, its first key stays.
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
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
