//! What can go wrong in storing, reading and importing runs; each error names the file.

use core::fmt;
use std::path::{Path, PathBuf};

use crate::process::Failure;

/// Result of an operation of the store.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// A failure of the store, of an import or of the files a run leaves behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or directory could not be used.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `write`, ...
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// SQLite refused an operation on a database that is ours.
    #[error("cannot {action} {}: {source}", path.display())]
    Database {
        /// What was tried, as a verb.
        action: &'static str,
        /// The database.
        path: PathBuf,
        /// SQLite's answer.
        source: rusqlite::Error,
    },
    /// A database that was ours but can no longer be trusted.
    #[error(
        "{} is damaged ({detail}); nothing was written to it: move it away, \
         and a new one is made", path.display()
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What does not hold.
        detail: String,
    },
    /// A file that is not a database of this benchmark.
    #[error(
        "{} is not a database of this benchmark ({detail}); nothing was written to it: \
         move it away, and a new one is made", path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it looks like instead.
        detail: String,
    },
    /// A database of a later version of this program.
    #[error(
        "{} has schema version {found}, made by a newer version of this benchmark \
         (this one knows {known}); nothing was written to it", path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its `user_version`.
        found: i64,
        /// The latest version known here.
        known: i64,
    },
    /// A value of an imported file that cannot be.
    #[error("{file}{place}: column `{column}`: {problem}")]
    Malformed {
        /// The file as the user named it.
        file: String,
        /// Where in the file.
        place: Place,
        /// Name of the column.
        column: String,
        /// What is wrong with the value.
        problem: String,
    },
    /// An imported file that cannot be read as any known form.
    #[error("{file}{place}: {problem}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// Where in the file.
        place: Place,
        /// What is wrong.
        problem: String,
    },
    /// An imported run that the database already holds with other contents.
    #[error("{file}: run `{run}` is already recorded with other contents; records are append-only")]
    Conflict {
        /// The file as the user named it.
        file: String,
        /// The run.
        run: String,
    },
    /// A run that is not there.
    #[error("{}: no run `{run}` (the command `runs` lists them)", path.display())]
    NoSuchRun {
        /// The database.
        path: PathBuf,
        /// What was asked for.
        run: String,
    },
    /// No run at all to work on.
    #[error("{}: no complete run recorded yet", path.display())]
    NoRuns {
        /// The database.
        path: PathBuf,
    },
    /// Runs that have nothing in common of what was asked for.
    #[error("nothing to compare: {what}")]
    NothingToCompare {
        /// Which run, and what it lacks.
        what: String,
    },
    /// A generated file that is not what would be generated.
    #[error(
        "{}:{line}: not what the recorded runs say; `hamt-bench log` writes it anew", path.display()
    )]
    Stale {
        /// The file.
        path: PathBuf,
        /// The first line that differs, from 1.
        line: usize,
    },
    /// A file that lacks the place for what is generated.
    #[error("{}: {problem}", path.display())]
    Markers {
        /// The file.
        path: PathBuf,
        /// What is wrong with the marks around that place.
        problem: String,
    },
    /// An external program gave no results.
    #[error("{command}: {failure}")]
    External {
        /// The command line as the user gave it.
        command: String,
        /// What happened.
        failure: Failure,
    },
    /// A data-set file without a column that was asked for.
    #[error("{file}: no column `{column}`; there are {}", present.join(", "))]
    NoSuchColumn {
        /// The file.
        file: String,
        /// What was asked for: a name, or a number from 1.
        column: String,
        /// The columns there are.
        present: Vec<String>,
    },
    /// A compressed file that ends before its end.
    #[error("{file}: the compressed file is cut short, in line {line}")]
    Truncated {
        /// The file.
        file: String,
        /// The line that could not be read any more, from 1.
        line: u64,
    },
    /// Runs without anything to report on.
    #[error("nothing to report: no sample in {runs}")]
    NoSamples {
        /// The runs asked for.
        runs: String,
    },
    /// The report could not be put together.
    #[error("cannot put the report together: {problem}")]
    Report {
        /// Why not.
        problem: String,
    },
    /// A picture could not be drawn.
    #[error("cannot draw {}: {problem}", path.display())]
    Plot {
        /// The picture.
        path: PathBuf,
        /// Why not.
        problem: String,
    },
}

/// A place in an imported file; shown right after the file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    Whole,
    /// `:line:column` of a text file: the line from 1, the comma-separated field from 1.
    Field {
        /// Line from 1.
        line: u64,
        /// Field from 1.
        field: usize,
    },
    /// A row of a database's table.
    Row {
        /// The table.
        table: &'static str,
        /// Its `rowid`.
        row: i64,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Field { line, field } => write!(f, ":{line}:{field}"),
            Self::Row { table, row } => write!(f, ": table `{table}`, row {row}"),
        }
    }
}

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// SQLite's error on a database of ours; damage is told apart from other failures.
    pub(crate) fn database(action: &'static str, path: &Path, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match source.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => Self::Damaged {
                path: path.to_owned(),
                detail: source.to_string(),
            },
            _ => Self::Database {
                action,
                path: path.to_owned(),
                source,
            },
        }
    }

    /// Whether the input was refused, rather than the machine failing.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Malformed { .. }
                | Self::Unreadable { .. }
                | Self::Conflict { .. }
                | Self::NoSuchColumn { .. }
                | Self::Truncated { .. }
        )
    }
}
