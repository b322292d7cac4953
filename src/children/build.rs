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
                maps.with_entry_more(hash.bit(bottom_level))
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
        first: OwnedEntry<K, V>,
        second: Option<OwnedEntry<K, V>>,
        last: OwnedEntry<K, V>,
    ) -> (Node<K, V>, Slot<K, V>) {
        let this = ManuallyDrop::new(self);
        let mut filled = Bitmaps::EMPTY;
        let mut put = |index: usize, entry| {
            let index = if this.bottom_level.is_collision() {
                index
            } else {
                let bit = hashes[index].bit(this.bottom_level);
                let rank = this.bottom.maps.entry_rank(bit) + filled.state(bit).entries();
                filled = filled.with_entry_more(bit);
                rank
            };
            // SAFETY: the bottom has no children and room for all the entries.
            let slot = Slot::new(unsafe { this.bottom.slot_behind(0, index) });
            // SAFETY: each index comes up once, and the array is not linked in yet.
            unsafe { slot.put(entry) };
            slot
        };
        put(0, first);
        if let Some(second) = second {
            put(1, second);
        }
        (this.top, put(hashes.len() - 1, last))
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
    #[inline(always)]
    fn drop(&mut self) {
        let (mut node, mut level) = (self.top, self.level);
        loop {
            let below = (level != self.bottom_level).then(|| {
                // SAFETY: N2: arrays above the bottom have one child.
                unsafe { node.read_child(0) }
            });
            // SAFETY: never linked in; the bottom holds no entries yet.
            unsafe { free_array(node, level) };
            let Some(child) = below else { break };
            (node, level) = (child, level.next());
        }
    }
}
