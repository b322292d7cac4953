//! One map through the whole of its interface, beside std's; a second version may share what it is made of.

use std::collections::{HashSet, hash_map};
use std::hash::BuildHasher;
use std::mem;

use arbitrary::Arbitrary;
use hamt::{Hamt, Insertion};

use crate::kinds::{Element, Kind, Pace, begin_step, empty, with_kind};
use crate::probes::Random;
use crate::random::{made, steps};
use crate::versions::{Bare, Version, check};

/// What a fuzzer's bytes become.
#[derive(Arbitrary, Debug)]
pub struct Case {
    kind: Kind,
    /// All is checked after so many steps, and in the end.
    interval: u8,
    steps: Vec<Op>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Op {
    Insert(u16, u8),
    InsertIfChanged(u16, u8),
    TryInsert(u16, u8),
    Remove(u16),
    RemoveEntry(u16),
    Look(u16),
    GetMut(u16, u8),
    Entry(u16, u8, EntryUse),
    GetMany([u16; 4]),
    GetManyWith(u16, u8),
    Disjoint([u16; 3], u8),
    Retain { step: u8, value: u8 },
    ExtractIf { step: u8, value: u8, take: u8 },
    Drain(u8),
    IntoIter(u8),
    Iter(u8),
    IterMut(u8, u8),
    ValuesMut(u8),
    Extend { from: u16, count: u8, value: u8 },
    Collect,
    Filter(u8),
    Clear,
    Reserve(u16),
    ShrinkToFit,
    Compact,
    PromptDrop,
    Snapshot,
    Swap,
    Forget,
    GetKeyValueMut(u16, u8),
    RemoveWithKey(u16),
    DisjointUnchecked([u16; 3], u8),
    TryReserve(u16),
    ShrinkTo(u16),
    Refill(u8),
}

impl Case {
    /// A case of so many steps.
    pub(crate) fn random(random: &mut Random, count: usize) -> Self {
        Case {
            kind: Kind::random(random),
            interval: made(random),
            steps: steps(random, count),
        }
    }
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum EntryUse {
    Leave,
    OrInsert,
    OrInsertWithKey,
    AndModify,
    InsertEntry,
    GetMut,
    IntoMut,
    Replace,
    Remove,
    RemoveEntry,
    IntoKey,
    RemoveAfterInsert,
    OrInsertWith,
    OrDefault,
}

/// The same use of an entry, of our map or of std's: what it gives is to be equal.
macro_rules! use_entry {
    ($module:ident, $map:expr, $key:expr, $value:expr, $how:expr) => {{
        let entry = $map.entry($key);
        let value = $value;
        match ($how, entry) {
            (EntryUse::Leave, entry) => (Some(entry.key().clone()), None),
            (EntryUse::OrInsert, entry) => (None, Some(entry.or_insert(value).clone())),
            (EntryUse::OrInsertWithKey, entry) => {
                let value = entry.or_insert_with_key(|key| V::of(key.number() + 1));
                (None, Some(value.clone()))
            }
            (EntryUse::OrInsertWith, entry) => (None, Some(entry.or_insert_with(|| value).clone())),
            (EntryUse::OrDefault, entry) => (None, Some(entry.or_default().clone())),
            (EntryUse::AndModify, entry) => {
                let entry = entry.and_modify(|old| *old = V::of(old.number() / 2));
                (None, Some(entry.or_insert(value).clone()))
            }
            (EntryUse::InsertEntry, entry) => {
                let mut entry = entry.insert_entry(value);
                *entry.get_mut() = V::of(entry.get().number() + 1);
                (Some(entry.key().clone()), Some(entry.insert(V::of(7))))
            }
            (EntryUse::RemoveAfterInsert, entry) => {
                let (key, value) = entry.insert_entry(value).remove_entry();
                (Some(key), Some(value))
            }
            (how, $module::Entry::Occupied(mut entry)) => match how {
                EntryUse::GetMut => {
                    *entry.get_mut() = value;
                    (Some(entry.key().clone()), Some(entry.get().clone()))
                }
                EntryUse::IntoMut => (None, Some(mem::replace(entry.into_mut(), value))),
                EntryUse::Replace => (None, Some(entry.insert(value))),
                EntryUse::Remove => (None, Some(entry.remove())),
                _ => {
                    let (key, value) = entry.remove_entry();
                    (Some(key), Some(value))
                }
            },
            (how, $module::Entry::Vacant(entry)) => match how {
                EntryUse::IntoKey => (Some(entry.into_key()), None),
                EntryUse::Remove | EntryUse::RemoveEntry => (Some(entry.key().clone()), None),
                EntryUse::Replace => {
                    let mut entry = entry.insert_entry(value);
                    (Some(entry.key().clone()), Some(entry.insert(V::of(9))))
                }
                _ => (None, Some(entry.insert(value).clone())),
            },
        }
    }};
}

/// Plays a case.
pub fn run(case: &Case) {
    run_at(case, Pace::of(case.interval));
}

pub(crate) fn run_at(case: &Case, pace: Pace) {
    with_kind!(case.kind, play::<Bare>(case, pace));
}

struct Player<K, V, S> {
    kind: Kind,
    /// The one that all steps are about.
    now: Version<K, V, S>,
    kept: Option<Version<K, V, S>>,
}

fn play<K: Element, V: Element, S: BuildHasher + Clone + Default>(case: &Case, pace: Pace) {
    let mut player = Player::<K, V, S> {
        kind: case.kind,
        now: empty(case.kind),
        kept: None,
    };
    for (number, op) in case.steps.iter().enumerate() {
        begin_step(number + 1);
        player.step(*op);
        let built = matches!(op, Op::Collect | Op::IntoIter(_) | Op::Refill(_));
        case.kind.keep_prompt(&mut player.now.map, built);
        if let Some(shapes) = pace.after(number) {
            player.look(shapes);
        }
    }
    player.look(true);
}

impl<K: Element, V: Element, S: BuildHasher + Clone + Default> Player<K, V, S> {
    fn look(&self, shapes: bool) {
        self.kind
            .look([&self.now].into_iter().chain(&self.kept), shapes);
    }

