//! The database's schema, as an append-only list of migrations.
//!
//! `user_version` counts the migrations a database has been through; opening it applies the rest
//! in one transaction. A migration that was ever released is never edited: a change is a new one
//! at the end. `SCHEMA.md` beside this file describes the result.

use rusqlite::{Connection, functions::FunctionFlags};

/// `application_id` of our databases: the letters `HMTB`.
pub const APPLICATION_ID: i32 = i32::from_be_bytes(*b"HMTB");

/// Migrations, oldest first.
pub const MIGRATIONS: &[&str] = &[TABLES, VIEWS, GUARDS, UNITS, VIEWS, MEMORY];

const TABLES: &str = "
create table machine (
    id    integer primary key,
    cpu   text not null,
    cores integer not null check (cores >= 0),
    os    text not null,
    unique (cpu, cores, os)
) strict;

create table run (
    key           integer primary key,
    id            text not null unique check (id <> ''),
    started_at    integer not null,
    git_commit    text not null,
    dirty         integer check (dirty in (0, 1)),
    rustc         text not null,
    flags         text not null,
    cc            text not null,
    cflags        text not null,
    machine       integer not null references machine (id),
    seed          text,
    provenance    text not null,
    note          text not null,
    origin        text not null check (origin in ('measured', 'recorded', 'imported')),
    imported_from text not null,
    complete      integer not null default 0 check (complete in (0, 1)),
    digest        text check (complete = 0 or digest is not null)
) strict;

create table peer (
    run      integer not null references run (key),
    position integer not null,
    name     text not null,
    version  text not null,
    present  integer not null check (present in (0, 1)),
    note     text not null,
    primary key (run, position)
) strict, without rowid;

create table series (
    id          integer primary key,
    product     text not null,
    version     text not null,
    measurement text not null,
    key_set     text not null,
    scale       integer not null check (scale > 0),
    unit        text not null check (unit in ('ns/op', 'bytes/entry')),
    unique (product, version, measurement, key_set, scale, unit)
) strict;

create table sample (
    run    integer not null references run (key),
    series integer not null references series (id),
    repeat integer not null check (repeat >= 0),
    iters  integer not null check (iters >= 0),
    value  real not null check (value >= 0 and value < 9e999),
    primary key (run, series, repeat)
) strict, without rowid;
";

// `numbers` holds times only: a row of bytes under a column `ns` would mislead.
const VIEWS: &str = "
create view numbers as
select s.product,
       r.git_commit as gitcommit,
       r.started_at as epoch,
       r.id as benchmark,
       m.repeat,
       case s.key_set when 'random' then s.measurement
                      else s.measurement || ':' || s.key_set end as measurement,
       s.scale,
       m.value as ns
from sample m
join run r on r.key = m.run
join series s on s.id = m.series
where s.unit = 'ns/op';

create view memory as
select s.product,
       r.git_commit as gitcommit,
       r.started_at as epoch,
       r.id as benchmark,
       m.repeat,
       case s.key_set when 'random' then s.measurement
                      else s.measurement || ':' || s.key_set end as measurement,
       s.scale,
       m.value as bytes
from sample m
join run r on r.key = m.run
join series s on s.id = m.series
where s.unit = 'bytes/entry';

-- Against the mean of the group itself, and from differences, so that nothing cancels.
create view summary_stats as
with grouped as (
    select *, avg(ns) over (
        partition by product, gitcommit, benchmark, measurement, scale
    ) as mu
    from numbers
)
select product,
       gitcommit,
       benchmark,
       measurement,
       scale,
       mu as mean,
       sqrt(avg((ns - mu) * (ns - mu))) as stddev,
       min(ns) as min,
       max(ns) as max,
       count(*) as n
from grouped
group by product, gitcommit, benchmark, measurement, scale;
";

