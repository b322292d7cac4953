//! c-hamt, our own C99 HAMT in the classic design: what the C HAMT of the goals means.

use super::PeerEntry;

const NOTE: &str = "C HAMT; murmur3; keys by pointer; old versions leak into its pool until the map goes; bytes: the pool, without the keys";

/// c-hamt for numbers and words.
#[cfg(has_c_compiler)]
pub(super) fn entry() -> PeerEntry {
    use crate::ffi::chamt::Map;
    use crate::keys::Word;

    PeerEntry::present("c-hamt", env!("CARGO_PKG_VERSION"), NOTE)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}

/// c-hamt, which this build could not find.
#[cfg(not(has_c_compiler))]
pub(super) fn entry() -> PeerEntry {
    PeerEntry::absent("c-hamt", NOTE, env!("HAMT_BENCH_ABSENT_C_COMPILER"))
}

#[cfg(has_c_compiler)]
mod adapter {
    use crate::ffi::chamt::Map;
    use crate::ffi::key::{CKey, KeyPtr};
    use crate::peers::{Abilities, Peer};

    impl<K: CKey> Peer<K> for Map<K> {
        type Key = KeyPtr<K>;

        /// Throwing the pool away is not what dropping costs elsewhere.
        const ABILITIES: Abilities = Abilities {
            remove: true,
            persistent: true,
            iterate: true,
            bytes: true,
            ..Abilities::MINIMAL
        };
        const LEAKS: bool = true;
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

        fn persistent_insert(&mut self, key: KeyPtr<K>, value: u64) {
            self.persistent_insert(&key, value);
        }

        fn persistent_remove(&mut self, key: &KeyPtr<K>) {
            self.persistent_remove(key);
        }

        fn fork(&self, key: KeyPtr<K>, value: u64) -> usize {
            self.fork(&key, value)
        }
        fn for_each(&self, visit: impl FnMut(u64)) {
            self.for_each(visit);
        }

        fn bytes(&self, _grown: usize) -> usize {
            self.bytes()
        }
    }
}
