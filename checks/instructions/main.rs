//! One operation on a map of one size, many times, for `run.py` to count the instructions of. Keys,
//! their order and the hasher are fixed, so the count is exact.

use core::hash::{BuildHasher, Hasher};
use core::hint::black_box;
use std::env;

use hamt::Hamt;

/// Mixes a number well enough for a trie, in a few instructions.
#[derive(Clone, Copy, Default)]
struct Mix;

struct MixHasher(u64);

impl BuildHasher for Mix {
    type Hasher = MixHasher;

    #[inline]
    fn build_hasher(&self) -> MixHasher {
        MixHasher(0)
    }
}

impl Hasher for MixHasher {
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are numbers");
    }

    #[inline]
    fn write_u64(&mut self, n: u64) {
        let n = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = (n ^ (n >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

type Map = Hamt<u64, u64, Mix>;

/// Only what runs in here is counted.
#[inline(never)]
fn measured(operation: &mut dyn FnMut()) {
    operation();
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, operation, entries] = &arguments[..] else {
        panic!("usage: instructions OPERATION ENTRIES");
    };
    let entries: u64 = entries.parse().expect("a number of entries");
    // One by one, so that the pool has seen blocks come and go.
    let mut map = Map::default();
    for n in 0..entries {
        map.insert(n, n);
    }
    // A tenth of the keys, spread, and as many that are not there.
    let some = || (0..entries).step_by(10);
    let new = || entries..entries + entries / 10;
    let times = match operation.as_str() {
        "get" => {
            measured(&mut || {
                for key in 0..entries {
                    black_box(map.get(&key));
                }
            });
            entries
        }
        "get-miss" => {
            measured(&mut || {
                for key in new() {
                    black_box(map.get(&key));
                }
            });
            entries / 10
        }
        "insert" => {
            measured(&mut || {
                for key in new() {
                    black_box(map.insert(key, key));
                }
            });
            entries / 10
        }
        "remove" => {
            measured(&mut || {
                for key in some() {
                    black_box(map.remove(&key));
                }
            });
            entries / 10
        }
        // The old version is dropped.
        "update" => {
            measured(&mut || {
                for key in new() {
                    map = map.update(key, key);
                }
            });
            entries / 10
        }
        "without" => {
            measured(&mut || {
                for key in some() {
                    map = map.without(&key);
                }
            });
            entries / 10
        }
        "iterate" => {
            measured(&mut || {
                black_box(map.iter().fold(0, |sum, (key, value)| sum ^ key ^ value));
            });
            entries
        }
        "collect" => {
            measured(&mut || {
                black_box((0..entries).map(|n| (n, n)).collect::<Map>());
            });
            entries
        }
        "drop" => {
            let mut map = Some(map);
            measured(&mut || drop(map.take()));
            entries
        }
        other => panic!("no operation is called {other}"),
    };
    println!("{times}");
}
