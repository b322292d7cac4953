//! A CSV text as rows of named, checked cells; every complaint names file, line and column.

use core::str::FromStr;

use csv::StringRecord;

use crate::error::{Error, Place, Result};

/// A CSV file with one of the headers that are known.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    file: &'a str,
    columns: &'static [&'static str],
    rows: Vec<(u64, StringRecord)>,
}

/// The names in the first line of a text.
pub(crate) fn header(file: &str, text: &str) -> Result<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|error| unreadable(file, &error))?
        .iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    if header.iter().all(String::is_empty) {
        return Err(Error::Unreadable {
            file: file.to_owned(),
            place: Place::Whole,
            problem: "the file is empty".to_owned(),
        });
    }
    Ok(header)
}

/// The file as text; a byte that is not UTF-8 is named by its line and field.
pub(crate) fn text<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str> {
    core::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
        let start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let field = 1 + before[start..].iter().filter(|byte| **byte == b',').count();
        Error::Unreadable {
            file: file.to_owned(),
            place: Place::Field { line, field },
            problem: "not UTF-8 text".to_owned(),
        }
    })
}

fn unreadable(file: &str, error: &csv::Error) -> Error {
    let place = error
        .position()
        .map_or(Place::Whole, |position| Place::Field {
            line: position.line(),
            field: 1,
        });
    Error::Unreadable {
        file: file.to_owned(),
        place,
        problem: error.to_string(),
    }
}

impl<'a> Sheet<'a> {
    /// Reads a text whose header is `columns`, in this order.
    pub(crate) fn parse(
        file: &'a str,
        text: &str,
        columns: &'static [&'static str],
    ) -> Result<Self> {
        let found = header(file, text)?;
        if found != columns {
            return Err(Error::Unreadable {
                file: file.to_owned(),
                place: header_fault(&found, columns),
                problem: format!("the header is not `{}`", columns.join(",")),
            });
        }
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| unreadable(file, &error))?;
            let line = record.position().map_or(0, csv::Position::line);
            let fault = |field, problem| Error::Unreadable {
                file: file.to_owned(),
                place: Place::Field { line, field },
                problem,
            };
            if record.len() != columns.len() {
                let field = record.len().min(columns.len());
                let (got, wanted) = (record.len(), columns.len());
                return Err(fault(
                    field,
                    format!("{got} fields where {wanted} are expected"),
                ));
            }
            rows.push((line, record));
        }
        let last = rows.last().map_or(1, |(line, _)| *line);
        // In CSV every quotation mark has a partner: an escaped one is doubled.
        if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            return Err(Error::Unreadable {
                file: file.to_owned(),
                place: Place::Field {
                    line: last,
                    field: columns.len(),
                },
                problem: "a quotation mark is not closed".to_owned(),
            });
        }
        if rows.is_empty() {
            return Err(Error::Unreadable {
                file: file.to_owned(),
                place: Place::Field { line: 1, field: 1 },
                problem: "a header, but no rows".to_owned(),
            });
        }
        Ok(Self {
            file,
            columns,
            rows,
        })
    }

    /// The rows, in the file's order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row {
            sheet: self,
            line: *line,
            record,
        })
    }
}

fn header_fault(found: &[String], columns: &[&str]) -> Place {
    let differs = found.iter().zip(columns).position(|(a, b)| a != b);
    Place::Field {
        line: 1,
        field: 1 + differs.unwrap_or(found.len().min(columns.len())),
    }
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    sheet: &'a Sheet<'a>,
    line: u64,
    record: &'a StringRecord,
}

impl<'a> Row<'a> {
    /// The cell of a column; the name is one of the sheet's.
    pub(crate) fn cell(&self, column: &'static str) -> Cell<'a> {
        let named = self.sheet.columns.iter().position(|name| *name == column);
        let index = named.unwrap_or(usize::MAX);
        debug_assert!(named.is_some(), "no column {column}");
        Cell {
            file: self.sheet.file,
            line: self.line,
            field: index.saturating_add(1),
            column,
            text: self.record.get(index).unwrap_or_default(),
        }
    }
}

/// One cell, with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<'a> {
    file: &'a str,
    line: u64,
    field: usize,
    column: &'static str,
    text: &'a str,
}

impl<'a> Cell<'a> {
    /// The text as it is.
    pub(crate) const fn raw(&self) -> &'a str {
        self.text
    }

    /// A complaint about this cell.
    pub(crate) fn malformed(&self, problem: impl Into<String>) -> Error {
        Error::Malformed {
            file: self.file.to_owned(),
            place: Place::Field {
                line: self.line,
                field: self.field,
            },
            column: self.column.to_owned(),
            problem: problem.into(),
        }
    }

    /// A name: not blank, without control characters.
    pub(crate) fn name(&self) -> Result<String> {
        if self.text.trim().is_empty() {
            return Err(self.malformed("is blank"));
        }
        if self.text.chars().any(char::is_control) {
            return Err(self.malformed("holds a control character"));
        }
        Ok(self.text.to_owned())
    }

    /// A number of the wanted type.
    fn number<T: FromStr>(&self, kind: &str) -> Result<T> {
        self.text
            .parse()
            .map_err(|_| self.malformed(format!("`{}` is not {kind}", self.text)))
    }

    /// A whole number that the database can hold: 0 to `i64::MAX`.
    pub(crate) fn count(&self) -> Result<u64> {
        let value: i64 = self.number("a whole number")?;
        u64::try_from(value).map_err(|_| self.malformed(format!("`{value}` is negative")))
    }

    /// A whole number from 1.
    pub(crate) fn positive(&self) -> Result<u64> {
        match self.count()? {
            0 => Err(self.malformed("is zero")),
            value => Ok(value),
        }
    }

    /// A whole number of 32 bits.
    pub(crate) fn small(&self) -> Result<u32> {
        self.number("a whole number below 2^32")
    }

    /// A whole number of 64 bits, all of them used.
    pub(crate) fn word(&self) -> Result<u64> {
        self.number("a whole number of 64 bits")
    }

    /// Seconds since the Unix epoch.
    pub(crate) fn time(&self) -> Result<i64> {
        self.number("a whole number")
    }

    /// A measured value: finite and not negative.
    pub(crate) fn value(&self) -> Result<f64> {
        let value: f64 = self.number("a number")?;
        if value.is_finite() && value >= 0.0 {
            Ok(value)
        } else {
            Err(self.malformed(format!("`{}` is not finite and >= 0", self.text)))
        }
    }

    /// `0` or `1`.
    pub(crate) fn flag(&self) -> Result<bool> {
        match self.text {
            "0" => Ok(false),
            "1" => Ok(true),
            other => Err(self.malformed(format!("`{other}` is neither 0 nor 1"))),
        }
    }
}
