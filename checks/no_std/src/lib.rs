//! What a program without std does with [`hamt`]: it names its hasher, and brings an allocator.
//!
//! [`check`] uses maps of inline and of counted entries, versions, differences and merges. The program
//! runs it on the host, and CI also builds it for targets that have no std at all.
#![no_std]

extern crate alloc;

mod arena;
mod fnv;

use alloc::format;
use alloc::string::String;
use core::hash::BuildHasherDefault;

use hamt::{Change, Hamt, Resolution};

#[global_allocator]
static ARENA: arena::Arena = arena::Arena::new();

/// A map whose hasher is the same in all runs, and has no size: all of them hash alike.
type Map<K, V> = Hamt<K, V, BuildHasherDefault<fnv::Fnv>>;

const ENTRIES: u32 = 2000;

/// The number of the first expectation that is not met, or 0.
#[must_use]
pub fn check() -> u8 {
    let expectations = [inline(), counted(), versions(), merges(), memory()];
    let failed = expectations.iter().position(|met| !met);
    failed.map_or(0, |at| u8::try_from(at + 1).unwrap_or(u8::MAX))
}

fn numbers() -> Map<u32, u64> {
    (0..ENTRIES).map(|n| (n, u64::from(n) * 3)).collect()
}

fn inline() -> bool {
    let mut map = Map::default();
    for n in 0..ENTRIES {
        map.insert(n, u64::from(n) * 3);
    }
    map.retain(|n, _| n % 2 == 0);
    map.len() == 1000
        && map.get(&7).is_none()
        && map[&8] == 24
        && map.values().sum::<u64>() == 2_997_000
}

fn counted() -> bool {
    let mut map: Map<String, String> = Map::default();
    for n in 0..ENTRIES {
        *map.entry(format!("{}", n % 100)).or_default() += "x";
    }
    let shared = map.clone();
    let removed = map.remove("42");
    map.len() == 99 && shared["42"].len() == 20 && removed.as_ref() == shared.get("42")
}

fn versions() -> bool {
    let old = numbers();
    let new = old.update(5, 0);
    let changes = old.diff(&new).map(Change::cloned);
    let changed = Change::Changed {
        key: 5,
        old: 15,
        new: 0,
    };
    changes.eq([changed]) && old[&5] == 15 && old != new && old == new.update(5, 15)
}

fn merges() -> bool {
    let base = numbers();
    let (ours, theirs) = (
        base.update(1, 0).without(&2),
        base.update(1, 9).update(ENTRIES, 0),
    );
    let merged = base.merge(&ours, &theirs, |_| Resolution::Theirs);
    merged == theirs.without(&2) && ours.union(&theirs).len() == base.len() + 1
}

fn memory() -> bool {
    let before = hamt::pool::stats().live_bytes;
    let map = numbers();
    let during = hamt::pool::stats().live_bytes;
    drop(map);
    let after = hamt::pool::stats().live_bytes;
    before < during && before == after
}
