//! Every public method and trait implementation beside std's `HashMap`, where `model` does not go.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};

use hamt::{Entry, Hamt};
use proptest::prelude::*;

use crate::hashers::{Dial, Good};
use crate::probes::Random;

type Std = HashMap<String, u32>;

fn key(n: u8) -> String {
    format!("k{n}")
}

fn both<S: BuildHasher + Default>(numbers: &[(u8, u32)]) -> (Hamt<String, u32, S>, Std) {
    let entries = || numbers.iter().map(|(k, v)| (key(*k), *v));
    (entries().collect(), entries().collect())
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort_unstable();
    items
}

/// Everything that reads, against std.
fn reads_alike<S: BuildHasher + Clone + Default>(map: &Hamt<String, u32, S>, std: &Std) {
    for n in 0..=255 {
        let (owned, n) = (key(n), key(n));
        let text: &str = &n;
        assert_eq!(map.get(text), std.get(text));
        assert_eq!(map.get(&owned), std.get(&owned));
        assert_eq!(map.get_key_value(text), std.get_key_value(text));
        assert_eq!(map.contains_key(text), std.contains_key(text));
        if std.contains_key(text) {
            assert_eq!((map[text], map[&owned]), (std[text], std[text]));
        }
    }
    assert_eq!((map.len(), map.is_empty()), (std.len(), std.is_empty()));
    assert_eq!(sorted(map.keys()), sorted(std.keys()));
    assert_eq!(sorted(map.values()), sorted(std.values()));
    assert_eq!(sorted(map.iter()), sorted(std.iter()));
    assert_eq!(sorted(map), sorted(std));
    assert_eq!(sorted(map.clone()), sorted(std.clone()));
    assert_eq!(
        sorted(map.clone().into_keys()),
        sorted(std.clone().into_keys())
    );
    assert_eq!(
        sorted(map.clone().into_values()),
        sorted(std.clone().into_values())
    );
    assert_eq!(
        sorted(map.clone().iter_mut()),
        sorted(std.clone().iter_mut())
    );
    assert_eq!(
        sorted(map.clone().values_mut()),
        sorted(std.clone().values_mut())
    );
    // One order for all iterators, and for maps of equal contents under one hasher.
    let order: Vec<_> = map
        .iter()
        .map(|(key, value)| (key.clone(), *value))
        .collect();
    assert!(map.keys().eq(order.iter().map(|(key, _)| key)));
    assert!(map.values().eq(order.iter().map(|(_, value)| value)));
    assert!(map.clone().into_iter().eq(order.iter().cloned()));
    assert!(map.clone().iter_mut().map(|(key, _)| key).eq(map.keys()));
}

/// An iterator's length is exact at every step, it is fused, and `count` agrees.
fn exact<I: ExactSizeIterator>(iter: impl Fn() -> I, len: usize) {
    let mut rest = iter();
    for left in (0..len).rev() {
        assert_eq!(
            (rest.len(), rest.size_hint()),
            (left + 1, (left + 1, Some(left + 1)))
        );
        assert!(rest.next().is_some());
    }
    assert_eq!(rest.len(), 0);
    assert!((0..3).all(|_| rest.next().is_none()));
    let half = len / 2;
    let mut rest = iter();
    assert_eq!(rest.by_ref().take(half).fold(0, |n, _| n + 1), half);
    assert_eq!(rest.count(), len - half);
    assert_eq!(iter().count(), len);
    assert_eq!(iter().last().is_some(), len > 0);
    assert!(iter().nth(len).is_none());
}

fn iterates_exactly<S: BuildHasher + Clone + Default>(map: &Hamt<String, u32, S>) {
    let len = map.len();
    exact(|| map.iter(), len);
    exact(|| map.keys(), len);
    exact(|| map.values(), len);
    exact(|| map.clone().into_iter(), len);
    exact(|| map.clone().into_keys(), len);
    exact(|| map.clone().into_values(), len);
    let mut copy = map.clone();
    for taken in [0, len / 2, len] {
        let mut rest = copy.iter_mut();
        assert_eq!(rest.by_ref().take(taken).fold(0, |n, _| n + 1), taken);
        assert_eq!(
            (rest.len(), format!("{rest:?}").matches(':').count()),
            (len - taken, 0)
        );
        let mut rest = copy.values_mut();
        assert_eq!(rest.by_ref().take(taken).fold(0, |n, _| n + 1), taken);
        assert_eq!((rest.len(), rest.count()), (len - taken, len - taken));
    }
}

