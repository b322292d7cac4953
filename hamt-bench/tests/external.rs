//! Programs that measure peers in other languages: what they may do, and what they may do wrong.
#![cfg(unix)]

use core::time::Duration;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hamt_bench::error::{Error, Place};
use hamt_bench::external::{self, Wish};
use hamt_bench::process::Failure;
use hamt_bench::record::{Sample, Unit};
use hamt_bench::store::Store;

const HEADER: &str = "method,dataset_type,operation,size,total_time_ns,ops_per_sec,ns_per_op";
const LIMIT: Duration = Duration::from_secs(30);

fn wish() -> Wish {
    Wish {
        scales: vec![10, 200],
        seed: u64::MAX,
        quick: true,
    }
}

/// A shell script, and the command line that runs it.
fn script(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    format!("sh '{}'", path.display())
}

/// A script that prints a header and rows.
fn printing(dir: &Path, name: &str, header: &str, rows: &str) -> String {
    script(dir, name, &format!("printf '%s' '{header}\n{rows}'\n"))
}

fn run(line: &str) -> Result<Vec<Sample>, Error> {
    external::run(line, &wish(), LIMIT)
}

#[test]
fn rows_become_samples_under_our_names() {
    let dir = tempfile::tempdir().unwrap();
    let rows = "\
        py-dict@3.11,Random Integers,Insert,10,500,1,50,0\n\
        py-dict@3.11,Random Integers,Insert,10,700,1,70,1\n\
        py-dict@3.11,Sequential Integers,Lookup,10,90.5,1,9.05,0\n\
        py-dict@3.11,Words,Miss,10,80,1,8,0\n\
        py-dict@3.11,Words,Delete,10,80,1,8,0\n\
        other,Shuffled Integers,Persistent Insert,10,80,1,8,0\n\
        other,Shuffled Integers,Iterate,10,80,1,8,0\n";
    let line = printing(dir.path(), "good", &format!("{HEADER},repeat"), rows);
    let samples = run(&line).unwrap();
    let seen: Vec<_> = samples
        .iter()
        .map(|sample| {
            let series = &sample.series;
            assert_eq!((series.unit, series.scale), (Unit::NsPerOp, 10));
            let (product, version) = (series.product.as_str(), series.version.as_str());
            let label = series.label();
            (product, version, label, sample.repeat, sample.value)
        })
        .collect();
    let expected = [
        ("other", "", "iterate:shuffled", 0, 8.0),
        ("other", "", "persistent_insert:shuffled", 0, 8.0),
        ("py-dict", "3.11", "build", 0, 50.0),
        ("py-dict", "3.11", "build", 1, 70.0),
        ("py-dict", "3.11", "query:seq", 0, 9.05),
        ("py-dict", "3.11", "query_miss:words", 0, 8.0),
        ("py-dict", "3.11", "remove:words", 0, 8.0),
    ];
    let expected = expected.map(|(p, v, label, r, value)| (p, v, label.to_owned(), r, value));
    assert_eq!(seen, expected);
    let peers = external::products(&line, &samples);
    let names: Vec<_> = peers.iter().map(|peer| peer.name.as_str()).collect();
    assert_eq!(names, ["other", "py-dict"]);
    for peer in peers {
        assert!(peer.present);
        assert_eq!(peer.note, "timed by sh good, its loop included");
    }
    assert_eq!(
        external::title("'/a b/python3' C:\\\\x.py -k"),
        "python3 x.py -k"
    );
    assert_eq!(external::title("sh 'open"), "");
}

#[test]
fn the_program_learns_what_is_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!(
        "echo '{HEADER}'\n\
         for size in $(echo \"$HAMT_BENCH_SCALES\" | tr ',' ' '); do\n\
         echo \"m@$HAMT_BENCH_SEED,$1,q$HAMT_BENCH_QUICK,$size,$size,1,1\"; done\n"
    );
    let line = script(dir.path(), "asks", &text) + " 'two words'";
    let samples = run(&line).unwrap();
    let seen: Vec<_> = samples.iter().map(|sample| sample.series.scale).collect();
    assert_eq!(seen, [10, 200]);
    let series = &samples[0].series;
    assert_eq!(series.version, u64::MAX.to_string());
    assert_eq!(
        (series.measurement.as_str(), series.key_set.as_str()),
        ("q1", "two_words")
    );
}

