//! One key a line.

use std::io::{BufRead as _, Read as _};
use std::path::Path;

use super::source::{Bytes, Source};
use crate::error::{Error, Place, Result};

/// A longer line is no key, but a file of another kind.
const LONGEST: u64 = 1 << 20;

/// Reads keys from a file with one a line, such as a list of titles: at most `limit` of them.
/// Line ends and blank lines are left out, repeated keys are not.
///
/// # Errors
/// If the file is not there or empty. What is wrong further on, the iterator says.
pub fn lines(path: &Path, limit: Option<u64>) -> Result<Lines> {
    let (source, bytes) = Source::open(path)?;
    Ok(Lines {
        source,
        bytes,
        line: 0,
        left: limit.unwrap_or(u64::MAX),
    })
}

/// The keys of a file; the last one, if anything is wrong with it.
pub struct Lines {
    source: Source,
    bytes: Bytes,
    /// Lines read so far.
    line: u64,
    /// Keys that are still wanted; none after an error.
    left: u64,
}

impl core::fmt::Debug for Lines {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Lines")
            .field("source", &self.source)
            .field("line", &self.line)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

impl Lines {
    /// The next line, without its end; `None` after the last one.
    fn read(&mut self) -> Result<Option<String>> {
        let mut bytes = Vec::new();
        self.line += 1;
        let mut part = (&mut self.bytes).take(LONGEST);
        let read = part.read_until(b'\n', &mut bytes);
        let length = read.map_err(|error| self.source.failed(self.line, error))?;
        if length == 0 {
            return Ok(None);
        }
        if bytes.pop_if(|last| *last == b'\n').is_some() {
            bytes.pop_if(|last| *last == b'\r');
        } else if length as u64 == LONGEST {
            return Err(self.complaint(1, format!("a line of more than {LONGEST} bytes")));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let column = 1 + String::from_utf8_lossy(good).chars().count();
            self.complaint(column, "not UTF-8 text")
        })?;
        Ok(Some(match text.strip_prefix('\u{feff}') {
            Some(rest) if self.line == 1 => rest.to_owned(),
            _ => text,
        }))
    }

    /// A complaint about this line; the column is that of a character, from 1.
    fn complaint(&self, column: usize, problem: impl Into<String>) -> Error {
        let place = Place::Field {
            line: self.line,
            field: column,
        };
        self.source.unreadable(place, problem)
    }
}

impl Iterator for Lines {
    type Item = Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.left > 0 {
            match self.read() {
                Ok(Some(key)) if key.is_empty() => {}
                Ok(Some(key)) => {
                    self.left -= 1;
                    return Some(Ok(key));
                }
                Ok(None) => self.left = 0,
                Err(error) => {
                    self.left = 0;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}
