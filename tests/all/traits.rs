//! What holds at compile time, and what must not be asked for.

use std::cell::Cell;
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash, RandomState};
use std::iter::FusedIterator;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;

use hamt::{
    Change, Conflict, DefaultHashBuilder, Diff, Drain, Entry, ExtractIf, Hamt, HamtMultimap,
    HamtSet, IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys, OccupiedEntry, OccupiedError,
    Stats, VacantEntry, Values, ValuesMut, Violation,
};

type Shared = Hamt<String, u64>;
type Pick = fn(&u8, &mut u8) -> bool;

implemented!(Send, Sync, Unpin, UnwindSafe, RefUnwindSafe =>
    Shared, Hamt<u64, u64>, Hamt<u8, Vec<u8>, RandomState>, Hamt<u8, Shared>,
    IntoIter<String, u64>, IntoKeys<u64, String>, IntoValues<u64, u64>,
    Iter<'static, String, u64>, Keys<'static, String, u64>, Values<'static, u64, u64>,
    Stats, Violation, DefaultHashBuilder,
    Diff<'static, String, u64>, Change<String, u64>, Conflict<'static, String, u64>,
);
// Not unwind-safe, as nothing that holds a `&mut` is.
implemented!(Send, Sync, Unpin =>
    IterMut<'static, String, u64>, ValuesMut<'static, u64, u64>,
    Entry<'static, String, u64, RandomState>, OccupiedEntry<'static, u64, u64, RandomState>,
    VacantEntry<'static, u64, u64, RandomState>,
);
// A shared reference to the map does not need the values to be unwind-safe by value.
implemented!(Unpin => Hamt<Rc<u8>, Cell<u8>>, Iter<'static, Rc<u8>, Cell<u8>>);

// Whoever holds one of several handles can come to own what they share, so both traits need both.
not_implemented!(Send =>
    Hamt<Rc<u8>, u8>, Hamt<u8, Rc<u8>>, Hamt<u8, Cell<u8>>, Hamt<Cell<u8>, u8>,
    Hamt<u8, std::sync::MutexGuard<'static, u8>>, Hamt<u8, *const u8>,
    Iter<'static, Rc<u8>, u8>, Iter<'static, u8, Cell<u8>>,
    Keys<'static, u8, Cell<u8>>, Values<'static, Cell<u8>, u8>, Diff<'static, u8, Cell<u8>>,
    Diff<'static, Rc<u8>, u8>, Diff<'static, u8, u8, Cell<u8>>,
    IterMut<'static, u8, Rc<u8>>, IterMut<'static, u8, Cell<u8>>, ValuesMut<'static, Rc<u8>, u8>,
    IntoIter<u8, Rc<u8>>, IntoIter<u8, Cell<u8>>, IntoKeys<u8, Cell<u8>>, IntoValues<Rc<u8>, u8>,
    Entry<'static, u8, Rc<u8>, RandomState>, Entry<'static, u8, Cell<u8>, RandomState>,
    OccupiedEntry<'static, Rc<u8>, u8, RandomState>, VacantEntry<'static, Rc<u8>, u8, RandomState>,
    Hamt<u8, u8, Rc<u8>>,
    Drain<'static, Rc<u8>, u8>, Drain<'static, u8, Cell<u8>>, ExtractIf<'static, u8, Rc<u8>, Pick>,
    ExtractIf<'static, Cell<u8>, u8, Pick>, OccupiedError<'static, u8, Rc<u8>, RandomState>,
    HamtSet<Rc<u8>>, HamtSet<Cell<u8>>, HamtSet<u8, Rc<u8>>, HamtMultimap<u8, Rc<u8>>,
    HamtMultimap<Cell<u8>, u8>, HamtMultimap<u8, u8, Rc<u8>>,
    hamt::set::Iter<'static, Cell<u8>>, hamt::set::IntoIter<Rc<u8>>,
);
not_implemented!(Sync =>
    Hamt<Rc<u8>, u8>, Hamt<u8, Rc<u8>>, Hamt<u8, Cell<u8>>, Hamt<Cell<u8>, u8>,
    Hamt<u8, std::sync::MutexGuard<'static, u8>>, Hamt<u8, *const u8>,
    Iter<'static, Rc<u8>, u8>, Iter<'static, u8, Cell<u8>>,
    Keys<'static, u8, Cell<u8>>, Values<'static, Cell<u8>, u8>,
    IterMut<'static, u8, Rc<u8>>, IterMut<'static, u8, Cell<u8>>, ValuesMut<'static, Rc<u8>, u8>,
    IntoIter<u8, Rc<u8>>, IntoIter<u8, Cell<u8>>, IntoKeys<u8, Cell<u8>>, IntoValues<Rc<u8>, u8>,
    Entry<'static, u8, Rc<u8>, RandomState>, Entry<'static, u8, Cell<u8>, RandomState>,
    OccupiedEntry<'static, Rc<u8>, u8, RandomState>, VacantEntry<'static, Rc<u8>, u8, RandomState>,
    Hamt<u8, u8, Rc<u8>>,
    Drain<'static, Rc<u8>, u8>, Drain<'static, u8, Cell<u8>>, ExtractIf<'static, u8, Rc<u8>, Pick>,
    ExtractIf<'static, Cell<u8>, u8, Pick>, OccupiedError<'static, u8, Rc<u8>, RandomState>,
    HamtSet<Rc<u8>>, HamtSet<Cell<u8>>, HamtSet<u8, Rc<u8>>, HamtMultimap<u8, Rc<u8>>,
    HamtMultimap<Cell<u8>, u8>, HamtMultimap<u8, u8, Rc<u8>>,
    hamt::set::Iter<'static, Cell<u8>>, hamt::set::IntoIter<Rc<u8>>,
);

// As std's iterators.
implemented!(Clone, Debug, Default, ExactSizeIterator, FusedIterator =>
    Iter<'static, u8, String>, Keys<'static, String, u8>, Values<'static, u8, u8>);
implemented!(Debug, Default, ExactSizeIterator, FusedIterator =>
    IterMut<'static, u8, String>, ValuesMut<'static, u8, u8>, IntoIter<u8, String>,
    IntoKeys<u8, u8>, IntoValues<String, u8>);
not_implemented!(Clone => IterMut<'static, u8, u8>, ValuesMut<'static, u8, u8>, IntoIter<u8, u8>);
not_implemented!(DoubleEndedIterator => Iter<'static, u8, u8>, IntoIter<u8, u8>);
implemented!(Debug =>
    Entry<'static, u8, u8, RandomState>, OccupiedEntry<'static, u8, u8, RandomState>,
    VacantEntry<'static, u8, u8, RandomState>, Keys<'static, u8, NotDebug>,
    Values<'static, NotDebug, u8>, IntoKeys<u8, NotDebug>, IntoValues<NotDebug, u8>);
implemented!(Clone, Debug, FusedIterator => Diff<'static, u8, String>);
implemented!(Clone => Diff<'static, NotDebug, NotDebug, NotDebug>, Iter<'static, NotDebug, NotDebug>, Hamt<NotDebug, NotDebug>);
implemented!(Default => Iter<'static, NotDebug, NotDebug>, Hamt<NotDebug, NotDebug>);
implemented!(std::error::Error => Violation);
implemented!(Clone, Copy, Debug, Default, BuildHasher => DefaultHashBuilder);
not_implemented!(Copy => Hamt<u8, u8>);
not_implemented!(Debug => Hamt<NotDebug, u8>, Hamt<u8, NotDebug>);
not_implemented!(PartialOrd => Hamt<u8, u8>);
implemented!(Hash => Hamt<u8, u8, RandomState>, Hamt<Hamt<u8, u8>, u8>);
not_implemented!(Hash => Hamt<u8, NotDebug>, Hamt<NotDebug, u8>);

/// Has no trait at all.
struct NotDebug;

/// Longer lifetimes can be used as shorter ones. For `Iter`, `Keys` and `Values` see
/// `compile_fail`.
#[expect(dead_code, reason = "compiling is the test")]
mod covariance {
    use super::*;

    fn map<'a>(it: Hamt<&'static str, &'static u8>) -> Hamt<&'a str, &'a u8> {
        it
    }

    fn reference<'a, 'b>(it: &'b Hamt<&'static str, &'static u8>) -> &'b Hamt<&'a str, &'a u8> {
        it
    }

    fn into_iter<'a>(it: IntoIter<&'static str, &'static u8>) -> IntoIter<&'a str, &'a u8> {
        it
    }

    fn into_keys<'a>(it: IntoKeys<&'static str, &'static u8>) -> IntoKeys<&'a str, &'a u8> {
        it
    }

    fn into_values<'a>(it: IntoValues<&'static str, &'static u8>) -> IntoValues<&'a str, &'a u8> {
        it
    }

    fn iter_mut<'a, 'b: 'a, V>(it: IterMut<'b, u8, V>) -> IterMut<'a, u8, V> {
        it
    }
}

/// None of this asks for `Clone`, nor for more than std does.
fn reads_without_clone<K: Eq + Hash, V: PartialEq, S: BuildHasher>(map: &Hamt<K, V, S>, key: &K) {
    assert!(map.get(key).is_none() && map.get_key_value(key).is_none() && !map.contains_key(key));
    assert_eq!((map.len(), map.is_empty(), map.iter().len()), (0, true, 0));
    let same = map;
    assert!(map == same && map.ptr_eq(same) && map.validate().is_ok());
    let _: &S = map.hasher();
}

fn goes_without_any_bound<K, V, S: Clone + Default>(mut map: Hamt<K, V, S>) {
    let copy = map.clone();
    assert!(map.ptr_eq(&copy));
    assert_eq!(
        map.iter().count() + map.keys().count() + map.values().count(),
        0
    );
    assert_eq!((&map).into_iter().size_hint(), (0, Some(0)));
    assert_eq!(
        (map.len(), map.is_empty(), map.stats().entries),
        (0, true, 0)
    );
    map.clear();
    drop(map);
    let _ = Hamt::<K, V, S>::default();
}

/// A type that can do nothing but be equal and hashed.
#[derive(PartialEq, Eq, Hash)]
struct NotClone;

#[test]
fn reading_needs_no_clone() {
    reads_without_clone(&Hamt::<NotClone, NotClone>::new(), &NotClone);
    goes_without_any_bound(Hamt::<NotDebug, NotClone>::new());
    goes_without_any_bound(Hamt::<[u8; 1 << 20], fn()>::with_hasher(DefaultHashBuilder));
}

static MAP: Hamt<String, Vec<u8>> = Hamt::new();
const EMPTY: Hamt<String, u8> = Hamt::with_hasher(DefaultHashBuilder);
static LOCKED: std::sync::Mutex<Hamt<u32, u32>> = std::sync::Mutex::new(Hamt::new());

#[test]
fn constants() {
    assert!(MAP.is_empty() && MAP.get("k").is_none());
    let mut map = EMPTY;
    map.insert("k".into(), 1);
    assert_eq!((map.len(), EMPTY.len(), MAP.clone().len()), (1, 0, 0));
    LOCKED.lock().expect("not poisoned").insert(1, 2);
    assert_eq!(LOCKED.lock().expect("not poisoned").clone()[&1], 2);
    assert_eq!(MAP.update("a".into(), vec![]).len(), 1);
}

/// A value may borrow from what outlives the map, also if it is declared after it.
#[test]
fn values_may_borrow() {
    let text = String::from("borrowed");
    let mut map = Hamt::new();
    map.insert(text.as_str(), text.as_bytes());
    let short: Hamt<&str, &[u8]> = {
        let own = map.clone();
        own.update("static", b"static")
    };
    assert_eq!((short["borrowed"], short.len()), (text.as_bytes(), 2));
}
