//! Taking many entries out: all of them, or those that a predicate picks.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use super::{Hamt, IntoIter, IntoKeys};
use crate::children::{IntoEntries, Root};
use crate::trie::Sieve;

/// Iterator that empties a map, from [`Hamt::drain`].
pub struct Drain<'a, K, V> {
    entries: IntoIter<K, V>,
    map: PhantomData<&'a mut ()>,
}

/// Iterator that takes entries out of a map, from [`Hamt::extract_if`].
#[must_use = "iterators are lazy and do nothing unless they are used; `retain` drops entries at once"]
pub struct ExtractIf<'a, K, V, F> {
    root: &'a mut Root<K, V>,
    sieve: Sieve,
    pick: F,
}

impl<K: Clone, V: Clone, S> Hamt<K, V, S> {
    /// Empties the map and iterates over what was in it; entries that other versions share are
    /// cloned.
    ///
    /// *O(1)*, and *O(n)* for all entries. The map is empty from the start, also if the iterator is
    /// leaked; what it has not given out when it is dropped is dropped with it. Memory goes back to
    /// the pool.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 'a'), (2, 'b')]);
    /// let version = map.clone();
    /// for (key, value) in map.drain().take(1) {
    ///     assert!((key, value) == (1, 'a') || (key, value) == (2, 'b'));
    /// }
    /// assert_eq!((map.len(), version.len()), (0, 2));
    /// ```
    pub fn drain(&mut self) -> Drain<'_, K, V> {
        Drain {
            entries: IntoIter::new(IntoEntries::new(self.root.take())),
            map: PhantomData,
        }
    }

    /// As [`drain`](Hamt::drain), for the keys alone.
    pub(crate) fn drain_keys(&mut self) -> IntoKeys<K, V> {
        IntoKeys::new(IntoIter::new(IntoEntries::new(self.root.take())))
    }

    /// Takes out the entries for which `pick` is true, one after the other as the iterator is asked
    /// for them. `pick` may change values, of entries that stay too.
    ///
    /// *O(n)* for all entries. Copies what is shared as far as it gets, because `pick` may change
    /// the values. Entries that it has not come to when it is dropped, or leaked, stay. If `pick`
    /// panics, the entry it was asked about stays.
    ///
    /// ```
    /// let mut map: hamt::Hamt<u32, u32> = (0..8).map(|i| (i, i)).collect();
    /// let mut even: Vec<u32> = map.extract_if(|key, _| key % 2 == 0).map(|(key, _)| key).collect();
    /// even.sort();
    /// assert_eq!(even, [0, 2, 4, 6]);
    /// assert_eq!(map.len(), 4);
    /// ```
    pub fn extract_if<F>(&mut self, pick: F) -> ExtractIf<'_, K, V, F>
    where
        F: FnMut(&K, &mut V) -> bool,
    {
        self.sift(pick)
    }

    /// As [`extract_if`](Hamt::extract_if), for what asks `pick` itself.
    pub(crate) fn sift<F>(&mut self, pick: F) -> ExtractIf<'_, K, V, F> {
        ExtractIf {
            sieve: Sieve::new(self.len()),
            root: &mut self.root,
            pick,
        }
    }

    /// Keeps the entries for which `keep` is true. `keep` may change values.
    ///
    /// *O(n)*. Copies what is shared, because `keep` may change the values. Entries go one after the
    /// other: if `keep` panics, those it has refused before are gone, and all others stay.
    ///
    /// ```
    /// let mut map: hamt::Hamt<u32, u32> = (0..8).map(|i| (i, i * 10)).collect();
    /// map.retain(|key, _| key % 2 == 0);
    /// assert_eq!(map.len(), 4);
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let mut sieve = Sieve::new(self.len());
        while let Some(entry) = sieve.next(&mut self.root, |key, value| !keep(key, value)) {
            drop(entry);
        }
    }
}

impl<K: Clone, V: Clone> Iterator for Drain<'_, K, V> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        self.entries.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }

    #[inline]
    fn fold<B, F: FnMut(B, (K, V)) -> B>(self, init: B, f: F) -> B {
        self.entries.fold(init, f)
    }
}

impl<K: Clone, V: Clone> ExactSizeIterator for Drain<'_, K, V> {}

impl<K: Clone, V: Clone> FusedIterator for Drain<'_, K, V> {}

/// As a list of what is left.
impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Drain<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.fmt(f)
    }
}

impl<K: Clone, V: Clone, F> ExtractIf<'_, K, V, F> {
    /// The next entry that `picks` accepts, given what the iterator was made with.
    pub(crate) fn next_by(
        &mut self,
        mut picks: impl FnMut(&mut F, &K, &mut V) -> bool,
    ) -> Option<(K, V)> {
        let pick = &mut self.pick;
        let picks = |key: &K, value: &mut V| picks(pick, key, value);
        let entry = self.sieve.next(self.root, picks)?;
        Some(entry.into_pair())
    }

    /// Entries not visited yet.
    pub(crate) fn left(&self) -> usize {
        self.sieve.left()
    }
}

impl<K, V, F> Iterator for ExtractIf<'_, K, V, F>
where
    K: Clone,
    V: Clone,
    F: FnMut(&K, &mut V) -> bool,
{
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        self.next_by(|pick, key, value| pick(key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left()))
    }
}

impl<K, V, F> FusedIterator for ExtractIf<'_, K, V, F>
where
    K: Clone,
    V: Clone,
    F: FnMut(&K, &mut V) -> bool,
{
}

impl<K, V, F> fmt::Debug for ExtractIf<'_, K, V, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtractIf").finish_non_exhaustive()
    }
}
