//! Rules of the source tree: length of files, where `unsafe` may stand, which layer may use which.

use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of a file, not counting documentation, comments and blank lines.
const MAX_LINES: usize = 600;

/// Files and directories that may contain `unsafe`.
const UNSAFE: [&str; 5] = ["arch.rs", "children/", "node.rs", "pool/", "sync/"];

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

struct Source {
    /// Below `src`, with `/` for any separator.
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

fn sources() -> Vec<Source> {
    fn collect(root: &Path, dir: &Path, into: &mut Vec<Source>) {
        let entries = fs::read_dir(dir).expect("a readable directory");
        let mut paths: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(root, &path, into);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let below = path.strip_prefix(root).expect("below the root");
                into.push(Source {
                    path: below.to_string_lossy().replace('\\', "/"),
                    text: fs::read_to_string(&path).expect("readable text"),
                });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    collect(&root, &root, &mut sources);
    assert!(sources.len() > 15, "the sources are found");
    sources
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

#[test]
fn layers_use_those_below() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|it| it.path != "lib.rs") {
        let layer = source.layer();
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            findings.push(format!("{}: `{layer}` is no layer", source.path));
            continue;
        };
        for (number, code) in source.code() {
            for (at, _) in code.match_indices("crate::") {
                if code[..at].ends_with('$') {
                    continue;
                }
                let rest = &code[at + "crate::".len()..];
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
                let used = &rest[..end.unwrap_or(rest.len())];
                if used != layer && !below.contains(&used) {
                    findings.push(format!("{}:{number}: uses `{used}`: {code}", source.path));
                }
            }
        }
    }
    none(&findings);
}

/// Each layer stands below all that may use it.
#[test]
fn layers_have_no_cycles() {
    for (at, (name, below)) in LAYERS.iter().enumerate() {
        for used in *below {
            let place = LAYERS.iter().position(|(layer, _)| layer == used);
            assert!(
                place > Some(at),
                "`{name}` uses `{used}`, which is listed above it"
            );
        }
    }
}

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
    for source in sources() {
        for (number, line) in (1..).zip(source.text.lines()) {
            if homes.iter().any(|it| line.contains(it)) {
                findings.push(format!("{}:{number}: {line}", source.path));
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
