//! `std::collections::HashMap`, with ahash in place of SipHash and with SipHash; and behind an
//! `Arc`, which is what one does without a persistent map.

use alloc::sync::Arc;

use super::hash::{BenchHash, Hasher};
use super::methods::{changes_by_look_up, owned_keys, std_methods};
use super::{Abilities, CloneCost, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K, S> = std::collections::HashMap<<K as Key>::Owned, <K as Key>::Value, S>;

impl<K: Key, S: Hasher> Peer<K> for Map<K, S> {
    const ABILITIES: Abilities = Abilities::MUTABLE;

    std_methods!();
    changes_by_look_up!();
}

/// The standard map for numbers and words.
pub(super) fn entry() -> PeerEntry {
    let note = "mutable; ahash instead of SipHash; clone copies everything; bytes: requested from the allocator";
    let entry = PeerEntry::from_std("std", note);
    entry
        .numbers::<Map<u64, BenchHash>>()
        .words::<Map<Word, BenchHash>>()
}

/// The standard map with its own default hasher.
#[cfg(feature = "extra")]
pub(super) fn entry_sip() -> PeerEntry {
    use super::hash::SipHash;

    let note = "mutable; SipHash, its default; clone copies everything; bytes: requested from the allocator";
    let entry = PeerEntry::from_std("std+sip", note);
    entry
        .numbers::<Map<u64, SipHash>>()
        .words::<Map<Word, SipHash>>()
}

/// A standard map behind an `Arc`: a clone is free, the first change after it copies everything.
#[derive(Default)]
struct Shared<K: Key>(Arc<Map<K, BenchHash>>);

impl<K: Key> Peer<K> for Shared<K> {
    const ABILITIES: Abilities = Abilities {
        clone: CloneCost::Shared,
        persistent: true,
        versions: true,
        equal: false,
        changes: false,
        ..Abilities::MUTABLE
    };

    owned_keys!();

    fn new(_capacity: usize) -> Self {
        Self(Arc::default())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, key: &K::Owned) -> Option<u64> {
        self.0.get(key).map(K::digest)
    }

    fn contains(&self, key: &K::Owned) -> bool {
        self.0.contains_key(key)
    }

    fn insert(&mut self, key: K::Owned, value: K::Value) {
        Arc::make_mut(&mut self.0).insert(key, value);
    }

    fn collect(entries: Vec<(K::Owned, K::Value)>) -> Self {
        Self(Arc::new(entries.into_iter().collect()))
    }

    fn remove(&mut self, key: &K::Owned) {
        Arc::make_mut(&mut self.0).remove(key);
    }

    fn updated(&self, key: K::Owned, value: K::Value) -> Self {
        let mut next = self.copy();
        next.insert(key, value);
        next
    }

    fn without(&self, key: &K::Owned) -> Self {
        let mut next = self.copy();
        Peer::<K>::remove(&mut next, key);
        next
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.0.values().map(K::digest).for_each(visit);
    }

    fn copy(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The standard map behind an `Arc`, for numbers.
pub(super) fn entry_shared() -> PeerEntry {
    let note = "std's map (ahash) in an Arc, changed by Arc::make_mut: the first change after a clone copies everything; bytes: requested from the allocator";
    PeerEntry::from_std("arc-std", note).numbers::<Shared<u64>>()
}
