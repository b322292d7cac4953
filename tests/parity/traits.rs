//! What std's types are, ours are: traits of the types that `tests/all/traits.rs` does not know, and
//! one signature for both maps, method by method.

use std::cell::Cell;
use std::collections::HashMap;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::{BuildHasher, Hash, RandomState};
use std::iter::FusedIterator;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;

use hamt::{
    Drain, Entry, ExtractIf, Hamt, Insertion, IntoIter, IterMut, OccupiedEntry, OccupiedError,
    TryReserveError, VacantEntry,
};

type Picks = fn(&String, &mut u64) -> bool;

implemented!(Send, Sync, Unpin =>
    Drain<'static, String, u64>, ExtractIf<'static, String, u64, Picks>,
    OccupiedError<'static, String, u64>, TryReserveError, Insertion<String>);
implemented!(UnwindSafe, RefUnwindSafe => TryReserveError, Insertion<String>);
implemented!(Debug, ExactSizeIterator, FusedIterator => Drain<'static, String, u64>);
implemented!(Debug, FusedIterator => ExtractIf<'static, String, u64, Picks>);
implemented!(Debug, Display, Error =>
    OccupiedError<'static, u8, String>, OccupiedError<'static, u8, u8, RandomState>, TryReserveError);
implemented!(Clone, Eq, Debug => TryReserveError, Insertion<String>);
implemented!(Copy, Hash => Insertion<u8>);
// Debug asks for no more than that the parts have it.
implemented!(Debug =>
    Entry<'static, NotClone, NotClone, NotClone>, OccupiedEntry<'static, NotClone, NotClone, NotClone>,
    VacantEntry<'static, NotClone, NotDebug, NotDebug>, OccupiedError<'static, NotClone, NotClone, NotDebug>,
    Drain<'static, NotClone, NotClone>, ExtractIf<'static, NotDebug, NotDebug, NotDebug>);

not_implemented!(ExactSizeIterator => ExtractIf<'static, String, u64, Picks>);
not_implemented!(Clone => Drain<'static, u8, u8>, ExtractIf<'static, u8, u8, Picks>);
not_implemented!(DoubleEndedIterator => Drain<'static, u8, u8>);
not_implemented!(Send =>
    Drain<'static, u8, Rc<u8>>, Drain<'static, Cell<u8>, u8>, ExtractIf<'static, u8, Rc<u8>, Picks>,
    ExtractIf<'static, u8, u8, Rc<u8>>, OccupiedError<'static, u8, Rc<u8>>);
not_implemented!(Sync =>
    Drain<'static, u8, Rc<u8>>, Drain<'static, u8, Cell<u8>>, ExtractIf<'static, Rc<u8>, u8, Picks>,
    ExtractIf<'static, u8, u8, Cell<u8>>, OccupiedError<'static, u8, Cell<u8>>);

struct NotDebug;

#[derive(Debug)]
struct NotClone;

/// Longer lifetimes can be used as shorter ones.
#[expect(dead_code, reason = "compiling is the test")]
mod covariance {
    use super::*;

    fn map<'a>(it: Hamt<&'static str, &'static u8>) -> Hamt<&'a str, &'a u8> {
        it
    }

    fn drain<'a>(it: Drain<'static, &'static str, &'static u8>) -> Drain<'a, &'a str, &'a u8> {
        it
    }

    fn insertion<'a>(it: Insertion<&'static u8>) -> Insertion<&'a u8> {
        it
    }

    fn extract_if<'a, F>(it: ExtractIf<'static, u8, u8, F>) -> ExtractIf<'a, u8, u8, F> {
        it
    }

    fn iter_mut<'a, V>(it: IterMut<'static, u8, V>) -> IterMut<'a, u8, V> {
        it
    }
}

