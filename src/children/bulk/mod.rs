//! Subtrees from many entries at once: the entries are sorted by the slots they lead to, and each
//! array is written once, from the bottom up, in its final size.
//!
//! Entries on their way stand in two buffers of equal length. A group of entries is sorted from one
//! to the same place in the other, which leaves its old place free for the groups within it. Sorting
//! is stable, so that of equal keys the first still comes first.
//!
//! User code runs only where two entries have one hash: `Eq`, and `Drop` of what a later entry
//! replaces. Every frame then owns, in guards, the entries and arrays that it is responsible for.

#![expect(
    unsafe_code,
    reason = "moves entries between buffers and writes arrays (N1, N2, C1, E3)"
)]

mod frame;
mod items;
mod join;
mod run;

use core::marker::PhantomData;
use core::mem::{ManuallyDrop, forget};

use frame::{Slots, sort};
use items::At;
pub(crate) use items::Items;
pub(crate) use join::Join;
use run::{Merge, Run};

use super::Root;
use super::collision;
use super::count::{free_array, release_node};
use super::entry::Slot;
use super::splice::alloc_array;
use crate::arch::accelerated;
use crate::bits::{Bitmaps, State};
use crate::hash::{FRAGMENTS, HashBits, Level};
use crate::node::{Kind, Node};

/// A subtree that stands in no array yet.
pub(crate) struct Built<K, V> {
    node: Node<K, V>,
    level: Level,
    owns: PhantomData<(K, V)>,
}

// SAFETY: as for `Root`: an owned trie.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for Built<K, V> {}

impl<K, V> Built<K, V> {
    fn new(node: Node<K, V>, level: Level) -> Self {
        Built {
            node,
            level,
            owns: PhantomData,
        }
    }

    /// The node, which the caller owns from now on.
    #[inline(always)]
    fn into_node(self) -> Node<K, V> {
        ManuallyDrop::new(self).node
    }

    /// The trie of which this, with `len` entries, is all.
    pub(crate) fn into_root(self, len: usize) -> Root<K, V> {
        debug_assert!(self.level == Level::ROOT, "a root stands at the top");
        Root {
            node: self.into_node(),
            tagged_len: len,
            owns: PhantomData,
        }
    }

    /// Puts arrays with a single child above, up to `level`, on the way of `hash`.
    fn below(mut self, level: Level, hash: HashBits) -> Self {
        for above in (level.depth()..self.level.depth())
            .rev()
            .map(Level::at_depth)
        {
            let maps = Bitmaps::EMPTY.with(hash.bit(above), State::Child);
            let node: Node<K, V> = alloc_array(maps, above);
            // SAFETY: a fresh array with room for one child, which it now owns.
            unsafe { node.write_child(0, self.node) };
            (self.node, self.level) = (node, above);
        }
        self
    }
}

impl<K, V> Drop for Built<K, V> {
    fn drop(&mut self) {
        // SAFETY: C1: the subtree's only owner.
        unsafe { release_node(self.node, self.level) };
    }
}

/// What becomes of a group of items.
enum Outcome<K, V> {
    /// As many as one slot can hold.
    Few(Run<K, V>),
    Child(Built<K, V>),
}

/// Builds the subtree at `level` of `items`, whose hashes agree above it. Returns nothing if no more
/// different keys than a slot can hold remain; they are left in `items` then.
///
/// Of equal keys the first stays, with the value of the last. Adds the number of entries that were
/// merged to `merged`. `spare` is memory to sort in; it is empty before and after.
pub(crate) fn build<K: Eq + Clone, V: Clone>(
    items: &mut Items<K, V>,
    spare: &mut Items<K, V>,
    level: Level,
    merged: &mut usize,
) -> Option<Built<K, V>> {
    spare.make_room(items.len());
    let (len, at) = (items.len(), items.start());
    assert!(u32::try_from(len).is_ok(), "less than 2^32 entries at once");
    // SAFETY: the run owns the items from now on; none is left to the buffer if it unwinds.
    unsafe { items.set_len(0) };
    // SAFETY: as above.
    let run = unsafe { Run::new(at, len) };
    // SAFETY: the spare memory has room for as many, and is a different buffer's.
    match unsafe { group(run, spare.start(), level, merged) } {
        Outcome::Child(built) => Some(built),
        Outcome::Few(run) => {
            // SAFETY: the buffer's own memory, of which no other item is left.
            let few = unsafe { run.move_to(at) };
            // SAFETY: just moved there.
            unsafe { items.set_len(few) };
            None
        }
    }
}

