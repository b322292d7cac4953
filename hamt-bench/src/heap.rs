//! Memory of the bench process: bytes counted for the `bytes` workloads, and a warm heap.
//!
//! The first touch of a page costs a microsecond or more, so on a cold heap a map that takes new
//! memory looks slow and one that reuses it looks fast. Before anything is timed, [`warm_up`]
//! tells the C library to keep freed memory, takes more than the largest map needs, touches it
//! and frees it. Rust and C peers alike then run on pages that are there already.

use core::alloc::{GlobalAlloc, Layout};
use core::hint::black_box;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::alloc::System;

static COUNTING: AtomicBool = AtomicBool::new(false);
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// The system allocator, which counts requested bytes while [`growth`] runs. At other times it
/// adds one load and a predictable branch to a call.
#[derive(Debug)]
pub struct Counting;

// SAFETY: every call is handed on unchanged to `System`.
#[expect(unsafe_code, reason = "a global allocator is an unsafe trait")]
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the contract of `GlobalAlloc`.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the contract of `GlobalAlloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(layout.size().wrapping_neg());
        // SAFETY: the caller keeps the contract of `GlobalAlloc`.
        unsafe { System.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count(new_size.wrapping_sub(layout.size()));
        // SAFETY: the caller keeps the contract of `GlobalAlloc`.
        unsafe { System.realloc(block, layout, new_size) }
    }
}

#[inline]
fn count(bytes: usize) {
    if COUNTING.load(Relaxed) {
        LIVE.fetch_add(bytes, Relaxed);
    }
}

/// Requested bytes that are live, as far as they were counted. Only differences mean something.
#[must_use]
pub fn live_bytes() -> usize {
    LIVE.load(Relaxed)
}

/// Bytes of memory that the process has in use at this moment, by the system's count; 0 where that
/// cannot be asked.
#[must_use]
pub fn resident() -> usize {
    let me = sysinfo::Pid::from_u32(std::process::id());
    let mut system = sysinfo::System::new();
    system.refresh_processes_specifics(
        sysinfo::ProcessesToUpdate::Some(&[me]),
        false,
        sysinfo::ProcessRefreshKind::nothing().with_memory(),
    );
    let bytes = system.process(me).map_or(0, sysinfo::Process::memory);
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// Runs `work` and returns with its result by how many bytes `memory` grew.
pub fn growth<T>(memory: impl Fn() -> usize, work: impl FnOnce() -> T) -> (T, usize) {
    COUNTING.store(true, Relaxed);
    let before = memory();
    let result = black_box(work());
    // What other threads free meanwhile may outweigh it, as in tests that run side by side.
    let grown = usize::try_from(memory().wrapping_sub(before) as isize).unwrap_or(0);
    COUNTING.store(false, Relaxed);
    (result, grown)
}

/// Bytes of warm heap for each entry of the largest map, and their bound.
const WARM_BYTES: usize = 600;
const MOST_WARM_BYTES: usize = 2 << 30;

/// [`warm_up`] for maps of at most `entries`.
pub fn warm_up_for(entries: usize) {
    warm_up(MOST_WARM_BYTES.min(entries.saturating_mul(WARM_BYTES)));
}

/// Makes the C library keep freed memory (where that is glibc), then allocates `bytes` in blocks
/// of the sizes that maps use, touches them, and frees them.
pub fn warm_up(bytes: usize) {
    keep_freed_memory();
    let sizes = [48, 64, 128, 256, 512, 1024, 4096, 65_536, 1 << 20];
    let blocks: Vec<Vec<u8>> = sizes
        .into_iter()
        .flat_map(|size| core::iter::repeat_n(size, bytes / sizes.len() / size))
        .map(|size| vec![1_u8; size])
        .collect();
    drop(black_box(blocks));
}

/// Gives what was freed back to the system, where the C library can be asked to.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn trim() {
    #[expect(unsafe_code, reason = "glibc's own interface")]
    mod glibc {
        unsafe extern "C" {
            /// Any padding may be asked for.
            pub(super) safe fn malloc_trim(padding: usize) -> i32;
        }
    }
    // Whether there was anything to give back does not matter.
    let _ = glibc::malloc_trim(0);
}

/// Gives what was freed back to the system: not known here how.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub const fn trim() {}

/// No page goes back to the system while the process runs, and no block is mapped by itself.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn keep_freed_memory() {
    const M_TRIM_THRESHOLD: i32 = -1;
    const M_MMAP_MAX: i32 = -4;
    #[expect(unsafe_code, reason = "glibc's own interface")]
    mod glibc {
        unsafe extern "C" {
            /// Any parameter and value may be passed; unknown ones are refused.
            pub(super) safe fn mallopt(parameter: i32, value: i32) -> i32;
        }
    }
    let kept = glibc::mallopt(M_TRIM_THRESHOLD, -1) != 0 && glibc::mallopt(M_MMAP_MAX, 0) != 0;
    if !kept {
        eprintln!("the C library gives memory back: figures include page faults");
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn keep_freed_memory() {}
