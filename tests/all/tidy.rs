//! Rules of the source tree: length of files, where `unsafe` may stand, which layer may use which.

use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of a file, not counting documentation, comments and blank lines.
const MAX_LINES: usize = 600;

/// Files and directories that may contain `unsafe`.
const UNSAFE: [&str; 6] = [
    "arch.rs",
    "children/",
    "map/heap.rs",
    "node.rs",
    "pool/",
    "sync/",
];

/// Which modules a layer may name, from the top down; none may name one that is not listed.
const LAYERS: [(&str, &[&str]); 14] = [
    ("picture", &["bits", "children", "map"]),
    (
        "external",
        &["children", "hasher", "map", "multimap", "set", "trie"],
    ),
    ("multimap", &["hasher", "map", "set"]),
    ("set", &["hasher", "map", "trie"]),
    ("map", &["arch", "children", "hash", "hasher", "trie"]),
    (
        "trie",
        &["arch", "bits", "children", "hash", "node", "pool"],
    ),
    (
        "children",
        &["arch", "bits", "hash", "node", "pool", "sync"],
    ),
    ("node", &["bits", "hash", "pool", "sync"]),
    ("pool", &["arch", "sync"]),
    ("hash", &["bits"]),
    ("hasher", &[]),
    ("bits", &[]),
    ("arch", &[]),
    ("sync", &[]),
];

/// The same of the benchmark.
const BENCH_LAYERS: [(&str, &[&str]); 33] = [
    (
        "cli",
        &[
            "analysis", "atomic", "csv_io", "doctor", "error", "external", "import", "machine",
            "plot", "record", "report", "store", "table",
        ],
    ),
    ("interrupt", &[]),
    (
        "measure",
        &[
            "external", "heap", "keys", "machine", "peers", "plan", "process", "progress",
            "record", "recorder", "stats", "subjects", "threads", "workload",
        ],
    ),
    ("doctor", &["machine", "peers", "process", "store"]),
    (
        "import",
        &["csv_io", "error", "external", "record", "store"],
    ),
    ("progress", &[]),
    (
        "recorder",
        &[
            "atomic", "csv_io", "error", "plot", "record", "store", "table",
        ],
    ),
    (
        "report",
        &[
            "analysis", "cells", "claims", "csv_io", "error", "machine", "plot", "record", "stats",
            "table",
        ],
    ),
    ("subjects", &["keys", "peers", "plan", "workload"]),
    ("threads", &["peers", "record"]),
    ("claims", &["cells", "record", "stats"]),
    (
        "external",
        &["csv_io", "error", "peers", "process", "record"],
    ),
    ("plan", &["keys", "peers", "record", "workload"]),
    (
        "plot",
        &[
            "analysis", "atomic", "cells", "error", "record", "stats", "table",
        ],
    ),
    (
        "analysis",
        &[
            "atomic",
            "cells",
            "error",
            "headlines",
            "machine",
            "record",
            "stats",
            "store",
            "table",
        ],
    ),
    ("peers", &["ffi", "keys", "peer", "record", "workload"]),
    ("ffi", &["keys"]),
    ("store", &["atomic", "csv_io", "error", "record"]),
    (
        "table",
        &["cells", "headlines", "machine", "record", "stats"],
    ),
    ("workload", &["heap", "keys", "peer", "record"]),
    ("atomic", &["error"]),
    ("csv_io", &["error", "record"]),
    ("headlines", &["cells", "record"]),
    ("machine", &["record"]),
    ("peer", &["heap", "keys"]),
    ("cells", &["record", "stats"]),
    ("heap", &[]),
    ("keys", &["datasets", "error"]),
    ("datasets", &["error"]),
    ("record", &[]),
    ("stats", &[]),
    ("error", &["process"]),
    ("process", &[]),
];

struct Source {
    /// Below the root, with `/` for any separator.
    path: String,
    text: String,
}

impl Source {
    fn layer(&self) -> &str {
        let first = self.path.split('/').next().expect("a path");
        first.trim_end_matches(".rs")
    }

    /// Lines of code, without comments; strings are left as they are.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines()).filter_map(|(number, line)| {
            let line = line.trim();
            let code = match line.find("//") {
                Some(at) if !line[..at].contains('"') => line[..at].trim_end(),
                _ => line,
            };
            (!code.is_empty()).then_some((number, code))
        })
    }
}

/// The library's.
fn sources() -> Vec<Source> {
    sources_in("src")
}

fn sources_in(root: &str) -> Vec<Source> {
    let mut sources = files_in(root);
    sources.retain(|it| it.path.ends_with(".rs"));
    assert!(sources.len() > 15, "the sources are found");
    sources
}

/// The files below a directory of the project, but for those that are no text.
fn files_in(root: &str) -> Vec<Source> {
    fn collect(root: &Path, dir: &Path, into: &mut Vec<Source>) {
        let entries = fs::read_dir(dir).expect("a readable directory");
        let mut paths: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(root, &path, into);
                continue;
            }
            let below = path.strip_prefix(root).expect("below the root");
            let bytes = fs::read(&path).expect("a readable file");
            if let Ok(text) = String::from_utf8(bytes) {
                into.push(Source {
                    path: below.to_string_lossy().replace('\\', "/"),
                    text,
                });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files
}

/// Whether `code` has `word` as a word of its own.
fn names(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(part) && !code[at + word.len()..].starts_with(part))
}

