//! Parallel joins: the maps that sequential ones make.

use std::hash::{BuildHasher, Hash, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use hamt::{Hamt, JoinRules, Pick, Rule};

use crate::hashers::{EightInTheMiddle, Good};

const RULES: [Rule; 3] = [Rule::Keep, Rule::Drop, Rule::Ask];

fn all_rules() -> impl Iterator<Item = JoinRules> {
    (0..27).map(|n| JoinRules {
        left: RULES[n % 3],
        right: RULES[n / 3 % 3],
        shared: RULES[n / 9],
    })
}

/// Two relatives with something to do for each rule, and a map from elsewhere.
fn samples<K: Clone + Eq + Hash, S: BuildHasher + Clone + Default>(
    n: u32,
    key: impl Fn(u32) -> K,
) -> [Hamt<K, u32, S>; 4] {
    let base: Hamt<K, u32, S> = (0..n).map(|n| (key(n), n)).collect();
    let (mut one, mut two) = (base.clone(), base.clone());
    for m in 0..n / 10 {
        one.remove(&key(m * 3));
        one.insert(key(n + m), m);
        two.remove(&key(m * 4));
        two.insert(key(m * 7), m + 1);
    }
    let other = (n / 2..n * 2).map(|n| (key(n), n / 2)).collect();
    [base, one, two, other]
}

fn same_as_sequential<K, S>(n: u32, key: impl Fn(u32) -> K)
where
    K: Clone + Eq + Hash + Send + Sync + std::fmt::Debug,
    S: BuildHasher + Clone + Default + Sync,
{
    let maps: [Hamt<K, u32, S>; 4] = samples(n, key);
    for one in &maps {
        for two in &maps {
            for rules in all_rules() {
                let pick = |_: &K, left: Option<&u32>, right: Option<&u32>| match (left
                    .map_or(0, |it| it % 5)
                    + right.map_or(0, |it| it % 7))
                    % 4
                {
                    0 => Pick::Left,
                    1 => Pick::Right,
                    2 => Pick::Drop,
                    _ => Pick::New(left.unwrap_or(&7) * 3 + right.unwrap_or(&1)),
                };
                let sequential = one.join_with(two, rules, pick);
                let parallel = one.par_join_with(two, rules, pick);
                parallel.validate().expect("a valid map");
                assert!(parallel == sequential);
                assert_eq!(parallel.ptr_eq(one), sequential.ptr_eq(one));
                assert_eq!(
                    parallel.stats().live_bytes(),
                    sequential.stats().live_bytes()
                );
                let all = maps.iter().chain([&sequential, &parallel]);
                crate::heap::check(all).expect("right counts");
            }
            assert!(one.par_union(two) == one.union(two));
        }
        assert!(one.par_union(one).ptr_eq(one));
        assert!(one.par_union(Hamt::default()).ptr_eq(one));
    }
}

#[test]
fn threads_join_what_one_joins() {
    same_as_sequential::<u32, Good>(0, |n| n);
    same_as_sequential::<u32, Good>(100, |n| n);
    same_as_sequential::<u32, Good>(6_000, |n| n);
    same_as_sequential::<u32, EightInTheMiddle>(2_500, |n| n);
    same_as_sequential::<String, Good>(4_000, |n| n.to_string());
}

/// Maps that hash differently: the other one is rehashed.
#[test]
fn hashers_may_differ() {
    let one: Hamt<u32, u32, RandomState> = (0..5_000).map(|n| (n, 1)).collect();
    let two: Hamt<u32, u32, RandomState> = (2_000..9_000).map(|n| (n, 2)).collect();
    for (one, two) in [(&one, &two), (&two, &one)] {
        let both = one.par_union(two);
        both.validate().expect("a valid map");
        assert!(both == one.union(two));
    }
}

#[test]
fn panics_break_nothing() {
    let [base, one, two, other] = samples::<String, Good>(6_000, |n| n.to_string());
    for (left, right) in [(&one, &two), (&one, &other)] {
        for at in [1, 10, 500] {
            let calls = AtomicUsize::new(0);
            let result = catch_unwind(AssertUnwindSafe(|| {
                left.par_join_with(right, JoinRules::ASK, |_, _, _| {
                    if calls.fetch_add(1, Ordering::Relaxed) == at {
                        resume_unwind(Box::new("a function panics"));
                    }
                    Pick::New(1)
                })
            }));
            assert!(result.is_err());
            crate::heap::check([&base, &one, &two, &other].into_iter()).expect("right counts");
        }
    }
}
