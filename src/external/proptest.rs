//! Strategies of [`proptest`](::proptest) for maps, sets and multimaps.
//!
//! ```
//! use proptest::prelude::*;
//!
//! proptest!(|(map in hamt::proptest::hash_map(0..9u8, ".*", 2..5))| {
//!     prop_assert!((2..5).contains(&map.len()));
//! });
//! // Or by type, with any hasher that has a default:
//! proptest!(|(set: hamt::HamtSet<u32>)| prop_assert_eq!(&set | &set, set));
//! ```

use core::hash::{BuildHasher, Hash};
use std::collections::{HashMap, HashSet};

use ::proptest::arbitrary::{Arbitrary, any_with};
use ::proptest::collection::{self, SizeRange};
use ::proptest::strategy::{Map, Strategy};

use crate::hasher::DefaultHashBuilder;
use crate::map::Hamt;
use crate::multimap::HamtMultimap;
use crate::set::HamtSet;

/// Strategy of maps, from [`hash_map`].
pub type HashMapStrategy<K, V, S = DefaultHashBuilder> = Map<
    collection::HashMapStrategy<K, V>,
    fn(
        HashMap<<K as Strategy>::Value, <V as Strategy>::Value>,
    ) -> Hamt<<K as Strategy>::Value, <V as Strategy>::Value, S>,
>;

/// Strategy of sets, from [`hash_set`].
pub type HashSetStrategy<T, S = DefaultHashBuilder> = Map<
    collection::HashSetStrategy<T>,
    fn(HashSet<<T as Strategy>::Value>) -> HamtSet<<T as Strategy>::Value, S>,
>;

/// Strategy of multimaps, from [`multimap`].
pub type MultimapStrategy<K, V, S = DefaultHashBuilder> = Map<
    collection::HashSetStrategy<(K, V)>,
    fn(
        HashSet<(<K as Strategy>::Value, <V as Strategy>::Value)>,
    ) -> HamtMultimap<<K as Strategy>::Value, <V as Strategy>::Value, S>,
>;

/// Maps of keys and values that come from these strategies, with a number of entries within `size`.
/// They shrink as those of [`proptest::collection::hash_map`](collection::hash_map).
///
/// # Panics
/// If `size` is an empty range.
///
/// ```
/// use proptest::prelude::*;
///
/// proptest!(|(map in hamt::proptest::hash_map(0..100, any::<bool>(), 1..20))| {
///     prop_assert!(!map.is_empty());
/// });
/// ```
pub fn hash_map<K, V>(key: K, value: V, size: impl Into<SizeRange>) -> HashMapStrategy<K, V>
where
    K: Strategy<Value: Eq + Hash + Clone>,
    V: Strategy<Value: Clone>,
{
    maps(key, value, size)
}

/// Sets of elements that come from this strategy, with a number of elements within `size`. They
/// shrink as those of [`proptest::collection::hash_set`](collection::hash_set).
///
/// # Panics
/// If `size` is an empty range.
///
/// ```
/// use proptest::prelude::*;
///
/// proptest!(|(set in hamt::proptest::hash_set(0..100, 1..20))| {
///     prop_assert!(set.iter().all(|n| *n < 100));
/// });
/// ```
pub fn hash_set<T>(element: T, size: impl Into<SizeRange>) -> HashSetStrategy<T>
where
    T: Strategy<Value: Eq + Hash + Clone>,
{
    sets(element, size)
}

/// Multimaps of keys and values that come from these strategies, with a number of pairs within
/// `size`.
///
/// # Panics
/// If `size` is an empty range.
///
/// ```
/// use proptest::prelude::*;
///
/// proptest!(|(map in hamt::proptest::multimap(0..9, 0..100, 5..20))| {
///     prop_assert!(map.len() >= 5 && map.keys_len() < 10);
/// });
/// ```
pub fn multimap<K, V>(key: K, value: V, size: impl Into<SizeRange>) -> MultimapStrategy<K, V>
where
    K: Strategy<Value: Eq + Hash + Clone>,
    V: Strategy<Value: Eq + Hash + Clone>,
{
    multimaps(key, value, size)
}

fn maps<K, V, S>(key: K, value: V, size: impl Into<SizeRange>) -> HashMapStrategy<K, V, S>
where
    K: Strategy<Value: Eq + Hash + Clone>,
    V: Strategy<Value: Clone>,
    S: BuildHasher + Default,
{
    collection::hash_map(key, value, size).prop_map(|map| map.into_iter().collect())
}

fn sets<T, S>(element: T, size: impl Into<SizeRange>) -> HashSetStrategy<T, S>
where
    T: Strategy<Value: Eq + Hash + Clone>,
    S: BuildHasher + Default,
{
    collection::hash_set(element, size).prop_map(|set| set.into_iter().collect())
}

fn multimaps<K, V, S>(key: K, value: V, size: impl Into<SizeRange>) -> MultimapStrategy<K, V, S>
where
    K: Strategy<Value: Eq + Hash + Clone>,
    V: Strategy<Value: Eq + Hash + Clone>,
    S: BuildHasher + Clone + Default,
{
    collection::hash_set((key, value), size).prop_map(|pairs| pairs.into_iter().collect())
}

impl<K, V, S> Arbitrary for Hamt<K, V, S>
where
    K: Arbitrary + Eq + Hash + Clone,
    V: Arbitrary + Clone,
    S: BuildHasher + Default,
{
    /// The number of entries, and the parameters of keys and values.
    type Parameters = (SizeRange, K::Parameters, V::Parameters);
    type Strategy = HashMapStrategy<K::Strategy, V::Strategy, S>;

    fn arbitrary_with((size, key, value): Self::Parameters) -> Self::Strategy {
        maps(any_with::<K>(key), any_with::<V>(value), size)
    }
}

impl<T, S> Arbitrary for HamtSet<T, S>
where
    T: Arbitrary + Eq + Hash + Clone,
    S: BuildHasher + Default,
{
    /// The number of elements, and the parameters of elements.
    type Parameters = (SizeRange, T::Parameters);
    type Strategy = HashSetStrategy<T::Strategy, S>;

    fn arbitrary_with((size, element): Self::Parameters) -> Self::Strategy {
        sets(any_with::<T>(element), size)
    }
}

impl<K, V, S> Arbitrary for HamtMultimap<K, V, S>
where
    K: Arbitrary + Eq + Hash + Clone,
    V: Arbitrary + Eq + Hash + Clone,
    S: BuildHasher + Clone + Default,
{
    /// The number of pairs, and the parameters of keys and values.
    type Parameters = (SizeRange, K::Parameters, V::Parameters);
    type Strategy = MultimapStrategy<K::Strategy, V::Strategy, S>;

    fn arbitrary_with((size, key, value): Self::Parameters) -> Self::Strategy {
        multimaps(any_with::<K>(key), any_with::<V>(value), size)
    }
}