// Append-only, whoever writes: the one change a run sees is being marked complete.
const GUARDS: &str = "
create trigger sample_kept before delete on sample
begin select raise(abort, 'samples are append-only'); end;
create trigger sample_fixed before update on sample
begin select raise(abort, 'samples are append-only'); end;
create trigger sample_late before insert on sample
when (select complete from run where key = new.run)
begin select raise(abort, 'the run is complete'); end;
create trigger run_kept before delete on run
begin select raise(abort, 'runs are append-only'); end;
create trigger run_fixed before update on run
when old.complete or new.complete <> 1 or new.digest is null
  or (old.key, old.id, old.started_at, old.git_commit, old.dirty, old.rustc, old.flags,
      old.cc, old.cflags, old.machine, old.seed, old.provenance, old.note, old.origin,
      old.imported_from)
  is not
     (new.key, new.id, new.started_at, new.git_commit, new.dirty, new.rustc, new.flags,
      new.cc, new.cflags, new.machine, new.seed, new.provenance, new.note, new.origin,
      new.imported_from)
begin select raise(abort, 'runs are append-only'); end;
create trigger series_kept before delete on series
begin select raise(abort, 'series are append-only'); end;
create trigger series_fixed before update on series
begin select raise(abort, 'series are append-only'); end;
create trigger peer_kept before delete on peer
begin select raise(abort, 'peers are append-only'); end;
create trigger peer_fixed before update on peer
begin select raise(abort, 'peers are append-only'); end;
create trigger machine_kept before delete on machine
begin select raise(abort, 'machines are append-only'); end;
create trigger machine_fixed before update on machine
begin select raise(abort, 'machines are append-only'); end;
";

// One more unit. SQLite cannot change a check, so the table is made anew with the same ids, and so
// is the one that refers to it. The views are made again by the migration after this one.
const UNITS: &str = "
drop view summary_stats;
drop view memory;
drop view numbers;
alter table sample rename to old_sample;
alter table series rename to old_series;

create table series (
    id          integer primary key,
    product     text not null,
    version     text not null,
    measurement text not null,
    key_set     text not null,
    scale       integer not null check (scale > 0),
    unit        text not null check (unit in ('ns/op', 'bytes/entry', 'bytes/version', 'number')),
    unique (product, version, measurement, key_set, scale, unit)
) strict;
insert into series select * from old_series;

create table sample (
    run    integer not null references run (key),
    series integer not null references series (id),
    repeat integer not null check (repeat >= 0),
    iters  integer not null check (iters >= 0),
    value  real not null check (value >= 0 and value < 9e999),
    primary key (run, series, repeat)
) strict, without rowid;
insert into sample select * from old_sample;

drop table old_sample;
drop table old_series;

create trigger sample_kept before delete on sample
begin select raise(abort, 'samples are append-only'); end;
create trigger sample_fixed before update on sample
begin select raise(abort, 'samples are append-only'); end;
create trigger sample_late before insert on sample
when (select complete from run where key = new.run)
begin select raise(abort, 'the run is complete'); end;
create trigger series_kept before delete on series
begin select raise(abort, 'series are append-only'); end;
create trigger series_fixed before update on series
begin select raise(abort, 'series are append-only'); end;
";

// All memory, with its unit.
const MEMORY: &str = "
drop view memory;
create view memory as
select s.product,
       r.git_commit as gitcommit,
       r.started_at as epoch,
       r.id as benchmark,
       m.repeat,
       case s.key_set when 'random' then s.measurement
                      else s.measurement || ':' || s.key_set end as measurement,
       s.scale,
       m.value as bytes,
       s.unit
from sample m
join run r on r.key = m.run
join series s on s.id = m.series
where s.unit in ('bytes/entry', 'bytes/version');
";

/// Latest schema version.
#[must_use]
pub fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings the schema from version `from` to version `to`, inside the caller's transaction.
///
/// # Errors
/// SQLite's, if a migration cannot be applied.
pub fn migrate(conn: &Connection, from: i64, to: i64) -> rusqlite::Result<()> {
    let wanted = |version: i64| usize::try_from(version).unwrap_or_default();
    for migration in &MIGRATIONS[wanted(from)..wanted(to)] {
        conn.execute_batch(migration)?;
    }
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    conn.pragma_update(None, "user_version", to)
}

/// Settings of every connection. `summary_stats` asks for `sqrt`, which the SQLite built into
/// this program lacks (the command line shell has it).
///
/// # Errors
/// SQLite's.
pub fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(core::time::Duration::from_secs(10))?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("sqrt", 1, flags, |args| {
        Ok(args.get::<Option<f64>>(0)?.map(f64::sqrt))
    })
}