    fn key(&self, n: u16) -> K {
        K::of(self.kind.key(n))
    }

    fn step(&mut self, op: Op) {
        match op {
            Op::Snapshot => self.kept = Some(self.now.clone()),
            Op::Swap => mem::swap(
                &mut self.now,
                self.kept.get_or_insert_with(|| empty(self.kind)),
            ),
            Op::Forget => self.kept = None,
            Op::Iter(_) | Op::Look(_) | Op::GetMany(_) | Op::GetManyWith(..) | Op::Filter(_) => {
                self.read(op);
            }
            Op::Retain { .. }
            | Op::ExtractIf { .. }
            | Op::Drain(_)
            | Op::IntoIter(_)
            | Op::IterMut(..)
            | Op::ValuesMut(_)
            | Op::Collect => self.walk(op),
            _ => self.change(op),
        }
    }

    fn read(&self, op: Op) {
        let Version { map, model } = &self.now;
        match op {
            Op::Look(k) => {
                let key = self.key(k);
                let found = map.get_key_value(&key);
                assert_eq!(found, model.get_key_value(&key));
                assert_eq!(map.get(&key), found.map(|(_, value)| value));
                assert_eq!(map.contains_key(&key), found.is_some());
                assert_eq!(map.is_empty(), model.is_empty());
                assert!(found.is_none_or(|(_, value)| map[&key] == *value));
            }
            Op::GetMany(numbers) => {
                let keys = numbers.map(|n| self.key(n));
                let wanted = keys.each_ref().map(|key| model.get(key));
                assert_eq!(map.get_many(keys.each_ref()), wanted);
            }
            Op::GetManyWith(from, count) => {
                let numbers = (0..u16::from(count)).map(|n| from.wrapping_add(n));
                let keys: Vec<K> = numbers.map(|n| self.key(n)).collect();
                let mut left = keys.iter();
                map.get_many_with(&keys, |key, value| {
                    assert_eq!(left.next(), Some(key));
                    assert_eq!(value, model.get(key));
                });
                assert_eq!(left.len(), 0);
            }
            Op::Iter(take) => {
                let mut entries = map.iter();
                let taken: Vec<_> = entries.by_ref().take(take.into()).collect();
                assert_eq!(taken.len() + entries.len(), model.len());
                let rest = entries.clone().fold(0, |n, _| n + 1);
                assert_eq!(rest, entries.len());
                let seen: HashSet<&K> = taken.into_iter().chain(entries).map(|it| it.0).collect();
                assert_eq!(seen, model.keys().collect());
                assert!(map.keys().eq(map.iter().map(|(key, _)| key)));
                assert!(map.values().eq(map.iter().map(|(_, value)| value)));
                assert!(map.keys().cloned().eq(map.clone().into_keys()));
                assert!(map.values().cloned().eq(map.clone().into_values()));
            }
            Op::Filter(step) => {
                let wanted = |key: &K| key.number().is_multiple_of(u32::from(step) + 1);
                let filtered = map.filter(|key, _| wanted(key));
                let mut model = model.clone();
                model.retain(|key, _| wanted(key));
                check(&filtered, &model, "filter");
            }
            other => unreachable!("{other:?} changes the map"),
        }
    }

