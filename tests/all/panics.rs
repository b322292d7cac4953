//! User code that panics at its n-th call, for every n, in every operation.
//!
//! Afterwards the map is valid and holds, key by key, what it held before the operation or what
//! the operation was to make of it; other versions are untouched; all of them work on; nothing is
//! leaked or dropped twice.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hamt::{Change, Entry, Hamt, JoinRules, Pick, Resolution};

use crate::hashers::Dial;
use crate::probes::{self, Fused, Key, PlainKey, PlainValue, Point, Probe, Random, Value, pass};

type Model = BTreeMap<u32, u32>;

/// Keys of the map that operations start from.
const KEYS: u32 = 20;
/// The largest n.
const CALLS: u32 = 200;

trait Types {
    type K: Probe + Eq + Hash;
    type V: Probe;
}

struct Of<K, V>(std::marker::PhantomData<(K, V)>);

impl<K: Probe + Eq + Hash, V: Probe> Types for Of<K, V> {
    type K = K;
    type V = V;
}

type Map<T> = Hamt<<T as Types>::K, <T as Types>::V, Fused<Dial>>;

fn key<T: Types>(n: u32) -> T::K {
    T::K::of(n)
}

fn value<T: Types>(n: u32) -> T::V {
    T::V::of(n)
}

/// Entries whose iterator has a fuse.
fn entries<T: Types>(numbers: impl Iterator<Item = u32>) -> impl Iterator<Item = (T::K, T::V)> {
    numbers.map(|n| {
        pass(Point::Next);
        (key::<T>(n), value::<T>(7))
    })
}

fn contents<T: Types>(map: &Map<T>) -> Model {
    map.iter().map(|(k, v)| (k.number(), v.number())).collect()
}

fn fresh<T: Types>() -> Map<T> {
    entries::<T>(0..KEYS).collect()
}

/// Two new keys, and an old one: one that finds room, one that pushes entries down (or joins a
/// collision, as the hasher has it), and one whose removal folds a child.
#[derive(Clone, Copy)]
struct Numbers {
    room: u32,
    pushing: u32,
    folding: u32,
}

impl Numbers {
    fn find<T: Types>() -> Self {
        let map = fresh::<T>();
        let nodes = map.stats().nodes;
        let grows = |n: &u32| map.update(key::<T>(*n), value::<T>(0)).stats().nodes > nodes;
        let folds = |n: &u32| map.without(&key::<T>(*n)).stats().nodes < nodes;
        Numbers {
            room: (KEYS..200).find(|n| !grows(n)).unwrap_or(KEYS),
            pushing: (KEYS..200).find(grows).unwrap_or(KEYS),
            folding: (0..KEYS).find(folds).unwrap_or(0),
        }
    }
}

/// A version with all kinds of changes.
fn relative<T: Types>(map: &Map<T>, at: Numbers) -> Map<T> {
    let mut other = map.clone();
    other.insert(key::<T>(3), value::<T>(1));
    other.remove(&key::<T>(at.folding));
    other.insert(key::<T>(at.pushing), value::<T>(2));
    other.insert(key::<T>(at.room), value::<T>(3));
    other
}

type Action<T> = fn(&mut Map<T>, Numbers);

