//! Import: every known form, twice without doubling, and nothing at all if anything is wrong.

mod common;

use std::path::{Path, PathBuf};

use common::{number, run, samples};
use hamt_bench::store::{FILE_NAME, Store};
use hamt_bench::{cli, csv_io, record};
use rusqlite::Connection;

/// A database as the hamt-bench suite makes it: `rows` are its `values`.
fn suite_database(path: &Path, rows: &[&str]) {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(
        "create table cp (gitcommit text, ns real);
         create table numbers (product text, gitcommit text, epoch integer, benchmark text,
             repeat text, measurement text, scale integer, ns real,
             primary key (product, gitcommit, epoch, benchmark, repeat, measurement, scale));
         create view summary_stats as select avg(ns) as mean from numbers;",
    )
    .unwrap();
    for row in rows {
        conn.execute(&format!("insert into numbers values ({row})"), [])
            .unwrap();
    }
}

const GOOD: &[&str] = &[
    "'libhamt', '7781099', 1702753068, 'aaaa', '0', 'query', 1000, 43.833",
    "'libhamt', '7781099', 1702753068, 'aaaa', '1', 'query', 1000, 44.0",
    "'avl', '', 1702753080, 'bbbb', '0', 'insert', 10000, 86",
    "'avl', 'later', 1702753090, 'bbbb', '0', 'query:words', 10000, 86.5",
];

fn write(dir: &Path, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_suites_database_is_read_and_kept_apart() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hamt-bench.sqlite");
    suite_database(&file, GOOD);
    let before = std::fs::read(&file).unwrap();
    let data = dir.path().join("data");
    assert_eq!(
        cli::import(&data, core::slice::from_ref(&file)).unwrap(),
        "runs added: 3, completed: 0, already there: 0; samples added: 4\n"
    );
    assert_eq!(
        std::fs::read(&file).unwrap(),
        before,
        "the file itself is only read"
    );
    let store = Store::open(&data).unwrap();
    let seen: Vec<_> = store
        .runs()
        .unwrap()
        .into_iter()
        .map(|head| {
            (
                head.id,
                head.origin,
                head.imported_from,
                head.cpu,
                head.complete,
            )
        })
        .collect();
    let expected = ["aaaa", "bbbb", "bbbb#2"].map(|id| {
        (
            id.to_owned(),
            "imported".to_owned(),
            "hamt-bench.sqlite".to_owned(),
            "unknown (hamt-bench.sqlite)".to_owned(),
            true,
        )
    });
    assert_eq!(seen, expected);
    // The view gives the rows back as they were.
    let conn = store.connection();
    for row in GOOD {
        let cells = "product, gitcommit, epoch, benchmark, repeat, measurement, scale, ns";
        let row = row.replace("'bbbb', '0', 'query", "'bbbb#2', '0', 'query");
        let sql = format!("select count(*) from numbers where ({cells}) = ({row})")
            .replace("'0'", "0")
            .replace("'1'", "1");
        assert_eq!(number(conn, &sql), 1, "{row}");
    }
    // A run of our own comes before imported ones, even if it is older.
    let mut own = store.load("aaaa").unwrap().info;
    (own.id, own.started_at, own.provenance) = ("own".into(), 1, String::new());
    let mut store = Store::open(&data).unwrap();
    store.begin_run(&own).unwrap();
    store.complete("own").unwrap();
    assert_eq!(store.latest().unwrap(), "own");
}

