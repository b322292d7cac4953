//! Readers beside a writer: what a published map costs both.
//!
//! One thread writes all the time (a random present key gets a new value, and the new version is
//! published), the others read all the time. A *read* takes the current version and looks up
//! [`LOOK_UPS`] random present keys in it; with persistent maps these see one moment, with
//! concurrent maps they need not.
//!
//! | measurement | what |
//! |---|---|
//! | `threads_read` | time of a look-up, the snapshot included: the readers' time over their look-ups |
//! | `threads_write` | time of a write with its publication |
//! | `threads_read_p50`, `_p95`, `_p99`, `_p999` | time of a whole read at that quantile |
//! | `threads_write_p50`, `_p95`, `_p99`, `_p999` | time of a write at that quantile |
//!
//! There is one reader less than processors, at least one. Threads are not pinned.

mod published;

use core::hint::black_box;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use core::time::Duration;
use std::sync::Barrier;
use std::time::Instant;

use hdrhistogram::Histogram;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom as _;
use rand::{Rng, RngExt as _, SeedableRng as _};

pub use published::{Open, Publisher, publishers};

/// Look-ups of one read.
pub const LOOK_UPS: usize = 16;

/// The longest time that is told apart, in nanoseconds.
const LONGEST: u64 = 60_000_000_000;

/// The quantiles that are recorded, with their names.
pub const QUANTILES: [(&str, f64); 4] =
    [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)];

/// A map that one thread changes and others read.
pub trait Published: Send + Sync {
    /// Gives a present key another value and publishes it.
    fn write(&self, key: u64, value: u64);

    /// Looks up all `keys` in the current version; the sum of their values.
    fn read(&self, keys: &[u64]) -> u64;
}

/// What one round of a publisher came to.
#[derive(Debug)]
pub struct Round {
    /// Look-ups, and nanoseconds for each.
    pub reads: (u64, f64),
    /// Writes, and nanoseconds for each.
    pub writes: (u64, f64),
    /// Nanoseconds of a read and of a write at each of [`QUANTILES`].
    pub quantiles: [(u64, u64); QUANTILES.len()],
}

/// What a thread counted.
struct Tally {
    done: u64,
    elapsed: Duration,
    times: Histogram<u64>,
}

/// Repeats `work` until `stop`, timing each.
fn until(stop: &AtomicBool, mut work: impl FnMut()) -> Tally {
    let mut tally = Tally {
        done: 0,
        elapsed: Duration::ZERO,
        times: Histogram::new_with_bounds(1, LONGEST, 3).expect("bounds that are in order"),
    };
    let start = Instant::now();
    let mut last = start;
    while !stop.load(Relaxed) {
        work();
        let now = Instant::now();
        let nanos = u64::try_from((now - last).as_nanos()).unwrap_or(u64::MAX);
        tally.times.saturating_record(nanos.max(1));
        tally.done += 1;
        last = now;
    }
    tally.elapsed = last - start;
    tally
}

/// The random keys of a thread, drawn beforehand.
fn draw(keys: &[u64], seed: u64) -> Vec<u64> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut drawn = keys.to_vec();
    drawn.shuffle(&mut rng);
    drawn.truncate(1 << 16);
    let whole = drawn.len() / LOOK_UPS * LOOK_UPS;
    if whole > 0 {
        drawn.truncate(whole);
    }
    drawn
}

/// Lets one writer and `readers` readers work on `map`, which holds `keys`, for `time`.
///
/// # Panics
/// If the map's code does.
pub fn round(
    map: &dyn Published,
    keys: &[u64],
    readers: usize,
    time: Duration,
    seed: u64,
) -> Round {
    let stop = AtomicBool::new(false);
    let start = Barrier::new(readers + 2);
    let (written, read) = std::thread::scope(|scope| {
        let reader = |number: usize| {
            let keys = draw(keys, seed ^ (number as u64 + 1));
            let (stop, start) = (&stop, &start);
            scope.spawn(move || {
                let mut batches = keys.chunks(LOOK_UPS).cycle();
                start.wait();
                until(stop, || {
                    let batch = batches.next().unwrap_or_default();
                    black_box(map.read(black_box(batch)));
                })
            })
        };
        let readers: Vec<_> = (0..readers).map(reader).collect();
        let keys = draw(keys, seed);
        let (flag, barrier) = (&stop, &start);
        let writer = scope.spawn(move || {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let mut keys = keys.iter().cycle();
            barrier.wait();
            until(flag, || {
                if let Some(key) = keys.next() {
                    map.write(*key, rng.next_u64() | 1);
                }
            })
        });
        start.wait();
        std::thread::sleep(time);
        stop.store(true, Relaxed);
        let panicked = "a thread of the benchmark panicked";
        let written = writer.join().expect(panicked);
        let mut all = readers
            .into_iter()
            .map(|reader| reader.join().expect(panicked));
        let first = all.next();
        let read = first.map(|first| {
            all.fold(first, |mut sum, one| {
                sum.done += one.done;
                sum.elapsed += one.elapsed;
                let _ = sum.times.add(&one.times);
                sum
            })
        });
        (written, read)
    });
    let each = |tally: &Tally, operations: u64| {
        let done = tally.done * operations;
        (done, tally.elapsed.as_secs_f64() * 1e9 / done.max(1) as f64)
    };
    let read = read.unwrap_or(Tally {
        done: 0,
        elapsed: Duration::ZERO,
        times: written.times.clone(),
    });
    Round {
        reads: each(&read, LOOK_UPS as u64),
        writes: each(&written, 1),
        quantiles: QUANTILES.map(|(_, quantile)| {
            (
                read.times.value_at_quantile(quantile),
                written.times.value_at_quantile(quantile),
            )
        }),
    }
}

/// `entries` distinct random keys with a value each.
#[must_use]
pub fn entries(entries: usize, seed: u64) -> Vec<(u64, u64)> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut map = std::collections::HashMap::with_capacity(entries);
    while map.len() < entries {
        map.insert(rng.random(), rng.next_u64() | 1);
    }
    let mut entries: Vec<_> = map.into_iter().collect();
    entries.sort_unstable();
    entries.shuffle(&mut rng);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishers_keep_what_is_written() {
        let entries = entries(2_000, 7);
        let keys: Vec<u64> = entries.iter().map(|entry| entry.0).collect();
        for publisher in publishers() {
            let map = (publisher.open)(&entries);
            let sum = |keys: &[u64]| map.read(keys);
            let all = entries
                .iter()
                .map(|entry| entry.1)
                .fold(0, u64::wrapping_add);
            assert_eq!(sum(&keys), all, "{}", publisher.product);
            map.write(keys[0], 5);
            assert_eq!(sum(&keys[..1]), 5, "{}", publisher.product);
            assert_eq!(sum(&keys[1..]), all.wrapping_sub(entries[0].1));
        }
    }

    #[test]
    fn a_round_counts_both_sides() {
        let entries = entries(1_000, 7);
        let keys: Vec<u64> = entries.iter().map(|entry| entry.0).collect();
        for publisher in publishers() {
            let map = (publisher.open)(&entries);
            let round = round(&*map, &keys, 2, Duration::from_millis(20), 1);
            assert!(
                round.reads.0 > 0 && round.writes.0 > 0,
                "{}",
                publisher.product
            );
            let [p50, p95, p99, p999] = round.quantiles;
            assert!(p50.0 <= p95.0 && p95.0 <= p99.0 && p99.0 <= p999.0);
            assert!(p50.1 <= p95.1 && p95.1 <= p99.1 && p99.1 <= p999.1);
        }
    }
}
