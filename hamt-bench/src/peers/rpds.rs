//! `rpds::HashTrieMap`, with `Arc` and with `Rc`.

use core::marker::PhantomData;

use archery::{ArcTK, RcK, SharedPointerKind};

use super::hash::BenchHash;
use super::methods::changes_by_look_up;
use super::{Abilities, Family, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K, P> = ::rpds::HashTrieMap<<K as Key>::Owned, <K as Key>::Value, P, BenchHash>;

impl<K: Key, P: SharedPointerKind + 'static> Peer<K> for Map<K, P> {
    type Key = K::Owned;

    const ABILITIES: Abilities = Abilities {
        union: false,
        ..Abilities::PERSISTENT
    };

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
        self.get(key).map(K::digest)
    }

    fn contains(&self, key: &K::Owned) -> bool {
        self.contains_key(key)
    }

    fn insert(&mut self, key: K::Owned, value: K::Value) {
        self.insert_mut(key, value);
    }

    fn collect(entries: Vec<(K::Owned, K::Value)>) -> Self {
        entries.into_iter().collect()
    }

    fn remove(&mut self, key: &K::Owned) {
        self.remove_mut(key);
    }

    fn updated(&self, key: K::Owned, value: K::Value) -> Self {
        // By path: `self.insert` would be the trait's, in place.
        Self::insert(self, key, value)
    }

    fn without(&self, key: &K::Owned) -> Self {
        Self::remove(self, key)
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.values().map(K::digest).for_each(visit);
    }

    fn copy(&self) -> Self {
        self.clone()
    }

    fn equal(&self, other: &Self) -> bool {
        self == other
    }

    changes_by_look_up!();
}

struct Rpds<P>(PhantomData<P>);

impl<P: SharedPointerKind + 'static> Family for Rpds<P> {
    type Map<K: Key> = Map<K, P>;
}

/// rpds with (triomphe) `Arc`: versions may be sent to other threads.
pub(super) fn entry_arc() -> PeerEntry {
    let note = "persistent; ahash; atomic counts (triomphe); bytes: requested from the allocator";
    let entry = PeerEntry::from_crate("rpds-arc", "rpds", note);
    entry.all::<Rpds<ArcTK>>()
}

/// rpds with `Rc`: versions stay on one thread.
pub(super) fn entry_rc() -> PeerEntry {
    let note =
        "persistent; ahash; plain counts, one thread only; bytes: requested from the allocator";
    let entry = PeerEntry::from_crate("rpds-rc", "rpds", note);
    entry.numbers::<Map<u64, RcK>>().words::<Map<Word, RcK>>()
}
