//! `immutable_chunkmap::map::MapM`: an ordered persistent tree of sorted chunks.

use super::{Abilities, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K> = ::immutable_chunkmap::map::MapM<<K as Key>::Owned, <K as Key>::Value>;

impl<K: Key> Peer<K> for Map<K> {
    type Key = K::Owned;

    const ABILITIES: Abilities = Abilities {
        changes: false,
        ..Abilities::PERSISTENT
    };

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
        self.get(key).map(K::digest)
    }

    fn insert(&mut self, key: K::Owned, value: K::Value) {
        self.insert_cow(key, value);
    }

    fn collect(entries: Vec<(K::Owned, K::Value)>) -> Self {
        entries.into_iter().collect()
    }

    fn remove(&mut self, key: &K::Owned) {
        self.remove_cow(key);
    }

    fn updated(&self, key: K::Owned, value: K::Value) -> Self {
        // By path: `self.insert` would be the trait's, in place.
        Self::insert(self, key, value).0
    }

    fn without(&self, key: &K::Owned) -> Self {
        Self::remove(self, key).0
    }

    fn union(&self, other: &Self) -> Self {
        Self::union(self, other, |_, mine, _| Some(mine.clone()))
    }

    fn intersection(&self, other: &Self) -> Self {
        self.intersect(other, |_, mine, _| Some(mine.clone()))
    }

    fn for_each(&self, mut visit: impl FnMut(u64)) {
        self.into_iter()
            .for_each(|(_, value)| visit(K::digest(value)));
    }

    fn copy(&self) -> Self {
        self.clone()
    }

    fn equal(&self, other: &Self) -> bool {
        self == other
    }
}

/// immutable-chunkmap for numbers and words.
pub(super) fn entry() -> PeerEntry {
    let note = "persistent, ordered; no hash; atomic counts; bytes: requested from the allocator";
    PeerEntry::from_crate("chunkmap", "immutable-chunkmap", note)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}
