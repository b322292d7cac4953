//! A forest of versions against a model: each step picks a version, changes it in place or
//! persistently, and stores the result over any other version; after each step *every* version is
//! compared with its own model and validated.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash};

use hamt::{Entry, Hamt};
use proptest::prelude::*;

use crate::hashers::Dial;

const VERSIONS: usize = 4;

/// One step, on the version `from`, its result stored as version `to`.
#[derive(Clone, Copy, Debug)]
enum Op {
    Insert(u8, u16),
    Update(u8, u16),
    Remove(u8),
    Without(u8),
    GetMut(u8, u16),
    EntryOrInsert(u8, u16),
    EntryRemove(u8),
    Retain(u8),
    IterMut(u16),
    Extend(u8, u8),
    Clear,
    CloneTo,
    Rebuild,
    Prompt,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => (any::<u8>(), any::<u16>()).prop_map(|(k, v)| Op::Insert(k, v)),
        8 => (any::<u8>(), any::<u16>()).prop_map(|(k, v)| Op::Update(k, v)),
        8 => any::<u8>().prop_map(Op::Remove),
        8 => any::<u8>().prop_map(Op::Without),
        3 => (any::<u8>(), any::<u16>()).prop_map(|(k, v)| Op::GetMut(k, v)),
        3 => (any::<u8>(), any::<u16>()).prop_map(|(k, v)| Op::EntryOrInsert(k, v)),
        3 => any::<u8>().prop_map(Op::EntryRemove),
        1 => any::<u8>().prop_map(Op::Retain),
        1 => any::<u16>().prop_map(Op::IterMut),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(k, n)| Op::Extend(k, n)),
        1 => Just(Op::Clear),
        4 => Just(Op::CloneTo),
        1 => Just(Op::Rebuild),
        1 => Just(Op::Prompt),
    ]
}

fn steps() -> impl Strategy<Value = Vec<(usize, usize, Op)>> {
    let cases = if cfg!(miri) { 20 } else { 120 };
    prop::collection::vec((0..VERSIONS, 0..VERSIONS, op()), 1..cases)
}

/// A type under test, made from the numbers of an [`Op`].
trait Sample: Clone + Eq + Hash + Debug {
    fn of(n: u16) -> Self;
}

impl Sample for u16 {
    fn of(n: u16) -> Self {
        n
    }
}

impl Sample for u64 {
    fn of(n: u16) -> Self {
        u64::from(n)
    }
}

impl Sample for () {
    fn of(_: u16) -> Self {}
}

impl Sample for String {
    fn of(n: u16) -> Self {
        format!("number {n}")
    }
}

