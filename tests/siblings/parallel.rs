//! Parallel iterators: what sequential ones give, whatever is divided where.

#![expect(clippy::std_instead_of_alloc, reason = "tests run where `std` is")]

use std::hash::{BuildHasher, Hash};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hamt::{Hamt, HamtSet};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::hashers::{Constant, EightInTheMiddle, FourAtTheBottom, Good};

/// Many more threads than processors, so that rayon divides down to single nodes.
fn pool() -> ThreadPool {
    ThreadPoolBuilder::new()
        .num_threads(16)
        .build()
        .expect("threads can be started")
}

const SIZES: [u32; 9] = [0, 1, 2, 3, 33, 100, 1_000, 5_000, 40_000];

#[track_caller]
fn sound<K: Eq + Hash, V, S: BuildHasher>(maps: &[&Hamt<K, V, S>]) {
    for map in maps {
        map.validate().expect("a valid map");
    }
    crate::heap::check(maps.iter().copied()).expect("right counts");
}

/// For maps of up to `most` entries.
fn each_size<K, S>(most: u32, key: impl Fn(u32) -> K + Sync)
where
    K: Clone + Eq + Hash + Ord + Send + Sync + std::fmt::Debug,
    S: BuildHasher + Clone + Default + Send + Sync,
{
    for n in SIZES.into_iter().filter(|n| *n <= most) {
        let map: Hamt<K, u64, S> = (0..n).map(|n| (key(n), u64::from(n))).collect();
        let entries: Vec<(&K, &u64)> = map.iter().collect();
        assert_eq!(map.par_iter().collect::<Vec<_>>(), entries);
        assert_eq!(map.par_iter().count(), entries.len());
        assert!(map.par_keys().eq_all(map.keys()));
        assert!(map.par_values().eq_all(map.values()));

        // A second version that borrows from the first, and lacks and adds some.
        let mut second = map.clone();
        for m in 0..n.min(50) {
            second.remove(&key(m * 7));
            second.insert(key(n + m), 1_000_000);
        }
        assert!(second.par_iter().collect::<Vec<_>>() == second.iter().collect::<Vec<_>>());
        let expected: Hamt<K, u64, S> = second
            .iter()
            .map(|(key, value)| (key.clone(), value * 2 + 1))
            .collect();
        let mut written = second.clone();
        written
            .par_iter_mut()
            .for_each(|(_, value)| *value = *value * 2 + 1);
        assert!(written == expected);
        sound(&[&map, &second, &written, &expected]);
        written.par_values_mut().for_each(|value| *value /= 2);
        assert!(written == second);
        sound(&[&map, &second, &written, &expected]);
        // Its own now: written in place.
        written.par_values_mut().for_each(|value| *value += 1);
        assert_eq!(written.len(), second.len());

        let mut taken: Vec<(K, u64)> = second.clone().into_par_iter().collect();
        assert!(taken.iter().map(|(k, v)| (k, v)).eq(second.iter()));
        sound(&[&map, &second, &written, &expected]);
        drop(map);
        taken = second.into_par_iter().collect();
        let rebuilt: Hamt<K, u64, S> = taken.into_iter().collect();
        let mut again = rebuilt.clone();
        again
            .par_values_mut()
            .for_each(|value| *value = *value * 2 + 1);
        assert!(again == expected);
        drop(again);
        assert_eq!(rebuilt.len(), expected.len());
        assert_eq!(rebuilt.into_par_iter().count(), expected.len());
        sound(&[&written, &expected]);
    }
}

/// Whether a parallel iterator gives what a sequential one does.
trait EqAll: ParallelIterator + Sized {
    fn eq_all(self, other: impl Iterator<Item = Self::Item>) -> bool
    where
        Self::Item: PartialEq,
    {
        self.collect::<Vec<_>>().into_iter().eq(other)
    }
}

impl<I: ParallelIterator> EqAll for I {}

#[test]
fn parallel_iterators_give_what_sequential_ones_do() {
    pool().install(|| {
        each_size::<u32, Good>(40_000, |n| n);
        each_size::<u32, EightInTheMiddle>(5_000, |n| n);
        each_size::<u32, Constant>(1_000, |n| n);
        each_size::<String, Good>(40_000, |n| n.to_string());
        each_size::<String, FourAtTheBottom>(1_000, |n| n.to_string());
    });
}

#[test]
fn sets_too() {
    pool().install(|| {
        for n in SIZES {
            let set: HamtSet<u32> = (0..n).collect();
            let elements: Vec<u32> = set.iter().copied().collect();
            assert_eq!(set.par_iter().copied().collect::<Vec<_>>(), elements);
            assert_eq!(set.clone().into_par_iter().collect::<Vec<_>>(), elements);
            assert_eq!(set.clone().into_par_iter().collect::<HamtSet<_>>(), set);
            let mut extended: HamtSet<u32> = (0..n / 2).collect();
            extended.par_extend(set.par_iter());
            assert_eq!(extended, set);
            let before = extended.clone();
            extended.par_extend(set.into_par_iter());
            assert!(extended.ptr_eq(&before));
        }
    });
}

