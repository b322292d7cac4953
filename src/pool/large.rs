//! Blocks that go straight to the global allocator: large ones, over-aligned ones, and all of them where the pool is off.
#![expect(unsafe_code, reason = "blocks are given back to the global allocator")]

use core::alloc::Layout;

use super::chunk::{system_alloc, system_free};
use crate::sync::{AtomicUsize, Ordering::Relaxed};

static BLOCKS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

/// A block of `layout`, null if the system has no memory.
pub(super) fn alloc(layout: Layout) -> *mut u8 {
    let block = system_alloc(layout);
    if !block.is_null() {
        BLOCKS.fetch_add(1, Relaxed);
        BYTES.fetch_add(layout.size(), Relaxed);
    }
    block
}

/// # Safety
/// `block` came from [`alloc`] with the same `layout` and is not used any more.
pub(super) unsafe fn free(block: *mut u8, layout: Layout) {
    // SAFETY: the caller's word.
    unsafe { system_free(block, layout) };
    BLOCKS.fetch_sub(1, Relaxed);
    BYTES.fetch_sub(layout.size(), Relaxed);
}

/// Live blocks and their bytes.
pub(super) fn live() -> (usize, usize) {
    (BLOCKS.load(Relaxed), BYTES.load(Relaxed))
}
