//! `hamt-bench measure`: the run of record.
//!
//! All peers of a comparison (one workload, key set and scale) are measured in rounds: in each
//! round every peer gives one sample, in an order drawn anew, so that what disturbs the machine for
//! a while disturbs all of them, and samples of one round can be compared pairwise. Before the
//! first round each peer runs once to warm up and to find how many passes a sample needs.

pub mod fresh;
pub mod pin;
mod rounds;
mod side_by_side;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use core::time::Duration;
use std::path::PathBuf;

use rand::SeedableRng as _;
use rand::rngs::Xoshiro256PlusPlus;

use crate::external::{self, Wish};
use crate::heap;
use crate::keys::Sources;
use crate::machine;
use crate::peers::{PeerEntry, Presence};
use crate::plan::{self, Benchmark, Effort, Filter};
use crate::progress::{Progress, clock};
use crate::record::{PeerVersion, Sample, Series};
use crate::recorder::{Recorder, Summary};
use crate::subjects::Subjects;
use crate::threads::Publisher;

use rounds::Outcome;

/// Above this scale the maps that a comparison prepared are freed after it.
const KEEP_MAPS_TO: usize = 1_000_000;

/// What a run consists of and how it is made.
#[derive(Debug)]
pub struct Options {
    /// The data directory.
    pub data: PathBuf,
    /// How much of the matrix.
    pub effort: Effort,
    /// The part of it that is wanted.
    pub filter: Filter,
    /// Rounds of each comparison; `None` for what suits the effort and scale.
    pub rounds: Option<u32>,
    /// Seed of keys and orders.
    pub seed: u64,
    /// The processor to stay on, if any.
    pub pin: Option<usize>,
    /// This program, which examines what wants a process of its own (see [`fresh`]); without it
    /// that is left out.
    pub program: Option<PathBuf>,
    /// Command lines of programs that measure peers in other languages.
    pub external: Vec<String>,
    /// Record what was measured.
    pub record: bool,
    /// Set when the user wants the run to end.
    pub stop: Arc<AtomicBool>,
}

/// What became of a run.
#[derive(Debug)]
pub struct Report {
    /// Benchmarks whose peer gave wrong answers; their times are not recorded.
    pub wrong: Vec<String>,
    /// Where the results are, if they were to be recorded.
    pub summary: Option<Summary>,
    /// Whether the user ended the run.
    pub stopped: bool,
}

/// Runs the benchmarks.
///
/// # Errors
/// If nothing is left by the filter, or the results could be saved nowhere.
pub fn run(options: &Options, sources: Sources) -> anyhow::Result<Report> {
    let peers = crate::peers::all();
    let mut plan = plan::benchmarks(options.effort, &peers, &sources);
    plan.retain(|benchmark| {
        let possible = options.program.is_some() || !benchmark.workload.is_fresh();
        possible && options.filter.picks(benchmark, &peers)
    });
    let publishers = side_by_side::wanted(options);
    anyhow::ensure!(
        !plan.is_empty() || !publishers.is_empty(),
        "no benchmark is left by these filters"
    );
    let time = |benchmark| rounds::estimate(benchmark, options);
    let total = plan.iter().map(time).sum::<Duration>()
        + side_by_side::estimate(&publishers, options.effort);
    introduce(&plan, &peers, total);
    let scales = plan.iter().map(|benchmark| benchmark.scale);
    heap::warm_up_for(scales.max().unwrap_or(0));

    let processor = pin::possible(options.pin);
    let recorder = options.record.then(|| {
        let mut known = versions(&peers);
        known.extend(side_by_side::versions(&publishers, &known));
        let mut info = machine::run_info(options.seed, known);
        info.note = note(options, processor);
        Recorder::start(&options.data, info)
    });
    let mut run = Measuring {
        options,
        subjects: Subjects::new(peers, sources, options.seed),
        rng: Xoshiro256PlusPlus::seed_from_u64(options.seed),
        recorder,
        progress: Progress::new(total),
        wrong: Vec::new(),
    };
    run.side_by_side(&publishers);
    // Only now: threads that are started later would stay there, too. It was possible before.
    let _ = pin::stay_on(processor);
    run.alone(&plan);
    run.external(&plan);
    run.end()
}

/// A run under way.
struct Measuring<'a> {
    options: &'a Options,
    subjects: Subjects,
    rng: Xoshiro256PlusPlus,
    recorder: Option<Recorder>,
    progress: Progress,
    wrong: Vec<String>,
}

