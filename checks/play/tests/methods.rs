//! Every method of a map is called by one of the players, but for a few.

#![expect(clippy::std_instead_of_alloc, reason = "checkers run where `std` is")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What no player calls: constructors of maps with the default hasher (`new` is one, too), and what many threads
/// do, which the tests of the siblings try.
const EXCEPTIONS: [&str; 7] = [
    "par_join_with",
    "par_keys",
    "par_union",
    "par_values",
    "par_values_mut",
    "unit",
    "with_capacity",
];

/// Types whose methods are to be played, as the listing of the public API writes them.
const TYPES: [&str; 6] = [
    "Change<K",
    "Change<&K",
    "Entry<",
    "Hamt<",
    "OccupiedEntry<",
    "VacantEntry<",
];

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(path)).expect("readable text")
}

/// The methods in the part of the listing that is about maps.
fn methods() -> BTreeSet<String> {
    let listing = read("../../tests/parity/public_api.txt");
    let mut in_map = false;
    let mut names = BTreeSet::new();
    for line in listing.lines() {
        if !line.starts_with(' ') {
            let subject = line.split(" where ").next().unwrap_or_default();
            let subject = subject.rsplit("> ").next().unwrap_or_default();
            in_map = line.contains("impl<")
                && !line.contains(" for ")
                && TYPES.iter().any(|it| subject.starts_with(it));
        } else if let Some((_, signature)) = line.split_once("fn ").filter(|_| in_map) {
            let end = signature.find(['(', '<']).expect("parameters");
            names.insert(signature[..end].to_owned());
        }
    }
    assert!(names.len() > 80, "the listing is read: {names:?}");
    names
}

#[test]
fn every_method_is_played() {
    let files = ["map_ops", "forest", "algebra", "kinds"];
    let mut players: String = files.map(|it| read(&format!("src/{it}.rs"))).concat();
    players += &read("../../tests/all/versions.rs");
    let called = |name: &str| {
        let after = |mark: &str| {
            players
                .match_indices(&format!("{mark}{name}"))
                .any(|(at, it)| players[at + it.len()..].starts_with(['(', ':', ')', ',']))
        };
        after(".") || after("::")
    };
    let methods = methods();
    let missing: Vec<&String> = methods
        .iter()
        .filter(|name| !called(name.as_str()))
        .collect();
    assert_eq!(missing, EXCEPTIONS, "not called, and expected not to be");
}
