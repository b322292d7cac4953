//! `rpds::HashTrieMap`, with `Arc` and with `Rc`.

use archery::{ArcTK, RcK, SharedPointerKind};

use super::hash::BenchHash;
use super::{Abilities, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K, P> = ::rpds::HashTrieMap<<K as Key>::Owned, u64, P, BenchHash>;

impl<K: Key, P: SharedPointerKind + 'static> Peer<K> for Map<K, P> {
    type Key = K::Owned;

    const ABILITIES: Abilities = Abilities::PERSISTENT;

    fn key(key: &'static K) -> K::Owned {
        key.owned()
    }

    fn new(_capacity: usize) -> Self {
        Self::new_with_hasher_and_ptr_kind(BenchHash::default())
    }

    fn len(&self) -> usize {
        self.size()
    }

    fn get(&self, key: &K::Owned) -> Option<u64> {
        self.get(key).copied()
    }

    fn insert(&mut self, key: K::Owned, value: u64) {
        self.insert_mut(key, value);
    }

    fn collect(entries: Vec<(K::Owned, u64)>) -> Self {
        entries.into_iter().collect()
    }

    fn remove(&mut self, key: &K::Owned) {
        self.remove_mut(key);
    }

    fn persistent_insert(&mut self, key: K::Owned, value: u64) {
        // By path: `self.insert` would be the trait's, in place.
        *self = Self::insert(self, key, value);
    }

    fn persistent_remove(&mut self, key: &K::Owned) {
        *self = Self::remove(self, key);
    }

    fn fork(&self, key: K::Owned, value: u64) -> usize {
        Self::insert(self, key, value).size()
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.values().copied().for_each(visit);
    }

    fn copy(&self) -> Self {
        self.clone()
    }
}

/// rpds with (triomphe) `Arc`: versions may be sent to other threads.
pub(super) fn entry_arc() -> PeerEntry {
    let note = "persistent; ahash; atomic counts (triomphe); bytes: requested from the allocator";
    let entry = PeerEntry::from_crate("rpds-arc", "rpds", note);
    entry
        .numbers::<Map<u64, ArcTK>>()
        .words::<Map<Word, ArcTK>>()
}

/// rpds with `Rc`: versions stay on one thread.
pub(super) fn entry_rc() -> PeerEntry {
    let note =
        "persistent; ahash; plain counts, one thread only; bytes: requested from the allocator";
    let entry = PeerEntry::from_crate("rpds-rc", "rpds", note);
    entry.numbers::<Map<u64, RcK>>().words::<Map<Word, RcK>>()
}
