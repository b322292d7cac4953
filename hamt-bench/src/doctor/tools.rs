//! Programs and libraries, by asking them for their version.

use core::time::Duration;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Finding, State};
use crate::peers::{self, Presence};
use crate::process::{self, Failure};

/// Time for a tool to tell its version.
const LIMIT: Duration = Duration::from_secs(5);

/// The first compiler that builds champ-trie, a peer that is left out for that reason.
const CHAMP_TRIE_RUSTC: [u32; 2] = [1, 96];

/// A tool: its name, command lines that show its version (the first that works counts), and what
/// it is good for and how to have it.
type Tool = (
    &'static str,
    &'static [&'static [&'static str]],
    &'static str,
);

const TOOLS: &[Tool] = &[
    (
        "pkg-config",
        &[&["pkg-config", "--version"], &["pkgconf", "--version"]],
        "finds GLib; install pkg-config",
    ),
    (
        "GLib headers",
        &[&["pkg-config", "--modversion", "glib-2.0"]],
        "the peer glib; install libglib2.0-dev or glib2-devel",
    ),
    (
        "valgrind",
        &[&["valgrind", "--version"]],
        "memory checks and instruction counts; install valgrind",
    ),
    (
        "perf",
        &[&["perf", "--version"]],
        "hardware counters; install linux-perf or linux-tools",
    ),
    (
        "mojo",
        &[&["mojo", "--version"]],
        "the peer of external/mojo_peers.mojo; pip install mojo",
    ),
    (
        "browser",
        &[
            &["chromium", "--version"],
            &["chromium-browser", "--version"],
            &["chromium-headless-shell", "--version"],
            &["google-chrome", "--version"],
            &["firefox", "--version"],
        ],
        "shows the report and checks it; install chromium",
    ),
];

/// The packages of `external/requirements.txt`.
const PACKAGES: [&str; 3] = ["immutables", "pyrsistent", "rpds-py"];

/// One line for each package: its version, or nothing.
const ASK_PACKAGES: &str = "import sys, importlib.metadata as metadata\n\
    for name in sys.argv[1:]:\n\
    \x20   try: print(metadata.version(name))\n\
    \x20   except metadata.PackageNotFoundError: print()\n";

/// What a tool answered.
enum Answer {
    Line(String),
    Absent,
    Fault(String),
}

/// The tools, looked up at the same time.
pub(super) fn findings() -> Vec<Finding> {
    std::thread::scope(|scope| {
        let look_ups: Vec<_> = TOOLS
            .iter()
            .map(|tool| scope.spawn(|| vec![look_up(tool)]))
            .collect();
        let mut findings = rustc();
        findings.push(c_compiler());
        for look_up in look_ups {
            findings.extend(look_up.join().unwrap_or_default());
        }
        findings.extend(python());
        findings
    })
}

/// The peers as this program was built: what was not found then is not there now.
pub(super) fn built_in() -> Vec<Finding> {
    let finding = |peer: peers::PeerEntry| match peer.presence {
        Presence::Present => {
            let text = match peer.version.as_str() {
                "" => "of unknown version",
                version => version,
            };
            Finding::new("peers built in", peer.product, State::Good, text)
        }
        Presence::Absent { install } => Finding::new(
            "peers built in",
            peer.product,
            State::Missing,
            format!("{install}; afterwards: cargo clean -p hamt-bench"),
        ),
    };
    peers::all().into_iter().map(finding).collect()
}

fn look_up((name, commands, advice): &Tool) -> Finding {
    let found = |state, text: String| Finding::new("tools", name, state, text);
    let mut faults = Vec::new();
    for command in *commands {
        match ask(Path::new(command[0]), &command[1..]) {
            Answer::Line(line) => return found(State::Good, line),
            Answer::Fault(fault) => faults.push(format!("`{}` {fault}", command.join(" "))),
            Answer::Absent => {}
        }
    }
    if faults.is_empty() {
        found(State::Missing, (*advice).to_owned())
    } else {
        found(State::Broken, format!("{} ({advice})", faults.join("; ")))
    }
}

fn rustc() -> Vec<Finding> {
    let found = |name, state, text: String| Finding::new("tools", name, state, text);
    let line = match ask(Path::new("rustc"), &["--version"]) {
        Answer::Line(line) => line,
        Answer::Absent => {
            let text = "needed to build anything; install it with rustup";
            return vec![found("rustc", State::Missing, text.to_owned())];
        }
        Answer::Fault(fault) => return vec![found("rustc", State::Broken, fault)],
    };
    let [major, minor] = CHAMP_TRIE_RUSTC;
    let new_enough = version(&line).is_some_and(|it| it >= CHAMP_TRIE_RUSTC);
    let champ_trie = if new_enough {
        format!("this compiler has the {major}.{minor} that it needs; it is no peer yet")
    } else {
        format!("needs Rust {major}.{minor} or later: rustup update")
    };
    vec![
        found("rustc", State::Good, line),
        found("champ-trie", State::Note, champ_trie),
    ]
}

/// Major and minor number in `rustc 1.95.0 (...)`.
fn version(line: &str) -> Option<[u32; 2]> {
    let mut numbers = line.split_whitespace().nth(1)?.split('.');
    Some([numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?])
}

fn c_compiler() -> Finding {
    let advice = "SQLite, c-hamt and the C peers; install gcc or clang, or set CC";
    let chosen = std::env::var("CC").unwrap_or_default();
    let names = [chosen.as_str(), "cc", "gcc", "clang"];
    let found = |state, text| Finding::new("tools", "C compiler", state, text);
    for name in names.into_iter().filter(|name| !name.is_empty()) {
        match ask(Path::new(name), &["--version"]) {
            Answer::Line(line) => return found(State::Good, line),
            Answer::Fault(fault) => return found(State::Broken, format!("`{name}` {fault}")),
            Answer::Absent => {}
        }
    }
    found(State::Missing, advice.to_owned())
}

/// Python and the packages of the external peers, in their virtual environment if there is one.
fn python() -> Vec<Finding> {
    let found = |name: &str, state, text: String| Finding::new("tools", name, state, text);
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("external/.venv/bin/python");
    let own = home.is_file();
    let python = if own { home } else { PathBuf::from("python3") };
    let install = "see hamt-bench/external/README.md";
    let line = match ask(&python, &["--version"]) {
        Answer::Line(line) => line,
        Answer::Absent => {
            let text = "the peers of external/python_peers.py; install Python 3".to_owned();
            return vec![found("python", State::Missing, text)];
        }
        Answer::Fault(fault) => return vec![found("python", State::Broken, fault)],
    };
    let whose = if own {
        "external/.venv"
    } else {
        "the system's"
    };
    let mut findings = vec![found("python", State::Good, format!("{line}, {whose}"))];
    let arguments: Vec<&str> = ["-c", ASK_PACKAGES].into_iter().chain(PACKAGES).collect();
    let versions = text_of(&python, &arguments).unwrap_or_default();
    let mut versions = versions.lines();
    findings.extend(PACKAGES.map(|package| match versions.next() {
        Some(version) if !version.is_empty() => found(package, State::Good, version.to_owned()),
        _ => found(package, State::Missing, install.to_owned()),
    }));
    findings
}

/// The first line a program prints.
fn ask(program: &Path, arguments: &[&str]) -> Answer {
    match text_of(program, arguments) {
        Ok(text) => {
            let mut lines = text.lines().map(str::trim);
            match lines.find(|line| !line.is_empty()) {
                Some(line) => Answer::Line(line.to_owned()),
                None => Answer::Fault("says nothing".to_owned()),
            }
        }
        Err(Failure::NotFound { .. }) => Answer::Absent,
        // `pkg-config` says so of a library that is not installed.
        Err(Failure::Status { .. }) if arguments[0] == "--modversion" => Answer::Absent,
        Err(failure) => Answer::Fault(failure.to_string()),
    }
}

fn text_of(program: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new(program);
    command.args(arguments).stderr(Stdio::null());
    let finished = process::run(&mut command, LIMIT)?;
    if finished.status.success() {
        Ok(String::from_utf8_lossy(&finished.stdout).into_owned())
    } else {
        let status = finished.status;
        Err(Failure::Status { status })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compilers_are_compared_by_number() {
        assert_eq!(
            version("rustc 1.95.0 (f2d3ce0bd 2026-03-21)"),
            Some([1, 95])
        );
        assert!(version("rustc 1.100.0-nightly").unwrap() >= CHAMP_TRIE_RUSTC);
        assert!(version("rustc 1.9.0").unwrap() < CHAMP_TRIE_RUSTC);
        assert_eq!(version("rustc"), None);
    }

    #[test]
    fn what_fails_is_told_from_what_is_absent() {
        let absent = ask(Path::new("no-such-tool-anywhere"), &["--version"]);
        assert!(matches!(absent, Answer::Absent));
        let fault = look_up(&("sh", &[&["sh", "-c", "exit 3"]], "advice"));
        assert_eq!(fault.state, State::Broken);
        assert!(fault.text.contains("exit status: 3"), "{}", fault.text);
        let second = look_up(&(
            "sh",
            &[&["no-such-tool"], &["sh", "-c", "echo; echo v2"]],
            "",
        ));
        assert_eq!((second.state, second.text.as_str()), (State::Good, "v2"));
    }
}
