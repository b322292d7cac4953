//! Reading runs back.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{Store, digest};
use crate::error::{Error, Result};
use crate::record::{Machine, PeerVersion, Run, RunInfo, Sample, Series, sort_samples};

/// One line of the list of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunHead {
    /// The run's id.
    pub id: String,
    /// Start, in seconds since the Unix epoch; 0 where unknown.
    pub started_at: i64,
    /// Commit measured.
    pub git_commit: String,
    /// Whether the work tree differed from it.
    pub dirty: Option<bool>,
    /// Whether the run came to its end.
    pub complete: bool,
    /// `measured`, `recorded` or `imported`.
    pub origin: String,
    /// File it was read from; empty if measured here.
    pub imported_from: String,
    /// CPU model.
    pub cpu: String,
    /// Number of samples.
    pub samples: i64,
}

impl Store {
    /// All runs, oldest first, incomplete ones too.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn runs(&self) -> Result<Vec<RunHead>> {
        let failed = |source| Error::database("read", &self.path, source);
        let sql = "select r.id, r.started_at, r.git_commit, r.dirty, r.complete, r.origin, \
                   r.imported_from, m.cpu, (select count(*) from sample where run = r.key) \
                   from run r join machine m on m.id = r.machine order by r.started_at, r.key";
        let mut query = self.conn.prepare(sql).map_err(failed)?;
        let rows = query.query_map([], |row| {
            Ok(RunHead {
                id: row.get(0)?,
                started_at: row.get(1)?,
                git_commit: row.get(2)?,
                dirty: row.get(3)?,
                complete: row.get(4)?,
                origin: row.get(5)?,
                imported_from: row.get(6)?,
                cpu: row.get(7)?,
                samples: row.get(8)?,
            })
        });
        rows.map_err(failed)?
            .collect::<rusqlite::Result<_>>()
            .map_err(failed)
    }

    /// The latest complete run measured here; failing that the latest recorded one, then the
    /// latest imported one. Runs that other programs measured come last: ours took no part.
    ///
    /// # Errors
    /// If there is none, or the database cannot be read.
    pub fn latest(&self) -> Result<String> {
        let sql = "select id from run where complete order by \
                   provenance <> '', \
                   case origin when 'measured' then 0 when 'recorded' then 1 else 2 end, \
                   started_at desc, key desc limit 1";
        self.conn
            .query_row(sql, [], |row| row.get(0))
            .optional()
            .map_err(|source| Error::database("read", &self.path, source))?
            .ok_or_else(|| Error::NoRuns {
                path: self.path.clone(),
            })
    }

    /// A whole run, its samples sorted by series and repeat.
    ///
    /// # Errors
    /// If there is no such run, if it is complete and its samples are not those it was completed
    /// with, or if the database cannot be read.
    pub fn load(&self, id: &str) -> Result<Run> {
        load(&self.conn, &self.path, id)
    }
}

pub(super) fn load(conn: &Connection, path: &Path, id: &str) -> Result<Run> {
    let (run, wanted) = fetch(conn, id)
        .map_err(|source| Error::database("read", path, source))?
        .ok_or_else(|| Error::NoSuchRun {
            path: path.to_owned(),
            run: id.to_owned(),
        })?;
    if run.complete && wanted.as_deref() != Some(digest::digest(&run).as_str()) {
        return Err(Error::Damaged {
            path: path.to_owned(),
            detail: format!("run `{id}` is not what it was when it was completed"),
        });
    }
    Ok(run)
}

/// The run and the digest it was completed with.
fn fetch(conn: &Connection, id: &str) -> rusqlite::Result<Option<(Run, Option<String>)>> {
    let sql = "select r.key, r.id, r.started_at, r.git_commit, r.dirty, r.rustc, r.flags, r.cc, \
               r.cflags, m.cpu, m.cores, m.os, r.seed, r.provenance, r.note, r.complete, r.digest \
               from run r join machine m on m.id = r.machine where r.id = ?";
    let found = conn
        .query_row(sql, [id], |row| {
            let info = run_info(row)?;
            Ok((row.get::<_, i64>(0)?, info, row.get(15)?, row.get(16)?))
        })
        .optional()?;
    let Some((key, mut info, complete, wanted)) = found else {
        return Ok(None);
    };
    info.peers = conn
        .prepare_cached(
            "select name, version, present, note from peer where run = ? order by position",
        )?
        .query_map([key], |row| {
            Ok(PeerVersion {
                name: row.get(0)?,
                version: row.get(1)?,
                present: row.get(2)?,
                note: row.get(3)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut samples = conn
        .prepare_cached(
            "select product, version, measurement, key_set, scale, unit, repeat, iters, value \
             from sample join series on series.id = sample.series where run = ?",
        )?
        .query_map([key], sample)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    sort_samples(&mut samples);
    let run = Run {
        info,
        complete,
        samples,
    };
    Ok(Some((run, wanted)))
}

fn run_info(row: &Row<'_>) -> rusqlite::Result<RunInfo> {
    let seed: Option<String> = row.get(12)?;
    Ok(RunInfo {
        id: row.get(1)?,
        started_at: row.get(2)?,
        git_commit: row.get(3)?,
        dirty: row.get(4)?,
        rustc: row.get(5)?,
        flags: row.get(6)?,
        cc: row.get(7)?,
        cflags: row.get(8)?,
        machine: Machine {
            cpu: row.get(9)?,
            cores: row.get(10)?,
            os: row.get(11)?,
        },
        seed: seed.and_then(|text| text.parse().ok()),
        peers: Vec::new(),
        provenance: row.get(13)?,
        note: row.get(14)?,
    })
}

fn sample(row: &Row<'_>) -> rusqlite::Result<Sample> {
    let scale: i64 = row.get(4)?;
    let unit: String = row.get(5)?;
    let iters: i64 = row.get(7)?;
    let series = Series {
        product: row.get(0)?,
        version: row.get(1)?,
        measurement: row.get(2)?,
        key_set: row.get(3)?,
        scale: u64::try_from(scale).map_err(|_| out_of_range(4, scale))?,
        unit: unit.parse().map_err(|()| {
            rusqlite::Error::InvalidColumnType(5, unit, rusqlite::types::Type::Text)
        })?,
    };
    Ok(Sample {
        series,
        repeat: row.get(6)?,
        iters: u64::try_from(iters).map_err(|_| out_of_range(7, iters))?,
        value: row.get(8)?,
    })
}

const fn out_of_range(column: usize, value: i64) -> rusqlite::Error {
    rusqlite::Error::IntegralValueOutOfRange(column, value)
}
