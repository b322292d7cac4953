//! The benchmark: all peers, all workloads, one run with one table at its end.
//!
//! ```text
//! cargo bench                          the default run, under 10 minutes
//! cargo bench -- persistent            benchmarks whose name contains that
//! HAMT_BENCH_QUICK=1 cargo bench       under 2 minutes
//! HAMT_BENCH_FULL=1 cargo bench        every peer on everything
//! ```
//!
//! `HAMT_WORDS=<file>` brings other words, `HAMT_BENCH_SEED=<number>` other keys. Criterion's own
//! options work; `--verbose` shows its reports.

extern crate alloc;

mod measure;
mod options;
mod progress;
mod quiet;
mod run;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use core::time::Duration;
use std::process::ExitCode;

use criterion::Criterion;
use hamt_bench::heap::{self, Counting};
use hamt_bench::keys::WordList;
use hamt_bench::peers::{self, PeerEntry, Presence};
use hamt_bench::plan::{self, Benchmark, Effort};

use options::{Mode, Options};
use run::Run;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Without `HAMT_BENCH_SEED`, the keys are those of this seed.
const SEED: u64 = 20_25;
/// Bytes of warm heap for each entry of the largest map, and their bound.
const WARM_BYTES: usize = 600;
const MOST_WARM_BYTES: usize = 2 << 30;

fn main() -> ExitCode {
    // Resampling is cut short: we record samples, Criterion's statistics are a by-product.
    let criterion = Criterion::default().nresamples(2_000).configure_from_args();
    let options = Options::new(std::env::args().skip(1));
    let effort = if options.mode == Mode::Test {
        Effort::Test
    } else {
        Effort::from_env()
    };
    let peers = peers::all();
    let words = WordList::from_env();
    let mut plan = plan::benchmarks(effort, &peers, words.most_present());
    plan.retain(|benchmark| options.picks(&benchmark.name(&peers)));

    if options.mode == Mode::List {
        plan.iter()
            .for_each(|benchmark| println!("{}: benchmark", benchmark.name(&peers)));
        return ExitCode::SUCCESS;
    }
    if plan.is_empty() && options.mode == Mode::Bench {
        eprintln!("no benchmark has such a name; `cargo bench -- --list` shows them");
        return ExitCode::FAILURE;
    }
    let stop = stop_on_interrupt();
    if options.mode == Mode::Bench {
        introduce(&plan, &peers, effort);
    }
    if options.mode != Mode::Test {
        let largest = plan
            .iter()
            .map(|benchmark| benchmark.scale)
            .max()
            .unwrap_or(0);
        heap::warm_up(MOST_WARM_BYTES.min(largest * WARM_BYTES));
    }
    Run {
        options,
        effort,
        peers,
        words,
        seed: seed(),
        stop,
    }
    .go(criterion, &plan)
}

/// Says what is about to happen, and who is missing.
fn introduce(plan: &[Benchmark], peers: &[PeerEntry], effort: Effort) {
    let time: Duration = plan.iter().map(Benchmark::estimate).sum();
    let run = match effort {
        Effort::Full => "full run",
        Effort::Quick => "quick run",
        Effort::Default | Effort::Test => "default run (HAMT_BENCH_QUICK=1, HAMT_BENCH_FULL=1)",
    };
    println!(
        "{run}: {} benchmarks in about {}",
        plan.len(),
        progress::clock(time)
    );
    println!("keys prepared and maps freed outside the timed sections, on a warm heap; peers:");
    for peer in peers {
        let (product, version) = (peer.product, &peer.version);
        match peer.presence {
            Presence::Present => println!("  {product:<10} {version:<10} {}", peer.note),
            Presence::Absent { install } => println!("  {product:<10} absent     {install}"),
        }
    }
}

/// The seed of the keys.
fn seed() -> u64 {
    let Some(text) = std::env::var_os("HAMT_BENCH_SEED") else {
        return SEED;
    };
    text.to_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| {
            eprintln!("HAMT_BENCH_SEED is not a number; taking {SEED}");
            SEED
        })
}

/// A flag that the first Ctrl-C sets; the second ends the process at once.
fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let handler = move || {
        if flag.swap(true, Relaxed) {
            std::process::exit(130);
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        eprintln!("Ctrl-C will end the run without a last word: {error}");
    }
    stop
}
