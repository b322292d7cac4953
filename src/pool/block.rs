//! Free blocks: the links kept inside them, and what debug builds check about them.
//!
//! ```text
//!   in a list      | next | chain | poison ...      `chain` only in the first block of a full magazine at the depot
//!   a free segment | next | bytes | (whatever) ...
//! ```
#![expect(unsafe_code, reason = "links live inside the free blocks")]

use super::shadow;

/// Smallest block that holds both words.
pub(super) const TWO_WORDS: usize = 2 * size_of::<*mut u8>();

/// What comes after `block` in its list.
///
/// # Safety
/// `block` is the first of a list or segment chain that the caller owns (P2).
#[inline]
pub(super) unsafe fn next(block: *mut u8) -> *mut u8 {
    // SAFETY: a listed block starts with its link (P2), aligned for it (P1).
    shadow::with_link(block.cast(), |link| unsafe { link.read() })
}

/// Makes `next` follow `block`.
///
/// # Safety
/// `block` is a free block of the caller's (P2).
#[inline]
pub(super) unsafe fn set_next(block: *mut u8, next: *mut u8) {
    // SAFETY: a free block of at least one granule is ours to write (P1, P2).
    shadow::with_link(block.cast(), |link| unsafe { link.write(next) });
}

/// The second word: the next magazine, or the bytes of a segment.
///
/// # Safety
/// As [`next`], the block has [`TWO_WORDS`], and the second was written by [`set_second`].
#[inline]
pub(super) unsafe fn second(block: *mut u8) -> *mut u8 {
    let word = block.cast::<*mut u8>().wrapping_add(1);
    // SAFETY: the block has two words (caller), aligned (P1), and the second is written.
    shadow::with_link(word, |word| unsafe { word.read() })
}

/// Writes the second word.
///
/// # Safety
/// As [`set_next`], and the block has [`TWO_WORDS`].
#[inline]
pub(super) unsafe fn set_second(block: *mut u8, word: *mut u8) {
    let place = block.cast::<*mut u8>().wrapping_add(1);
    // SAFETY: a free block of two words is ours to write (P1, P2).
    shadow::with_link(place, |place| unsafe { place.write(word) });
}

#[cfg(not(debug_assertions))]
mod check {
    #[inline(always)]
    pub(in crate::pool) unsafe fn poison(_: *mut u8, _: usize) {}
    #[inline(always)]
    pub(in crate::pool) unsafe fn assert_poisoned(_: *mut u8, _: usize) {}
    #[inline(always)]
    pub(in crate::pool) fn note_alloc(_: *mut u8, _: usize) {}
    #[inline(always)]
    pub(in crate::pool) fn note_free(_: *mut u8, _: usize) {}
}

/// Debug builds fill free memory with a pattern and look at it again before they hand it out; and they remember the size
/// of the blocks handed out last, to compare it with the size given back.
#[cfg(debug_assertions)]
mod check {
    use super::TWO_WORDS;
    use crate::pool::{GRANULE, MAX_POOLED};
    use crate::sync::{AtomicUsize, Ordering};

    /// Odd in every word, so that it is no pointer to a block.
    const POISON: u8 = 0xDB;

    /// Fills free memory with the pattern. Links are written after it.
    ///
    /// # Safety
    /// The `bytes` at `block` are the caller's and free (P2).
    pub(in crate::pool) unsafe fn poison(block: *mut u8, bytes: usize) {
        // SAFETY: free memory is ours to write (P2).
        unsafe { block.write_bytes(POISON, bytes) }
    }

    /// Panics if somebody wrote to a block after it was freed; the two link words are not looked at.
    ///
    /// # Safety
    /// The block of `bytes` is the caller's, was poisoned when it was freed.
    pub(in crate::pool) unsafe fn assert_poisoned(block: *mut u8, bytes: usize) {
        for at in TWO_WORDS..bytes {
            // SAFETY: inside the block, which `poison` initialised.
            let byte = unsafe { block.wrapping_add(at).read() };
            assert!(
                byte == POISON,
                "pool: a freed block of {bytes} bytes was written to at offset {at}"
            );
        }
    }

    /// One entry for each granule of a 512 KiB window, so blocks of one window never share one. An entry holds the upper
    /// bits of the address and the class, 0 for freed; entries of other windows overwrite each other, which only loses checks.
    const ENTRIES: usize = 1 << 16;
    static LAST: [AtomicUsize; ENTRIES] = [const { AtomicUsize::new(0) }; ENTRIES];

    fn entry(block: *mut u8) -> (&'static AtomicUsize, usize) {
        let granule = block.addr() / GRANULE;
        (&LAST[granule % ENTRIES], granule / ENTRIES)
    }

    const CLASS_BITS: u32 = 8;
    const _: () = assert!(MAX_POOLED / GRANULE < 1 << CLASS_BITS);

    pub(in crate::pool) fn note_alloc(block: *mut u8, bytes: usize) {
        let (entry, tag) = entry(block);
        let old = entry.swap((tag << CLASS_BITS) | (bytes / GRANULE), Ordering::Relaxed);
        assert!(
            old >> CLASS_BITS != tag || old % (1 << CLASS_BITS) == 0,
            "pool: a live block was handed out again"
        );
    }

    pub(in crate::pool) fn note_free(block: *mut u8, bytes: usize) {
        let (entry, tag) = entry(block);
        let old = entry.swap(tag << CLASS_BITS, Ordering::Relaxed);
        if old >> CLASS_BITS == tag {
            let class = old % (1 << CLASS_BITS);
            assert!(class != 0, "pool: a block of {bytes} bytes was freed twice");
            let size = class * GRANULE;
            assert!(
                size == bytes,
                "pool: a block of {size} bytes was freed as one of {bytes}"
            );
        }
    }
}

pub(super) use check::{note_alloc, note_free};

/// Makes memory free, so that using it is noticed: by the address sanitizer, or in debug builds later. Links are written
/// after it.
///
/// # Safety
/// The `bytes` at `block` are the caller's and free (P2).
#[inline]
pub(super) unsafe fn poison(block: *mut u8, bytes: usize) {
    shadow::open(block, bytes);
    // SAFETY: the caller's word.
    unsafe { check::poison(block, bytes) };
    shadow::shut(block, bytes);
}

/// Ends that for a block that is handed out; debug builds panic if somebody wrote to it meanwhile.
///
/// # Safety
/// The block of `bytes` is the caller's, was poisoned when it was freed.
#[inline]
pub(super) unsafe fn unpoison(block: *mut u8, bytes: usize) {
    shadow::open(block, bytes);
    // SAFETY: the caller's word.
    unsafe { check::assert_poisoned(block, bytes) };
}
