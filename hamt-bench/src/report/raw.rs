//! The samples themselves, inside the page.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::csv_io;
use crate::record::Run;

/// More bytes of samples than this would be the better part of the page.
const MOST: usize = 512 * 1024;

/// What may not stand in a `data:` address; commas may, which keeps it short.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The runs as CSV, as `export` writes and `import` reads them.
pub(super) struct Raw {
    /// A `data:` address; `None` if the samples are too many.
    pub(super) address: Option<String>,
    pub(super) name: String,
    pub(super) samples: usize,
    pub(super) kilobytes: usize,
    /// The names of the runs.
    pub(super) runs: Vec<String>,
}

impl Raw {
    pub(super) fn of(runs: &[Run]) -> Self {
        let csv = csv_io::write(runs);
        let name = match runs {
            [run] => csv_io::file_name(&run.info.id),
            _ => "runs.csv".to_owned(),
        };
        let address = core::str::from_utf8(&csv)
            .ok()
            .filter(|text| text.len() <= MOST)
            .map(|text| {
                format!(
                    "data:text/csv;charset=utf-8,{}",
                    utf8_percent_encode(text, RESERVED)
                )
            });
        Self {
            address,
            name,
            samples: runs.iter().map(|run| run.samples.len()).sum(),
            kilobytes: csv.len().div_ceil(1000),
            runs: runs.iter().map(|run| run.info.id.clone()).collect(),
        }
    }
}
