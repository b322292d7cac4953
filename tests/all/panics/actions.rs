//! The operations in which user code is made to panic.

use hamt::{Change, Entry, JoinRules, Pick, Resolution};

use super::{Map, Numbers, Types, cousin, entries, fresh, key, relative, value};
use crate::probes::Point::{
    self, CloneKey, CloneValue, Closure, DropKey, DropValue, Eq, Hash, Memory, Next,
};
use crate::probes::{Probe, pass};

pub(super) type Run<T> = fn(&mut Map<T>, Numbers);

/// Those that pass each point a few times, whatever the size of the map.
pub(super) fn of_few<T: Types>() -> Vec<(&'static str, Run<T>)> {
    vec![
        ("insert into room", |map, at| {
            map.insert(key::<T>(at.room), value::<T>(1));
        }),
        ("insert and push down", |map, at| {
            map.insert(key::<T>(at.pushing), value::<T>(1));
        }),
        ("insert over", |map, _| {
            map.insert(key::<T>(3), value::<T>(1));
        }),
        ("try insert", |map, at| {
            assert!(map.try_insert(key::<T>(at.pushing), value::<T>(1)).is_ok());
            assert!(map.try_insert(key::<T>(3), value::<T>(1)).is_err());
        }),
        ("remove", |map, _| {
            map.remove(&key::<T>(3));
        }),
        ("remove and fold", |map, at| {
            map.remove_entry(&key::<T>(at.folding));
        }),
        ("get mut", |map, _| {
            if let Some(value) = map.get_mut(&key::<T>(3)) {
                *value = self::value::<T>(1);
            }
        }),
        ("get disjoint mut", |map, at| {
            let keys = [3, at.room, 5].map(key::<T>);
            for found in map.get_disjoint_mut(keys.each_ref()).into_iter().flatten() {
                *found = value::<T>(1);
            }
        }),
        ("get many", |map, at| {
            let keys = [3, at.room, 5].map(key::<T>);
            let found = map.get_many(keys.each_ref());
            assert_eq!(found.map(|it| it.is_some()), [true, false, true]);
        }),
        ("entry or insert with", |map, at| {
            map.entry(key::<T>(at.pushing)).or_insert_with(|| {
                pass(Closure);
                value::<T>(1)
            });
        }),
        ("entry and modify", |map, _| {
            let entry = map.entry(key::<T>(3)).and_modify(|it| {
                pass(Closure);
                *it = value::<T>(1);
            });
            entry.or_insert_with(|| value::<T>(1));
        }),
        ("entry insert", |map, at| {
            map.entry(key::<T>(at.room)).insert_entry(value::<T>(1));
            map.entry(key::<T>(3)).insert_entry(value::<T>(1));
        }),
        ("entry remove", |map, at| {
            if let Entry::Occupied(entry) = map.entry(key::<T>(at.folding)) {
                drop(entry.remove_entry());
            }
        }),
        ("update a clone", |map, at| {
            *map = map.clone().update(key::<T>(at.pushing), value::<T>(1));
        }),
        ("update with", |map, _| {
            *map = map.update_with(key::<T>(3), value::<T>(1), |old, new| {
                pass(Closure);
                drop(old);
                new
            });
        }),
        ("alter", |map, at| {
            *map = map.alter(
                |old| {
                    pass(Closure);
                    assert!(old.is_some());
                    None
                },
                key::<T>(at.folding),
            );
        }),
        ("without", |map, at| {
            *map = map.without(&key::<T>(at.folding));
        }),
        ("extract", |map, at| {
            if let Some((value, rest)) = map.extract(&key::<T>(at.folding)) {
                drop(value);
                *map = rest;
            }
        }),
        ("clone from a relative", |map, at| {
            let other = relative::<T>(map, at);
            map.clone_from(&other);
        }),
        ("into iter, half", |map, _| {
            let mut rest = std::mem::take(map).into_iter();
            rest.by_ref().take(9).for_each(drop);
        }),
        ("compare with a relative", |map, at| {
            let other = map.update(key::<T>(at.pushing), value::<T>(1));
            assert!(*map != other && map.is_submap(&other));
        }),
        ("diff a relative and apply", |map, at| {
            let other = relative::<T>(map, at);
            map.apply(map.clone().diff(&other));
        }),
        ("join with a relative", |map, at| {
            let other = relative::<T>(map, at);
            *map = map.join_with(&other, JoinRules::ASK, ask::<T>);
        }),
        ("intersection with a relative", |map, at| {
            *map = map.intersection_with(relative::<T>(map, at), |left, right| {
                pass(Closure);
                drop(left);
                right
            });
        }),
        ("merge", |map, at| {
            let ours = relative::<T>(map, at).update(key::<T>(5), value::<T>(1));
            let theirs = map.without(&key::<T>(5)).update(key::<T>(6), value::<T>(8));
            *map = map.merge(&ours, &theirs, |_| {
                pass(Closure);
                Resolution::New(value::<T>(9))
            });
        }),
    ]
}

