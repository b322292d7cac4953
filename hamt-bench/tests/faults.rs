//! Faults: damaged and foreign databases, refused and full disks, a process killed while it
//! records. Nothing is overwritten, and the results are not lost.

mod common;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{info, number, run, sample, samples};
use hamt_bench::csv_io;
use hamt_bench::error::Error;
use hamt_bench::record::Run;
use hamt_bench::recorder::Recorder;
use hamt_bench::store::{FILE_NAME, Store};

/// A data directory whose database holds the run `one`.
fn filled() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store
        .import(&[("one.csv".to_owned(), vec![run("one")])])
        .unwrap();
    let path = dir.path().join(FILE_NAME);
    (dir, path)
}

/// A recorder that does not print its report.
fn quiet(dir: &Path, id: &str) -> Recorder {
    Recorder::start(dir, info(id)).print_to(std::io::sink())
}

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn foreign_files_are_refused_and_untouched() {
    let (_keep, good) = filled();
    let good = std::fs::read(good).unwrap();
    let other = tempfile::tempdir().unwrap();
    let suite = other.path().join("suite.sqlite");
    let conn = rusqlite::Connection::open(&suite).unwrap();
    conn.execute_batch(
        "create table numbers (product text, ns real); insert into numbers values ('a', 1)",
    )
    .unwrap();
    let mut named = std::fs::read(&suite).unwrap();
    let anonymous = named.clone();
    named[68..72].copy_from_slice(b"XYZW");
    let cases: [(&str, Vec<u8>); 6] = [
        ("a text", b"hello, this is my diary\n".repeat(20)),
        ("one byte", vec![b'S']),
        ("a cut header", good[..60].to_vec()),
        (
            "an overwritten header",
            [b"garbage!".as_slice(), &good[8..]].concat(),
        ),
        ("another program's database", anonymous),
        ("another application's database", named),
    ];
    for (what, bytes) in cases {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        std::fs::write(&path, &bytes).unwrap();
        let error = Store::open(dir.path()).expect_err(what);
        assert!(matches!(error, Error::Foreign { .. }), "{what}: {error}");
        // A benchmark goes on all the same, and its results are saved beside.
        let mut recorder = quiet(dir.path(), "two");
        recorder.record(&samples());
        let summary = recorder.finish().unwrap();
        assert_eq!(summary.problems.len(), 1, "{what}: {:?}", summary.problems);
        assert!(!summary.in_database && !summary.plots.is_empty());
        let saved = csv_io::read("saved", &std::fs::read(&summary.csv).unwrap()).unwrap();
        assert_eq!(saved, [run("two")], "{what}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{what}");
        assert_eq!(names(dir.path()), [FILE_NAME, "csv", "plots"], "{what}");
    }
}

#[test]
fn an_empty_file_becomes_a_database() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(FILE_NAME), "").unwrap();
    assert_eq!(Store::open(dir.path()).unwrap().runs().unwrap(), []);
}

#[test]
fn every_cut_is_noticed() {
    let (dir, path) = filled();
    let good = std::fs::read(&path).unwrap();
    for length in (512..good.len()).step_by(1024) {
        std::fs::write(&path, &good[..length]).unwrap();
        let error = Store::open(dir.path()).expect_err("cut");
        assert!(matches!(error, Error::Damaged { .. }), "{length}: {error}");
        assert_eq!(std::fs::read(&path).unwrap(), good[..length], "{length}");
    }
}

#[test]
fn no_flipped_byte_changes_a_run_unnoticed() {
    let (dir, path) = filled();
    let good = std::fs::read(&path).unwrap();
    let (mut refused, mut harmless) = (0, 0);
    for at in (0..100).chain((100..good.len()).step_by(37)) {
        let mut bad = good.clone();
        bad[at] ^= 0xff;
        std::fs::write(&path, &bad).unwrap();
        match Store::open(dir.path()).and_then(|store| store.load("one")) {
            Ok(found) => {
                assert_eq!(found, run("one"), "byte {at} changed the run");
                harmless += 1;
            }
            Err(_) => refused += 1,
        }
        assert_eq!(
            std::fs::read(&path).unwrap(),
            bad,
            "byte {at}: the file was written to"
        );
        assert_eq!(names(dir.path()), [FILE_NAME], "byte {at}");
    }
    println!("{refused} flips refused, {harmless} harmless");
    assert!(refused > harmless / 10);
}