fn actions<T: Types>() -> Vec<(&'static str, Action<T>)> {
    vec![
        ("insert into room", |map, at| {
            map.insert(key::<T>(at.room), value::<T>(1));
        }),
        ("insert and push down", |map, at| {
            map.insert(key::<T>(at.pushing), value::<T>(1));
        }),
        ("insert over", |map, _| {
            map.insert(key::<T>(3), value::<T>(1));
        }),
        ("insert many", |map, _| {
            for n in KEYS..KEYS + 6 {
                map.insert(key::<T>(n), value::<T>(1));
            }
        }),
        ("build from nothing", |map, _| {
            let mut other: Map<T> = entries::<T>(0..6).collect();
            std::mem::swap(map, &mut other);
        }),
        ("remove", |map, _| {
            map.remove(&key::<T>(3));
        }),
        ("remove and fold", |map, at| {
            map.remove_entry(&key::<T>(at.folding));
        }),
        ("remove all", |map, _| {
            for n in 0..KEYS {
                map.remove(&key::<T>(n));
            }
        }),
        ("get mut", |map, _| {
            if let Some(value) = map.get_mut(&key::<T>(3)) {
                *value = self::value::<T>(1);
            }
        }),
        ("entry or insert with", |map, at| {
            map.entry(key::<T>(at.pushing)).or_insert_with(|| {
                pass(Point::Closure);
                value::<T>(1)
            });
        }),
        ("entry and modify", |map, _| {
            let entry = map.entry(key::<T>(3)).and_modify(|it| {
                pass(Point::Closure);
                *it = value::<T>(1);
            });
            entry.or_insert_with(|| value::<T>(1));
        }),
        ("entry insert", |map, at| {
            map.entry(key::<T>(at.room)).insert_entry(value::<T>(1));
            map.entry(key::<T>(3)).insert_entry(value::<T>(1));
        }),
        ("entry remove", |map, at| {
            if let Entry::Occupied(entry) = map.entry(key::<T>(at.folding)) {
                drop(entry.remove_entry());
            }
        }),
        ("iter mut", |map, _| {
            for (_, value) in map.iter_mut() {
                pass(Point::Closure);
                *value = self::value::<T>(1);
            }
        }),
        ("retain", |map, _| {
            map.retain(|key, value| {
                pass(Point::Closure);
                let keep = key.number() % 2 == 0;
                if keep {
                    *value = self::value::<T>(1);
                }
                keep
            });
        }),
        ("update a clone", |map, at| {
            *map = map.clone().update(key::<T>(at.pushing), value::<T>(1));
        }),
        ("without", |map, at| {
            *map = map.without(&key::<T>(at.folding));
        }),
        ("clone from a relative", |map, at| {
            let other = relative::<T>(map, at);
            map.clone_from(&other);
        }),
        ("clone from a stranger", |map, _| {
            let other: Map<T> = entries::<T>(3..9).collect();
            map.clone_from(&other);
        }),
        ("drop", |map, _| drop(std::mem::take(map))),
        ("clear", |map, _| map.clear()),
        ("into iter", |map, _| {
            for (key, value) in std::mem::take(map) {
                pass(Point::Closure);
                drop((key, value));
            }
        }),
        ("into iter, half", |map, _| {
            let mut rest = std::mem::take(map).into_iter();
            rest.by_ref().take(9).for_each(drop);
        }),
        ("extend", |map, _| {
            map.extend(entries::<T>(KEYS - 5..KEYS + 5));
        }),
        ("compare", |map, _| {
            let other = fresh::<T>();
            assert!(*map == other);
        }),
        ("compare with a relative", |map, at| {
            let other = map.update(key::<T>(at.pushing), value::<T>(1));
            assert!(*map != other && map.is_submap(&other));
        }),
        ("diff and apply", |map, at| {
            let other = relative::<T>(map, at);
            map.apply(map.clone().diff(&other));
        }),
        ("diff a stranger", |map, _| {
            let other: Map<T> = entries::<T>(3..9).collect();
            let changes: Vec<_> = map.diff(&other).map(Change::cloned).collect();
            map.apply_owned(changes);
        }),
        ("union with a stranger", |map, _| {
            let other: Map<T> = entries::<T>(KEYS - 5..KEYS + 5).collect();
            *map = other.union(&*map);
        }),
        ("join with a relative", |map, at| {
            let other = relative::<T>(map, at);
            *map = map.join_with(&other, JoinRules::ASK, |key, left, right| {
                pass(Point::Closure);
                match key.number() % 5 {
                    0 => Pick::Drop,
                    1 => Pick::New(value::<T>(1)),
                    2 => Pick::Right,
                    _ if left.is_none() => Pick::Right,
                    _ if right.is_none() => Pick::New(value::<T>(2)),
                    _ => Pick::Left,
                }
            });
        }),
        ("intersection with a relative", |map, at| {
            *map = map.intersection_with(relative::<T>(map, at), |left, right| {
                pass(Point::Closure);
                drop(left);
                right
            });
        }),
        ("merge", |map, at| {
            let ours = relative::<T>(map, at).update(key::<T>(5), value::<T>(1));
            let theirs = map.without(&key::<T>(5)).update(key::<T>(6), value::<T>(8));
            *map = map.merge(&ours, &theirs, |_| {
                pass(Point::Closure);
                Resolution::New(value::<T>(9))
            });
        }),
    ]
}

