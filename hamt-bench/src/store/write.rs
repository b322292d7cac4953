//! Writing runs: begun, appended to, completed, imported.

use alloc::collections::BTreeMap;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::{Origin, Store, digest};
use crate::error::{Error, Result};
use crate::record::{Run, RunInfo, Sample, Series};

/// What an import came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Runs added.
    pub added: usize,
    /// Runs that were there incomplete and were completed.
    pub completed: usize,
    /// Runs that were there with the same contents already.
    pub known: usize,
    /// Samples added.
    pub samples: usize,
}

impl Store {
    /// Enters a run that begins, incomplete, in a transaction of its own.
    ///
    /// # Errors
    /// If it cannot be written, or there is a run of that id.
    pub fn begin_run(&mut self, info: &RunInfo) -> Result<()> {
        self.write("begin a run in", |conn, _| {
            insert_run(conn, info, "", Origin::Measured).map(drop)
        })
    }

    /// Adds the samples of one benchmark to a run that is not complete, in one transaction.
    ///
    /// # Errors
    /// If they cannot be written; none is then.
    pub fn append(&mut self, run: &str, samples: &[Sample]) -> Result<()> {
        self.write("write samples to", |conn, _| {
            let key = conn.query_row("select key from run where id = ?", [run], |r| r.get(0))?;
            insert_samples(conn, key, samples.iter())
        })
    }

    /// Marks a run complete, with the digest of the samples the database holds.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn complete(&mut self, run: &str) -> Result<()> {
        let stored = self.load(run)?;
        self.write("complete a run in", |conn, _| mark_complete(conn, &stored))
    }

    /// Adds runs read from the named files, all in one transaction. A run that is there already
    /// with the same contents is skipped, so importing a file twice adds nothing; one that is
    /// there incomplete is completed if its samples are among the new ones.
    ///
    /// # Errors
    /// If a run is there with other contents, or the database cannot be written. Nothing is
    /// changed then.
    pub fn import(&mut self, files: &[(String, Vec<Run>)]) -> Result<Imported> {
        let path = self.path.clone();
        let failed = |source| Error::database("import into", &path, source);
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let mut total = Imported::default();
        for (file, runs) in files {
            let one = Self::add_runs(&tx, &path, runs, file, Origin::Imported)?;
            total.added += one.added;
            total.completed += one.completed;
            total.known += one.known;
            total.samples += one.samples;
        }
        tx.commit().map_err(failed)?;
        Ok(total)
    }

    /// Adds runs inside the caller's transaction.
    pub(super) fn add_runs(
        conn: &Connection,
        path: &Path,
        runs: &[Run],
        file: &str,
        origin: Origin,
    ) -> Result<Imported> {
        let failed = |source| Error::database("import into", path, source);
        let mut done = Imported::default();
        for run in runs {
            let find = "select key from run where id = ?";
            let key: Option<i64> = conn
                .query_row(find, [&run.info.id], |row| row.get(0))
                .optional()
                .map_err(failed)?;
            let Some(key) = key else {
                let from = file_name(file);
                let key = insert_run(conn, &run.info, &from, origin).map_err(failed)?;
                insert_samples(conn, key, run.samples.iter()).map_err(failed)?;
                if run.complete {
                    mark_complete(conn, run).map_err(failed)?;
                }
                done.added += 1;
                done.samples += run.samples.len();
                continue;
            };
            let stored = super::read::load(conn, path, &run.info.id)?;
            match compare(&stored, run) {
                Difference::None => done.known += 1,
                Difference::Missing(missing) => {
                    insert_samples(conn, key, missing.iter().copied()).map_err(failed)?;
                    if run.complete {
                        mark_complete(conn, run).map_err(failed)?;
                    }
                    done.completed += 1;
                    done.samples += missing.len();
                }
                Difference::Conflict => {
                    return Err(Error::Conflict {
                        file: file.to_owned(),
                        run: run.info.id.clone(),
                    });
                }
            }
        }
        Ok(done)
    }

    /// Runs `work` in one transaction.
    fn write(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&Connection, &Path) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let path = &self.path;
        let failed = |source| Error::database(action, path, source);
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        work(&tx, path).map_err(failed)?;
        tx.commit().map_err(failed)
    }
}

/// How an incoming run differs from the stored one of its id.
enum Difference<'a> {
    None,
    /// The stored run is incomplete, and these are the samples it lacks.
    Missing(Vec<&'a Sample>),
    Conflict,
}

fn compare<'a>(stored: &Run, new: &'a Run) -> Difference<'a> {
    // Files of other benchmarks carry no provenance of their own but the name they had.
    let foreign = !stored.info.provenance.is_empty() && !new.info.provenance.is_empty();
    if stored.info != new.info && !foreign {
        return Difference::Conflict;
    }
    let held: BTreeMap<_, &Sample> = index(&stored.samples);
    let incoming: BTreeMap<_, &Sample> = index(&new.samples);
    if stored.complete == new.complete && held == incoming {
        return Difference::None;
    }
    let part = held
        .iter()
        .all(|(key, sample)| incoming.get(key) == Some(sample));
    if stored.complete || !part {
        return Difference::Conflict;
    }
    let mut missing = incoming;
    missing.retain(|key, _| !held.contains_key(key));
    Difference::Missing(missing.into_values().collect())
}

