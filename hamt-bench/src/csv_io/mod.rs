//! Runs as CSV: the form in which they are exchanged and kept.
//!
//! One row a sample, and a header with the names of the columns. The columns from `complete` to
//! `peers` describe the run: they are filled in its first row and blank, meaning "as above", in
//! the others (a run has tens of thousands of rows). Values are written with the shortest digits
//! that read back as the same number, so that a run survives the round trip exactly.

mod own;
pub(crate) mod sheet;

pub use own::{HEADER, read, write};

use crate::record::{Run, Unit};

/// The times of runs in the eight columns of the view `numbers`, which the hamt-bench suite and
/// its scripts read.
#[must_use]
pub fn write_numbers<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and all rows are of one length.
    let _ = writer.write_record(crate::import::NUMBERS_HEADER);
    for run in runs {
        let epoch = run.info.started_at.to_string();
        for sample in run
            .samples
            .iter()
            .filter(|one| one.series.unit == Unit::NsPerOp)
        {
            let series = &sample.series;
            let _ = writer.write_record([
                &series.product,
                &run.info.git_commit,
                &epoch,
                &run.info.id,
                &sample.repeat.to_string(),
                &series.label(),
                &series.scale.to_string(),
                &sample.value.to_string(),
            ]);
        }
    }
    writer.into_inner().unwrap_or_default()
}

/// A file name for a run: its id, with anything that is special in file names replaced.
#[must_use]
pub fn file_name(run: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let stem: String = run
        .chars()
        .take(100)
        .map(|c| if plain(c) { c } else { '_' })
        .collect();
    format!("{stem}.csv")
}
