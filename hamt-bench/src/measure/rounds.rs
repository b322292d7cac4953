//! The rounds of one comparison.

use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;
use std::time::Instant;

use rand::Rng;
use rand::seq::SliceRandom as _;

use super::{Options, fresh};
use crate::plan::{Benchmark, Effort};
use crate::stats::Stats;
use crate::subjects::Subjects;
use crate::workload::{Subject, Workload};

/// What came of a benchmark.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// For each round, the operations timed and the value of one, in the workload's unit.
    pub(super) samples: Vec<(u64, f64)>,
    /// The peer gave a wrong answer: the samples do not count.
    pub(super) wrong: bool,
}

impl Outcome {
    /// What came of a benchmark, for the line that reports it. A single short sample of a time, as
    /// a test takes it, is not worth telling.
    pub(super) fn describe(&self, workload: Workload, effort: Effort) -> String {
        let values: Vec<f64> = self.samples.iter().map(|sample| sample.1).collect();
        match Stats::of(&values) {
            _ if self.wrong => "WRONG ANSWERS".to_owned(),
            None => "stopped".to_owned(),
            Some(_) if effort == Effort::Test && workload.is_timed() => "right".to_owned(),
            Some(Stats { median, mad, .. }) => {
                // Dropping a table of numbers costs thousandths of a nanosecond an entry.
                let digits = if median < 0.1 { 4 } else { 2 };
                let unit = workload.unit();
                format!("{median:>12.digits$} {unit} +- {mad:.digits$}")
            }
        }
    }
}

/// How long a sample should take at least, how many rounds there are, and after how much time no
/// further one begins.
struct Pace {
    sample: Duration,
    rounds: u32,
    limit: Duration,
}

/// How many times as long as a sample itself its preparation may take: what is dropped in no time
/// must be built first.
const MOST_PREPARATION: u32 = 8;

/// Rounds that are made whatever they take.
const LEAST_ROUNDS: u32 = 5;

fn pace(benchmark: &Benchmark, options: &Options) -> Pace {
    let (sample, rounds, seconds) = match options.effort {
        Effort::Test => (1, 1, 1),
        Effort::Quick => (4, 7, 3),
        Effort::Default => (10, 15, 8),
        Effort::Full => (30, 31, 60),
    };
    let large = benchmark.scale >= 1_000_000 && options.effort == Effort::Default;
    Pace {
        sample: Duration::from_millis(sample),
        rounds: options.rounds.unwrap_or(if large { 9 } else { rounds }),
        limit: Duration::from_secs(seconds),
    }
}

/// About how long a benchmark takes.
pub(super) fn estimate(benchmark: &Benchmark, options: &Options) -> Duration {
    if !benchmark.workload.is_timed() {
        return benchmark.pass();
    }
    let pace = pace(benchmark, options);
    let one = benchmark.pass().max(pace.sample);
    // Peers of a comparison share its time; there are about six.
    let all = one * (pace.rounds + 1);
    let least = one * (LEAST_ROUNDS.min(pace.rounds) + 1);
    all.min(least.max(pace.limit / 6))
}

/// A peer that is being compared.
struct Contender {
    passes: u64,
    expected: u64,
    outcome: Outcome,
}

/// Runs a comparison; the outcomes are in the order of `benchmarks`.
pub(super) fn compare(
    benchmarks: &[Benchmark],
    subjects: &mut Subjects,
    options: &Options,
    rng: &mut impl Rng,
) -> Vec<Outcome> {
    let workload = benchmarks[0].workload;
    if !workload.is_timed() {
        let examine = |benchmark: &Benchmark| match &options.program {
            Some(program) if workload.is_fresh() => {
                fresh::spawn(program, benchmark, subjects.peers(), options.seed)
            }
            _ => examine(workload, subjects.get(benchmark)),
        };
        return benchmarks.iter().map(examine).collect();
    }
    let pace = pace(&benchmarks[0], options);
    let mut contenders: Vec<Contender> = benchmarks
        .iter()
        .map(|benchmark| warm_up(workload, subjects.get(benchmark), pace.sample))
        .collect();
    let mut order: Vec<usize> = (0..benchmarks.len()).collect();
    let start = Instant::now();
    for round in 0..pace.rounds {
        if round >= LEAST_ROUNDS && start.elapsed() > pace.limit {
            break;
        }
        order.shuffle(rng);
        for &at in &order {
            if options.stop.load(Relaxed) {
                break;
            }
            sample(workload, subjects.get(&benchmarks[at]), &mut contenders[at]);
        }
    }
    contenders.into_iter().map(|one| one.outcome).collect()
}

fn examine(workload: Workload, subject: &mut dyn Subject) -> Outcome {
    let (value, checksum) = subject.examine(workload);
    Outcome {
        samples: vec![(1, value)],
        wrong: checksum != subject.expected(workload),
    }
}

/// Runs a pass, unrecorded, and from its time finds how many a sample needs.
fn warm_up(workload: Workload, subject: &mut dyn Subject, sample: Duration) -> Contender {
    let expected = subject.expected(workload);
    let mut wrong = false;
    let mut passes = 1;
    // The first pass prepares the maps; the second is what later ones will be like.
    for _ in 0..2 {
        let start = Instant::now();
        let timing = subject.run(workload, 1);
        let whole = start.elapsed();
        wrong |= timing.checksum != expected;
        if timing.elapsed >= sample {
            break;
        }
        let fit = |time: Duration, pass: Duration| {
            let passes = time.as_nanos() / pass.as_nanos().max(10);
            u64::try_from(passes).unwrap_or(u64::MAX) + 1
        };
        passes = fit(sample, timing.elapsed).min(fit(sample * MOST_PREPARATION, whole));
    }
    Contender {
        passes,
        expected,
        outcome: Outcome {
            samples: Vec::new(),
            wrong,
        },
    }
}

fn sample(workload: Workload, subject: &mut dyn Subject, contender: &mut Contender) {
    let timing = subject.run(workload, contender.passes);
    let expected = contender.expected.wrapping_mul(contender.passes);
    contender.outcome.wrong |= timing.checksum != expected;
    let value = timing.elapsed.as_secs_f64() * 1e9 / timing.operations as f64;
    contender.outcome.samples.push((timing.operations, value));
}
