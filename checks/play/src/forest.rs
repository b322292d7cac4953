//! Many versions made from each other, in a few places that later ones overwrite; each has a model of its own.

use std::array;
use std::hash::BuildHasher;
use std::mem;

use arbitrary::Arbitrary;
use hamt::Hamt;

use crate::kinds::{Element, Kind, check_heap, empty, with_kind};
use crate::versions::{Bare, Version, check};

/// Versions that are there at once.
const PLACES: usize = 16;

/// What a fuzzer's bytes become.
#[derive(Arbitrary, Debug)]
pub struct Case {
    kind: Kind,
    /// All is checked after so many steps, and in the end.
    interval: u8,
    steps: Vec<Step>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
struct Step {
    from: u8,
    to: u8,
    deed: Deed,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Deed {
    // The version that is to be in place `to`, made from that in `from`.
    Clone,
    Update(u16, u8),
    UpdateIfChanged(u16, u8),
    UpdateWith(u16, u8),
    Without(u16),
    Extract(u16),
    Alter(u16, Option<u8>),
    Filter(u8),
    Union,
    Complement,
    // The version in place `from`, changed.
    Insert(u16, u8),
    Remove(u16),
    GetMut(u16, u8),
    Count(u16),
    Extend { from: u16, count: u8 },
    Thin { from: u16, count: u8 },
    Retain(u8),
    ValuesMut(u8),
    TakeApart(u8),
    Rebuild,
    PromptDrop,
    Compact,
    // The version in place `to` goes.
    Drop,
}

/// Plays a case.
pub fn run(case: &Case) {
    with_kind!(case.kind, play::<Bare>(case));
}

type Forest<K, V, S> = [Version<K, V, S>; PLACES];

fn play<K: Element, V: Element, S: BuildHasher + Clone + Default>(case: &Case) {
    let mut forest: Forest<K, V, S> = array::from_fn(|_| empty());
    let interval = usize::from(case.interval % 32) + 1;
    for (number, step) in case.steps.iter().enumerate() {
        play_step(case.kind, &mut forest, *step);
        if number % interval == 0 {
            check_all(&forest);
        }
    }
    check_all(&forest);
    for (n, one) in forest.iter().enumerate() {
        for two in &forest[..n] {
            assert_eq!(one.map == two.map, one.model == two.model);
        }
    }
    // The account has to be right after each death, whatever the order.
    let mut versions = Vec::from(forest);
    while !versions.is_empty() {
        versions.swap_remove(usize::from(case.interval) % versions.len());
        check_heap(versions.iter().map(|it| &it.map));
    }
}

fn check_all<K: Element, V: Element, S: BuildHasher + Clone + Default>(forest: &Forest<K, V, S>) {
    for (n, version) in forest.iter().enumerate() {
        check(&version.map, &version.model, &format!("version {n}"));
    }
    check_heap(forest.iter().map(|it| &it.map));
}

fn play_step<K: Element, V: Element, S: BuildHasher + Clone + Default>(
    kind: Kind,
    forest: &mut Forest<K, V, S>,
    step: Step,
) {
    let [from, to] = [step.from, step.to].map(|n| usize::from(n) % PLACES);
    let (source, target) = (&forest[from], &forest[to]);
    if let Some(made) = make(kind, source, target, step.deed) {
        forest[to] = made;
    } else {
        change(kind, &mut forest[from], step.deed);
    }
}

/// The new version, if the deed is one that makes one.
fn make<K: Element, V: Element, S: BuildHasher + Clone + Default>(
    kind: Kind,
    source: &Version<K, V, S>,
    target: &Version<K, V, S>,
    deed: Deed,
) -> Option<Version<K, V, S>> {
    let key = |n: u16| K::of(kind.key(n));
    let value = |n: u8| V::of(n.into());
    let map = &source.map;
    let mut model = source.model.clone();
    let map = match deed {
        Deed::Clone => map.clone(),
        Deed::Update(k, v) => {
            model.insert(key(k), value(v));
            map.update(key(k), value(v))
        }
        Deed::UpdateIfChanged(k, v) => {
            let old = model.insert(key(k), value(v));
            let new = map.update_if_changed(key(k), value(v));
            assert_eq!(new.ptr_eq(map), old == Some(value(v)));
            new
        }
        Deed::UpdateWith(k, v) => {
            let entry = model.entry(key(k));
            entry
                .and_modify(|old| *old = V::of((old.number() + u32::from(v)) & 0xff))
                .or_insert(value(v));
            map.update_with(key(k), value(v), |old, new| {
                V::of((old.number() + new.number()) & 0xff)
            })
        }
        Deed::Without(k) => {
            let old = model.remove(&key(k));
            let new = map.without(&key(k));
            assert_eq!(new.ptr_eq(map), old.is_none());
            new
        }
        Deed::Extract(k) => match map.extract_with_key(&key(k)) {
            Some((key, value, rest)) => {
                assert_eq!(model.remove(&key), Some(value));
                rest
            }
            None => {
                assert!(!model.contains_key(&key(k)));
                map.clone()
            }
        },
        Deed::Alter(k, v) => {
            let old = match v {
                Some(v) => model.insert(key(k), value(v)),
                None => model.remove(&key(k)),
            };
            map.alter(
                |found| {
                    assert_eq!(found, old);
                    v.map(value)
                },
                key(k),
            )
        }
        Deed::Filter(step) => {
            let wanted = |key: &K| key.number().is_multiple_of(u32::from(step) + 1);
            model.retain(|key, _| wanted(key));
            map.filter(|key, _| wanted(key))
        }
        Deed::Union => {
            for (key, value) in &target.model {
                model.entry(key.clone()).or_insert_with(|| value.clone());
            }
            map.union(&target.map)
        }
        Deed::Complement => {
            model.retain(|key, _| !target.model.contains_key(key));
            map.relative_complement(&target.map)
        }
        Deed::Drop => {
            model.clear();
            Hamt::default()
        }
        _ => return None,
    };
    Some(Version { map, model })
}

fn change<K: Element, V: Element, S: BuildHasher + Clone + Default>(
    kind: Kind,
    version: &mut Version<K, V, S>,
    deed: Deed,
) {
    let key = |n: u16| K::of(kind.key(n));
    let value = |n: u8| V::of(n.into());
    let Version { map, model } = version;
    match deed {
        Deed::Insert(k, v) => {
            assert_eq!(map.insert(key(k), value(v)), model.insert(key(k), value(v)));
        }
        Deed::Remove(k) => assert_eq!(map.remove(&key(k)), model.remove(&key(k))),
        Deed::GetMut(k, v) => {
            let (ours, theirs) = (map.get_mut(&key(k)), model.get_mut(&key(k)));
            assert_eq!(ours, theirs);
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                (*ours, *theirs) = (value(v), value(v));
            }
        }
        Deed::Count(k) => {
            let more = |old: &mut V| *old = V::of((old.number() + 1) & 0xff);
            let ours = map.entry(key(k)).and_modify(more).or_insert(value(0));
            let theirs = model.entry(key(k)).and_modify(more).or_insert(value(0));
            assert_eq!(ours, theirs);
        }
        Deed::Extend { from, count } => {
            let numbers = || (0..u16::from(count)).map(|n| from.wrapping_add(n));
            map.extend(numbers().map(|n| (key(n), value(count))));
            model.extend(numbers().map(|n| (key(n), value(count))));
        }
        Deed::Thin { from, count } => {
            for n in 0..u16::from(count) {
                let key = key(from.wrapping_add(n));
                assert_eq!(map.remove_entry(&key), model.remove_entry(&key));
            }
        }
        Deed::Retain(step) => {
            let wanted = |key: &K| key.number().is_multiple_of(u32::from(step) + 1);
            map.retain(|key, _| wanted(key));
            model.retain(|key, _| wanted(key));
        }
        Deed::ValuesMut(v) => {
            map.values_mut().for_each(|it| *it = value(v));
            model.values_mut().for_each(|it| *it = value(v));
        }
        Deed::TakeApart(take) => {
            let kept = model.len().min(take.into());
            *map = mem::take(map).into_iter().take(take.into()).collect();
            model.retain(|key, _| map.contains_key(key));
            assert_eq!((model.len(), map.len()), (kept, kept));
        }
        Deed::Rebuild => *map = mem::take(map).into_iter().collect(),
        Deed::PromptDrop => *map = mem::take(map).with_prompt_drop(),
        Deed::Compact => map.compact(),
        made => unreachable!("{made:?} makes a version"),
    }
}
