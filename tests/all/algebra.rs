//! Set algebra and the general join.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use hamt::{Hamt, JoinRules, Pick, Resolution, Rule};

use crate::hashers::{Constant, Good, Identity};
use crate::probes::{Counting, Random, compared};
use crate::versions::{Model, Sample, Version, check, check_heap, for_all_kinds, together};

const ROUNDS: u64 = if cfg!(miri) { 1 } else { 20 };

fn operations<K: Sample, V: Sample, S: BuildHasher + Clone + Default>(seed: u64) {
    let mut random = Random(seed);
    let [a, b, c] = Version::<K, V, S>::three(&mut random);
    for (one, two) in [(&a, &b), (&b, &c), (&c, &b), (&b, &b)] {
        let (left, right) = (&one.map, &two.map);
        let model = |pick: fn(Option<&V>, Option<&V>) -> Option<V>| {
            together(&one.model, &two.model, |_, l, r| pick(l, r))
        };
        let union = left.union(right);
        check(&union, &model(|l, r| l.or(r).cloned()), "union");
        let both = left.intersection(right);
        check(&both, &model(|l, r| r.and(l).cloned()), "intersection");
        let less = left.relative_complement(right);
        let only_left = |l: Option<&V>, r: Option<&V>| if r.is_some() { None } else { l.cloned() };
        check(&less, &model(only_left), "relative complement");
        let either = left.symmetric_difference(right);
        check(
            &either,
            &model(|l, r| l.xor(r).cloned()),
            "symmetric difference",
        );

        // By value and by reference, and the same by other ways.
        assert_eq!(left.union(right.clone()), union);
        assert_eq!(less.union(&both), *left);
        assert_eq!(
            less.union(right),
            union.symmetric_difference(&both).union(right).union(&both)
        );
        assert_eq!(left.symmetric_difference_with(right, |_, _| None), either);
        assert_eq!(left.union_with(right, |one, _| one), union);
        assert_eq!(left.intersection_with(right, |one, _| one), both);
        let last = left.union_with_key(right, |_, _, two| two);
        check(&last, &model(|l, r| r.or(l).cloned()), "union with");
        let unequal = left.symmetric_difference_with_key(right, |_, l, r| (l != r).then_some(l));
        let is_unequal =
            |l: Option<&V>, r: Option<&V>| if l == r { None } else { l.or(r).cloned() };
        check(&unequal, &model(is_unequal), "symmetric difference with");
        let pairs = left.intersection_with_key(right, |key, l, r| (key.clone(), l, r));
        assert_eq!(pairs.len(), both.len());
        for (key, (same, l, r)) in &pairs {
            assert!(key == same && Some(l) == left.get(key) && Some(r) == right.get(key));
        }
        check_heap(
            [
                &a.map, &b.map, &c.map, &union, &both, &less, &either, &last, &unequal,
            ]
            .into_iter(),
        );
        // What shares with results goes on working.
        let mut more = union.clone();
        let mut model: Model<K, V> = model(|l, r| l.or(r).cloned());
        for _ in 0..20 {
            let (key, value) = (K::of(random.below(400)), V::of(random.below(5)));
            assert_eq!(
                more.insert(key.clone(), value.clone()),
                model.insert(key, value)
            );
            let key = K::of(random.below(400));
            assert_eq!(more.remove(&key), model.remove(&key));
        }
        drop(union);
        check(&more, &model, "changed union");
        check_heap(
            [
                &a.map, &b.map, &c.map, &more, &both, &less, &either, &last, &unequal,
            ]
            .into_iter(),
        );
    }
    for version in [&a, &b, &c] {
        check(&version.map, &version.model, "an input");
    }
    let all = [&a, &b, &c];
    let union = Hamt::unions(all.map(|it| it.map.clone()));
    let [a, b, c] = all.map(|it| &it.model);
    let first = a.iter().chain(b).chain(c).rev_first();
    check(&union, &first, "unions");
    let last = Hamt::unions_with(all.map(|it| it.map.clone()), |_, new| new);
    let model = a.iter().chain(b).chain(c);
    let model: Model<K, V> = model.map(|(k, v)| (k.clone(), v.clone())).collect();
    check(&last, &model, "unions with");
}

