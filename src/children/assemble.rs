//! Making an array out of parts of others: the way joined tries come to be.
//!
//! What is taken from arrays that somebody else owns is shared: inline entries are cloned, children
//! and counted entries get one more reference. That is sound also for what such an array borrows:
//! its owner up the chain keeps it alive while the reference is taken (B2). The new array borrows
//! nothing.

#![expect(unsafe_code, reason = "fills fresh arrays (N1, N2, C1)")]

use alloc::vec::Vec;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;

use super::borrow::retain_items;
use super::collision;
use super::count::{free_array, release_node};
use super::entry::{EntryRef, OwnedEntry, Slot};
use super::splice::alloc_array;
use super::view::NodeRef;
use super::{PROMPT, Root};
use crate::bits::{Bit, Bitmaps, State};
use crate::hash::Level;
use crate::node::{Kind, Node};

/// A node that stands in no array yet, and owns its own.
pub(crate) struct Branch<K, V> {
    node: Node<K, V>,
    level: Level,
}

// SAFETY: as for `Root`: an owned subtree, part of which others may share.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for Branch<K, V> {}

impl<K, V> Branch<K, V> {
    /// The trie below, which has `len` entries. Nothing below borrows if `prompt`.
    ///
    /// # Panics
    /// If the branch was not made for the root.
    pub(crate) fn into_root(self, len: usize, prompt: bool) -> Root<K, V> {
        assert!(self.level == Level::ROOT, "only roots stand at the top");
        Root {
            node: self.into_node(),
            tagged_len: if prompt { len | PROMPT } else { len },
            owns: PhantomData,
        }
    }

    fn into_node(self) -> Node<K, V> {
        ManuallyDrop::new(self).node
    }

    /// # Safety
    /// The node stands at `level`, and the caller hands a reference on its array over.
    #[cfg(feature = "rayon")]
    pub(super) unsafe fn new(node: Node<K, V>, level: Level) -> Self {
        Branch { node, level }
    }

    /// The node and its level, with the reference.
    #[cfg(feature = "rayon")]
    pub(super) fn into_parts(self) -> (Node<K, V>, Level) {
        let this = ManuallyDrop::new(self);
        (this.node, this.level)
    }
}

impl<K, V> Drop for Branch<K, V> {
    fn drop(&mut self) {
        // SAFETY: C1: the branch's own reference.
        unsafe { release_node(self.node, self.level) }
    }
}

/// An entry for an array that is to be made.
pub(crate) enum Piece<'a, K, V> {
    /// One that stands elsewhere: gets another owner when the array is filled.
    Shared(EntryRef<'a, K, V>),
    /// A new one.
    Owned(OwnedEntry<K, V>),
}

impl<K, V> Piece<'_, K, V> {
    /// The entry, to look at.
    pub(crate) fn view(&self) -> EntryRef<'_, K, V> {
        match self {
            Piece::Shared(entry) => *entry,
            Piece::Owned(entry) => entry.view(),
        }
    }
}

/// An array that is being filled; dropping it gives the block back.
struct Block<K, V> {
    node: Node<K, V>,
    level: Level,
}

impl<K, V> Block<K, V> {
    fn into_branch(self) -> Branch<K, V> {
        let this = ManuallyDrop::new(self);
        Branch {
            node: this.node,
            level: this.level,
        }
    }