#[track_caller]
fn none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn files_are_short() {
    let long: Vec<_> = sources()
        .iter()
        .map(|it| (it.code().count(), &it.path))
        .filter(|(lines, _)| *lines > MAX_LINES)
        .map(|(lines, path)| format!("{path}: {lines} lines of code, {MAX_LINES} are allowed"))
        .collect();
    none(&long);
}

#[test]
fn unsafe_stands_where_it_may() {
    let mut findings = Vec::new();
    for source in sources() {
        if UNSAFE
            .iter()
            .any(|allowed| source.path.starts_with(allowed))
        {
            continue;
        }
        for (number, code) in source.code() {
            if names(code, "unsafe") || names(code, "unsafe_code") {
                findings.push(format!("{}:{number}: {code}", source.path));
            }
        }
    }
    none(&findings);
}

/// The algorithms know no pointers.
#[test]
fn trie_is_made_of_views() {
    let mut findings = Vec::new();
    for source in sources()
        .iter()
        .filter(|it| it.layer() == "trie" || it.layer() == "map")
    {
        for (number, code) in source.code() {
            let pointers = [
                "*mut ",
                "*const ",
                "&raw ",
                "NonNull",
                "ManuallyDrop",
                "MaybeUninit",
            ];
            if pointers.iter().any(|it| code.contains(it)) || names(code, "alloc_array") {
                findings.push(format!("{}:{number}: {code}", source.path));
            }
        }
    }
    none(&findings);
}

/// The modules of the crate that a line of code names.
fn modules(code: &str) -> impl Iterator<Item = &str> {
    let paths = code.match_indices("crate::");
    let paths = paths.filter(|(at, _)| !code[..*at].ends_with('$'));
    paths.flat_map(|(at, prefix)| {
        let rest = &code[at + prefix.len()..];
        // `crate::{error, store::Store}`
        let listed = rest.strip_prefix('{');
        let parts = listed.map_or(rest, |list| list.split('}').next().unwrap_or(list));
        let parts = parts.split(if listed.is_some() { ',' } else { ' ' });
        let count = if listed.is_some() { usize::MAX } else { 1 };
        parts.take(count).map(|part| {
            let part = part.trim_start();
            let end = part.find(|c: char| !c.is_alphanumeric() && c != '_');
            &part[..end.unwrap_or(part.len())]
        })
    })
}

/// Layers that use one that is not below them.
fn misuses(sources: &[Source], layers: &[(&str, &[&str])]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources {
        let layer = source.layer();
        let Some((_, below)) = layers.iter().find(|(name, _)| *name == layer) else {
            findings.push(format!("{}: `{layer}` is no layer", source.path));
            continue;
        };
        for (number, code) in source.code() {
            for used in modules(code) {
                if used != layer && !below.contains(&used) {
                    findings.push(format!("{}:{number}: uses `{used}`: {code}", source.path));
                }
            }
        }
    }
    findings
}

#[test]
fn layers_use_those_below() {
    let mut library = sources();
    library.retain(|it| it.path != "lib.rs");
    none(&misuses(&library, &LAYERS));
    let mut bench = sources_in("hamt-bench/src");
    // The program stands above all, and so do unit tests.
    bench.retain(|it| !["lib.rs", "main.rs", "run.rs"].contains(&it.path.as_str()));
    for source in &mut bench {
        let tests = source.text.find("#[cfg(test)]\nmod tests {");
        source.text.truncate(tests.unwrap_or(source.text.len()));
    }
    none(&misuses(&bench, &BENCH_LAYERS));
}

/// Each layer stands below all that may use it.
#[test]
fn layers_have_no_cycles() {
    for layers in [&LAYERS[..], &BENCH_LAYERS[..]] {
        for (at, (name, below)) in layers.iter().enumerate() {
            for used in *below {
                let place = layers.iter().position(|(layer, _)| layer == used);
                assert!(
                    place > Some(at),
                    "`{name}` uses `{used}`, which is listed above it"
                );
            }
        }
    }
}

/// Where files of the project are that people or programs write, and nothing else.
const WRITTEN: [&str; 13] = [
    ".ci",
    ".github",
    "benches",
    "checks",
    "data/recorded",
    "docs",
    "examples",
    "fuzz/corpus",
    "fuzz/fuzz_targets",
    "fuzz/src",
    "hamt-bench/src",
    "src",
    "tests",
];

#[test]
fn nothing_names_a_machine() {
    // Usual homes of checkouts, and this one.
    let homes = [
        "/home/",
        "/root/",
        "/Users/",
        "C:\\",
        env!("CARGO_MANIFEST_DIR"),
    ];
    let mut findings = Vec::new();
    for dir in WRITTEN {
        let mut files = files_in(dir);
        assert!(!files.is_empty(), "{dir} is there");
        files.retain(|it| it.path != "all/tidy.rs");
        for file in files {
            for (number, line) in (1..).zip(file.text.lines()) {
                if homes.iter().any(|it| line.contains(it)) {
                    findings.push(format!("{dir}/{}:{number}: {line}", file.path));
                }
            }
        }
    }
    none(&findings);
}

/// Every file says what it is, and what is expected of it.
#[test]
fn files_begin_with_their_purpose() {
    let silent: Vec<_> = sources()
        .iter()
        .filter(|it| !it.text.starts_with("//!"))
        .map(|it| it.path.clone())
        .collect();
    none(&silent);
}
