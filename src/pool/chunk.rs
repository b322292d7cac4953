//! The one door to the global allocator. Chunks, large blocks and the pool's own tables come through it.
#![expect(unsafe_code, reason = "memory comes from the global allocator here")]

use core::alloc::Layout;
use core::ptr;

/// Lets tests refuse memory: how many more requests are granted.
#[cfg(test)]
pub(super) static GRANTS: crate::sync::AtomicUsize = crate::sync::AtomicUsize::new(usize::MAX);

#[cfg(test)]
fn refused() -> bool {
    use crate::sync::Ordering::Relaxed;
    let grants = GRANTS.load(Relaxed);
    if grants != usize::MAX && grants != 0 {
        GRANTS.store(grants - 1, Relaxed);
    }
    grants == 0
}

#[cfg(not(test))]
const fn refused() -> bool {
    false
}

/// Takes memory from the global allocator; null when there is none.
#[expect(clippy::disallowed_methods, reason = "this is the one door")]
pub(super) fn system_alloc(layout: Layout) -> *mut u8 {
    debug_assert!(layout.size() != 0, "zero bytes asked for");
    if refused() {
        return ptr::null_mut();
    }
    // SAFETY: no caller asks for zero bytes.
    unsafe { alloc::alloc::alloc(layout) }
}

/// [`system_alloc`], zeroed.
#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
#[expect(clippy::disallowed_methods, reason = "this is the one door")]
pub(super) fn system_alloc_zeroed(layout: Layout) -> *mut u8 {
    debug_assert!(layout.size() != 0, "zero bytes asked for");
    if refused() {
        return ptr::null_mut();
    }
    // SAFETY: no caller asks for zero bytes.
    unsafe { alloc::alloc::alloc_zeroed(layout) }
}

/// Gives memory back to the global allocator.
///
/// # Safety
/// `memory` came from [`system_alloc`] or [`system_alloc_zeroed`] with the same `layout` and is not used any more.
#[expect(clippy::disallowed_methods, reason = "this is the one door")]
pub(super) unsafe fn system_free(memory: *mut u8, layout: Layout) {
    // SAFETY: the caller's word.
    unsafe { alloc::alloc::dealloc(memory, layout) }
}