#[test]
fn importing_twice_adds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let suite = dir.path().join("suite.sqlite");
    suite_database(&suite, GOOD);
    let own = write(
        dir.path(),
        "own.csv",
        hamt_bench::csv_io::write([&run("one"), &run("two")]),
    );
    let external = PathBuf::from("tests/fixtures/external.csv");
    let renamed = dir.path().join("renamed.csv");
    std::fs::copy(&external, &renamed).unwrap();
    let data = dir.path().join("data");
    let files = [suite, own, external];
    let first = cli::import(&data, &files).unwrap();
    assert!(
        first.starts_with("runs added: 6, completed: 0, already there: 0"),
        "{first}"
    );
    let none = "completed: 0, already there: 6; samples added: 0\n";
    assert_eq!(
        cli::import(&data, &files).unwrap(),
        format!("runs added: 0, {none}")
    );
    // The same contents under another name are the same run.
    let again = cli::import(&data, &[renamed]).unwrap();
    assert!(again.contains("already there: 1"), "{again}");
    // One of our databases is a file to import too.
    let copy = dir.path().join("other");
    let told = cli::import(&copy, &[data.join(FILE_NAME)]).unwrap();
    assert!(told.starts_with("runs added: 6"), "{told}");
    let (here, there) = (Store::open(&data).unwrap(), Store::open(&copy).unwrap());
    for head in here.runs().unwrap() {
        assert_eq!(here.load(&head.id).unwrap(), there.load(&head.id).unwrap());
    }
}

#[test]
fn totals_by_method_become_one_run() {
    let runs = hamt_bench::import::read(Path::new("tests/fixtures/external.csv")).unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(
        (runs[0].samples.len(), runs[0].info.provenance.as_str()),
        (64, "external.csv")
    );
    let find = |product: &str, label: &str, scale| {
        let mut found = runs[0].samples.iter().filter(|one| {
            one.series.product == product
                && one.series.label() == label
                && one.series.scale == scale
        });
        found.next().map(|one| one.value)
    };
    assert_eq!(find("mojo-hamt-83156f6", "insert:seq", 1000), Some(764.0));
    assert_eq!(
        find("mojo-hamt-83156f6", "insert:seq", 1_000_000),
        Some(1793.0)
    );
    assert!(find("python-dict", "query:shuffled", 1000).is_some());
}

#[test]
fn an_exported_file_brings_the_runs_back_exactly() {
    let dir = tempfile::tempdir().unwrap();
    let own = write(
        dir.path(),
        "own.csv",
        hamt_bench::csv_io::write([&run("one")]),
    );
    let (first, second) = (dir.path().join("first"), dir.path().join("second"));
    let external = PathBuf::from("tests/fixtures/external.csv");
    cli::import(&first, &[own, external]).unwrap();
    let all = cli::Selection::default();
    let (out, again) = (dir.path().join("out.csv"), dir.path().join("again.csv"));
    cli::export(&first, &out, &all, cli::Form::Full).unwrap();
    cli::import(&second, core::slice::from_ref(&out)).unwrap();
    cli::export(&second, &again, &all, cli::Form::Full).unwrap();
    assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(&again).unwrap());
    // The suite's columns: times only, and readable by our own import.
    let numbers = dir.path().join("numbers.csv");
    cli::export(&first, &numbers, &all, cli::Form::Numbers).unwrap();
    let third = dir.path().join("third");
    cli::import(&third, &[numbers]).unwrap();
    let count = |data: &Path| {
        number(
            Store::open(data).unwrap().connection(),
            "select count(*) from numbers",
        )
    };
    assert_eq!(count(&third), count(&first));
}

/// A colon parts a measurement and its key set only where there is one on each side.
#[test]
fn a_colon_with_a_blank_side_is_part_of_the_name() {
    let dir = tempfile::tempdir().unwrap();
    let header = "product,gitcommit,epoch,benchmark,repeat,measurement,scale,ns\n";
    let measurements = ["get:words", " :get", "get: ", ":", "get"];
    let rows = measurements.map(|it| format!("c,1,1,b,0,{it},1,1\n"));
    let path = write(dir.path(), "n.csv", format!("{header}{}", rows.concat()));
    let runs = hamt_bench::import::read(&path).unwrap();
    let mut parted: Vec<_> = (runs[0].samples.iter().map(|it| &it.series))
        .map(|it| (it.measurement.as_str(), it.key_set.as_str()))
        .collect();
    parted.sort_unstable();
    let plain = record::PLAIN_KEY_SET;
    let wanted = [
        (" :get", plain),
        (":", plain),
        ("get", plain),
        ("get", "words"),
        ("get: ", plain),
    ];
    assert_eq!(parted, wanted);
    let ours = csv_io::write(&runs);
    assert_eq!(csv_io::read("ours", &ours).unwrap(), runs);
}

