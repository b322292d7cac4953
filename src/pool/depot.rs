//! The process-wide store behind the thread caches: full magazines, loose blocks, merged segments and the chunks.
#![expect(
    unsafe_code,
    reason = "free blocks and segments are linked through their own bytes"
)]

use core::ptr;

use super::block::{self, TWO_WORDS};
use super::cache::Cache;
use super::class::{self, CLASSES};
use super::sweep::{self, Budget};
use super::table::{Chunks, LARGEST_CHUNK, PAGE};
use super::{DEFAULT_CAP, GRANULE, MAX_POOLED};
use crate::sync::{AtomicUsize, Lock, Ordering::Relaxed};

/// The depot. Whoever holds its lock calls the global allocator, but never code of a user's.
pub(super) static DEPOT: Lock<Depot> = Lock::new(Depot::new());

/// Blocks of each class in the depot. Written under the lock only, read by anyone as a hint.
static STOCK: [AtomicUsize; CLASSES] = [const { AtomicUsize::new(0) }; CLASSES];

/// About how many blocks of `class` the depot has.
#[inline]
pub(super) fn stock(class: usize) -> usize {
    STOCK[class].load(Relaxed)
}

fn add_stock(class: usize, blocks: usize) {
    STOCK[class].store(STOCK[class].load(Relaxed) + blocks, Relaxed);
}

fn sub_stock(class: usize, blocks: usize) {
    STOCK[class].store(STOCK[class].load(Relaxed) - blocks, Relaxed);
}

/// Runs of free bytes from here on become segments, from which threads bump; shorter ones become a block of their size.
pub(super) const SEGMENT_MIN: usize = 512;
const _: () = assert!(SEGMENT_MIN <= MAX_POOLED + GRANULE && SEGMENT_MIN >= TWO_WORDS);

/// How many segments a search for one that is long enough looks at.
const SEGMENTS_TRIED: usize = 16;

/// The shortest block of another class that is worth cutting up before a new chunk is taken.
const LARGER_MIN: usize = 64;

/// A thread's next piece of memory is this part of all it took before, so its untouched end is a small part of it.
/// Bytes held an entry after 1e5 inserts: 29.9 with 8, 27.0 with 32, 26.3 with 64.
const GROWTH: usize = 32;

/// Listed memory must have grown by this part of all chunks since the last sweep to make another one
/// worth it. After 1e5 single inserts: 24: 27.0 bytes held an entry; 12: 26.4, and a tenth fewer
/// instructions an insert; after 1e6: 22.5 and 23.2 bytes.
const SWEEP_PART: usize = 12;
/// ... and by this many bytes: with 16 KiB, maps of 1e3 entries built and dropped in turn took 1.16
/// times as long, since each one swept.
const SWEEP_MIN: usize = 128 * 1024;

/// Free blocks of one class.
#[derive(Clone, Copy, Debug)]
struct Shelf {
    /// Full magazines, linked through the second word of their first block.
    full: *mut u8,
    /// Blocks that do not make a magazine. (All blocks, if they have no room for a second word.)
    loose: *mut u8,
    loose_blocks: usize,
}

/// Chunks of a large reservation, which are larger than others, so that the table stays small.
const RESERVED_CHUNKS: usize = 1024;

/// Lists that a sweep walks along at the same time.
const LANES: usize = 16;

/// See the module.
#[derive(Debug)]
pub(super) struct Depot {
    shelves: [Shelf; CLASSES],
    /// Bytes of all blocks on the shelves.
    list_bytes: usize,
    /// Merged runs, linked through their first word, their bytes in the second.
    segments: *mut u8,
    segment_bytes: usize,
    pub(super) chunks: Chunks,
    /// The caches of all threads that have one, linked.
    pub(super) caches: *const Cache,
    pub(super) threads: usize,
    cap: usize,
    /// Listed bytes left by the last sweep.
    list_after_sweep: usize,
    /// Free bytes left by the last sweep.
    free_after_sweep: usize,
}

