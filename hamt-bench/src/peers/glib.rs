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
    use crate::peers::{Abilities, Peer};

    impl<K: CKey> Peer<K> for Map<K> {
        type Key = KeyPtr<K>;

        const ABILITIES: Abilities = Abilities {
            remove: true,
            iterate: true,
            drop: true,
            bytes: cfg!(has_mallinfo2),
            ..Abilities::MINIMAL
        };
        fn key(key: &'static K) -> KeyPtr<K> {
            KeyPtr::new(key)
        }

        fn new(_capacity: usize) -> Self {
            Self::new()
        }

        fn len(&self) -> usize {
            self.len()
        }

        fn get(&self, key: &KeyPtr<K>) -> Option<u64> {
            self.get(key)
        }

        fn insert(&mut self, key: KeyPtr<K>, value: u64) {
            self.insert(&key, value);
        }

        fn remove(&mut self, key: &KeyPtr<K>) {
            self.remove(key);
        }

        fn for_each(&self, visit: impl FnMut(u64)) {
            self.for_each(visit);
        }

        fn memory() -> usize {
            malloc::in_use()
        }
    }
}
