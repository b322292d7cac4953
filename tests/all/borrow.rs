//! Lazy reclamation: versions of larger maps, whose arrays borrow on several levels. Every count is
//! recomputed from the handles, and what dead versions keep is bounded.

use core::fmt::Debug;
use core::hash::Hash;
use std::collections::BTreeMap;

use hamt::{Hamt, HeapReport};

use crate::hashers::{EightInTheMiddle, Good, LowHalf};

type Map<K, S = Good> = Hamt<K, u64, S>;

/// A small deterministic generator (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).expect("fits")
    }
}

trait Key: Clone + Eq + Ord + Hash + Debug + 'static {
    fn of(n: u64) -> Self;
}

impl Key for u64 {
    fn of(n: u64) -> Self {
        n
    }
}

impl Key for String {
    fn of(n: u64) -> Self {
        format!("key {n}")
    }
}

fn heap<'a, K: Key, S>(maps: impl Iterator<Item = &'a Map<K, S>> + Clone) -> HeapReport
where
    S: 'a,
{
    crate::heap::check(maps).unwrap_or_else(|broken| panic!("{broken}"))
}

fn filled<K: Key>(n: u64) -> Map<K> {
    (0..n).map(|i| (K::of(i), i)).collect()
}

/// Random versions of maps of up to `keys` keys, compared with models.
fn forest<K: Key, S>(seed: u64, keys: u64, steps: usize)
where
    S: core::hash::BuildHasher + Clone + Default,
{
    println!("seed {seed}");
    let mut random = Random(seed);
    let start: BTreeMap<K, u64> = (0..keys).step_by(2).map(|i| (K::of(i), i)).collect();
    let map: Map<K, S> = start.clone().into_iter().collect();
    let mut forest = vec![(map, start)];
    for step in 0..steps {
        let from = random.below(forest.len());
        let key = K::of(random.next() % keys);
        match random.below(16) {
            0..4 => {
                let (map, model) = &mut forest[from];
                assert_eq!(
                    map.insert(key.clone(), step as u64),
                    model.insert(key, step as u64)
                );
            }
            4..7 => {
                let (map, model) = &mut forest[from];
                assert_eq!(map.remove(&key), model.remove(&key));
            }
            7..10 => {
                let (map, mut model) = forest[from].clone();
                model.insert(key.clone(), 7);
                forest.push((map.update(key, 7), model));
            }
            10..13 => {
                let (map, mut model) = forest[from].clone();
                model.remove(&key);
                forest.push((map.without(&key), model));
            }
            13 => forest.push(forest[from].clone()),
            14 => {
                let (map, model) = &mut forest[from];
                let (ours, theirs) = (map.get_mut(&key), model.get_mut(&key));
                assert_eq!(ours, theirs);
                if let (Some(ours), Some(theirs)) = (ours, theirs) {
                    (*ours, *theirs) = (1, 1);
                }
            }
            _ if step % 7 == 0 => {
                let (map, model) = &mut forest[from];
                map.values_mut().for_each(|value| *value += 1);
                model.values_mut().for_each(|value| *value += 1);
            }
            _ => forest[from].0.compact(),
        }
        if forest.len() > 9 {
            forest.swap_remove(random.below(10));
        }
        if step % 41 == 0 {
            heap(forest.iter().map(|(map, _)| map));
            let (map, model) = &forest[random.below(forest.len())];
            map.validate().expect("valid");
            assert_eq!(map.len(), model.len());
            assert!(model.iter().all(|(key, value)| map.get(key) == Some(value)));
        }
    }
    for (map, model) in &forest {
        map.validate().expect("valid");
        assert_eq!(map.len(), model.len());
        assert!(model.iter().all(|(key, value)| map.get(key) == Some(value)));
    }
    while let Some((map, model)) = forest.pop() {
        let owned: BTreeMap<K, u64> = map.into_iter().collect();
        assert_eq!(owned, model);
        heap(forest.iter().map(|(map, _)| map));
    }
}

#[test]
fn forests_of_inline_entries_keep_their_counts() {
    for seed in 0..6 {
        forest::<u64, Good>(seed, 3000, 3000);
    }
}

#[test]
fn forests_of_counted_entries_keep_their_counts() {
    for seed in 0..4 {
        forest::<String, Good>(seed, 3000, 3000);
        forest::<String, LowHalf>(seed, 200, 3000);
    }
}

#[test]
fn forests_with_collisions_keep_their_counts() {
    for seed in 0..4 {
        forest::<u64, EightInTheMiddle>(seed, 700, 2000);
        forest::<String, EightInTheMiddle>(seed, 700, 2000);
    }
}

/// What dead versions keep, as a multiple of what the live ones need.
fn excess<'a, K: Key>(maps: impl Iterator<Item = &'a Map<K>> + Clone) -> f64 {
    let report = heap(maps);
    #[expect(clippy::cast_precision_loss, reason = "a ratio")]
    let ratio = report.bytes as f64 / report.reachable_bytes as f64;
    ratio
}

