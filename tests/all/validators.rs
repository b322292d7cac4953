//! The validator and the verifier of counts say what is wrong, as far as safe code can make it so: with keys that change
//! where they stand, and handles that are not shown. Broken code does the rest (`checks/variants`).

use std::cell::Cell;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use hamt::{Hamt, HeapViolation, Violation};

use crate::hashers::Identity;
use crate::heap;

/// A key that can be given another hash and another name where it stands; inline or counted as its owner is.
#[derive(Clone)]
struct Fickle<O> {
    hash: Cell<u64>,
    name: Cell<u32>,
    _owner: O,
}

impl<O> PartialEq for Fickle<O> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<O> Eq for Fickle<O> {}

impl<O> Hash for Fickle<O> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash.get());
    }
}

/// What is found in a map of so many keys after `change` got the first and the last one that came.
fn found<O: Clone>(
    owner: &O,
    keys: u32,
    hash: impl Fn(u32) -> u64,
    change: impl Fn(&Fickle<O>, &Fickle<O>),
) -> Result<(), Violation> {
    let key = |n: u32| Fickle {
        hash: Cell::new(hash(n)),
        name: Cell::new(n),
        _owner: owner.clone(),
    };
    let map: Hamt<Fickle<O>, u32, Identity> = (0..keys).map(|n| (key(n), n)).collect();
    assert_eq!(map.validate(), Ok(()));
    let stands = |n: u32| map.get_key_value(&key(n)).expect("it was inserted").0;
    change(stands(0), stands(keys - 1));
    map.validate()
}

fn spread(n: u32) -> u64 {
    u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn move_one<O>(_: &Fickle<O>, last: &Fickle<O>) {
    last.hash.set(!last.hash.get());
}

fn rename_one<O>(first: &Fickle<O>, last: &Fickle<O>) {
    last.name.set(first.name.get());
}

/// Keys that no longer stand where their hashes lead, in slots and collision nodes, and hashes kept beside them.
#[test]
fn the_validator_finds_moved_keys() {
    for keys in [1, 2, 40, 3_000] {
        assert_eq!(
            found(&(), keys, spread, move_one),
            Err(Violation::Misplaced)
        );
    }
    for keys in [3, 100] {
        let mixed = Err(Violation::MixedCollision);
        assert_eq!(found(&(), keys, |_| 7, move_one), mixed);
    }
    for keys in [1, 2, 40, 3_000] {
        let kept = Err(Violation::KeptHash);
        assert_eq!(found(&Rc::new(()), keys, spread, move_one), kept);
        assert_eq!(found(&Rc::new(()), keys, |_| 7, move_one), kept);
    }
}

/// Two with one name, in a slot and in collision nodes.
#[test]
fn the_validator_finds_doubles() {
    let double = Err(Violation::DuplicateKey);
    for keys in [2, 3, 64, 100] {
        assert_eq!(found(&(), keys, |_| 7, rename_one), double);
        assert_eq!(found(&Rc::new(()), keys, |_| 7, rename_one), double);
    }
}

/// Handles that the verifier does not know of: on an array, and on a counted entry.
#[test]
fn the_verifier_finds_unknown_references() {
    let map: Hamt<u32, u32> = (0..1_000).map(|n| (n, n)).collect();
    let copy = map.clone();
    let found = HeapViolation::ArrayCount {
        count: 2,
        tokens: 1,
    };
    assert_eq!(heap::check([&map].into_iter()), Err(found));
    assert!(heap::check([&map, &copy].into_iter()).is_ok());

    let one: Hamt<String, u32> = [("one".to_owned(), 1)].into();
    let two = one.update("two".to_owned(), 2);
    let found = HeapViolation::EntryCount {
        count: 2,
        tokens: 1,
    };
    assert_eq!(heap::check([&two].into_iter()), Err(found));
    assert!(heap::check([&one, &two].into_iter()).is_ok());
}

/// What is wrong is said with the invariant that it breaks.
#[test]
fn violations_name_their_invariant() {
    let lengths = Violation::Length {
        stored: 7,
        counted: 9,
    };
    let (count, tokens) = (7, 9);
    let said = [
        ("N1", Violation::Count.to_string()),
        ("N2", Violation::SlotEntries.to_string()),
        ("N2", Violation::EmptyNode.to_string()),
        ("T1", Violation::Misplaced.to_string()),
        ("E1", Violation::KeptHash.to_string()),
        ("T2", Violation::NotFolded.to_string()),
        ("T3", Violation::MixedCollision.to_string()),
        ("T3", Violation::CollisionCapacity.to_string()),
        ("T1", Violation::DuplicateKey.to_string()),
        ("T4", lengths.to_string()),
        (
            "B1",
            HeapViolation::ArrayCount { count, tokens }.to_string(),
        ),
        (
            "B1",
            HeapViolation::EntryCount { count, tokens }.to_string(),
        ),
        ("N1", HeapViolation::Maps.to_string()),
        ("B2", HeapViolation::Unowned.to_string()),
        ("B2", HeapViolation::OwnsNothing.to_string()),
        ("B3", HeapViolation::Unsettled.to_string()),
        ("B4", HeapViolation::Chain.to_string()),
    ];
    for (invariant, text) in &said {
        assert!(text.starts_with(&format!("{invariant}: ")), "{text}");
    }
    // Those that are about counts say them.
    for (_, text) in said.iter().filter(|it| ["B1", "T4"].contains(&it.0)) {
        assert!(text.contains('7') && text.contains('9'), "{text}");
    }
    let different: HashSet<_> = said.iter().map(|it| &it.1).collect();
    assert_eq!(different.len(), said.len());
}
