//! Maps built from many entries at once: equal in contents and shape to those built one by one.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use hamt::Hamt;

use crate::hashers::Dial;
use crate::probes::{self, Fused, Key, PlainKey, PlainValue, Point, Probe, Random, Value, pass};

/// An iterator whose size hint is what it is told.
struct Hinted<I>(I, (usize, Option<usize>));

impl<I: Iterator> Iterator for Hinted<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.1
    }
}

fn one_by_one<K: Eq + Hash + Clone, V: Clone, S: BuildHasher + Default>(
    entries: &[(K, V)],
) -> Hamt<K, V, S> {
    let mut map = Hamt::default();
    for (key, value) in entries.iter().cloned() {
        map.insert(key, value);
    }
    map
}

/// Both maps hold the same entries, in arrays of the same sizes.
#[track_caller]
fn assert_same<K, V, S>(bulk: &Hamt<K, V, S>, single: &Hamt<K, V, S>)
where
    K: Eq + Hash + Debug,
    V: PartialEq + Debug,
    S: BuildHasher,
{
    bulk.validate().expect("a valid map");
    assert_eq!(bulk.len(), single.len());
    assert!(bulk == single, "the entries differ");
    let (bulk, single) = (bulk.stats(), single.stats());
    assert_eq!(bulk.nodes_by_depth, single.nodes_by_depth);
    assert_eq!(bulk.entries_by_depth, single.entries_by_depth);
    assert_eq!(bulk.nodes_by_fill, single.nodes_by_fill);
    assert_eq!(bulk.collision_nodes, single.collision_nodes);
    assert_eq!(bulk.collision_entries, single.collision_entries);
    assert_eq!(bulk.live_bytes(), single.live_bytes());
}

/// Entries as an iterator that promises `hint`. One type for all, so that little is compiled.
fn hinted<'a, K: Clone, V: Clone>(
    entries: &'a [(K, V)],
    hint: (usize, Option<usize>),
) -> Hinted<Box<dyn Iterator<Item = (K, V)> + 'a>> {
    Hinted(Box::new(entries.iter().cloned()), hint)
}

fn build_both<K: Eq + Hash + Clone + Debug, V: Clone + PartialEq + Debug>(entries: &[(K, V)]) {
    let single: Hamt<K, V, Dial> = one_by_one(entries);
    let exact = (entries.len(), Some(entries.len()));
    let none = (0, None);
    let too_many = (100_000, None);
    let too_few = (0, Some(0));
    for hint in [exact, none, too_many, too_few] {
        let bulk: Hamt<K, V, Dial> = hinted(entries, hint).collect();
        assert_same(&bulk, &single);
    }
    // The first half is there already.
    let (before, after) = entries.split_at(entries.len() / 2);
    let mut extended: Hamt<K, V, Dial> = one_by_one(before);
    let shared = extended.clone();
    extended.extend(hinted(after, exact));
    extended.validate().expect("a valid map");
    assert!(extended == single);
    assert_eq!(extended.stats().nodes, single.stats().nodes);
    assert!(shared == one_by_one::<K, V, Dial>(before));
}

/// `n` keys below `limit`, each with its place as value.
fn numbers(n: u32, limit: u32) -> Vec<(u32, u32)> {
    let mut random = Random(u64::from(n) << 32 | u64::from(limit));
    (0..n).map(|place| (random.below(limit), place)).collect()
}

fn texts(numbers: &[(u32, u32)]) -> Vec<(String, u32)> {
    numbers
        .iter()
        .map(|&(key, value)| (key.to_string(), value))
        .collect()
}

#[test]
fn shapes_are_those_of_insertion() {
    for dial in Dial::ALL {
        dial.with(|| {
            for n in (0..70).chain([100, 300, 1000]) {
                for limit in [u32::MAX, 2 * n + 1, n / 4 + 1] {
                    let entries = numbers(n, limit);
                    build_both(&entries);
                    build_both(&texts(&entries));
                }
            }
        });
    }
}