#[test]
fn times_leave_in_the_columns_that_external_programs_print() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (dir.path().join("first"), dir.path().join("second"));
    let external = PathBuf::from("tests/fixtures/external.csv");
    cli::import(&first, &[external]).unwrap();
    let (all, out) = (cli::Selection::default(), dir.path().join("totals.csv"));
    cli::export(&first, &out, &all, cli::Form::Totals).unwrap();
    cli::import(&second, &[out]).unwrap();
    let load = |data: &Path| {
        let store = Store::open(data).unwrap();
        store.load(&store.runs().unwrap()[0].id).unwrap().samples
    };
    let (before, after) = (load(&first), load(&second));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.series, after.series);
        assert!((before.value - after.value).abs() <= before.value * 1e-12);
    }
}

#[test]
fn json_holds_the_runs() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let run = run("one");
    let own = write(dir.path(), "own.csv", hamt_bench::csv_io::write([&run]));
    store
        .import(&[(
            "own.csv".to_owned(),
            hamt_bench::import::read(&own).unwrap(),
        )])
        .unwrap();
    let out = dir.path().join("runs.json");
    cli::export(
        dir.path(),
        &out,
        &cli::Selection::default(),
        cli::Form::Json,
    )
    .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    assert_eq!(json[0]["info"]["id"], "one");
    assert_eq!(
        json[0]["samples"].as_array().unwrap().len(),
        run.samples.len()
    );
    let sample = &json[0]["samples"][0];
    assert_eq!(
        sample["series"]["product"],
        run.samples[0].series.product.as_str()
    );
    assert_eq!(sample["series"]["unit"], run.samples[0].series.unit.name());
    assert_eq!(sample["value"], run.samples[0].value);
}

#[test]
fn a_run_that_is_there_in_part_is_completed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.begin_run(&common::info("one")).unwrap();
    store.append("one", &samples()[..100]).unwrap();
    drop(store);
    let file = write(
        dir.path(),
        "one.csv",
        hamt_bench::csv_io::write([&run("one")]),
    );
    let told = cli::import(dir.path(), &[file]).unwrap();
    assert!(
        told.starts_with("runs added: 0, completed: 1, already there: 0"),
        "{told}"
    );
    assert_eq!(
        Store::open(dir.path()).unwrap().load("one").unwrap(),
        run("one")
    );
}

