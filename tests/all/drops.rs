//! Every key and value is dropped exactly once, whoever shared it and in whatever order.
//!
//! What dead versions shared may be dropped late while relatives of theirs live, so exact counts
//! are asserted when a whole family is gone, and after each step for maps that were never cloned.

use std::collections::BTreeMap;

use hamt::{Entry, Hamt};

use crate::hashers::Dial;
use crate::probes::{self, Key, PlainKey, PlainValue, Probe, Random, Value};

type Map<K, V> = Hamt<K, V, Dial>;
type Model = BTreeMap<u32, u32>;

/// What the tests ask of a key.
trait KeyProbe: Probe + Eq + std::hash::Hash {}
impl<K: Probe + Eq + std::hash::Hash> KeyProbe for K {}

fn build<K: KeyProbe, V: Probe>(numbers: std::ops::Range<u32>) -> Map<K, V> {
    numbers.map(|n| (K::of(n), V::of(n + 1000))).collect()
}

fn contents<K: Probe, V: Probe>(map: &Map<K, V>) -> Model {
    map.iter()
        .map(|(key, value)| (key.number(), value.number()))
        .collect()
}

#[track_caller]
fn check<K: KeyProbe, V: Probe>(map: &Map<K, V>, model: &Model) {
    map.validate().expect("a valid map");
    assert_eq!(map.len(), model.len());
    assert_eq!(contents(map), *model);
}

/// Runs a test for counted entries of all makes, and under all kinds of hashers.
macro_rules! everywhere {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use super::*;

            fn under(dial: Dial) {
                probes::reset();
                dial.with(bodies::$name::<Key, Value>);
                probes::assert_balanced();
                dial.with(bodies::$name::<Key, PlainValue>);
                probes::assert_balanced();
                dial.with(bodies::$name::<PlainKey, Value>);
                probes::assert_balanced();
                dial.with(bodies::$name::<PlainKey, PlainValue>);
            }

            #[test]
            fn good() {
                under(Dial::GOOD);
            }

            #[test]
            fn four() {
                under(Dial::FOUR);
            }

            #[test]
            fn four_at_the_bottom() {
                under(Dial::FOUR_AT_THE_BOTTOM);
            }

            #[test]
            fn constant() {
                under(Dial::CONSTANT);
            }
        }
    )*};
}

everywhere!(
    never_cloned,
    overwriting,
    clearing,
    retaining,
    entries,
    into_iter,
    into_iter_whose_sharer_goes,
    versions_in_any_order,
    writing_to_shared,
);

mod bodies {
    use super::*;

    /// Objects that a map of that many entries keeps alive.
    fn objects<K: Probe, V: Probe>(len: usize) -> usize {
        let before = probes::alive();
        let one = (K::of(0), V::of(0));
        let each = probes::alive() - before;
        drop(one);
        len * each
    }

    pub(super) fn never_cloned<K: KeyProbe, V: Probe>() {
        let clones = probes::clones();
        let mut map: Map<K, V> = Hamt::default();
        let mut model = Model::new();
        let mut random = Random(7);
        for step in 0..600 {
            let (n, v) = (random.below(40), random.below(1000));
            match random.below(9) {
                0..=2 => {
                    let old = map.insert(K::of(n), V::of(v)).map(|value| value.number());
                    assert_eq!(old, model.insert(n, v));
                }
                3 => assert_eq!(map.remove(&K::of(n)).is_some(), model.remove(&n).is_some()),
                4 => {
                    let removed = map.remove_entry(&K::of(n));
                    assert_eq!(
                        removed.map(|(k, v)| (k.number(), v.number())),
                        model.remove_entry(&n)
                    );
                }
                5 => {
                    if let Some(value) = map.get_mut(&K::of(n)) {
                        *value = V::of(v);
                        model.insert(n, v);
                    }
                }
                6 => {
                    *map.entry(K::of(n)).or_insert_with(|| V::of(0)) = V::of(v);
                    model.insert(n, v);
                }
                7 => {
                    if let Entry::Occupied(entry) = map.entry(K::of(n)) {
                        drop(entry.remove_entry());
                        model.remove(&n);
                    }
                }
                _ => {
                    map.extend((n..n + 3).map(|n| (K::of(n), V::of(v))));
                    model.extend((n..n + 3).map(|n| (n, v)));
                    map.iter_mut().for_each(|(_, value)| *value = V::of(v + 1));
                    model.values_mut().for_each(|value| *value = v + 1);
                }
            }
            assert_eq!(probes::alive(), objects::<K, V>(model.len()), "step {step}");
        }
        check(&map, &model);
        let len = map.len();
        let mut rest = map.into_iter();
        for left in (len / 2..len).rev() {
            drop(rest.next());
            assert_eq!(probes::alive(), objects::<K, V>(left));
        }
        drop(rest);
        assert_eq!(probes::alive(), 0);
        assert_eq!(probes::clones(), clones, "nothing is shared");
    }