/// Collects so that the first of equal keys wins.
trait RevFirst<K, V> {
    fn rev_first(self) -> Model<K, V>;
}

impl<'a, K: Sample + 'a, V: Sample + 'a, I: Iterator<Item = (&'a K, &'a V)>> RevFirst<K, V> for I {
    fn rev_first(self) -> Model<K, V> {
        let mut model = Model::default();
        for (key, value) in self {
            model.entry(key.clone()).or_insert_with(|| value.clone());
        }
        model
    }
}

for_all_kinds!(operations, ROUNDS);

mod joins {
    use super::*;

    const RULES: [Rule; 3] = [Rule::Keep, Rule::Drop, Rule::Ask];

    /// A choice that depends on the key alone.
    fn choice<K: Sample, V: Sample>(key: &K, salt: u64) -> Pick<V> {
        match Good::default().hash_one((key, salt)) % 5 {
            0 => Pick::Left,
            1 => Pick::Right,
            2 => Pick::Drop,
            n => Pick::New(V::of(u32::try_from(n).expect("small"))),
        }
    }

    fn ruled<V: Clone>(rule: Rule, value: Option<&V>, asked: Option<V>) -> Option<V> {
        match rule {
            Rule::Keep => value.cloned(),
            Rule::Drop => None,
            Rule::Ask => asked,
        }
    }

    fn by_rules<K: Sample, V: Sample, S: BuildHasher + Clone + Default>(seed: u64) {
        let mut random = Random(seed);
        let [_, a, b] = Version::<K, V, S>::three(&mut random);
        for left in RULES {
            for right in RULES {
                // What is shared by chance of history is asked about here, so that the model need
                // not know it.
                let rules = JoinRules {
                    left,
                    right,
                    shared: Rule::Ask,
                };
                let mut asked: HashMap<K, u32> = HashMap::new();
                let joined = a.map.join_with(&b.map, rules, |key, one, two| {
                    assert_eq!((one, two), (a.model.get(key), b.model.get(key)));
                    *asked.entry(key.clone()).or_default() += 1;
                    choice(key, seed)
                });
                assert!(
                    asked.values().all(|n| *n == 1),
                    "no key is asked about twice"
                );
                let model = together(&a.model, &b.model, |key, one, two| {
                    let chosen = match choice::<K, V>(key, seed) {
                        Pick::Left => one.cloned(),
                        Pick::Right => two.cloned(),
                        Pick::New(value) => Some(value),
                        Pick::Drop => None,
                    };
                    match (one, two) {
                        (Some(_), None) => ruled(left, one, chosen),
                        (None, Some(_)) => ruled(right, two, chosen),
                        _ => chosen,
                    }
                });
                check(&joined, &model, &format!("{rules:?}"));
                check_heap([&a.map, &b.map, &joined].into_iter());
            }
        }
        // What is shared is equal, so that a choice that keeps equal values keeps it.
        for (left, right) in [
            (Rule::Keep, Rule::Keep),
            (Rule::Drop, Rule::Ask),
            (Rule::Ask, Rule::Drop),
        ] {
            let rules = JoinRules {
                left,
                right,
                shared: Rule::Keep,
            };
            let joined = a
                .map
                .join_with(&b.map, rules, |key, one, two| match (one, two) {
                    (Some(one), Some(two)) if one == two => Pick::Right,
                    (Some(_), Some(_)) => choice(key, seed),
                    _ => Pick::Drop,
                });
            let model = together(&a.model, &b.model, |key, one, two| match (one, two) {
                (Some(one), Some(two)) if one == two => Some(one.clone()),
                (Some(one), Some(two)) => match choice(key, seed) {
                    Pick::Left => Some(one.clone()),
                    Pick::Right => Some(two.clone()),
                    Pick::New(value) => Some(value),
                    Pick::Drop => None,
                },
                (Some(_), None) => ruled(left, one, None),
                _ => ruled(right, two, None),
            });
            check(&joined, &model, &format!("{rules:?}"));
        }
    }