// SAFETY: the pointers lead to free memory, which belongs to the depot alone (P2), and to caches, which are `Sync`.
unsafe impl Send for Depot {}

impl Depot {
    const fn new() -> Self {
        const EMPTY: Shelf = Shelf {
            full: ptr::null_mut(),
            loose: ptr::null_mut(),
            loose_blocks: 0,
        };
        Self {
            shelves: [EMPTY; CLASSES],
            list_bytes: 0,
            segments: ptr::null_mut(),
            segment_bytes: 0,
            chunks: Chunks::new(),
            caches: ptr::null(),
            threads: 0,
            cap: DEFAULT_CAP,
            list_after_sweep: 0,
            free_after_sweep: 0,
        }
    }

    /// Bytes free here.
    pub(super) fn free_bytes(&self) -> usize {
        self.list_bytes + self.segment_bytes
    }

    /// Bytes in segments, from which blocks of any size can be cut.
    pub(super) fn room(&self) -> usize {
        self.segment_bytes
    }

    /// Takes chunks until there is room for `bytes`; false if the system has no more.
    pub(super) fn reserve(&mut self, bytes: usize) -> bool {
        let missing = bytes.saturating_sub(self.room());
        let size = (missing / RESERVED_CHUNKS)
            .next_multiple_of(PAGE)
            .max(LARGEST_CHUNK);
        while self.room() < bytes {
            let size = size.min((bytes - self.room()).next_multiple_of(PAGE));
            let chunk = self.chunks.take(size);
            if chunk.is_null() {
                return false;
            }
            // SAFETY: a new chunk, all of it (P2).
            unsafe { self.give_run(chunk, size) };
        }
        // What was asked for is not beyond the cap.
        self.free_after_sweep = self.free_after_sweep.max(self.free_bytes());
        true
    }

    pub(super) fn cap(&self) -> usize {
        self.cap
    }

    pub(super) fn set_cap(&mut self, bytes: usize) {
        self.cap = bytes;
        self.free_after_sweep = 0;
        self.release_beyond_cap();
    }

    /// Takes in a full magazine. It counts at once; beyond the cap, empty chunks leave.
    ///
    /// # Safety
    /// `head` starts a list of exactly [`class::magazine`] blocks of `class`, which are the caller's and become the
    /// depot's (P2).
    pub(super) unsafe fn give_magazine(&mut self, class: usize, head: *mut u8) {
        let blocks = class::magazine(class);
        if class::bytes(class) < TWO_WORDS {
            let mut block = head;
            while !block.is_null() {
                // SAFETY: the caller's list.
                let next = unsafe { block::next(block) };
                // SAFETY: the caller's block.
                unsafe { self.give_block(class, block) };
                block = next;
            }
        } else {
            // SAFETY: the caller's block, with two words.
            unsafe { block::set_second(head, self.shelves[class].full) };
            self.shelves[class].full = head;
            self.list_bytes += blocks * class::bytes(class);
            add_stock(class, blocks);
        }
        self.release_beyond_cap();
    }

    /// Takes in one block.
    ///
    /// # Safety
    /// The free block of `class` is the caller's and becomes the depot's (P1, P2).
    pub(super) unsafe fn give_block(&mut self, class: usize, free: *mut u8) {
        let bytes = class::bytes(class);
        let shelf = &mut self.shelves[class];
        // SAFETY: the caller's block.
        unsafe { block::set_next(free, shelf.loose) };
        shelf.loose = free;
        shelf.loose_blocks += 1;
        self.list_bytes += bytes;
        add_stock(class, 1);
        if shelf.loose_blocks == class::magazine(class) && bytes >= TWO_WORDS {
            // SAFETY: our block, with two words (P2).
            unsafe { block::set_second(free, shelf.full) };
            shelf.full = free;
            shelf.loose = ptr::null_mut();
            shelf.loose_blocks = 0;
        }
    }

