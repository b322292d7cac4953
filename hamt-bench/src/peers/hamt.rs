//! `hamt::Hamt`: the map under test, as its users get it, with its default hasher.

use super::{Abilities, Peer, PeerEntry};
use crate::keys::{Key, Word};
use crate::record::OURS;

type Map<K> = ::hamt::Hamt<<K as Key>::Owned, u64>;

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

    fn get_many(&self, keys: &[K::Owned], mut answer: impl FnMut(Option<u64>)) {
        self.get_many_with(keys, |_, value| answer(value.copied()));
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

    fn settle() {
        ::hamt::pool::trim();
    }
}

/// Our map for numbers and words.
pub(super) fn entry() -> PeerEntry {
    let note =
        "persistent; ahash; counts of its own; bytes: chunks its pool takes, free blocks included";
    let entry = PeerEntry::from_crate(OURS, "pooled-hamt", note);
    entry.numbers::<Map<u64>>().words::<Map<Word>>()
}