#[test]
fn a_jammed_database_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = quiet(dir.path(), "one");
    let other = rusqlite::Connection::open(dir.path().join(FILE_NAME)).unwrap();
    let all = samples();
    recorder.record(&all[..50]);
    other
        .execute_batch(
            "create trigger jam before insert on sample begin select raise(abort, 'jam'); end",
        )
        .unwrap();
    recorder.record(&all[50..100]);
    recorder.record(&all[100..150]);
    assert_eq!(number(&other, "select count(*) from sample"), 50);
    other.execute_batch("drop trigger jam").unwrap();
    recorder.record(&all[150..]);
    let summary = recorder.finish().unwrap();
    assert!(
        summary.in_database && summary.problems.is_empty(),
        "{:?}",
        summary.problems
    );
    assert_eq!(
        Store::open(dir.path()).unwrap().load("one").unwrap(),
        run("one")
    );
}

#[test]
fn impossible_samples_are_left_out_and_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = quiet(dir.path(), "one");
    let good = sample("hamt", "query", 1000, 0, 5.0);
    let bad = [f64::NAN, f64::INFINITY, -1.0].map(|value| sample("hamt", "query", 1000, 1, value));
    recorder.record(&[bad.as_slice(), &[good.clone(), good.clone()]].concat());
    let summary = recorder.finish().unwrap();
    assert_eq!(summary.problems.len(), 4, "{:?}", summary.problems);
    assert_eq!(
        Store::open(dir.path())
            .unwrap()
            .load("one")
            .unwrap()
            .samples,
        [good]
    );
}

#[test]
fn an_abandoned_run_is_saved_but_not_as_the_latest() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = quiet(dir.path(), "one");
    recorder.record(&samples()[..60]);
    let summary = recorder.abandon().unwrap();
    assert!(summary.in_database && summary.problems.is_empty());
    assert_eq!(names(&dir.path().join("csv")), ["one.csv"]);
    let store = Store::open(dir.path()).unwrap();
    assert!(matches!(store.latest(), Err(Error::NoRuns { .. })));
    let part = Run {
        complete: false,
        samples: samples()[..60].to_vec(),
        ..run("one")
    };
    assert_eq!(store.load("one").unwrap(), part);
    assert_eq!(
        csv_io::read("x", &std::fs::read(summary.csv).unwrap()).unwrap(),
        [part]
    );
}

/// What the tests below start in a process of its own: records batches of ten samples into the
/// directory named by the environment, telling of each, then finishes.
#[test]
#[ignore = "started by other tests"]
fn child() {
    let Some(data) = std::env::var_os("RECORD_INTO") else {
        return;
    };
    let batches: u32 = std::env::var("BATCHES").map_or(1_000_000, |text| text.parse().unwrap());
    let mut recorder = Recorder::start(Path::new(&data), info("child"));
    for batch in 0..batches {
        let scale = u64::from(batch) + 1;
        let ten: Vec<_> = (0..10)
            .map(|repeat| sample("hamt", "query", scale, repeat, 5.0))
            .collect();
        recorder.record(&ten);
        println!("recorded {}", batch + 1);
    }
    match recorder.finish() {
        Ok(summary) => println!("saved {} {}", summary.in_database, summary.csv.display()),
        Err(error) => println!("saved nowhere: {error}"),
    }
}