    pub(super) fn overwriting<K: KeyProbe, V: Probe>() {
        let mut map: Map<K, V> = build(0..50);
        for round in 0..3 {
            map.extend((0..50).map(|n| (K::of(n), V::of(round))));
            assert_eq!(probes::alive(), objects::<K, V>(50));
        }
        let copy = map.clone();
        map.extend((0..50).map(|n| (K::of(n), V::of(9))));
        check(&copy, &(0..50).map(|n| (n, 2)).collect());
        check(&map, &(0..50).map(|n| (n, 9)).collect());
    }

    pub(super) fn clearing<K: KeyProbe, V: Probe>() {
        let mut map: Map<K, V> = build(0..60);
        map.clear();
        assert_eq!(probes::alive(), 0, "a map of its own is dropped at once");
        check(&map, &Model::new());
        map.extend(build::<K, V>(0..30));
        let copy = map.clone();
        map.clear();
        check(&map, &Model::new());
        check(&copy, &(0..30).map(|n| (n, n + 1000)).collect());
        map.extend(build::<K, V>(0..5));
        drop(copy);
        check(&map, &(0..5).map(|n| (n, n + 1000)).collect());
    }

    pub(super) fn retaining<K: KeyProbe, V: Probe>() {
        let clones = || probes::clones() - probes::key_clones();
        let before = clones();
        let mut map: Map<K, V> = build(0..60);
        map.retain(|key, _| key.number() % 3 != 0);
        assert_eq!(probes::alive(), objects::<K, V>(40));
        assert_eq!(clones(), before, "values of a map that shares nothing");
        map.retain(|_, _| true);
        assert_eq!(probes::alive(), objects::<K, V>(40));
        map.retain(|_, _| false);
        assert_eq!(probes::alive(), 0);
        assert_eq!(clones(), before, "values of a map that shares nothing");

        let mut map: Map<K, V> = build(0..60);
        let copy = map.clone();
        map.retain(|key, value| {
            *value = V::of(1);
            key.number() < 3
        });
        check(&map, &(0..3).map(|n| (n, 1)).collect());
        check(&copy, &(0..60).map(|n| (n, n + 1000)).collect());
    }

    pub(super) fn entries<K: KeyProbe, V: Probe>() {
        for shared in [false, true] {
            let mut map: Map<K, V> = build(0..20);
            let copy = shared.then(|| map.clone());
            for n in 10..30 {
                drop(map.entry(K::of(n)));
                let _: &mut V = map
                    .entry(K::of(n))
                    .and_modify(|value| *value = V::of(1))
                    .or_insert_with(|| V::of(2));
                match map.entry(K::of(n)) {
                    Entry::Vacant(_) => unreachable!("just inserted"),
                    Entry::Occupied(mut entry) => {
                        let old = entry.insert(V::of(3));
                        assert_eq!(old.number(), if n < 20 { 1 } else { 2 });
                        if n % 2 == 0 {
                            assert_eq!(entry.remove().number(), 3);
                        }
                    }
                }
                if let Entry::Vacant(entry) = map.entry(K::of(n)) {
                    assert_eq!(entry.into_key().number(), n);
                }
                let entry = map.entry(K::of(n)).insert_entry(V::of(4));
                assert_eq!((entry.key().number(), entry.get().number()), (n, 4));
                map.entry(K::of(n)).insert_entry(V::of(5));
            }
            let old = (0..10).map(|n| (n, n + 1000));
            check(&map, &old.chain((10..30).map(|n| (n, 5))).collect());
            if let Some(copy) = copy {
                check(&copy, &(0..20).map(|n| (n, n + 1000)).collect());
            } else {
                assert_eq!(probes::alive(), objects::<K, V>(30));
            }
        }
    }