#[test]
fn what_is_printed_wrong_is_refused_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let good = "m,Words,Query,10,80,1,8\n";
    let rounds = format!("{HEADER},repeat");
    let cases = [
        (
            HEADER,
            format!("{good}m,Words,Qu"),
            ":3:3: 3 fields where 7",
        ),
        (
            HEADER,
            format!("{good}m,Words,Miss,ten,80,1,8\n"),
            ":3:4: column `size`: `ten`",
        ),
        (
            HEADER,
            "m,Words,Query,10,80,1,9.5\n".into(),
            ":2:7: column `ns_per_op`",
        ),
        (
            HEADER,
            format!("{good}{good}"),
            ":3:4: column `size`: this method",
        ),
        (
            HEADER,
            "m,Words,Query,10,-80,1,-8\n".into(),
            ":2:5: column `total_time_ns`",
        ),
        (HEADER, String::new(), ":1:1: a header, but no rows"),
        (
            HEADER,
            "hamt,Words,Query,10,80,1,8\n".into(),
            ":2:1: column `method`: `hamt` is",
        ),
        (
            HEADER,
            "m,\"Words,Query,10,80,1,8\n".into(),
            ":2:2: 2 fields where 7",
        ),
        (
            &rounds,
            "m,Words,Query,10,80,1,8,x\n".into(),
            ":2:8: column `repeat`: `x`",
        ),
        (
            &rounds,
            "m,Words,Query,10,80,1,8\n".into(),
            ":2:7: 7 fields where 8",
        ),
        (
            "method,dataset,operation",
            good.into(),
            ":1:2: the header is not",
        ),
        (
            "Hello from Python",
            String::new(),
            ":1:1: the header is not",
        ),
        ("", String::new(), ": printed no rows"),
    ];
    for (number, (header, rows, complaint)) in cases.iter().enumerate() {
        let line = printing(dir.path(), &number.to_string(), header, rows);
        let error = run(&line).expect_err(complaint);
        assert!(error.is_refusal(), "{error}");
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("{line}{complaint}")),
            "{complaint}: {text}"
        );
    }
    let line = script(
        dir.path(),
        "bytes",
        &format!("printf '{HEADER}\\nm,W\\377rds,\\n'"),
    );
    match run(&line).unwrap_err() {
        Error::Unreadable { file, place, .. } => {
            assert_eq!((file, place), (line, Place::Field { line: 2, field: 2 }));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_program_that_fails_gives_no_samples() {
    let dir = tempfile::tempdir().unwrap();
    let rows = format!("echo '{HEADER}'; echo m,Words,Query,10,80,1,8");
    let failing = script(dir.path(), "three", &format!("{rows}; exit 3"));
    let failure = |line: &str| match run(line).expect_err(line) {
        Error::External { command, failure } => {
            assert_eq!(command, line);
            failure
        }
        other => panic!("{line}: {other}"),
    };
    match failure(&failing) {
        Failure::Status { status } => assert_eq!(status.code(), Some(3)),
        other => panic!("{other}"),
    }
    match failure("no-such-program-here --flag") {
        Failure::NotFound { program, .. } => assert_eq!(program, "no-such-program-here"),
        other => panic!("{other}"),
    }
    let text = failure("/nowhere/python3.11 x.py").to_string();
    assert!(text.contains("install Python 3"), "{text}");
    let folder = format!("'{}'", dir.path().display());
    assert!(matches!(failure(&folder), Failure::Start { .. }));
    for line in ["", "  ", "sh 'open"] {
        assert!(matches!(run(line), Err(Error::Unreadable { .. })), "{line}");
    }
}

/// Whether a process runs; one that is dead but not yet buried does not.
fn runs(pid: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    state.is_ok_and(|state| !state.contains(") Z"))
}

#[test]
fn a_program_that_hangs_is_stopped_with_all_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    let text = format!(
        "sleep 60 & echo $! > '{}'; echo '{HEADER}'; wait",
        pids.display()
    );
    let line = script(dir.path(), "hangs", &text);
    let limit = Duration::from_secs(2);
    let start = std::time::Instant::now();
    let error = external::run(&line, &wish(), limit).unwrap_err();
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
    assert_eq!(
        error.to_string(),
        format!("{line}: took longer than 2 s and was stopped")
    );
    let pid = std::fs::read_to_string(pids).unwrap();
    let dies = || {
        (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            !runs(&pid)
        })
    };
    assert!(dies(), "the sleep goes on");
    // So is one that has closed its output and does not end.
    let closed = script(dir.path(), "closed", "exec >&-; exec sleep 60");
    let error = external::run(&closed, &wish(), Duration::from_millis(300)).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("took longer than 0.3 s and was stopped"),
        "{error}"
    );
}

