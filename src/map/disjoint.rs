//! Several values at once, to be changed.

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};

use super::Hamt;
use crate::arch::accelerated;
use crate::children::values_mut;
use crate::hash::HashBits;
use crate::trie;

impl<K: Eq + Hash + Clone, V: Clone, S: BuildHasher> Hamt<K, V, S> {
    /// The values of several different keys, to change them, in the order of the keys.
    ///
    /// *O(N<sup>2</sup>)* comparisons of addresses beside the look-ups. Copies what is shared on the
    /// way to the keys that are there.
    ///
    /// # Panics
    /// If two keys are equal and there. Values are as before.
    ///
    /// ```
    /// let mut votes = hamt::Hamt::from([("ada", 3), ("alan", 5)]);
    /// let [ada, alan, nobody] = votes.get_disjoint_mut(["ada", "alan", "grace"]);
    /// assert_eq!(nobody, None);
    /// core::mem::swap(ada.unwrap(), alan.unwrap());
    /// assert_eq!((votes["ada"], votes["alan"]), (5, 3));
    /// ```
    ///
    /// ```should_panic
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// let [_one, _two] = map.get_disjoint_mut([&1, &1]);
    /// ```
    pub fn get_disjoint_mut<Q, const N: usize>(&mut self, keys: [&Q; N]) -> [Option<&mut V>; N]
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        accelerated(
            #[inline(always)]
            || {
                let places = keys.map(|key| {
                    let hash = HashBits::of(&self.hash_builder, key);
                    let index =
                        trie::position(self.root.view(), hash, |other| other.borrow() == key);
                    index.map(|index| (hash, index))
                });
                values_mut(&mut self.root, places)
            },
        )
    }

    /// As [`get_disjoint_mut`](Hamt::get_disjoint_mut), under the name of std's unsafe method.
    ///
    /// The check costs next to nothing beside the look-ups, so it is made here too, and the method
    /// is safe. Where it takes the place of std's, the `unsafe` around the call can go.
    ///
    /// # Panics
    /// If two keys are equal and there. Values are as before.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10), (2, 20)]);
    /// for value in map.get_disjoint_unchecked_mut([&1, &2]).into_iter().flatten() {
    ///     *value += 1;
    /// }
    /// assert_eq!((map[&1], map[&2]), (11, 21));
    /// ```
    pub fn get_disjoint_unchecked_mut<Q, const N: usize>(
        &mut self,
        keys: [&Q; N],
    ) -> [Option<&mut V>; N]
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.get_disjoint_mut(keys)
    }
}
