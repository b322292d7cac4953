//! Random sequences of all methods against std's map. Old versions are kept, and compared with their
//! own models again and again.

use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::hash::Hash;

use hamt::{Entry, Hamt, Insertion};

use crate::hashers::Dial;
use crate::probes::Random;

/// Different keys.
const KEYS: u32 = 150;
/// Versions that are kept.
const KEPT: usize = 6;
const STEPS: u32 = if cfg!(miri) { 60 } else { 2500 };

trait Sample: Clone + Eq + Hash + Debug {
    fn of(n: u32) -> Self;
    fn number(&self) -> u32;
}

impl Sample for u64 {
    fn of(n: u32) -> Self {
        u64::from(n)
    }

    fn number(&self) -> u32 {
        u32::try_from(*self).expect("made from 32 bits")
    }
}

impl Sample for String {
    fn of(n: u32) -> Self {
        format!("{n}")
    }

    fn number(&self) -> u32 {
        self.parse().expect("made from a number")
    }
}

type Map<T> = Hamt<T, T, Dial>;
type Model<T> = HashMap<T, T>;

fn set<T: Sample>(place: &mut T, n: u32) {
    *place = T::of(n);
}

/// What `combine` makes of two values; tells them apart.
fn mix(old: u32, new: u32) -> u32 {
    (old * 7 + new) % 1000
}

#[track_caller]
fn same<T: Sample>(map: &Map<T>, model: &Model<T>) {
    map.validate().expect("a valid map");
    assert_eq!(map.len(), model.len());
    assert_eq!(map.iter().count(), model.len());
    for (key, value) in map {
        assert_eq!(model.get(key), Some(value));
    }
    for (key, value) in model {
        assert_eq!(map.get_key_value(key), Some((key, value)));
    }
}

/// A change of one entry in place.
fn change_one<T: Sample>(random: &mut Random, map: &mut Map<T>, model: &mut Model<T>) {
    let (n, v) = (random.below(KEYS), random.below(20));
    let (key, value) = (|| T::of(n), || T::of(v));
    match random.below(12) {
        0 | 1 => assert_eq!(map.insert(key(), value()), model.insert(key(), value())),
        2 => assert_eq!(map.remove(&key()), model.remove(&key())),
        3 => assert_eq!(map.remove_entry(&key()), model.remove_entry(&key())),
        4 => assert_eq!(map.remove_with_key(&key()), model.remove_entry(&key())),
        5 => {
            let (ours, theirs) = (map.get_mut(&key()), model.get_mut(&key()));
            assert_eq!(ours, theirs);
            ours.into_iter().chain(theirs).for_each(|it| set(it, v));
        }
        6 => {
            let found = map.get_key_value_mut(&key());
            assert_eq!(found.is_some(), model.contains_key(&key()));
            if let Some((found, place)) = found {
                assert_eq!(*found, key());
                set(place, v);
                model.insert(key(), value());
            }
        }
        7 => {
            let tried = map.try_insert(key(), value());
            match (tried, model.get(&key())) {
                (Ok(place), None) => {
                    assert_eq!(*place, value());
                    model.insert(key(), value());
                }
                (Err(error), Some(old)) => {
                    assert_eq!((error.entry.key(), error.entry.get()), (&key(), old));
                    assert_eq!(error.value, value());
                }
                (tried, old) => panic!("{tried:?} where there was {old:?}"),
            }
        }
        8 => {
            let before = map.clone();
            let done = map.insert_if_changed(key(), value());
            assert_eq!(map.ptr_eq(&before), !done.is_change());
            match model.insert(key(), value()) {
                None => assert_eq!(done, Insertion::Added),
                Some(old) if old == value() => assert_eq!(done, Insertion::Unchanged(old)),
                Some(old) => assert_eq!(done, Insertion::Replaced(old)),
            }
        }
        9 => change_entry(random, map, model, n),
        10 => {
            let ours = map.entry(key()).and_modify(|it| set(it, v));
            let theirs = model.entry(key()).and_modify(|it| set(it, v));
            assert_eq!(ours.key(), theirs.key());
            assert_eq!(
                ours.or_insert_with_key(T::clone),
                theirs.or_insert_with_key(T::clone)
            );
        }
        _ => {
            let ours = map.entry(key()).insert_entry(value());
            let theirs = model.entry(key()).insert_entry(value());
            assert_eq!((ours.key(), ours.get()), (theirs.key(), theirs.get()));
            if v % 2 == 0 {
                assert_eq!(ours.remove_entry(), theirs.remove_entry());
            }
        }
    }
}

