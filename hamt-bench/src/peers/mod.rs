//! The maps that are compared: one adapter a file behind the [`Peer`] trait.
//!
//! A workload is a generic function over `P: Peer<K>`, so every call inside a timed loop is
//! dispatched statically. The harness meets peers as [`PeerEntry`] values, which open a
//! [`Subject`](crate::workload::Subject) for a set of keys; calls to that are dynamic, one around a whole timed batch.
//!
//! To add a peer, write `peers/<name>.rs` with an `impl Peer<K>` for the keys it can hold and a
//! `pub fn entry() -> PeerEntry`, and name it in [`all`]. A peer that this build could not find
//! returns [`PeerEntry::absent`] with what to install.
//!
//! **Hashing.** All Rust peers use ahash ([`hash::BenchHash`]), our own map its default hasher,
//! which is ahash too; C peers use murmur3. So no peer wins by a weak hash. Some stand there once
//! more with the hasher that their users get by default: `imbl+sip`, `std+sip`,
//! `hashbrown+foldhash`.

mod btree;
mod c_hamt;
#[cfg(feature = "extra")]
mod chunkmap;
mod entry;
mod glib;
mod glibc_hsearch;
mod glibc_tsearch;
mod hamt;
pub mod hash;
mod hashbrown;
mod im;
mod imbl;
mod judy;
mod libhamt;
mod methods;
mod rpds;
mod std_map;

pub use crate::peer::{Abilities, CloneCost, Family, Peer, Shape};
pub use entry::{PeerEntry, Presence};
pub(crate) use entry::{locked_version, std_version};

/// Every peer, present or absent, in the order of the tables.
#[must_use]
pub fn all() -> Vec<PeerEntry> {
    let peers = vec![
        hamt::entry(),
        hashbrown::entry(),
        std_map::entry(),
        btree::entry(),
        std_map::entry_shared(),
        imbl::entry(),
        im::entry(),
        rpds::entry_arc(),
        rpds::entry_rc(),
        c_hamt::entry(),
        libhamt::entry(),
        glib::entry(),
        judy::entry(),
        glibc_hsearch::entry(),
        glibc_tsearch::entry(),
    ];
    peers.into_iter().chain(extra()).collect()
}

/// The peers of the feature `extra`.
#[cfg(feature = "extra")]
fn extra() -> [PeerEntry; 4] {
    [
        chunkmap::entry(),
        hashbrown::entry_foldhash(),
        std_map::entry_sip(),
        imbl::entry_sip(),
    ]
}

/// The peers of the feature `extra`.
#[cfg(not(feature = "extra"))]
fn extra() -> [PeerEntry; 4] {
    const INSTALL: &str = "build with `--features extra`";
    [
        PeerEntry::absent("chunkmap", "", INSTALL),
        PeerEntry::absent("hashbrown+foldhash", "", INSTALL),
        PeerEntry::absent("std+sip", "", INSTALL),
        PeerEntry::absent("imbl+sip", "", INSTALL),
    ]
}
