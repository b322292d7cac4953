//! `drain`, `extract_if` and `retain` where user code panics, iterators are dropped early or leaked,
//! and other versions share what is taken out: every object is dropped exactly once.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use hamt::Hamt;

use crate::hashers::Dial;
use crate::probes::{self, Key, PlainKey, PlainValue, Point, Probe, Value, pass};

const LEN: u32 = if cfg!(miri) { 12 } else { 40 };

/// Keys and values of one kind: counted with a `Drop`, or inline.
trait Types {
    type Key: Probe + Eq + core::hash::Hash;
    type Value: Probe;
    /// Changes a value in place.
    fn mark(value: &mut Self::Value);
}

struct Counted;
struct Inline;

impl Types for Counted {
    type Key = Key;
    type Value = Value;
    fn mark(value: &mut Value) {
        value.n += 1000;
    }
}

impl Types for Inline {
    type Key = PlainKey;
    type Value = PlainValue;
    fn mark(value: &mut PlainValue) {
        value.n += 1000;
    }
}

type Map<T> = Hamt<<T as Types>::Key, <T as Types>::Value, Dial>;

fn fresh<T: Types>(hasher: Dial) -> Map<T> {
    let mut map = Hamt::with_hasher(hasher);
    map.extend((0..LEN).map(|n| (T::Key::of(n), T::Value::of(n))));
    map
}

fn contents<T: Types>(map: &Map<T>) -> BTreeMap<u32, u32> {
    map.iter()
        .map(|(key, value)| (key.number(), value.number()))
        .collect()
}

fn untouched() -> BTreeMap<u32, u32> {
    (0..LEN).map(|n| (n, n)).collect()
}

fn picked(n: u32) -> bool {
    n % 3 == 0
}

/// How the map is emptied, in whole or in part.
type Action<T> = fn(&mut Map<T>);

fn actions<T: Types>() -> Vec<(&'static str, Action<T>)> {
    vec![
        ("retain", |map| {
            map.retain(|key, value| {
                pass(Point::Closure);
                T::mark(value);
                !picked(key.number())
            });
        }),
        ("extract all", |map| {
            map.extract_if(|key, value| {
                pass(Point::Closure);
                T::mark(value);
                picked(key.number())
            })
            .for_each(drop);
        }),
        ("extract some", |map| {
            let mut extracting = map.extract_if(|key, value| {
                pass(Point::Closure);
                T::mark(value);
                picked(key.number())
            });
            extracting.by_ref().take(5).for_each(drop);
        }),
        ("drain", |map| {
            map.drain().for_each(|entry| {
                pass(Point::Closure);
                drop(entry);
            });
        }),
        ("drain, half by hand", |map| {
            for entry in map.drain().take(LEN as usize / 2) {
                pass(Point::Closure);
                drop(entry);
            }
        }),
        ("drain, not at all", |map| drop(map.drain())),
    ]
}

/// Whether the map is empty as soon as the action has begun.
fn is_draining(name: &str) -> bool {
    name.starts_with("drain")
}

/// One action with the `n`-th passage of a point panicking; whether it came to that.
fn case<T: Types>(
    (name, action): (&str, Action<T>),
    hasher: Dial,
    shared: bool,
    point: Point,
    n: u32,
) -> bool {
    probes::reset();
    let mut map = fresh::<T>(hasher);
    let old = shared.then(|| (map.clone(), map.update(T::Key::of(1), T::Value::of(5))));
    probes::arm(point, n);
    let result = catch_unwind(AssertUnwindSafe(|| action(&mut map)));
    let fired = probes::disarm();
    assert_eq!(result.is_err(), fired, "{name}: panics are passed on");
    drop(result);

    map.validate().expect("a valid map");
    let now = contents::<T>(&map);
    assert_eq!(now.len(), map.len());
    if is_draining(name) {
        assert!(now.is_empty(), "{name}");
    } else {
        for n in 0..LEN {
            // Each entry is as it was, or as the predicate has left it; it is gone only if picked.
            match now.get(&n) {
                None => assert!(picked(n), "{name}: {n} is gone"),
                Some(value) => assert!([n, n + 1000].contains(value), "{name}: {n} is {value}"),
            }
        }
        if !fired && name != "extract some" {
            let marked = (0..LEN).filter(|n| !picked(*n)).map(|n| (n, n + 1000));
            assert_eq!(now, marked.collect());
        }
    }
    if let Some((old, updated)) = &old {
        assert_eq!(contents::<T>(old), untouched(), "{name}: an old version");
        let mut expected = untouched();
        expected.insert(1, 5);
        assert_eq!(contents::<T>(updated), expected);
        crate::heap::check([&map, old, updated].into_iter()).expect("exact counts");
    } else {
        crate::heap::check([&map].into_iter()).expect("exact counts");
    }
    // The map is as good as any other.
    map.insert(T::Key::of(LEN), T::Value::of(3));
    assert_eq!(map.get(&T::Key::of(LEN)).map(Probe::number), Some(3));
    map.validate().expect("a valid map");
    drop((map, old));
    probes::assert_balanced();
    fired
}

