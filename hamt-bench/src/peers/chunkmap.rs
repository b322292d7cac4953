//! `immutable_chunkmap::map::MapM`: an ordered persistent tree of sorted chunks.

use super::methods::{owned_keys, value_methods};
use super::{Abilities, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K> = ::immutable_chunkmap::map::MapM<<K as Key>::Owned, <K as Key>::Value>;

impl<K: Key> Peer<K> for Map<K> {
    const ABILITIES: Abilities = Abilities {
        changes: false,
        ..Abilities::PERSISTENT
    };

    owned_keys!();
    value_methods!();

    fn new(_capacity: usize) -> Self {
        Self::default()
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn insert(&mut self, key: K::Owned, value: K::Value) {
        self.insert_cow(key, value);
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
}

/// immutable-chunkmap for numbers and words.
pub(super) fn entry() -> PeerEntry {
    let note = "persistent, ordered; no hash; atomic counts; bytes: requested from the allocator";
    PeerEntry::from_crate("chunkmap", "immutable-chunkmap", note)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}
