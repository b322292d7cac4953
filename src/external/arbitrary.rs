//! Maps, sets and multimaps out of a fuzzer's bytes.

use core::hash::{BuildHasher, Hash};

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::map::Hamt;
use crate::multimap::HamtMultimap;
use crate::set::HamtSet;

/// A collection of what the bytes give, until they say that it is enough.
macro_rules! collected {
    ($(#[$doc:meta])* [$($generics:tt)*] $name:ty, where [$($bounds:tt)*]) => {
        impl<'a, $($generics)*> Arbitrary<'a> for $name
        where
            $($bounds)*
        {
            $(#[$doc])*
            fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
                bytes.arbitrary_iter()?.collect()
            }

            fn arbitrary_take_rest(bytes: Unstructured<'a>) -> Result<Self> {
                bytes.arbitrary_take_rest_iter()?.collect()
            }

            fn size_hint(_depth: usize) -> (usize, Option<usize>) {
                (0, None)
            }
        }
    };
}

collected!(
    /// As `HashMap` does; of equal keys the last value stands.
    ///
    /// ```
    /// use arbitrary::{Arbitrary, Unstructured};
    ///
    /// let mut bytes = Unstructured::new(&[1, 2, 3, 4, 5, 6, 7, 8]);
    /// let map = hamt::Hamt::<u8, u8>::arbitrary(&mut bytes)?;
    /// assert!(map.len() <= 4);
    /// # Ok::<(), arbitrary::Error>(())
    /// ```
    [K, V, S] Hamt<K, V, S>, where [
        K: Arbitrary<'a> + Eq + Hash + Clone,
        V: Arbitrary<'a> + Clone,
        S: BuildHasher + Default,
    ]
);
collected!(
    /// As `HashSet` does.
    [T, S] HamtSet<T, S>, where [
        T: Arbitrary<'a> + Eq + Hash + Clone,
        S: BuildHasher + Default,
    ]
);
collected!(
    /// Pair by pair.
    [K, V, S] HamtMultimap<K, V, S>, where [
        K: Arbitrary<'a> + Eq + Hash + Clone,
        V: Arbitrary<'a> + Eq + Hash + Clone,
        S: BuildHasher + Clone + Default,
    ]
);