/// The entry API's every method, against std's.
fn entries_alike<S: BuildHasher>(map: &mut Hamt<String, u32, S>, std: &mut Std, n: u8, how: u32) {
    use std::collections::hash_map::Entry as StdEntry;
    let v = u32::from(n) + how;
    match how % 12 {
        0 => assert_eq!(
            map.entry(key(n)).or_insert(v),
            std.entry(key(n)).or_insert(v)
        ),
        1 => assert_eq!(
            map.entry(key(n)).or_insert_with(|| v),
            std.entry(key(n)).or_insert_with(|| v)
        ),
        2 => {
            let len = |key: &String| u32::try_from(key.len()).expect("short");
            assert_eq!(
                map.entry(key(n)).or_insert_with_key(len),
                std.entry(key(n)).or_insert_with_key(len)
            );
        }
        3 => assert_eq!(
            map.entry(key(n)).or_default(),
            std.entry(key(n)).or_default()
        ),
        4 => assert_eq!(map.entry(key(n)).key(), std.entry(key(n)).key()),
        5 => {
            let change = |value: &mut u32| *value += 1;
            assert_eq!(
                map.entry(key(n)).and_modify(change).or_insert(0),
                std.entry(key(n)).and_modify(change).or_insert(0)
            );
        }
        6 => {
            let mut ours = map.entry(key(n)).insert_entry(v);
            let mut theirs = std.entry(key(n)).insert_entry(v);
            assert_eq!((ours.key(), ours.get()), (theirs.key(), theirs.get()));
            *ours.get_mut() += 1;
            *theirs.get_mut() += 1;
        }
        how => match (map.entry(key(n)), std.entry(key(n))) {
            (Entry::Occupied(mut ours), StdEntry::Occupied(mut theirs)) => {
                assert_eq!((ours.key(), ours.get()), (theirs.key(), theirs.get()));
                assert_eq!(format!("{ours:?}").replace("..", ""), format!("{ours:?}"));
                match how {
                    7 => assert_eq!(ours.insert(v), theirs.insert(v)),
                    8 => assert_eq!(ours.remove(), theirs.remove()),
                    9 => assert_eq!(ours.remove_entry(), theirs.remove_entry()),
                    10 => {
                        *ours.get_mut() = v;
                        *theirs.get_mut() = v;
                    }
                    _ => {
                        *ours.into_mut() = v + 1;
                        *theirs.into_mut() = v + 1;
                    }
                }
            }
            (Entry::Vacant(ours), StdEntry::Vacant(theirs)) => {
                assert_eq!(
                    (ours.key(), format!("{ours:?}")),
                    (theirs.key(), format!("{theirs:?}"))
                );
                match how {
                    7 | 8 => assert_eq!(ours.insert(v), theirs.insert(v)),
                    9 => assert_eq!(ours.into_key(), theirs.into_key()),
                    10 => assert_eq!(ours.insert_entry(v).remove(), v),
                    _ => {
                        let (mut ours, mut theirs) = (ours.insert_entry(v), theirs.insert_entry(v));
                        assert_eq!(ours.insert(v + 1), theirs.insert(v + 1));
                    }
                }
            }
            (ours, theirs) => panic!("{ours:?} is not {theirs:?}"),
        },
    }
}