/// All that an entry can do, some of it one after the other.
fn change_entry<T: Sample>(random: &mut Random, map: &mut Map<T>, model: &mut Model<T>, n: u32) {
    use std::collections::hash_map::Entry as Std;
    let v = random.below(20);
    match (map.entry(T::of(n)), model.entry(T::of(n))) {
        (Entry::Occupied(mut ours), Std::Occupied(mut theirs)) => {
            assert_eq!((ours.key(), ours.get()), (theirs.key(), theirs.get()));
            assert_eq!(ours.insert(T::of(v)), theirs.insert(T::of(v)));
            set(ours.get_mut(), v + 1);
            set(theirs.get_mut(), v + 1);
            match random.below(3) {
                0 => assert_eq!(ours.remove_entry(), theirs.remove_entry()),
                1 => assert_eq!(ours.remove(), theirs.remove()),
                _ => {
                    set(ours.into_mut(), v);
                    set(theirs.into_mut(), v);
                }
            }
        }
        (Entry::Vacant(ours), Std::Vacant(theirs)) => {
            assert_eq!(ours.key(), theirs.key());
            match random.below(3) {
                0 => assert_eq!(ours.into_key(), theirs.into_key()),
                1 => {
                    set(ours.insert(T::of(v)), v + 1);
                    set(theirs.insert(T::of(v)), v + 1);
                }
                _ => {
                    let mut ours = ours.insert_entry(T::of(v));
                    let mut theirs = theirs.insert_entry(T::of(v));
                    assert_eq!((ours.key(), ours.get()), (theirs.key(), theirs.get()));
                    set(ours.get_mut(), v + 1);
                    set(theirs.get_mut(), v + 1);
                    if v % 3 == 0 {
                        assert_eq!(ours.remove(), theirs.remove());
                    }
                }
            }
        }
        (ours, theirs) => panic!("{ours:?} is not {theirs:?}"),
    }
}

/// A new version, in the place of the old one.
fn change_persistently<T: Sample>(random: &mut Random, map: &mut Map<T>, model: &mut Model<T>) {
    let (n, v) = (random.below(KEYS), random.below(20));
    let (key, value) = (|| T::of(n), || T::of(v));
    let old = model.get(&key()).map(T::number);
    let mixed = T::of(old.map_or(v, |old| mix(old, v)));
    let new = match random.below(9) {
        0 => {
            model.insert(key(), value());
            map.update(key(), value())
        }
        1 => {
            model.insert(key(), mixed);
            map.update_with(key(), value(), |old, new| {
                T::of(mix(old.number(), new.number()))
            })
        }
        2 => {
            model.insert(key(), mixed);
            map.update_with_key(key(), value(), |at, old, new| {
                assert_eq!(*at, key());
                T::of(mix(old.number(), new.number()))
            })
        }
        3 => {
            let (found, new) = map.update_lookup_with_key(key(), value(), |at, old, new| {
                assert_eq!(*at, key());
                T::of(mix(old.number(), new.number()))
            });
            assert_eq!(found, model.insert(key(), mixed));
            new
        }
        4 => {
            let to = (v % 3 > 0).then(value);
            let new = map.alter(
                |found| {
                    assert_eq!(found.map(|it| it.number()), old);
                    to.clone()
                },
                key(),
            );
            assert_eq!(map.ptr_eq(&new), old.is_none() && to.is_none());
            match to {
                Some(to) => model.insert(key(), to),
                None => model.remove(&key()),
            };
            new
        }
        5 => {
            let new = map.without(&key());
            assert_eq!(map.ptr_eq(&new), model.remove(&key()).is_none());
            new
        }
        6 => {
            let extracted = map.extract(&key());
            let value = model.remove(&key());
            assert_eq!(extracted.as_ref().map(|it| &it.0), value.as_ref());
            extracted.map_or_else(|| map.clone(), |it| it.1)
        }
        7 => {
            let extracted = map.extract_with_key(&key());
            let entry = model.remove_entry(&key());
            let found = extracted.as_ref().map(|it| (&it.0, &it.1));
            assert_eq!(found, entry.as_ref().map(|it| (&it.0, &it.1)));
            extracted.map_or_else(|| map.clone(), |it| it.2)
        }
        _ => {
            let new = map.update_if_changed(key(), value());
            let unchanged = model.insert(key(), value()) == Some(value());
            assert_eq!(map.ptr_eq(&new), unchanged);
            new
        }
    };
    *map = new;
}

