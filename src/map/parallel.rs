//! Building and joining maps on several threads, and going through one, with rayon.

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};

use rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};

use super::Hamt;
use crate::children::{IntoPieces, Pieces, PiecesMut};
use crate::hash::HashBits;
use crate::trie::{self, JoinRules, Joined, Parts, Pick};

impl<K, V, S> Hamt<K, V, S> {
    /// The entries, to be divided among threads.
    pub(crate) fn pieces(&self) -> Pieces<'_, K, V> {
        Pieces::new(&self.root)
    }

    /// The entries with writable values, to be divided among threads.
    pub(crate) fn pieces_mut(&mut self) -> PiecesMut<'_, K, V> {
        PiecesMut::new(&mut self.root)
    }

    /// The entries by value, to be divided among threads.
    pub(crate) fn into_pieces(self) -> IntoPieces<K, V> {
        IntoPieces::new(self.root)
    }
}

impl<K, V, S> Hamt<K, V, S>
where
    K: Eq + Hash + Clone + Send + Sync,
    V: Clone + Send + Sync,
    S: BuildHasher + Clone + Sync,
{
    /// As [`join_with`](Hamt::join_with), on several threads: `pick` is called by all of them.
    ///
    /// Worth while for large maps that do not share most of their memory; small ones are joined by
    /// this thread alone. Maps not known to hash alike cost *O(n)* in the other one, which is
    /// rehashed first. If `Eq`, `Hash`, `Clone` or `pick` panics, the maps are as before.
    ///
    /// ```
    /// use hamt::{Hamt, JoinRules, Pick};
    ///
    /// let one: Hamt<u64, u64> = (0..6000).map(|n| (n, 1)).collect();
    /// let two: Hamt<u64, u64> = (4000..9000).map(|n| (n, 2)).collect();
    /// let sums = one.par_join_with(&two, JoinRules::UNION, |_key, left, right| {
    ///     Pick::New(left.unwrap_or(&0) + right.unwrap_or(&0))
    /// });
    /// assert_eq!((sums.len(), sums[&0], sums[&5000], sums[&8000]), (9000, 1, 3, 2));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn par_join_with(
        &self,
        other: impl Borrow<Self>,
        rules: JoinRules,
        pick: impl Fn(&K, Option<&V>, Option<&V>) -> Pick<V> + Sync,
    ) -> Self {
        let right: &Self = other.borrow();
        let rehashed = (!self.hashes_alike(right)).then(|| right.root_for(self));
        let roots = [&self.root, rehashed.as_ref().unwrap_or(&right.root)];
        let hash_builder = &self.hash_builder;
        let joined =
            trie::join_parallel(roots, rules, &pick, &|key| HashBits::of(hash_builder, key));
        let root = match joined {
            Joined::Same(map) => roots[map].clone(),
            Joined::New(root) => root,
        };
        let joined = Hamt {
            root: root.dropping_like(&self.root),
            hash_builder: hash_builder.clone(),
        };
        // Dropped here, because a result that is already returned is lost if a `Drop` panics.
        drop((pick, rehashed, other));
        joined
    }

    /// As [`union`](Hamt::union), on several threads; see [`par_join_with`](Hamt::par_join_with).
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one: Hamt<u64, u64> = (0..6000).map(|n| (n, 1)).collect();
    /// let two: Hamt<u64, u64> = (4000..9000).map(|n| (n, 2)).collect();
    /// let both = one.par_union(&two);
    /// assert_eq!((both.len(), both[&5000], both[&8000]), (9000, 1, 2));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn par_union(&self, other: impl Borrow<Self>) -> Self {
        self.par_join_with(other, JoinRules::UNION, |_, _, _| Pick::Left)
    }
}

impl<K, V, S> ParallelExtend<(K, V)> for Hamt<K, V, S>
where
    K: Eq + Hash + Clone + Send + Sync,
    V: Clone + Send + Sync,
    S: BuildHasher + Sync,
{
    /// Inserts all; of equal keys the last value wins, as in a sequential `extend`. Entries are
    /// hashed by several threads; an empty map is also built by them. If user code panics then, the
    /// map stays empty.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let mut map = hamt::Hamt::new();
    /// map.par_extend((0..1000).into_par_iter().map(|n| (n, n * n)));
    /// assert_eq!(map[&12], 144);
    /// ```
    fn par_extend<I: IntoParallelIterator<Item = (K, V)>>(&mut self, entries: I) {
        let hash_builder = &self.hash_builder;
        let hash_of = |key: &K| HashBits::of(hash_builder, key);
        let parts = Parts::from(entries.into_par_iter(), hash_of);
        if self.root.len() == 0 {
            let root = parts.into_root(hash_of);
            self.root.replace(root);
        } else {
            let root = &mut self.root;
            parts.each(|hash, key, value| {
                trie::insert(root, hash, key, value, hash_of);
            });
        }
    }
}

impl<'a, K, V, S> ParallelExtend<(&'a K, &'a V)> for Hamt<K, V, S>
where
    K: Eq + Hash + Copy + Send + Sync,
    V: Copy + Send + Sync,
    S: BuildHasher + Sync,
{
    fn par_extend<I: IntoParallelIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        let copies = entries.into_par_iter().map(|(key, value)| (*key, *value));
        self.par_extend(copies);
    }
}

impl<K, V, S> FromParallelIterator<(K, V)> for Hamt<K, V, S>
where
    K: Eq + Hash + Clone + Send + Sync,
    V: Clone + Send + Sync,
    S: BuildHasher + Default + Sync,
{
    /// The map of these entries, built by several threads; of equal keys the first stays, with the
    /// value of the last. Takes about 50 bytes an entry of temporary memory, plus the entries of
    /// counted kinds themselves.
    ///
    /// ```
    /// use hamt::Hamt;
    /// use rayon::prelude::*;
    ///
    /// let squares: Hamt<u64, u64> = (0..1000).into_par_iter().map(|n| (n, n * n)).collect();
    /// assert_eq!(squares[&12], 144);
    /// ```
    fn from_par_iter<I: IntoParallelIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        map.par_extend(entries);
        map
    }
}