    /// A list of at most a magazine of blocks of `class`, and their number; full ones first.
    pub(super) fn take_magazine(&mut self, class: usize) -> Option<(*mut u8, usize)> {
        let shelf = &mut self.shelves[class];
        let most = class::magazine(class);
        let (head, blocks) = if !shelf.full.is_null() {
            let head = shelf.full;
            // SAFETY: the first block of a full magazine has its second word written.
            shelf.full = unsafe { block::second(head) };
            (head, most)
        } else if shelf.loose.is_null() {
            return None;
        } else if shelf.loose_blocks <= most {
            (
                core::mem::replace(&mut shelf.loose, ptr::null_mut()),
                core::mem::take(&mut shelf.loose_blocks),
            )
        } else {
            let head = shelf.loose;
            let mut last = head;
            for _ in 1..most {
                // SAFETY: the list is longer than a magazine.
                last = unsafe { block::next(last) };
            }
            // SAFETY: as above.
            shelf.loose = unsafe { block::next(last) };
            shelf.loose_blocks -= most;
            // SAFETY: our block (P2).
            unsafe { block::set_next(last, ptr::null_mut()) };
            (head, most)
        };
        self.list_bytes -= blocks * class::bytes(class);
        sub_stock(class, blocks);
        Some((head, blocks))
    }

    /// Takes in a run of free bytes, as a segment or as a block.
    ///
    /// # Safety
    /// The bytes are the caller's and become the depot's: a non-zero multiple of the granule, in one chunk (P1, P2).
    pub(super) unsafe fn give_run(&mut self, run: *mut u8, bytes: usize) {
        // SAFETY: the caller's bytes.
        unsafe { block::poison(run, bytes) };
        if bytes < SEGMENT_MIN {
            // SAFETY: the caller's bytes, and their class holds exactly as many.
            unsafe { self.give_block(class::of(bytes), run) };
            return;
        }
        // SAFETY: the caller's bytes.
        unsafe { block::set_next(run, self.segments) };
        // SAFETY: the caller's bytes, at least two words.
        unsafe { block::set_second(run, ptr::without_provenance_mut(bytes)) };
        self.segments = run;
        self.segment_bytes += bytes;
    }

    /// The first segment that has `bytes`; of a long one, `want`.
    fn take_segment(&mut self, bytes: usize, want: usize) -> Option<(*mut u8, usize)> {
        let mut before: *mut u8 = ptr::null_mut();
        let mut segment = self.segments;
        for _ in 0..SEGMENTS_TRIED {
            if segment.is_null() {
                return None;
            }
            // SAFETY: a listed segment has both words written.
            let length = unsafe { block::second(segment) }.addr();
            // SAFETY: as above.
            let after = unsafe { block::next(segment) };
            if length >= bytes {
                // The thread needs no more than its share; the rest of a long segment stays here.
                let part = if length >= 2 * want { want } else { length };
                self.segment_bytes -= length;
                if before.is_null() {
                    self.segments = after;
                } else {
                    // SAFETY: a segment of ours.
                    unsafe { block::set_next(before, after) };
                }
                if part < length {
                    // SAFETY: the rest of a segment of ours, which nobody else got.
                    unsafe { self.give_run(segment.wrapping_add(part), length - part) };
                }
                return Some((segment, part));
            }
            before = segment;
            segment = after;
        }
        None
    }

