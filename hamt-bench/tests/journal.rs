//! The commands on recorded runs, from the command line; and the records generated from them.

mod common;

use std::fs;
use std::path::PathBuf;

use common::{program, sample};
use hamt_bench::analysis::figures::{BEGIN, END};
use hamt_bench::csv_io;
use hamt_bench::record::Run;

/// A data directory beside a README, with runs in `recorded`.
struct Repository {
    dir: tempfile::TempDir,
}

impl Repository {
    fn with(runs: &[Run]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let recorded = dir.path().join("data/recorded");
        fs::create_dir_all(&recorded).unwrap();
        for run in runs {
            let file = recorded.join(csv_io::file_name(&run.info.id));
            fs::write(file, csv_io::write([run])).unwrap();
        }
        let readme = format!("# Title\n\n{BEGIN}\n{END}\n\nThe end.\n");
        fs::write(dir.path().join("README.md"), readme).unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs a command; what it printed where it should, with its exit code.
    fn run(&self, args: &[&str]) -> (i32, String) {
        let output = program(&self.path("data"), args);
        let code = output.status.code().unwrap();
        let failed = !matches!(code, 0 | 4);
        let (said, other) = if failed {
            (&output.stderr, &output.stdout)
        } else {
            (&output.stdout, &output.stderr)
        };
        assert_eq!(String::from_utf8_lossy(other), "", "{args:?}");
        (code, String::from_utf8_lossy(said).into_owned())
    }
}

/// A default run at a time of its own in which ours takes `query` ns a look-up; imbl takes 40 in
/// all of them, c-hamt 10.
fn run(number: i64, query: f64) -> Run {
    let mut run = Run {
        info: common::info(&format!("run-{number}")),
        complete: true,
        samples: Vec::new(),
    };
    run.info.started_at += 86_400 * number;
    run.info.note = "default run, warm heap".to_owned();
    run.info.git_commit = format!("{number}abcdef0123");
    run.info.dirty = Some(false);
    for repeat in 0..9 {
        // Spread by 4 %, evenly around the figure.
        let off = 0.98 + 0.005 * f64::from(repeat);
        for scale in [1000, 10_000, 100_000, 1_000_000] {
            for (product, time) in [("hamt", query), ("imbl", 40.0), ("c-hamt", 10.0)] {
                for (measurement, factor) in [("query", 1.0), ("persistent_insert", 10.0)] {
                    let time = if product == "hamt" && factor > 1.0 {
                        20.0
                    } else {
                        time
                    };
                    let value = time * factor * off;
                    run.samples
                        .push(sample(product, measurement, scale, repeat, value));
                }
            }
        }
    }
    run
}

#[test]
fn the_repositorys_own_records_are_up_to_date() {
    let data = hamt_bench::cli::default_data_dir();
    let output = program(&data, &["log", "--check"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "run `cargo run --release -p hamt-bench -- log`: {told}"
    );
}

#[test]
fn the_journal_is_generated_and_checked() {
    let repository = Repository::with(&[run(1, 20.0), run(2, 30.0)]);
    let (code, text) = repository.run(&["log", "--check"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("README.md"), "{text}");

    let (code, text) = repository.run(&["log"]);
    assert_eq!((code, text.lines().count()), (0, 2), "{text}");
    assert_eq!(repository.run(&["log", "--check"]).0, 0);
    assert_eq!(
        repository.run(&["log"]),
        (0, "nothing changed\n".to_owned())
    );
    assert!(
        !repository.path("data/bench.sqlite").exists(),
        "made without the database"
    );

    let journal = repository.read("data/README.md");
    let sections: Vec<_> = journal.split("\n## ").collect();
    assert_eq!(sections.len(), 3, "{journal}");
    // Newest first, compared with the one before.
    assert!(sections[1].contains("commit 2abcdef\n") && sections[1].contains("`run-2`"));
    for told in [
        "[`recorded/run-2.csv`](recorded/run-2.csv), 216 samples",
        "Machine: Test CPU @ 3 GHz, virtual, 2 cores, linux 6.1 x86_64",
        "Method: default run, warm heap; seed 18446744073709551615",
        // Against c-hamt 3 and 2; without it, against imbl, 3/4 and 1/2.
        "ours / best peer, times: 2.45 (geomean of 8 rows: 0 won, 8 lost",
        "never free: ours / best peer, times: 0.61 (geomean of 8 rows: 8 won, 0 lost",
        "| get hit / imbl | 0.75 | 0.75 | 0.75 | 0.75 | 0.75 |",
        "| persistent insert / c-hamt | 2.00 |",
        "Against run `run-1`, commit 1abcdef:",
        "drift of the machine: 1.00",
        "most slower or larger: query 1e3 1.50 (slower), ",
        "| query | 1.50 | 4 |",
        "| persistent_insert | 1.00 | 4 |",
    ] {
        assert!(sections[1].contains(told), "{told}: {}", sections[1]);
    }
    assert!(sections[2].contains("`run-1`") && !sections[2].contains("Against run"));

    let readme = repository.read("README.md");
    assert!(readme.starts_with("# Title\n\n<!--") && readme.ends_with("-->\n\nThe end.\n"));
    for told in [
        "commit\n2abcdef, on Test CPU",
        "`data/recorded/run-2.csv`",
        "| ours / peer | 1e3 | 1e4 | 1e5 | 1e6 |\n|---|---|---|---|---|\n",
        "| persistent insert / c-hamt, which leaks | 2.00 | 2.00 | 2.00 | 2.00 |\n",
        "| get, hit / c-hamt | 3.00 | 3.00 | 3.00 | 3.00 |\n",
    ] {
        assert!(readme.contains(told), "{told}: {readme}");
    }

    for name in ["README.md", "data/README.md"] {
        let good = repository.read(name);
        fs::write(repository.path(name), good.replace("2.00", "1.00")).unwrap();
        let line = 1 + good
            .lines()
            .take_while(|line| !line.contains("2.00"))
            .count();
        let (code, text) = repository.run(&["log", "--check"]);
        assert_eq!(code, 1);
        assert!(
            text.contains(&format!("{name}:{line}: not what the recorded runs say")),
            "{text}"
        );
        fs::write(repository.path(name), &good).unwrap();
    }
}

#[test]
fn only_full_default_runs_make_the_figures() {
    let mut newer = [run(2, 30.0), run(3, 30.0), run(4, 30.0)];
    newer[0].info.note = "quick run, warm heap".to_owned();
    newer[1].info.note = "default run, filtered, warm heap".to_owned();
    newer[2].complete = false;
    let mut runs = vec![run(1, 20.0)];
    runs.extend(newer.clone());
    let repository = Repository::with(&runs);
    assert_eq!(repository.run(&["log"]).0, 0);
    assert!(repository.read("README.md").contains("run-1.csv"));
    assert_eq!(
        repository.read("data/README.md").matches("\n## ").count(),
        4
    );
    assert!(
        repository
            .read("data/README.md")
            .contains("samples, INCOMPLETE\n")
    );

    // Without one the README is left alone, whatever it is.
    let repository = Repository::with(&newer);
    fs::remove_file(repository.path("README.md")).unwrap();
    let (code, text) = repository.run(&["log"]);
    assert_eq!((code, text.lines().count()), (0, 1), "{text}");
}

#[test]
fn the_log_names_what_it_lacks() {
    let repository = Repository::with(&[]);
    let (code, text) = repository.run(&["log"]);
    assert!(
        code == 1 && text.contains("recorded: no complete run recorded yet"),
        "{text}"
    );

    let repository = Repository::with(&[run(1, 20.0)]);
    fs::write(repository.path("README.md"), format!("{BEGIN}\n")).unwrap();
    let (code, text) = repository.run(&["log"]);
    let told = "README.md: `<!-- end of figures -->` is there 0 times, not once";
    assert!(code == 1 && text.contains(told), "{text}");
    assert!(
        !repository.path("data/README.md").exists(),
        "all or nothing"
    );

    let other = repository.path("other.md");
    fs::write(&other, format!("{BEGIN}\n{END}\n")).unwrap();
    assert_eq!(
        repository
            .run(&["log", "--readme", other.to_str().unwrap()])
            .0,
        0
    );
    assert!(repository.read("other.md").contains("run-1.csv"));

    fs::write(repository.path("data/recorded/bad.csv"), "run,complete\n").unwrap();
    let (code, text) = repository.run(&["log"]);
    assert!(code == 3 && text.contains("bad.csv:1"), "{text}");
}

#[test]
fn the_commands_and_their_exit_codes() {
    let repository = Repository::with(&[run(1, 20.0), run(2, 24.0)]);
    let cases: [(&[&str], i32, &str); 17] = [
        (
            &["rank"],
            0,
            "ours / best peer, times: 2.19 (geomean of 8 rows",
        ),
        (
            &["rank", "--run", "run-1", "--fair"],
            0,
            "times: 0.50 (geomean of 8 rows: 8 won",
        ),
        (
            &["rank", "--scale", "1e3", "--measurement", "query"],
            0,
            "2.40 (geomean of 1 rows",
        ),
        (&["rank", "--top", "1"], 0, "and 7 more"),
        (
            &["rank", "--against", "judy"],
            1,
            "has no product `judy`; it has hamt, imbl, c-hamt",
        ),
        (
            &["rank", "--key-set", "words"],
            1,
            "nothing to compare: run `run-2` has no row",
        ),
        (&["rank", "--scale", "many"], 2, "no number of entries"),
        (&["rank", "--run", "run-9"], 1, "no run `run-9`"),
        (
            &["cmp", "run-1", "run-2"],
            0,
            "4 slower, 0 faster, 4 neither",
        ),
        (
            &["cmp", "run-1", "run-2", "--fail-on-slower", "10"],
            4,
            "by more than 10 %: 4 series",
        ),
        (
            &["cmp", "run-1", "run-2", "--fail-on-slower", "25"],
            0,
            "by more than 25 %: 0 series",
        ),
        (
            &["cmp", "run-2", "run-1", "--fail-on-slower", "0"],
            0,
            "0 slower, 4 faster",
        ),
        (
            &["cmp", "run-1", "run-2", "--fail-on-slower", "-3"],
            2,
            "unexpected argument",
        ),
        (&["cmp", "run-1", "none"], 1, "no run `none`"),
        (&["cmp", "run-1"], 2, "<NEW>"),
        (
            &["cmp", "run-1", "run-2", "--scale", "7"],
            1,
            "have no series in common",
        ),
        (
            &["history", "--product", "judy"],
            1,
            "no run has a series of `judy`",
        ),
    ];
    for (args, code, expected) in cases {
        let (found, text) = repository.run(args);
        assert_eq!(found, code, "{args:?}: {text}");
        assert!(text.contains(expected), "{args:?}: {text}");
    }
    let help = String::from_utf8(program(&repository.path("data"), &["--help"]).stdout).unwrap();
    assert!(help.contains("4  `cmp --fail-on-slower`"), "{help}");

    let empty = Repository::with(&[]);
    for command in ["rank", "history"] {
        let (code, text) = empty.run(&[command]);
        assert!(
            code == 1 && text.contains("no complete run recorded yet"),
            "{text}"
        );
    }
}

#[test]
fn the_history_leaves_out_what_others_measured_and_what_did_not_end() {
    let mut unfinished = run(3, 5.0);
    unfinished.complete = false;
    let repository = Repository::with(&[run(1, 20.0), run(2, 30.0), unfinished]);
    let file = repository.path("other.csv");
    fs::write(&file, csv_io::write([&run(4, 99.0)])).unwrap();
    assert_eq!(repository.run(&["import", file.to_str().unwrap()]).0, 0);
    let (code, text) = repository.run(&["history"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("20.0 (0.50)") && text.contains("30.0 (0.75)"),
        "{text}"
    );
    assert!(!text.contains("5.00") && !text.contains("99.0"), "{text}");
    let svg = repository.read("data/plots/history.svg");
    for told in [
        "hamt / imbl, run by run",
        "2 runs, oldest at",
        "query 1e6",
        "persistent_insert 1e6",
        "1abcdef",
        "2abcdef",
    ] {
        assert!(svg.contains(told), "{told}: {svg}");
    }
    let (code, text) = repository.run(&["history", "--yardstick", "std"]);
    assert!(code == 0 && text.contains("nothing to draw"), "{text}");
}
