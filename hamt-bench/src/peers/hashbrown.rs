//! `hashbrown::HashMap` with ahash: the fastest mutable map, and the yardstick of look-ups.

use core::marker::PhantomData;

use super::hash::{BenchHash, Hasher};
use super::methods::{changes_by_look_up, std_methods};
use super::{Abilities, Family, Peer, PeerEntry};
use crate::keys::Key;

type Map<K, S> = ::hashbrown::HashMap<<K as Key>::Owned, <K as Key>::Value, S>;

impl<K: Key, S: Hasher> Peer<K> for Map<K, S> {
    const ABILITIES: Abilities = Abilities::MUTABLE;

    std_methods!();
    changes_by_look_up!();
}

struct Hashbrown<S>(PhantomData<S>);

impl<S: Hasher> Family for Hashbrown<S> {
    type Map<K: Key> = Map<K, S>;
}

/// hashbrown for all keys.
pub(super) fn entry() -> PeerEntry {
    let note = "mutable; ahash; clone copies everything; bytes: requested from the allocator";
    PeerEntry::from_crate("hashbrown", "hashbrown", note).all::<Hashbrown<BenchHash>>()
}

/// hashbrown with its own default hasher.
#[cfg(feature = "extra")]
pub(super) fn entry_foldhash() -> PeerEntry {
    type Fold = ::hashbrown::DefaultHashBuilder;
    let note = "mutable; foldhash, its default; clone copies everything; bytes: requested from the allocator";
    let entry = PeerEntry::from_crate("hashbrown+foldhash", "hashbrown", note);
    entry
        .numbers::<Map<u64, Fold>>()
        .words::<Map<crate::keys::Word, Fold>>()
}
