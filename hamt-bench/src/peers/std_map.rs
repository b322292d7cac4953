//! `std::collections::HashMap`, with ahash in place of SipHash.

use super::hash::BenchHash;
use super::{Abilities, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K> = std::collections::HashMap<<K as Key>::Owned, u64, BenchHash>;

impl<K: Key> Peer<K> for Map<K> {
    type Key = K::Owned;

    const ABILITIES: Abilities = Abilities::MUTABLE;

    fn key(key: &'static K) -> K::Owned {
        key.owned()
    }

    fn new(_capacity: usize) -> Self {
        Self::default()
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, key: &K::Owned) -> Option<u64> {
        self.get(key).copied()
    }

    fn insert(&mut self, key: K::Owned, value: u64) {
        self.insert(key, value);
    }

    fn collect(entries: Vec<(K::Owned, u64)>) -> Self {
        entries.into_iter().collect()
    }

    fn remove(&mut self, key: &K::Owned) {
        self.remove(key);
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.values().copied().for_each(visit);
    }

    fn copy(&self) -> Self {
        self.clone()
    }
}

/// The standard map for numbers and words.
pub(super) fn entry() -> PeerEntry {
    let note = "mutable; ahash instead of SipHash; clone copies everything; bytes: requested from the allocator";
    PeerEntry::from_std("std", note)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}