fn all_cases<T: Types>() {
    let mut fired = BTreeMap::<(&str, Point), u32>::new();
    for (name, action) in actions::<T>() {
        for hasher in Dial::ALL {
            for shared in [false, true] {
                for point in Point::ALL {
                    let mut n = 1;
                    while case::<T>((name, action), hasher, shared, point, n) {
                        *fired.entry((name, point)).or_default() += 1;
                        n += 1;
                    }
                }
            }
        }
    }
    let came_to = |name, point| fired.contains_key(&(name, point));
    for name in ["retain", "extract all", "extract some", "drain"] {
        assert!(came_to(name, Point::Closure), "{name}");
        assert!(came_to(name, Point::CloneKey), "{name}");
        // Entries are found again by where they stand.
        assert!(
            !came_to(name, Point::Hash) && !came_to(name, Point::Eq),
            "{name}"
        );
    }
    assert!(!came_to("drain, not at all", Point::CloneKey));
}

#[test]
fn panics_lose_nothing_counted() {
    all_cases::<Counted>();
}

#[test]
fn panics_lose_nothing_inline() {
    all_cases::<Inline>();
}

/// The entry that the predicate panics on stays, those picked before are gone, and the iterator goes
/// on behind it.
#[test]
fn an_extraction_goes_on_after_a_panic() {
    for hasher in Dial::ALL {
        let mut map = fresh::<Inline>(hasher);
        let mut asked = Vec::new();
        let mut extracting = map.extract_if(|key, _| {
            asked.push(key.n);
            assert!(asked.len() != 10, "the tenth");
            asked.len() > 7
        });
        let mut next = || catch_unwind(AssertUnwindSafe(|| extracting.next()));
        let mut out = Vec::new();
        let mut panics = 0;
        loop {
            match next() {
                Ok(Some((key, _))) => out.push(key.n),
                Ok(None) => break,
                Err(_) => panics += 1,
            }
        }
        drop(extracting);
        assert_eq!((panics, asked.len()), (1, LEN as usize));
        let stay = asked[..7].iter().chain([&asked[9]]).copied();
        assert_eq!(
            map.keys().map(|key| key.n).collect::<BTreeSet<_>>(),
            stay.collect()
        );
        assert_eq!(out.len(), LEN as usize - 8);
    }
}

// Without the pool, sanitizers watch for leaks.
#[cfg(not(any(hamt_nopool, miri)))]
#[test]
fn a_leaked_drain_leaves_an_empty_map() {
    probes::reset();
    let mut map = fresh::<Counted>(Dial::GOOD);
    let mut draining = map.drain();
    drop(draining.next());
    std::mem::forget(draining);
    assert!(map.is_empty() && map.validate().is_ok());
    map.insert(Key::of(1), Value::of(1));
    assert_eq!(map.len(), 1);
    drop(map);
    assert_eq!(probes::alive(), 2 * (LEN as usize - 1));
}

#[cfg(not(any(hamt_nopool, miri)))]
#[test]
fn a_leaked_extraction_keeps_the_rest() {
    for hasher in Dial::ALL {
        probes::reset();
        let mut map = fresh::<Counted>(hasher);
        let held = Box::new(true);
        let mut extracting = map.extract_if(move |_, _| *held);
        let out = extracting.next().expect("there are entries");
        std::mem::forget(extracting);
        assert_eq!(map.len(), LEN as usize - 1);
        assert!(!map.contains_key(&out.0));
        map.validate().expect("a valid map");
        drop((map, out));
        probes::assert_balanced();
    }
}

/// What is drained, and what is not, is dropped as it comes and at the end.
#[test]
fn drains_drop_at_once() {
    for hasher in Dial::ALL {
        probes::reset();
        let mut map = fresh::<Counted>(hasher);
        let all = 2 * LEN as usize;
        assert_eq!(probes::alive(), all);
        let mut draining = map.drain();
        drop(draining.next());
        assert_eq!(probes::alive(), all - 2);
        assert_eq!(
            format!("{draining:?}").matches("Key").count(),
            draining.len()
        );
        drop(draining);
        assert_eq!((probes::alive(), probes::clones(), map.len()), (0, 0, 0));

        let mut map = fresh::<Counted>(hasher);
        map.retain(|key, _| key.n < 10);
        assert_eq!((probes::alive(), probes::clones()), (20, 0));
        map.extract_if(|key, _| key.n < 5).for_each(drop);
        assert_eq!((probes::alive(), probes::clones()), (10, 0));
    }
}

/// A prompt map stays so when it is drained.
#[test]
fn drained_maps_drop_as_promptly_as_before() {
    let mut map = Hamt::new().with_prompt_drop().update(1, "one");
    map.drain().for_each(drop);
    assert!(map.drops_promptly());
    let mut map = Hamt::from([(1, "one")]);
    drop(map.drain());
    assert!(!map.drops_promptly());
}

/// Removal folds children back while the walk stands in them: any set of picks finds all entries.
#[test]
fn any_picks_visit_each_entry_once() {
    for hasher in Dial::ALL {
        let mut random = probes::Random(7);
        for len in (0..40).chain([200, 1000]) {
            for chance in [1, 2, 5, 9, 10] {
                let mut map: Hamt<u32, u32, Dial> = Hamt::with_hasher(hasher);
                map.extend((0..len).map(|n| (n, 0)));
                let old = (random.below(2) == 0).then(|| map.clone());
                let mut kept = 0;
                let extracted = map
                    .extract_if(|_, visits| {
                        *visits += 1;
                        let picked = random.below(10) < chance;
                        kept += usize::from(!picked);
                        picked
                    })
                    .inspect(|(_, visits)| assert_eq!(*visits, 1))
                    .count();
                assert_eq!((map.len(), extracted + kept), (kept, len as usize));
                assert!(map.values().all(|visits| *visits == 1));
                assert!(old.is_none_or(|old| old.values().all(|visits| *visits == 0)));
                map.validate().expect("a valid map");
            }
        }
    }
}