/// None of this asks for keys that can be compared or hashed.
#[test]
fn whole_maps_need_no_hash() {
    #[derive(Clone)]
    struct Key;
    fn bounds<K: Clone, V: Clone, S>(map: &mut Hamt<K, V, S>) {
        map.retain(|_, _| true);
        assert_eq!(map.extract_if(|_, _| true).count() + map.drain().count(), 0);
        map.iter_mut().for_each(|_| ());
        map.shrink_to_fit();
    }
    bounds(&mut Hamt::<Key, Key, NotDebug>::with_hasher(NotDebug));

    fn no_bounds<K, V, S>(map: &mut Hamt<K, V, S>) {
        map.reserve(0);
        assert!(map.try_reserve(1).is_ok() && map.capacity() >= map.len());
        map.shrink_to(1);
    }
    no_bounds(&mut Hamt::<NotClone, NotClone, NotDebug>::with_capacity_and_hasher(1, NotDebug));
}

/// Each stable method of std's map, called on both maps in one way. That it compiles says that the
/// signatures agree, as far as callers see them.
macro_rules! all_methods {
    ($map:ident, $new:path) => {{
        let mut log = Vec::<String>::new();
        let mut note = |it: &dyn Debug| log.push(format!("{it:?}"));
        let mut map: $map<String, u32> = <$new>::new();
        note(&(map.len(), map.is_empty(), map.capacity() >= map.len()));
        drop($map::<u8, u8>::with_capacity(3));
        drop($map::<u8, u8, _>::with_hasher(RandomState::new()));
        drop($map::<u8, u8, _>::with_capacity_and_hasher(
            3,
            RandomState::new(),
        ));
        let _: &dyn BuildHasher<Hasher = _> = map.hasher();
        map.reserve(10);
        note(&map.try_reserve(10));
        note(&map.insert("a".into(), 1));
        note(&map.insert("a".into(), 2));
        note(&map.entry("b".into()).or_insert(3));
        note(&(map.get("a"), map.get_key_value("a"), map.contains_key("b")));
        note(&map.get_mut("a"));
        note(&map.get_disjoint_mut(["a", "c", "b"]));
        note(&map.remove("c"));
        note(&map.remove_entry("a"));
        note(&(map.keys(), map.values(), map.iter()));
        note(&map.values_mut());
        note(&map.iter_mut());
        note(&(
            map.clone().into_keys(),
            map.clone().into_values(),
            map.clone().into_iter(),
        ));
        map.shrink_to(1);
        map.shrink_to_fit();
        note(
            &map.extract_if(|_, value| {
                *value += 1;
                *value == 0
            })
            .collect::<Vec<_>>(),
        );
        map.retain(|_, value| *value == 4);
        note(&map);
        note(&map.drain());
        map.clear();
        note(&map);
        log
    }};
}

#[test]
fn methods_are_called_alike() {
    let ours = all_methods!(Hamt, Hamt<String, u32>);
    let theirs = all_methods!(HashMap, HashMap<String, u32>);
    assert_eq!(ours, theirs);
    assert!(ours.len() > 15);
}

/// `for_each` and `fold` stop where a closure panics, and what is left is dropped.
#[test]
fn folds_go_through_all() {
    let map: Hamt<u32, String> = (0..500).map(|n| (n, n.to_string())).collect();
    let other = map.clone();
    let sum = |it: IntoIter<u32, String>| it.fold(0, |sum, (key, _)| sum + key);
    assert_eq!(sum(map.clone().into_iter()), 124_750);
    let mut rest = map.clone().into_iter();
    let first: u32 = rest.by_ref().take(100).map(|(key, _)| key).sum();
    assert_eq!(sum(rest) + first, 124_750);
    let mut map = map;
    let mut rest = map.iter_mut();
    let first = rest
        .by_ref()
        .take(100)
        .map(|(_, value)| value.push('x'))
        .count();
    let more = rest.fold(0, |n, (_, value)| {
        value.push('x');
        n + 1
    });
    assert_eq!(first + more, 500);
    assert!(map.values().all(|it| it.ends_with('x')));
    assert!(other.values().all(|it| !it.ends_with('x')));
}
