//! One benchmark: Criterion drives, we listen.

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use core::time::Duration;

use criterion::{Criterion, SamplingMode, Throughput};
use hamt_bench::plan::Benchmark;
use hamt_bench::workload::{Subject, Timing};

/// What came of a benchmark.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The samples: operations timed and the value of one, in the unit of the measurement.
    pub(crate) samples: Vec<(u64, f64)>,
    /// The peer gave a wrong answer: the samples do not count.
    pub(crate) wrong: bool,
}

impl Outcome {
    /// The middle sample and the median distance from it; `None` without samples.
    pub(crate) fn median(&self) -> Option<(f64, f64)> {
        let middle = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied()
        };
        let values: Vec<f64> = self.samples.iter().map(|sample| sample.1).collect();
        let median = middle(values.clone())?;
        let spread = middle(values.iter().map(|value| (value - median).abs()).collect())?;
        Some((median, spread))
    }
}

/// Builds one map and takes its memory or shape.
pub(crate) fn examine(benchmark: &Benchmark, subject: &mut dyn Subject) -> Outcome {
    let (value, checksum) = subject.examine(benchmark.workload);
    Outcome {
        samples: vec![(1, value)],
        wrong: checksum != subject.expected(benchmark.workload),
    }
}

/// Times a workload. To Criterion an iteration is one pass over the workload's keys, which is the
/// least that can be run, and its throughput counts the operations. Every call is logged here;
/// the last ones are the samples, those before them Criterion's warm-up.
pub(crate) fn time(
    criterion: &mut Criterion,
    benchmark: &Benchmark,
    product: &str,
    subject: &mut dyn Subject,
    stop: &AtomicBool,
) -> Outcome {
    let workload = benchmark.workload;
    let operations = subject.operations(workload);
    let expected = subject.expected(workload);
    let mut log: Vec<Timing> = Vec::new();
    let mut wrong = false;

    let mut group = criterion.benchmark_group(benchmark.group());
    group
        .sampling_mode(SamplingMode::Flat)
        .throughput(Throughput::Elements(operations));
    group.sample_size(benchmark.budget.samples);
    group
        .warm_up_time(benchmark.budget.warm_up)
        .measurement_time(benchmark.budget.measure);
    group.bench_function(product, |bencher| {
        bencher.iter_custom(|passes| {
            if stop.load(Relaxed) {
                // The run is over: let Criterion come to its end without measuring on.
                return Duration::from_nanos(passes);
            }
            let timing = subject.run(workload, passes);
            wrong |= timing.checksum != expected.wrapping_mul(passes);
            log.push(timing);
            timing.elapsed.max(Duration::from_nanos(1))
        });
    });
    group.finish();

    let warm_up = log.len().saturating_sub(benchmark.budget.samples);
    let samples = log.drain(warm_up..).map(|timing| {
        let nanos = timing.elapsed.as_secs_f64() * 1e9;
        (timing.operations, nanos / timing.operations as f64)
    });
    Outcome {
        samples: samples.collect(),
        wrong,
    }
}
