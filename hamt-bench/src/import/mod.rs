//! Reading runs from files: our own CSV and databases, and those of other benchmarks.
//!
//! | file | recognised by | becomes |
//! |---|---|---|
//! | our own CSV | header [`csv_io::HEADER`] | its runs, unchanged |
//! | our own database | `application_id` | its runs, unchanged |
//! | hamt-bench's database | a table `numbers` | a run for each `benchmark` |
//! | hamt-bench's columns as CSV | header `product,gitcommit,...` | a run for each `benchmark` |
//! | totals by method | header `method,dataset_type,...` | one run |
//!
//! Runs of other benchmarks are kept as another machine's: their CPU is `unknown (FILE)`, and the
//! file's name is their provenance. Reading changes nothing; [`Store::import`] adds what was
//! read from all files, or nothing.

mod external;
mod numbers;
mod suite;

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::csv_io::{self, sheet};
use crate::error::{Error, Place, Result};
use crate::record::{Machine, Run, RunInfo};
use crate::store::Store;

/// Reads the runs of one file of any known form.
///
/// # Errors
/// If the file cannot be read, or is not of a known form, or anything in it is not as it must be;
/// the error names the file and the place in it.
pub fn read(path: &Path) -> Result<Vec<Run>> {
    let bytes = std::fs::read(path).map_err(|source| Error::io("read", path, source))?;
    let file = path.display().to_string();
    if bytes.starts_with(b"SQLite format 3\0") {
        return read_database(path, &file);
    }
    let text = sheet::text(&file, &bytes)?;
    let header = sheet::header(&file, text)?;
    // The first column tells which form is meant; the reader of the form checks the others.
    match header.first().map(String::as_str) {
        Some("run") => csv_io::read(&file, &bytes),
        Some("product") => numbers::read(&file, text),
        Some("method") => external::read(&file, text),
        _ => Err(Error::Unreadable {
            file,
            place: Place::Field { line: 1, field: 1 },
            problem: format!(
                "no known form: neither an SQLite database nor CSV with the header `{}...`, \
                 `{}` or `{}`",
                csv_io::HEADER[..3].join(","),
                numbers::HEADER.join(","),
                crate::external::rows::HEADER.join(","),
            ),
        }),
    }
}

fn read_database(path: &Path, file: &str) -> Result<Vec<Run>> {
    let failed = |source| Error::database("read", path, source);
    let conn =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    let application: i32 = conn
        .query_row("pragma application_id", [], |row| row.get(0))
        .map_err(failed)?;
    if application == crate::store::schema::APPLICATION_ID {
        drop(conn);
        let store = Store::open_to_read(path)?;
        let heads = store.runs()?;
        return heads.iter().map(|head| store.load(&head.id)).collect();
    }
    suite::read(&conn, path, file)
}

/// Provenance of a run that another benchmark measured, of which only the file is known.
fn foreign_run(file: &str, id: String, git_commit: String, started_at: i64) -> Run {
    let name = Path::new(file).file_name().map_or_else(
        || file.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let unknown = || "unknown".to_owned();
    Run {
        info: RunInfo {
            id,
            started_at,
            git_commit,
            dirty: None,
            rustc: unknown(),
            flags: unknown(),
            cc: unknown(),
            cflags: unknown(),
            machine: Machine {
                cpu: format!("unknown ({name})"),
                cores: 0,
                os: unknown(),
            },
            seed: None,
            peers: Vec::new(),
            provenance: name,
            note: "measured by another benchmark, whose workloads and keys may differ".to_owned(),
        },
        complete: true,
        samples: Vec::new(),
    }
}
