//! `rpds::HashTrieMap`, with `Arc` and with `Rc`.

use core::marker::PhantomData;

use archery::{ArcTK, RcK, SharedPointerKind};

use super::hash::BenchHash;
use super::methods::{changes_by_look_up, owned_keys, read_methods, value_methods};
use super::{Abilities, Family, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K, P> = ::rpds::HashTrieMap<<K as Key>::Owned, <K as Key>::Value, P, BenchHash>;

impl<K: Key, P: SharedPointerKind + 'static> Peer<K> for Map<K, P> {
    const ABILITIES: Abilities = Abilities {
        union: false,
        ..Abilities::PERSISTENT
    };

    fn new(_capacity: usize) -> Self {
        Self::new_with_hasher_and_ptr_kind(BenchHash::default())
    }

    fn len(&self) -> usize {
        self.size()
    }

    fn insert(&mut self, key: K::Owned, value: K::Value) {
        self.insert_mut(key, value);
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

    owned_keys!();
    value_methods!();
    read_methods!();
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
