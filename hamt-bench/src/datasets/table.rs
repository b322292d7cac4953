//! Two columns of a CSV or TSV file.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{BufRead as _, Read};
use std::path::Path;

use csv::{ErrorKind, StringRecord};

use super::source::{Bytes, Source};
use crate::error::{Error, Place, Result};

/// A file of rows, read as a stream of (key, value).
///
/// Fields are separated by commas in files called `.csv`, by tabs in `.tsv` and `.tab` (a `.gz`
/// after it is overlooked), else by what the first line has more of. Fields with commas may stand
/// in quotation marks; those with tabs may not, as is usual. Every row has as many fields as the
/// header.
pub struct Table {
    source: Source,
    rows: csv::Reader<Marks>,
    record: StringRecord,
    /// Key and value: places in a row.
    columns: [usize; 2],
    quoting: bool,
    state: State,
    /// Where the last row began.
    line: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No row has been read.
    Fresh,
    Reading,
    Ended,
}

/// All records of a table, each key once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Key and value, in the order in which the keys came first; the last value counts.
    pub records: Vec<(String, String)>,
    /// Rows whose key was there before.
    pub duplicates: u64,
}

impl core::fmt::Debug for Table {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Table")
            .field("source", &self.source)
            .field("columns", &self.columns)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Table {
    /// Opens a file whose first line is a header, and chooses two columns, each by its name or,
    /// if none is called that, by its number from 1.
    ///
    /// # Errors
    /// If the file is not there, empty or not text, or a column is not there. What is wrong
    /// further on, the iterator says.
    pub fn open(path: &Path, key: &str, value: &str) -> Result<Self> {
        let (source, mut bytes) = Source::open(path)?;
        let start = bytes.fill_buf().map_err(|error| source.failed(1, error))?;
        let delimiter = by_extension(source.path()).unwrap_or_else(|| by_first_line(start));
        let quoting = delimiter == b',';
        let rows = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .quoting(quoting)
            .from_reader(Marks { bytes, odd: false });
        let mut table = Self {
            source,
            rows,
            record: StringRecord::new(),
            columns: [0, 0],
            quoting,
            state: State::Fresh,
            line: 1,
        };
        let header = table.rows.headers().cloned();
        let header = header.map_err(|error| table.complaint(error))?;
        table.columns = [table.column(&header, key)?, table.column(&header, value)?];
        Ok(table)
    }

    fn column(&self, header: &StringRecord, wanted: &str) -> Result<usize> {
        let named = header.iter().position(|name| name == wanted);
        let numbered = || wanted.parse::<usize>().ok()?.checked_sub(1);
        named
            .or_else(numbered)
            .filter(|column| *column < header.len())
            .ok_or_else(|| Error::NoSuchColumn {
                file: self.source.name(),
                column: wanted.to_owned(),
                present: header.iter().map(str::to_owned).collect(),
            })
    }

    /// Reads all records; of equal keys the last value wins.
    ///
    /// # Errors
    /// If anything is wrong with the file.
    pub fn load(self) -> Result<Loaded> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut loaded = Loaded {
            records: Vec::new(),
            duplicates: 0,
        };
        for record in self {
            let (key, value) = record?;
            match places.entry(key) {
                Entry::Occupied(place) => {
                    loaded.records[*place.get()].1 = value;
                    loaded.duplicates += 1;
                }
                Entry::Vacant(place) => {
                    loaded.records.push((place.key().clone(), value));
                    place.insert(loaded.records.len() - 1);
                }
            }
        }
        Ok(loaded)
    }

    fn read(&mut self) -> Result<Option<(String, String)>> {
        let more = self.rows.read_record(&mut self.record);
        if more.map_err(|error| self.complaint(error))? {
            self.state = State::Reading;
            self.line = self.record.position().map_or(1, csv::Position::line);
            let cell = |column: usize| self.record.get(column).unwrap_or_default().to_owned();
            return Ok(Some((cell(self.columns[0]), cell(self.columns[1]))));
        }
        if self.state == State::Fresh {
            let place = Place::Field { line: 1, field: 1 };
            return Err(self.source.unreadable(place, "a header, but no rows"));
        }
        // In CSV every quotation mark has a partner. A single one swallows the rest of the file.
        if self.quoting && self.rows.get_ref().odd {
            let place = Place::Field {
                line: self.line,
                field: 1,
            };
            let problem = "a quotation mark is not closed";
            return Err(self.source.unreadable(place, problem));
        }
        Ok(None)
    }

    fn complaint(&self, error: csv::Error) -> Error {
        let here = self.rows.position().line();
        let line = error.position().map_or(here, csv::Position::line);
        let at = |field| Place::Field { line, field };
        let text = error.to_string();
        match error.into_kind() {
            ErrorKind::Io(error) => self.source.failed(here, error),
            ErrorKind::Utf8 { err, .. } => self
                .source
                .unreadable(at(err.field() + 1), "not UTF-8 text"),
            ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => self.source.unreadable(
                // The first field that is missing or too many.
                at(usize::try_from(len.min(expected_len))
                    .unwrap_or(usize::MAX)
                    .saturating_add(1)),
                format!("{len} fields where the header has {expected_len}"),
            ),
            _ => self.source.unreadable(at(1), text),
        }
    }
}

impl Iterator for Table {
    type Item = Result<(String, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Ended {
            return None;
        }
        let record = self.read().transpose();
        if !matches!(record, Some(Ok(_))) {
            self.state = State::Ended;
        }
        record
    }
}

fn by_extension(path: &Path) -> Option<u8> {
    let name = path.file_name()?.to_str()?.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "csv" => Some(b','),
        "tsv" | "tab" => Some(b'\t'),
        _ => None,
    }
}

fn by_first_line(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or(start);
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    let (tabs, commas) = (count(b'\t'), count(b','));
    // A name may well hold a comma, but hardly a tab.
    if tabs > 0 && tabs >= commas {
        b'\t'
    } else {
        b','
    }
}

/// Bytes on their way to the CSV reader, and whether the quotation marks among them are odd in
/// number.
struct Marks {
    bytes: Bytes,
    odd: bool,
}

impl Read for Marks {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.bytes.read(buffer)?;
        let marks = buffer[..length].iter().filter(|byte| **byte == b'"');
        self.odd ^= marks.count() % 2 == 1;
        Ok(length)
    }
}
