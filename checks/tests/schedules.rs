//! Random programs of a few threads that share small versions, each run under many schedules: the
//! real operations, with a scheduling point before each access to a count. What weak memory does
//! remains for loom.

#![expect(
    unsafe_code,
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "tests run where `std` is, on an allocator of their own"
)]

#[path = "support/random.rs"]
mod random;
mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use hamt::Hamt;
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::sync::Mutex;

use random::Random;
use support::{Counted, Live, Low, Value, alone};

/// A version and its model.
struct Version<V, const BITS: u32> {
    map: Hamt<u64, V, Low<BITS>>,
    model: BTreeMap<u64, u64>,
}

impl<V: Value, const BITS: u32> Clone for Version<V, BITS> {
    fn clone(&self) -> Self {
        Version {
            map: self.map.clone(),
            model: self.model.clone(),
        }
    }
}

impl<V: Value, const BITS: u32> Version<V, BITS> {
    fn check(&self) {
        assert_eq!(self.map.len(), self.model.len());
        let read: BTreeMap<u64, u64> = self
            .map
            .iter()
            .map(|(&key, value)| (key, value.number()))
            .collect();
        assert_eq!(read, self.model, "contents");
    }

    fn insert(&mut self, key: u64, n: u64) {
        let old = self.map.insert(key, V::of(n)).map(|old| old.number());
        assert_eq!(old, self.model.insert(key, n));
    }

    fn remove(&mut self, key: u64) {
        let old = self.map.remove(&key).map(|old| old.number());
        assert_eq!(old, self.model.remove(&key));
    }
}

/// Which keys a program uses.
#[derive(Clone, Copy)]
struct Shape {
    /// Slots of the root, slots of each of its children, and keys in each of those.
    slots: [u64; 3],
    /// Keys for each hash.
    equal: u64,
}

impl Shape {
    fn key(self, random: &mut Random, bits: u32) -> u64 {
        let [a, b, c] = self.slots;
        let hash = random.below(a) + 32 * random.below(b) + 1024 * random.below(c);
        hash + (random.below(self.equal) << (bits % 64))
    }
}

/// One step on one of the versions a thread has.
fn step<V: Value, const BITS: u32>(
    random: &mut Random,
    shape: Shape,
    versions: &mut Vec<Version<V, BITS>>,
) {
    if versions.is_empty() {
        return;
    }
    let at = random.index(versions.len());
    let key = shape.key(random, BITS);
    let n = random.next() >> 1;
    let version = &mut versions[at];
    match random.below(20) {
        0..3 => {
            let mut copy = version.clone();
            if random.below(4) == 0 {
                copy.map = copy.map.with_prompt_drop();
            }
            versions.push(copy);
        }
        3..6 => drop(versions.swap_remove(at)),
        6..9 => {
            let mut next = version.clone();
            next.map = version.map.update(key, V::of(n));
            next.model.insert(key, n);
            versions.push(next);
        }
        9..11 => {
            let mut next = version.clone();
            next.map = version.map.without(&key);
            next.model.remove(&key);
            versions.push(next);
        }
        11..14 => version.insert(key, n),
        14..16 => version.remove(key),
        16 => version.map.compact(),
        17 => {
            let value = version.map.get_mut(&key);
            assert_eq!(value.is_some(), version.model.contains_key(&key));
            if let Some(value) = value {
                *value = V::of(n);
                version.model.insert(key, n);
            }
        }
        18 => match random.below(4) {
            0 => {
                version.map.values_mut().for_each(|value| *value = V::of(n));
                version.model.values_mut().for_each(|value| *value = n);
            }
            1 => {
                let Version { map, model } = versions.swap_remove(at);
                let taken: BTreeMap<u64, u64> = map
                    .into_iter()
                    .map(|(key, value)| (key, value.number()))
                    .collect();
                assert_eq!(taken, model, "contents by value");
            }
            2 => {
                let keys: Vec<u64> = (0..20).map(|_| shape.key(random, BITS)).collect();
                version.map.extend(keys.iter().map(|&key| (key, V::of(n))));
                version.model.extend(keys.iter().map(|&key| (key, n)));
            }
            _ => {
                version.map.retain(|key, _| key % 3 != 0);
                version.model.retain(|key, _| key % 3 != 0);
            }
        },
        _ => version.check(),
    }
}

