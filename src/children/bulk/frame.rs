//! A group of items that needs children: sorted by slots, turned into an array slot by slot.

#![expect(
    unsafe_code,
    reason = "moves items between buffers and into an array (N1, N2, C1)"
)]

use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::Range;

use super::items::At;
use super::run::Run;
use super::{Built, Outcome, group};
use crate::bits::{Bit, Bitmaps};
use crate::children::entry::Slot;
use crate::children::splice::alloc_array;
use crate::hash::{FRAGMENTS, Level};
use crate::node::{Kind, Node};

/// To which slots items lead: one at least, two at least, three at least.
#[derive(Clone, Copy)]
pub(super) struct Slots {
    pub(super) one: u32,
    pub(super) two: u32,
    pub(super) three: u32,
}

impl Slots {
    const NONE: Self = Slots {
        one: 0,
        two: 0,
        three: 0,
    };

    #[inline(always)]
    pub(super) fn of<K, V>(run: &Run<K, V>, level: Level) -> Self {
        let (mut one, mut two, mut three) = (0u32, 0u32, 0u32);
        for hash in run.hashes() {
            let bit = hash.bit(level).mask();
            three |= two & bit;
            two |= one & bit;
            one |= bit;
        }
        Slots { one, two, three }
    }

    /// The slots that cannot hold their items.
    #[inline(always)]
    pub(super) fn overfull<K, V>(self) -> u32 {
        if Kind::<K, V>::SLOT_ENTRIES == 2 {
            self.three
        } else {
            self.two
        }
    }

    /// The slots with two items.
    #[inline(always)]
    fn pairs(self) -> u32 {
        self.two & !self.three
    }
}

/// Sorts items by their slots into the spare memory.
///
/// # Safety
/// As for [`group`].
#[inline(always)]
pub(super) unsafe fn sort<K, V>(
    run: Run<K, V>,
    spare: At<K, V>,
    level: Level,
    slots: Slots,
) -> Frame<K, V> {
    let mut counts = [0u32; FRAGMENTS];
    for hash in run.hashes() {
        counts[hash.fragment(level)] += 1;
    }
    let mut ends = [0u32; FRAGMENTS];
    let mut end = 0;
    for (start, count) in ends.iter_mut().zip(counts) {
        *start = end;
        end += count;
    }
    let run = ManuallyDrop::new(run);
    for item in run.items() {
        // SAFETY: one of the run's items.
        let hash = unsafe { item.hash() };
        let end = &mut ends[hash.fragment(level)];
        // SAFETY: below the run's length, for which there is room.
        let to = unsafe { spare.behind(*end as usize) };
        // SAFETY: the item is not used again in its old place.
        unsafe { item.move_to(to) };
        *end += 1;
    }
    Frame {
        items: spare,
        spare: run.at,
        len: run.len,
        level,
        slots,
        counts,
        ends,
        built: 0,
        thinned: false,
        children: [const { MaybeUninit::uninit() }; FRAGMENTS],
    }
}

/// A group of items, sorted by slots, of which some have become children.
pub(super) struct Frame<K, V> {
    items: At<K, V>,
    /// Free memory of the same length.
    spare: At<K, V>,
    len: usize,
    level: Level,
    slots: Slots,
    /// Number of items that the frame owns for each slot.
    counts: [u32; FRAGMENTS],
    /// Where each slot's items end; changes with `counts`, so that the start stays.
    ends: [u32; FRAGMENTS],
    /// Slots whose items have become a child, which the frame owns.
    built: u32,
    /// Whether a slot has lost items to others with equal keys, and perhaps needs no child now.
    thinned: bool,
    children: [MaybeUninit<Node<K, V>>; FRAGMENTS],
}

impl<K, V> Frame<K, V> {
    /// Index of the first item of a slot.
    #[inline(always)]
    fn start(&self, fragment: usize) -> usize {
        (self.ends[fragment] - self.counts[fragment]) as usize
    }

    /// Where an item stands.
    ///
    /// # Safety
    /// At most the number of items.
    #[inline(always)]
    unsafe fn item(&self, index: usize) -> At<K, V> {
        // SAFETY: as this function's.
        unsafe { self.items.behind(index) }
    }

    /// Moves the items of a slot out.
    #[inline(always)]
    fn take(&mut self, fragment: usize) -> Run<K, V> {
        // SAFETY: an index of the frame's.
        let start = unsafe { self.item(self.start(fragment)) };
        let len = self.counts[fragment];
        self.ends[fragment] -= len;
        self.counts[fragment] = 0;
        // SAFETY: the slot's items, of which the frame now has none.
        unsafe { Run::new(start, len as usize) }
    }