/// Those that look at many entries, and the points that they pass so often in a wide map that even
/// the last n comes up there.
pub(super) fn of_many<T: Types>() -> Vec<(&'static str, &'static [Point], Run<T>)> {
    const BY_KEY: &[Point] = &[Hash];
    const OWNED: &[Point] = &[DropKey, DropValue];
    const TAKEN: &[Point] = &[Closure, CloneKey, CloneValue, DropKey, DropValue];
    const SIFTED: &[Point] = &[Closure, CloneKey, CloneValue, DropKey, DropValue, Memory];
    const REBUILT: &[Point] = &[Hash, Eq, CloneKey, CloneValue, DropKey, DropValue, Memory];
    const REPICKED: &[Point] = &[
        Hash, Eq, Closure, CloneKey, CloneValue, DropKey, DropValue, Memory,
    ];
    vec![
        ("build", &[Hash, Next], |map, at| {
            let mut other: Map<T> = entries::<T>(0..at.keys - 14).collect();
            std::mem::swap(map, &mut other);
        }),
        ("insert many", BY_KEY, |map, at| {
            for n in at.keys / 2..at.keys + at.keys / 2 {
                map.insert(key::<T>(n), value::<T>(1));
            }
        }),
        ("extend", &[Hash, Next], |map, at| {
            map.extend(entries::<T>(at.keys / 2..at.keys + at.keys / 2));
        }),
        ("remove all", REBUILT, |map, at| {
            for n in 0..at.keys {
                map.remove(&key::<T>(n));
            }
        }),
        (
            "iter mut",
            &[Closure, CloneKey, CloneValue, DropValue],
            |map, _| {
                for (_, value) in map.iter_mut() {
                    pass(Closure);
                    *value = self::value::<T>(1);
                }
            },
        ),
        (
            "retain",
            &[Closure, CloneKey, CloneValue, DropValue],
            |map, _| {
                map.retain(|key, value| {
                    pass(Closure);
                    let keep = key.number() % 2 == 0;
                    if keep {
                        *value = self::value::<T>(1);
                    }
                    keep
                });
            },
        ),
        ("retain few", SIFTED, |map, _| {
            map.retain(|key, _| {
                pass(Closure);
                key.number() % 8 == 0
            });
        }),
        ("extract if", SIFTED, |map, _| {
            let picked = map.extract_if(|key, value| {
                pass(Closure);
                let stays = key.number() % 8 == 0;
                if stays {
                    *value = self::value::<T>(1);
                }
                !stays
            });
            picked.for_each(drop);
        }),
        ("filter", REPICKED, |map, _| {
            *map = map.filter(|key, _| {
                pass(Closure);
                key.number() % 8 == 0
            });
        }),
        ("drain", TAKEN, |map, _| {
            for entry in map.drain() {
                pass(Closure);
                drop(entry);
            }
        }),
        ("drain, half", OWNED, |map, _| {
            map.drain().take(9).for_each(drop);
        }),
        ("into iter", TAKEN, |map, _| {
            for (key, value) in std::mem::take(map) {
                pass(Closure);
                drop((key, value));
            }
        }),
        ("drop", OWNED, |map, _| drop(std::mem::take(map))),
        ("clear", OWNED, |map, _| map.clear()),
        ("clone from a stranger", OWNED, |map, _| {
            let other: Map<T> = entries::<T>(3..9).collect();
            map.clone_from(&other);
        }),
        (
            "compare",
            &[Hash, Eq, Next, DropKey, DropValue],
            |map, at| {
                let other = fresh::<T>(at.keys);
                assert!(*map == other);
            },
        ),
        ("diff a cousin and apply", REBUILT, |map, at| {
            let other = cousin::<T>(map, at);
            map.apply(map.clone().diff(&other));
        }),
        ("diff a stranger", REBUILT, |map, _| {
            let other: Map<T> = entries::<T>(3..9).collect();
            let changes: Vec<_> = map.diff(&other).map(Change::cloned).collect();
            map.apply_owned(changes);
        }),
        ("union with a stranger", &[Hash, Eq, Next], |map, at| {
            let other: Map<T> = entries::<T>(at.keys / 8..at.keys + at.keys / 8).collect();
            *map = other.union(&*map);
        }),
        ("symmetric difference with a cousin", REBUILT, |map, at| {
            *map = map.symmetric_difference(cousin::<T>(map, at));
        }),
        ("join with a cousin", REPICKED, |map, at| {
            let other = cousin::<T>(map, at);
            *map = map.join_with(&other, JoinRules::ASK, ask::<T>);
        }),
        ("merge cousins", REPICKED, |map, at| {
            let (ours, mut theirs) = (cousin::<T>(map, at), map.clone());
            for value in theirs.values_mut() {
                *value = self::value::<T>(8);
            }
            *map = map.merge(&ours, &theirs, |_| {
                pass(Closure);
                Resolution::New(value::<T>(9))
            });
        }),
    ]
}

/// Picks each side, neither, and new values.
fn ask<T: Types>(key: &T::K, left: Option<&T::V>, right: Option<&T::V>) -> Pick<T::V> {
    pass(Closure);
    match key.number() % 5 {
        0 => Pick::Drop,
        1 => Pick::New(value::<T>(1)),
        2 => Pick::Right,
        _ if left.is_none() => Pick::Right,
        _ if right.is_none() => Pick::New(value::<T>(2)),
        _ => Pick::Left,
    }
}
