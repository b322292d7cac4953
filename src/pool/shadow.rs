//! The seam to the address sanitizer: with `--cfg hamt_poison` it is told which memory of the pool is free, so that it
//! reports whoever touches that. Otherwise nothing.
//!
//! It keeps a byte for each 8 bytes of memory, a [`GRANULE`](super::GRANULE), so blocks that are side by side do not mix.
#![cfg_attr(
    hamt_poison,
    expect(unsafe_code, reason = "calls the sanitizer's runtime")
)]

#[cfg(hamt_poison)]
mod sanitizer {
    use core::ffi::c_void;

    unsafe extern "C" {
        fn __asan_poison_memory_region(start: *const c_void, bytes: usize);
        fn __asan_unpoison_memory_region(start: *const c_void, bytes: usize);
    }

    pub(in crate::pool) fn shut(memory: *const u8, bytes: usize) {
        // SAFETY: P2: marks these bytes in the sanitizer's map, and touches no memory.
        unsafe { __asan_poison_memory_region(memory.cast(), bytes) }
    }

    pub(in crate::pool) fn open(memory: *const u8, bytes: usize) {
        // SAFETY: as above.
        unsafe { __asan_unpoison_memory_region(memory.cast(), bytes) }
    }
}

#[cfg(not(hamt_poison))]
mod sanitizer {
    #[inline(always)]
    pub(in crate::pool) fn shut(_: *const u8, _: usize) {}
    #[inline(always)]
    pub(in crate::pool) fn open(_: *const u8, _: usize) {}
}

pub(super) use sanitizer::{open, shut};

/// Does `access`, which reads or writes the link at `word`, in memory that is shut before and after.
#[inline(always)]
pub(super) fn with_link<R>(word: *mut *mut u8, access: impl FnOnce(*mut *mut u8) -> R) -> R {
    open(word.cast(), size_of::<*mut u8>());
    let result = access(word);
    shut(word.cast(), size_of::<*mut u8>());
    result
}