    /// What goes through the entries one after the other.
    fn walk(&mut self, op: Op) {
        let Version { map, model } = &mut self.now;
        let all = model.len();
        let chosen = |key: &K, step: u8| key.number().is_multiple_of(u32::from(step) + 1);
        match op {
            Op::Retain { step, value } => {
                map.retain(|key, old| {
                    *old = V::of(value.into());
                    chosen(key, step)
                });
                model.retain(|key, _| chosen(key, step));
                model.values_mut().for_each(|it| *it = V::of(value.into()));
            }
            Op::ExtractIf { step, value, take } => {
                let mut visited = Vec::new();
                let picks = map.extract_if(|key, old| {
                    visited.push(key.clone());
                    *old = V::of(value.into());
                    chosen(key, step)
                });
                let taken: Vec<(K, V)> = picks.take(take.into()).collect();
                for key in &visited {
                    *model.get_mut(key).expect("it was there") = V::of(value.into());
                }
                let picked: Vec<K> = visited.into_iter().filter(|k| chosen(k, step)).collect();
                assert!(picked.iter().eq(taken.iter().map(|(key, _)| key)));
                for (key, value) in taken {
                    assert_eq!(model.remove(&key), Some(value), "{key:?}");
                }
                if picked.len() < usize::from(take) {
                    assert!(!model.keys().any(|key| chosen(key, step)), "one is left");
                }
            }
            Op::Drain(take) => {
                for (key, value) in map.drain().take(take.into()) {
                    assert_eq!(model.remove(&key), Some(value), "{key:?}");
                }
                assert_eq!(all - model.len(), all.min(take.into()));
                model.clear();
            }
            Op::IntoIter(take) => {
                let mut rest = mem::take(map).into_iter();
                let taken: Vec<(K, V)> = rest.by_ref().take(take.into()).collect();
                assert_eq!(rest.len(), all - taken.len());
                drop(rest);
                for (key, value) in &taken {
                    assert_eq!(model.remove(key).as_ref(), Some(value), "{key:?}");
                }
                assert_eq!(all - model.len(), all.min(take.into()));
                *model = taken.iter().cloned().collect();
                *map = taken.into_iter().collect();
            }
            Op::IterMut(take, value) => {
                let mut places = map.iter_mut();
                let mut passed = 0;
                for (key, old) in places.by_ref().take(take.into()) {
                    let expected = model.get_mut(key).expect("it is there");
                    assert_eq!(old, expected);
                    *old = V::of(value.into());
                    *expected = V::of(value.into());
                    passed += 1;
                }
                assert_eq!(passed, all.min(take.into()));
                assert_eq!(places.len(), all - passed);
            }
            Op::ValuesMut(value) => {
                map.values_mut().for_each(|it| *it = V::of(value.into()));
                model.values_mut().for_each(|it| *it = V::of(value.into()));
            }
            Op::Collect => *map = mem::take(map).into_iter().collect(),
            other => unreachable!("{other:?} is no walk"),
        }
    }

