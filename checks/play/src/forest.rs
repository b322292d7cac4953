//! Many versions made from each other, in a few places that later ones overwrite; each has a model of its own.

use std::hash::BuildHasher;
use std::mem;

use arbitrary::Arbitrary;
use hamt::{Hamt, Resolution};

use crate::hashers::Good;
use crate::kinds::{Element, Kind, Pace, begin_step, check_heap, empty, with_kind};
use crate::probes::Random;
use crate::random::{made, steps};
use crate::versions::{Bare, Version, together};

/// What a fuzzer's bytes become.
#[derive(Arbitrary, Debug)]
pub struct Case {
    kind: Kind,
    /// All is checked after so many steps, and in the end.
    interval: u8,
    /// Versions that are there at once.
    #[arbitrary(value = 16)]
    places: u8,
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
    // More that makes a version.
    UpdateWithKey(u16, u8),
    UpdateLookup(u16, u8),
    ExtractValue(u16),
    Intersection,
    SymmetricDifference,
    UnionWith,
    Patch,
    Merge(u8),
    // What the version in place `from` has in common with the others.
    Sharing,
}

impl Case {
    /// A case of so many steps.
    pub(crate) fn random(random: &mut Random, count: usize) -> Self {
        Case {
            kind: Kind::random(random),
            interval: made(random),
            places: made::<u8>(random) % 15 + 2,
            steps: steps(random, count),
        }
    }
}

/// Plays a case.
pub fn run(case: &Case) {
    run_at(case, Pace::of(case.interval));
}

pub(crate) fn run_at(case: &Case, pace: Pace) {
    with_kind!(case.kind, play::<Bare>(case, pace));
}

fn play<K: Element, V: Element, S: BuildHasher + Clone + Default>(case: &Case, pace: Pace) {
    let mut forest: Vec<Version<K, V, S>> = (0..case.places).map(|_| empty(case.kind)).collect();
    for (number, step) in case.steps.iter().enumerate() {
        begin_step(number + 1);
        play_step(case.kind, &mut forest, *step);
        if let Some(shapes) = pace.after(number) {
            case.kind.look(forest.iter(), shapes);
        }
    }
    case.kind.look(forest.iter(), true);
    for (n, one) in forest.iter().enumerate() {
        for two in &forest[..n] {
            let equal = one.model == two.model;
            assert_eq!(one.map == two.map, equal);
            assert!(
                !equal || Good::default().hash_one(&one.map) == Good::default().hash_one(&two.map)
            );
        }
    }
    // The account has to be right after each death, whatever the order.
    let mut versions = forest;
    while !versions.is_empty() {
        versions.swap_remove(usize::from(case.interval) % versions.len());
        check_heap(versions.iter().map(|it| &it.map));
    }
}

fn play_step<K: Element, V: Element, S: BuildHasher + Clone + Default>(
    kind: Kind,
    forest: &mut [Version<K, V, S>],
    step: Step,
) {
    let [from, to] = [step.from, step.to].map(|n| usize::from(n) % forest.len());
    if matches!(step.deed, Deed::Sharing) {
        measure(forest, from);
    } else if let Some(made) = make(kind, forest, from, to, step.deed) {
        forest[to] = made;
        kind.keep_prompt(&mut forest[to].map, matches!(step.deed, Deed::Drop));
    } else {
        change(kind, &mut forest[from], step.deed);
        let built = matches!(step.deed, Deed::TakeApart(_) | Deed::Rebuild);
        kind.keep_prompt(&mut forest[from].map, built);
    }
}

/// The new version, if the deed is one that makes one.
fn make<K: Element, V: Element, S: BuildHasher + Clone + Default>(
    kind: Kind,
    forest: &[Version<K, V, S>],
    from: usize,
    to: usize,
    deed: Deed,
) -> Option<Version<K, V, S>> {
    let (source, target) = (&forest[from], &forest[to]);
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
        Deed::UpdateWithKey(k, v) => {
            let sum = |key: &K, old: u32, new: u32| V::of((key.number() + old + new) & 0xff);
            let entry = model.entry(key(k));
            let known = entry.key().clone();
            entry
                .and_modify(|old| *old = sum(&known, old.number(), v.into()))
                .or_insert(value(v));
            map.update_with_key(key(k), value(v), |key, old, new| {
                sum(key, old.number(), new.number())
            })
        }
        Deed::UpdateLookup(k, v) => {
            let (old, new) = map.update_lookup_with_key(key(k), value(v), |known, old, new| {
                assert_eq!((known, Some(old)), (&key(k), model.get(known)));
                new
            });
            assert_eq!(old, model.insert(key(k), value(v)));
            new
        }
        Deed::ExtractValue(k) => match (map.extract(&key(k)), model.remove(&key(k))) {
            (Some((value, rest)), Some(expected)) => {
                assert_eq!(value, expected);
                rest
            }
            (None, None) => map.clone(),
            (found, _) => panic!("{key:?}: {found:?}", key = key(k)),
        },
        Deed::Intersection => {
            model.retain(|key, _| target.model.contains_key(key));
            map.intersection(&target.map)
        }
        Deed::SymmetricDifference => {
            model = together(&source.model, &target.model, |_, l, r| l.xor(r).cloned());
            map.symmetric_difference(&target.map)
        }
        Deed::UnionWith => {
            let sum = |l: &V, r: &V| V::of((l.number() + 2 * r.number()) & 0xff);
            model = together(&source.model, &target.model, |_, l, r| match (l, r) {
                (Some(l), Some(r)) => Some(sum(l, r)),
                (l, r) => l.or(r).cloned(),
            });
            map.union_with(&target.map, |l, r| sum(&l, &r))
        }
        Deed::Patch => {
            model = target.model.clone();
            let mut patched = map.clone();
            patched.apply(map.diff(&target.map));
            patched
        }
        // The source is what both were made from; where both have changed it, the target's is taken.
        Deed::Merge(n) => {
            let theirs = &forest[usize::from(n) % forest.len()];
            model = together(&target.model, &theirs.model, |key, ours, theirs| {
                let unchanged = ours == source.model.get(key);
                if unchanged { theirs } else { ours }.cloned()
            });
            map.merge(&target.map, &theirs.map, |_| Resolution::Ours)
        }
        _ => return None,
    };
    Some(Version { map, model })
}

/// How much of a map's memory is its own, and how much it has in common with others.
fn measure<K: Element, V: Element, S>(forest: &[Version<K, V, S>], from: usize) {
    let map = &forest[from].map;
    let others = (0..forest.len()).filter(|n| *n != from);
    let sharing = map.sharing(others.map(|n| &forest[n].map));
    let bytes = sharing.shared_bytes + sharing.unique_bytes;
    assert_eq!(bytes, map.stats().live_bytes());
    assert!(map.sharing([map]).unique_bytes == 0 && map.sharing([]).shared_bytes == 0);
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
        Deed::Extend { from, count } => kind.extend(version, from, count, &value(count)),
        Deed::Thin { from, count } => kind.thin(version, from, count),
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
        Deed::PromptDrop if !kind.may_turn_prompt() => (),
        Deed::PromptDrop => *map = mem::take(map).with_prompt_drop(),
        Deed::Compact => map.compact(),
        made => unreachable!("{made:?} makes a version"),
    }
}