/// What concerns many entries at once.
fn change_many<T: Sample>(random: &mut Random, map: &mut Map<T>, model: &mut Model<T>) {
    let (n, v) = (random.below(KEYS), random.below(6) + 1);
    match random.below(13) {
        0 => {
            let keep = |key: &T, value: &mut T| {
                set(value, value.number() + 1);
                (key.number() + n) % v != 0
            };
            map.retain(keep);
            model.retain(keep);
        }
        1 => extract(map, model, |key| (key + n) % v == 0, usize::MAX),
        2 => extract(map, model, |key| (key + n) % v == 0, n as usize % 10),
        3 => extract(map, model, |_| n % 4 == 0, usize::MAX),
        4 if n % 4 == 0 => drain(map, model, n as usize),
        5 => {
            let keys = [n, n + 1, n + KEYS, n / 2, KEYS - 1 - n].map(T::of);
            let keys = keys.each_ref();
            if (1..keys.len()).all(|at| !keys[..at].contains(&keys[at])) {
                for (at, place) in map.get_disjoint_mut(keys).into_iter().enumerate() {
                    assert_eq!(place, model.get_mut(keys[at]));
                    place.into_iter().for_each(|it| set(it, v));
                    model.entry(keys[at].clone()).and_modify(|it| set(it, v));
                }
            }
        }
        6 => {
            map.iter_mut().for_each(|(_, it)| set(it, it.number() + 1));
            model.values_mut().for_each(|it| set(it, it.number() + 1));
        }
        7 => {
            map.values_mut().skip(3).for_each(|it| set(it, 3));
            let changed = map.values().filter(|it| it.number() == 3).count();
            assert!(changed + 3 >= map.len());
            *model = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        }
        8 => {
            let hasher = *map.hasher();
            let mut again = Hamt::with_capacity_and_hasher(map.len(), hasher);
            map.clone().into_iter().for_each(|(key, value)| {
                again.insert(key, value);
            });
            assert_eq!(again, *map);
            *map = again;
        }
        9 => {
            let entries = || (n..n + v * 5).map(|n| (T::of(n % KEYS), T::of(v)));
            map.extend(entries());
            model.extend(entries());
        }
        10 => {
            let sum = |it: T| u64::from(it.number());
            let (ours, theirs) = (map.clone(), model.clone());
            assert_eq!(
                ours.into_keys().map(sum).sum::<u64>(),
                theirs.into_keys().map(sum).sum()
            );
            let (ours, theirs) = (map.clone(), model.clone());
            assert_eq!(
                ours.into_values().map(sum).sum::<u64>(),
                theirs.into_values().map(sum).sum()
            );
        }
        11 => {
            map.reserve(v as usize);
            assert!(map.capacity() >= map.len());
            map.shrink_to(n as usize);
            map.shrink_to_fit();
        }
        _ if n % 8 == 0 => {
            map.clear();
            model.clear();
        }
        _ => *map = map.clone().with_prompt_drop(),
    }
}

