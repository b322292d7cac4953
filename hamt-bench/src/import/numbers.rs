//! Rows of hamt-bench's table `numbers`, from CSV or from its database, made into runs.

use std::collections::{HashMap, HashSet};

use super::foreign_run;
pub(super) use crate::csv_io::foreign::NUMBERS as HEADER;
use crate::csv_io::sheet::Sheet;
use crate::error::Result;
use crate::record::{PLAIN_KEY_SET, Run, Sample, Series, Unit, sort_samples};

/// One row of the table.
pub(super) struct Row {
    pub(super) product: String,
    pub(super) gitcommit: String,
    pub(super) epoch: i64,
    pub(super) benchmark: String,
    pub(super) repeat: u32,
    pub(super) measurement: String,
    pub(super) scale: u64,
    pub(super) ns: f64,
}

/// Reads the table's columns as CSV.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Run>> {
    let sheet = Sheet::parse(file, text, HEADER)?;
    let mut runs = Runs::new(file);
    for row in sheet.rows() {
        let cell = |column| row.cell(column);
        let fresh = runs.add(Row {
            product: cell("product").name()?,
            gitcommit: cell("gitcommit").raw().to_owned(),
            epoch: cell("epoch").time()?,
            benchmark: cell("benchmark").name()?,
            repeat: cell("repeat").small()?,
            measurement: cell("measurement").name()?,
            scale: cell("scale").positive()?,
            ns: cell("ns").value()?,
        });
        if !fresh {
            return Err(cell("repeat").malformed("this repeat of this measurement is there twice"));
        }
    }
    Ok(runs.finish())
}

/// Rows gathered into runs: one for each `benchmark`. Where a benchmark has several commits or
/// times, the second and later ones are runs of their own, named `benchmark#2`, ...
pub(super) struct Runs<'a> {
    file: &'a str,
    runs: Vec<Run>,
    numbers: HashMap<(String, String, i64), usize>,
    parts: HashMap<String, usize>,
    seen: HashSet<(usize, Series, u32)>,
}

impl<'a> Runs<'a> {
    pub(super) fn new(file: &'a str) -> Self {
        Self {
            file,
            runs: Vec::new(),
            numbers: HashMap::new(),
            parts: HashMap::new(),
            seen: HashSet::new(),
        }
    }

    /// Adds a row; `false` if it was there already.
    pub(super) fn add(&mut self, row: Row) -> bool {
        let number = self.run_of(&row);
        let (measurement, key_set) = match row.measurement.split_once(':') {
            Some((measurement, key_set))
                if !measurement.trim().is_empty() && !key_set.trim().is_empty() =>
            {
                (measurement.to_owned(), key_set.to_owned())
            }
            _ => (row.measurement, PLAIN_KEY_SET.to_owned()),
        };
        let series = Series {
            product: row.product,
            version: row.gitcommit,
            measurement,
            key_set,
            scale: row.scale,
            unit: Unit::NsPerOp,
        };
        let fresh = self.seen.insert((number, series.clone(), row.repeat));
        self.runs[number].samples.push(Sample {
            series,
            repeat: row.repeat,
            // The table does not say how many operations were timed together.
            iters: 0,
            value: row.ns,
        });
        fresh
    }

    fn run_of(&mut self, row: &Row) -> usize {
        let key = (row.benchmark.clone(), row.gitcommit.clone(), row.epoch);
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let part = self.parts.entry(row.benchmark.clone()).or_default();
        *part += 1;
        let id = match *part {
            1 => row.benchmark.clone(),
            later => format!("{}#{later}", row.benchmark),
        };
        self.runs
            .push(foreign_run(self.file, id, row.gitcommit.clone(), row.epoch));
        self.numbers.insert(key, self.runs.len() - 1);
        self.runs.len() - 1
    }

    pub(super) fn finish(mut self) -> Vec<Run> {
        for run in &mut self.runs {
            sort_samples(&mut run.samples);
        }
        self.runs
    }
}
