//! CSV of totals by method, as benchmarks in other languages print it.

use super::foreign_run;
use crate::error::Result;
use crate::external::rows;
use crate::record::Run;

/// Reads the file as one run, named after its contents, so that the same contents are the same
/// run under whatever file name.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Run>> {
    let samples = rows::read_file(file, text)?;
    let id = format!("external-{}", crate::store::of_bytes(text.as_bytes()));
    let mut run = foreign_run(file, id, "unknown".to_owned(), 0);
    run.samples = samples;
    Ok(vec![run])
}
