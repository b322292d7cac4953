//! One thread's share of the pool: lists of free blocks and the bump region they are cut from.
//!
//! Every field is an atomic that only the owner writes, with plain loads and stores, so that [`stats`](super::stats) can
//! read the figures from another thread without slowing the owner down.
#![expect(unsafe_code, reason = "free blocks are linked through their own bytes")]

use core::ptr;

use super::class::{self, CLASSES};
use super::depot::{self, Depot};
use super::{block, shadow};
use crate::sync::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::Relaxed};

/// The loaded magazine of a class: free blocks, the last one freed first.
#[derive(Debug)]
struct Slot {
    /// First block, null if the magazine is empty.
    head: AtomicPtr<u8>,
    /// Blocks it can take before it is full; always 0 in a shut cache, so that every `free` there takes the slow path.
    room: AtomicUsize,
}

/// Lists and bump region of one thread. Aligned so that two threads never share a line.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Cache {
    /// Untouched memory `cursor..end`; an empty range if there is none.
    cursor: AtomicPtr<u8>,
    end: AtomicUsize,
    /// Bytes of bump memory this cache has taken in its life: rules the size of the next chunk.
    taken: AtomicUsize,
    /// Next cache in the depot's list of caches (guarded by the depot's lock).
    pub(super) next: AtomicPtr<Cache>,
    open: bool,
    /// Classes that ran out since the last sweep: sizes that are worth making.
    wanted: [AtomicBool; CLASSES],
    slots: [Slot; CLASSES],
    /// For each class null or one full magazine.
    spares: [AtomicPtr<u8>; CLASSES],
}

impl Cache {
    /// A cache that is empty and refuses everything: stands in where a thread has none of its own.
    pub(super) const fn shut() -> Self {
        Self::new(false)
    }

    /// An empty cache.
    pub(super) const fn open() -> Self {
        Self::new(true)
    }

    const fn new(open: bool) -> Self {
        let mut slots = [const {
            Slot {
                head: AtomicPtr::new(ptr::null_mut()),
                room: AtomicUsize::new(0),
            }
        }; CLASSES];
        let mut class = 1;
        while open && class < CLASSES {
            slots[class].room = AtomicUsize::new(class::magazine(class));
            class += 1;
        }
        Self {
            cursor: AtomicPtr::new(ptr::null_mut()),
            end: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            next: AtomicPtr::new(ptr::null_mut()),
            open,
            wanted: [const { AtomicBool::new(false) }; CLASSES],
            slots,
            spares: [const { AtomicPtr::new(ptr::null_mut()) }; CLASSES],
        }
    }

    /// Whether this cache refuses everything.
    pub(super) fn is_shut(&self) -> bool {
        !self.open
    }

    /// The block freed last, null if the loaded magazine is empty.
    #[inline]
    pub(super) fn pop(&self, class: usize) -> *mut u8 {
        let slot = &self.slots[class];
        let head = slot.head.load(Relaxed);
        if !head.is_null() {
            // SAFETY: blocks of a magazine are linked and ours (P2).
            let next = unsafe { block::next(head) };
            slot.head.store(next, Relaxed);
            slot.room.store(slot.room.load(Relaxed) + 1, Relaxed);
            // SAFETY: it was in our list, so it is ours and was poisoned on its way in (P2).
            unsafe { block::unpoison(head, class::bytes(class)) };
        }
        head
    }

    /// Takes a block into the loaded magazine; false if that is full.
    ///
    /// # Safety
    /// The free block of `class` is the caller's and becomes the cache's (P1, P2).
    #[inline]
    pub(super) unsafe fn push(&self, class: usize, free: *mut u8) -> bool {
        let slot = &self.slots[class];
        let room = slot.room.load(Relaxed);
        if room == 0 {
            return false;
        }
        // SAFETY: the block is free and ours now (P2).
        unsafe { block::poison(free, class::bytes(class)) };
        // SAFETY: as above.
        unsafe { block::set_next(free, slot.head.load(Relaxed)) };
        slot.head.store(free, Relaxed);
        slot.room.store(room - 1, Relaxed);
        true
    }

    /// Cuts a block off the bump region, null if it is too short.
    #[inline]
    fn bump(&self, bytes: usize) -> *mut u8 {
        let cursor = self.cursor.load(Relaxed);
        if self.end.load(Relaxed) - cursor.addr() < bytes {
            return ptr::null_mut();
        }
        self.cursor.store(cursor.wrapping_add(bytes), Relaxed);
        shadow::open(cursor, bytes);
        cursor
    }

    /// A block when the loaded magazine is empty, as long as that needs no lock: from the spare magazine, or fresh if
    /// the depot has none of the class. Null otherwise, and always in a shut cache.
    #[inline]
    pub(super) fn alloc_unlocked(&self, class: usize) -> *mut u8 {
        if !self.spares[class].load(Relaxed).is_null() {
            self.load_spare(class);
            self.pop(class)
        } else if depot::stock(class) == 0 {
            self.wanted[class].store(true, Relaxed);
            self.bump(class::bytes(class))
        } else {
            ptr::null_mut()
        }
    }

    fn load_spare(&self, class: usize) {
        let spare = self.spares[class].load(Relaxed);
        self.spares[class].store(ptr::null_mut(), Relaxed);
        self.load(class, spare, class::magazine(class));
    }

    /// Puts `blocks` linked blocks into the empty slot of `class`.
    fn load(&self, class: usize, head: *mut u8, blocks: usize) {
        let slot = &self.slots[class];
        debug_assert!(slot.head.load(Relaxed).is_null());
        slot.head.store(head, Relaxed);
        slot.room.store(class::magazine(class) - blocks, Relaxed);
    }

