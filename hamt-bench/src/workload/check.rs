//! What a peer without faults answers, computed from the keys alone.

use core::iter;
use std::collections::HashSet;

use super::{Workload, pairs, versions};
use crate::keys::{Entry, Key, KeySet, Step};

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
        let answers = answers::<K>(stay(keys), |_| true)
            .chain(self::answers(sample(fresh), move |_| has_fresh))
            .chain(self::answers(sample(doomed), move |_| has_doomed));
        digest(length, answers)
    };
    let values = || sum(keys.present.iter().map(digest_of::<K>));
    match workload {
        Workload::Query | Workload::QueryMany | Workload::Iterate => values(),
        Workload::QueryMiss => ABSENT.wrapping_mul(operations),
        Workload::Contains => operations,
        Workload::Insert | Workload::PersistentInsert => after(scale + fresh.len(), true, true),
        Workload::Ring | Workload::KeepAll | Workload::BytesVersion => {
            after(scale + versions::of(keys).len(), true, true)
        }
        Workload::Update => {
            let updated = sample(&keys.updates).iter().map(digest_of::<K>);
            after(scale, false, false)
                .wrapping_sub(ABSENT.wrapping_mul(sample(doomed).len() as u64))
                .wrapping_add(sum(updated))
        }
        Workload::Mixed95 => after(scale, false, true).wrapping_add(read(keys, 5)),
        Workload::Mixed50 => after(scale, false, true).wrapping_add(read(keys, 50)),
        Workload::Remove | Workload::PersistentRemove => after(scale - doomed.len(), false, false),
        Workload::Fork => {
            let lengths = operations.wrapping_mul(scale as u64 + 1);
            after(scale, false, true).wrapping_add(lengths)
        }
        Workload::Union(relation) => {
            let added = pairs::added(keys, relation);
            let answers = answers(stay(keys), |_| true)
                .chain(self::answers(sample(fresh), |key| {
                    added.iter().any(|e| e.0 == *key)
                }))
                .chain(self::answers(sample(doomed), |_| true));
            digest(scale + added.len(), answers)
        }
        Workload::Intersection(relation) => {
            let lacking = pairs::lacking(keys, relation);
            let gone: HashSet<&K> = lacking.iter().map(|entry| &entry.0).collect();
            let held = |key: &K| !gone.contains(key);
            let answers = answers(stay(keys), held)
                .chain(self::answers(sample(fresh), |_| false))
                .chain(self::answers(sample(doomed), held));
            digest(scale - lacking.len(), answers)
        }
        Workload::Diff(relation) => {
            (pairs::added(keys, relation).len() + pairs::lacking(keys, relation).len()) as u64
        }
        Workload::Equal(_) => 1,
        Workload::Clone => digest(scale, iter::empty()).wrapping_mul(operations),
        Workload::Build
        | Workload::Collect
        | Workload::Drop
        | Workload::Bytes
        | Workload::BytesCollect
        | Workload::Rss
        | Workload::TrieDepth
        | Workload::BitmapFill
        | Workload::CollisionRate => after(scale, false, true),
    }
}

/// What the reads of a mixed workload add up to: its writes change nothing.
fn read<K: Key>(keys: &KeySet<K>, writes: u8) -> u64 {
    let reads = keys.steps.iter().filter(|step| step.percentile >= writes);
    sum(reads.map(|Step { at, .. }| digest_of::<K>(&keys.queries[*at as usize])))
}

fn sum(values: impl Iterator<Item = u64>) -> u64 {
    values.fold(0, u64::wrapping_add)
}

fn digest_of<K: Key>(entry: &Entry<K>) -> u64 {
    K::digest(&entry.1)
}

fn answers<K: Key>(
    list: &[Entry<K>],
    held: impl Fn(&K) -> bool,
) -> impl Iterator<Item = Option<u64>> {
    list.iter()
        .map(move |entry| held(&entry.0).then(|| digest_of::<K>(entry)))
}

/// Some present entries that no workload removes: the doomed ones are the last of the queries.
fn stay<K: Key>(keys: &KeySet<K>) -> &[Entry<K>] {
    sample(&keys.queries[..keys.queries.len() - keys.doomed.len()])
}

fn sample<T>(list: &[T]) -> &[T] {
    &list[..list.len().min(PROBES)]
}