impl Measuring<'_> {
    fn record(&mut self, samples: &[Sample]) {
        if let Some(recorder) = &mut self.recorder {
            recorder.record(samples);
        }
    }

    /// Measures readers beside a writer.
    fn side_by_side(&mut self, publishers: &[Publisher]) {
        if publishers.is_empty() {
            return;
        }
        let name = "readers beside a writer";
        self.progress.begin(name);
        let samples = side_by_side::run(publishers, self.options, &mut self.rng);
        let time = side_by_side::estimate(publishers, self.options.effort);
        self.progress.end(name, "done", time);
        samples.iter().for_each(|list| self.record(list));
    }

    /// Measures one comparison after the other.
    fn alone(&mut self, plan: &[Benchmark]) {
        for comparison in plan.chunk_by(|a, b| a.group() == b.group()) {
            self.progress.begin(&comparison[0].group());
            let (options, rng) = (self.options, &mut self.rng);
            let outcomes = rounds::compare(comparison, &mut self.subjects, options, rng);
            if options.stop.load(Relaxed) {
                return;
            }
            for (benchmark, outcome) in comparison.iter().zip(&outcomes) {
                self.take(benchmark, outcome);
                if benchmark.scale > KEEP_MAPS_TO {
                    self.subjects.get(benchmark).release();
                }
            }
        }
    }

    /// Runs the external programs, for the scales of the plan that interpreters can do in minutes.
    /// One that fails is told of and skipped.
    fn external(&mut self, plan: &[Benchmark]) {
        let most = match self.options.effort {
            Effort::Test | Effort::Quick => 1_000,
            Effort::Default => 10_000,
            Effort::Full => u64::MAX,
        };
        let scales = plan.iter().map(|benchmark| benchmark.scale as u64);
        let mut scales: Vec<u64> = scales.filter(|scale| *scale <= most).collect();
        scales.sort_unstable();
        scales.dedup();
        let wish = Wish {
            scales,
            seed: self.options.seed,
            quick: self.options.effort == Effort::Quick,
        };
        for line in &self.options.external {
            if self.options.stop.load(Relaxed) {
                return;
            }
            self.progress.begin(line);
            match external::run(line, &wish, external::TIME_LIMIT) {
                Ok(samples) => self.record(&samples),
                Err(error) => eprintln!("skipped: {error}"),
            }
            self.progress.end(line, "done", Duration::ZERO);
        }
    }

    /// Tells and records what came of a benchmark.
    fn take(&mut self, benchmark: &Benchmark, outcome: &Outcome) {
        let name = benchmark.name(self.subjects.peers());
        let estimate = rounds::estimate(benchmark, self.options);
        let result = outcome.describe(benchmark.workload, self.options.effort);
        self.progress.end(&name, &result, estimate);
        if outcome.wrong {
            self.wrong.push(name);
        } else {
            let peer = &self.subjects.peers()[benchmark.peer];
            self.record(&samples(benchmark, peer, &outcome.samples));
        }
    }

    /// Closes the books.
    fn end(self) -> anyhow::Result<Report> {
        drop(self.subjects);
        self.progress.finish();
        let stopped = self.options.stop.load(Relaxed);
        let end = |run: Recorder| if stopped { run.abandon() } else { run.finish() };
        Ok(Report {
            wrong: self.wrong,
            summary: self.recorder.map(end).transpose()?,
            stopped,
        })
    }
}

/// How the run was made, for its record. "interleaved" tells readers that equal repeats belong
/// together.
fn note(options: &Options, processor: Option<usize>) -> String {
    let part = if options.filter.is_empty() {
        ""
    } else {
        ", filtered"
    };
    let place = processor.map_or_else(
        || "not pinned".to_owned(),
        |processor| format!("pinned to processor {processor}"),
    );
    format!(
        "measure {}{part}: interleaved rounds, {place}, warm heap",
        options.effort.name()
    )
}

/// The peers as a run records them.
#[must_use]
pub fn versions(peers: &[PeerEntry]) -> Vec<PeerVersion> {
    let version = |peer: &PeerEntry| PeerVersion {
        name: peer.product.to_owned(),
        version: peer.version.clone(),
        present: peer.is_present(),
        note: match peer.presence {
            Presence::Present => peer.note.to_owned(),
            Presence::Absent { install } => install.to_owned(),
        },
    };
    peers.iter().map(version).collect()
}

/// Says what is about to happen, and who is missing.
pub fn introduce(plan: &[Benchmark], peers: &[PeerEntry], time: Duration) {
    println!("{} benchmarks in about {}", plan.len(), clock(time));
    println!("keys prepared and maps freed outside the timed sections, on a warm heap; peers:");
    for peer in peers {
        let (product, version) = (peer.product, &peer.version);
        match peer.presence {
            Presence::Present => println!("  {product:<18} {version:<10} {}", peer.note),
            Presence::Absent { install } => println!("  {product:<18} absent     {install}"),
        }
    }
}

/// The samples of a benchmark as a run records them, numbered by round, from the operations timed
/// and the value of one.
#[must_use]
pub fn samples(benchmark: &Benchmark, peer: &PeerEntry, samples: &[(u64, f64)]) -> Vec<Sample> {
    let series = Series {
        product: peer.product.to_owned(),
        version: peer.version.clone(),
        measurement: benchmark.workload.name().to_owned(),
        key_set: benchmark.kind.name().to_owned(),
        scale: benchmark.scale as u64,
        unit: benchmark.workload.unit(),
    };
    let sample = |(repeat, &(iters, value))| Sample {
        series: series.clone(),
        repeat,
        iters,
        value,
    };
    (0..).zip(samples).map(sample).collect()
}
