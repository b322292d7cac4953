//! CSV of totals by method, as benchmarks in other languages print it.

use std::collections::HashSet;

use super::foreign_run;
use crate::csv_io::sheet::{Row, Sheet};
use crate::error::Result;
use crate::record::{Run, Sample, Series, Unit};

/// The columns.
pub(super) const HEADER: &[&str] = &[
    "method",
    "dataset_type",
    "operation",
    "size",
    "total_time_ns",
    "ops_per_sec",
    "ns_per_op",
];

/// Reads the file as one run, named after its contents, so that the same contents are the same
/// run under whatever file name.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Run>> {
    let sheet = Sheet::parse(file, text, HEADER)?;
    let id = format!("external-{}", crate::store::of_bytes(text.as_bytes()));
    let mut run = foreign_run(file, id, "unknown".to_owned(), 0);
    let mut seen = HashSet::new();
    for row in sheet.rows() {
        let sample = sample(row)?;
        if !seen.insert(sample.series.clone()) {
            let problem = "this method, data set, operation and size are there twice";
            return Err(row.cell("size").malformed(problem));
        }
        run.samples.push(sample);
    }
    crate::store::sort_samples(&mut run.samples);
    Ok(vec![run])
}

fn sample(row: Row<'_>) -> Result<Sample> {
    let size = row.cell("size").positive()?;
    let total = row.cell("total_time_ns").value()?;
    row.cell("ops_per_sec").value()?;
    let value = total / size as f64;
    // The column `ns_per_op` is the same figure, rounded; the total is the exact one.
    let stated = row.cell("ns_per_op");
    let (rounded, slack) = (stated.value()?, 1.0 + value * 0.01);
    if (rounded - value).abs() > slack {
        let problem = format!("`{rounded}` is not total_time_ns / size, which is {value}");
        return Err(stated.malformed(problem));
    }
    Ok(Sample {
        series: Series {
            product: row.cell("method").name()?,
            version: String::new(),
            measurement: row
                .cell("operation")
                .name()?
                .to_lowercase()
                .replace(' ', "_"),
            key_set: key_set(&row.cell("dataset_type").name()?),
            scale: size,
            unit: Unit::NsPerOp,
        },
        repeat: 0,
        iters: size,
        value,
    })
}

/// `Sequential Integers` is our `seq`; other sets keep their name in one word.
fn key_set(dataset: &str) -> String {
    let name = dataset.to_lowercase();
    match name.strip_suffix(" integers").unwrap_or(&name) {
        "sequential" => "seq".to_owned(),
        other => other.replace(' ', "_"),
    }
}
