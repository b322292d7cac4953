//! `im::HashMap`: the persistent map most Rust code knows.

use super::hash::BenchHash;
use super::methods::{changes_by_look_up, im_methods, joins_of_clones, std_methods};
use super::{Abilities, Peer, PeerEntry};
use crate::keys::{Key, Word};

type Map<K> = ::im::HashMap<<K as Key>::Owned, <K as Key>::Value, BenchHash>;

impl<K: Key> Peer<K> for Map<K> {
    const ABILITIES: Abilities = Abilities::PERSISTENT;

    std_methods!();
    im_methods!();
    changes_by_look_up!();
    joins_of_clones!();
}

/// im for numbers and words.
pub(super) fn entry() -> PeerEntry {
    let note = "persistent; ahash; atomic counts; bytes: requested from the allocator";
    PeerEntry::from_crate("im", "im", note)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}
