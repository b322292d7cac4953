//! What a version shares with others: the figures against what the pool gets back when the version
//! goes.

use std::hash::BuildHasher;

use hamt::{Hamt, Sharing};

use crate::alone::alone;
use crate::hashers::{Constant, EightInTheMiddle, Good};
use crate::leaks::{Key, live};
use crate::probes::Random;

/// Versions that keep nothing of each other alive, each changed from an earlier one.
fn versions<K: Key, S: BuildHasher + Clone + Default>(
    seed: u64,
    keys: u32,
) -> Vec<Hamt<K, u64, S>> {
    let mut random = Random(seed);
    let entries = (0..keys).step_by(2).map(|n| (K::of(n), 0));
    let base: Hamt<K, u64, S> = entries.collect();
    let mut versions = vec![base.with_prompt_drop()];
    for step in 0..8 {
        let from = random.below(u32::try_from(versions.len()).expect("few")) as usize;
        let mut next = versions[from].clone();
        for _ in 0..random.below(6) {
            let key = K::of(random.below(keys));
            if random.below(2) == 0 {
                next.insert(key, step);
            } else {
                next.remove(&key);
            }
        }
        versions.push(next);
    }
    versions
}

/// What dropping any one of the versions gives back is what it does not share.
fn frees_what_is_unique<K: Key, S: BuildHasher + Clone + Default>(seed: u64, keys: u32) {
    let mut versions = versions::<K, S>(seed, keys);
    let mut random = Random(seed);
    while let Some(left) = versions.len().checked_sub(1) {
        let victim = random.below(u32::try_from(left + 1).expect("few")) as usize;
        let victim = versions.swap_remove(victim);
        let Sharing {
            shared_nodes,
            unique_nodes,
            shared_bytes,
            unique_bytes,
            ..
        } = victim.sharing(&versions);
        let stats = victim.stats();
        assert_eq!(shared_nodes + unique_nodes, stats.nodes);
        assert_eq!(shared_bytes + unique_bytes, stats.live_bytes());
        let before = live();
        drop(victim);
        assert_eq!(before - live(), unique_bytes, "seed {seed}, {left} left");
    }
}

#[test]
fn dropping_a_version_frees_what_is_unique() {
    alone("sharing::dropping_a_version_frees_what_is_unique", || {
        for seed in 0..40 {
            frees_what_is_unique::<u64, Good>(seed, 400);
            frees_what_is_unique::<u64, EightInTheMiddle>(seed, 100);
            frees_what_is_unique::<u64, Constant>(seed, 12);
            frees_what_is_unique::<Box<u32>, Good>(seed, 400);
            frees_what_is_unique::<Box<u32>, EightInTheMiddle>(seed, 100);
            frees_what_is_unique::<Box<u32>, Constant>(seed, 12);
        }
    });
}

#[test]
fn strangers_share_nothing() {
    let [one, two] = [0, 1].map(|value| (0..500).map(|n| (n, value)).collect::<Hamt<u64, u64>>());
    let sharing = one.sharing([&two]);
    assert_eq!((sharing.shared_nodes, sharing.shared_bytes), (0, 0));
    assert_eq!(sharing.unique_bytes, one.stats().live_bytes());
    let clone = one.clone();
    assert_eq!(one.sharing([&two, &clone]).unique_bytes, 0);
    assert_eq!(one.sharing([]).unique_nodes, one.stats().nodes);
    assert_eq!(Hamt::<u64, u64>::new().sharing([&one]), Sharing::default());
}
