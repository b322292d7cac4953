//! Runs as CSV: the form in which they are exchanged and kept.
//!
//! One row a sample, and a header with the names of the columns. The columns from `complete` to
//! `peers` describe the run: they are filled in its first row and blank, meaning "as above", in
//! the others (a run has tens of thousands of rows). Values are written with the shortest digits
//! that read back as the same number, so that a run survives the round trip exactly.

pub(crate) mod foreign;
mod own;
pub(crate) mod sheet;

pub use foreign::{write_numbers, write_totals};
pub use own::{HEADER, read, write};

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