fn index(samples: &[Sample]) -> BTreeMap<(&Series, u32), &Sample> {
    samples
        .iter()
        .map(|sample| ((&sample.series, sample.repeat), sample))
        .collect()
}

/// The last part of a path: directories of the importing machine are nobody's business.
fn file_name(file: &str) -> String {
    Path::new(file).file_name().map_or_else(
        || file.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn insert_run(
    conn: &Connection,
    info: &RunInfo,
    imported_from: &str,
    origin: Origin,
) -> rusqlite::Result<i64> {
    let machine = &info.machine;
    let machine = params![machine.cpu, machine.cores, machine.os];
    conn.execute(
        "insert into machine (cpu, cores, os) values (?, ?, ?) on conflict do nothing",
        machine,
    )?;
    let machine: i64 = conn.query_row(
        "select id from machine where (cpu, cores, os) = (?, ?, ?)",
        machine,
        |row| row.get(0),
    )?;
    conn.execute(
        "insert into run (id, started_at, git_commit, dirty, rustc, flags, cc, cflags, machine, \
         seed, provenance, note, origin, imported_from) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            info.id,
            info.started_at,
            info.git_commit,
            info.dirty,
            info.rustc,
            info.flags,
            info.cc,
            info.cflags,
            machine,
            info.seed.map(|seed| seed.to_string()),
            info.provenance,
            info.note,
            origin.name(),
            imported_from,
        ],
    )?;
    let key = conn.last_insert_rowid();
    let mut insert = conn.prepare_cached(
        "insert into peer (run, position, name, version, present, note) values (?, ?, ?, ?, ?, ?)",
    )?;
    for (position, peer) in (0_i64..).zip(&info.peers) {
        let row = params![
            key,
            position,
            peer.name,
            peer.version,
            peer.present,
            peer.note
        ];
        insert.execute(row)?;
    }
    Ok(key)
}

fn insert_samples<'a>(
    conn: &Connection,
    run: i64,
    samples: impl Iterator<Item = &'a Sample>,
) -> rusqlite::Result<()> {
    let mut known: HashMap<&Series, i64> = HashMap::new();
    let mut insert = conn.prepare_cached(
        "insert into sample (run, series, repeat, iters, value) values (?, ?, ?, ?, ?)",
    )?;
    for sample in samples {
        let series = match known.get(&sample.series) {
            Some(id) => *id,
            None => *known
                .entry(&sample.series)
                .or_insert(series_id(conn, &sample.series)?),
        };
        let iters = as_integer(sample.iters)?;
        insert.execute(params![run, series, sample.repeat, iters, sample.value])?;
    }
    Ok(())
}

fn series_id(conn: &Connection, series: &Series) -> rusqlite::Result<i64> {
    let (scale, unit) = (as_integer(series.scale)?, series.unit.name());
    let Series {
        product,
        version,
        measurement,
        key_set,
        ..
    } = series;
    let row = params![product, version, measurement, key_set, scale, unit];
    conn.prepare_cached(
        "insert into series (product, version, measurement, key_set, scale, unit) \
         values (?, ?, ?, ?, ?, ?) on conflict do nothing",
    )?
    .execute(row)?;
    conn.prepare_cached(
        "select id from series where (product, version, measurement, key_set, scale, unit) \
         = (?, ?, ?, ?, ?, ?)",
    )?
    .query_row(row, |row| row.get(0))
}

/// SQLite's integers end at `i64::MAX`.
fn as_integer(number: u64) -> rusqlite::Result<i64> {
    i64::try_from(number).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn mark_complete(conn: &Connection, run: &Run) -> rusqlite::Result<()> {
    conn.execute(
        "update run set complete = 1, digest = ? where id = ?",
        params![digest::digest(run), run.info.id],
    )
    .map(drop)
}

/// Why a sample cannot be recorded, if so; `seen` holds the repeats met before.
pub(crate) fn objection(
    sample: &Sample,
    seen: &mut HashSet<(Series, u32)>,
) -> Option<&'static str> {
    if !sample.value.is_finite() || sample.value < 0.0 {
        return Some("its value is not a finite number of zero or more");
    }
    if sample.series.scale == 0 || as_integer(sample.series.scale).is_err() {
        return Some("its scale is zero or too large");
    }
    if as_integer(sample.iters).is_err() {
        return Some("its number of operations is too large");
    }
    if !seen.insert((sample.series.clone(), sample.repeat)) {
        return Some("its repeat was recorded before");
    }
    None
}
