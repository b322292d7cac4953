//! GLib's `GHashTable`, with murmur3: on its own `g_int_hash`, the identity, it would never collide.

use super::PeerEntry;

const NOTE: &str = "mutable; murmur3; keys by pointer; bytes: malloc, without the keys";

/// glib for numbers and words.
#[cfg(has_glib)]
pub(super) fn entry() -> PeerEntry {
    use crate::ffi::glib::Map;
    use crate::keys::Word;

    PeerEntry::present("glib", env!("HAMT_BENCH_GLIB_VERSION"), NOTE)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}

/// glib, which this build could not find.
#[cfg(not(has_glib))]
pub(super) fn entry() -> PeerEntry {
    PeerEntry::absent("glib", NOTE, env!("HAMT_BENCH_ABSENT_GLIB"))
}

#[cfg(has_glib)]
mod adapter {
    use crate::ffi::glib::Map;
    use crate::ffi::key::{CKey, KeyPtr};
    use crate::ffi::malloc;
    use crate::peers::methods::pointer_methods;
    use crate::peers::{Abilities, Peer};

    impl<K: CKey> Peer<K> for Map<K> {
        const ABILITIES: Abilities = Abilities {
            remove: true,
            iterate: true,
            drop: true,
            bytes: cfg!(has_mallinfo2),
            ..Abilities::MINIMAL
        };

        pointer_methods!();

        fn memory() -> usize {
            malloc::in_use()
        }
    }
}
