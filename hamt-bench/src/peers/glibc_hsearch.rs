//! glibc's `hsearch_r`: a table of strings, sized once, that can neither remove nor iterate.

use super::PeerEntry;

const NOTE: &str = "fixed size, insert and look-up only; its own hash; keys are strings, numbers \
                    are written out beforehand; bytes: malloc, without the keys";

/// `hsearch_r` for numbers and words.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn entry() -> PeerEntry {
    use crate::ffi::glibc::{self, HashSearch};

    let entry = PeerEntry::present("glibc-hsearch", glibc::version(), NOTE);
    entry.numbers::<HashSearch>().words::<HashSearch>()
}

/// `hsearch_r`, which is glibc's own.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn entry() -> PeerEntry {
    PeerEntry::absent("glibc-hsearch", NOTE, "needs Linux with glibc")
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod adapter {
    use alloc::ffi::CString;
    use core::cell::RefCell;
    use core::ffi::CStr;
    use core::ptr;
    use std::collections::HashMap;

    use crate::ffi::glibc::HashSearch;
    use crate::ffi::malloc;
    use crate::keys::{Key, Word};
    use crate::peers::{Abilities, Peer};

    /// A key that can be had as a string.
    pub(super) trait Text: Key<Value = u64> {
        fn text(&'static self) -> &'static CStr;
    }

    impl Text for Word {
        fn text(&'static self) -> &'static CStr {
            self.as_c_str()
        }
    }

    thread_local! {
        /// The numbers written out, by address: each list of keys has strings of its own, in the
        /// order in which it is first used, and passes over a list share them.
        static TEXTS: RefCell<HashMap<usize, &'static CStr>> = RefCell::default();
    }

    impl Text for u64 {
        fn text(&'static self) -> &'static CStr {
            TEXTS.with_borrow_mut(|texts| {
                let text = texts.entry(ptr::from_ref(self).addr());
                *text.or_insert_with(|| {
                    let text = CString::new(format!("{self:x}")).expect("no NUL");
                    Box::leak(text.into_boxed_c_str())
                })
            })
        }
    }

    impl<K: Text> Peer<K> for HashSearch {
        type Key = &'static CStr;

        const ABILITIES: Abilities = Abilities {
            drop: true,
            bytes: cfg!(has_mallinfo2),
            ..Abilities::MINIMAL
        };

        fn key(key: &'static K) -> &'static CStr {
            key.text()
        }

        /// Room for the new entries of a workload, a tenth and at least a hundred, and a quarter
        /// more, as the manual advises.
        fn new(capacity: usize) -> Self {
            Self::new((capacity + (capacity / 10).max(100)) * 5 / 4)
        }

        fn len(&self) -> usize {
            self.len()
        }

        fn get(&self, key: &&'static CStr) -> Option<u64> {
            self.get(key)
        }

        fn insert(&mut self, key: &'static CStr, value: u64) {
            self.insert(key, value);
        }

        fn memory() -> usize {
            malloc::in_use()
        }
    }
}
