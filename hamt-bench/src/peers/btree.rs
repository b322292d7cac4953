//! `std::collections::BTreeMap`: ordered, no hash at all.

use super::methods::{changes_by_look_up, std_methods};
use super::{Abilities, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K> = alloc::collections::BTreeMap<<K as Key>::Owned, <K as Key>::Value>;

impl<K: Key> Peer<K> for Map<K> {
    const ABILITIES: Abilities = Abilities::MUTABLE;

    std_methods!();
    changes_by_look_up!();
}

/// The standard ordered map for numbers and words.
pub(super) fn entry() -> PeerEntry {
    let note =
        "mutable, ordered; no hash; clone copies everything; bytes: requested from the allocator";
    PeerEntry::from_std("btree", note)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}
