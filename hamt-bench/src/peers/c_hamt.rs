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
    use crate::peers::methods::{leaking_methods, pointer_methods};
    use crate::peers::{Abilities, Peer};

    impl<K: CKey> Peer<K> for Map<K> {
        /// Throwing the pool away is not what dropping costs elsewhere.
        const ABILITIES: Abilities = Abilities {
            remove: true,
            persistent: true,
            iterate: true,
            bytes: true,
            ..Abilities::MINIMAL
        };

        pointer_methods!();
        leaking_methods!();

        fn bytes(&self, _grown: usize) -> usize {
            self.bytes()
        }
    }
}
