//! Judy: JudyL for numbers, JudyHS for words.

use super::PeerEntry;

const NOTE: &str = "mutable; JudyL: a sorted trie, no hash, bytes as it counts them; \
                    JudyHS: its own hash, copies the words, no iteration, bytes: malloc";

/// Judy for numbers and words.
#[cfg(has_judy)]
pub(super) fn entry() -> PeerEntry {
    use crate::ffi::judy::{Numbers, Strings};

    PeerEntry::present("judy", "", NOTE)
        .numbers::<Numbers>()
        .words::<Strings>()
}

/// Judy, which this build could not find.
#[cfg(not(has_judy))]
pub(super) fn entry() -> PeerEntry {
    PeerEntry::absent("judy", NOTE, env!("HAMT_BENCH_ABSENT_JUDY"))
}

#[cfg(has_judy)]
mod adapter {
    use crate::ffi::judy::{Numbers, Strings};
    use crate::ffi::malloc;
    use crate::keys::Word;
    use crate::peers::{Abilities, Peer};

    impl Peer<u64> for Numbers {
        type Key = usize;

        const ABILITIES: Abilities = Abilities {
            remove: true,
            iterate: true,
            drop: true,
            bytes: true,
            ..Abilities::MINIMAL
        };

        fn key(key: &'static u64) -> usize {
            usize::try_from(*key).expect("words of 64 bits")
        }

        fn new(_capacity: usize) -> Self {
            Self::new()
        }

        fn len(&self) -> usize {
            self.len()
        }

        fn get(&self, key: &usize) -> Option<u64> {
            self.get(*key)
        }

        fn insert(&mut self, key: usize, value: u64) {
            self.insert(key, value);
        }

        fn remove(&mut self, key: &usize) {
            self.remove(*key);
        }

        fn for_each(&self, visit: impl FnMut(u64)) {
            self.for_each(visit);
        }

        fn bytes(&self, _grown: usize) -> usize {
            self.bytes()
        }
    }

    impl Peer<Word> for Strings {
        type Key = &'static [u8];

        const ABILITIES: Abilities = Abilities {
            remove: true,
            drop: true,
            bytes: cfg!(has_mallinfo2),
            ..Abilities::MINIMAL
        };

        fn key(key: &'static Word) -> &'static [u8] {
            key.as_c_str().to_bytes()
        }

        fn new(_capacity: usize) -> Self {
            Self::new()
        }

        fn len(&self) -> usize {
            self.len()
        }

        fn get(&self, key: &&'static [u8]) -> Option<u64> {
            self.get(key)
        }

        fn insert(&mut self, key: &'static [u8], value: u64) {
            self.insert(key, value);
        }

        fn remove(&mut self, key: &&'static [u8]) {
            self.remove(key);
        }

        fn memory() -> usize {
            malloc::in_use()
        }
    }
}
