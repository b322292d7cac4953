//! Versions that threads share, change and drop at the same time.

use std::sync::{Barrier, Mutex};
use std::thread;

use hamt::Hamt;

use crate::hashers::{FourAtTheBottom, Good};
use crate::probes::Random;

const THREADS: u32 = 4;

/// A map with a checksum that is kept beside it.
#[derive(Clone)]
struct Summed<K, S> {
    map: Hamt<K, u64, S>,
    sum: u64,
}

impl<K, S: Default> Default for Summed<K, S> {
    fn default() -> Self {
        Summed {
            map: Hamt::default(),
            sum: 0,
        }
    }
}

trait Key: Clone + Eq + std::hash::Hash + Send + Sync + 'static {
    fn of(n: u32) -> Self;
    fn weight(&self) -> u64;
}

impl Key for u32 {
    fn of(n: u32) -> Self {
        n
    }

    fn weight(&self) -> u64 {
        u64::from(*self) + 1
    }
}

impl Key for String {
    fn of(n: u32) -> Self {
        n.to_string()
    }

    fn weight(&self) -> u64 {
        self.parse::<u64>().expect("a number") + 1
    }
}

impl<K: Key, S: std::hash::BuildHasher + Clone> Summed<K, S> {
    fn insert(&mut self, key: K, value: u64) {
        let weight = key.weight();
        let old = self.map.insert(key, value).unwrap_or(0);
        self.sum = self
            .sum
            .wrapping_add(weight.wrapping_mul(value.wrapping_sub(old)));
    }

    fn remove(&mut self, key: &K) {
        let old = self.map.remove(key).unwrap_or(0);
        self.sum = self.sum.wrapping_sub(key.weight().wrapping_mul(old));
    }

    fn check(&self) {
        let sum = |sum: u64, (key, value): (&K, &u64)| {
            sum.wrapping_add(key.weight().wrapping_mul(*value))
        };
        assert_eq!(self.map.iter().fold(0, sum), self.sum);
    }
}

/// All threads take versions out of common slots, change them and put them back.
fn exchange<K: Key, S>(keys: u32, steps: u32)
where
    S: std::hash::BuildHasher + Clone + Default + Send + Sync,
{
    let steps = if cfg!(miri) { steps / 100 } else { steps };
    let slots = Mutex::new(vec![Summed::<K, S>::default(); 8]);
    let begin = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        for seed in 0..THREADS {
            let (slots, begin) = (&slots, &begin);
            scope.spawn(move || {
                let mut random = Random(seed.into());
                begin.wait();
                for step in 0..steps {
                    let from = random.below(8) as usize;
                    let mut mine = slots.lock().expect("no panic")[from].clone();
                    for _ in 0..random.below(12) {
                        let key = K::of(random.below(keys));
                        match random.below(5) {
                            0 => mine.remove(&key),
                            1 => {
                                if let Some(value) = mine.map.get_mut(&key) {
                                    *value = value.wrapping_add(1);
                                    mine.sum = mine.sum.wrapping_add(key.weight());
                                }
                            }
                            _ => mine.insert(key, random.next()),
                        }
                    }
                    match step % 64 {
                        0 => mine.check(),
                        1 => {
                            let sum = |sum: u64, (key, value): (K, u64)| {
                                sum.wrapping_add(key.weight().wrapping_mul(value))
                            };
                            assert_eq!(mine.map.clone().into_iter().fold(0, sum), mine.sum);
                        }
                        2 => {
                            let more = |value: &mut u64| *value = value.wrapping_add(1);
                            mine.map.values_mut().for_each(more);
                            let weights = mine.map.keys().map(Key::weight);
                            mine.sum = weights.fold(mine.sum, u64::wrapping_add);
                        }
                        _ => (),
                    }
                    let to = random.below(8) as usize;
                    // The lock is gone when the old version is dropped.
                    let old = std::mem::replace(&mut slots.lock().expect("no panic")[to], mine);
                    drop(old);
                }
            });
        }
    });
    for slot in slots.into_inner().expect("no panic") {
        slot.map.validate().expect("a valid map");
        slot.check();
    }
}

#[test]
fn exchange_numbers() {
    exchange::<u32, Good>(500, 8_000);
}

#[test]
fn exchange_numbers_that_collide() {
    exchange::<u32, FourAtTheBottom>(60, 4_000);
}

#[test]
fn exchange_texts() {
    exchange::<String, Good>(300, 6_000);
}

#[test]
fn exchange_texts_that_collide() {
    exchange::<String, FourAtTheBottom>(60, 4_000);
}