    /// Writes a clone of an inline entry to place `index`.
    ///
    /// # Safety
    /// The array has no less than `index` + 1 places for entries behind its `children`.
    #[inline(always)]
    unsafe fn write_clone(&self, children: usize, index: usize, entry: EntryRef<'_, K, V>)
    where
        K: Clone,
        V: Clone,
    {
        debug_assert!(Kind::<K, V>::INLINE, "E1");
        let (key, value) = entry.pair();
        let pair = (key.clone(), value.clone());
        // SAFETY: as this function's.
        let at = unsafe { self.node.slot_behind(children, index) };
        // SAFETY: the array is not linked in yet. Inline entries need no drop (E3), so a panic in a
        // later clone loses nothing.
        unsafe { at.cast::<(K, V)>().write(pair) };
    }

    /// Moves an entry to place `index`, sharing it first if need be. Runs no user code unless a
    /// shared entry is inline.
    ///
    /// # Safety
    /// As for [`Block::write_clone`].
    #[inline(always)]
    unsafe fn put(&self, children: usize, index: usize, item: Piece<'_, K, V>)
    where
        K: Clone,
        V: Clone,
    {
        let entry = match item {
            Piece::Shared(entry) => entry.share(),
            Piece::Owned(entry) => entry,
        };
        // SAFETY: as this function's.
        let at = unsafe { self.node.slot_behind(children, index) };
        // SAFETY: the array is not linked in yet.
        unsafe { Slot::new(at).put(entry) };
    }
}

impl<K, V> Drop for Block<K, V> {
    fn drop(&mut self) {
        // SAFETY: never linked in; holds at most inline entries, which need no drop (E3).
        unsafe { free_array(self.node, self.level) }
    }
}

/// Slots of a node that go into a new array as they are.
pub(crate) struct Kept<'a, K, V> {
    pub(crate) node: NodeRef<'a, K, V>,
    pub(crate) slots: u32,
}

impl<K, V> Kept<'_, K, V> {
    /// What these slots hold.
    pub(crate) fn bitmaps(&self) -> Bitmaps {
        let maps = self.node.bitmaps().expect("a node with slots");
        maps.only(self.slots)
    }
}

/// Entries and branches, each with its slot, for nodes that are being made. Those for a lower node
/// are piled upon those for the nodes above.
pub(crate) struct Material<'a, K, V> {
    pub(crate) entries: Vec<(Bit, Piece<'a, K, V>)>,
    pub(crate) branches: Vec<(Bit, Branch<K, V>)>,
}

/// How much material there was at some time.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) entries: usize,
    pub(crate) branches: usize,
}

impl<K, V> Material<'_, K, V> {
    pub(crate) fn new() -> Self {
        Material {
            entries: Vec::new(),
            branches: Vec::new(),
        }
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            entries: self.entries.len(),
            branches: self.branches.len(),
        }
    }
}

/// Makes a node for `level` of slots that are kept and of the material above a mark, which is taken
/// off when all user code has run.
///
/// # Panics
/// If a slot is filled twice, or with more than it can hold, or none is filled at all.
pub(crate) fn assemble<'a: 'k, 'k, K: Clone + 'a, V: Clone + 'a>(
    level: Level,
    kept: impl Iterator<Item = &'k Kept<'a, K, V>> + Clone,
    material: &mut Material<'a, K, V>,
    mark: Mark,
) -> Branch<K, V> {
    assert!(!level.is_collision(), "a level with slots");
    let entries = &material.entries[mark.entries..];
    let maps = layout(
        level,
        kept.clone(),
        entries,
        &material.branches[mark.branches..],
    );
    let block: Block<K, V> = Block {
        node: alloc_array(maps, level),
        level,
    };
    let children = maps.children();
    // The inline entries that are cloned, while a panic finds nothing in the block to release.
    if Kind::<K, V>::INLINE {
        for part in kept.clone() {
            for bit in Bit::all_of(part.bitmaps().data()) {
                let place = maps.entry_rank(bit);
                for (nth, entry) in part.node.entries_at(bit).enumerate() {
                    // SAFETY: the slot's entries have places of their own.
                    unsafe { block.write_clone(children, place + nth, entry) };
                }
            }
        }
        let mut places = Places::new(maps);
        for (bit, item) in entries {
            let place = places.next(*bit);
            if let Piece::Shared(entry) = item {
                // SAFETY: the slot's entries have places of their own.
                unsafe { block.write_clone(children, place, *entry) };
            }
        }
    }
    // From here on nothing panics.
    for part in kept {
        let from = part.bitmaps();
        if !Kind::<K, V>::INLINE {
            for bit in Bit::all_of(from.data()) {
                for entry in part.node.entries_at(bit) {
                    // SAFETY: the slot's entry has a place of its own.
                    unsafe { block.put(children, maps.entry_rank(bit), Piece::Shared(entry)) };
                }
            }
        }
        for bit in Bit::all_of(from.child_slots()) {
            let child = part.node.child_at(bit).node();
            // SAFETY: the slot's child has a place of its own in a fresh array.
            unsafe { block.node.write_child(maps.child_rank(bit), child) };
        }
        // SAFETY: N2: written above; `part` keeps them alive.
        unsafe { retain_items::<K, V>(block.node, from.child_slots()) };
    }
    let mut places = Places::new(maps);
    for (bit, item) in material.entries.drain(mark.entries..) {
        let place = places.next(bit);
        if !Kind::<K, V>::INLINE || matches!(item, Piece::Owned(_)) {
            // SAFETY: the slot's entries have places of their own.
            unsafe { block.put(children, place, item) };
        }
    }
    for (bit, branch) in material.branches.drain(mark.branches..) {
        // SAFETY: the slot's child has a place of its own in a fresh array, which owns it now.
        unsafe {
            block
                .node
                .write_child(maps.child_rank(bit), branch.into_node());
        };
    }
    block.into_branch()
}