    fn change(&mut self, op: Op) {
        let kind = self.kind;
        let key = |n: u16| K::of(kind.key(n));
        let value = |n: u8| V::of(n.into());
        let version = &mut self.now;
        let Version { map, model } = version;
        match op {
            Op::Insert(k, v) => {
                assert_eq!(map.insert(key(k), value(v)), model.insert(key(k), value(v)));
            }
            Op::InsertIfChanged(k, v) => {
                let expected = match model.insert(key(k), value(v)) {
                    None => Insertion::Added,
                    Some(old) if old == value(v) => Insertion::Unchanged(old),
                    Some(old) => Insertion::Replaced(old),
                };
                assert_eq!(map.insert_if_changed(key(k), value(v)), expected);
            }
            Op::TryInsert(k, v) => match (map.try_insert(key(k), value(v)), model.entry(key(k))) {
                (Ok(new), hash_map::Entry::Vacant(entry)) => {
                    assert_eq!(new, entry.insert(value(v)));
                }
                (Err(error), hash_map::Entry::Occupied(entry)) => {
                    assert_eq!((error.entry.get(), error.value), (entry.get(), value(v)));
                }
                (new, _) => panic!("{key:?}: {new:?}", key = key(k)),
            },
            Op::Remove(k) => assert_eq!(map.remove(&key(k)), model.remove(&key(k))),
            Op::RemoveEntry(k) => {
                assert_eq!(map.remove_entry(&key(k)), model.remove_entry(&key(k)));
            }
            Op::RemoveWithKey(k) => {
                assert_eq!(map.remove_with_key(&key(k)), model.remove_entry(&key(k)));
            }
            Op::GetKeyValueMut(k, v) => match map.get_key_value_mut(&key(k)) {
                Some((known, place)) => {
                    assert_eq!(known, &key(k));
                    assert_eq!(
                        Some(mem::replace(place, value(v))),
                        model.insert(key(k), value(v))
                    );
                }
                None => assert!(!model.contains_key(&key(k))),
            },
            Op::GetMut(k, v) => {
                let (ours, theirs) = (map.get_mut(&key(k)), model.get_mut(&key(k)));
                assert_eq!(ours, theirs);
                if let (Some(ours), Some(theirs)) = (ours, theirs) {
                    (*ours, *theirs) = (value(v), value(v));
                }
            }
            Op::Entry(k, v, how) => {
                let ours = use_entry!(hamt, map, key(k), value(v), how);
                let theirs = use_entry!(hash_map, model, key(k), value(v), how);
                assert_eq!(ours, theirs, "{how:?}");
            }
            Op::Disjoint(numbers, v) | Op::DisjointUnchecked(numbers, v) => {
                let keys = numbers.map(key);
                let unequal: HashSet<&K> = keys.iter().collect();
                if unequal.len() == keys.len() {
                    let places = match op {
                        Op::Disjoint(..) => map.get_disjoint_mut(keys.each_ref()),
                        _ => map.get_disjoint_unchecked_mut(keys.each_ref()),
                    };
                    for ((key, place), n) in keys.iter().zip(places).zip(v..=u8::MAX) {
                        let expected = model.get_mut(key);
                        assert_eq!(place, expected);
                        if let (Some(place), Some(expected)) = (place, expected) {
                            (*place, *expected) = (value(n), value(n));
                        }
                    }
                }
            }
            Op::Extend {
                from,
                count,
                value: v,
            } => kind.extend(version, from, count, &value(v)),
            Op::Clear => {
                map.clear();
                model.clear();
            }
            Op::Reserve(more) => map.reserve(more.into()),
            Op::TryReserve(more) => {
                assert_eq!(map.try_reserve(more.into()), Ok(()));
                assert!(map.capacity() >= map.len());
            }
            Op::ShrinkTo(least) => map.shrink_to(least.into()),
            Op::ShrinkToFit => map.shrink_to_fit(),
            Op::Refill(room) => {
                let hasher = map.hasher().clone();
                let mut filled = Hamt::with_capacity_and_hasher(room.into(), hasher);
                filled.extend(mem::take(map));
                *map = filled;
            }
            Op::Compact => map.compact(),
            Op::PromptDrop if !kind.may_turn_prompt() => (),
            Op::PromptDrop => *map = mem::take(map).with_prompt_drop(),
            other => unreachable!("{other:?} is done elsewhere"),
        }
    }
}