    for_all_kinds!(by_rules, ROUNDS / 2 + 1);
}

/// A result that equals an input is that input.
#[test]
fn results_are_inputs_where_they_can_be() {
    fn test<V: Sample>() {
        let base: Hamt<u64, V, Good> = (0..2000).map(|n| (n, V::of(0))).collect();
        let less = base.without(&5).without(&900).without(&1500);
        let more = base.update(5000, V::of(1)).update(6000, V::of(1));
        let empty = Hamt::default();
        for map in [&base, &less, &more, &empty] {
            assert!(map.union(map).ptr_eq(map));
            assert!(map.intersection(map).ptr_eq(map));
            assert!(map.union(&empty).ptr_eq(map) && empty.union(map).ptr_eq(map));
            assert!(map.relative_complement(&empty).ptr_eq(map));
            assert!(map.symmetric_difference(&empty).ptr_eq(map));
            assert!(empty.symmetric_difference(map).ptr_eq(map));
            assert!(
                map.intersection(&empty).is_empty() && map.symmetric_difference(map).is_empty()
            );
        }
        assert!(base.union(&less).ptr_eq(&base));
        assert!(more.union(&base).ptr_eq(&more) && more.union(&less).ptr_eq(&more));
        assert!(less.intersection(&base).ptr_eq(&less));
        assert!(less.intersection(&more).ptr_eq(&less));
        assert!(
            base.relative_complement(more.relative_complement(&base))
                .ptr_eq(&base)
        );
        let strangers: Hamt<u64, V, Good> = (0..2000).map(|n| (n, V::of(0))).collect();
        assert!(base.union(&strangers).ptr_eq(&base));
        assert!(base.intersection(&strangers).ptr_eq(&base));
        let right = base.join_with(&strangers, JoinRules::UNION, |_, _, _| Pick::Right);
        assert!(right.ptr_eq(&strangers));
    }
    test::<u64>();
    test::<String>();
    // Entries in blocks of their own are known to be the same where the values are not compared.
    let base: Hamt<u64, String, Good> = (0..2000).map(|n| (n, n.to_string())).collect();
    let more = base.update(5000, "more".into());
    assert!(base.union(&more).ptr_eq(&more));
    assert!(more.intersection(&base).ptr_eq(&base));
}

/// Joining relatives makes no more arrays than the differences need.
#[test]
fn joins_of_relatives_share_the_rest() {
    let base: Hamt<u64, u64, Good> = (0..100_000).map(|n| (n, n)).collect();
    let (mut one, mut two) = (base.clone(), base.clone());
    for n in 0..10 {
        one.insert(200_000 + n * 7919, 1);
        two.insert(300_000 + n * 7919, 2);
    }
    let bytes = |maps: &[&Hamt<u64, u64, Good>]| {
        crate::heap::check(maps.iter().copied())
            .expect("a sound heap")
            .bytes
    };
    drop(base);
    let before = bytes(&[&one, &two]);
    let union = one.union(&two);
    assert_eq!(union.len(), 100_020);
    let after = bytes(&[&one, &two, &union]);
    // Up to 20 paths of four arrays of at most 1032 bytes.
    assert!(after - before < 20 * 4 * 1032, "{} bytes", after - before);
    let both = one.intersection(&two);
    assert_eq!(both.len(), 100_000);
    let change = bytes(&[&one, &two, &union, &both]) - after;
    assert!(change < 20 * 4 * 1032, "{change} bytes");
    let either = one.symmetric_difference(&two);
    assert_eq!(either.len(), 20);
    assert!(bytes(&[&one, &two, &union, &both, &either]) - after - change < 5000);
}

