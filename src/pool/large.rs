//! Blocks that go straight to the global allocator: large ones, over-aligned ones, and all of them where the pool is off.
#![expect(unsafe_code, reason = "blocks are given back to the global allocator")]

use core::alloc::Layout;
use core::hint::black_box;

use super::GRANULE;
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

/// Whether the system has so much memory, in one piece. Asks for it and gives it back.
pub(super) fn has(bytes: usize) -> bool {
    let Ok(layout) = Layout::from_size_align(bytes, GRANULE) else {
        return false;
    };
    // The compiler may leave out an allocation that nobody looks at.
    let memory = black_box(system_alloc(layout));
    if !memory.is_null() {
        // SAFETY: just taken with this layout.
        unsafe { system_free(memory, layout) };
    }
    !memory.is_null()
}

/// Live blocks and their bytes.
pub(super) fn live() -> (usize, usize) {
    (BLOCKS.load(Relaxed), BYTES.load(Relaxed))
}