/// Counts those alive. Panics when its turn comes to be cloned.
struct Counted {
    n: u32,
    bad_clone: u32,
    alive: Arc<AtomicUsize>,
}

impl Counted {
    fn new(n: u32, bad_clone: u32, alive: &Arc<AtomicUsize>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Counted {
            n,
            bad_clone,
            alive: alive.clone(),
        }
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        if self.n == self.bad_clone {
            resume_unwind(Box::new("a clone panics"));
        }
        Counted::new(self.n, self.bad_clone, &self.alive)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

type Ledger = Hamt<u32, Counted, Good>;

fn ledger(n: u32, bad_clone: u32, alive: &Arc<AtomicUsize>) -> Ledger {
    (0..n)
        .map(|n| (n, Counted::new(n, bad_clone, alive)))
        .collect()
}

/// Iterators by value that are dropped or left early release the rest, whoever shares it.
#[test]
fn what_is_not_consumed_is_dropped() {
    pool().install(|| {
        for shared in [false, true] {
            let alive = Arc::new(AtomicUsize::new(0));
            let map = ledger(20_000, u32::MAX, &alive);
            let kept = shared.then(|| map.clone());
            drop(map.clone().into_par_iter());
            let (key, value) = map
                .into_par_iter()
                .find_any(|(key, _)| *key % 5_000 == 4_999)
                .expect("there are some");
            assert_eq!(key, value.n);
            drop(value);
            if let Some(kept) = kept {
                assert_eq!(alive.load(Ordering::Relaxed), 20_000);
                sound(&[&kept]);
            }
            assert_eq!(alive.load(Ordering::Relaxed), 0);
        }
    });
}

/// Consumers that panic, and clones that do, reach the caller; nothing is lost and nothing broken.
#[test]
fn panics_lose_nothing() {
    pool().install(|| {
        for (bad, bad_clone) in [(777, u32::MAX), (u32::MAX, 777), (0, u32::MAX)] {
            for shared in [false, true] {
                let alive = Arc::new(AtomicUsize::new(0));
                let mut map = ledger(20_000, bad_clone, &alive);
                let kept = shared.then(|| map.clone());
                let explode = |key: u32| {
                    if key == bad {
                        resume_unwind(Box::new("a consumer panics"));
                    }
                };
                let fails = bad != u32::MAX || shared;
                let result = catch_unwind(AssertUnwindSafe(|| {
                    map.par_iter_mut().for_each(|(key, _)| explode(*key));
                }));
                assert_eq!(result.is_err(), fails);
                assert_eq!(map.len(), 20_000);
                assert_eq!(map.iter().filter(|(key, it)| **key == it.n).count(), 20_000);
                match &kept {
                    Some(kept) => sound(&[&map, kept]),
                    None => sound(&[&map]),
                }
                let result = catch_unwind(AssertUnwindSafe(|| {
                    map.into_par_iter().for_each(|(key, _)| explode(key));
                }));
                assert_eq!(result.is_err(), fails);
                if let Some(kept) = kept {
                    assert_eq!(alive.load(Ordering::Relaxed), 20_000);
                    sound(&[&kept]);
                }
                assert_eq!(alive.load(Ordering::Relaxed), 0);
            }
        }
    });
}

/// One deep chain with everything at its end is shared out among threads as well.
#[test]
fn skewed_tries_are_divided() {
    /// Most keys differ in the upper half of their hashes only.
    #[derive(Clone, Default)]
    struct Skewed;
    struct High(u64);
    impl BuildHasher for Skewed {
        type Hasher = High;
        fn build_hasher(&self) -> High {
            High(0)
        }
    }
    impl std::hash::Hasher for High {
        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes.iter().rev() {
                self.0 = self.0 << 8 | u64::from(*byte);
            }
        }
        fn finish(&self) -> u64 {
            self.0.wrapping_mul(0x9E37_79B9) << 30
        }
    }
    let map: Hamt<u32, u32, Skewed> = (0..30_000).map(|n| (n, n)).collect();
    let threads = std::sync::Mutex::new(std::collections::HashSet::new());
    pool().install(|| {
        map.par_iter().for_each(|_| {
            std::thread::yield_now();
            let index = rayon::current_thread_index();
            threads.lock().expect("no panics").insert(index);
        });
    });
    assert!(threads.into_inner().expect("no panics").len() > 1);
}
