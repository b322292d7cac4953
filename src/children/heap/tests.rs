//! The verifier on heaps of which a header, a loan or a slot was changed by hand, which no safe code can do.

#![expect(unsafe_code, reason = "breaks B1 to B4, and mends them again")]

use alloc::boxed::Box;
use alloc::vec;
use core::ptr;

use super::*;
use crate::bits::Bitmaps;
use crate::children::loan::Meta;
use crate::children::{Editor, OwnedEntry};
use crate::hash::HashBits;

type Keys = Root<Box<u64>, ()>;
type Verdict = Result<HeapReport, HeapViolation>;

fn insert(keys: &mut Keys, n: u64) {
    let entry = OwnedEntry::new(HashBits(n), Box::new(n), ());
    Editor::new(keys).insert(HashBits(n), entry);
}

/// The first has so many entries in its root; each other one has one more, and borrows the rest from the one before.
fn versions(entries: u64, copies: u64) -> Vec<Keys> {
    let mut first = Keys::EMPTY;
    (0..entries).for_each(|n| insert(&mut first, n));
    let mut versions = vec![first];
    (entries..entries + copies).for_each(|n| add_copy(&mut versions, n));
    versions
}

fn add_copy(versions: &mut Vec<Keys>, n: u64) {
    let mut copy = versions[versions.len() - 1].clone();
    insert(&mut copy, n);
    versions.push(copy);
}

fn verdict(versions: &[Keys]) -> Verdict {
    // SAFETY: one thread has all of them.
    unsafe { check(versions.iter()) }
}

fn set_meta(version: &Keys, meta: Meta) {
    // SAFETY: N1; one thread has all versions.
    unsafe { loan::set_meta(version.node, meta) };
}

/// The verdict while the last version's meta word is another one.
fn with_meta(versions: &[Keys], other: Meta) -> Verdict {
    let last = &versions[versions.len() - 1];
    // SAFETY: N1: the version keeps its root alive.
    let before = unsafe { loan::meta(last.node) };
    set_meta(last, other);
    let verdict = verdict(versions);
    set_meta(last, before);
    verdict
}

/// The verdict while the last version owns other slots.
fn owning(versions: &[Keys], change: impl FnOnce(u32) -> u32) -> Verdict {
    let node = versions[versions.len() - 1].node;
    // SAFETY: N1; one thread has all versions.
    let own = unsafe { loan::owned(node) };
    // SAFETY: as above.
    let origin = unsafe { loan::origin(node) }.expect("it borrows");
    // SAFETY: as above; it borrows, so it has room for a loan.
    unsafe { loan::write(node, origin, change(own)) };
    let verdict = verdict(versions);
    // SAFETY: as above.
    unsafe { loan::write(node, origin, own) };
    verdict
}

#[test]
fn borrowers_are_counted_and_settled() {
    let many = versions(12, 1);
    let sound = verdict(&many);
    assert_eq!(sound.map(|it| it.borrowers), Ok(1));
    assert_eq!(with_meta(&many, Meta::borrowing(1, 24)), sound);
    let unsettled = Err(HeapViolation::Unsettled);
    assert_eq!(with_meta(&many, Meta::borrowing(1, 25)), unsettled);
    assert_eq!(owning(&many, |own| own | 0xFF), unsettled);
    let few = versions(5, 1);
    assert!(verdict(&few).is_ok());
    assert_eq!(owning(&few, |own| own | 1), unsettled);
}

#[test]
fn what_is_borrowed_has_an_owner() {
    let versions = versions(12, 1);
    let unowned = Err(HeapViolation::Unowned);
    assert_eq!(owning(&versions, |_| 0), unowned);
    let nothing = Err(HeapViolation::OwnsNothing);
    assert_eq!(owning(&versions, |own| own | 1 << 31), nothing);
    let (count, tokens) = (1, 2);
    let twice = Err(HeapViolation::EntryCount { count, tokens });
    assert_eq!(owning(&versions, |own| own | 1), twice);

    let swap = || {
        let node = versions[1].node;
        // SAFETY: N2: it has 13 entries.
        let one = unsafe { node.slot(3) };
        // SAFETY: as above.
        let other = unsafe { node.slot(4) };
        // SAFETY: two slots of one array, which one thread has.
        unsafe { ptr::swap_nonoverlapping(one, other, Kind::<Box<u64>, ()>::SLOT) };
    };
    swap();
    let found = verdict(&versions);
    swap();
    assert_eq!(found, unowned);
}

#[test]
fn chains_are_measured() {
    let mut versions = versions(12, 1);
    let chain = Err(HeapViolation::Chain);
    assert_eq!(with_meta(&versions, Meta::borrowing(0, 12)), chain);

    // A copy believes what is said of how deep its origin's chain is, and cuts off none that is said to be short.
    for n in 13..18 {
        for version in &versions[1..] {
            set_meta(version, Meta::borrowing(1, 12));
        }
        add_copy(&mut versions, n);
        for (depth, version) in (1..).zip(&versions[1..]) {
            set_meta(version, Meta::borrowing(depth, 12));
        }
        let too_long = versions.len() - 1 > MAX_CHAIN as usize + 1;
        let found = verdict(&versions);
        assert_eq!(found.err(), too_long.then_some(HeapViolation::Chain));
    }
}

#[test]
fn nodes_of_one_array_agree() {
    let mut versions = versions(3, 0);
    versions.push(versions[0].clone());
    assert!(verdict(&versions).is_ok());
    let maps = versions[1].node.maps;
    versions[1].node.maps = Bitmaps::EMPTY;
    let found = verdict(&versions);
    versions[1].node.maps = maps;
    assert_eq!(found, Err(HeapViolation::Maps));
}

#[test]
fn what_only_the_dead_hold_is_not_reachable() {
    let mut versions = versions(12, 1);
    let both = verdict(&versions).expect("a sound heap");
    assert_eq!(both.reachable_bytes, both.bytes);
    drop(versions.remove(0));
    let one = verdict(&versions).expect("a sound heap");
    assert_eq!(one.bytes, both.bytes);
    assert!(one.reachable_bytes < both.bytes);
}