/// 50 random operations, each checked.
fn works_on<T: Types>(map: &mut Map<T>, model: &mut Model, seed: u64) {
    let mut random = Random(seed);
    for _ in 0..50 {
        let (n, v) = (random.below(KEYS + 10), random.below(100));
        let expected = model.get(&n).copied();
        let found = match random.below(4) {
            0 => {
                model.insert(n, v);
                map.insert(key::<T>(n), value::<T>(v)).map(|v| v.number())
            }
            1 => {
                model.remove(&n);
                map.remove(&key::<T>(n)).map(|v| v.number())
            }
            2 => {
                let found = map.get(&key::<T>(n)).map(Probe::number);
                *map = map.update(key::<T>(n), value::<T>(v));
                model.insert(n, v);
                found
            }
            _ => map.get_mut(&key::<T>(n)).map(|value| value.number()),
        };
        assert_eq!(found, expected);
    }
    map.validate().expect("a valid map");
    assert_eq!(contents::<T>(map), *model);
}

/// Runs `action` with `point` panicking at its n-th passage. Returns whether it came to that.
fn case<T: Types>(action: Action<T>, at: Numbers, shared: bool, point: Point, n: u32) -> bool {
    probes::reset();
    let mut map = fresh::<T>();
    let before = contents::<T>(&map);
    let after = {
        let mut map = fresh::<T>();
        action(&mut map, at);
        contents::<T>(&map)
    };
    let mut others = Vec::new();
    if shared {
        others.push((map.clone(), before.clone()));
        let mut changed = before.clone();
        changed.insert(1, 5);
        others.push((map.update(key::<T>(1), value::<T>(5)), changed));
    }

    probes::arm(point, n);
    let result = catch_unwind(AssertUnwindSafe(|| action(&mut map, at)));
    let fired = probes::disarm();
    assert_eq!(
        result.is_err(),
        fired,
        "panics are passed on, and there are no others"
    );
    drop(result);

    map.validate().expect("a valid map");
    let mut now = contents::<T>(&map);
    assert_eq!(now.len(), map.len());
    if !fired {
        assert_eq!(now, after);
    }
    for n in before.keys().chain(after.keys()).chain(now.keys()) {
        let it = now.get(n);
        assert!(
            it == before.get(n) || it == after.get(n),
            "{n} has become {it:?}"
        );
    }
    for (other, model) in &others {
        other.validate().expect("a valid map");
        assert_eq!(contents::<T>(other), *model, "another version changed");
    }
    works_on::<T>(&mut map, &mut now, 1);
    for (other, model) in &mut others {
        works_on::<T>(other, model, 2);
    }
    assert_eq!(contents::<T>(&map), now, "a version changed with another");
    drop((map, others));
    // The compiler forgets a function's return value if dropping an argument panics after it is
    // made (rust-lang/rust#47949): an `insert` or `remove` may so lose what it was to return.
    let drops = matches!(point, Point::DropKey | Point::DropValue);
    probes::assert_balanced_but(if fired && drops { 2 } else { 0 });
    fired
}

/// All actions, with all points of which `points` says that the types have them.
fn all<T: Types>(points: impl Fn(&Point) -> bool, harmless: &[&str]) {
    let at = Numbers::find::<T>();
    let mut fired = BTreeSet::new();
    for (name, action) in actions::<T>() {
        let mut ever = false;
        for shared in [false, true] {
            for point in Point::ALL.into_iter().filter(&points) {
                for n in 1..=CALLS {
                    let case = || case::<T>(action, at, shared, point, n);
                    let went_off = catch_unwind(AssertUnwindSafe(case)).unwrap_or_else(|_| {
                        panic!("{name}, shared: {shared}, {point:?} panicking at call {n}")
                    });
                    if !went_off {
                        break;
                    }
                    fired.insert(point);
                    ever = true;
                }
            }
        }
        assert!(
            ever || harmless.contains(&name),
            "nothing ever panicked in {name}"
        );
    }
    let missed: Vec<_> = Point::ALL
        .iter()
        .filter(|point| points(point) && !fired.contains(point))
        .collect();
    assert!(missed.is_empty(), "{missed:?} never panicked");
}