/// Files that must be refused, with what the complaint says after the file's name.
fn refused(dir: &Path) -> Vec<(PathBuf, &'static str)> {
    let numbers = "product,gitcommit,epoch,benchmark,repeat,measurement,scale,ns\n";
    let external = "method,dataset_type,operation,size,total_time_ns,ops_per_sec,ns_per_op\n";
    let csv = |name: &str, header: &str, rows: &str| write(dir, name, format!("{header}{rows}"));
    let suite = |name: &str, row: &str| {
        let path = dir.join(name);
        suite_database(&path, &[GOOD[0], row]);
        path
    };
    let good = "a,c,5,b,0,query,1000,5.5\n";
    let mut files = vec![
        (
            csv("n1.csv", numbers, "a,c,5,b,0,query,1000\n"),
            ":2:7: 7 fields where 8",
        ),
        (
            csv(
                "n2.csv",
                numbers,
                &format!("{good}a,c,now,b,1,query,1000,5\n"),
            ),
            ":3:3: column `epoch`: `now`",
        ),
        (
            csv("n3.csv", numbers, &format!("{good}{good}")),
            ":3:5: column `repeat`: this repeat",
        ),
        (
            csv("n4.csv", numbers, "a,c,5,b,0,query,0,5\n"),
            ":2:7: column `scale`: is zero",
        ),
        (
            csv("n5.csv", numbers, "a,c,5,b,0,query,1000,-1\n"),
            ":2:8: column `ns`",
        ),
        (
            csv("n6.csv", numbers, "a,c,5,,0,query,1000,1\n"),
            ":2:4: column `benchmark`: is blank",
        ),
        (
            csv("e1.csv", external, "m,Seq,Insert,ten,1,1,1\n"),
            ":2:4: column `size`: `ten`",
        ),
        (
            csv("e2.csv", external, "m,Seq,Insert,10,100,1,99\n"),
            ":2:7: column `ns_per_op`: `99` is not",
        ),
        (
            csv("e3.csv", external, "m,S,I,10,100,1,10\nm,S,I,10,100,1,10\n"),
            ":3:4: column `size`: this method",
        ),
        (
            csv("e4.csv", external, "m,S,I,10,100,inf,10\n"),
            ":2:6: column `ops_per_sec`",
        ),
        (
            csv("e5.csv", "method,dataset\n", "m,S\n"),
            ":1:2: the header is not",
        ),
        (csv("u1.csv", "", "hello\nworld\n"), ":1:1: no known form"),
        (csv("u2.csv", "", ""), ": the file is empty"),
        (
            suite("s1.sqlite", "'p', '', 'noon', 'b', '0', 'query', 1, 1.0"),
            ": table `numbers`, row 2: column `epoch`: Text",
        ),
        (
            suite("s2.sqlite", "'p', '', 1, 'b', 'x', 'query', 1, 1.0"),
            ": table `numbers`, row 2: column `repeat`: `x`",
        ),
        (
            suite("s3.sqlite", "'p', '', 1, 'b', '0', 'query', -1, 1.0"),
            ": table `numbers`, row 2: column `scale`: `-1`",
        ),
        (
            suite("s4.sqlite", "'p', '', 1, 'b', '0', 'query', 1, null"),
            ": table `numbers`, row 2: column `ns`: Null",
        ),
        (
            suite("s5.sqlite", "null, '', 1, 'b', '0', 'query', 1, 1.0"),
            ": table `numbers`, row 2: column `product`: Null",
        ),
        (
            suite("s6.sqlite", "'p', '', 1, 'b', '0', 'query', 1, 9e999"),
            ": table `numbers`, row 2: column `ns`: `inf`",
        ),
    ];
    let bare = dir.join("bare.sqlite");
    Connection::open(&bare)
        .unwrap()
        .execute_batch("create table t (x)")
        .unwrap();
    files.push((bare, ": an SQLite database without a table `numbers`"));
    let lacking = dir.join("lacking.sqlite");
    Connection::open(&lacking)
        .unwrap()
        .execute_batch("create table numbers (product, ns)")
        .unwrap();
    files.push((lacking, ": table `numbers` has no column `gitcommit`"));
    let mut other = run("known");
    other.samples[3].value += 1.0;
    let conflict = write(
        dir,
        "conflict.csv",
        hamt_bench::csv_io::write([&run("new"), &other]),
    );
    files.push((
        conflict,
        ": run `known` is already recorded with other contents",
    ));
    files
}

#[test]
fn a_refused_file_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let known = write(
        dir.path(),
        "known.csv",
        hamt_bench::csv_io::write([&run("known")]),
    );
    cli::import(&data, &[known]).unwrap();
    let before = std::fs::read(data.join(FILE_NAME)).unwrap();
    let fine = write(
        dir.path(),
        "fine.csv",
        hamt_bench::csv_io::write([&run("fine")]),
    );
    for (file, expected) in refused(dir.path()) {
        let error = cli::import(&data, &[fine.clone(), file.clone()]).expect_err(expected);
        let (text, wanted) = (error.to_string(), format!("{}{expected}", file.display()));
        assert!(
            text.starts_with(&wanted),
            "expected {wanted}\n   found {text}"
        );
        assert!(error.is_refusal(), "{text}");
        assert_eq!(
            std::fs::read(data.join(FILE_NAME)).unwrap(),
            before,
            "{text}"
        );
    }
    let missing = dir.path().join("missing.csv");
    let error = cli::import(&data, &[fine, missing]).unwrap_err();
    assert!(
        error.to_string().contains("missing.csv") && !error.is_refusal(),
        "{error}"
    );
    assert_eq!(std::fs::read(data.join(FILE_NAME)).unwrap(), before);
}
