//! libhamt, linked where `LIBHAMT_DIR` names a built copy.

use super::PeerEntry;

const NOTE: &str = "C HAMT; murmur3; keys by pointer; old versions leak; loses a few keys in 1e7; bytes: malloc, without the keys";

/// libhamt for numbers and words.
#[cfg(has_libhamt)]
pub(super) fn entry() -> PeerEntry {
    use crate::ffi::libhamt::Map;
    use crate::keys::Word;

    PeerEntry::present("libhamt", env!("HAMT_BENCH_LIBHAMT_VERSION"), NOTE)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}

/// libhamt, which this build could not find.
#[cfg(not(has_libhamt))]
pub(super) fn entry() -> PeerEntry {
    PeerEntry::absent("libhamt", NOTE, env!("HAMT_BENCH_ABSENT_LIBHAMT"))
}

#[cfg(has_libhamt)]
mod adapter {
    use crate::ffi::key::{CKey, KeyPtr};
    use crate::ffi::libhamt::Map;
    use crate::ffi::malloc;
    use crate::peers::{Abilities, Peer};

    impl<K: CKey> Peer<K> for Map<K> {
        type Key = KeyPtr<K>;

        /// Without its table cache old versions would stay for the rest of the process.
        const ABILITIES: Abilities = Abilities {
            remove: true,
            persistent: cfg!(has_libhamt_cache),
            iterate: true,
            bytes: cfg!(has_mallinfo2),
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

        fn memory() -> usize {
            malloc::in_use()
        }
    }
}