#[test]
fn a_chain_of_versions_keeps_one_path() {
    let mut map = filled::<u64>(10_000);
    let mut random = Random(1);
    for i in 0..2000 {
        map = map.update(random.next(), i);
    }
    let report = heap([&map].into_iter());
    assert!(report.borrowers > 0, "the chain has left loans");
    assert_eq!(map.stats().live_bytes(), report.reachable_bytes);
    assert!(excess([&map].into_iter()) < 1.05);
}

#[test]
fn a_ring_of_versions_keeps_little() {
    let mut ring: Vec<Map<u64>> = vec![filled(10_000); 64];
    let mut random = Random(2);
    for i in 0..2000 {
        ring[(i + 1) % 64] = ring[i % 64].update(random.next(), 0);
        if i % 200 == 0 {
            assert!(excess(ring.iter()) < 1.2);
        }
    }
}

#[test]
fn an_undo_stack_keeps_nothing() {
    let mut stack = vec![filled::<String>(2000)];
    let mut random = Random(3);
    for i in 0..3000u64 {
        if stack.len() > 1 && random.below(2) == 0 {
            stack.pop();
        } else {
            let top = stack.last().expect("the first version stays");
            stack.push(top.update(String::of(random.next() % 4000), i));
        }
    }
    assert!(excess(stack.iter()) < 1.05);
}

#[test]
fn random_versions_keep_a_bounded_part() {
    let mut handles: Vec<Map<u64>> = vec![filled(1000); 64];
    let mut random = Random(4);
    for _ in 0..4000 {
        let (from, to) = (random.below(64), random.below(64));
        handles[to] = handles[from].update(random.next() % 2000, 0);
    }
    assert!(excess(handles.iter()) < 1.5);
}

#[test]
fn dropping_in_reverse_keeps_a_bounded_part() {
    let mut versions = vec![filled::<u64>(1000)];
    let mut random = Random(5);
    for _ in 0..2000 {
        let last = versions.last().expect("not empty");
        versions.push(last.update(random.next() % 1000, 1));
    }
    let newest = versions.pop().expect("not empty");
    while versions.pop().is_some() {}
    assert!(excess([&newest].into_iter()) < 2.5);
    newest.compact();
    assert!(
        excess([&newest].into_iter()) < 1.001,
        "nothing is left after compact"
    );
}

#[test]
fn the_worst_known_pattern_keeps_less_than_three_maps() {
    let mut versions = vec![filled::<u64>(20_000)];
    let mut random = Random(6);
    for _ in 0..24 {
        let mut next = versions.last().expect("not empty").clone();
        for _ in 0..2500 {
            next.insert(random.next() % 20_000, 1);
        }
        versions.push(next);
    }
    let newest = versions.pop().expect("not empty");
    while versions.pop().is_some() {}
    assert!(excess([&newest].into_iter()) < 3.0);
    newest.compact();
    assert!(
        excess([&newest].into_iter()) < 1.001,
        "nothing is left after compact"
    );
}

#[test]
fn forks_drained_after_their_base_keep_little() {
    let base = filled::<u64>(10_000);
    let (mut one, mut two) = (base.clone(), base.clone());
    drop(base);
    for i in 0..9_900 {
        one.remove(&i);
        two.remove(&(9_999 - i));
        if i % 1000 == 0 {
            assert!(excess([&one, &two].into_iter()) < 1.6);
        }
    }
}

/// A removal that folds a child of an array that borrows: before it, the array takes over what its
/// dead origin owned, has little left to borrow, and takes references. Whether the child is then the
/// array's alone must not be judged by the counts from before that.
fn fold_while_settling<K: Key>(entries_of_a_child: usize) {
    // As many keys in each slot of the root as make it a child that folds with the next removal.
    let mut slots = vec![Vec::new(); 32];
    for key in (0..2000).map(K::of) {
        let hash = core::hash::BuildHasher::hash_one(&Good::default(), &key);
        let slot = &mut slots[usize::try_from(hash % 32).expect("small")];
        if slot.len() < entries_of_a_child {
            slot.push(key);
        }
    }
    let base: Map<K> = slots.iter().flatten().map(|key| (key.clone(), 0)).collect();
    let change = |map: &Map<K>, slots: &[Vec<K>]| {
        let mut changed = map.clone();
        for slot in slots {
            changed.insert(slot[0].clone(), 1);
        }
        changed
    };
    let origin = change(&base, &slots[..14]);
    let mut last = change(&origin, &slots[14..28]);
    drop(origin);
    // Left to borrow from `base`: the four slots that neither has changed.
    assert_eq!(last.remove(&slots[30][0]), Some(0));
    heap([&base, &last].into_iter());
    assert_eq!(base.iter().count(), 32 * entries_of_a_child);
    assert_eq!(last.iter().count(), 32 * entries_of_a_child - 1);
    assert!(base.validate().is_ok() && last.validate().is_ok());
}

#[test]
fn folds_while_settling() {
    fold_while_settling::<u64>(3);
    fold_while_settling::<String>(2);
}
