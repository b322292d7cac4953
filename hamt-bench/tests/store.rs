//! The database: what goes in comes out, nothing changes later, old versions are migrated.

mod common;

use std::collections::HashMap;
use std::path::Path;

use common::{in_bytes, info, number, on_keys, run, sample, samples};
use hamt_bench::error::Error;
use hamt_bench::store::{FILE_NAME, Store, schema};
use rusqlite::Connection;

/// A database in `dir` that holds one complete run of [`samples`].
fn filled(dir: &Path) -> Store {
    let mut store = Store::open(dir).unwrap();
    store.begin_run(&info("one")).unwrap();
    for batch in samples().chunks(50) {
        store.append("one", batch).unwrap();
    }
    store.complete("one").unwrap();
    store
}

#[test]
fn what_goes_in_comes_out() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(filled(dir.path()).load("one").unwrap(), run("one"));
    // And from another connection.
    assert_eq!(
        Store::open(dir.path()).unwrap().load("one").unwrap(),
        run("one")
    );
    let leftovers = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(leftovers, 1, "only the database itself stays");
}

#[test]
fn an_incomplete_run_stays_visible_and_is_not_the_latest() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(dir.path());
    let mut later = info("two");
    later.started_at += 1;
    store.begin_run(&later).unwrap();
    store.append("two", &samples()[..9]).unwrap();
    assert_eq!(store.latest().unwrap(), "one");
    let heads = store.runs().unwrap();
    let seen: Vec<_> = heads
        .iter()
        .map(|head| (head.id.as_str(), head.complete, head.samples))
        .collect();
    assert_eq!(
        seen,
        [("one", true, samples().len() as i64), ("two", false, 9)]
    );
    store.complete("two").unwrap();
    assert_eq!(store.latest().unwrap(), "two");
}

#[test]
fn a_failed_batch_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.begin_run(&info("one")).unwrap();
    let mut batch = samples()[..5].to_vec();
    batch.push(batch[0].clone());
    assert!(matches!(
        store.append("one", &batch),
        Err(Error::Database { .. })
    ));
    assert_eq!(store.load("one").unwrap().samples, []);
    assert!(store.begin_run(&info("one")).is_err(), "run ids are unique");
}

#[test]
fn records_cannot_be_changed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(dir.path());
    store.begin_run(&info("open")).unwrap();
    let refused = [
        "update sample set value = 1",
        "delete from sample",
        "insert into sample select run, series, repeat + 100, iters, value from sample limit 1",
        "update run set note = 'x' where id = 'one'",
        "update run set complete = 0 where id = 'one'",
        "update run set note = 'x', complete = 1, digest = '0' where id = 'open'",
        "update run set complete = 1 where id = 'open'",
        "delete from run",
        "update series set scale = 5",
        "delete from series",
        "update peer set note = ''",
        "delete from peer",
        "update machine set cpu = ''",
        "delete from machine",
    ];
    for sql in refused {
        let error = store
            .connection()
            .execute(sql, [])
            .expect_err(sql)
            .to_string();
        assert!(
            error.contains("append-only") || error.contains("is complete"),
            "{sql}: {error}"
        );
    }
    assert!(
        store
            .append("one", &[sample("hamt", "late", 10, 0, 1.0)])
            .is_err()
    );
    assert_eq!(store.load("one").unwrap(), run("one"));
}

#[test]
fn numbers_has_the_suites_columns() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.begin_run(&info("one")).unwrap();
    let plain = sample("hamt", "query", 1000, 3, 8.5);
    let words = on_keys(sample("hamt", "query", 1000, 3, 20.5), "words");
    let bytes = in_bytes(sample("hamt", "bytes", 1000, 0, 22.0));
    store.append("one", &[plain, words, bytes]).unwrap();
    let conn = store.connection();
    let columns = |view: &str| -> Vec<String> {
        let query = conn.prepare(&format!("select * from {view}")).unwrap();
        query.column_names().map(str::to_owned).collect()
    };
    assert_eq!(
        columns("numbers"),
        [
            "product",
            "gitcommit",
            "epoch",
            "benchmark",
            "repeat",
            "measurement",
            "scale",
            "ns"
        ]
    );
    assert_eq!(
        columns("summary_stats")[..9],
        [
            "product",
            "gitcommit",
            "benchmark",
            "measurement",
            "scale",
            "mean",
            "stddev",
            "min",
            "max"
        ]
    );
    let sql = "select product || gitcommit || epoch || benchmark || repeat || measurement || scale || ns from numbers order by ns";
    let rows: Vec<String> = conn
        .prepare(sql)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        rows,
        [
            "hamt0123456789abcdef1795000000one3query10008.5",
            "hamt0123456789abcdef1795000000one3query:words100020.5"
        ]
    );
    assert_eq!(
        number(
            conn,
            "select cast(sum(bytes) as integer) from memory where measurement = 'bytes'"
        ),
        22
    );
}

