//! Opening the database: told from foreign and damaged files, made or migrated.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{FILE_NAME, Origin, Store, schema};
use crate::atomic;
use crate::csv_io;
use crate::error::{Error, Result};
use crate::record::Run;

/// First bytes of every SQLite database.
pub(crate) const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What a file is, by its first bytes.
enum Kind {
    Absent,
    Empty,
    Ours,
    /// An SQLite database that names no application.
    Anonymous,
    Foreign(String),
}

impl Store {
    /// Opens the database in `data_dir`. If there is none, one is made and filled from the files
    /// in `data_dir/recorded`; it appears whole or not at all.
    ///
    /// # Errors
    /// If the file is foreign, damaged or newer than this program (it stays untouched), if it or
    /// the directory cannot be used, or if a recorded file is malformed.
    pub fn open(data_dir: &Path) -> Result<Self> {
        let path = data_dir.join(FILE_NAME);
        match kind_of(&path)? {
            Kind::Absent => {
                std::fs::create_dir_all(data_dir)
                    .map_err(|source| Error::io("make", data_dir, source))?;
                create(data_dir, &path)?;
                Self::open_ours(path, &[])
            }
            Kind::Empty => Self::open_ours(path, &recorded(data_dir)?),
            Kind::Ours => Self::open_ours(path, &[]),
            Kind::Anonymous if is_blank(&path)? => Self::open_ours(path, &recorded(data_dir)?),
            Kind::Anonymous => Err(Error::Foreign {
                path,
                detail: "another program's SQLite database; `import` reads the suite's own".into(),
            }),
            Kind::Foreign(detail) => Err(Error::Foreign { path, detail }),
        }
    }

    /// Opens a database of this benchmark elsewhere, to read it only.
    ///
    /// # Errors
    /// As [`Store::open`]; also if it is of an older schema.
    pub fn open_to_read(path: &Path) -> Result<Self> {
        let failed = |source| Error::database("read", path, source);
        let conn =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
        schema::prepare(&conn).map_err(failed)?;
        check(&conn, path)?;
        let version = user_version(&conn).map_err(failed)?;
        if version != schema::latest() {
            return Err(Error::Damaged {
                path: path.to_owned(),
                detail: format!(
                    "schema version {version} where {} is read",
                    schema::latest()
                ),
            });
        }
        Ok(Self {
            conn,
            path: path.to_owned(),
        })
    }

    /// Opens a file that is ours or blank; `seed` fills it if it is blank.
    fn open_ours(path: PathBuf, seed: &[(String, Vec<Run>)]) -> Result<Self> {
        let failed = |source| Error::database("open", &path, source);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&path, flags).map_err(failed)?;
        schema::prepare(&conn).map_err(failed)?;
        conn.pragma_update(None, "synchronous", "EXTRA")
            .map_err(failed)?;
        check(&conn, &path)?;
        let version = user_version(&conn).map_err(failed)?;
        if version > schema::latest() {
            let known = schema::latest();
            return Err(Error::Newer {
                path,
                found: version,
                known,
            });
        }
        let mut store = Self { conn, path };
        if version < schema::latest() {
            store.upgrade(seed)?;
        }
        Ok(store)
    }

    /// Applies the missing migrations, and `seed` where the database was blank, at once.
    fn upgrade(&mut self, seed: &[(String, Vec<Run>)]) -> Result<()> {
        let path = self.path.clone();
        let failed = |source| Error::database("migrate", &path, source);
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        // Asked again under the lock: another process may have been faster.
        let version = user_version(&tx).map_err(failed)?;
        if version < schema::latest() {
            schema::migrate(&tx, version, schema::latest()).map_err(failed)?;
            if version == 0 {
                for (file, runs) in seed {
                    Self::add_runs(&tx, &path, runs, file, Origin::Recorded)?;
                }
            }
        }
        tx.commit().map_err(failed)
    }
}

fn user_version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("pragma user_version", [], |row| row.get(0))
}

/// SQLite's own check of the file's structure, types and constraints.
fn check(conn: &Connection, path: &Path) -> Result<()> {
    let verdict: String = conn
        .query_row("pragma quick_check(1)", [], |row| row.get(0))
        .map_err(|source| Error::database("check", path, source))?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(Error::Damaged {
        path: path.to_owned(),
        detail: verdict.replace('\n', " "),
    })
}

/// Makes the database under another name and moves it into place without replacing anything.
fn create(data_dir: &Path, path: &Path) -> Result<()> {
    let failed = |source| Error::io("make", path, source);
    let seed = recorded(data_dir)?;
    let draft = atomic::draft_in(data_dir, "bench.sqlite.draft-").map_err(failed)?;
    drop(Store::open_ours(draft.path().to_owned(), &seed)?);
    draft.as_file().sync_all().map_err(failed)?;
    match draft.persist_noclobber(path) {
        Ok(_) => atomic::sync_dir(data_dir).map_err(failed),
        // Another process made one meanwhile; that one is used.
        Err(refused) if refused.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(refused) => Err(failed(refused.error)),
    }
}

/// The runs in `data_dir/recorded/*.csv` with their files' names, in the names' order.
///
/// # Errors
/// If the directory or a file cannot be read, or a file is malformed.
pub fn recorded(data_dir: &Path) -> Result<Vec<(String, Vec<Run>)>> {
    let dir = data_dir.join("recorded");
    let entries = match std::fs::read_dir(&dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(Error::io("read", &dir, source)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|source| Error::io("read", &dir, source))?
            .path();
        if path.extension().is_some_and(|ext| ext == "csv") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let bytes = std::fs::read(path).map_err(|source| Error::io("read", path, source))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let runs = csv_io::read(&path.display().to_string(), &bytes)?;
            Ok((name.into_owned(), runs))
        })
        .collect()
}

/// Reads the 100 bytes of SQLite's file header by hand, so that a foreign file is not even opened
/// by a library that might write to it.
fn kind_of(path: &Path) -> Result<Kind> {
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Kind::Absent),
        Err(source) => return Err(Error::io("open", path, source)),
    };
    let mut header = Vec::new();
    file.by_ref()
        .take(100)
        .read_to_end(&mut header)
        .map_err(|source| Error::io("read", path, source))?;
    if header.is_empty() {
        return Ok(Kind::Empty);
    }
    if header.len() < 100 || !header.starts_with(MAGIC) {
        return Ok(Kind::Foreign(
            "not an SQLite database, or cut short or overwritten".into(),
        ));
    }
    let application = i32::from_be_bytes([header[68], header[69], header[70], header[71]]);
    Ok(match application {
        schema::APPLICATION_ID => Kind::Ours,
        0 => Kind::Anonymous,
        other => Kind::Foreign(format!(
            "an SQLite database of another application, id {other:#010x}"
        )),
    })
}

/// Whether an SQLite database holds nothing at all; asked without the right to write.
fn is_blank(path: &Path) -> Result<bool> {
    let failed = |source| Error::database("read", path, source);
    let conn =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    let sql = "select count(*) from sqlite_schema";
    let objects: i64 = conn.query_row(sql, [], |row| row.get(0)).map_err(failed)?;
    Ok(objects == 0 && user_version(&conn).map_err(failed)? == 0)
}
