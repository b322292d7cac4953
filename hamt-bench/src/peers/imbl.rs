//! `imbl::HashMap`: the maintained fork of `im`.

use ::imbl::shared_ptr::DefaultSharedPtr;

use super::hash::BenchHash;
use super::{Abilities, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K> = ::imbl::GenericHashMap<<K as Key>::Owned, u64, BenchHash, DefaultSharedPtr>;

impl<K: Key> Peer<K> for Map<K> {
    type Key = K::Owned;

    const ABILITIES: Abilities = Abilities::PERSISTENT;

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

    fn persistent_insert(&mut self, key: K::Owned, value: u64) {
        *self = self.update(key, value);
    }

    fn persistent_remove(&mut self, key: &K::Owned) {
        *self = self.without(key);
    }

    fn fork(&self, key: K::Owned, value: u64) -> usize {
        self.update(key, value).len()
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.values().copied().for_each(visit);
    }

    fn copy(&self) -> Self {
        self.clone()
    }
}

/// imbl for numbers and words.
pub(super) fn entry() -> PeerEntry {
    let note = "persistent; ahash; atomic counts; bytes: requested from the allocator";
    PeerEntry::from_crate("imbl", "imbl", note)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}