/// As [`build`]; the remaining items may stand at their old place or in the spare memory.
///
/// # Safety
/// `spare` has room for the run's items and is the caller's to write.
#[inline(never)]
unsafe fn group<K: Eq + Clone, V: Clone>(
    run: Run<K, V>,
    spare: At<K, V>,
    level: Level,
    merged: &mut usize,
) -> Outcome<K, V> {
    if run.len <= 1 {
        return Outcome::Few(run);
    }
    if level.is_collision() {
        return equal_hashes(run, merged);
    }
    accelerated(
        #[inline(always)]
        || {
            let slots = Slots::of(&run, level);
            if slots.one.is_power_of_two() {
                // SAFETY: this function's promise.
                return unsafe { common_way(run, spare, level, merged) };
            }
            if run.len <= Kind::<K, V>::SLOT_ENTRIES {
                // They lead to different slots, so their keys differ.
                return Outcome::Few(run);
            }
            let mut run = run;
            if slots.overfull::<K, V>() == 0 {
                match place(run, level, slots) {
                    Ok(built) => return Outcome::Child(built),
                    Err(suspects) => run = suspects,
                }
            }
            // SAFETY: this function's promise.
            unsafe { sort(run, spare, level, slots) }.finish(merged)
        },
    )
}

/// The array of items that need no children, or the items back if some may have equal keys.
#[inline(always)]
fn place<K, V>(run: Run<K, V>, level: Level, slots: Slots) -> Result<Built<K, V>, Run<K, V>> {
    let maps = Bitmaps::new(slots.one, slots.two);
    let node: Node<K, V> = alloc_array(maps, level);
    let mut seen = 0u32;
    let mut first_hashes = [0u64; FRAGMENTS];
    let mut same = false;
    for item in run.items() {
        // SAFETY: one of the run's items.
        let hash = unsafe { item.hash() };
        let bit = hash.bit(level);
        let second = seen & bit.mask() != 0;
        seen |= bit.mask();
        let first_hash = &mut first_hashes[hash.fragment(level)];
        same |= second & (*first_hash == hash.0);
        *first_hash = hash.0;
        let index = maps.entry_rank(bit) + usize::from(second);
        // SAFETY: N1: below the number of entries.
        let slot = Slot::<K, V>::new(unsafe { node.slot_behind(0, index) });
        // SAFETY: one of the run's items.
        let from = unsafe { item.slot() };
        // SAFETY: each slot is filled once; one of the two entries is forgotten below.
        unsafe { from.move_to(slot) };
    }
    if same {
        // SAFETY: nobody refers to the array, and its entries are still the run's.
        unsafe { free_array(node, level) };
        return Err(run);
    }
    forget(run);
    Ok(Built::new(node, level))
}

/// The subtree of items that lead to one slot at `level`.
///
/// # Safety
/// As for [`group`].
#[cold]
#[inline(never)]
unsafe fn common_way<K: Eq + Clone, V: Clone>(
    run: Run<K, V>,
    spare: At<K, V>,
    level: Level,
    merged: &mut usize,
) -> Outcome<K, V> {
    let first = run.first_hash();
    let differing = |bits, hash: HashBits| bits | (hash.0 ^ first.0);
    let parts_at = Level::parting(run.hashes().fold(0, differing));
    // SAFETY: this function's promise.
    match unsafe { group(run, spare, parts_at, merged) } {
        Outcome::Child(built) => Outcome::Child(built.below(level, first)),
        few => few,
    }
}

/// The collision node of items that all have one hash.
#[cold]
#[inline(never)]
fn equal_hashes<K: Eq + Clone, V: Clone>(run: Run<K, V>, merged: &mut usize) -> Outcome<K, V> {
    let before = run.len;
    let run = Merge::new(run).run();
    *merged += before - run.len;
    if run.len <= Kind::<K, V>::SLOT_ENTRIES {
        return Outcome::Few(run);
    }
    let level = Level::COLLISION;
    let capacity = run.len.next_power_of_two().max(collision::MIN_CAPACITY);
    let node: Node<K, V> = alloc_array(collision::maps(run.len, capacity), level);
    let run = ManuallyDrop::new(run);
    for (index, item) in run.items().enumerate() {
        // SAFETY: N1: below the capacity.
        let slot = Slot::<K, V>::new(unsafe { node.collision_slot(index) });
        // SAFETY: one of the run's items.
        let from = unsafe { item.slot() };
        // SAFETY: each slot is filled once; the item is not used again in its old place.
        unsafe { from.move_to(slot) };
    }
    Outcome::Child(Built::new(node, level))
}
