//! Stands in for the pool where it is off: every block goes to the global allocator, which sanitizers watch.
#![expect(unsafe_code, reason = "forwards `free`")]

use super::stats::Stats;
use super::{DEFAULT_CAP, block_layout, large};
use crate::sync::{AtomicUsize, Ordering::Relaxed};

static CAP: AtomicUsize = AtomicUsize::new(DEFAULT_CAP);

#[inline]
pub(super) fn alloc(bytes: usize) -> *mut u8 {
    large::alloc(block_layout(bytes))
}

/// # Safety
/// `block` came from [`alloc`] with the same `bytes` and is not used any more.
#[inline]
pub(super) unsafe fn free(block: *mut u8, bytes: usize) {
    // SAFETY: the caller's word; the same layout as in `alloc`.
    unsafe { large::free(block, block_layout(bytes)) }
}

/// Everything but the large blocks: nothing.
pub(super) fn stats() -> Stats {
    Stats::default()
}

pub(super) fn trim() -> usize {
    0
}

/// Nothing is kept, so there is nothing to take in advance.
pub(super) fn reserve(_: usize) -> bool {
    true
}

pub(super) fn room() -> usize {
    0
}

pub(super) fn cap() -> usize {
    CAP.load(Relaxed)
}

pub(super) fn set_cap(bytes: usize) {
    CAP.store(bytes, Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept() {
        set_cap(7 << 20);
        assert!(reserve(1 << 20));
        assert_eq!((cap(), room(), trim()), (7 << 20, 0, 0));
    }
}
