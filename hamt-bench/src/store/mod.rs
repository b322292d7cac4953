//! The store of benchmark runs: one SQLite database, `bench.sqlite`, in the data directory.
//!
//! * **Append-only**: runs and samples are added, never changed; triggers in the database hold
//!   every other program to that too. The one change a run sees is being marked complete.
//! * **One transaction a benchmark**: what [`Store::append`] returned `Ok` for is on disk, and a
//!   process killed at any later moment does not lose it.
//! * **Rollback journal, not WAL**: there is one writer, commits are rare next to the seconds a
//!   benchmark takes, and the database stays a single file that can be copied, read from a
//!   read-only directory and kept on a network file system. `synchronous = EXTRA` makes a commit
//!   outlast a power failure.
//! * **Ours or untouched**: a file that is not ours, is damaged, or comes from a newer version is
//!   refused before anything is written.
//!
//! `SCHEMA.md` in this directory describes the tables.

mod digest;
mod open;
mod read;
pub mod schema;
mod write;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use digest::digest;
pub(crate) use digest::of_bytes;
pub use open::recorded;
pub use read::RunHead;
pub use write::Imported;
pub(crate) use write::objection;

/// File name of the database in the data directory.
pub const FILE_NAME: &str = "bench.sqlite";

/// How a run came into a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Measured by the program that owns the database.
    Measured,
    /// Loaded from `data/recorded` when the database was made.
    Recorded,
    /// Read from a file by the command `import`.
    Imported,
}

impl Origin {
    /// The word in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Recorded => "recorded",
            Self::Imported => "imported",
        }
    }
}

/// An open database of benchmark runs.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    path: PathBuf,
}

impl Store {
    /// The database's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The connection, for questions this type does not answer.
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.conn
    }
}