/// Keys of what relatives share are not looked at.
#[test]
fn relatives_are_joined_in_step() {
    const KEYS: u64 = if cfg!(miri) { 500 } else { 20_000 };
    fn test<V: Sample>() {
        type Map<V> = Hamt<Counting, V, Good>;
        type Join<V> = fn(&Map<V>, &Map<V>) -> Map<V>;
        let base: Map<V> = (0..KEYS).map(|n| (Counting(n), V::of(0))).collect();
        let (mut one, mut two, none) = (base.clone(), base.clone(), Map::default());
        for n in 0..10 {
            one.insert(Counting(KEYS + 2 * n), V::of(1));
            two.insert(Counting(KEYS + 3 * n), V::of(2));
        }
        let joins: [(&str, Join<V>); 4] = [
            ("union", |one, two| one.union(two)),
            ("intersection", |one, two| one.intersection(two)),
            ("symmetric difference", |one, two| {
                one.symmetric_difference(two)
            }),
            ("relative complement", |one, two| {
                one.relative_complement(two)
            }),
        ];
        for (name, join) in joins {
            let (_, keys) = compared(|| join(&one, &two));
            assert!(keys <= 20 * 140, "{name} looked at {keys} keys");
            for (left, right) in [(&base, &base), (&base, &none), (&none, &base)] {
                let (_, keys) = compared(|| join(left, right));
                assert_eq!(keys, 0, "{name}");
            }
        }
        let (merged, keys) = compared(|| base.merge(&one, &two, |_| Resolution::Ours));
        assert_eq!(merged.len(), base.len() + 16);
        assert!(keys <= 20 * 200, "merge looked at {keys} keys");
    }
    test::<u64>();
    test::<String>();
}

/// Entries that stand in blocks of their own are shared also by arrays that differ: nobody is asked about them.
#[test]
fn shared_entries_are_not_asked_about() {
    fn test<S: BuildHasher + Clone + Default>(keys: u64) {
        let base: Hamt<u64, String, S> = (0..keys).map(|n| (n, n.to_string())).collect();
        let other = base.update(1, "one".into());
        for rules in [
            JoinRules::UNION,
            JoinRules::INTERSECTION,
            JoinRules::SYMMETRIC_DIFFERENCE,
        ] {
            let mut asked = Vec::new();
            let joined = base.join_with(&other, rules, |key, _, _| {
                asked.push(*key);
                Pick::Left
            });
            assert_eq!((joined.validate(), asked), (Ok(()), vec![1]), "{rules:?}");
        }
    }
    test::<Good>(1000);
    test::<Constant>(10);
}

/// The four joins, beside what the keys of both maps say.
#[track_caller]
fn assert_joins<S: BuildHasher + Clone>(left: &Hamt<u64, u64, S>, right: &Hamt<u64, u64, S>) {
    let both = left.keys().filter(|key| right.contains_key(key)).count();
    let (only_left, only_right) = (left.len() - both, right.len() - both);
    let results = [
        (left.union(right), only_left + both + only_right),
        (left.intersection(right), both),
        (left.symmetric_difference(right), only_left + only_right),
        (left.relative_complement(right), only_left),
    ];
    for (result, len) in results {
        assert_eq!((result.iter().count(), result.validate()), (len, Ok(())));
    }
}

/// The result's length is derived from that of one input, the larger one or the smaller; what they share counts too.
#[test]
fn relatives_of_unequal_sizes() {
    // A key stands in the root's slot of its lowest five bits.
    const KEYS: u64 = 32 * 100;
    let base: Hamt<u64, u64, Identity> = (0..KEYS).map(|n| (n, n)).collect();
    for slots in [1, 8, 15, 16, 17, 31] {
        let mut part = base.clone();
        for key in (0..KEYS).filter(|n| n % 32 >= slots) {
            part.remove(&key);
        }
        assert_joins(&base, &part);
        assert_joins(&part, &base);
    }
}