/// A command that runs [`child`], through the words of `wrapper` if there are any.
fn child_command(data: &Path, wrapper: &[&str]) -> Command {
    let me = std::env::current_exe().unwrap();
    let mut command = match wrapper.split_first() {
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(me);
            command
        }
        None => Command::new(me),
    };
    command.args([
        "--exact",
        "child",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    command.env("RECORD_INTO", data);
    command
}

#[cfg(unix)]
#[test]
fn a_killed_process_loses_nothing_that_was_committed() {
    for wanted in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55] {
        let dir = tempfile::tempdir().unwrap();
        let mut child = child_command(dir.path(), &[])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = 0;
        while told < wanted {
            let line = lines.next().expect("the child goes on").unwrap();
            // The test harness prints its own words before the first line.
            if line.contains("recorded ") {
                told += 1;
            }
        }
        // `kill` is SIGKILL; at 0, somewhere while the database is being made.
        child.kill().unwrap();
        child.wait().unwrap();
        told += lines
            .map_while(Result::ok)
            .filter(|line| line.contains("recorded "))
            .count();
        let store = Store::open(dir.path()).unwrap();
        let conn = store.connection();
        let verdict: String = conn
            .query_row("pragma integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(verdict, "ok");
        let held = usize::try_from(number(conn, "select count(*) from sample")).unwrap();
        assert!(
            held >= told * 10 && held <= told * 10 + 10 && held % 10 == 0,
            "{held} of {told} tens"
        );
        if told > 0 {
            assert!(!store.load("child").unwrap().complete);
            assert!(matches!(store.latest(), Err(Error::NoRuns { .. })));
        }
    }
}

/// Runs a child and returns what it printed to standard output and standard error.
#[cfg(unix)]
fn output(mut command: Command) -> (String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_is_one_clear_error() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    let mode = |path: &Path, bits| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(bits)).unwrap();
    };
    let dir = tempfile::tempdir().unwrap();
    let (data, spare) = (dir.path().join("data"), dir.path().join("spare"));
    std::fs::create_dir(&data).unwrap();
    std::fs::create_dir(&spare).unwrap();
    mode(dir.path(), 0o755);
    mode(&data, 0o555);
    mode(&spare, 0o777);
    let mut command = child_command(&data, &[]);
    command
        .env("TMPDIR", &spare)
        .env("BATCHES", "3")
        .current_dir("/");
    // Root may write anywhere: be nobody then.
    if std::fs::metadata(dir.path()).unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
        let me = std::env::current_exe().unwrap();
        let mut probe = Command::new(me);
        if probe
            .arg("--list")
            .uid(65534)
            .stdout(Stdio::null())
            .status()
            .is_err()
        {
            println!("skipped: the test program cannot be started as another user");
            return;
        }
    }
    let (out, err) = output(command);
    assert_eq!(
        err.matches("error: ").count(),
        2,
        "one for the database, one for the CSV: {err}"
    );
    assert!(
        err.contains("data/bench.sqlite: Permission denied"),
        "{err}"
    );
    assert!(out.contains("query [ns/op]"), "the table is printed: {out}");
    let saved = spare.join("hamt-bench-child.csv");
    assert!(
        out.contains(&format!("saved false {}", saved.display())),
        "{out}"
    );
    let runs = csv_io::read("x", &std::fs::read(&saved).unwrap()).unwrap();
    assert_eq!(
        (runs.len(), runs[0].samples.len(), runs[0].complete),
        (1, 30, true)
    );
    assert_eq!(names(&data), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_what_was_committed() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let spare = dir.path().join("spare");
    std::fs::create_dir(&data).unwrap();
    std::fs::create_dir(&spare).unwrap();
    // A tiny file system of its own, seen by the child only; checked and copied out at the end.
    let script = "mount -t tmpfs -o size=256k none \"$RECORD_INTO\" || exit 77; \"$@\"; \
                  cp \"$RECORD_INTO\"/bench.sqlite* \"$TMPDIR\"; ls -R \"$RECORD_INTO\"";
    let mut command = child_command(&data, &["unshare", "-m", "sh", "-c", script, "sh"]);
    command.env("TMPDIR", &spare).env("BATCHES", "2000");
    let output = match command.output() {
        Ok(output) if !matches!(output.status.code(), Some(1 | 77)) => output,
        refused => return println!("skipped: no private mount here: {refused:?}"),
    };
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        err.matches("database or disk is full").count(),
        1,
        "told once: {err}"
    );
    assert!(out.contains("query [ns/op]"), "the table is printed");
    let saved = spare.join("hamt-bench-child.csv");
    assert!(
        out.contains(&format!("saved false {}", saved.display())),
        "{err}"
    );
    let runs = csv_io::read("x", &std::fs::read(&saved).unwrap()).unwrap();
    assert_eq!(runs[0].samples.len(), 20_000);
    let files = ["child.csv", "latest.csv", "query.svg"];
    let half = |line: &str| files.contains(&line) || line.contains(".draft");
    assert!(
        !out.lines().any(half),
        "no half-written file is left: {out}"
    );
    // What was committed before is there, and the CSV file completes the run elsewhere.
    let mut store = Store::open(&spare).unwrap();
    let held = number(store.connection(), "select count(*) from sample");
    println!("{held} of 20000 samples were committed");
    assert!(held > 0 && held < 20_000 && held % 10 == 0, "{held}");
    store.import(&[("x".to_owned(), runs.clone())]).unwrap();
    assert_eq!(store.load("child").unwrap(), runs[0]);
}

#[cfg(unix)]
#[test]
fn results_that_can_be_saved_nowhere_are_printed() {
    let dir = tempfile::tempdir().unwrap();
    // No file may grow at all.
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
    let mut command = child_command(dir.path(), &["sh", "-c", script, "sh"]);
    command.env("TMPDIR", dir.path()).env("BATCHES", "3");
    let (out, err) = output(command);
    assert!(out.contains("saved nowhere: cannot write"), "{out}{err}");
    assert!(
        out.contains("query [ns/op]") && out.contains("5.00"),
        "{out}"
    );
    assert!(
        names(dir.path()).iter().all(|name| name == "csv"),
        "{:?}",
        names(dir.path())
    );
}
