//! Workloads that keep versions.

use super::Workload;
use super::bench::{Bench, Entries, Outcome};
use crate::heap;
use crate::keys::{Entry, Key, KeySet};
use crate::peer::Peer;

/// Versions that a ring holds.
const RING: usize = 64;
/// Versions that are kept at most: peers need kilobytes for one.
const KEPT: usize = 100_000;

/// The entries that make the versions, one each.
pub(super) fn of<K: Key>(keys: &KeySet<K>) -> &[Entry<K>] {
    &keys.fresh[..keys.fresh.len().min(KEPT)]
}

/// A map's versions and the entries of the coming ones.
type Chain<K, P> = (Vec<P>, Entries<K, P>);

impl<K: Key, P: Peer<K>, S> Bench<K, P, S> {
    fn chain(&self, room: usize) -> Chain<K, P> {
        let mut versions = Vec::with_capacity(room);
        versions.push(self.fresh());
        (versions, Self::entries(of(self.keys)))
    }

    /// Makes a chain of versions; each takes the place of the one that is 64 older.
    pub(super) fn ring(&self, run: (Workload, u64)) -> Outcome {
        let work = |(ring, entries): &mut Chain<K, P>| {
            let mut last = 0;
            for (key, value) in entries.drain(..) {
                let next = ring[last].updated(key, value);
                last = (last + 1) % RING;
                if last == ring.len() {
                    ring.push(next);
                } else {
                    ring[last] = next;
                }
            }
            0
        };
        let last = of(self.keys).len() % RING;
        self.change(run, || self.chain(RING), work, |chain| chain.0.get(last))
    }

    /// Makes a chain of versions and keeps them all; a peer that leaks does so anyway.
    pub(super) fn keep_all(&self, run: (Workload, u64)) -> Outcome {
        let room = if P::LEAKS { 1 } else { 1 + of(self.keys).len() };
        let work = |chain: &mut Chain<K, P>| {
            Self::keep(chain);
            0
        };
        self.change(run, || self.chain(room), work, |chain| chain.0.last())
    }

    fn keep((versions, entries): &mut Chain<K, P>) {
        for (key, value) in entries.drain(..) {
            let Some(last) = versions.last_mut() else {
                return;
            };
            if P::LEAKS {
                last.persistent_insert(key, value);
            } else {
                let next = last.updated(key, value);
                versions.push(next);
            }
        }
    }

    /// How many bytes each version of a chain holds, and the checksum of the last.
    pub(super) fn bytes_a_version(&self) -> (f64, u64) {
        let present = &self.keys.present;
        let (map, grown) = heap::growth(P::memory, || Self::build(Self::entries(present)));
        let before = map.bytes(grown);
        let list = of(self.keys);
        let mut chain: Chain<K, P> = (Vec::with_capacity(1 + list.len()), Vec::new());
        chain.0.push(map);
        let (chain, more) = heap::growth(P::memory, || {
            let mut entries = Self::entries(list);
            core::mem::swap(&mut chain.1, &mut entries);
            Self::keep(&mut chain);
            chain.1 = Vec::new();
            chain
        });
        let Some(last) = chain.0.last() else {
            return (0.0, 0);
        };
        let bytes = last.bytes(grown + more).saturating_sub(before);
        (bytes as f64 / list.len().max(1) as f64, self.digest(last))
    }
}