#[test]
fn summary_stats_agree_with_an_independent_computation() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path());
    let mut groups: HashMap<(String, String, i64), Vec<f64>> = HashMap::new();
    for one in samples()
        .iter()
        .filter(|one| one.series.unit == hamt_bench::record::Unit::NsPerOp)
    {
        let series = &one.series;
        let key = (series.product.clone(), series.label(), series.scale as i64);
        groups.entry(key).or_default().push(one.value);
    }
    let sql = "select product, measurement, scale, mean, stddev, min, max, n from summary_stats";
    let mut query = store.connection().prepare(sql).unwrap();
    let mut rows = query.query([]).unwrap();
    let mut met = 0;
    while let Some(row) = rows.next().unwrap() {
        let key = (
            row.get(0).unwrap(),
            row.get(1).unwrap(),
            row.get(2).unwrap(),
        );
        let values = &groups[&key];
        // Pairwise differences need no mean: the variance is half their mean square.
        let count = values.len() as f64;
        let pairs = values
            .iter()
            .flat_map(|a| values.iter().map(move |b| (a - b).powi(2)));
        let stddev = (pairs.sum::<f64>() / (2.0 * count * count)).sqrt();
        let expected = [
            values.iter().sum::<f64>() / count,
            stddev,
            values.iter().copied().fold(f64::MAX, f64::min),
            values.iter().copied().fold(0.0, f64::max),
            count,
        ];
        for (at, wanted) in expected.into_iter().enumerate() {
            let found: f64 = row.get(3 + at).unwrap();
            assert!(
                (found - wanted).abs() <= 1e-9 * wanted,
                "{key:?} {at}: {found} {wanted}"
            );
        }
        met += 1;
    }
    assert_eq!(met, groups.len());
}

#[test]
fn every_older_version_is_migrated_with_its_rows() {
    for version in 0..schema::latest() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        let conn = Connection::open(&path).unwrap();
        schema::prepare(&conn).unwrap();
        if version == 0 {
            conn.execute_batch("vacuum").unwrap();
            assert_eq!(number(&conn, "pragma user_version"), 0);
        } else {
            schema::migrate(&conn, 0, version).unwrap();
            conn.execute_batch(
                "insert into machine values (1, 'cpu', 2, 'os');
                 insert into run values (1, 'old', 5, 'c', null, '', '', '', '', 1, '7', '', '',
                                         'measured', '', 0, null);
                 insert into series values (1, 'hamt', '1', 'query', 'random', 1000, 'ns/op');
                 insert into sample values (1, 1, 0, 10, 8.25);",
            )
            .unwrap();
        }
        drop(conn);
        let mut store = Store::open(dir.path()).unwrap();
        let conn = store.connection();
        assert_eq!(number(conn, "pragma user_version"), schema::latest());
        assert_eq!(
            number(conn, "pragma application_id"),
            i64::from(schema::APPLICATION_ID)
        );
        if version > 0 {
            let old = store.load("old").unwrap();
            assert_eq!((old.samples.len(), old.samples[0].value), (1, 8.25));
            assert_eq!(
                number(conn, "select count(*) from numbers where ns = 8.25"),
                1
            );
            assert!(conn.execute("delete from sample", []).is_err());
        }
        store.begin_run(&info("new")).unwrap();
        store.append("new", &samples()).unwrap();
    }
}

#[test]
fn a_newer_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let conn = filled(dir.path());
    conn.connection()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    drop(conn);
    let before = std::fs::read(dir.path().join(FILE_NAME)).unwrap();
    let error = Store::open(dir.path()).unwrap_err();
    assert!(matches!(error, Error::Newer { found: 99, .. }), "{error}");
    assert_eq!(std::fs::read(dir.path().join(FILE_NAME)).unwrap(), before);
}

#[test]
fn a_new_database_is_filled_from_recorded_files() {
    let dir = tempfile::tempdir().unwrap();
    let recorded = dir.path().join("recorded");
    std::fs::create_dir(&recorded).unwrap();
    std::fs::write(
        recorded.join("a.csv"),
        hamt_bench::csv_io::write([&run("a")]),
    )
    .unwrap();
    std::fs::write(
        recorded.join("b.csv"),
        hamt_bench::csv_io::write([&run("b")]),
    )
    .unwrap();
    std::fs::write(recorded.join("README.md"), "not a run").unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.load("a").unwrap(), run("a"));
    let heads = store.runs().unwrap();
    let origins: Vec<_> = heads
        .iter()
        .map(|head| (head.origin.as_str(), head.imported_from.as_str()))
        .collect();
    assert_eq!(origins, [("recorded", "a.csv"), ("recorded", "b.csv")]);

    // A malformed one is named, and no half-filled database is left.
    std::fs::remove_file(dir.path().join(FILE_NAME)).unwrap();
    std::fs::write(recorded.join("b.csv"), "run,complete\n").unwrap();
    let error = Store::open(dir.path()).unwrap_err().to_string();
    assert!(error.contains("b.csv:1:3"), "{error}");
    assert_eq!(
        std::fs::read_dir(dir.path()).unwrap().count(),
        1,
        "only recorded/ stays"
    );
}

#[test]
fn two_processes_may_make_the_database_at_once() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let path = dir.path();
            scope.spawn(move || {
                let mut store = Store::open(path).unwrap();
                let id = format!("run {number}");
                store.begin_run(&info(&id)).unwrap();
                store.append(&id, &samples()).unwrap();
                store.complete(&id).unwrap();
            });
        }
    });
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(
        store
            .runs()
            .unwrap()
            .iter()
            .filter(|head| head.complete)
            .count(),
        4
    );
}