/// Extracts up to `most` entries. Those the predicate has seen are changed, the others are not.
fn extract<T: Sample>(
    map: &mut Map<T>,
    model: &mut Model<T>,
    picks: impl Fn(u32) -> bool,
    most: usize,
) {
    let mut seen = Vec::new();
    let mut extracting = map.extract_if(|key, value| {
        seen.push(key.clone());
        set(value, value.number() + 1);
        picks(key.number())
    });
    assert_eq!(extracting.size_hint(), (0, Some(model.len())));
    let out: Vec<(T, T)> = extracting.by_ref().take(most).collect();
    let left = extracting.size_hint().1.expect("a bound");
    drop(extracting);
    assert_eq!(left + seen.len(), model.len());
    let different: HashSet<&T> = seen.iter().collect();
    assert_eq!(different.len(), seen.len(), "each key comes up once");
    let mut expected = HashMap::new();
    for key in seen {
        let (key, old) = model.remove_entry(&key).expect("a key of the map");
        let value = T::of(old.number() + 1);
        let into = if picks(key.number()) {
            &mut expected
        } else {
            &mut *model
        };
        into.insert(key, value);
    }
    assert_eq!(out.len(), expected.len());
    assert_eq!(out.into_iter().collect::<HashMap<T, T>>(), expected);
}

/// Drains the map, taking up to `most` entries by hand.
fn drain<T: Sample>(map: &mut Map<T>, model: &mut Model<T>, most: usize) {
    let mut draining = map.drain();
    assert_eq!(draining.len(), model.len());
    for (key, value) in draining.by_ref().take(most) {
        assert_eq!(model.remove(&key), Some(value));
    }
    assert_eq!(draining.len(), model.len());
    let rest: HashMap<T, T> = draining.collect();
    assert_eq!(rest, *model);
    model.clear();
    assert!(map.is_empty());
}

fn run<T: Sample>(hasher: Dial, seed: u64) {
    let mut random = Random(seed);
    let mut kept: Vec<(Map<T>, Model<T>)> = Vec::new();
    let mut map: Map<T> = Hamt::with_hasher(hasher);
    let mut model = Model::new();
    for step in 0..STEPS {
        match random.below(16) {
            0..8 => change_one(&mut random, &mut map, &mut model),
            8..12 => change_persistently(&mut random, &mut map, &mut model),
            12 => change_many(&mut random, &mut map, &mut model),
            13 if kept.len() == KEPT => {
                let at = random.below(6) as usize;
                kept[at] = (map.clone(), model.clone());
            }
            13 => kept.push((map.clone(), model.clone())),
            14 if !kept.is_empty() => {
                let at = random.below(60) as usize % kept.len();
                (map, model) = kept[at].clone();
            }
            _ => map.compact(),
        }
        map.validate().expect("a valid map");
        assert_eq!(map.len(), model.len());
        if step % 8 == 0 {
            same(&map, &model);
            kept.iter().for_each(|(map, model)| same(map, model));
            let all = kept.iter().map(|(map, _)| map).chain([&map]);
            crate::heap::check(all).expect("exact counts");
        }
    }
}

macro_rules! sequences {
    ($($name:ident: $type:ty, $hasher:expr;)*) => {$(
        #[test]
        fn $name() {
            for seed in 0..if cfg!(miri) { 1 } else { 8 } {
                run::<$type>($hasher, seed);
            }
        }
    )*};
}

sequences! {
    inline_good: u64, Dial::GOOD;
    inline_four: u64, Dial::FOUR;
    inline_four_at_the_bottom: u64, Dial::FOUR_AT_THE_BOTTOM;
    inline_eight_in_the_middle: u64, Dial::EIGHT_IN_THE_MIDDLE;
    inline_constant: u64, Dial::CONSTANT;
    counted_good: String, Dial::GOOD;
    counted_four: String, Dial::FOUR;
    counted_four_at_the_bottom: String, Dial::FOUR_AT_THE_BOTTOM;
    counted_eight_in_the_middle: String, Dial::EIGHT_IN_THE_MIDDLE;
    counted_constant: String, Dial::CONSTANT;
}