    /// Moves items of a slot that has been taken back.
    #[cold]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no more than have been taken"
    )]
    fn put_back(&mut self, fragment: usize, run: Run<K, V>) {
        // SAFETY: an index of the frame's.
        let start = unsafe { self.item(self.start(fragment)) };
        // SAFETY: N1: no more than have been taken from there.
        let len = unsafe { run.move_to(start) };
        self.counts[fragment] = len as u32;
        self.ends[fragment] += len as u32;
        self.thinned = true;
    }

    /// Moves all items to the front, where some slots have lost items.
    #[cold]
    #[inline(never)]
    fn close_gaps(&mut self) {
        self.slots = Slots::NONE;
        self.len = 0;
        let mut end = 0;
        for fragment in 0..FRAGMENTS {
            let count = self.counts[fragment];
            self.slots.one |= u32::from(count > 0) << fragment;
            self.slots.two |= u32::from(count > 1) << fragment;
            let run = self.take(fragment);
            // SAFETY: at most the run's own place, as runs come in ascending order.
            let to = unsafe { self.item(self.len) };
            // SAFETY: as above.
            self.len += unsafe { run.move_to(to) };
            self.counts[fragment] = count;
            end += count;
            self.ends[fragment] = end;
        }
    }

    /// Writes the array, or gives the items back if a slot above can hold them.
    #[inline(always)]
    fn write(mut self) -> Outcome<K, V> {
        if self.thinned {
            self.close_gaps();
            if self.built == 0 && self.len <= Kind::<K, V>::SLOT_ENTRIES {
                let this = ManuallyDrop::new(self);
                // SAFETY: the frame's items, which it gives up.
                return Outcome::Few(unsafe { Run::new(this.items, this.len) });
            }
        }
        let maps = Bitmaps::new(
            self.slots.one & !self.built,
            self.built | self.slots.pairs(),
        );
        let node: Node<K, V> = alloc_array(maps, self.level);
        let this = ManuallyDrop::new(self);
        let children = maps.children();
        // SAFETY: N1: an array with these bitmaps has room for its entries.
        let mut to = unsafe { node.slot_behind(children, 0) };
        let mut from = 0;
        for (rank, bit) in Bit::all_of(this.built).enumerate() {
            let fragment = bit.fragment() as usize;
            // SAFETY: N2: `built` names the children that are there.
            let child = unsafe { this.children[fragment].assume_init() };
            // SAFETY: N1: below the number of children; the reference moves along (C1).
            unsafe { node.write_child(rank, child) };
            // SAFETY: the items before those of the child, and the room that is left for them.
            to = unsafe { this.put_items(from..this.start(fragment), to) };
            from = this.start_behind(fragment);
        }
        // SAFETY: the items behind the last child, and the room that is left for them.
        unsafe { this.put_items(from..this.len, to) };
        Outcome::Child(Built::new(node, this.level))
    }

    /// Index of the first item of the slots behind.
    #[inline(always)]
    fn start_behind(&self, fragment: usize) -> usize {
        if fragment + 1 < FRAGMENTS {
            self.start(fragment + 1)
        } else {
            self.len
        }
    }

    /// Moves the entries of items to the slots from `to` on. Returns where the next slot is.
    ///
    /// # Safety
    /// The items are the frame's and not used again; there is room.
    #[inline(always)]
    unsafe fn put_items(&self, items: Range<usize>, mut to: *mut u8) -> *mut u8 {
        for index in items {
            // SAFETY: one of the items.
            let item = unsafe { self.item(index) };
            // SAFETY: as above.
            let slot = unsafe { item.slot() };
            // SAFETY: room that no entry stands in yet.
            unsafe { slot.move_to(Slot::new(to)) };
            // SAFETY: at most just behind the last slot.
            to = unsafe { to.add(Kind::<K, V>::SLOT) };
        }
        to
    }
}

impl<K: Eq + Clone, V: Clone> Frame<K, V> {
    /// Makes a child of each slot's items if there are more than it can hold, merges equal keys,
    /// and writes the array.
    #[inline(always)]
    pub(super) fn finish(mut self, merged: &mut usize) -> Outcome<K, V> {
        let mut deeper = self.slots.overfull::<K, V>();
        for bit in Bit::all_of(self.slots.pairs() & !deeper) {
            deeper |= if self.is_one_hash(bit) { bit.mask() } else { 0 };
        }
        for bit in Bit::all_of(deeper) {
            let fragment = bit.fragment() as usize;
            let start = self.start(fragment);
            // SAFETY: the items' place in the other buffer, which has the same length.
            let spare = unsafe { self.spare.behind(start) };
            let run = self.take(fragment);
            // SAFETY: that place is free since the items have been sorted.
            match unsafe { group(run, spare, self.level.next(), merged) } {
                Outcome::Few(run) => self.put_back(fragment, run),
                Outcome::Child(built) => {
                    self.children[fragment].write(built.into_node());
                    self.built |= bit.mask();
                }
            }
        }
        self.write()
    }

    /// Whether the two items of a slot have one hash, and so perhaps one key.
    #[inline(always)]
    fn is_one_hash(&self, bit: Bit) -> bool {
        let start = self.start(bit.fragment() as usize);
        // SAFETY: the slot has two items.
        let [first, second] = [start, start + 1].map(|index| unsafe { self.item(index) });
        // SAFETY: as above.
        let first_hash = unsafe { first.hash() };
        // SAFETY: as above.
        first_hash == unsafe { second.hash() }
    }
}

impl<K, V> Drop for Frame<K, V> {
    #[cold]
    fn drop(&mut self) {
        for bit in Bit::all_of(self.built) {
            // SAFETY: N2: `built` names the children that are there.
            let child = unsafe { self.children[bit.fragment() as usize].assume_init() };
            drop(Built::new(child, self.level.next()));
        }
        for fragment in 0..FRAGMENTS {
            drop(self.take(fragment));
        }
    }
}