/// `hamt-bench --data DATA external LINES...`
fn command(data: &Path, lines: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hamt-bench"))
        .arg("--data")
        .arg(data)
        .args(["external", "--scales", "10,20", "--time-limit", "30"])
        .args(lines)
        .output()
        .unwrap()
}

#[test]
fn the_command_records_what_it_gets_and_skips_what_fails() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let one = printing(dir.path(), "one", HEADER, "m@1,Words,Query,10,80,1,8\n");
    let two = printing(dir.path(), "two", HEADER, "n,Words,Query,10,90,1,9\n");
    let bad = script(dir.path(), "bad", "echo oops >&2; exit 3");
    let done = command(&data, &[&one, &bad, "no-such-program", &two, &one]);
    let (out, told) = (
        String::from_utf8(done.stdout).unwrap(),
        String::from_utf8(done.stderr).unwrap(),
    );
    assert!(done.status.success(), "{told}");
    assert!(out.contains("recorded: "), "{out}");
    let expected = [
        "oops".to_owned(),
        format!("skipped: {bad}: ended with exit status: 3"),
        "skipped: no-such-program: there is no program `no-such-program`".to_owned(),
        format!("{one}: skipped 1 rows of an earlier program's"),
    ];
    for wanted in expected {
        assert!(told.contains(&wanted), "{wanted}: {told}");
    }
    let mut store = Store::open(&data).unwrap();
    let run = store.load(&store.latest().unwrap()).unwrap();
    assert!(run.complete);
    assert!(
        run.info
            .provenance
            .starts_with("sh one; sh bad; no-such-program")
    );
    let products: Vec<_> = run
        .info
        .peers
        .iter()
        .map(|peer| peer.name.as_str())
        .collect();
    assert_eq!((run.samples.len(), products), (2, vec!["m", "n"]));
    // An earlier run in which ours took part is what other commands are about.
    let own = hamt_bench::record::RunInfo {
        id: "own".to_owned(),
        started_at: 1,
        ..Default::default()
    };
    store.begin_run(&own).unwrap();
    store.complete("own").unwrap();
    assert_eq!(store.latest().unwrap(), "own");
}

#[test]
fn the_command_fails_if_no_program_gives_results() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let garbled = printing(dir.path(), "garbled", HEADER, "m,Words\n");
    for (lines, code) in [
        (vec!["no-such-program"], 1),
        (vec![garbled.as_str()], 3),
        (vec![], 2),
    ] {
        let done = command(&data, &lines);
        assert_eq!(done.status.code(), Some(code), "{lines:?}");
    }
    assert_eq!(Store::open(&data).unwrap().runs().unwrap(), []);
}

/// Our own program for Python keeps the contract; what is not installed, it leaves out.
#[test]
fn the_python_peers_keep_the_contract() {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("external/python_peers.py");
    let line = format!("python3 '{}' --rounds 2", script.display());
    let wish = Wish {
        scales: vec![50],
        seed: 7,
        quick: true,
    };
    let samples = match external::run(&line, &wish, Duration::from_secs(120)) {
        Ok(samples) => samples,
        Err(Error::External {
            failure: Failure::NotFound { .. },
            ..
        }) => {
            eprintln!("skipped: no python3");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let labels = |product: &str| {
        let of = samples.iter().filter(|one| one.series.product == product);
        let mut labels: Vec<_> = of.map(|one| one.series.label()).collect();
        labels.dedup();
        labels
    };
    let mut expected = Vec::new();
    for operation in [
        "build",
        "iterate",
        "query",
        "query_miss",
        "remove",
        "update",
    ] {
        expected.extend(
            ["random", "seq", "words"]
                .map(|set| hamt_bench::record::measurement_label(operation, set)),
        );
    }
    assert_eq!(labels("python-dict"), expected);
    assert_eq!(labels("python-dict-copy").len(), 9);
    assert!(samples.iter().all(|one| one.value > 0.0 && one.repeat < 2));
}
