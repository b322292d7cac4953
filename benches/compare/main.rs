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

mod drive;
mod options;
mod quiet;
mod run;

use std::process::ExitCode;

use criterion::Criterion;
use hamt_bench::heap::{self, Counting};
use hamt_bench::keys::Sources;
use hamt_bench::plan::{self, Benchmark, Effort};
use hamt_bench::subjects::Subjects;
use hamt_bench::{interrupt, measure, peers};

use options::{Mode, Options};
use run::Run;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Without `HAMT_BENCH_SEED`, the keys are those of this seed.
const SEED: u64 = 20_25;
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
    let sources = Sources::from_env();
    let mut plan = plan::benchmarks(effort, &peers, &sources);
    // A process of its own is not what Criterion gives a benchmark.
    plan.retain(|benchmark| !benchmark.workload.is_fresh());
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
    let stop = interrupt::flag();
    if options.mode == Mode::Bench {
        let time = plan.iter().map(Benchmark::estimate).sum();
        println!(
            "{} run (HAMT_BENCH_QUICK=1, HAMT_BENCH_FULL=1 for others)",
            effort.name()
        );
        measure::introduce(&plan, &peers, time);
    }
    if options.mode != Mode::Test {
        let scales = plan.iter().map(|benchmark| benchmark.scale);
        heap::warm_up_for(scales.max().unwrap_or(0));
    }
    let seed = seed();
    Run {
        options,
        effort,
        subjects: Subjects::new(peers, sources, seed),
        seed,
        stop,
    }
    .go(criterion, &plan)
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
