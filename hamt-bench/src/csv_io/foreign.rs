//! Runs in the columns of other programs: times only.

use crate::record::{Run, Sample, Unit};

/// The columns of the view `numbers`, which the hamt-bench suite and its scripts read.
pub(crate) const NUMBERS: &[&str] = &[
    "product",
    "gitcommit",
    "epoch",
    "benchmark",
    "repeat",
    "measurement",
    "scale",
    "ns",
];

/// The columns that external programs print, with the one for several rounds.
pub(crate) const TOTALS: &[&str] = &[
    "method",
    "dataset_type",
    "operation",
    "size",
    "total_time_ns",
    "ops_per_sec",
    "ns_per_op",
    "repeat",
];

/// The times of runs in the columns of the view `numbers`.
#[must_use]
pub fn write_numbers<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Vec<u8> {
    write(NUMBERS, runs, |run, sample| {
        let series = &sample.series;
        vec![
            series.product.clone(),
            run.info.git_commit.clone(),
            run.info.started_at.to_string(),
            run.info.id.clone(),
            sample.repeat.to_string(),
            series.label(),
            series.scale.to_string(),
            sample.value.to_string(),
        ]
    })
}

/// The times of runs in the columns that external programs print; the total is that of as many
/// operations as there are entries.
#[must_use]
pub fn write_totals<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Vec<u8> {
    write(TOTALS, runs, |_, sample| {
        let (series, value) = (&sample.series, sample.value);
        let rate = if value > 0.0 { 1e9 / value } else { 0.0 };
        vec![
            series.product.clone(),
            series.key_set.clone(),
            series.measurement.clone(),
            series.scale.to_string(),
            (value * series.scale as f64).to_string(),
            rate.to_string(),
            value.to_string(),
            sample.repeat.to_string(),
        ]
    })
}

fn write<'a>(
    header: &[&str],
    runs: impl IntoIterator<Item = &'a Run>,
    row: impl Fn(&Run, &Sample) -> Vec<String>,
) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and all rows are of one length.
    let _ = writer.write_record(header);
    for run in runs {
        let times = run.samples.iter();
        for sample in times.filter(|sample| sample.series.unit == Unit::NsPerOp) {
            let _ = writer.write_record(row(run, sample));
        }
    }
    writer.into_inner().unwrap_or_default()
}
