//! Two people change the same configuration; a three-way merge brings their changes together, and
//! rules settle what both have changed.
//!
//! A key that only one of them touched needs no decision. Where they disagree, the resolver gets the
//! common base and both values: numbers that were raised by both take the larger one, lists are merged
//! item by item, and all else stays a conflict, for which `try_merge` gives up.
//!
//! ```sh
//! cargo run --example config_merge
//! ```

use core::fmt;

use hamt::{Change, Conflict, Hamt, Resolution};

type Config = Hamt<&'static str, Setting>;

/// What a key is set to.
#[derive(Clone, Debug, PartialEq)]
enum Setting {
    Number(i64),
    Text(&'static str),
    /// A set, as a map without values.
    List(Hamt<&'static str, ()>),
}

use Setting::{List, Number, Text};

fn list<const N: usize>(items: [&'static str; N]) -> Setting {
    List(items.into_iter().map(|item| (item, ())).collect())
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number(number) => number.fmt(f),
            Text(text) => write!(f, "{text:?}"),
            List(items) => {
                let mut items: Vec<_> = items.keys().collect();
                items.sort();
                f.debug_list().entries(items).finish()
            }
        }
    }
}

/// A conflict that no rule settles.
#[derive(Debug, PartialEq)]
struct Undecided {
    key: &'static str,
}

/// Settles a conflict if there is a rule for it.
fn settle(conflict: Conflict<'_, &'static str, Setting>) -> Result<Resolution<Setting>, Undecided> {
    let Conflict {
        key,
        base,
        ours,
        theirs,
    } = conflict;
    match (base, ours, theirs) {
        (Some(Number(base)), Some(Number(ours)), Some(Number(theirs)))
            if ours > base && theirs > base =>
        {
            Ok(Resolution::New(Number(*ours.max(theirs))))
        }
        (Some(List(base)), Some(List(ours)), Some(List(theirs))) => {
            // Without values nothing can be changed in two ways: what either has removed goes, what
            // either has added comes.
            Ok(Resolution::New(List(
                base.merge(ours, theirs, |_| Resolution::Ours),
            )))
        }
        _ => Err(Undecided { key }),
    }
}

/// The changes from `old` to `new`, in the order of keys.
fn show(title: &str, old: &Config, new: &Config) {
    println!("{title}:");
    let mut changes: Vec<_> = old.diff(new).collect();
    changes.sort_by_key(|change| *change.key());
    for change in changes {
        match change {
            Change::Added { key, value } => println!("  + {key} = {value}"),
            Change::Removed { key, value } => println!("  - {key} = {value}"),
            Change::Changed { key, old, new } => println!("  ~ {key} = {old} -> {new}"),
        }
    }
}

fn main() {
    let base = Config::from([
        ("server.host", Text("localhost")),
        ("server.port", Number(8080)),
        ("server.timeout", Number(30)),
        ("log.level", Text("info")),
        ("plugins", list(["auth", "cache", "legacy"])),
        ("debug", Number(1)),
    ]);
    let ours = base
        .update("server.timeout", Number(60))
        .update("plugins", list(["auth", "cache", "metrics"]))
        .update("log.file", Text("server.log"))
        .without("debug");
    let theirs = base
        .update("server.timeout", Number(45))
        .update("plugins", list(["auth", "cache", "legacy", "tracing"]))
        .update("server.host", Text("0.0.0.0"));
    show("ours", &base, &ours);
    show("theirs", &base, &theirs);

    let merged = base
        .try_merge(&ours, &theirs, settle)
        .expect("a rule for each conflict");
    show("merged", &base, &merged);
    assert_eq!(
        merged,
        Config::from([
            ("server.host", Text("0.0.0.0")),
            ("server.port", Number(8080)),
            ("server.timeout", Number(60)),
            ("log.level", Text("info")),
            ("log.file", Text("server.log")),
            ("plugins", list(["auth", "cache", "metrics", "tracing"])),
        ])
    );

    // They go on, and both choose a level: no rule knows which is meant.
    let ours = merged.update("log.level", Text("debug"));
    let theirs = merged.update("log.level", Text("warn"));
    let refused = merged.try_merge(&ours, &theirs, settle);
    assert_eq!(refused, Err(Undecided { key: "log.level" }));
    println!(
        "no rule for log.level: {} or {}?",
        ours["log.level"], theirs["log.level"]
    );

    // A merge that always goes through takes ours, and says what it did.
    let settled = merged.merge(&ours, &theirs, |conflict| {
        println!("  took ours for {}", conflict.key);
        Resolution::Ours
    });
    assert!(settled.ptr_eq(&ours));
}