    /// Whole and stopped midway, of maps that share nothing, everything, and some arrays.
    pub(super) fn into_iter<K: KeyProbe, V: Probe>() {
        for len in [0, 1, 2, 3, 40] {
            let model: Model = (0..len).map(|n| (n, n + 1000)).collect();
            for taken in [0, 1, 2, len / 2, len.saturating_sub(1), len, len + 1] {
                for sharing in 0..4 {
                    let map: Map<K, V> = build(0..len);
                    let mut others = Vec::new();
                    match sharing {
                        0 => (),
                        1 => others.push((map.clone(), model.clone())),
                        // Shares some arrays and entries, but not the root.
                        2 => others.push((map.update(K::of(5), V::of(5)), model.clone())),
                        _ => others.push((map.without(&K::of(len / 2)), model.clone())),
                    }
                    for (other, model) in &mut others {
                        *model = contents(other);
                    }
                    let mut rest = map.into_iter();
                    let mut seen = Model::new();
                    for left in (0..=len).rev().take(taken as usize) {
                        assert_eq!(rest.len(), left as usize);
                        let Some((key, value)) = rest.next() else {
                            assert_eq!(left, 0);
                            break;
                        };
                        assert_eq!(seen.insert(key.number(), value.number()), None);
                    }
                    assert!(seen.iter().all(|(n, v)| model.get(n) == Some(v)));
                    assert_eq!(seen.len(), len.min(taken) as usize);
                    drop(rest);
                    for (other, model) in &others {
                        check(other, model);
                    }
                    drop(others);
                    assert_eq!(probes::alive(), 0);
                }
            }
        }
    }

    pub(super) fn into_iter_whose_sharer_goes<K: KeyProbe, V: Probe>() {
        for gone_after in [0, 1, 10, 29] {
            let map: Map<K, V> = build(0..30);
            let mut copy = Some(map.clone());
            let mut pairs = Vec::new();
            for (step, (key, value)) in map.into_iter().enumerate() {
                if step == gone_after {
                    copy = None;
                }
                pairs.push((key.number(), value.number()));
            }
            drop(copy);
            assert_eq!(probes::alive(), 0);
            pairs.sort_unstable();
            assert!(pairs.into_iter().eq((0..30).map(|n| (n, n + 1000))));
        }
        let map: Map<K, V> = build(0..30);
        let mut changed = map.clone();
        let mut rest = map.into_iter();
        let first: Vec<_> = rest.by_ref().take(10).collect();
        changed.retain(|_, value| {
            *value = V::of(0);
            true
        });
        assert_eq!(first.len() + rest.count(), 30);
        check(&changed, &(0..30).map(|n| (n, 0)).collect());
    }

    pub(super) fn versions_in_any_order<K: KeyProbe, V: Probe>() {
        for seed in 0..6 {
            let mut random = Random(seed);
            let mut versions = vec![(build::<K, V>(0..20), contents(&build::<K, V>(0..20)))];
            for _ in 0..60 {
                let from = random.below(u32::try_from(versions.len()).expect("few"));
                let (mut map, mut model) = versions[from as usize].clone();
                for _ in 0..=random.below(4) {
                    let (n, v) = (random.below(30), random.below(1000));
                    if random.below(2) == 0 {
                        map = map.update(K::of(n), V::of(v));
                        model.insert(n, v);
                    } else {
                        map.remove(&K::of(n));
                        model.remove(&n);
                    }
                }
                versions.push((map, model));
            }
            while !versions.is_empty() {
                let len = versions.len();
                let at = match seed {
                    0 => 0,
                    1 => len - 1,
                    _ => random.below(u32::try_from(len).expect("few")) as usize,
                };
                versions.remove(at);
                if len % 7 == 0 {
                    versions.iter().for_each(|(map, model)| check(map, model));
                }
            }
            assert_eq!(probes::alive(), 0, "seed {seed}");
        }
    }

    pub(super) fn writing_to_shared<K: KeyProbe, V: Probe>() {
        let model: Model = (0..40).map(|n| (n, n + 1000)).collect();
        let map: Map<K, V> = build(0..40);
        let clones = probes::clones();
        let added = map.update(K::of(100), V::of(1));
        let removed = map.without(&K::of(7));
        if objects::<K, V>(1) > 0 {
            assert_eq!(probes::clones(), clones, "counted entries are shared");
        }
        let mut written = map.clone();
        *written.get_mut(&K::of(7)).expect("it is there") = V::of(2);
        if objects::<K, V>(1) > 0 {
            assert!(probes::clones() <= clones + 2, "only what is written");
        }
        let mut iterated = map.clone();
        iterated
            .iter_mut()
            .take(20)
            .for_each(|(_, value)| *value = V::of(3));
        check(&map, &model);
        drop(map);
        let mut with = model.clone();
        with.insert(100, 1);
        check(&added, &with);
        let mut without = model.clone();
        without.remove(&7);
        check(&removed, &without);
        let mut changed = model.clone();
        changed.insert(7, 2);
        check(&written, &changed);
        let threes = contents(&iterated).values().filter(|&&v| v == 3).count();
        assert_eq!(threes, 20);
    }
}