#[test]
fn large_ones_too() {
    for n in [5_000, 32_767, 32_768, 32_769, 100_000] {
        for limit in [u32::MAX, n] {
            let entries = numbers(n, limit);
            Dial::GOOD.with(|| build_both(&entries));
            Dial::LOW_HALF.with(|| build_both(&texts(&entries)));
        }
    }
    // A few hashes for many entries: at the top, all on the way down, and at the bottom.
    for dial in [
        Dial::FOUR,
        Dial::FOUR_AT_THE_BOTTOM,
        Dial::EIGHT_IN_THE_MIDDLE,
    ] {
        let entries = numbers(3_000, u32::MAX);
        dial.with(|| build_both(&entries));
        let repeats: Vec<_> = numbers(60_000, 40).into_iter().collect();
        dial.with(|| build_both(&repeats));
        dial.with(|| build_both(&texts(&repeats)));
    }
}

/// Keys that are equal whatever their second part, to tell which of them stays.
#[derive(Clone, Debug)]
struct First(u32, u32);

impl PartialEq for First {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for First {}

impl Hash for First {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// As in `std`: the first key stays, the last value wins, for rare and for frequent repeats.
#[test]
fn first_keys_and_last_values_stay() {
    for n in [3, 20, 500, 5_000, 50_000, 200_000] {
        for limit in [5, n / 8 + 1, n] {
            for dial in [Dial::GOOD, Dial::EIGHT_IN_THE_MIDDLE] {
                let (n, limit) = if dial.is_good() {
                    (n, limit)
                } else {
                    (n.min(500), limit)
                };
                let mut random = Random(7);
                let entries: Vec<_> = (0..n)
                    .map(|place| (First(random.below(limit), place), place))
                    .collect();
                let model: HashMap<First, u32> = entries.iter().cloned().collect();
                let map: Hamt<First, u32, Dial> = dial.with(|| entries.iter().cloned().collect());
                map.validate().expect("a valid map");
                assert_eq!(map.len(), model.len());
                for (key, value) in &map {
                    let (kept, last) = model.get_key_value(key).expect("the key");
                    assert_eq!((key.1, *value), (kept.1, *last));
                }
            }
        }
    }
}

#[test]
fn entries_of_all_sizes() {
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    #[repr(align(64))]
    struct Wide(u32);

    for n in [1, 2, 3, 10, 40, 500] {
        let numbers = numbers(n, n);
        let keys = || numbers.iter().map(|&(key, _)| key);
        build_both(&keys().map(|_| ((), ())).collect::<Vec<_>>());
        build_both(&keys().map(|_| ((), 7u64)).collect::<Vec<_>>());
        build_both(
            &keys()
                .map(|key| (key.to_le_bytes()[0], ()))
                .collect::<Vec<_>>(),
        );
        build_both(
            &keys()
                .map(|key| ([key.to_le_bytes()[0]; 3], key.to_le_bytes()[1]))
                .collect::<Vec<_>>(),
        );
        build_both(&keys().map(|key| (key, [key; 2])).collect::<Vec<_>>());
        build_both(&keys().map(|key| (key, [key; 9])).collect::<Vec<_>>());
        build_both(&keys().map(|key| (Wide(key), key)).collect::<Vec<_>>());
        build_both(&keys().map(|key| (key, Wide(key))).collect::<Vec<_>>());
        build_both(&keys().map(|key| (key, vec![key])).collect::<Vec<_>>());
    }
}

#[test]
fn iterators_that_end_and_go_on() {
    let mut asked = 0;
    let entries = std::iter::from_fn(|| {
        asked += 1;
        (asked % 40 != 0).then_some((asked, asked))
    });
    let map: Hamt<u32, u32> = entries.collect();
    assert_eq!((map.len(), asked), (39, 40));
}

/// A map that was told to drop its entries promptly goes on doing so.
#[test]
fn extending_keeps_a_map_prompt() {
    let mut map: Hamt<u32, u32> = Hamt::new().with_prompt_drop();
    map.extend((0..1000).map(|n| (n, n)));
    assert_eq!(map.len(), 1000);
    assert!(map.drops_promptly());
    let mut lazy: Hamt<u32, u32> = Hamt::new();
    lazy.extend(map);
    assert!(!lazy.drops_promptly());
}

type Model = BTreeMap<u32, u32>;

/// Builds and extends with `point` panicking at its n-th passage, for every n that comes up.
fn panics<K: Probe + Eq + Hash, V: Probe>(dial: Dial, points: &[Point]) {
    let entries = || {
        (0..60u32).map(|n| {
            pass(Point::Next);
            (K::of(n * 7 % 40), V::of(n))
        })
    };
    let mut fired = 0;
    for &point in points {
        for n in 1.. {
            probes::reset();
            let mut map: Hamt<K, V, Fused<Dial>> = Hamt::with_hasher(dial.with(Fused::default));
            probes::arm(point, n);
            let result = catch_unwind(AssertUnwindSafe(|| map.extend(entries())));
            let went_off = probes::disarm();
            assert_eq!(result.is_err(), went_off);
            drop(result);
            map.validate().expect("a valid map");
            let contents: Model = map.iter().map(|(k, v)| (k.number(), v.number())).collect();
            assert_eq!(contents.len(), map.len());
            if !went_off {
                let model: Model = (0..60).map(|n| (n * 7 % 40, n)).collect();
                assert_eq!(contents, model);
            }
            map.insert(K::of(100), V::of(1));
            assert!(map.contains_key(&K::of(100)));
            drop(map);
            probes::assert_balanced();
            if !went_off {
                break;
            }
            fired += 1;
        }
    }
    assert!(
        fired > 60 * points.len() / 2,
        "the fuse went off {fired} times"
    );
}

#[test]
fn panics_lose_nothing() {
    let code = [Point::Hash, Point::Eq, Point::Next, Point::BuildHasher];
    for dial in [
        Dial::GOOD,
        Dial::FOUR,
        Dial::EIGHT_IN_THE_MIDDLE,
        Dial::CONSTANT,
    ] {
        panics::<Key, Value>(
            dial,
            &[&code[..], &[Point::DropKey, Point::DropValue]].concat(),
        );
        panics::<PlainKey, Value>(dial, &[&code[..], &[Point::DropValue]].concat());
        panics::<Key, PlainValue>(dial, &[&code[..], &[Point::DropKey]].concat());
        panics::<PlainKey, PlainValue>(dial, &code);
    }
}

/// Nothing is cloned on the way into a map.
#[test]
fn nothing_is_cloned() {
    probes::reset();
    for n in [10, 100, 5_000, 40_000] {
        let entries = (0..n).map(|n| (Key::of(n * 3 / 4), Value::of(n)));
        let map: Hamt<Key, Value> = entries.collect();
        assert_eq!(probes::alive(), 2 * map.len());
        drop(map);
        assert_eq!(probes::clones(), 0);
        probes::assert_balanced();
    }
}

/// A key whose `Hash` and `Eq` say what comes to their mind.
#[derive(Clone, Debug)]
struct Liar(#[expect(dead_code, reason = "gives the key drop glue")] Key);

thread_local! {
    static MIND: std::cell::RefCell<Random> = const { std::cell::RefCell::new(Random(3)) };
}

fn think(limit: u32) -> u32 {
    MIND.with_borrow_mut(|random| random.below(limit))
}

impl PartialEq for Liar {
    fn eq(&self, _: &Self) -> bool {
        think(3) == 0
    }
}

impl Eq for Liar {}

impl Hash for Liar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        think(50).hash(state);
    }
}

#[test]
fn liars_lose_nothing() {
    probes::reset();
    for dial in Dial::ALL {
        for n in [10, 60, 400, 40_000] {
            let n = if dial.is_good() { n } else { n.min(400) };
            let entries = (0..n).map(|n| (Liar(Key::of(n)), Value::of(n)));
            let map: Hamt<Liar, Value, Dial> = dial.with(|| entries.collect());
            assert_eq!(map.iter().count(), map.len());
            assert_eq!(probes::alive(), 2 * map.len());
            drop(map);
            probes::assert_balanced();
        }
    }
}