fn run<S: BuildHasher + Clone + Default>(numbers: &[(u8, u32)], steps: &[(u8, u32)]) {
    let (mut map, mut std) = both::<S>(numbers);
    reads_alike(&map, &std);
    iterates_exactly(&map);
    let snapshot = (map.clone(), std.clone());
    let mut reading = snapshot.0.iter();
    let mut taking = map.clone().into_iter();
    let mut seen = Vec::new();
    for (n, how) in steps {
        entries_alike(&mut map, &mut std, *n, *how);
        // Iterators over a clone see the clone's contents, whatever becomes of the original.
        let read = reading.next().map(|(key, value)| (key.clone(), *value));
        assert_eq!(taking.next(), read);
        seen.extend(read);
    }
    map.validate().expect("a valid map");
    reads_alike(&map, &std);
    seen.extend(reading.map(|(key, value)| (key.clone(), *value)));
    assert_eq!(sorted(seen), sorted(snapshot.1.clone()));
    reads_alike(&snapshot.0, &snapshot.1);
    // Equality does not depend on the hasher's state, nor on history.
    let (other, _) = both::<S>(
        &std.iter()
            .map(|(k, v)| (k[1..].parse().expect("n"), *v))
            .collect::<Vec<_>>(),
    );
    assert_eq!([map == other, other == map], [true; 2]);
    if let Some(key) = std.keys().next() {
        assert!(map != other.update(key.clone(), u32::MAX) && map != other.without(key));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 24 }))]
    #[test]
    fn like_std(
        numbers in prop::collection::vec((any::<u8>(), 0..1000u32), 0..60),
        steps in prop::collection::vec((0..80u8, 0..1000u32), 0..60),
    ) {
        for dial in Dial::ALL {
            dial.with(|| run::<Dial>(&numbers, &steps));
        }
        run::<RandomState>(&numbers, &steps);
    }
}

/// Maps with differently seeded hashers of one type are equal if their entries are.
#[test]
fn equality_across_seeds() {
    let mut random = Random(1);
    let entries: Vec<_> = (0..200)
        .map(|_| (random.below(300), random.below(9)))
        .collect();
    let mut a = Hamt::with_hasher(RandomState::new());
    let mut b = Hamt::with_hasher(RandomState::new());
    a.extend(entries.iter().copied());
    b.extend(a.iter().map(|(key, value)| (*key, *value)));
    assert!(a == b && !a.ptr_eq(&b));
    b.insert(entries[0].0, 100);
    assert!(a != b && a.len() == b.len());
    b.remove(&entries[0].0);
    assert_eq!([a == b, b == a], [false; 2]);
    let nan = Hamt::from([(1, f64::NAN)]);
    assert!(nan.clone() != Hamt::from([(1, f64::NAN)]));
}