/// Readers iterate over versions of their own while a writer goes on.
#[test]
fn readers_beside_a_writer() {
    let rounds = if cfg!(miri) { 5 } else { 300 };
    let map: Hamt<String, u64> = (0..500).map(|n: u32| (n.to_string(), 1)).collect();
    let published = Mutex::new(map.clone());
    thread::scope(|scope| {
        for _ in 1..THREADS {
            scope.spawn(|| {
                for _ in 0..rounds {
                    let version = published.lock().expect("no panic").clone();
                    // The writer doubles all values before it publishes.
                    let first = *version.values().next().expect("not empty");
                    assert!(version.values().all(|value| *value == first));
                    assert_eq!(version.len(), 500);
                }
            });
        }
        scope.spawn(|| {
            let mut map = map;
            for round in 0..rounds {
                if round % 2 == 0 {
                    map.values_mut()
                        .for_each(|value| *value = value.wrapping_mul(2));
                } else {
                    for n in 0..500u32 {
                        let value = map.remove(&n.to_string()).expect("it is there");
                        map.insert(n.to_string(), value.wrapping_mul(2));
                    }
                }
                *published.lock().expect("no panic") = map.clone();
            }
        });
    });
}

/// The last two owners of one version let go at the same time; one of them frees it.
#[test]
fn last_owners_race() {
    for round in 0..if cfg!(miri) { 5 } else { 400 } {
        let token = std::sync::Arc::new(());
        let map: Hamt<u32, _, Good> = (0..40).map(|n| (n, token.clone())).collect();
        let begin = Barrier::new(2);
        let copy = map.clone();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut map = map;
                begin.wait();
                match round % 3 {
                    0 => drop(map),
                    1 => map.retain(|_, _| false),
                    _ => assert_eq!(map.into_iter().count(), 40),
                }
            });
            scope.spawn(|| {
                let mut copy = copy;
                begin.wait();
                match round % 4 {
                    0 => drop(copy),
                    1 => (0..40).for_each(|n| drop(copy.remove(&n))),
                    2 => copy.values_mut().for_each(|value| *value = value.clone()),
                    _ => assert_eq!(copy.into_values().count(), 40),
                }
            });
        });
        assert_eq!(std::sync::Arc::strong_count(&token), 1, "round {round}");
    }
}

type Map<K> = Hamt<K, u64, Good>;

/// Four threads edit, clone and drop what they share with others, through one reference.
fn share<K: Key>(rounds: u64) {
    let mut random = Random(7);
    let mut base: Map<K> = (0..300).map(|n| (K::of(n), n.into())).collect();
    for round in 0..rounds {
        // A chain of versions that die now, so that the threads find origins to absorb.
        let mut versions = vec![base.clone()];
        for i in 0..6 {
            let last = versions.last().expect("not empty");
            versions.push(last.update(K::of(random.below(400)), i));
        }
        let newest = versions.pop().expect("not empty");
        let start = Barrier::new(4);
        let ends: Vec<Map<K>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|id| {
                    let (newest, start) = (&newest, &start);
                    let mut mine = versions.pop();
                    scope.spawn(move || {
                        let mut random = Random(round * 4 + id);
                        start.wait();
                        let mut map = newest.clone();
                        for step in 0..20 {
                            let key = K::of(random.below(400));
                            match random.below(5) {
                                0 | 1 => drop(map.insert(key, step)),
                                2 => drop(map.remove(&key)),
                                3 => map = newest.update(key, step),
                                _ => mine = Some(map.clone()),
                            }
                        }
                        drop(mine);
                        map
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"))
                .collect()
        });
        versions.push(newest);
        versions.extend(ends);
        versions.push(base);
        crate::heap::check(versions.iter()).unwrap_or_else(|broken| panic!("{broken}"));
        for map in &versions {
            map.validate().expect("valid");
        }
        base = {
            let count = u32::try_from(versions.len()).expect("few");
            versions.swap_remove(random.below(count) as usize)
        };
    }
}

#[test]
fn threads_share_dying_versions_inline() {
    share::<u32>(150);
}

#[test]
fn threads_share_dying_versions_counted() {
    share::<String>(150);
}

#[test]
fn threads_exchange_versions() {
    let slots: Vec<Mutex<(Map<u32>, u64)>> =
        (0..8).map(|_| Mutex::new((Map::default(), 0))).collect();
    thread::scope(|scope| {
        for id in 0..4 {
            let slots = &slots;
            scope.spawn(move || {
                let mut random = Random(id);
                // The sum of all values stands beside each version.
                let (mut map, mut sum) = (Map::<u32>::default(), 0u64);
                for _ in 0..20_000 {
                    let key = random.below(2000);
                    match random.below(8) {
                        0..4 => {
                            let value = random.next() % 1000;
                            sum = sum + value - map.insert(key, value).unwrap_or(0);
                        }
                        4 | 5 => sum -= map.remove(&key).unwrap_or(0),
                        6 => {
                            let slot = &slots[random.below(8) as usize];
                            *slot.lock().expect("no panic") = (map.clone(), sum);
                        }
                        _ => {
                            let slot = &slots[random.below(8) as usize];
                            (map, sum) = slot.lock().expect("no panic").clone();
                        }
                    }
                }
                assert_eq!(map.values().sum::<u64>(), sum);
            });
        }
    });
    let ends: Vec<_> = slots
        .into_iter()
        .map(|slot| slot.into_inner().expect("no panic"))
        .collect();
    for (map, sum) in &ends {
        map.validate().expect("valid");
        assert_eq!(map.values().sum::<u64>(), *sum);
    }
    crate::heap::check(ends.iter().map(|(map, _)| map)).unwrap_or_else(|broken| panic!("{broken}"));
}
