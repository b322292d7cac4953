//! The memory that maps live in: how much it is, and how to give it back.
//!
//! Maps keep their arrays and entries in blocks of exact size, cut from larger chunks. Freed blocks
//! are kept for later maps, first by the thread that freed them, then by all threads; neighbours
//! are merged when memory runs short. Chunks without a live block go back to the global allocator
//! when more than the [`cap`] is free, or when [`trim`] is called.
//!
//! ```
//! hamt::pool::trim();
//! let stats = hamt::pool::stats();
//! assert_eq!(stats.held_bytes, stats.live_bytes + stats.free_bytes() + stats.overhead_bytes);
//! ```
//!
//! * Blocks beyond 1040 bytes and over-aligned ones go to the global allocator one by one.
//! * With `RUSTFLAGS="--cfg hamt_nopool"`, under Miri and under fuzzing all blocks do, so that
//!   sanitizers see them. With `--cfg hamt_poison` the address sanitizer sees them inside the pool.
//! * Without the feature `std` all threads share one cache behind a spin lock: an uncontended
//!   locked instruction for each block, and no use in interrupt handlers.
//!
//! The global allocator must not use maps of this crate itself: it is called under the pool's lock.
#![expect(unsafe_code, reason = "gives out memory and takes it back")]
// How it works, top to bottom:
//
//     facade (this file), stats   what the crate and its users call
//       thread                    the calling thread's cache, or the shared one
//         cache                   per class: loaded + spare magazine (lists); one bump region
//           depot                 per class: full magazines, loose blocks; segments; chunks     LOCK
//             sweep               merges neighbours, finds empty chunks
//               table   class   block       all chunks, sizes, links and debug checks
//                chunk   large   shadow     the door to the global allocator, blocks that pass by, the sanitizer's map
//
// Invariants, cited by number where unsafe code rests on them:
//
// P1  A block has exactly the bytes asked for, a multiple of GRANULE, aligned to GRANULE, inside
//     one chunk. `free` gets the same number of bytes.
// P2  Every byte of a chunk is in exactly one place: a live block, a list of one cache or of the
//     depot, a segment, or one bump region. A list's blocks are linked through their first word and
//     end in null. Whoever takes memory out of its place owns it until it puts it into another.
// P3  The table of chunks has every chunk once, in the order of addresses. Each starts at a cache
//     line, and ends within what was asked for.
// P4  A chunk goes back to the system only when none of its bytes is live, in a list that stays, or
//     in a bump region: when a sweep that has taken all its bytes out of their places finds so.
// P5  A thread's pointer leads to a static cache that is shut, or to the thread's own cache, which
//     is in the depot's list from its making to the thread's end. Only its thread writes to it;
//     the shared cache is only used under the depot's lock.

#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod block;
#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod cache;
mod chunk;
#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod class;
#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod depot;
mod large;
#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod pooled;
#[cfg(any(hamt_nopool, miri, fuzzing))]
#[path = "unpooled.rs"]
mod pooled;
#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod shadow;
mod stats;
#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod sweep;
#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod table;
#[cfg(test)]
mod tests;
#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod thread;

use alloc::alloc::handle_alloc_error;
use core::alloc::Layout;
use core::ptr::NonNull;

pub use stats::Stats;

/// Block sizes are multiples of this; every pooled block is aligned to it.
pub(crate) const GRANULE: usize = 8;

/// The largest pooled block in bytes: 64 slots of 16 bytes and a header.
pub(crate) const MAX_POOLED: usize = 1040;

/// The cap until [`set_cap`] is called.
const DEFAULT_CAP: usize = 64 << 20;

/// A block of `bytes`, a non-zero multiple of [`GRANULE`], aligned to it.
///
/// When there is no memory it calls [`handle_alloc_error`], with nothing locked and nothing lost.
#[inline]
pub(crate) fn alloc(bytes: usize) -> NonNull<u8> {
    debug_assert!(
        bytes != 0 && bytes % GRANULE == 0,
        "pool: {bytes} bytes asked for"
    );
    let block = if bytes <= MAX_POOLED {
        pooled::alloc(bytes)
    } else {
        alloc_large(bytes)
    };
    NonNull::new(block).unwrap_or_else(|| out_of_memory(bytes))
}

/// Gives a block back.
///
/// # Safety
/// `block` came from [`alloc`] with the same `bytes`, on whichever thread, and is not used any more.
#[inline]
pub(crate) unsafe fn free(block: NonNull<u8>, bytes: usize) {
    debug_assert!(
        bytes != 0 && bytes % GRANULE == 0,
        "pool: {bytes} bytes given back"
    );
    debug_assert!(
        block.addr().get() % GRANULE == 0,
        "pool: no block starts at {block:?}"
    );
    if bytes <= MAX_POOLED {
        // SAFETY: the caller's word.
        unsafe { pooled::free(block.as_ptr(), bytes) }
    } else {
        // SAFETY: the caller's word.
        unsafe { free_large(block.as_ptr(), bytes) }
    }
}

