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
    use crate::peers::methods::{leaking_methods, pointer_methods};
    use crate::peers::{Abilities, Peer};

    impl<K: CKey> Peer<K> for Map<K> {
        /// Without its table cache old versions would stay for the rest of the process.
        const ABILITIES: Abilities = Abilities {
            remove: true,
            persistent: cfg!(has_libhamt_cache),
            iterate: true,
            bytes: cfg!(has_mallinfo2),
            ..Abilities::MINIMAL
        };

        pointer_methods!();
        leaking_methods!();

        fn memory() -> usize {
            malloc::in_use()
        }
    }
}
