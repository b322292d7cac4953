//! What the library's migration page says about std's, im's, imbl's and rpds's maps: with another
//! version of one of them this tells which line of the page has to change.

use core::hash::{Hash, Hasher};
use std::collections::HashMap as Std;

use hamt::Hamt;
use im::HashMap as Im;
use imbl::HashMap as Imbl;
use rpds::HashTrieMap as Rpds;

/// A key that is equal to others with another tag.
#[derive(Clone, Copy, Debug)]
struct Tagged(u32, &'static str);

impl PartialEq for Tagged {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Tagged {}

impl Hash for Tagged {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

const KEY: Tagged = Tagged(1, "new");

/// The tag and the value of key 1.
macro_rules! tag_and_value {
    ($map:expr) => {{
        let map = $map;
        let (key, value) = map.get_key_value(&KEY).expect("it has key 1");
        (key.1, *value)
    }};
}

/// Key 1 and `more` others, all with `name` for tag and value.
fn entries(name: &'static str, more: u32, first: u32) -> Vec<(Tagged, &'static str)> {
    let keys = core::iter::once(1).chain(first..first + more);
    keys.map(|key| (Tagged(key, name), name)).collect()
}

/// Which key and value stand after an `insert` over an old one.
macro_rules! inserted {
    ($map:ident) => {{
        let mut map: $map<_, _> = entries("old", 0, 0).into_iter().collect();
        assert_eq!(map.insert(KEY, "new"), Some("old"));
        tag_and_value!(map)
    }};
}

/// Which key and value stand of two that are collected.
macro_rules! collected {
    ($map:ident) => {{
        let entries = [(Tagged(1, "old"), "old"), (KEY, "new")];
        tag_and_value!(entries.into_iter().collect::<$map<_, _>>())
    }};
}

#[test]
fn insert_and_collect() {
    assert_eq!([inserted!(Std), collected!(Std)], [("old", "new"); 2]);
    assert_eq!([inserted!(Im), collected!(Im)], [("new", "new"); 2]);
    assert_eq!([inserted!(Imbl), collected!(Imbl)], [("new", "new"); 2]);
    assert_eq!([inserted!(Hamt), collected!(Hamt)], [("old", "new"); 2]);
    let old: Rpds<_, _> = entries("old", 0, 0).into_iter().collect();
    assert_eq!(tag_and_value!(old.insert(KEY, "new")), ("new", "new"));
    assert_eq!(collected!(Rpds), ("new", "new"));
}

/// Which keys and values stand after a union, a union with a function that takes other's value, and
/// an intersection of maps of these sizes.
macro_rules! joined {
    ($map:ident, $one:expr, $two:expr) => {{
        let one: $map<_, _> = entries("self", $one, 10).into_iter().collect();
        let two: $map<_, _> = entries("other", $two, 20).into_iter().collect();
        [
            tag_and_value!(one.clone().union(two.clone())),
            tag_and_value!(one.clone().union_with(two.clone(), |_, right| right)),
            tag_and_value!(one.clone().intersection(two.clone())),
        ]
    }};
}

#[test]
fn set_algebra() {
    let (ours, theirs) = ("self", "other");
    let equal = [(ours, ours), (theirs, theirs), (theirs, ours)];
    let other_is_larger = |value| [(theirs, value), (ours, theirs), (theirs, ours)];
    assert_eq!(joined!(Im, 2, 2), equal);
    assert_eq!(joined!(Im, 3, 2), equal);
    assert_eq!(joined!(Im, 2, 3), other_is_larger(theirs));
    assert_eq!(joined!(Imbl, 2, 2), equal);
    assert_eq!(joined!(Imbl, 3, 2), equal);
    assert_eq!(joined!(Imbl, 2, 3), other_is_larger(ours));
    for (one, two) in [(2, 2), (3, 2), (2, 3)] {
        assert_eq!(
            joined!(Hamt, one, two),
            [(ours, ours), (ours, theirs), (ours, ours)]
        );
    }
}

/// Whether a clone still shares all after an absent key was removed and asked for, to be written.
macro_rules! shared_after_misses {
    ($map:ident, $remove:ident) => {{
        let map: $map<_, _> = entries("self", 100, 10).into_iter().collect();
        let (mut one, mut two) = (map.clone(), map.clone());
        one.$remove(&Tagged(2, ""));
        assert!(two.get_mut(&Tagged(2, "")).is_none());
        (map.ptr_eq(&one), map.ptr_eq(&two))
    }};
}

#[test]
fn absent_keys() {
    assert_eq!(shared_after_misses!(Im, remove), (false, false));
    assert_eq!(shared_after_misses!(Imbl, remove), (false, false));
    assert_eq!(shared_after_misses!(Rpds, remove_mut), (false, false));
    assert_eq!(shared_after_misses!(Hamt, remove), (true, true));
}

#[test]
fn values_that_are_not_equal_to_themselves() {
    fn equal<M: FromIterator<(u32, f64)> + Clone + PartialEq>() -> bool {
        let map: M = [(1, f64::NAN)].into_iter().collect();
        map == map.clone()
    }
    let others = [
        equal::<Std<_, _>>(),
        equal::<Im<_, _>>(),
        equal::<Imbl<_, _>>(),
    ];
    assert_eq!(others, [false; 3]);
    assert_eq!([equal::<Rpds<_, _>>(), equal::<Hamt<_, _>>()], [true; 2]);
}

/// The keys of the `difference` or, here, symmetric difference of maps with the keys 1, 2 and 2, 3.
macro_rules! difference {
    ($map:ident, $difference:ident) => {{
        let one: $map<_, _> = [(1, 'a'), (2, 'b')].into_iter().collect();
        let two: $map<_, _> = [(2, 'c'), (3, 'd')].into_iter().collect();
        let mut keys: Vec<u32> = one.$difference(two).keys().copied().collect();
        keys.sort_unstable();
        keys
    }};
}

#[test]
#[expect(deprecated, reason = "imbl means to take its name away")]
fn difference() {
    assert_eq!(difference!(Im, difference), [1, 3]);
    assert_eq!(difference!(Imbl, difference), [1, 3]);
    assert_eq!(difference!(Hamt, symmetric_difference), [1, 3]);
}

#[test]
fn sizes() {
    assert_eq!(size_of::<Std<u64, u64>>(), 48);
    assert_eq!(size_of::<Im<u64, u64>>(), 24);
    assert_eq!(size_of::<Imbl<u64, u64>>(), 40);
    assert_eq!(size_of::<Rpds<u64, u64>>(), 40);
    assert_eq!(size_of::<rpds::HashTrieMapSync<u64, u64>>(), 40);
    assert_eq!(size_of::<Hamt<u64, u64>>(), 24);
}