/// A block of any layout, for what must be aligned to more than [`GRANULE`]; from the global allocator.
///
/// When there is no memory it calls [`handle_alloc_error`].
pub(crate) fn alloc_aligned(layout: Layout) -> NonNull<u8> {
    debug_assert!(layout.size() != 0, "pool: zero bytes asked for");
    NonNull::new(large::alloc(layout)).unwrap_or_else(|| handle_alloc_error(layout))
}

/// Gives a block back.
///
/// # Safety
/// `block` came from [`alloc_aligned`] with the same `layout` and is not used any more.
pub(crate) unsafe fn free_aligned(block: NonNull<u8>, layout: Layout) {
    // SAFETY: the caller's word.
    unsafe { large::free(block.as_ptr(), layout) }
}

#[cold]
#[inline(never)]
fn alloc_large(bytes: usize) -> *mut u8 {
    large::alloc(block_layout(bytes))
}

/// # Safety
/// As [`free`].
#[cold]
#[inline(never)]
unsafe fn free_large(block: *mut u8, bytes: usize) {
    // SAFETY: the caller's word; `alloc_large` made the same layout.
    unsafe { large::free(block, block_layout(bytes)) }
}

/// The layout of an unpooled block.
fn block_layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes, GRANULE)
        .expect("a block is smaller than half of the address space")
}

#[cold]
#[inline(never)]
fn out_of_memory(bytes: usize) -> ! {
    handle_alloc_error(block_layout(bytes))
}

/// How much memory the pool holds and where, for the whole process.
///
/// Exact while no other thread uses maps; otherwise the figures are those of slightly different
/// moments, and `live_bytes` may be off by what other threads are moving. Takes the pool's lock and
/// looks at every thread's lists: microseconds with few threads, O(threads).
///
/// ```
/// let stats = hamt::pool::stats();
/// assert!(stats.live_bytes <= stats.held_bytes);
/// ```
#[must_use]
pub fn stats() -> Stats {
    let (large_blocks, large_bytes) = large::live();
    let mut stats = pooled::stats();
    stats.large_blocks = large_blocks;
    stats.large_bytes = large_bytes;
    stats.live_bytes += large_bytes;
    stats.held_bytes += large_bytes;
    stats
}

/// Gives all chunks without a live block back to the global allocator; returns their bytes.
///
/// Takes the calling thread's free blocks into account, but not those that other threads keep for
/// themselves (at most about 1 MiB each). Merges all free memory on the way, so its time grows with
/// the number of free blocks, and other threads that need the pool's lock wait that long.
///
/// ```
/// hamt::pool::trim();
/// assert_eq!(hamt::pool::trim(), 0); // nothing was used in between
/// ```
#[expect(clippy::must_use_candidate, reason = "mostly called for its effect")]
pub fn trim() -> usize {
    pooled::trim()
}

/// Sees to it that there is [`room`] for `bytes` more; false if the global allocator has no memory.
///
/// The cap does not count until as much has been freed again.
pub(crate) fn reserve(bytes: usize) -> bool {
    bytes <= room() || (large::has(bytes) && pooled::reserve(bytes))
}

/// Bytes of free memory, for blocks of any size, that the calling thread can have without asking the
/// global allocator. Freed blocks that have not been merged are not counted.
pub(crate) fn room() -> usize {
    pooled::room()
}

/// The most free memory, in bytes, that the pool keeps in chunks it could give back. O(1).
///
/// ```
/// hamt::pool::set_cap(16 << 20);
/// assert_eq!(hamt::pool::cap(), 16 << 20);
/// ```
#[must_use]
pub fn cap() -> usize {
    pooled::cap()
}

/// Sets the [`cap`]: 64 MiB at first.
///
/// When more than `bytes` are free outside of the threads' own lists, empty chunks go back to the
/// global allocator until no more than that is free, or no chunk is empty. The pool looks for them
/// once as much has come free as is still in use (and an eighth of the cap at least), which keeps
/// the cost of a free constant on average; so a moment may pass with more than the cap free. For
/// an answer at once call [`trim`]. Where the pool is off nothing is kept, and the cap has no effect.
///
/// ```
/// hamt::pool::set_cap(usize::MAX); // never give anything back unasked
/// # hamt::pool::set_cap(64 << 20);
/// ```
pub fn set_cap(bytes: usize) {
    pooled::set_cap(bytes);
}
