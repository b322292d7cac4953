//! Where `Hamt` and imbl have methods of one name, they give the same answers.

use hamt::Hamt;
use imbl::HashMap as Imbl;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// The same contents as one map and the other.
type Pair<K> = (Hamt<K, u64>, Imbl<K, u64>);

fn insert<K: Clone + Eq + core::hash::Hash>((ours, theirs): &mut Pair<K>, key: K, value: u64) {
    ours.insert(key.clone(), value);
    theirs.insert(key, value);
}

/// Two relatives of up to `limit` keys.
fn relatives<K: Clone + Eq + core::hash::Hash>(
    random: &mut SmallRng,
    limit: u64,
    key: impl Fn(u64) -> K,
) -> [Pair<K>; 2] {
    let mut base = Pair::default();
    for _ in 0..random.random_range(0..=limit) {
        insert(&mut base, key(random.random_range(0..limit)), 0);
    }
    [(); 2].map(|()| {
        let mut map = base.clone();
        for _ in 0..random.random_range(0..=limit / 4) {
            let key = key(random.random_range(0..limit));
            if random.random() {
                insert(&mut map, key, random.random_range(0..3));
            } else {
                map.0.remove(&key);
                map.1.remove(&key);
            }
        }
        map
    })
}

#[track_caller]
fn same<K: Clone + Ord + core::fmt::Debug + core::hash::Hash, V: Clone + Eq + core::fmt::Debug>(
    ours: Hamt<K, V>,
    theirs: Imbl<K, V>,
) {
    let mut ours: Vec<(K, V)> = ours.into_iter().collect();
    let mut theirs: Vec<(K, V)> = theirs.into_iter().collect();
    ours.sort_by(|one, two| one.0.cmp(&two.0));
    theirs.sort_by(|one, two| one.0.cmp(&two.0));
    assert_eq!(ours, theirs);
}

fn agree<K: Clone + Ord + core::fmt::Debug + core::hash::Hash>(key: impl Fn(u64) -> K) {
    let mut random = SmallRng::seed_from_u64(42);
    for limit in [2, 8, 40, 300, 3000].repeat(20) {
        let [(a, ia), (b, ib)] = relatives(&mut random, limit, &key);
        let (ia, ib) = (|| ia.clone(), || ib.clone());
        assert_eq!(a == b, ia() == ib());
        assert_eq!(a.is_submap(&b), ia().is_submap(ib()));
        assert_eq!(a.is_proper_submap(&b), ia().is_proper_submap(ib()));
        let le = |one: &u64, two: &u64| one <= two;
        assert_eq!(a.is_submap_by(&b, le), ia().is_submap_by(ib(), le));
        assert_eq!(
            a.is_proper_submap_by(&b, le),
            ia().is_proper_submap_by(ib(), le)
        );
        // The functions tell their arguments apart.
        let mix = |one: u64, two: u64| one * 10 + two;
        let middle = key(limit / 2);
        let mix_key = |key: &K, one: u64, two: u64| mix(one, two) * 2 + u64::from(*key < middle);
        let odd = |one: u64, two: u64| (one != two).then_some(one * 10 + two);
        same(a.union(&b), ia().union(ib()));
        same(a.union_with(&b, mix), ia().union_with(ib(), mix));
        same(
            a.union_with_key(&b, mix_key),
            ia().union_with_key(ib(), mix_key),
        );
        same(a.intersection(&b), ia().intersection(ib()));
        same(
            a.intersection_with(&b, |one, two| (one, two)),
            ia().intersection_with(ib(), |one, two| (one, two)),
        );
        same(
            a.intersection_with_key(&b, |key, one, two| (key.clone(), one, two)),
            ia().intersection_with_key(ib(), |key, one, two| (key.clone(), one, two)),
        );
        same(a.symmetric_difference(&b), ia().symmetric_difference(ib()));
        same(
            a.symmetric_difference_with(&b, odd),
            ia().symmetric_difference_with(ib(), odd),
        );
        same(
            a.symmetric_difference_with_key(&b, |_, one, two| odd(one, two)),
            ia().symmetric_difference_with_key(ib(), |_, one, two| odd(one, two)),
        );
        same(a.relative_complement(&b), ia().relative_complement(ib()));
        let (three, ithree) = ([a.clone(), b.clone(), a.clone()], [ia(), ib(), ia()]);
        same(Hamt::unions(three.clone()), Imbl::unions(ithree.clone()));
        same(
            Hamt::unions_with(three.clone(), mix),
            Imbl::unions_with(ithree.clone(), mix),
        );
        same(
            Hamt::unions_with_key(three, mix_key),
            Imbl::unions_with_key(ithree, mix_key),
        );
    }
}

#[test]
fn numbers() {
    agree(|n| n);
}

#[test]
fn words() {
    agree(|n| format!("word {n}"));
}
