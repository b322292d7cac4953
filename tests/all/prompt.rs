//! When entries are dropped: with the last version that has them where a map is asked to, at the
//! latest by `compact` where it is not.

use std::collections::BTreeSet;

use hamt::{Hamt, JoinRules, Pick, Resolution};

use crate::hashers::Dial;
use crate::probes::{self, Key, Probe, Random, Value};

type Map = Hamt<Key, Value, Dial>;

const HASHERS: [Dial; 4] = [
    Dial::GOOD,
    Dial::FOUR,
    Dial::FOUR_AT_THE_BOTTOM,
    Dial::CONSTANT,
];

/// Number of keys and values that the versions hold. Shared ones stand at one address.
fn held(versions: &[Map]) -> usize {
    let values = versions.iter().flat_map(Map::values);
    let addresses = values.map(|value| std::ptr::from_ref(value).addr());
    2 * addresses.collect::<BTreeSet<_>>().len()
}

/// Forks, changes and drops versions at random; calls `check` after each step.
fn family(first: Map, seed: u64, mut check: impl FnMut(&[Map])) {
    let mut random = Random(seed);
    let mut versions = vec![first];
    for _ in 0..300 {
        let at = random.below(u32::try_from(versions.len()).expect("few")) as usize;
        let mut map = versions[at].clone();
        for _ in 0..=random.below(4) {
            let (key, value) = (Key::of(random.below(90)), Value::of(random.below(1000)));
            let other = random.below(u32::try_from(versions.len()).expect("few")) as usize;
            let other = &versions[other];
            match random.below(13) {
                0..=2 => map = map.update(key, value),
                3 => map = map.without(&key),
                4 => drop(map.insert(key, value)),
                5 => drop(map.remove(&key)),
                8 => map = map.union(other),
                9 => map = map.symmetric_difference(other),
                10 => map = map.intersection(other),
                11 => map = versions[at].merge(&map, other, |_| Resolution::Theirs),
                12 => map.apply(map.clone().diff(other)),
                6 => drop(map.get_mut(&key).map(|at| *at = value)),
                _ => map.values_mut().take(3).for_each(|at| at.n += 1),
            }
        }
        match random.below(8) {
            0..=2 => versions.push(map),
            3..=5 => versions[at] = map,
            6 if versions.len() > 1 => drop((map, versions.swap_remove(at))),
            _ => {
                drop(map);
                versions[at].clear();
            }
        }
        versions.truncate(12);
        check(&versions);
    }
}

fn map_of(numbers: std::ops::Range<u32>) -> Map {
    numbers.map(|n| (Key::of(n), Value::of(n))).collect()
}

#[test]
fn prompt_maps_hold_nothing_but_their_contents() {
    for (seed, dial) in (0..).zip(HASHERS) {
        dial.with(|| {
            probes::reset();
            family(map_of(0..60).with_prompt_drop(), seed, |versions| {
                assert_eq!(probes::alive(), held(versions), "{dial:?}");
                assert!(versions.iter().all(Map::drops_promptly));
            });
            probes::assert_balanced();
        });
    }
}

/// The same family with borrowing: late drops do happen, or the test above shows nothing, and
/// `compact` makes up for all of them.
#[test]
fn compact_maps_hold_nothing_but_their_contents() {
    let mut all_late = 0;
    for (seed, dial) in (0..).zip(HASHERS) {
        dial.with(|| {
            probes::reset();
            let mut late = 0;
            family(map_of(0..60), seed, |versions| {
                assert!(probes::alive() >= held(versions), "{dial:?}");
                late += usize::from(probes::alive() > held(versions));
                versions.iter().for_each(Map::compact);
                assert_eq!(probes::alive(), held(versions), "{dial:?}");
            });
            all_late += late;
            probes::assert_balanced();
        });
    }
    assert!(all_late > 0);
}

/// Versions from before keep what they borrow; all from then on is prompt.
#[test]
fn a_map_becomes_prompt() {
    probes::reset();
    let base = map_of(0..200);
    let next = base.update(Key::of(3), Value::of(0));
    drop(base);
    let prompt = next.clone().with_prompt_drop();
    assert!(!next.drops_promptly());
    drop(next);
    assert_eq!(probes::alive(), held(std::slice::from_ref(&prompt)));
    let last = prompt.update(Key::of(4), Value::of(0));
    drop(prompt);
    assert_eq!(probes::alive(), 400);
    drop(last);
    probes::assert_balanced();
}

/// What fills or empties a map as a whole leaves its kind alone.
#[test]
fn maps_stay_prompt() {
    let mut map = Map::default().with_prompt_drop();
    map.extend((0..100).map(|n| (Key::of(n), Value::of(n))));
    assert!(map.drops_promptly() && map.len() == 100);
    map.retain(|key, _| key.n < 50);
    assert!(map.drops_promptly() && map.len() == 50);
    map.clear();
    assert!(map.drops_promptly() && map.is_empty());
    assert!(map.clone().drops_promptly());
}

/// Joins are as prompt as the map they are asked of, and hold no more than their contents.
#[test]
fn joins_stay_prompt() {
    probes::reset();
    let lazy = map_of(0..100).update(Key::of(3), Value::of(0));
    let prompt = map_of(50..150).with_prompt_drop();
    let union = prompt.union(&lazy);
    assert!(union.drops_promptly() && !lazy.union(&prompt).drops_promptly());
    assert!(prompt.intersection(&lazy).drops_promptly());
    assert!(prompt.union(Map::default()).drops_promptly());
    assert!(
        Map::default()
            .with_prompt_drop()
            .union(&lazy)
            .drops_promptly()
    );
    assert!(!Map::default().union(&prompt).drops_promptly());
    let combined = prompt.intersection_with(&lazy, |value, _| value);
    assert!(combined.drops_promptly());
    assert!(
        prompt
            .merge(&lazy, &prompt, |_| Resolution::Ours)
            .drops_promptly()
    );
    let none = prompt.join_with(&prompt, JoinRules::ASK, |_, _, _| Pick::Drop);
    assert!(none.is_empty() && none.drops_promptly());
    drop((lazy, prompt, combined, none));
    assert_eq!(probes::alive(), held(std::slice::from_ref(&union)));
    drop(union);
    probes::assert_balanced();
}
