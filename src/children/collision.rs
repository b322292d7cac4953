//! Collision nodes: entries whose hashes agree in all 64 bits, in no order. Operations on them are
//! linear in their number.
//!
//! Such a node's two bitmaps are its length and its capacity. The capacity grows geometrically and
//! is no part of the trie's canonical form.

#![expect(unsafe_code, reason = "edits a collision node's array (C2, C3)")]

use super::entry::{OwnedEntry, Slot};
use super::leftover::Leftover;
use super::place::Place;
use super::splice::{Change, Splice};
use crate::bits::Bitmaps;

/// Capacity of a new collision node.
pub(super) const MIN_CAPACITY: usize = 4;

/// The two numbers of a collision node, in the place of its bitmaps.
pub(super) fn maps(len: usize, capacity: usize) -> Bitmaps {
    let number = |n: usize| u32::try_from(n).expect("fewer than 2^32 entries share one hash");
    Bitmaps::new(number(len), number(capacity))
}

/// Appends an entry and returns its slot, and what to release last.
///
/// # Safety
/// N1 and C2 hold for the place, a collision node.
#[cold]
#[inline(never)]
pub(super) unsafe fn push<K: Clone, V: Clone>(
    place: Place<K, V>,
    entry: OwnedEntry<K, V>,
) -> (Slot<K, V>, Leftover<K, V>) {
    // SAFETY: this function's promise.
    let node = unsafe { place.node() };
    let (len, capacity) = (node.maps.data() as usize, node.maps.node() as usize);
    // SAFETY: N1.
    let leftover = if len < capacity && unsafe { place.is_exclusive() } {
        Leftover::none()
    } else {
        let capacity = capacity.max((len + 1).next_power_of_two());
        let change = Change {
            entry: len,
            ..Change::to(maps(len, capacity))
        };
        // SAFETY: this function's promise; all entries stay.
        unsafe { Splice::prepare(place, change) }.commit(|_| ())
    };
    // SAFETY: this function's promise; the node is exclusive and has room now.
    let node = unsafe { place.node() };
    // SAFETY: N1: below the capacity.
    let slot = Slot::new(unsafe { node.collision_slot(len) });
    // SAFETY: the slot is free, and the array is exclusive now.
    unsafe { slot.put(entry) };
    // SAFETY: this function's promise.
    unsafe { (*place.at).maps = maps(len + 1, node.maps.node() as usize) };
    (slot, leftover)
}

/// Takes the entry at `index` out; the last one may take its place. Also returns what to release
/// last.
///
/// # Safety
/// N1 and C2 hold for the place, a collision node with more than `index` entries.
#[cold]
#[inline(never)]
pub(super) unsafe fn swap_remove<K: Clone, V: Clone>(
    place: Place<K, V>,
    index: usize,
) -> (OwnedEntry<K, V>, Leftover<K, V>) {
    // SAFETY: this function's promise.
    let node = unsafe { place.node() };
    let (len, capacity) = (node.maps.data() as usize, node.maps.node() as usize);
    // SAFETY: N1.
    if len > capacity / 4 && unsafe { place.is_exclusive() } {
        // SAFETY: `index` is below the length.
        let slot: Slot<K, V> = Slot::new(unsafe { node.collision_slot(index) });
        // SAFETY: as above.
        let last: Slot<K, V> = Slot::new(unsafe { node.collision_slot(len - 1) });
        // SAFETY: the array is exclusive, and the slot is refilled or beyond the new length.
        let removed = unsafe { slot.take() };
        if index != len - 1 {
            // SAFETY: the last entry moves; its slot is beyond the new length.
            let last = unsafe { last.take() };
            // SAFETY: the slot is free.
            unsafe { slot.put(last) };
        }
        // SAFETY: this function's promise.
        unsafe { (*place.at).maps = maps(len - 1, capacity) };
        return (removed, Leftover::none());
    }
    let capacity = len.next_power_of_two().max(MIN_CAPACITY);
    let change = Change {
        entry: index,
        entries_out: 1,
        ..Change::to(maps(len - 1, capacity))
    };
    // SAFETY: this function's promise.
    let splice = unsafe { Splice::prepare(place, change) };
    // SAFETY: `index` is below the length.
    let slot = Slot::new(unsafe { node.collision_slot(index) });
    // SAFETY: moved out of an exclusive array, which the commit then forgets; else shared.
    let removed = unsafe { slot.leave(splice.exclusive()) };
    let leftover = splice.commit(|_| ());
    (removed, leftover)
}
