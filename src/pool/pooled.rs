//! The pool proper, behind the facade.
#![expect(unsafe_code, reason = "forwards `free`")]

use super::cache::Cache;
use super::depot::DEPOT;
use super::stats::Stats;
use super::sweep::{Budget, sweep};
use super::{class, thread};

#[inline]
pub(super) fn alloc(bytes: usize) -> *mut u8 {
    thread::alloc(class::of(bytes))
}

/// # Safety
/// `block` came from [`alloc`] with the same `bytes` and is not used any more.
#[inline]
pub(super) unsafe fn free(block: *mut u8, bytes: usize) {
    // SAFETY: the caller's word; P1 makes the class the block's.
    unsafe { thread::free(class::of(bytes), block) }
}

/// Everything but the large blocks.
pub(super) fn stats() -> Stats {
    let depot = DEPOT.lock();
    let (mut thread_bytes, mut bump_bytes) = (0, 0);
    thread::for_each(&depot, |cache| {
        thread_bytes += cache.list_bytes();
        bump_bytes += cache.bump_bytes();
    });
    let depot_bytes = depot.free_bytes();
    let chunk_bytes = depot.chunks.bytes();
    let overhead_bytes = depot.chunks.overhead_bytes() + depot.threads * size_of::<Cache>();
    Stats {
        held_bytes: chunk_bytes + overhead_bytes,
        live_bytes: chunk_bytes.saturating_sub(thread_bytes + bump_bytes + depot_bytes),
        thread_bytes,
        bump_bytes,
        depot_bytes,
        overhead_bytes,
        chunks: depot.chunks.len(),
        chunk_bytes,
        threads: depot.threads,
        large_blocks: 0,
        large_bytes: 0,
    }
}

pub(super) fn trim() -> usize {
    let mut depot = DEPOT.lock();
    thread::flush(&mut depot);
    let released = sweep(&mut depot, None, Budget::All);
    depot.chunks.shrink();
    released
}

pub(super) fn reserve(bytes: usize) -> bool {
    let mut depot = DEPOT.lock();
    let own = thread::room(&depot) - depot.room();
    depot.reserve(bytes.saturating_sub(own))
}

pub(super) fn room() -> usize {
    thread::room(&DEPOT.lock())
}

pub(super) fn cap() -> usize {
    DEPOT.lock().cap()
}

pub(super) fn set_cap(bytes: usize) {
    DEPOT.lock().set_cap(bytes);
}
