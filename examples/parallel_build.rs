//! Builds one large map on several threads, and the same one on one thread: the two are equal.
//!
//! `collect` on a parallel iterator computes and hashes the entries on all threads of the pool, sorts
//! them by their hashes into groups that have nothing to do with each other, and writes each group's
//! part of the map on its own.
//!
//! ```sh
//! cargo run --release --features rayon --example parallel_build
//! ```

use std::time::Instant;

use hamt::Hamt;
use rayon::prelude::*;

const NUMBERS: u32 = 300_000;

/// How many steps the Collatz sequence takes from `n` down to 1.
fn collatz(n: u32) -> (u32, u32) {
    let mut at = u64::from(n);
    let mut steps = 0;
    while at != 1 {
        at = if at % 2 == 0 { at / 2 } else { 3 * at + 1 };
        steps += 1;
    }
    (n, steps)
}

fn build(how: &str, build: impl FnOnce() -> Hamt<u32, u32>) -> Hamt<u32, u32> {
    let start = Instant::now();
    let map = build();
    println!("{how}: {} entries in {:.0?}", map.len(), start.elapsed());
    map
}

fn main() {
    let threads = rayon::current_num_threads();
    let one = build("one thread", || (1..=NUMBERS).map(collatz).collect());
    let several = build(&format!("{threads} threads"), || {
        (1..=NUMBERS).into_par_iter().map(collatz).collect()
    });
    assert_eq!(one, several);
    assert_eq!(one.stats().nodes, several.stats().nodes);

    let longest = several.iter().max_by_key(|(n, steps)| (**steps, **n));
    let (n, steps) = longest.expect("the map is not empty");
    println!("the longest sequence starts at {n} and takes {steps} steps");

    // A second batch goes into a map that is there; the first version stays as it is.
    let mut more = several.clone();
    more.par_extend((NUMBERS + 1..=NUMBERS + 1000).into_par_iter().map(collatz));
    assert_eq!((several.len(), more.len()), (one.len(), one.len() + 1000));
    assert_eq!(several.diff(&more).count(), 1000);
}