impl Sample for Box<u64> {
    fn of(n: u16) -> Self {
        Box::new(u64::from(n))
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[repr(align(64))]
struct Aligned(u16);

impl Sample for Aligned {
    fn of(n: u16) -> Self {
        Aligned(n)
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Large([u16; 512]);

impl Sample for Large {
    fn of(n: u16) -> Self {
        Large([n; 512])
    }
}

fn check<K: Sample, V: Sample, S: BuildHasher>(map: &Hamt<K, V, S>, model: &HashMap<K, V>) {
    map.validate()
        .unwrap_or_else(|broken| panic!("{broken}\nin {map:?}"));
    assert_eq!(map.len(), model.len());
    assert_eq!(map.iter().len(), model.len());
    for (key, value) in model {
        assert_eq!(map.get(key), Some(value), "get {key:?}");
        assert_eq!(map.get_key_value(key), Some((key, value)));
    }
    let mut seen = 0;
    for (key, value) in map {
        assert_eq!(model.get(key), Some(value), "iteration gave {key:?}");
        seen += 1;
    }
    assert_eq!(seen, model.len(), "iteration");
}

fn apply<K: Sample, V: Sample, S: BuildHasher + Clone + Default>(
    map: &mut Hamt<K, V, S>,
    model: &mut HashMap<K, V>,
    op: Op,
) {
    let key = |n: u8| K::of(u16::from(n));
    match op {
        Op::Insert(k, v) => {
            assert_eq!(map.insert(key(k), V::of(v)), model.insert(key(k), V::of(v)));
        }
        Op::Update(k, v) => {
            *map = map.update(key(k), V::of(v));
            model.insert(key(k), V::of(v));
        }
        Op::Remove(k) => {
            assert_eq!(map.remove_entry(&key(k)), model.remove_entry(&key(k)));
        }
        Op::Without(k) => {
            let without = map.without(&key(k));
            assert_eq!(model.remove(&key(k)).is_none(), map.ptr_eq(&without));
            *map = without;
        }
        Op::GetMut(k, v) => {
            let before = map.clone();
            let found = map.get_mut(&key(k)).map(|value| *value = V::of(v));
            assert_eq!(
                found.is_none(),
                map.ptr_eq(&before),
                "a miss must copy nothing"
            );
            if let Some(value) = model.get_mut(&key(k)) {
                *value = V::of(v);
            }
        }
        Op::EntryOrInsert(k, v) => {
            assert_eq!(
                map.entry(key(k)).or_insert_with(|| V::of(v)),
                model.entry(key(k)).or_insert_with(|| V::of(v)),
            );
        }
        Op::EntryRemove(k) => {
            let removed = match map.entry(key(k)) {
                Entry::Occupied(entry) => Some(entry.remove_entry()),
                Entry::Vacant(_) => None,
            };
            assert_eq!(removed, model.remove_entry(&key(k)));
        }
        Op::Retain(n) => {
            let unwanted: Vec<K> = (0..=255).filter(|k| k % (n | 1) == 0).map(key).collect();
            map.retain(|k, _| !unwanted.contains(k));
            model.retain(|k, _| !unwanted.contains(k));
        }
        Op::IterMut(v) => {
            map.values_mut().for_each(|value| *value = V::of(v));
            model.values_mut().for_each(|value| *value = V::of(v));
        }
        Op::Extend(k, n) => {
            let entries = || (0..n % 64).map(|i| (key(k.wrapping_add(i)), V::of(u16::from(i))));
            map.extend(entries());
            model.extend(entries());
        }
        Op::Clear => {
            map.clear();
            model.clear();
        }
        Op::CloneTo => (),
        Op::Rebuild => {
            let all: HashMap<K, V> = core::mem::take(map).into_iter().collect();
            assert_eq!(all, *model);
            *map = all.into_iter().collect();
        }
        Op::Prompt => *map = core::mem::take(map).with_prompt_drop(),
    }
}

type Version<K, V, S> = (Hamt<K, V, S>, HashMap<K, V>);

fn run<K: Sample, V: Sample, S: BuildHasher + Clone + Default>(steps: &[(usize, usize, Op)]) {
    let mut forest: [Version<K, V, S>; VERSIONS] = Default::default();
    for &(from, to, op) in steps {
        let target = if matches!(op, Op::CloneTo | Op::Update(..) | Op::Without(_)) {
            forest[to] = forest[from].clone();
            to
        } else {
            from
        };
        let (map, model) = &mut forest[target];
        apply(map, model, op);
        for (map, model) in &forest {
            check(map, model);
        }
        crate::heap::check(forest.iter().map(|(map, _)| map))
            .unwrap_or_else(|broken| panic!("{broken}"));
        for (a, model_a) in &forest {
            for (b, model_b) in &forest {
                assert_eq!(a == b, model_a == model_b);
            }
        }
    }
}

macro_rules! forests {
    ($($name:ident: $key:ty => $value:ty, $hashers:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 60 }))]
            $(#[test]
            fn $name(steps in steps(), hasher in prop::sample::select(&$hashers[..])) {
                hasher.with(|| run::<$key, $value, Dial>(&steps));
            })*
        }
    };
}

// Each combination of types is compiled once and meets its hashers in turn. The first two, which
// stand for all inline and all counted entries, meet them all in a test each.
forests! {
    inline_good: u64 => u64, [Dial::GOOD];
    inline_low_half: u64 => u64, [Dial::LOW_HALF];
    inline_four: u64 => u64, [Dial::FOUR];
    inline_four_at_the_bottom: u64 => u64, [Dial::FOUR_AT_THE_BOTTOM];
    inline_eight_in_the_middle: u64 => u64, [Dial::EIGHT_IN_THE_MIDDLE];
    inline_constant: u64 => u64, [Dial::CONSTANT];
    counted_good: String => String, [Dial::GOOD];
    counted_four: String => String, [Dial::FOUR];
    counted_four_at_the_bottom: String => String, [Dial::FOUR_AT_THE_BOTTOM];
    counted_eight_in_the_middle: String => String, [Dial::EIGHT_IN_THE_MIDDLE];
    counted_constant: String => String, [Dial::CONSTANT];
    small: u16 => u16, Dial::ALL;
    set_like: u64 => (), Dial::ALL;
    nothing_at_all: () => (), Dial::ALL;
    boxed_without_value: Box<u64> => (), Dial::ALL;
    aligned: Aligned => u64, Dial::ALL;
    large: u64 => Large, Dial::ALL;
}
