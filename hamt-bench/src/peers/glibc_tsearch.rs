//! glibc's `tsearch`, a red-black tree.

use super::PeerEntry;

const NOTE: &str = "mutable; sorted, no hash; entries boxed, words by pointer; bytes: malloc";

/// `tsearch` for numbers and words.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn entry() -> PeerEntry {
    use crate::ffi::{glibc, tsearch::Map};
    use crate::keys::Word;

    PeerEntry::present("glibc-tsearch", glibc::version(), NOTE)
        .numbers::<Map<u64>>()
        .words::<Map<Word>>()
}

/// `tsearch`, whose walk with a closure and whose freeing are glibc's own.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn entry() -> PeerEntry {
    PeerEntry::absent("glibc-tsearch", NOTE, "needs Linux with glibc")
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod adapter {
    use crate::ffi::malloc;
    use crate::ffi::tsearch::{Map, TreeKey};
    use crate::peers::{Abilities, Peer};

    impl<K: TreeKey> Peer<K> for Map<K> {
        type Key = K::Held;

        const ABILITIES: Abilities = Abilities {
            remove: true,
            iterate: true,
            drop: true,
            bytes: cfg!(has_mallinfo2),
            ..Abilities::MINIMAL
        };

        fn key(key: &'static K) -> K::Held {
            key.held()
        }

        fn new(_capacity: usize) -> Self {
            Self::new()
        }

        fn len(&self) -> usize {
            self.len()
        }

        fn get(&self, key: &K::Held) -> Option<u64> {
            self.get(*key)
        }

        fn insert(&mut self, key: K::Held, value: u64) {
            self.insert(key, value);
        }

        fn remove(&mut self, key: &K::Held) {
            self.remove(*key);
        }

        fn for_each(&self, visit: impl FnMut(u64)) {
            self.for_each(visit);
        }

        fn memory() -> usize {
            malloc::in_use()
        }
    }
}
