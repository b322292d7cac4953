//! User code that panics at its n-th call, for every n, in every operation; HAMT_PANICS_EVERY=7 leaves out all
//! but each seventh n, for checkers under which the rest takes too long.
//!
//! Afterwards the map is valid and holds, key by key, what it held before the operation or what
//! the operation was to make of it; other versions are untouched; all of them work on; nothing is
//! leaked or dropped twice.

mod actions;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::hash::Hash;
use std::iter::StepBy;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hamt::Hamt;

use crate::hashers::Dial;
use crate::probes::{self, Fused, Key, PlainKey, PlainValue, Point, Probe, Random, Value, pass};

/// The value of each key.
type Model = Vec<Option<u32>>;

use actions::Run;

/// Keys of the map that operations start from.
const KEYS: u32 = 20;
/// The largest n.
const CALLS: usize = 200;

/// Every n that is tried, or each `step`-th of them.
fn calls(step: usize) -> StepBy<RangeInclusive<usize>> {
    let every: usize = env::var("HAMT_PANICS_EVERY").map_or(1, |it| it.parse().expect("a number"));
    (1..=CALLS).step_by(every * step)
}

/// Keys of the map in which operations on many entries come to the largest n.
const WIDE: u32 = 240;
/// More than any key.
const ROOM: usize = 500;

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
    let mut model = vec![None; ROOM];
    let mut entries = 0;
    for (key, value) in map {
        let old = model[key.number() as usize].replace(value.number());
        assert_eq!(old, None, "a key is there twice");
        entries += 1;
    }
    assert_eq!(map.len(), entries);
    model
}

fn fresh<T: Types>(keys: u32) -> Map<T> {
    entries::<T>(0..keys).collect()
}

/// Two new keys, and an old one: one that finds room, one that pushes entries down (or joins a
/// collision, as the hasher has it), and one whose removal folds a child.
#[derive(Clone, Copy)]
struct Numbers {
    /// Keys of the map.
    keys: u32,
    room: u32,
    pushing: u32,
    folding: u32,
}