    /// Memory to bump from, at least `bytes`: a merged segment, after a sweep if one is due, or a larger
    /// block, else a new chunk.
    /// `taken` is what the cache took before. On failure of the system everything is tried, a sweep included.
    pub(super) fn region(
        &mut self,
        cache: &Cache,
        bytes: usize,
        taken: usize,
    ) -> Option<(*mut u8, usize)> {
        let want = (taken.min(self.chunks.bytes()) / GROWTH)
            .next_multiple_of(PAGE)
            .clamp(PAGE, LARGEST_CHUNK);
        let found = self.take_segment(bytes, want);
        if found.is_some() {
            return found;
        }
        if self.sweep_is_due(cache) {
            sweep::sweep(self, Some(cache), Budget::BeyondCap);
            let found = self.take_segment(bytes, want);
            if found.is_some() {
                return found;
            }
        }
        let found = self.take_larger(class::of(bytes.max(LARGER_MIN)));
        if found.is_some() {
            return found;
        }
        for size in [want, PAGE] {
            let chunk = self.chunks.take(size);
            if !chunk.is_null() {
                return Some((chunk, size));
            }
        }
        cache.flush(self);
        sweep::sweep(self, None, Budget::Nothing);
        self.take_segment(bytes, want)
            .or_else(|| self.take_larger(class::of(bytes)))
    }

    /// The largest block of `least` or a larger class, to be cut up.
    fn take_larger(&mut self, least: usize) -> Option<(*mut u8, usize)> {
        let class = (least..CLASSES).rev().find(|&class| stock(class) != 0)?;
        let shelf = &mut self.shelves[class];
        if shelf.loose.is_null() {
            shelf.loose = shelf.full;
            shelf.loose_blocks = class::magazine(class);
            // SAFETY: the first block of a full magazine has its second word written.
            shelf.full = unsafe { block::second(shelf.loose) };
        }
        let block = shelf.loose;
        // SAFETY: a listed block (P2).
        shelf.loose = unsafe { block::next(block) };
        shelf.loose_blocks -= 1;
        self.list_bytes -= class::bytes(class);
        sub_stock(class, 1);
        Some((block, class::bytes(class)))
    }

    fn sweep_is_due(&self, cache: &Cache) -> bool {
        let listed = self.list_bytes + cache.list_bytes();
        listed.saturating_sub(self.list_after_sweep)
            >= (self.chunks.bytes() / SWEEP_PART).max(SWEEP_MIN)
    }

    /// Gives empty chunks back if the free memory is beyond the cap and enough has come home since the last look: as much
    /// as is live, so that each of the few sweeps of a map being dropped finds more empty chunks than the one before.
    pub(super) fn release_beyond_cap(&mut self) {
        let free = self.free_bytes();
        if free > self.cap {
            let live = self.chunks.bytes() - free;
            let step = live.max(self.cap / 8).max(LARGEST_CHUNK / 4);
            if free.saturating_sub(self.free_after_sweep) >= step {
                sweep::sweep(self, None, Budget::BeyondCap);
            }
        }
    }

    /// Takes out every free piece of memory, `each(address, bytes)`, ready for a sweep.
    pub(super) fn drain(&mut self, mut each: impl FnMut(*mut u8, usize)) {
        // Blocks lie far apart, so each step along a list waits for memory: several lists at once.
        let mut lanes: [(*mut u8, usize); LANES] = [(ptr::null_mut(), 0); LANES];
        let mut class = 1;
        loop {
            let mut busy = false;
            for (head, bytes) in &mut lanes {
                while head.is_null() && class < CLASSES {
                    match self.take_magazine(class) {
                        Some((first, _)) => (*head, *bytes) = (first, class::bytes(class)),
                        None => class += 1,
                    }
                }
                if !head.is_null() {
                    let block = *head;
                    // SAFETY: the list was ours; read before the block is given away.
                    *head = unsafe { block::next(block) };
                    each(block, *bytes);
                    busy = true;
                }
            }
            if !busy {
                break;
            }
        }
        let mut segment = core::mem::replace(&mut self.segments, ptr::null_mut());
        while !segment.is_null() {
            // SAFETY: a listed segment has both words written.
            let next = unsafe { block::next(segment) };
            // SAFETY: as above.
            let bytes = unsafe { block::second(segment) }.addr();
            each(segment, bytes);
            segment = next;
        }
        self.segment_bytes = 0;
    }

    /// Remembers what a sweep left.
    pub(super) fn swept(&mut self) {
        self.list_after_sweep = self.list_bytes;
        self.free_after_sweep = self.free_bytes();
    }
}