/// Which children two nodes share is told slot by slot, also where one has children that the other has not.
#[test]
fn shared_children_are_paired_by_slot() {
    let base: Hamt<u64, u64, Identity> = (0..160).map(|n| (n % 4 + n / 4 * 32, n)).collect();
    let only = |slots: u64| {
        let mut map = base.clone();
        for key in base.keys().filter(|n| slots & (1 << (*n % 32)) == 0) {
            map.remove(key);
        }
        map
    };
    let parts: Vec<_> = (0..16).map(only).collect();
    for left in &parts {
        for part in &parts {
            for slot in 0..4 {
                let right = part.update(slot + 32 * 100, 0);
                assert_joins(left, &right);
                assert_joins(&right, left);
            }
        }
    }
}

/// Two entries of a slot go down beside a child, together or each its way.
#[test]
fn pairs_meet_children() {
    let pairs = [
        [1, 1 + 32],
        [1 + 5 * 32, 1 + 6 * 32],
        [1 + 5 * 32, 1 + 5 * 32 + 1024],
    ];
    for pair in pairs {
        let few: Hamt<u64, u64, Identity> = pair.map(|n| (n, n)).into_iter().collect();
        for others in [2..5, 5..8, 6..9, 7..10_u64] {
            let more: Hamt<u64, u64, Identity> = others.map(|n| (1 + n * 32, n)).collect();
            for (left, right) in [(&few, &more), (&more, &few)] {
                assert_joins(left, right);
                assert_eq!(
                    left.is_submap(right),
                    left.keys().all(|n| right.get(n) == left.get(n))
                );
            }
        }
    }
}

/// More keys on one hash than a word has bits, in unequal orders.
#[test]
fn many_keys_of_one_hash_meet() {
    let left: Hamt<u64, u64, Constant> = (0..100).map(|n| (n, 1)).collect();
    let right: Hamt<u64, u64, Constant> = (20..150).rev().map(|n| (n, 2)).collect();
    for (one, two) in [(&left, &right), (&right, &left)] {
        assert_joins(one, two);
        let union = one.union(two);
        assert!(one.iter().all(|(key, value)| union[key] == *value));
    }
}