/// Builds versions with a common history, lets `threads` threads work on clones of them, and looks
/// at everything that is left.
fn program<V: Value, const BITS: u32>(seed: u64, shape: Shape) {
    let live = Live::now();
    let mut random = Random(seed);
    let mut base = Version::<V, BITS> {
        map: Hamt::default(),
        model: BTreeMap::new(),
    };
    for _ in 0..shape.slots.iter().product::<u64>() * shape.equal {
        base.insert(shape.key(&mut random, BITS), 1);
    }
    let mut versions = vec![base];
    for _ in 0..random.below(8) {
        let mut next = versions[versions.len() - 1].clone();
        let key = shape.key(&mut random, BITS);
        next.map = next.map.update(key, V::of(2));
        next.model.insert(key, 2);
        versions.push(next);
    }
    // Some die before the threads begin, and leave what they had to those made from them.
    for _ in 0..random.below(5) {
        if versions.len() > 1 {
            versions.swap_remove(random.index(versions.len()));
        }
    }
    let steps = 3 + random.below(4);
    let left = Arc::new(Mutex::new(Vec::new()));
    let threads: Vec<_> = (0..1 + random.below(2))
        .map(|_| {
            let mut mine: Vec<_> = (0..2)
                .map(|_| versions[random.index(versions.len())].clone())
                .collect();
            let mut random = Random(random.next());
            let left = left.clone();
            shuttle::thread::spawn(move || {
                for _ in 0..steps {
                    step(&mut random, shape, &mut mine);
                }
                mine.iter().for_each(Version::check);
                if random.below(2) == 0 {
                    left.lock().expect("no panic").append(&mut mine);
                }
            })
        })
        .collect();
    if random.below(2) == 0 {
        versions.clear();
    }
    for _ in 0..steps {
        step(&mut random, shape, &mut versions);
    }
    for thread in threads {
        thread.join().expect("no panic");
    }
    versions.append(&mut left.lock().expect("no panic"));
    for version in &versions {
        version.map.validate().expect("valid");
        version.check();
    }
    live.assert_only(versions.iter().map(|version| &version.map));
    drop(versions);
    live.assert_unchanged();
}

/// Programs of a test in CI. `HAMT_SCHEDULES=n` makes it `n` times as many.
const PROGRAMS: u64 = 150;

/// Schedules of each program.
const SCHEDULES: usize = 60;

fn explore<V: Value, const BITS: u32>(shapes: &[Shape]) {
    let factor = std::env::var("HAMT_SCHEDULES").map_or(1, |it| it.parse().expect("a number"));
    let mut config = shuttle::Config::default();
    config.stack_size = 1 << 18;
    alone(|| {
        for seed in 0..PROGRAMS * factor {
            let shape = shapes[Random(seed).index(shapes.len())];
            let run = move || program::<V, BITS>(seed, shape);
            if seed % 2 == 0 {
                let scheduler = RandomScheduler::new_from_seed(seed, SCHEDULES);
                shuttle::Runner::new(scheduler, config.clone()).run(run);
            } else {
                let scheduler = PctScheduler::new_from_seed(seed, 3, SCHEDULES);
                shuttle::Runner::new(scheduler, config.clone()).run(run);
            }
        }
    });
}

const fn shape(a: u64, b: u64, c: u64, equal: u64) -> Shape {
    Shape {
        slots: [a, b, c],
        equal,
    }
}

#[test]
fn inline_entries() {
    explore::<u64, 64>(&[shape(7, 3, 3, 1), shape(7, 5, 3, 1), shape(7, 7, 3, 1)]);
}

#[test]
fn counted_entries() {
    explore::<Counted, 64>(&[shape(7, 1, 1, 1), shape(7, 3, 1, 1), shape(6, 6, 2, 1)]);
}

#[test]
fn inline_entries_that_collide() {
    explore::<u64, 15>(&[shape(7, 1, 1, 6), shape(2, 1, 1, 8)]);
}

#[test]
fn counted_entries_that_collide() {
    explore::<Counted, 15>(&[shape(7, 1, 1, 4), shape(2, 1, 1, 8)]);
}
