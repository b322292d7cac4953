//! What the next operation costs as one map grows from nothing to its end, 1e8 entries if nothing
//! else is said: looks for cliffs. Draws `data/plots/growth.svg` and writes the figures as CSV to
//! the standard output.
//!
//! ```sh
//! cargo run --release -p hamt-bench --example growth [entries]
//! ```
//!
//! Keys are `u64` without order, values `u64`. At 1, 2 and 5 of each decade: the mean of the inserts
//! since the step before; of look-ups of present keys; of persistent inserts that drop the old
//! version; and of removals. 1e8 entries take about 3 GB and two minutes.

use core::hint::black_box;
use std::path::Path;
use std::time::Instant;

use hamt::Hamt;
use hamt_bench::machine;
use hamt_bench::plot;
use hamt_bench::record::{PLAIN_KEY_SET, Run, Sample, Series, Unit};

/// Operations of each kind at a step.
const MOST: u64 = 200_000;

/// Spreads numbers over all keys; no two give the same.
fn key(n: u64) -> u64 {
    let n = (n ^ (n >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (n ^ (n >> 29)).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

/// Nanoseconds for one of `count` operations.
fn nanos(count: u64, mut work: impl FnMut(u64)) -> f64 {
    let start = Instant::now();
    (0..count).for_each(&mut work);
    start.elapsed().as_secs_f64() * 1e9 / count as f64
}

/// 1, 2 and 5 of each decade from 1000 to `end`.
fn steps(end: u64) -> impl Iterator<Item = u64> {
    (3..19)
        .flat_map(|decade| [1, 2, 5].map(|step| step * 10_u64.pow(decade)))
        .take_while(move |step| *step <= end)
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let end = match std::env::args().nth(1) {
        Some(entries) => entries.parse()?,
        None => 100_000_000,
    };
    let mut samples = Vec::new();
    let mut map = Hamt::<u64, u64>::new();
    println!("operation,entries,ns_per_op");
    for scale in steps(end) {
        let before = map.len() as u64;
        let count = scale.min(MOST);
        let inserts = nanos(scale - before, |n| {
            map.insert(key(before + n), n);
        });
        let look_ups = nanos(count, |n| {
            black_box(map.get(&key(key(n) % scale)));
        });
        let mut version = map.clone();
        let updates = nanos(count, |n| version = version.update(key(scale + n), n));
        // Alone again, so that removals happen in place.
        drop(version);
        map.compact();
        let removals = nanos(count, |n| {
            map.remove(&key(n));
        });
        (0..count).for_each(|n| {
            map.insert(key(n), n);
        });
        for (operation, value) in [
            ("insert", inserts),
            ("get", look_ups),
            ("persistent insert", updates),
            ("remove", removals),
        ] {
            println!("{operation},{scale},{value:.2}");
            samples.push(Sample {
                series: Series {
                    product: operation.to_owned(),
                    version: String::new(),
                    measurement: "growth".to_owned(),
                    key_set: PLAIN_KEY_SET.to_owned(),
                    scale,
                    unit: Unit::NsPerOp,
                },
                repeat: 0,
                iters: count,
                value,
            });
        }
    }
    let run = Run {
        info: machine::run_info(0, Vec::new()),
        complete: true,
        samples,
    };
    let plots = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/plots");
    for file in plot::draw_all(&[run], &plots)? {
        eprintln!("{}", file.display());
    }
    Ok(())
}