/// Which key stays, told by something that `Eq` does not look at.
#[test]
fn keys_come_from_the_left() {
    #[derive(Clone, Copy, Debug)]
    struct Key(u64, char);
    impl PartialEq for Key {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Key {}
    impl std::hash::Hash for Key {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }
    let map =
        |side: char| -> Hamt<Key, char, Good> { (0..100).map(|n| (Key(n, side), side)).collect() };
    let (one, two) = (map('l'), map('r'));
    let sides = |map: Hamt<Key, char, Good>| {
        let mut sides: Vec<(char, char)> =
            map.into_iter().map(|(key, value)| (key.1, value)).collect();
        sides.dedup();
        sides
    };
    assert_eq!(sides(one.union(&two)), [('l', 'l')]);
    assert_eq!(sides(one.intersection(&two)), [('l', 'l')]);
    assert_eq!(sides(one.union_with(&two, |_, value| value)), [('l', 'r')]);
    assert_eq!(
        sides(one.intersection_with(&two, |_, value| value)),
        [('l', 'r')]
    );
    assert_eq!(
        sides(
            two.without(&Key(0, 'x'))
                .intersection_with(&one, |_, value| value)
        ),
        [('r', 'l')]
    );
    assert_eq!(
        sides(one.symmetric_difference_with(&two, |_, value| Some(value))),
        [('l', 'r')]
    );
    assert_eq!(
        sides(Hamt::unions([one.clone(), two.clone()])),
        [('l', 'l')]
    );
    let pick =
        |pick: fn() -> Pick<char>| sides(one.join_with(&two, JoinRules::UNION, |_, _, _| pick()));
    assert_eq!(pick(|| Pick::Right), [('r', 'r')]);
    assert_eq!(pick(|| Pick::New('n')), [('l', 'n')]);
}

/// Maps whose hashers differ: the result is right and hashes as the larger one.
#[test]
fn strangers_with_keyed_hashers() {
    let one: Hamt<u64, u64, RandomState> = (0..1000).map(|n| (n, 1)).collect();
    let two: Hamt<u64, u64, RandomState> = (900..1100).map(|n| (n, 2)).collect();
    for (left, right) in [(&one, &two), (&two, &one)] {
        let union = left.union(right);
        union.validate().expect("valid");
        assert_eq!((union.len(), left.intersection(right).len()), (1100, 100));
        assert_eq!(left.symmetric_difference(right).len(), 1000);
        assert_eq!(left.relative_complement(right).len(), left.len() - 100);
        assert_eq!(union[&950], left[&950]);
    }
    assert!(one.union(Hamt::default()).ptr_eq(&one));
    assert!(Hamt::default().union(&one).ptr_eq(&one));
}

/// Entries in blocks of their own are not cloned when they get another hash.
#[test]
fn rehashing_clones_no_counted_entry() {
    use crate::probes::{self, Key, Probe, Value};
    probes::reset();
    let map = |keys: std::ops::Range<u32>| -> Hamt<Key, Value, RandomState> {
        keys.map(|n| (Key::of(n), Value::of(n))).collect()
    };
    let (one, two) = (map(0..100), map(50..170));
    let union = one.union(&two);
    assert_eq!((union.len(), probes::clones()), (170, 0));
    union.validate().expect("valid");
    drop((one, two, union));
    probes::assert_balanced();
}

/// Threads join, change and drop what they share, while the versions it came from die.
#[test]
fn threads_join_dying_versions() {
    fn test<K: Sample + Send + Sync>(rounds: u64) {
        type Map<K> = Hamt<K, u64, Good>;
        let mut base: Map<K> = (0..300).map(|n| (K::of(n), 0)).collect();
        for round in 0..rounds {
            let mut random = Random(round);
            let mut versions = vec![base.clone()];
            for n in 0..6 {
                let last = versions.last().expect("not empty");
                versions.push(last.update(K::of(random.below(400)), n));
            }
            let newest = versions.pop().expect("not empty");
            let mut ends: Vec<Map<K>> = std::thread::scope(|scope| {
                let threads = [1, 2, 3, 4].map(|id| {
                    let (newest, mut mine) = (&newest, versions.pop());
                    scope.spawn(move || {
                        let mut random = Random(round * 4 + id);
                        let mut map = newest.clone();
                        for step in 0..10 {
                            let key = K::of(random.below(400));
                            match random.below(5) {
                                0 => drop(map.insert(key, step)),
                                1 => map = map.union(newest.without(&key)),
                                2 => {
                                    map = newest.merge(&map, &newest.update(key, step), |_| {
                                        Resolution::Ours
                                    });
                                }
                                3 => map = map.intersection(mine.as_ref().unwrap_or(newest)),
                                _ => mine = Some(map.symmetric_difference(newest.update(key, 1))),
                            }
                        }
                        drop(mine);
                        map
                    })
                });
                threads.map(|it| it.join().expect("no panic")).into()
            });
            ends.extend(versions);
            ends.extend([newest, base]);
            check_heap(ends.iter());
            ends.iter().for_each(|map| map.validate().expect("valid"));
            let next = random.below(4) as usize;
            base = ends.swap_remove(next).union(ends.pop().expect("the base"));
        }
    }
    let rounds = if cfg!(miri) { 2 } else { 100 };
    test::<u64>(rounds);
    test::<String>(rounds);
}
