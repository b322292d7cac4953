//! Coalescing: neighbouring free blocks become segments again, and chunks without a live block go back to the system.
//!
//! A map that grows by single inserts frees all its arrays of one size and asks for as many of the next, so exact sizes
//! alone would strand two fifths of its memory. A sweep gathers all free memory it can reach in a bitmap of one bit a
//! granule, in which runs show without sorting, and puts the runs back. The bitmap is 1/64 of the chunks, taken from the
//! system while the sweep lasts.
#![expect(
    unsafe_code,
    reason = "free memory is handed back to the depot and to the system"
)]

use alloc::vec::Vec;
use core::alloc::Layout;
use core::slice;

use super::cache::Cache;
use super::chunk::{system_alloc_zeroed, system_free};
use super::class::{self, CLASSES};
use super::depot::{Depot, SEGMENT_MIN};
use super::table::Chunks;
use super::{GRANULE, block};

const WORD: usize = usize::BITS as usize;

/// How much memory a sweep may give back to the system.
#[derive(Clone, Copy, Debug)]
pub(super) enum Budget {
    /// Nothing.
    Nothing,
    /// What is free beyond the cap.
    BeyondCap,
    /// Every empty chunk.
    All,
}

/// A zeroed bitmap, one bit a granule of every chunk.
struct Bitmap {
    words: *mut usize,
    length: usize,
}

impl Bitmap {
    fn layout(length: usize) -> Option<Layout> {
        Layout::array::<usize>(length)
            .ok()
            .filter(|layout| layout.size() != 0)
    }

    fn new(length: usize) -> Option<Self> {
        let words = system_alloc_zeroed(Self::layout(length)?).cast::<usize>();
        (!words.is_null()).then(|| Self { words, length })
    }

    fn words(&mut self) -> &mut [usize] {
        // SAFETY: allocated and zeroed with this length, and borrowed from its only owner.
        unsafe { slice::from_raw_parts_mut(self.words, self.length) }
    }
}

impl Drop for Bitmap {
    fn drop(&mut self) {
        if let Some(layout) = Self::layout(self.length) {
            // SAFETY: allocated with this layout in `new`.
            unsafe { system_free(self.words.cast(), layout) }
        }
    }
}

/// Sets the bits of a free piece.
fn mark(words: &mut [usize], chunks: &Chunks, near: &mut usize, free: *mut u8, bytes: usize) {
    let mut offset = free.addr().wrapping_sub(chunks.get(*near).base.addr());
    if offset >= chunks.get(*near).bytes {
        *near = chunks.find(free);
        offset = free.addr() - chunks.get(*near).base.addr();
    }
    let chunk = chunks.get(*near);
    debug_assert!(
        offset + bytes <= chunk.bytes,
        "pool: a free block outside every chunk"
    );
    let mut bit = chunk.first_bit + offset / GRANULE;
    let mut left = bytes / GRANULE;
    while left != 0 {
        let (word, low) = (bit / WORD, bit % WORD);
        let count = left.min(WORD - low);
        let mask = (usize::MAX >> (WORD - count)) << low;
        debug_assert!(words[word] & mask == 0, "pool: free blocks overlap");
        words[word] |= mask;
        bit += count;
        left -= count;
    }
}

/// The first bit from `from` on, below `to`, that is `set`; `to` if there is none.
fn find(words: &[usize], from: usize, to: usize, set: bool) -> usize {
    let flip = if set { 0 } else { usize::MAX };
    let mut bit = from;
    while bit < to {
        let word = (words[bit / WORD] ^ flip) >> (bit % WORD);
        if word != 0 {
            return (bit + word.trailing_zeros() as usize).min(to);
        }
        bit = (bit / WORD + 1) * WORD;
    }
    to
}

/// Where to cut a short run of each size, 0 for nowhere. A run of a size that nobody asks for is best cut in two that
/// somebody does: two arrays of odd granules make a gap of even ones, and no array is as long as that.
fn cuts(wanted: &[bool; CLASSES]) -> [usize; CLASSES] {
    let mut cuts = [0; CLASSES];
    for class in 1..class::of(SEGMENT_MIN) {
        if !wanted[class] {
            let pair = (1..class)
                .rev()
                .find(|&part| wanted[part] && wanted[class - part]);
            cuts[class] = pair.unwrap_or(0);
        }
    }
    cuts
}

/// Merges all free memory at the depot and in `cache`; returns the bytes given back to the system. Does nothing if there
/// is no memory for the bitmap.
pub(super) fn sweep(depot: &mut Depot, cache: Option<&Cache>, budget: Budget) -> usize {
    let length = depot.chunks.number();
    let Some(mut bitmap) = Bitmap::new(length) else {
        return 0;
    };
    let words = bitmap.words();

    let mut chunks = core::mem::replace(&mut depot.chunks, Chunks::new());
    let mut near = 0;
    if let Some(cache) = cache {
        cache.drain(|class, mut head, _| {
            while !head.is_null() {
                // SAFETY: the cache gave the list away; read before anything else is done with the block.
                let next = unsafe { block::next(head) };
                mark(words, &chunks, &mut near, head, class::bytes(class));
                head = next;
            }
        });
    }
    depot.drain(|free, bytes| mark(words, &chunks, &mut near, free, bytes));

    let cuts = cache.map_or([0; CLASSES], |cache| cuts(&cache.take_wanted()));
    let free = words
        .iter()
        .map(|word| word.count_ones() as usize * GRANULE)
        .sum::<usize>();
    let budget = match budget {
        Budget::Nothing => 0,
        Budget::BeyondCap => free.saturating_sub(depot.cap()),
        Budget::All => usize::MAX,
    };
    let mut released = 0;
    let mut gone: Vec<usize> = Vec::new();
    for index in 0..chunks.len() {
        let chunk = chunks.get(index);
        let (first, last) = (chunk.first_bit, chunk.first_bit + chunk.granules());
        let mut bit = find(words, first, last, true);
        while bit < last {
            let end = find(words, bit, last, false);
            let run = chunk.base.wrapping_add((bit - first) * GRANULE);
            let bytes = (end - bit) * GRANULE;
            let leaves = bytes == chunk.bytes && released + bytes <= budget;
            if leaves && gone.try_reserve(1).is_ok() {
                gone.push(index);
                released += bytes;
            } else {
                let first = cuts
                    .get(bytes / GRANULE)
                    .map_or(0, |&class| class::bytes(class));
                if first != 0 {
                    // SAFETY: drained above, so these bytes are in no list; the bitmap holds them once (P2).
                    unsafe { depot.give_run(run, first) };
                }
                // SAFETY: as above; the rest.
                unsafe { depot.give_run(run.wrapping_add(first), bytes - first) };
            }
            bit = find(words, end, last, true);
        }
    }
    for &index in &gone {
        // SAFETY: the bitmap says that every byte is free, and no list got any of them (P4).
        unsafe { chunks.get(index).release() };
    }
    if !gone.is_empty() {
        let mut leaving = gone.iter().copied().peekable();
        chunks.remove_if(|index| leaving.next_if_eq(&index).is_some());
    }
    depot.chunks = chunks;
    depot.swept();
    released
}
