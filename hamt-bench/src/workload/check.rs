//! What a peer without faults answers, computed from the keys alone.

use core::iter;

use super::Workload;
use crate::keys::{Entry, Key, KeySet};

/// What an absent key adds to a checksum; values are multiples of 8.
pub(super) const ABSENT: u64 = 1;
/// What an entry more in a map adds to a checksum.
const LENGTH: u64 = 0x9e37_79b9_7f4a_7c15;
/// How many keys of a list are looked up after a pass, to see that it did its work.
const PROBES: usize = 256;

/// The keys that are looked up after each pass, outside the timed section: some that stay, some
/// of the new ones, some of the doomed ones.
pub(super) fn probes<K: Key>(keys: &'static KeySet<K>) -> impl Iterator<Item = &'static Entry<K>> {
    stay(keys)
        .iter()
        .chain(sample(&keys.fresh))
        .chain(sample(&keys.doomed))
}

/// What a map holds, as a number: from its length and its answers for the probes.
pub(super) fn digest(length: usize, answers: impl Iterator<Item = Option<u64>>) -> u64 {
    let length = LENGTH.wrapping_mul(length as u64);
    answers
        .map(|answer| answer.unwrap_or(ABSENT))
        .fold(length, u64::wrapping_add)
}

/// The checksum of one pass of `workload`, which has `operations`.
pub(super) fn expected<K: Key>(keys: &KeySet<K>, workload: Workload, operations: u64) -> u64 {
    let (scale, fresh, doomed) = (keys.scale(), &keys.fresh, &keys.doomed);
    // The map's content after the pass: its length, and which of the probes it holds.
    let after = |length: usize, has_fresh: bool, has_doomed: bool| {
        let answers = answers(stay(keys), true);
        let answers = answers.chain(self::answers(sample(fresh), has_fresh));
        digest(
            length,
            answers.chain(self::answers(sample(doomed), has_doomed)),
        )
    };
    let values = || {
        keys.present
            .iter()
            .map(|entry| entry.1)
            .fold(0, u64::wrapping_add)
    };
    match workload {
        Workload::Query | Workload::QueryMany | Workload::Iterate => values(),
        Workload::QueryMiss => ABSENT.wrapping_mul(operations),
        Workload::Insert | Workload::PersistentInsert => after(scale + fresh.len(), true, true),
        Workload::Remove | Workload::PersistentRemove => after(scale - doomed.len(), false, false),
        Workload::Fork => {
            let lengths = operations.wrapping_mul(scale as u64 + 1);
            after(scale, false, true).wrapping_add(lengths)
        }
        Workload::Clone => digest(scale, iter::empty()).wrapping_mul(operations),
        Workload::Build
        | Workload::Collect
        | Workload::Drop
        | Workload::Bytes
        | Workload::BytesCollect => after(scale, false, true),
    }
}

fn answers<K>(list: &[Entry<K>], held: bool) -> impl Iterator<Item = Option<u64>> {
    list.iter().map(move |entry| held.then_some(entry.1))
}

/// Some present entries that no workload removes: the doomed ones are the last of the queries.
fn stay<K: Key>(keys: &KeySet<K>) -> &[Entry<K>] {
    sample(&keys.queries[..keys.queries.len() - keys.doomed.len()])
}

fn sample<K>(list: &[Entry<K>]) -> &[Entry<K>] {
    &list[..list.len().min(PROBES)]
}
