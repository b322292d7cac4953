//! Joining tries on all threads that rayon has: what the root's slots become is found out for each of
//! them apart, and put together as if one thread had done it.

use alloc::vec::Vec;

use rayon::prelude::*;

use super::join::{Joined, Joiner, Policy, Verdict, Whole, join, joined, parts_at};
use super::parts::Part;
use super::policies::{ByRules, JoinRules, Pick};
use crate::bits::Bit;
use crate::children::{EntryRef, Root};
use crate::hash::{HashBits, Level};

/// Tries with fewer entries in all are not worth waking other threads for.
const MIN_PARALLEL: usize = 1 << 12;

/// Chooses what becomes of a key, on any thread.
pub(crate) type SharedPickFn<'f, K, V> = dyn Fn(&K, Option<&V>, Option<&V>) -> Pick<V> + Sync + 'f;

/// As [`ByRules`], with a function that several threads may call.
struct BySharedRules<'f, K, V> {
    rules: JoinRules,
    pick: &'f SharedPickFn<'f, K, V>,
}

impl<K, V> Clone for BySharedRules<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for BySharedRules<'_, K, V> {}

impl<K, V> Policy<K, V, 2> for BySharedRules<'_, K, V> {
    #[inline(always)]
    fn whole(&mut self, parts: &[Part<'_, K, V>; 2]) -> Option<Whole> {
        let (rules, pick) = (
            self.rules,
            &mut |key: &K, left: Option<&V>, right: Option<&V>| (self.pick)(key, left, right),
        );
        ByRules { rules, pick }.whole(parts)
    }

    #[inline(always)]
    fn entry(&mut self, entries: &[Option<EntryRef<'_, K, V>>; 2]) -> Verdict<V> {
        let (rules, pick) = (
            self.rules,
            &mut |key: &K, left: Option<&V>, right: Option<&V>| (self.pick)(key, left, right),
        );
        ByRules { rules, pick }.entry(entries)
    }
}

/// Joins two tries by rules, and a function for what they leave open.
pub(crate) fn join_parallel<K, V>(
    tries: [&Root<K, V>; 2],
    rules: JoinRules,
    pick: &SharedPickFn<'_, K, V>,
    rehash: &(dyn Fn(&K) -> HashBits + Sync),
) -> Joined<K, V>
where
    K: Eq + Clone + Send + Sync,
    V: Clone + Send + Sync,
{
    let [left, right] = tries.map(Root::len);
    let measure = rules.measure(left, right);
    let mut policy = BySharedRules { rules, pick };
    let parts = tries.map(|root| Part::root(root.view()));
    if left + right < MIN_PARALLEL || policy.whole(&parts).is_some() {
        return join(tries, measure, &mut policy, rehash);
    }
    let level = Level::ROOT;
    let sides = parts.map(|part| part.side(rehash));
    let len = measure.map_or(0, |input| tries[input].len());
    let each = policy;
    let mut top = Joiner::new(&mut policy, measure, len, rehash);
    let mut same = [0u32; 2];
    let occupied = sides.iter().fold(0, |all, side| all | side.slots(level));
    let shared = top.shared(&sides, level, &mut same);
    let slots: Vec<Bit> = Bit::all_of(occupied & !shared).collect();
    let outcomes: Vec<_> = slots
        .into_par_iter()
        .with_max_len(1)
        .map(|bit| {
            let mut policy = each;
            let mut joiner = Joiner::new(&mut policy, measure, 0, rehash);
            let outcome = joiner.part(&parts_at(&sides, bit, level), bit, level.next());
            (bit, outcome, joiner.len, joiner.material)
        })
        .collect();
    let mark = top.material.mark();
    for (bit, outcome, difference, mut material) in outcomes {
        top.len = top.len.wrapping_add(difference);
        top.material.entries.append(&mut material.entries);
        top.take(outcome, bit, &mut same);
    }
    let outcome = top.finish(&sides, same, occupied, mark, Bit::new(0), level);
    joined(tries, outcome, top.len)
}
