//! `imbl::HashMap`: the maintained fork of `im`.

use core::marker::PhantomData;

use ::imbl::shared_ptr::DefaultSharedPtr;

use super::hash::{BenchHash, Hasher};
use super::methods::{changes_by_look_up, im_methods, joins_of_clones, std_methods};
use super::{Abilities, Family, Peer, PeerEntry};
use crate::keys::Key;

type Map<K, S> = ::imbl::GenericHashMap<<K as Key>::Owned, <K as Key>::Value, S, DefaultSharedPtr>;

impl<K: Key, S: Hasher> Peer<K> for Map<K, S> {
    const ABILITIES: Abilities = Abilities::PERSISTENT;

    std_methods!();
    im_methods!();
    changes_by_look_up!();
    joins_of_clones!();
}

struct Imbl<S>(PhantomData<S>);

impl<S: Hasher> Family for Imbl<S> {
    type Map<K: Key> = Map<K, S>;
}

/// imbl for all keys.
pub(super) fn entry() -> PeerEntry {
    let note = "persistent; ahash; atomic counts; bytes: requested from the allocator";
    PeerEntry::from_crate("imbl", "imbl", note).all::<Imbl<BenchHash>>()
}

/// imbl with its own default hasher.
#[cfg(feature = "extra")]
pub(super) fn entry_sip() -> PeerEntry {
    use super::hash::SipHash;

    let note =
        "persistent; SipHash, its default; atomic counts; bytes: requested from the allocator";
    let entry = PeerEntry::from_crate("imbl+sip", "imbl", note);
    entry
        .numbers::<Map<u64, SipHash>>()
        .words::<Map<crate::keys::Word, SipHash>>()
}
