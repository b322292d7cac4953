//! The subtree that takes the place of a slot when one entry too many arrives there.

#![expect(unsafe_code, reason = "builds arrays from parts (N2, C1)")]

use core::mem::ManuallyDrop;

use super::collision;
use super::count::free_array;
use super::entry::{OwnedEntry, Slot};
use super::splice::alloc_array;
use crate::bits::{Bitmaps, State};
use crate::hash::{HashBits, Level};
use crate::node::{Kind, Node};

/// A chain of arrays with a single child each, as long as the hashes agree, and below it the array
/// where they part (or the collision node, if they never do). Its entries are not there yet.
///
/// Dropping it gives the blocks back.
pub(super) struct Subtree<K, V> {
    top: Node<K, V>,
    level: Level,
    bottom: Node<K, V>,
    bottom_level: Level,
}

impl<K, V> Subtree<K, V> {
    /// Allocates the arrays for entries with these hashes, of which there are one more than a slot
    /// holds, from `level` down.
    #[inline(always)]
    pub(super) fn alloc(level: Level, hashes: &[HashBits]) -> Self {
        debug_assert_eq!(hashes.len(), Kind::<K, V>::SLOT_ENTRIES + 1);
        let mut bottom_level = level;
        while !bottom_level.is_collision() && agree(bottom_level, hashes) {
            bottom_level = bottom_level.next();
        }
        let maps = if bottom_level.is_collision() {
            collision::maps(hashes.len(), collision::MIN_CAPACITY)
        } else {
            hashes.iter().fold(Bitmaps::EMPTY, |maps, hash| {
                let bit = hash.bit(bottom_level);
                maps.with(bit, State::of_entries(maps.state(bit).entries() + 1))
            })
        };
        let bottom = alloc_array(maps, bottom_level);
        let mut subtree = Subtree {
            top: bottom,
            level: bottom_level,
            bottom,
            bottom_level,
        };
        // From the bottom up, so that at each step the guard knows what is there.
        for above in (level.depth()..bottom_level.depth())
            .rev()
            .map(Level::at_depth)
        {
            let maps = Bitmaps::EMPTY.with(hashes[0].bit(above), State::Child);
            let node: Node<K, V> = alloc_array(maps, above);
            // SAFETY: a fresh array with room for one child, which it now owns.
            unsafe { node.write_child(0, subtree.top) };
            (subtree.top, subtree.level) = (node, above);
        }
        subtree
    }

    /// Moves the entries in, in the order of the hashes given to [`Subtree::alloc`]. Returns the
    /// node to link in, and the slot of the last entry.
    #[inline(always)]
    pub(super) fn fill(
        self,
        hashes: &[HashBits],
        entries: impl IntoIterator<Item = OwnedEntry<K, V>>,
    ) -> (Node<K, V>, Slot<K, V>) {
        let this = ManuallyDrop::new(self);
        let mut filled = Bitmaps::EMPTY;
        let mut last = None;
        for (index, (entry, hash)) in entries.into_iter().zip(hashes).enumerate() {
            let index = if this.bottom_level.is_collision() {
                index
            } else {
                let bit = hash.bit(this.bottom_level);
                let before = filled.state(bit).entries();
                filled = filled.with(bit, State::of_entries(before + 1));
                this.bottom.maps.entry_rank(bit) + before
            };
            // SAFETY: the bottom has no children and room for all the entries.
            let slot = Slot::new(unsafe { this.bottom.slot_behind(0, index) });
            // SAFETY: each index comes up once, and the array is not linked in yet.
            unsafe { slot.put(entry) };
            last = Some(slot);
        }
        (this.top, last.expect("a subtree has entries"))
    }
}

/// Whether all hashes lead to one slot at `level`.
#[inline(always)]
fn agree(level: Level, hashes: &[HashBits]) -> bool {
    hashes
        .iter()
        .all(|hash| hash.bit(level) == hashes[0].bit(level))
}

impl<K, V> Drop for Subtree<K, V> {
    fn drop(&mut self) {
        let (mut node, mut level) = (self.top, self.level);
        loop {
            let below = (level != self.bottom_level).then(|| {
                // SAFETY: arrays above the bottom have one child.
                unsafe { node.read_child(0) }
            });
            // SAFETY: never linked in; the bottom holds no entries yet.
            unsafe { free_array(node, level) };
            let Some(child) = below else { break };
            (node, level) = (child, level.next());
        }
    }
}