fn has_drop<K, V>(point: &Point) -> bool {
    match point {
        Point::Memory => cfg!(hamt_refusals),
        Point::DropKey => std::mem::needs_drop::<K>(),
        Point::DropValue => std::mem::needs_drop::<V>(),
        _ => true,
    }
}

macro_rules! tests {
    ($($name:ident: $key:ty => $value:ty, $dial:expr, harmless: $harmless:expr;)*) => {$(
        #[test]
        fn $name() {
            $dial.with(|| all::<Of<$key, $value>>(has_drop::<$key, $value>, &$harmless));
        }
    )*};
}

tests! {
    counted_good: Key => Value, Dial::GOOD, harmless: [];
    counted_four: Key => Value, Dial::FOUR, harmless: [];
    counted_constant: Key => Value, Dial::CONSTANT, harmless: [];
    counted_key_four: Key => PlainValue, Dial::FOUR, harmless: [];
    counted_value_four: PlainKey => Value, Dial::FOUR, harmless: [];
    inline_good: PlainKey => PlainValue, Dial::GOOD, harmless: ["drop", "clear"];
    inline_four: PlainKey => PlainValue, Dial::FOUR, harmless: ["drop", "clear"];
    inline_constant: PlainKey => PlainValue, Dial::CONSTANT, harmless: ["drop", "clear"];
}

/// An iterator by value goes on after a panic with the entries that are left.
#[test]
fn into_iter_goes_on() {
    fn test<K: Probe + Eq + Hash, V: Probe>(point: Point) {
        for n in 1..=KEYS {
            probes::reset();
            let map: Hamt<K, V, Dial> = (0..KEYS).map(|n| (K::of(n), V::of(n))).collect();
            let copy = map.clone();
            let mut rest = map.into_iter();
            let mut seen = BTreeSet::new();
            let mut panics = 0;
            probes::arm(point, n);
            loop {
                let left = rest.len();
                match catch_unwind(AssertUnwindSafe(|| rest.next())) {
                    Ok(Some((key, _))) => assert!(seen.insert(key.number())),
                    Ok(None) => break,
                    Err(_) => panics += 1,
                }
                assert_eq!(rest.len(), left - 1);
            }
            assert_eq!((panics, seen.len()), (1, KEYS as usize - 1));
            copy.validate().expect("a valid map");
            drop((copy, rest));
            probes::assert_balanced();
        }
    }
    for point in [Point::CloneKey, Point::CloneValue] {
        Dial::FOUR.with(|| test::<Key, Value>(point));
        Dial::FOUR.with(|| test::<PlainKey, PlainValue>(point));
    }
}

/// A writing iterator that is used on after a panic gives no entry twice, and the map stays whole.
#[test]
fn iter_mut_goes_on() {
    fn test<K: Probe + Eq + Hash, V: Probe>(point: Point) {
        for n in 1..=2 * KEYS {
            probes::reset();
            let mut map: Hamt<K, V, Dial> = (0..KEYS).map(|n| (K::of(n), V::of(0))).collect();
            let copy = map.clone();
            let mut rest = map.iter_mut();
            let mut seen = BTreeSet::new();
            probes::arm(point, n);
            for _ in 0..2 * KEYS {
                match catch_unwind(AssertUnwindSafe(|| rest.next())) {
                    Ok(Some((key, value))) => {
                        assert!(seen.insert(key.number()));
                        *value = V::of(1);
                    }
                    Ok(None) => break,
                    Err(_) => (),
                }
                assert_eq!(rest.len() + seen.len(), KEYS as usize, "nothing is skipped");
            }
            map.validate().expect("a valid map");
            assert_eq!(map.len(), KEYS as usize);
            assert_eq!(
                map.iter().len(),
                map.iter().map(drop).fold(0, |n, ()| n + 1)
            );
            assert_eq!(seen.len(), KEYS as usize);
            assert!(map.values().all(|value| value.number() == 1));
            assert!(copy.values().all(|value| value.number() == 0));
            drop((copy, map));
            probes::assert_balanced();
        }
    }
    for point in [Point::CloneKey, Point::CloneValue] {
        Dial::FOUR.with(|| test::<Key, Value>(point));
        Dial::FOUR.with(|| test::<PlainKey, PlainValue>(point));
    }
}
