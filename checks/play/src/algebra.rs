//! Two and three maps at once: set algebra, joins, differences and merges against what each key says, and laws.

use std::array;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::mem;

use arbitrary::Arbitrary;
use hamt::{Change, Conflict, Hamt, JoinRules, Pick, Resolution, Rule};

use crate::hashers::Good;
use crate::kinds::{Element, Kind, Pace, begin_step, check_heap, empty, with_kind};
use crate::probes::Random;
use crate::random::{made, steps};
use crate::versions::{self, Bare, Model, Seeded, Version, check, together};

/// What a fuzzer's bytes become.
#[derive(Arbitrary, Debug)]
pub struct Case {
    kind: Kind,
    /// Whether maps that are not made from each other hash differently.
    keyed: bool,
    /// Which maps are left, right, and ours, base and theirs.
    order: [u8; 3],
    rules: [Choice; 3],
    /// Decides with the key what joins and merges pick.
    salt: u8,
    /// How the three maps come about: what they have in common is by copies.
    steps: Vec<(u8, Step)>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Choice {
    Keep,
    Drop,
    Ask,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Step {
    Insert(u16, u8),
    Remove(u16),
    Extend { from: u16, count: u8, value: u8 },
    Thin { from: u16, count: u8 },
    CopyOf(u8),
    Rebuild,
    PromptDrop,
    Compact,
}

impl Case {
    /// A case of so many steps.
    pub(crate) fn random(random: &mut Random, count: usize) -> Self {
        Case {
            kind: Kind::random(random),
            keyed: made(random),
            order: made(random),
            rules: made(random),
            salt: made(random),
            steps: steps(random, count),
        }
    }
}

/// Plays a case.
pub fn run(case: &Case) {
    run_at(case, None);
}

/// Plays a case, and looks at the maps also while they come about.
pub(crate) fn run_at(case: &Case, pace: impl Into<Option<Pace>>) {
    let pace = pace.into();
    if case.keyed {
        with_kind!(case.kind, play::<Seeded>(case, pace));
    } else {
        with_kind!(case.kind, play::<Bare>(case, pace));
    }
}

fn play<K: Element, V: Element, S: BuildHasher + Clone + Default>(case: &Case, pace: Option<Pace>) {
    let mut maps: [Version<K, V, S>; 3] = array::from_fn(|_| empty(case.kind));
    for (number, (on, step)) in case.steps.iter().enumerate() {
        begin_step(number + 1);
        let on = usize::from(*on) % 3;
        prepare(case.kind, &mut maps, on, *step);
        let built = matches!(step, Step::Rebuild);
        case.kind.keep_prompt(&mut maps[on].map, built);
        if let Some(shapes) = pace.and_then(|it| it.after(number)) {
            case.kind.look(maps.iter(), shapes);
        }
    }
    let [left, right, base] = case.order.map(|n| &maps[usize::from(n) % 3]);
    let mut results = sets(left, right);
    results.push(join(left, right, case));
    differences(left, right);
    results.push(merge(base, left, right, case.salt));
    unions(&maps, &mut results);
    for result in &mut results {
        case.kind.keep_prompt(result, false);
    }
    for version in &maps {
        check(&version.map, &version.model, "an input");
    }
    check_heap(maps.iter().map(|it| &it.map).chain(&results));
    // Results outlive what they share with, and go on working.
    drop(maps);
    check_heap(results.iter());
    for result in &mut results {
        let key = K::of(case.kind.key(case.salt.into()));
        let old = result.remove(&key);
        assert_eq!(result.insert(key.clone(), V::of(1)), None);
        assert_eq!(result.remove(&key), Some(V::of(1)));
        assert!(old.is_none_or(|old| result.insert(key, old).is_none()));
        assert_eq!(result.validate(), Ok(()));
    }
    check_heap(results.iter());
}

fn prepare<K: Element, V: Element, S: BuildHasher + Clone + Default>(
    kind: Kind,
    maps: &mut [Version<K, V, S>; 3],
    on: usize,
    step: Step,
) {
    let key = |n: u16| K::of(kind.key(n));
    // Few values, so that maps agree on some of them.
    let value = |n: u8| V::of((n % 4).into());
    if let Step::CopyOf(from) = step {
        maps[on] = maps[usize::from(from) % 3].clone();
        return;
    }
    let version = &mut maps[on];
    let Version { map, model } = version;
    match step {
        Step::Insert(k, v) => {
            map.insert(key(k), value(v));
            model.insert(key(k), value(v));
        }
        Step::Remove(k) => {
            map.remove(&key(k));
            model.remove(&key(k));
        }
        Step::Extend {
            from,
            count,
            value: v,
        } => kind.extend(version, from, count, &value(v)),
        Step::Thin { from, count } => kind.thin(version, from, count),
        // Equal contents of which nothing is shared, and with another hasher if that has keys.
        Step::Rebuild => *map = mem::take(map).into_iter().collect(),
        Step::PromptDrop if !kind.may_turn_prompt() => (),
        Step::PromptDrop => *map = mem::take(map).with_prompt_drop(),
        Step::Compact => map.compact(),
        Step::CopyOf(_) => unreachable!("copied above"),
    }
}

/// Set algebra, each result beside its model, and laws among them.
fn sets<K: Element, V: Element, S: BuildHasher + Clone>(
    left: &Version<K, V, S>,
    right: &Version<K, V, S>,
) -> Vec<Hamt<K, V, S>> {
    let (a, b) = (&left.map, &right.map);
    let model = |pick: fn(Option<&V>, Option<&V>) -> Option<V>| {
        together(&left.model, &right.model, |_, l, r| pick(l, r))
    };
    let union = a.union(b);
    check(&union, &model(|l, r| l.or(r).cloned()), "union");
    let both = a.intersection(b);
    check(&both, &model(|l, r| r.and(l).cloned()), "intersection");
    let only = a.relative_complement(b);
    let without = |l: Option<&V>, r: Option<&V>| l.filter(|_| r.is_none()).cloned();
    check(&only, &model(without), "complement");
    let either = a.symmetric_difference(b);
    check(&either, &model(|l, r| l.xor(r).cloned()), "symmetric");
    let added = a.union_with(b, |l, r| V::of(l.number() * 4 + r.number()));
    let sum = |l: Option<&V>, r: Option<&V>| match (l, r) {
        (Some(l), Some(r)) => Some(V::of(l.number() * 4 + r.number())),
        (l, r) => l.or(r).cloned(),
    };
    check(&added, &model(sum), "union with");
    let last = a.union_with_key(b, |key, _, r| V::of(key.number() % 4 + r.number()));
    let keyed = together(&left.model, &right.model, |key, l, r| match (l, r) {
        (Some(_), Some(r)) => Some(V::of(key.number() % 4 + r.number())),
        (l, r) => l.or(r).cloned(),
    });
    check(&last, &keyed, "union with key");
    let unequal = a.symmetric_difference_with(b, |l, r| (l != r).then_some(r));
    let differing = |l: Option<&V>, r: Option<&V>| (l != r).then(|| r.or(l).cloned()).flatten();
    check(&unequal, &model(differing), "symmetric with");
    let is_even = |key: &K| key.number().is_multiple_of(2);
    let even = a.symmetric_difference_with_key(b, |key, l, _| is_even(key).then_some(l));
    let kept = together(&left.model, &right.model, |key, l, r| match (l, r) {
        (Some(l), Some(_)) => is_even(key).then(|| l.clone()),
        (l, r) => l.or(r).cloned(),
    });
    check(&even, &kept, "symmetric with key");
    let pairs = a.intersection_with(b, |l, r| (l.number(), r.number()));
    assert_eq!(pairs.len(), both.len());
    for (key, (l, r)) in &pairs {
        assert_eq!(left.model.get(key).map(Element::number), Some(*l));
        assert_eq!(right.model.get(key).map(Element::number), Some(*r));
    }
    let numbers = a.intersection_with_key(b, |key, _, _| key.number());
    assert!(
        numbers
            .iter()
            .all(|(key, n)| pairs.contains_key(key) && key.number() == *n)
    );
    assert_eq!(numbers.len(), pairs.len());
    drop((pairs, numbers));

    assert!(a.union(a).ptr_eq(a) && a.intersection(a).ptr_eq(a));
    assert!(a.relative_complement(a).is_empty() && a.symmetric_difference(a).is_empty());
    assert_eq!(union.union(b), union);
    assert_eq!(only.union(&both), *a);
    assert_eq!(only.union(b.relative_complement(a)), either);
    assert_eq!(either.union(&both), union);
    let inside = left
        .model
        .iter()
        .all(|(k, v)| right.model.get(k) == Some(v));
    assert_eq!(a.is_submap(b), inside);
    assert_eq!(
        a.is_proper_submap(b),
        inside && left.model.len() < right.model.len()
    );
    let below = left.model.iter().all(|(k, l)| {
        let r = right.model.get(k);
        r.is_some_and(|r| l.number() <= r.number())
    });
    let accept = |l: &V, r: &V| l.number() <= r.number();
    assert_eq!(a.is_submap_by(b, accept), below);
    let proper = below && left.model.len() < right.model.len();
    assert_eq!(a.is_proper_submap_by(b, accept), proper);
    assert!(a.is_submap(&union) && both.is_submap(a) && only.is_submap(a));
    assert_eq!(a == b, left.model == right.model);
    vec![union, both, only, either, added, last, unequal, even]
}

/// The union of all three, and with the last value of each key.
fn unions<K: Element, V: Element, S: BuildHasher + Clone + Default>(
    maps: &[Version<K, V, S>; 3],
    results: &mut Vec<Hamt<K, V, S>>,
) {
    let all = || maps.iter().map(|it| it.map.clone());
    let (mut first, mut last) = (Model::default(), Model::default());
    for (key, value) in maps.iter().flat_map(|it| &it.model) {
        first.entry(key.clone()).or_insert_with(|| value.clone());
        last.insert(key.clone(), value.clone());
    }
    let union = Hamt::unions(all());
    check(&union, &first, "unions");
    let overwritten = Hamt::unions_with(all(), |_, new| new);
    check(&overwritten, &last, "unions with");
    let keyed = Hamt::unions_with_key(all(), |key, old, new| {
        if key.number().is_multiple_of(2) {
            old
        } else {
            new
        }
    });
    let mut by_key = first;
    for (key, value) in last
        .into_iter()
        .filter(|(key, _)| !key.number().is_multiple_of(2))
    {
        by_key.insert(key, value);
    }
    check(&keyed, &by_key, "unions with key");
    results.extend([union, overwritten, keyed]);
}

/// A choice among `n` that depends on a key alone.
fn choice(key: &impl Hash, salt: u8, n: u64) -> u64 {
    Good::default().hash_one((key, salt)) % n
}

/// The join by rules. What the maps share is for the rules to decide, and is equal in both; whether
/// it is shared the model does not know.
fn join<K: Element, V: Element, S: BuildHasher + Clone>(
    left: &Version<K, V, S>,
    right: &Version<K, V, S>,
    case: &Case,
) -> Hamt<K, V, S> {
    let [one, two, shared] = case.rules.map(|rule| match rule {
        Choice::Keep => Rule::Keep,
        Choice::Drop => Rule::Drop,
        Choice::Ask => Rule::Ask,
    });
    let pick = |key: &K| match choice(key, case.salt, 4) {
        0 => Pick::Left,
        1 => Pick::Right,
        2 => Pick::Drop,
        _ => Pick::New(V::of(77)),
    };
    let picked = |key: &K, l: Option<&V>, r: Option<&V>| match pick(key) {
        Pick::Left => l.cloned(),
        Pick::Right => r.cloned(),
        Pick::New(value) => Some(value),
        Pick::Drop => None,
    };
    let ruled = |rule, value: Option<&V>, picked| match rule {
        Rule::Keep => value.cloned(),
        Rule::Drop => None,
        Rule::Ask => picked,
    };
    let mut asked = HashMap::new();
    let rules = JoinRules {
        left: one,
        right: two,
        shared,
    };
    let joined = left.map.join_with(&right.map, rules, |key, l, r| {
        assert_eq!((l, r), (left.model.get(key), right.model.get(key)));
        assert!(asked.insert(key.clone(), ()).is_none(), "asked twice");
        pick(key)
    });
    let model = together(&left.model, &right.model, |key, l, r| match (l, r) {
        (Some(_), None) => ruled(one, l, picked(key, l, r)),
        (None, Some(_)) => ruled(two, r, picked(key, l, r)),
        _ if asked.contains_key(key) => picked(key, l, r),
        _ => {
            assert!(l == r && shared != Rule::Ask, "{key:?} was not asked about");
            ruled(shared, l, None)
        }
    });
    check(&joined, &model, "join");
    joined
}

/// Differences are those of the models, and lead from one map to the other.
fn differences<K: Element, V: Element, S: BuildHasher + Clone>(
    left: &Version<K, V, S>,
    right: &Version<K, V, S>,
) {
    let mut wanted = HashMap::new();
    for key in left.model.keys().chain(right.model.keys()) {
        let (old, new) = (left.model.get(key), right.model.get(key));
        if old != new {
            wanted.insert(key, (old, new));
        }
    }
    for change in left.map.diff(&right.map) {
        let (key, values) = match change {
            Change::Added { key, value } => (key, (None, Some(value))),
            Change::Removed { key, value } => (key, (Some(value), None)),
            Change::Changed { key, old, new } => (key, (Some(old), Some(new))),
        };
        assert_eq!(wanted.remove(key), Some(values), "{key:?}");
    }
    assert!(wanted.is_empty(), "not in the difference: {wanted:?}");
    let mut patched = left.map.clone();
    patched.apply(left.map.diff(&right.map));
    check(&patched, &right.model, "apply");
    assert_eq!(patched, right.map);
    patched.apply_owned(right.map.diff(&left.map).map(Change::cloned));
    check(&patched, &left.model, "apply back");
    assert!(left.map.diff(&left.map).next().is_none());
}

/// The merge, conflict by conflict.
fn merge<K: Element, V: Element, S: BuildHasher + Clone>(
    base: &Version<K, V, S>,
    ours: &Version<K, V, S>,
    theirs: &Version<K, V, S>,
    salt: u8,
) -> Hamt<K, V, S> {
    let resolve = |key: &K| match choice(key, salt, 5) {
        0 => Resolution::Base,
        1 => Resolution::Ours,
        2 => Resolution::Theirs,
        3 => Resolution::New(V::of(77)),
        _ => Resolution::Remove,
    };
    let mut conflicts = HashMap::new();
    let models = [base, ours, theirs].map(|it| &it.model);
    let model = versions::merged(models, |key, values| {
        conflicts.insert(key, values.into());
        resolve(key)
    });
    let merged = base
        .map
        .merge(&ours.map, &theirs.map, |it: Conflict<'_, K, V>| {
            let expected = conflicts.remove(it.key);
            assert_eq!(
                expected,
                Some((it.base, it.ours, it.theirs)),
                "{:?}",
                it.key
            );
            resolve(it.key)
        });
    assert!(conflicts.is_empty(), "not noticed: {conflicts:?}");
    check(&merged, &model, "merge");
    let tried = base
        .map
        .try_merge(&ours.map, &theirs.map, |it| match resolve(it.key) {
            Resolution::Remove => Err(it.key.clone()),
            resolution => Ok(resolution),
        });
    match tried {
        Ok(tried) => assert_eq!(tried, merged),
        Err(key) => assert!(matches!(resolve(&key), Resolution::Remove)),
    }
    let undisputed = |_: Conflict<'_, K, V>| panic!("there is no conflict");
    assert_eq!(base.map.merge(&ours.map, &base.map, undisputed), ours.map);
    assert_eq!(base.map.merge(&base.map, &ours.map, undisputed), ours.map);
    merged
}
