//! Random maps, sets and multimaps that shrink.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use quickcheck::{Arbitrary, Gen};

use crate::map::Hamt;
use crate::multimap::HamtMultimap;
use crate::set::HamtSet;

/// A collection of the items of a random list, which shrinks as the list of its items.
macro_rules! collected {
    ($(#[$doc:meta])* [$($generics:tt)*] $name:ty, of $item:ty, where [$($bounds:tt)*]) => {
        impl<$($generics)*> Arbitrary for $name
        where
            $($bounds)*
        {
            $(#[$doc])*
            fn arbitrary(random: &mut Gen) -> Self {
                Vec::<$item>::arbitrary(random).into_iter().collect()
            }

            fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
                let items: Vec<$item> = self.clone().into_iter().collect();
                Box::new(items.shrink().map(|items| items.into_iter().collect()))
            }
        }
    };
}

collected!(
    /// As `HashMap` does; of equal keys the last value stands.
    ///
    /// ```
    /// use quickcheck::{Arbitrary, Gen};
    ///
    /// let map = hamt::Hamt::<u8, String>::arbitrary(&mut Gen::new(20));
    /// assert!(map.shrink().all(|smaller| smaller != map));
    /// ```
    [K, V, S] Hamt<K, V, S>, of (K, V), where [
        K: Arbitrary + Eq + Hash,
        V: Arbitrary,
        S: BuildHasher + Clone + Default + 'static,
    ]
);
collected!(
    /// As `HashSet` does.
    [T, S] HamtSet<T, S>, of T, where [
        T: Arbitrary + Eq + Hash,
        S: BuildHasher + Clone + Default + 'static,
    ]
);
collected!(
    /// Pair by pair.
    [K, V, S] HamtMultimap<K, V, S>, of (K, V), where [
        K: Arbitrary + Eq + Hash,
        V: Arbitrary + Eq + Hash,
        S: BuildHasher + Clone + Default + 'static,
    ]
);
