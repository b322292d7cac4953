//! hamt-bench's own database.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::{Type, ValueRef};

use super::numbers::{HEADER, Row, Runs};
use crate::error::{Error, Place, Result};
use crate::record::Run;

const TABLE: &str = "numbers";

/// Reads the table `numbers`.
pub(super) fn read(conn: &Connection, path: &Path, file: &str) -> Result<Vec<Run>> {
    let failed = |source| Error::database("read", path, source);
    let refused = |problem: String| Error::Unreadable {
        file: file.to_owned(),
        place: Place::Whole,
        problem,
    };
    let verdict: String = conn
        .query_row("pragma quick_check(1)", [], |row| row.get(0))
        .map_err(failed)?;
    if verdict != "ok" {
        return Err(refused(format!("the database is damaged: {verdict}")));
    }
    let columns: Vec<String> = conn
        .prepare("select name from pragma_table_info(?)")
        .and_then(|mut query| query.query_map([TABLE], |row| row.get(0))?.collect())
        .map_err(failed)?;
    if columns.is_empty() {
        return Err(refused(format!(
            "an SQLite database without a table `{TABLE}`"
        )));
    }
    if let Some(lacking) = HEADER
        .iter()
        .find(|name| !columns.iter().any(|c| c == *name))
    {
        return Err(refused(format!(
            "table `{TABLE}` has no column `{lacking}`"
        )));
    }
    let sql = format!(
        "select rowid, {} from {TABLE} order by rowid",
        HEADER.join(", ")
    );
    let mut query = conn.prepare(&sql).map_err(failed)?;
    let mut rows = query.query([]).map_err(failed)?;
    let mut runs = Runs::new(file);
    let mut empty = true;
    while let Some(row) = rows.next().map_err(failed)? {
        empty = false;
        let cells = Cells {
            file,
            row: row.get(0).map_err(failed)?,
            cells: row,
        };
        let fresh = runs.add(Row {
            product: cells.name("product")?,
            gitcommit: cells.text("gitcommit")?,
            epoch: cells.integer("epoch")?,
            benchmark: cells.name("benchmark")?,
            repeat: cells.repeat()?,
            measurement: cells.name("measurement")?,
            scale: cells.scale()?,
            ns: cells.ns()?,
        });
        if !fresh {
            let problem = "this repeat of this measurement is there twice";
            return Err(cells.malformed("repeat", problem));
        }
    }
    if empty {
        return Err(refused(format!("table `{TABLE}` has no rows")));
    }
    Ok(runs.finish())
}

/// One row of the table; SQLite lets any cell be of any type.
struct Cells<'a> {
    file: &'a str,
    row: i64,
    cells: &'a rusqlite::Row<'a>,
}

impl Cells<'_> {
    fn malformed(&self, column: &str, problem: impl Into<String>) -> Error {
        Error::Malformed {
            file: self.file.to_owned(),
            place: Place::Row {
                table: TABLE,
                row: self.row,
            },
            column: column.to_owned(),
            problem: problem.into(),
        }
    }

    fn cell(&self, column: &str) -> Result<ValueRef<'_>> {
        self.cells
            .get_ref(column)
            .map_err(|error| self.malformed(column, error.to_string()))
    }

    fn text(&self, column: &str) -> Result<String> {
        match self.cell(column)? {
            ValueRef::Text(bytes) => core::str::from_utf8(bytes)
                .map(str::to_owned)
                .map_err(|_| self.malformed(column, "not UTF-8 text")),
            ValueRef::Integer(number) => Ok(number.to_string()),
            other => Err(self.not(column, "text", other.data_type())),
        }
    }

    fn not(&self, column: &str, wanted: &str, found: Type) -> Error {
        self.malformed(column, format!("{found} where {wanted} is expected"))
    }

    fn name(&self, column: &str) -> Result<String> {
        let text = self.text(column)?;
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            return Err(self.malformed(column, "is blank or holds a control character"));
        }
        Ok(text)
    }

    fn integer(&self, column: &str) -> Result<i64> {
        match self.cell(column)? {
            ValueRef::Integer(number) => Ok(number),
            other => Err(self.not(column, "a whole number", other.data_type())),
        }
    }

    /// The table keeps repeats as text.
    fn repeat(&self) -> Result<u32> {
        let text = self.text("repeat")?;
        text.parse()
            .map_err(|_| self.malformed("repeat", format!("`{text}` is not a whole number")))
    }

    fn scale(&self) -> Result<u64> {
        let scale = self.integer("scale")?;
        u64::try_from(scale)
            .ok()
            .filter(|scale| *scale > 0)
            .ok_or_else(|| self.malformed("scale", format!("`{scale}` is not above zero")))
    }

    fn ns(&self) -> Result<f64> {
        let ns = match self.cell("ns")? {
            ValueRef::Real(ns) => ns,
            ValueRef::Integer(ns) => ns as f64,
            other => return Err(self.not("ns", "a number", other.data_type())),
        };
        if ns.is_finite() && ns >= 0.0 {
            Ok(ns)
        } else {
            Err(self.malformed("ns", format!("`{ns}` is not finite and >= 0")))
        }
    }
}
