//! Operations on two versions of one map, beside imbl's. Each version differs from the other in ten
//! paths; `n` entries each, the heap warm.
//!
//! ```sh
//! cargo run --release -p hamt-bench --example relatives [n ...]
//! ```

use core::hint::black_box;
use std::time::Instant;

use hamt::{Hamt, Resolution};
use hamt_bench::peers::hash::BenchHash;
use imbl::shared_ptr::DefaultSharedPtr;

type Imbl = imbl::GenericHashMap<u64, u64, BenchHash, DefaultSharedPtr>;

const PATHS: u64 = 10;
const ROUNDS: usize = 15;

/// Spreads numbers over all keys.
fn key(n: u64) -> u64 {
    let n = (n ^ (n >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    n ^ (n >> 29)
}

/// Microseconds a call: the least and the median of some rounds of at least a millisecond.
fn micros<R>(mut work: impl FnMut() -> R) -> (f64, f64) {
    let start = Instant::now();
    black_box(work());
    let calls = (0.001 / start.elapsed().as_secs_f64())
        .ceil()
        .clamp(1.0, 1e4);
    let rounds = if start.elapsed().as_secs_f64() > 0.1 {
        3
    } else {
        ROUNDS
    };
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            let mut left = calls;
            while left > 0.0 {
                black_box(work());
                left -= 1.0;
            }
            start.elapsed().as_secs_f64() * 1e6 / calls
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[0], times[times.len() / 2])
}

/// The base of `n` entries with some keys written again, each by `value`.
fn versions<M: Clone + FromIterator<(u64, u64)>>(
    n: u64,
    insert: impl Fn(&mut M, u64, u64),
) -> [M; 4] {
    let base: M = (0..n).map(|i| (key(i), i)).collect();
    let change = |first: u64, value: Option<u64>| {
        let mut map = base.clone();
        for i in (0..PATHS).map(|path| (first + path * n / PATHS) % n) {
            insert(&mut map, key(i), value.unwrap_or(i));
        }
        map
    };
    let (rewritten, one, two) = (change(1, None), change(2, Some(1)), change(3, Some(2)));
    [base, rewritten, one, two]
}

fn main() {
    let scales: Vec<u64> = std::env::args()
        .skip(1)
        .map(|n| n.parse().expect("a number"))
        .collect();
    let scales = if scales.is_empty() {
        vec![1_000, 10_000, 100_000, 1_000_000]
    } else {
        scales
    };
    println!(
        "{:>9}  {:<34} {:>10} {:>10}",
        "n", "microseconds a call", "least", "median"
    );
    for n in scales {
        let show = |what: &str, (least, median): (f64, f64)| {
            println!("{n:>9}  {what:<34} {least:>10.2} {median:>10.2}");
        };
        let [base, same, one, two] = versions::<Hamt<u64, u64>>(n, |map, key, value| {
            map.insert(key, value);
        });
        show("equal, 10 paths rewritten", micros(|| base == same));
        show("diff, 10 changes", micros(|| base.diff(&one).count()));
        show("union, 10 paths", micros(|| base.union(&one)));
        show("union, 10 paths each", micros(|| one.union(&two)));
        show("intersection, 10 paths", micros(|| base.intersection(&one)));
        show(
            "symmetric difference, 10 paths",
            micros(|| base.symmetric_difference(&one)),
        );
        show(
            "merge, 10 paths each",
            micros(|| base.merge(&one, &two, |_| Resolution::Ours)),
        );
        drop((base, same, one, two));
        let [base, same, one, two] = versions::<Imbl>(n, |map, key, value| {
            map.insert(key, value);
        });
        show("imbl: equal", micros(|| base == same));
        show(
            "imbl: union, 10 paths",
            micros(|| base.clone().union(one.clone())),
        );
        show(
            "imbl: union, 10 paths each",
            micros(|| one.clone().union(two.clone())),
        );
        show(
            "imbl: intersection, 10 paths",
            micros(|| base.clone().intersection(one.clone())),
        );
    }
}