impl Numbers {
    fn find<T: Types>(keys: u32) -> Self {
        let map = fresh::<T>(keys);
        let nodes = map.stats().nodes;
        let grows = |n: &u32| map.update(key::<T>(*n), value::<T>(0)).stats().nodes > nodes;
        let folds = |n: &u32| map.without(&key::<T>(*n)).stats().nodes < nodes;
        Numbers {
            keys,
            room: (keys..keys + 180).find(|n| !grows(n)).unwrap_or(keys),
            pushing: (keys..keys + 180).find(grows).unwrap_or(keys),
            folding: (0..keys).find(folds).unwrap_or(0),
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

/// A version in which most is different: of each three keys one is gone, two have new values, and
/// one is new.
fn cousin<T: Types>(map: &Map<T>, at: Numbers) -> Map<T> {
    let mut other = map.clone();
    for n in 0..at.keys {
        if n % 3 == 0 {
            other.remove(&key::<T>(n));
            other.insert(key::<T>(at.keys + n), value::<T>(3));
        } else {
            other.insert(key::<T>(n), value::<T>(1));
        }
    }
    other
}

/// So many random operations, each checked.
fn works_on<T: Types>(map: &mut Map<T>, model: &mut Model, keys: u32, operations: u32) {
    let mut random = Random(operations.into());
    for _ in 0..operations {
        let (n, v) = (random.below(keys + keys / 2), random.below(100));
        let place = &mut model[n as usize];
        let expected = *place;
        let found = match random.below(4) {
            0 => {
                *place = Some(v);
                map.insert(key::<T>(n), value::<T>(v)).map(|v| v.number())
            }
            1 => {
                *place = None;
                map.remove(&key::<T>(n)).map(|v| v.number())
            }
            2 => {
                let found = map.get(&key::<T>(n)).map(Probe::number);
                *map = map.update(key::<T>(n), value::<T>(v));
                *place = Some(v);
                found
            }
            _ => map.get_mut(&key::<T>(n)).map(|value| value.number()),
        };
        assert_eq!(found, expected);
    }
    map.validate().expect("a valid map");
    assert_eq!(contents::<T>(map), *model);
}

/// What `run` makes of a map.
fn outcome<T: Types>(run: Run<T>, at: Numbers) -> Model {
    let mut map = fresh::<T>(at.keys);
    run(&mut map, at);
    contents::<T>(&map)
}

/// Does `run`, which is to make `after` of a map, with `point` panicking at its n-th passage. Returns
/// whether it came to that.
fn case<T: Types>(
    run: Run<T>,
    after: &Model,
    at: Numbers,
    shared: bool,
    point: Point,
    n: usize,
) -> bool {
    probes::reset();
    let mut map = fresh::<T>(at.keys);
    let before = contents::<T>(&map);
    let mut others = Vec::new();
    if shared {
        others.push((map.clone(), before.clone()));
        let mut changed = before.clone();
        changed[1] = Some(5);
        others.push((map.update(key::<T>(1), value::<T>(5)), changed));
    }

    probes::arm(point, u32::try_from(n).expect("few"));
    let result = catch_unwind(AssertUnwindSafe(|| run(&mut map, at)));
    let fired = probes::disarm();
    // Where a chunk is refused the pool may find room in what it has.
    let may_go_on = point == Point::Memory && !cfg!(hamt_nopool);
    let panicked = result.is_err();
    assert!(
        panicked == fired || (fired && may_go_on),
        "panics are passed on, and there are no others"
    );
    drop(result);

    map.validate().expect("a valid map");
    let mut now = contents::<T>(&map);
    if !panicked {
        assert_eq!(now, *after);
    }
    for (n, it) in now.iter().enumerate() {
        assert!(*it == before[n] || *it == after[n], "{n} has become {it:?}");
    }
    for (other, model) in &others {
        assert_eq!(contents::<T>(other), *model, "another version changed");
    }
    let operations = if at.keys == WIDE { 20 } else { 100 };
    works_on::<T>(&mut map, &mut now, at.keys, operations);
    for (other, model) in &mut others {
        works_on::<T>(other, model, at.keys, operations / 5);
    }
    assert_eq!(contents::<T>(&map), now, "a version changed with another");
    drop((map, others));
    // The compiler forgets a function's return value if dropping an argument panics after it is
    // made (rust-lang/rust#47949): an `insert` or `remove` may so lose what it was to return.
    let drops = matches!(point, Point::DropKey | Point::DropValue);
    probes::assert_balanced_but(if fired && drops { 2 } else { 0 });
    fired
}

/// Does `run` with each of `points` panicking at each `step`-th passage up to [`CALLS`]. Returns the last at which each
/// panicked.
fn all_cases<T: Types>(
    name: &str,
    run: Run<T>,
    at: Numbers,
    points: &[Point],
    step: usize,
) -> BTreeMap<Point, usize> {
    let after = outcome::<T>(run, at);
    let mut panics = BTreeMap::new();
    for shared in [false, true] {
        for &point in points {
            let went_off = |n: &usize| {
                let case = || case::<T>(run, &after, at, shared, point, *n);
                catch_unwind(AssertUnwindSafe(case)).unwrap_or_else(|_| {
                    let keys = at.keys;
                    panic!("{name}, {keys} keys, shared: {shared}, {point:?} panicking at call {n}")
                })
            };
            let last = calls(step).take_while(went_off).last().unwrap_or(0);
            let most = panics.entry(point).or_default();
            *most = last.max(*most);
        }
    }
    panics
}

/// All operations on a small map, with all points of which `points` says that the types have them.
fn small<T: Types>(points: impl Fn(&Point) -> bool, harmless: &[&str]) {
    let at = Numbers::find::<T>(KEYS);
    let points: Vec<_> = Point::ALL.into_iter().filter(points).collect();
    let mut fired = BTreeSet::new();
    let of_many = actions::of_many::<T>()
        .into_iter()
        .map(|(name, _, run)| (name, run));
    for (name, run) in actions::of_few::<T>().into_iter().chain(of_many) {
        let panics = all_cases::<T>(name, run, at, &points, 1);
        fired.extend(panics.iter().filter(|it| *it.1 > 0).map(|it| *it.0));
        assert!(
            panics.values().any(|&n| n > 0) || harmless.contains(&name),
            "nothing ever panicked in {name}"
        );
    }
    let missed: Vec<_> = points.iter().filter(|it| !fired.contains(it)).collect();
    assert!(missed.is_empty(), "{missed:?} never panicked");
}

/// Operations on many entries on a map with so many that the largest n comes up.
fn wide<T: Types>(points: impl Fn(&Point) -> bool) {
    wide_by::<T>(points, 1);
}

/// The same of hashes and kinds of entries that [`wide`] has, but not together: at each seventh n, or where memory is
/// refused, at every one.
fn wide_sampled<T: Types>(points: impl Fn(&Point) -> bool) {
    wide_by::<T>(points, if cfg!(hamt_refusals) { 1 } else { 7 });
}

fn wide_by<T: Types>(points: impl Fn(&Point) -> bool, step: usize) {
    let at = Numbers::find::<T>(WIDE);
    // Where memory is refused, that alone: the rest needs no such allocator. (A hasher is made right before each hash.)
    let points: Vec<_> = Point::ALL
        .into_iter()
        .filter(|it| points(it) && (*it == Point::Memory || !cfg!(hamt_refusals)))
        .filter(|it| *it != Point::BuildHasher)
        .collect();
    for (name, often, run) in actions::of_many::<T>() {
        let panics = all_cases::<T>(name, run, at, &points, step);
        // With the pool only chunks are requested.
        let counts = |it: &&Point| **it != Point::Memory || cfg!(hamt_nopool);
        for point in often.iter().filter(|it| points.contains(it)).filter(counts) {
            let last = calls(step).last().expect("one at least");
            assert_eq!(panics[point], last, "panics of {point:?} in {name}");
        }
    }
}

/// Whether the types have `point`.
fn there_is<K, V>(point: &Point) -> bool {
    match point {
        Point::Memory => cfg!(hamt_refusals),
        Point::DropKey => std::mem::needs_drop::<K>(),
        Point::DropValue => std::mem::needs_drop::<V>(),
        _ => true,
    }
}

macro_rules! tests {
    ($($name:ident: $size:ident, $key:ty => $value:ty, $dial:expr $(, harmless: $harmless:expr)?;)*) => {$(
        #[test]
        fn $name() {
            $dial.with(|| $size::<Of<$key, $value>>(there_is::<$key, $value> $(, &$harmless)?));
        }
    )*};
}

tests! {
    counted_good: small, Key => Value, Dial::GOOD, harmless: [];
    counted_four: small, Key => Value, Dial::FOUR, harmless: [];
    counted_constant: small, Key => Value, Dial::CONSTANT, harmless: [];
    counted_key_four: small, Key => PlainValue, Dial::FOUR, harmless: [];
    counted_value_four: small, PlainKey => Value, Dial::FOUR, harmless: [];
    inline_good: small, PlainKey => PlainValue, Dial::GOOD, harmless: ["drop", "clear", "drain, half"];
    inline_four: small, PlainKey => PlainValue, Dial::FOUR, harmless: ["drop", "clear", "drain, half"];
    inline_constant: small, PlainKey => PlainValue, Dial::CONSTANT, harmless: ["drop", "clear", "drain, half"];
    wide_counted_good: wide_sampled, Key => Value, Dial::GOOD;
    wide_counted_four: wide, Key => Value, Dial::FOUR;
    wide_inline_good: wide, PlainKey => PlainValue, Dial::GOOD;
    wide_inline_four: wide_sampled, PlainKey => PlainValue, Dial::FOUR;
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
