//! A run: its benchmarks one after the other, each recorded as soon as it is done.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::path::Path;
use std::process::ExitCode;

use criterion::Criterion;
use hamt_bench::plan::{Benchmark, Effort};
use hamt_bench::progress::Progress;
use hamt_bench::record::Unit;
use hamt_bench::recorder::Recorder;
use hamt_bench::subjects::Subjects;
use hamt_bench::{machine, measure};

use crate::drive::{self, Outcome};
use crate::options::{Mode, Options};
use crate::quiet::Quiet;

/// Above this scale a peer's prepared map is freed after each benchmark: one at a time is enough.
const KEEP_MAPS_TO: usize = 1_000_000;

/// What a run needs to know.
pub(crate) struct Run {
    pub(crate) options: Options,
    pub(crate) effort: Effort,
    pub(crate) subjects: Subjects,
    pub(crate) seed: u64,
    /// Set when the user wants the run to end.
    pub(crate) stop: Arc<AtomicBool>,
}

impl Run {
    /// Runs the benchmarks of `plan`.
    pub(crate) fn go(mut self, mut criterion: Criterion, plan: &[Benchmark]) -> ExitCode {
        let mut recorder = (self.options.mode == Mode::Bench).then(|| self.recorder());
        let quiet = if self.options.verbose {
            None
        } else {
            Quiet::new()
        };
        let mut progress = Progress::new(plan.iter().map(Benchmark::estimate).sum());
        let mut wrong = Vec::new();

        for benchmark in plan {
            let name = benchmark.name(self.subjects.peers());
            progress.begin(&name);
            let product = self.subjects.peers()[benchmark.peer].product;
            let subject = self.subjects.get(benchmark);
            let outcome = if benchmark.workload.is_timed() {
                let mut time =
                    || drive::time(&mut criterion, benchmark, product, subject, &self.stop);
                match &quiet {
                    Some(quiet) => quiet.hush(time),
                    None => time(),
                }
            } else {
                drive::examine(benchmark, subject)
            };
            if self.stop.load(Relaxed) {
                break;
            }
            if benchmark.scale > KEEP_MAPS_TO {
                subject.release();
            }
            progress.end(
                &name,
                &self.describe(benchmark, &outcome),
                benchmark.estimate(),
            );
            if outcome.wrong {
                wrong.push(name);
            } else if let Some(recorder) = &mut recorder {
                let peer = &self.subjects.peers()[benchmark.peer];
                recorder.record(&measure::samples(benchmark, peer, &outcome.samples));
            }
        }
        progress.finish();
        for name in &wrong {
            eprintln!("{name}: wrong answers; nothing recorded");
        }
        self.end(recorder, wrong.is_empty())
    }

    fn recorder(&self) -> Recorder {
        let peers = measure::versions(self.subjects.peers());
        let mut info = machine::run_info(self.seed, peers);
        let filtered = if self.options.is_filtered() {
            ", filtered"
        } else {
            ""
        };
        info.note = format!("{} run{filtered}, warm heap", self.effort.name());
        // Cargo starts benchmarks in their package's folder; the data is the workspace's.
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let workspace = package.parent().unwrap_or(package);
        Recorder::start(&workspace.join("data"), info)
    }

    /// What came of a benchmark, for the line that reports it.
    fn describe(&self, benchmark: &Benchmark, outcome: &Outcome) -> String {
        let figure = outcome
            .median()
            .filter(|_| self.options.mode == Mode::Bench);
        match (figure, benchmark.workload.unit()) {
            _ if outcome.wrong => "WRONG ANSWERS".to_owned(),
            (None, _) => "ok".to_owned(),
            (Some((median, spread)), Unit::NsPerOp) => {
                // Dropping a table of numbers costs thousandths of a nanosecond an entry.
                let digits = if median < 0.1 { 4 } else { 2 };
                format!("{median:>10.digits$} ns +- {spread:.digits$}")
            }
            (Some((median, _)), unit) => format!("{median:>10.2} {unit}"),
        }
    }

    /// Closes the books.
    fn end(&self, recorder: Option<Recorder>, right: bool) -> ExitCode {
        let stopped = self.stop.load(Relaxed);
        if stopped {
            eprintln!("interrupted: what is recorded stays, the run is not marked complete");
        }
        let ended = recorder.map(|run| if stopped { run.abandon() } else { run.finish() });
        let saved = match ended {
            None => true,
            Some(Ok(summary)) => summary.problems.is_empty(),
            Some(Err(error)) => {
                eprintln!("{error:#}");
                false
            }
        };
        match (stopped, right && saved) {
            (true, _) => ExitCode::from(130),
            (false, true) => ExitCode::SUCCESS,
            (false, false) => ExitCode::FAILURE,
        }
    }
}
