//! Not a byte is kept that no version accounts for: the pool's exact figures against the heap
//! verifier's, in a process of their own, because the figures are the process's.

use core::hash::Hash;

use hamt::{Hamt, HeapReport, pool};

use crate::alone::alone;
use crate::hashers::{Constant, EightInTheMiddle, Good};
use crate::probes::Random;

pub(crate) fn live() -> usize {
    pool::stats().live_bytes
}

pub(crate) trait Key: Clone + Eq + Hash {
    fn of(n: u32) -> Self;
}

/// Stands inline.
impl Key for u64 {
    fn of(n: u32) -> Self {
        n.into()
    }
}

/// Stands in a counted entry.
impl Key for Box<u32> {
    fn of(n: u32) -> Self {
        Box::new(n)
    }
}

/// A map that is emptied again has given everything back.
fn empty_again<K: Key, S: std::hash::BuildHasher + Clone + Default>() {
    let before = live();
    for entries in 1..70 {
        for shared in [false, true] {
            let mut map: Hamt<K, u64, S> = (0..entries).map(|n| (K::of(n), 0)).collect();
            let copy = shared.then(|| map.clone());
            for n in 0..entries {
                assert!(map.remove(&K::of(n)).is_some());
            }
            if !shared {
                assert_eq!(live(), before, "after {entries} removals");
            }
            drop(copy);
            assert_eq!(live(), before, "after {entries} removals from a copy");
            drop(map);
        }
    }
}

#[test]
fn removing_everything_leaves_nothing() {
    alone("leaks::removing_everything_leaves_nothing", || {
        empty_again::<u64, Good>();
        empty_again::<u64, Constant>();
        empty_again::<Box<u32>, Good>();
        empty_again::<Box<u32>, Constant>();
    });
}

/// At every moment the live bytes are those that a set of versions accounts for.
fn accounted<K: Key, S: std::hash::BuildHasher + Clone + Default>(seed: u64, keys: u32) {
    let before = live();
    let mut random = Random(seed);
    let first: Hamt<K, u64, S> = (0..keys).step_by(2).map(|n| (K::of(n), 0)).collect();
    let mut versions = vec![first];
    for step in 0..if cfg!(miri) { 40 } else { 1500 } {
        let count = u32::try_from(versions.len()).expect("few");
        let from = random.below(count) as usize;
        let key = K::of(random.below(keys));
        match random.below(12) {
            0..3 => versions.push(versions[from].update(key, step)),
            3..5 => versions.push(versions[from].without(&key)),
            5..7 => drop(versions[from].insert(key, step)),
            7..9 => drop(versions[from].remove(&key)),
            9 => versions[from].compact(),
            10 => {
                if let Some(value) = versions[from].get_mut(&key) {
                    *value = step;
                }
            }
            _ => {
                let taken = versions.swap_remove(from);
                versions.push(taken.into_iter().collect());
            }
        }
        if versions.len() > 6 {
            versions.swap_remove(from);
        }
        if step % 5 == 0 {
            let report = crate::heap::check(versions.iter());
            let bytes = report.map(|HeapReport { bytes, .. }| bytes);
            assert_eq!(bytes, Ok(live() - before), "seed {seed}, step {step}");
        }
    }
    drop(versions);
    assert_eq!(live(), before, "seed {seed}");
}

#[test]
fn every_byte_is_accounted_for() {
    alone("leaks::every_byte_is_accounted_for", || {
        for seed in 0..4 {
            accounted::<u64, Good>(seed, 400);
            accounted::<u64, EightInTheMiddle>(seed, 400);
            accounted::<Box<u32>, Good>(seed, 400);
            accounted::<Box<u32>, EightInTheMiddle>(seed, 400);
            accounted::<Box<u32>, Constant>(seed, 20);
            accounted::<u64, Constant>(seed, 20);
        }
    });
}
