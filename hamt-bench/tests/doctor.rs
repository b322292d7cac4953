//! `doctor` with tools made up for it.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use hamt_bench::doctor::{self, State};
use hamt_bench::store::{FILE_NAME, Store};

fn tool(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn run(tools: &Path, data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hamt-bench"))
        .env("PATH", tools)
        .env_remove("CC")
        .arg("--data")
        .arg(data)
        .arg("doctor")
        .args(arguments)
        .output()
        .unwrap()
}

/// The words of the line about `name`, with single spaces.
fn line(text: &str, name: &str) -> String {
    let mut lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let found = lines.find(|line| {
        line.split_once(' ')
            .is_some_and(|it| it.1.starts_with(name))
    });
    found.unwrap_or_else(|| panic!("no line about {name}:\n{text}"))
}

#[test]
fn tools_are_found_missing_or_broken() {
    let dir = tempfile::tempdir().unwrap();
    let (tools, data) = (dir.path().join("bin"), dir.path().join("data"));
    std::fs::create_dir(&tools).unwrap();
    tool(&tools, "rustc", "echo 'rustc 1.94.1 (abc 2026-01-01)'");
    tool(&tools, "gcc", "echo; echo 'gcc (Test) 12.2.0'; echo more");
    tool(&tools, "valgrind", "exit 7");
    tool(&tools, "mojo", "exec /bin/sleep 60");
    tool(&tools, "pkg-config", "[ \"$1\" = --version ] && echo 1.8.1");
    let done = run(&tools, &data, &[]);
    let text = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{text}");
    let expected = [
        ("rustc", "ok rustc rustc 1.94.1 (abc 2026-01-01)"),
        (
            "champ-trie",
            "note champ-trie needs Rust 1.96 or later: rustup update",
        ),
        ("C compiler", "ok C compiler gcc (Test) 12.2.0"),
        (
            "valgrind",
            "BROKEN valgrind `valgrind --version` ended with exit status: 7",
        ),
        ("mojo", "BROKEN mojo `mojo --version` took longer than 5 s"),
        ("pkg-config", "ok pkg-config 1.8.1"),
        (
            "GLib",
            "missing GLib headers the peer glib; install libglib2.0-dev",
        ),
        ("perf", "missing perf hardware counters; install"),
        ("browser", "missing browser"),
        (FILE_NAME, "note bench.sqlite not there yet"),
    ];
    for (name, wanted) in expected {
        let found = line(&text, name);
        assert!(found.starts_with(wanted), "{found}");
    }
    assert!(!data.exists(), "doctor makes nothing");
    // A newer compiler; what is missing counts only if one is strict.
    tool(&tools, "rustc", "echo 'rustc 1.100.0'");
    tool(&tools, "mojo", "echo 'Mojo 1.2.0'");
    let strict = run(&tools, &data, &["--strict"]);
    let text = String::from_utf8(strict.stdout).unwrap();
    assert_eq!(strict.status.code(), Some(1), "{text}");
    assert!(line(&text, "champ-trie").contains("has the 1.96"), "{text}");
    assert_eq!(line(&text, "mojo"), "ok mojo Mojo 1.2.0");
}

#[test]
fn the_database_is_looked_at_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let database = || {
        let found = doctor::examine(dir.path()).findings;
        let mut about = found
            .into_iter()
            .filter(|finding| finding.name == FILE_NAME);
        about
            .next()
            .map(|finding| (finding.state, finding.text))
            .unwrap()
    };
    assert_eq!(database().0, State::Note);
    let mut store = Store::open(dir.path()).unwrap();
    for id in ["one", "two"] {
        let info = hamt_bench::record::RunInfo {
            id: id.to_owned(),
            ..Default::default()
        };
        store.begin_run(&info).unwrap();
    }
    store.complete("one").unwrap();
    drop(store);
    let path = dir.path().join(FILE_NAME);
    let good = std::fs::read(&path).unwrap();
    let (state, text) = database();
    assert_eq!(state, State::Good, "{text}");
    assert!(text.ends_with("runs: 2, complete: 1"), "{text}");
    assert_eq!(std::fs::read(&path).unwrap(), good);
    for bad in [b"a diary".to_vec(), good[..good.len() / 2].to_vec()] {
        std::fs::write(&path, &bad).unwrap();
        let (state, text) = database();
        assert_eq!(state, State::Broken, "{text}");
        assert_eq!(std::fs::read(&path).unwrap(), bad);
    }
}

#[test]
fn completeness_is_the_absence_of_gaps() {
    let dir = tempfile::tempdir().unwrap();
    let mut report = doctor::examine(dir.path());
    assert!(report.findings.iter().any(|finding| finding.name == "hamt"));
    let area = report.findings[0].area;
    assert!(report.render().starts_with(&format!("{area}\n")));
    for finding in &mut report.findings {
        finding.state = State::Note;
    }
    assert!(report.is_complete());
    for gap in [State::Missing, State::Broken] {
        report.findings[0].state = gap;
        assert!(!report.is_complete());
        assert_eq!(
            report.render().matches("\n").count(),
            report.render().lines().count()
        );
    }
    assert!(
        report
            .render()
            .ends_with("missing: 0, broken: 1; all but rustc is optional\n")
    );
}
