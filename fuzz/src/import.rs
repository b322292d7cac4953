//! Bytes as files of each form that the benchmark reads: no panic, errors that say what and where, and what
//! was read is what is there.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use hamt_bench::csv_io;
use hamt_bench::datasets::{Table, lines};
use hamt_bench::error::{Error, Place};
use hamt_bench::import;
use tempfile::TempDir;

const SQLITE: &[u8] = b"SQLite format 3\0";
const GZIP: &[u8] = &[0x1f, 0x8b];

thread_local! {
    static DIRECTORY: OnceCell<TempDir> = const { OnceCell::new() };
}

/// Plays a file: the first byte says what it is read as, the others are its contents.
pub fn run(bytes: &[u8]) {
    let Some((form, file)) = bytes.split_first() else {
        return;
    };
    DIRECTORY.with(|directory| {
        // Disks write a file that is replaced at once, which takes a hundred times as long.
        let made = || tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let directory = directory.get_or_init(|| made().expect("a place for files"));
        match form % 4 {
            0 => runs(&written(directory.path(), "runs", file), file),
            1 => keys(directory.path(), file),
            2 => table(directory.path(), file, "csv"),
            _ => table(directory.path(), file, "tsv"),
        }
    });
}

fn written(directory: &Path, name: &str, file: &[u8]) -> PathBuf {
    let path = directory.join(name);
    fs::write(&path, file).expect("files can be written");
    path
}

fn compressed(file: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(file).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// An error is the file's fault, and names the file and a place that can be looked up.
fn check(error: &Error, path: &Path, file: &[u8]) {
    let text = error.to_string();
    let name = path.display().to_string();
    assert!(text.contains(&name), "`{text}` does not name the file");
    if file.starts_with(SQLITE) {
        let of_database = matches!(error, Error::Database { .. } | Error::Damaged { .. });
        assert!(of_database || error.is_refusal(), "{error:?}");
        return;
    }
    assert!(error.is_refusal(), "{error:?}");
    if let Error::Malformed { place, .. } | Error::Unreadable { place, .. } = error
        && let Place::Field { line, field } = place
    {
        assert!(*line > 0 && *field > 0, "{text}: no such place");
        // A compressed file has lines that its bytes do not show.
        if !file.starts_with(GZIP) {
            let most = file.iter().filter(|it| matches!(it, b'\n' | b'\r')).count() + 1;
            assert!(*line <= most as u64, "{text}: there are {most} lines");
        }
    }
}

/// What was read as runs survives our own form.
fn runs(path: &Path, file: &[u8]) {
    let mut runs = match import::read(path) {
        Ok(runs) => runs,
        Err(error) => return check(&error, path, file),
    };
    // Runs without samples leave no trace in CSV.
    runs.retain(|run| !run.samples.is_empty());
    let text = csv_io::write(&runs);
    let again = csv_io::read("again", &text).unwrap_or_else(|error| panic!("{error}\n{runs:?}"));
    assert_eq!(again, runs);
}

/// One key a line, plain and compressed.
fn keys(directory: &Path, file: &[u8]) {
    let read = |path: &Path| -> Result<Vec<String>, Error> { lines(path, None)?.collect() };
    let path = written(directory, "keys.txt", file);
    let plain = read(&path);
    match &plain {
        Err(error) => check(error, &path, file),
        Ok(keys) if !file.starts_with(GZIP) => {
            let text = std::str::from_utf8(file).expect("else it is refused");
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            let line = text.split('\n').enumerate();
            let ended = text.matches('\n').count();
            // Only what ends a line is taken off its end.
            let wanted = line.map(|(n, line)| match line.strip_suffix('\r') {
                Some(line) if n < ended => line,
                _ => line,
            });
            assert!(wanted.filter(|line| !line.is_empty()).eq(keys));
        }
        Ok(_) => {}
    }
    if !file.starts_with(GZIP) && !file.is_empty() {
        let again = read(&written(directory, "keys.gz", &compressed(file)));
        assert_eq!(again.ok(), plain.ok());
    }
}

/// Two columns of a table, plain and compressed, one by one and loaded.
fn table(directory: &Path, file: &[u8], extension: &str) {
    let open = |path: &Path| Table::open(path, "key", "2").or_else(|_| Table::open(path, "1", "1"));
    let read = |path: &Path| -> Result<Vec<(String, String)>, Error> { open(path)?.collect() };
    let path = written(directory, &format!("table.{extension}"), file);
    let plain = read(&path);
    match (&plain, open(&path).and_then(Table::load)) {
        (Ok(rows), Ok(loaded)) => {
            let last: HashMap<_, _> = rows.iter().cloned().collect();
            assert_eq!(last.len() as u64 + loaded.duplicates, rows.len() as u64);
            assert_eq!(last.len(), loaded.records.len());
            let same = |(key, value): &(String, String)| last.get(key) == Some(value);
            assert!(loaded.records.iter().all(same), "{loaded:?}");
        }
        (Err(error), Err(_)) => check(error, &path, file),
        (plain, loaded) => panic!("{plain:?}, but {loaded:?}"),
    }
    if !file.starts_with(GZIP) && !file.is_empty() {
        let name = format!("table.{extension}.gz");
        let again = read(&written(directory, &name, &compressed(file)));
        assert_eq!(again.ok(), plain.ok());
    }
}
