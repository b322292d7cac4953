//! Maps built by several threads: equal to those built by one.

#![expect(clippy::std_instead_of_alloc, reason = "tests run where `std` is")]

use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hamt::Hamt;
use rayon::prelude::*;

use crate::hashers::{Constant, EightInTheMiddle, Four, Good};

fn same<S>(entries: &[(u32, u32)])
where
    S: std::hash::BuildHasher + Default + Sync,
{
    fn check<K, S>(entries: &[(K, u32)])
    where
        K: Eq + Hash + Clone + Send + Sync,
        S: std::hash::BuildHasher + Default + Sync,
    {
        let single: Hamt<K, u32, S> = entries.iter().cloned().collect();
        let parallel: Hamt<K, u32, S> = entries.par_iter().cloned().collect();
        parallel.validate().expect("a valid map");
        assert!(parallel == single);
        assert_eq!(parallel.stats().live_bytes(), single.stats().live_bytes());
        let mut extended: Hamt<K, u32, S> = entries[..entries.len() / 3].iter().cloned().collect();
        extended.par_extend(entries[entries.len() / 3..].par_iter().cloned());
        extended.validate().expect("a valid map");
        assert!(extended == single);
    }
    check::<u32, S>(entries);
    let texts: Vec<_> = entries.iter().map(|(k, v)| (k.to_string(), *v)).collect();
    check::<String, S>(&texts);
}

#[test]
fn threads_build_what_one_builds() {
    for n in [0, 1, 2, 3, 50, 4_095, 4_096, 60_000u32] {
        let distinct: Vec<_> = (0..n).map(|n| (n.wrapping_mul(0x9E37_79B1), n)).collect();
        same::<Good>(&distinct);
        let repeats: Vec<_> = (0..n).map(|place| (place % 1000, place)).collect();
        same::<Good>(&repeats);
        same::<EightInTheMiddle>(&repeats);
        let few: Vec<_> = (0..n).map(|place| (place % 3, place)).collect();
        same::<Constant>(&few);
        same::<Four>(&few);
    }
}

#[test]
fn references_are_copied() {
    let entries: Vec<(u32, u32)> = (0..10_000).map(|n| (n, n)).collect();
    let mut map: Hamt<u32, u32, Good> = Hamt::default();
    map.par_extend(entries.par_iter().map(|(key, value)| (key, value)));
    assert!(map == entries.iter().copied().collect());
}

/// A key that is counted, whose `Hash` or `Eq` panics when its turn comes.
#[derive(Clone)]
struct Fragile {
    n: u32,
    at: u32,
    alive: Arc<AtomicUsize>,
}

impl PartialEq for Fragile {
    fn eq(&self, other: &Self) -> bool {
        assert!(self.n != self.at, "the fuse went off");
        self.n == other.n
    }
}

impl Eq for Fragile {}

impl Hash for Fragile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        assert!(self.n + 1 != self.at, "the fuse went off");
        self.n.hash(state);
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Panics reach the caller, the map stays as it was, and nothing is leaked.
#[test]
fn panics_lose_nothing() {
    for at in [1, 300, 7_000] {
        let alive = Arc::new(AtomicUsize::new(0));
        let mut map: Hamt<Fragile, u32, Good> = Hamt::default();
        let entries = (0..20_000u32).into_par_iter().map(|place| {
            alive.fetch_add(1, Ordering::Relaxed);
            let key = Fragile {
                n: place % 8_000,
                at,
                alive: alive.clone(),
            };
            (key, place)
        });
        let result = catch_unwind(AssertUnwindSafe(|| map.par_extend(entries)));
        assert!(result.is_err());
        assert!(map.is_empty());
        assert_eq!(alive.load(Ordering::Relaxed), 0, "keys are leaked");
    }
}