/// Which of two equal keys stays.
#[test]
fn the_first_key_stays() {
    /// Equal whatever its mark.
    #[derive(Clone, Copy, Debug)]
    struct Marked(u8, char);
    impl PartialEq for Marked {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Marked {}
    impl std::hash::Hash for Marked {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    fn test<V: Clone + Default + Debug>() {
        let mark = |map: &Hamt<Marked, V>| map.keys().next().expect("one").1;
        let mut map: Hamt<Marked, V> = Hamt::from([(Marked(1, 'a'), V::default())]);
        map.insert(Marked(1, 'b'), V::default());
        map = map.update(Marked(1, 'c'), V::default());
        map.extend([(Marked(1, 'd'), V::default())]);
        map.entry(Marked(1, 'e')).or_default();
        let occupied = map.entry(Marked(1, 'f')).insert_entry(V::default());
        assert_eq!(occupied.key().1, 'a');
        assert_eq!((map.len(), mark(&map)), (1, 'a'));
        assert_eq!(map.get_key_value(&Marked(1, 'z')).expect("one").0.1, 'a');
        assert_eq!(map.remove_entry(&Marked(1, 'z')).expect("one").0.1, 'a');
        let vacant = map.entry(Marked(1, 'g')).insert_entry(V::default());
        assert_eq!(vacant.key().1, 'g');
        let twice = [
            (Marked(1, 'h'), V::default()),
            (Marked(1, 'i'), V::default()),
        ];
        assert_eq!(mark(&Hamt::from(twice)), 'h');
    }
    test::<u8>();
    test::<String>();
}

#[test]
fn index_panics_with_a_message() {
    let map = Hamt::from([(1, 'a')]);
    assert_eq!(map[&1], 'a');
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let missing = catch_unwind(AssertUnwindSafe(|| map[&2]));
    std::panic::set_hook(quiet);
    let panic = missing.expect_err("the key is absent");
    let message = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
    assert!(message.expect("a text").contains("no entry found for key"));
}

/// The texts are those of std; of maps, of one entry, as the order is anybody's.
#[test]
fn debug_is_like_std() {
    let (map, std) = both::<Good>(&[(1, 2)]);
    assert_eq!(format!("{map:?}"), format!("{std:?}"));
    assert_eq!(format!("{map:#?}"), format!("{std:#?}"));
    assert_eq!(format!("{:?}", map.iter()), format!("{:?}", std.iter()));
    assert_eq!(format!("{:?}", map.keys()), format!("{:?}", std.keys()));
    assert_eq!(format!("{:?}", map.values()), format!("{:?}", std.values()));
    let (mut m, mut s) = (map.clone(), std.clone());
    assert_eq!(format!("{:?}", m.iter_mut()), format!("{:?}", s.iter_mut()));
    assert_eq!(
        format!("{:?}", m.values_mut()),
        format!("{:?}", s.values_mut())
    );
    assert_eq!(
        format!("{:?}", m.clone().into_iter()),
        format!("{:?}", s.clone().into_iter())
    );
    assert_eq!(
        format!("{:?}", m.clone().into_keys()),
        format!("{:?}", s.clone().into_keys())
    );
    assert_eq!(
        format!("{:?}", m.clone().into_values()),
        format!("{:?}", s.clone().into_values())
    );
    assert_eq!(
        format!("{:?}", m.entry(key(3))),
        format!("{:?}", s.entry(key(3)))
    );
    let occupied = format!("{:?}", m.entry(key(1)));
    assert!(
        occupied.starts_with("Entry(OccupiedEntry { key: \"k1\", value: 2"),
        "{occupied}"
    );
    assert_eq!(format!("{:?}", Hamt::<u8, u8>::new()), "{}");
    assert_eq!(format!("{:?}", Hamt::<u8, u8>::new().iter()), "[]");
}

/// Iterators of any progress show what is left, in the order in which it will come.
#[test]
fn debug_and_clones_midway() {
    fn test() {
        let (map, _) = both::<Dial>(&(0..40).map(|n| (n, u32::from(n))).collect::<Vec<_>>());
        let order: Vec<(String, u32)> = map.clone().into_iter().collect();
        let other = map.update(key(200), 1);
        let mut changed = other.clone();
        let (mut iter, mut keys, mut values) = (map.iter(), map.keys(), map.values());
        let mut shared = map.clone().into_iter();
        let mut own: Hamt<String, u32, Dial> = order.iter().cloned().collect();
        let mut exclusive = own
            .clone()
            .into_iter()
            .collect::<Hamt<_, _, Dial>>()
            .into_iter();
        let mut written = own.iter_mut();
        for at in 0..=order.len() {
            let rest = &order[at..];
            let text = format!("{rest:?}");
            assert_eq!(
                [format!("{iter:?}"), format!("{shared:?}")],
                [text.clone(), text.clone()]
            );
            assert_eq!(format!("{exclusive:?}"), text);
            assert_eq!(format!("{written:?}"), text);
            assert!(
                iter.clone()
                    .eq(rest.iter().map(|(key, value)| (key, value)))
            );
            assert!(keys.clone().eq(rest.iter().map(|(key, _)| key)));
            assert!(values.clone().eq(rest.iter().map(|(_, value)| value)));
            if let Some((key, _)) = rest.first() {
                changed.remove(key);
            }
            let _ = (iter.next(), keys.next(), values.next());
            let _ = (shared.next(), exclusive.next(), written.next());
        }
        assert_eq!(changed.len(), 1);
    }
    for dial in Dial::ALL {
        dial.with(test);
    }
}

#[test]
fn conversions() {
    let map = Hamt::from([(1, 'a'), (2, 'b'), (1, 'c')]);
    let std = HashMap::from([(1, 'a'), (2, 'b'), (1, 'c')]);
    assert_eq!(sorted(map.clone()), sorted(std.clone()));
    assert!(Hamt::<u8, u8>::from([]).is_empty());
    let mut copied: Hamt<i32, char> = Hamt::default();
    copied.extend(&map);
    copied.extend(&std);
    copied.extend(map.iter());
    copied.extend([(&7, &'x')]);
    assert_eq!(copied, map.update(7, 'x'));
    let collected: HashMap<i32, char> = map.into_iter().collect();
    assert_eq!(collected, std);
    let mut doubled = copied.clone();
    for (_, value) in &mut doubled {
        *value = 'y';
    }
    for (key, value) in &doubled {
        assert_eq!((*value, copied.contains_key(key)), ('y', true));
    }
    assert_eq!(std::mem::take(&mut doubled).len() + doubled.len(), 3);
    doubled.clone_from(&copied);
    assert!(doubled.ptr_eq(&copied));
}

#[test]
fn iterators_over_nothing() {
    let map: Hamt<u8, String> = Hamt::default();
    assert!(hamt::Iter::<u8, String>::default().eq(map.iter()));
    assert_eq!(
        hamt::IterMut::<u8, String>::default().len(),
        map.clone().iter_mut().count()
    );
    assert_eq!(
        hamt::Keys::<u8, String>::default().count() + map.keys().len(),
        0
    );
    assert_eq!(
        hamt::Values::<u8, String>::default().count() + map.values().len(),
        0
    );
    assert!(hamt::ValuesMut::<u8, String>::default().next().is_none());
    assert!(hamt::IntoIter::<u8, String>::default().next().is_none());
    assert!(hamt::IntoKeys::<u8, String>::default().next().is_none());
    assert_eq!(
        format!("{:?}", hamt::IntoValues::<u8, String>::default()),
        "[]"
    );
    assert_eq!(
        format!("{:?}", hamt::ValuesMut::<u8, String>::default()),
        "[]"
    );
    assert!(map.clone().into_iter().next().is_none());
}

#[test]
fn extracting_says_how_many_are_left() {
    let mut map: Hamt<u32, u32, Good> = (0..100).map(|n| (n, n)).collect();
    let mut seen = 0;
    let mut picked = map.extract_if(|_, _| {
        seen += 1;
        seen % 7 == 0
    });
    assert_eq!(picked.size_hint(), (0, Some(100)));
    for passed in [7, 14] {
        picked.next();
        assert_eq!(picked.size_hint(), (0, Some(100 - passed)));
    }
    assert_eq!(picked.by_ref().count(), 12);
    assert_eq!(picked.size_hint(), (0, Some(0)));
}

/// `ptr_eq` tells shared contents; what changes nothing shares all of them.
#[test]
fn sharing_is_kept_where_nothing_changes() {
    let (map, _) = both::<Good>(&(0..100).map(|n| (n, 1)).collect::<Vec<_>>());
    let mut copy = map.clone();
    assert!(copy.remove("none").is_none() && copy.remove_entry("none").is_none());
    assert!(copy.get_mut("none").is_none() && copy.ptr_eq(&copy.without("none")));
    drop(copy.entry(key(1)));
    drop(copy.entry(key(200)));
    assert!(copy.ptr_eq(&map) && copy == map);
    copy.insert(key(1), 1);
    assert!(!copy.ptr_eq(&map) && copy == map);
    assert!(Hamt::<u8, u8>::new().ptr_eq(&Hamt::new()));
}

/// The figures add up.
#[test]
fn stats_add_up() {
    fn test(n: u32) {
        let map: Hamt<u32, u32, Dial> = (0..n).map(|n| (n, n)).collect();
        let stats = map.stats();
        assert_eq!(stats.entries, n as usize);
        assert_eq!(stats.entries_by_depth.iter().sum::<usize>(), n as usize);
        assert_eq!(stats.nodes_by_depth.iter().sum::<usize>(), stats.nodes);
        let slots: usize = stats.nodes_by_fill.iter().sum();
        assert_eq!(slots + stats.collision_nodes, stats.nodes);
        assert_eq!(stats.live_bytes(), stats.array_bytes + stats.entry_bytes);
        assert_eq!((stats.entry_bytes, stats.nodes == 0), (0, n == 0));
        let depths = stats.entries_by_depth.iter().zip(0..);
        let depths: f64 = depths.map(|(n, depth)| f64::from(depth) * *n as f64).sum();
        assert_eq!(stats.mean_depth(), depths / f64::from(n.max(1)));
        let texts: Hamt<String, u32, Dial> = (0..n).map(|n| (n.to_string(), n)).collect();
        assert!(texts.stats().entry_bytes >= n as usize * size_of::<(String, u32)>());
    }
    for dial in Dial::ALL {
        dial.with(|| [0, 1, 2, 33, 1_000].into_iter().for_each(test));
    }
    Dial::CONSTANT.with(|| {
        let one_hash = (0..3).map(|n| (n, n)).collect::<Hamt<u32, u32, Dial>>();
        let stats = one_hash.stats();
        assert_eq!((stats.collision_nodes, stats.collision_entries), (1, 3));
    });
}
