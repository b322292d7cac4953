//! Looking up many keys at once.

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};

use super::Hamt;
use crate::arch::accelerated;
use crate::children::{Root, Step};
use crate::hash::HashBits;
use crate::trie::{self, LANES};

/// The entries among which each hash finds its key, if anywhere.
#[inline(never)]
fn locate<'a, K, V>(root: &'a Root<K, V>, hashes: &[HashBits]) -> [Step<'a, K, V>; LANES] {
    accelerated(
        #[inline(always)]
        || trie::locate(root.view(), hashes),
    )
}

impl<K: Eq + Hash, V, S: BuildHasher> Hamt<K, V, S> {
    /// The values of several keys, in the order of the keys.
    ///
    /// As [`get`](Hamt::get) for each, but in maps that are too large for the processor's caches
    /// the look-ups wait for memory together, 32 at a time, which takes half the time or less. See
    /// also [`get_many_with`](Hamt::get_many_with).
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, "one"), (2, "two")]);
    /// assert_eq!(map.get_many([&2, &3, &1]), [Some(&"two"), None, Some(&"one")]);
    /// ```
    pub fn get_many<Q, const N: usize>(&self, keys: [&Q; N]) -> [Option<&V>; N]
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut values = [None; N];
        let mut at = 0;
        self.get_many_with(keys, |_, value| {
            values[at] = value;
            at += 1;
        });
        values
    }

    /// Looks up many keys and calls `f` with each and its value, in the order of the keys.
    ///
    /// As [`get`](Hamt::get) for each, but in maps that are too large for the processor's caches
    /// the look-ups wait for memory together, 32 at a time, which takes half the time or less. Up
    /// to 32 keys are taken before `f` is called with the first of them.
    ///
    /// ```
    /// let map: hamt::Hamt<u32, u32> = (0..1000).map(|n| (n, n * n)).collect();
    /// let mut sum = 0;
    /// map.get_many_with(&[3, 5, 2000], |_, square| sum += square.unwrap_or(&0));
    /// assert_eq!(sum, 34);
    /// ```
    pub fn get_many_with<'a, 'q, Q>(
        &'a self,
        keys: impl IntoIterator<Item = &'q Q>,
        mut f: impl FnMut(&'q Q, Option<&'a V>),
    ) where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized + 'q,
    {
        let mut keys = keys.into_iter().fuse();
        if self.len() < trie::MIN_MAP {
            return keys.for_each(|key| f(key, self.get(key)));
        }
        while let Some(first) = keys.next() {
            let mut batch = [first; LANES];
            let mut len = 1;
            for (place, key) in batch[1..].iter_mut().zip(keys.by_ref()) {
                *place = key;
                len += 1;
            }
            let mut hashes = [HashBits(0); LANES];
            for (hash, key) in hashes.iter_mut().zip(&batch[..len]) {
                *hash = HashBits::of(&self.hash_builder, *key);
            }
            let steps = locate(&self.root, &hashes[..len]);
            for ((key, hash), step) in batch[..len].iter().zip(hashes).zip(steps) {
                let key = *key;
                let found = step.entries().find(hash, |other| other.borrow() == key);
                f(key, found.map(|(_, entry)| &entry.pair().1));
            }
        }
    }
}
