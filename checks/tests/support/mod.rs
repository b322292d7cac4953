//! What the checkers share: values that are counted, a hasher that shows, and freed memory that is
//! looked at.

#[path = "../../../tests/all/heap.rs"]
mod heap;
mod quarantine;

use std::hash::{BuildHasher, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use hamt::Hamt;

#[global_allocator]
static HEAP: quarantine::Quarantine = quarantine::Quarantine::new();

/// Values alive.
static ALIVE: AtomicI64 = AtomicI64::new(0);

/// Tests of this binary use process-wide figures, so they run one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Runs `test` while no other does, with freed memory kept for a while.
pub(crate) fn alone<R>(test: impl FnOnce() -> R) -> R {
    let _turn = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    HEAP.within(test)
}

/// Values and bytes alive, to compare with later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Live {
    values: i64,
    bytes: usize,
}

impl Live {
    pub(crate) fn now() -> Self {
        Live {
            values: ALIVE.load(Ordering::SeqCst),
            bytes: hamt::pool::stats().live_bytes,
        }
    }

    /// Everything that has been made since is gone.
    pub(crate) fn assert_unchanged(self) {
        assert_eq!(Live::now(), self, "something leaked, or was dropped twice");
    }

    /// Nothing has been made since but what these maps and their dead relatives hold, and every
    /// count is right.
    pub(crate) fn assert_only<'a, V: 'a, S: 'a>(
        self,
        maps: impl Iterator<Item = &'a Hamt<u64, V, S>> + Clone,
    ) {
        let report = heap::check(maps).unwrap_or_else(|broken| panic!("{broken}"));
        assert_eq!(
            Live::now().bytes - self.bytes,
            report.bytes,
            "blocks that no version has"
        );
    }
}

/// What a map of a test holds.
pub(crate) trait Value: Clone + Send + Sync + 'static {
    fn of(n: u64) -> Self;
    fn number(&self) -> u64;
}

/// Stands inline.
impl Value for u64 {
    fn of(n: u64) -> Self {
        n
    }

    fn number(&self) -> u64 {
        *self
    }
}

/// A value with drop glue, which maps keep in a counted entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Counted(u64);

/// What a dropped value reads as.
const DROPPED: u64 = 0xDEAD_DEAD_DEAD_DEAD;

impl Value for Counted {
    fn of(n: u64) -> Self {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        Counted(n)
    }

    fn number(&self) -> u64 {
        assert_ne!(self.0, DROPPED, "a dropped value is read");
        self.0
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Counted::of(self.number())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        assert_ne!(self.0, DROPPED, "a value is dropped twice");
        self.0 = DROPPED;
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Hashes a number to its lowest `BITS` bits, so that a key says where it stands in the trie.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Low<const BITS: u32>;

#[derive(Debug)]
pub(crate) struct LowHasher<const BITS: u32>(u64);

impl<const BITS: u32> BuildHasher for Low<BITS> {
    type Hasher = LowHasher<BITS>;

    fn build_hasher(&self) -> Self::Hasher {
        LowHasher(0)
    }
}

impl<const BITS: u32> Hasher for LowHasher<BITS> {
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are numbers");
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n & (u64::MAX >> (64 - BITS));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