/// The bitmaps of the parts of a new node.
fn layout<'a: 'k, 'k, K: 'a, V: 'a>(
    level: Level,
    kept: impl Iterator<Item = &'k Kept<'a, K, V>>,
    entries: &[(Bit, Piece<'a, K, V>)],
    branches: &[(Bit, Branch<K, V>)],
) -> Bitmaps {
    let mut maps = Bitmaps::EMPTY;
    for part in kept {
        let more = part.bitmaps();
        assert!(
            part.node.level() == level && maps.occupied() & more.occupied() == 0,
            "each slot is kept once"
        );
        maps = maps.and(more);
    }
    for (bit, branch) in branches {
        assert!(
            branch.level == level.next() && maps.occupied() & bit.mask() == 0,
            "one child a slot"
        );
        maps = maps.with(*bit, State::Child);
    }
    let before = maps.occupied();
    for (bit, _) in entries {
        assert!(
            before & bit.mask() == 0 && maps.state(*bit).entries() < Kind::<K, V>::SLOT_ENTRIES,
            "the slot has room"
        );
        maps = maps.with_entry_more(*bit);
    }
    assert!(maps != Bitmaps::EMPTY, "only the root may be empty");
    maps
}

/// Gives each entry of a node its place, in the order they come.
struct Places {
    maps: Bitmaps,
    filled: Bitmaps,
}

impl Places {
    fn new(maps: Bitmaps) -> Self {
        Places {
            maps,
            filled: Bitmaps::EMPTY,
        }
    }

    #[inline(always)]
    fn next(&mut self, bit: Bit) -> usize {
        let before = self.filled.state(bit).entries();
        self.filled = self.filled.with_entry_more(bit);
        self.maps.entry_rank(bit) + before
    }
}

/// Makes a collision node of the entries above a mark, which are taken off when all user code has
/// run. Their hashes are equal.
///
/// # Panics
/// If a slot could hold them.
pub(crate) fn assemble_collision<K: Clone, V: Clone>(
    level: Level,
    material: &mut Material<'_, K, V>,
    mark: Mark,
) -> Branch<K, V> {
    assert!(level.is_collision(), "a level without slots");
    let entries = &material.entries[mark.entries..];
    let len = entries.len();
    assert!(len > Kind::<K, V>::SLOT_ENTRIES, "a slot holds the others");
    let capacity = len.next_power_of_two().max(collision::MIN_CAPACITY);
    let block: Block<K, V> = Block {
        node: alloc_array(collision::maps(len, capacity), level),
        level,
    };
    if Kind::<K, V>::INLINE {
        for (index, (_, item)) in entries.iter().enumerate() {
            if let Piece::Shared(entry) = item {
                // SAFETY: below the length, which is at most the capacity.
                unsafe { block.write_clone(0, index, *entry) };
            }
        }
    }
    for (index, (_, item)) in material.entries.drain(mark.entries..).enumerate() {
        if !Kind::<K, V>::INLINE || matches!(item, Piece::Owned(_)) {
            // SAFETY: below the length, which is at most the capacity.
            unsafe { block.put(0, index, item) };
        }
    }
    block.into_branch()
}