    /// A block from wherever there is one; null if the system has no memory.
    pub(super) fn alloc(&self, depot: &mut Depot, class: usize) -> *mut u8 {
        self.wanted[class].store(true, Relaxed);
        let block = self.pop(class);
        if !block.is_null() {
            return block;
        }
        if !self.spares[class].load(Relaxed).is_null() {
            self.load_spare(class);
            return self.pop(class);
        }
        if let Some((head, blocks)) = depot.take_magazine(class) {
            self.load(class, head, blocks);
            return self.pop(class);
        }
        let bytes = class::bytes(class);
        let block = self.bump(bytes);
        if !block.is_null() {
            return block;
        }
        self.retire_bump(depot);
        let Some((region, length)) = depot.region(self, bytes, self.taken.load(Relaxed)) else {
            return ptr::null_mut();
        };
        self.taken.store(self.taken.load(Relaxed) + length, Relaxed);
        self.cursor.store(region, Relaxed);
        self.end.store(region.addr() + length, Relaxed);
        self.bump(bytes)
    }

    /// Takes a block for which the loaded magazine has no room.
    ///
    /// # Safety
    /// As [`Cache::push`]. The cache is not shut.
    pub(super) unsafe fn free(&self, depot: &mut Depot, class: usize, free: *mut u8) {
        // SAFETY: the caller's word.
        if unsafe { self.push(class, free) } {
            return;
        }
        self.unload(class, |spare| {
            // SAFETY: a spare magazine is full, and the cache has just forgotten it (P2).
            unsafe { depot.give_magazine(class, spare) }
        });
        // SAFETY: the caller's word; not taken yet.
        let taken = unsafe { self.push(class, free) };
        debug_assert!(taken);
    }

    /// Empties the full loaded magazine without a lock if there is no spare one yet.
    #[inline]
    pub(super) fn make_room(&self, class: usize) -> bool {
        let free = self.spares[class].load(Relaxed).is_null();
        if free {
            self.unload(class, |_| unreachable!("there is no spare magazine"));
        }
        free
    }

    /// Makes the full loaded magazine the spare one and hands the old spare, if there is one, to `evict`.
    fn unload(&self, class: usize, evict: impl FnOnce(*mut u8)) {
        let slot = &self.slots[class];
        let spare = self.spares[class].load(Relaxed);
        self.spares[class].store(slot.head.load(Relaxed), Relaxed);
        slot.head.store(ptr::null_mut(), Relaxed);
        slot.room.store(class::magazine(class), Relaxed);
        if !spare.is_null() {
            evict(spare);
        }
    }

    /// Gives the rest of the bump region to the depot.
    pub(super) fn retire_bump(&self, depot: &mut Depot) {
        let cursor = self.cursor.load(Relaxed);
        let rest = self.bump_bytes();
        self.cursor.store(ptr::null_mut(), Relaxed);
        self.end.store(0, Relaxed);
        if rest != 0 {
            // SAFETY: nobody got these bytes yet, and the region forgot them just now (P2).
            unsafe { depot.give_run(cursor, rest) };
        }
    }

    /// The classes that ran out since the last call.
    pub(super) fn take_wanted(&self) -> [bool; CLASSES] {
        let mut wanted = [false; CLASSES];
        for (wanted, class) in wanted.iter_mut().zip(&self.wanted) {
            *wanted = class.load(Relaxed);
            class.store(false, Relaxed);
        }
        wanted
    }

    /// Takes out all lists: `each(class, head, blocks)`.
    pub(super) fn drain(&self, mut each: impl FnMut(usize, *mut u8, usize)) {
        for class in 1..CLASSES {
            let blocks = self.loaded(class);
            let slot = &self.slots[class];
            let head = slot.head.load(Relaxed);
            if !head.is_null() {
                slot.head.store(ptr::null_mut(), Relaxed);
                slot.room.store(class::magazine(class), Relaxed);
                each(class, head, blocks);
            }
            let spare = self.spares[class].load(Relaxed);
            if !spare.is_null() {
                self.spares[class].store(ptr::null_mut(), Relaxed);
                each(class, spare, class::magazine(class));
            }
        }
    }

    /// Gives everything to the depot.
    pub(super) fn flush(&self, depot: &mut Depot) {
        self.retire_bump(depot);
        self.drain(|class, mut head, blocks| {
            if blocks == class::magazine(class) {
                // SAFETY: a full magazine, which the cache has just forgotten (P2).
                unsafe { depot.give_magazine(class, head) };
                return;
            }
            while !head.is_null() {
                // SAFETY: a magazine's blocks are linked, and ours once drained (P2).
                let next = unsafe { block::next(head) };
                // SAFETY: as above; one block of it.
                unsafe { depot.give_block(class, head) };
                head = next;
            }
        });
    }

    fn loaded(&self, class: usize) -> usize {
        class::magazine(class).saturating_sub(self.slots[class].room.load(Relaxed))
    }

    /// Bytes in the lists. Exact while the owner is quiet.
    pub(super) fn list_bytes(&self) -> usize {
        (1..CLASSES)
            .map(|class| {
                let spare = !self.spares[class].load(Relaxed).is_null();
                let blocks = self.loaded(class) + if spare { class::magazine(class) } else { 0 };
                blocks * class::bytes(class)
            })
            .sum()
    }

    /// Bytes left in the bump region. Exact while the owner is quiet.
    pub(super) fn bump_bytes(&self) -> usize {
        self.end
            .load(Relaxed)
            .saturating_sub(self.cursor.load(Relaxed).addr())
    }
}
