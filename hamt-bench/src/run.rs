//! The commands that run the peers: `measure` and `verify`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use hamt_bench::analysis::Noise;
use hamt_bench::error::Result;
use hamt_bench::interrupt;
use hamt_bench::keys::Sources;
use hamt_bench::measure::{self, Options, fresh, pin};
use hamt_bench::plan::{Effort, Filter};
use hamt_bench::store::Store;

/// The keys of a run are those of this seed, unless another is asked for.
const SEED: u64 = 20_25;

/// The part of the matrix that is wanted.
#[derive(Args, Debug)]
struct Part {
    /// Only benchmarks whose name (workload/keys/scale/product) contains one of these
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Only these products
    #[arg(long = "peer", value_name = "PRODUCT", value_delimiter = ',')]
    products: Vec<String>,
    /// Only these numbers of entries
    #[arg(long = "scale", value_name = "N", value_delimiter = ',')]
    scales: Vec<usize>,
}

impl Part {
    fn filter(self) -> Filter {
        Filter {
            names: self.names,
            products: self.products,
            scales: self.scales,
        }
    }
}

/// How much is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Budget {
    /// A few minutes: main peers, up to 1e5 entries, 7 rounds
    Quick,
    /// About a quarter of an hour: up to 1e6 entries, 15 rounds
    #[default]
    Default,
    /// Hours: every peer on everything, up to 1e7 entries, 31 rounds
    Full,
}

impl Budget {
    const fn effort(self) -> Effort {
        match self {
            Self::Quick => Effort::Quick,
            Self::Default => Effort::Default,
            Self::Full => Effort::Full,
        }
    }
}

/// Options of `measure`.
#[derive(Args, Debug)]
pub(crate) struct Measure {
    #[command(flatten)]
    part: Part,
    /// How much is measured, and how long
    #[arg(long, value_enum, default_value_t)]
    budget: Budget,
    /// Rounds of each comparison, in place of the budget's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Seed of the keys and of the orders in the rounds
    #[arg(long, value_name = "NUMBER", default_value_t = SEED)]
    seed: u64,
    /// The processor to stay on [default: the last one allowed]
    #[arg(long, value_name = "N", conflicts_with = "no_pin")]
    pin: Option<usize>,
    /// Let the scheduler choose processors
    #[arg(long)]
    no_pin: bool,
    /// Also measure keys from this file, one a line, plain or gzip (Wikipedia titles)
    #[arg(long, value_name = "FILE")]
    titles: Option<PathBuf>,
    /// Also measure two columns of this CSV or TSV file, plain or gzip
    #[arg(long, value_name = "FILE", requires = "key", requires = "value")]
    dataset: Option<PathBuf>,
    /// The column of the keys, by name or number
    #[arg(long, value_name = "COLUMN", requires = "dataset")]
    key: Option<String>,
    /// The column of the values
    #[arg(long, value_name = "COLUMN", requires = "dataset")]
    value: Option<String>,
    /// A program that measures peers in other languages; see hamt-bench/external/README.md
    #[arg(long, value_name = "COMMAND")]
    external: Vec<String>,
}

impl Measure {
    pub(crate) fn go(self, data: PathBuf) -> ExitCode {
        let sources = match self.sources() {
            Ok(sources) => sources,
            Err(error) => {
                eprintln!("hamt-bench: error: {error}");
                return ExitCode::from(if error.is_refusal() { 3 } else { 1 });
            }
        };
        let options = Options {
            data,
            effort: self.budget.effort(),
            filter: self.part.filter(),
            rounds: self.rounds,
            seed: self.seed,
            pin: self.pin.or_else(pin::last).filter(|_| !self.no_pin),
            program: std::env::current_exe().ok(),
            external: self.external,
            record: true,
            stop: interrupt::flag(),
        };
        run(&options, sources)
    }

    /// Reads the files that were named.
    fn sources(&self) -> Result<Sources> {
        let mut sources = Sources::from_env();
        if let Some(path) = &self.titles {
            let largest = self.part.scales.iter().max().copied();
            sources.read_titles(path, largest.unwrap_or(1_000_000))?;
        }
        if let (Some(path), Some(key), Some(value)) = (&self.dataset, &self.key, &self.value) {
            sources.read_table(path, key, value)?;
        }
        Ok(sources)
    }
}

/// Options of `verify`.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    part: Part,
}

impl Verify {
    pub(crate) fn go(self, data: PathBuf) -> ExitCode {
        let options = Options {
            data,
            effort: Effort::Test,
            filter: self.part.filter(),
            rounds: None,
            seed: SEED,
            pin: None,
            program: None,
            external: Vec::new(),
            record: false,
            stop: interrupt::flag(),
        };
        run(&options, Sources::from_env())
    }
}

/// One benchmark, in a process that does nothing else: for `measure` to start.
#[derive(Args, Debug)]
pub(crate) struct Examine {
    workload: String,
    keys: String,
    scale: usize,
    product: String,
    seed: u64,
}

impl Examine {
    pub(crate) fn go(&self) -> ExitCode {
        let Self {
            workload,
            keys,
            scale,
            product,
            seed,
        } = self;
        let Some(value) = fresh::examine(workload, keys, *scale, product, *seed) else {
            eprintln!("hamt-bench: error: no such benchmark, or wrong answers");
            return ExitCode::FAILURE;
        };
        println!("{value}");
        ExitCode::SUCCESS
    }
}

fn run(options: &Options, sources: Sources) -> ExitCode {
    let report = match measure::run(options, sources) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("hamt-bench: error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    for name in &report.wrong {
        eprintln!("{name}: wrong answers; nothing recorded");
    }
    if report.stopped {
        eprintln!("interrupted: what is recorded stays, the run is not marked complete");
        return ExitCode::from(130);
    }
    let summary = report.summary.as_ref();
    if let Some(noise) = summary.and_then(|summary| noise(&options.data, &summary.run)) {
        println!("\n{noise}");
    }
    let saved = summary.is_none_or(|summary| summary.problems.is_empty());
    if report.wrong.is_empty() && saved {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// How sure the figures of a run are; `None` if it is in no database, or has too few samples.
fn noise(data: &Path, run: &str) -> Option<String> {
    let run = Store::open(data).ok()?.load(run).ok()?;
    Noise::of(&run).map(|noise| noise.sentence())
}
