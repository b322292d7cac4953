//! Taking an entry out where the cursor stands.

#![expect(unsafe_code, reason = "writes exclusive arrays (C2, C3)")]

use core::mem::{ManuallyDrop, size_of};

use super::super::Root;
use super::super::collision;
use super::super::count::{free_array, is_whole};
use super::super::entry::{OwnedEntry, Slot};
use super::super::leftover::Leftover;
use super::super::place::Place;
use super::super::resize::{self, Cut};
use super::super::splice::{Change, Splice};
use super::{Above, Editor, place};
use crate::arch::accelerated;
use crate::bits::{Bit, Bitmaps, State};
use crate::hash::{HashBits, Level};
use crate::node::{Kind, Node};

impl<K: Clone, V: Clone> Editor<'_, K, V> {
    /// Takes the `index`-th of the entries that `hash` finds here out of this array. What remains
    /// must not have to fold, see [`Editor::fold`].
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline(always)]
    pub(crate) fn remove(mut self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        if self.level().is_collision() || !self.is_plain() {
            return Self::remove_copying(self.place, self.above, self.root, hash, index);
        }
        let place = self.index(hash, index);
        let node = self.node();
        let left = node.maps.with_entry_less(hash.bit(self.level()));
        if left == Bitmaps::EMPTY {
            return Self::remove_copying(self.place, self.above, self.root, hash, index);
        }
        let at = Node::<K, V>::slot_offset(node.maps.children(), place);
        let bytes = Node::<K, V>::array_bytes(node.maps);
        // SAFETY: N2: `place` is an entry's.
        let slot: Slot<K, V> = Slot::new(unsafe { node.slot(place) });
        // SAFETY: the array forgets it next; until then the copy here is not used.
        let removed = ManuallyDrop::new(unsafe { slot.take() });
        // SAFETY: the array is plain.
        let array = unsafe { resize::close(node.array, bytes, at, Kind::<K, V>::SLOT) };
        // SAFETY: C2.
        unsafe { self.place.at.write(Node::new(array, left)) };
        self.count(-1);
        ManuallyDrop::into_inner(removed)
    }

    #[inline(never)]
    fn remove_copying(
        place: Place<K, V>,
        above: Above<K, V>,
        root: *mut Root<K, V>,
        hash: HashBits,
        index: usize,
    ) -> OwnedEntry<K, V> {
        accelerated(
            #[inline(always)]
            move || Self::resume(place, above, root).remove_here(hash, index),
        )
    }

    #[inline(always)]
    fn remove_here(mut self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        let place = self.index(hash, index);
        if self.level().is_collision() {
            // SAFETY: C2: `at` may be written; `place` is an entry's.
            let (removed, leftover) = unsafe { collision::swap_remove(self.place, place) };
            self.finish(-1, leftover);
            return removed;
        }
        let node = self.node();
        let bit = hash.bit(self.level());
        let left = node.maps.state(bit).entries() - 1;
        let maps = node.maps.with(bit, State::of_entries(left));
        // SAFETY: N2: `place` is an entry's.
        let slot: Slot<K, V> = Slot::new(unsafe { node.slot(place) });
        if maps == Bitmaps::EMPTY {
            return self.remove_last(slot);
        }
        let change = Change {
            entry: place,
            entries_out: 1,
            ..Change::of(maps, bit)
        };
        // SAFETY: C2: `at` may be written.
        let splice = unsafe { Splice::prepare(self.place, change) };
        // SAFETY: moved out of an exclusive array, which the commit then forgets; else shared.
        let removed = unsafe { slot.leave(splice.moves_entries(bit)) };
        let leftover = splice.commit(|_| ());
        self.finish(-1, leftover);
        removed
    }

    /// Takes the only entry of the root out and leaves it empty.
    #[inline(always)]
    fn remove_last(mut self, slot: Slot<K, V>) -> OwnedEntry<K, V> {
        debug_assert!(self.level() == Level::ROOT, "only the root may be empty");
        let node = self.node();
        // SAFETY: N1. An array with a single item does not borrow (B3).
        let exclusive = self.place.is_owned() && unsafe { is_whole(node) };
        // SAFETY: moved out of an exclusive array, which is then forgotten; else shared.
        let removed = unsafe { slot.leave(exclusive) };
        // SAFETY: C2.
        unsafe { self.place.at.write(Node::EMPTY) };
        let leftover = if exclusive {
            // SAFETY: the only entry is moved out.
            unsafe { free_array(node, self.level()) };
            Leftover::none()
        } else {
            // SAFETY: C1: the root's reference.
            unsafe { Leftover::new(node, self.level()) }
        };
        self.finish(-1, leftover);
        removed
    }

    /// Takes the `index`-th of the entries that `hash` finds below the child it leads to, and
    /// replaces that child by the entries left. Below the child there must be nothing but single
    /// children down to the node with the entries, one more of them than a slot holds.
    ///
    /// # Panics
    /// If there is no child or no such entry.
    #[inline(always)]
    pub(crate) fn fold(self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        Self::fold_at(self.place, self.above, self.root, hash, index)
    }

    #[inline(never)]
    fn fold_at(
        place: Place<K, V>,
        above: Above<K, V>,
        root: *mut Root<K, V>,
        hash: HashBits,
        index: usize,
    ) -> OwnedEntry<K, V> {
        accelerated(
            #[inline(always)]
            move || Self::resume(place, above, root).fold_here(hash, index),
        )
    }

    #[inline(always)]
    fn fold_here(mut self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        let bit = hash.bit(self.level());
        let node = self.node();
        assert!(
            node.maps.state(bit) == State::Child,
            "only children are folded"
        );
        let child = node.maps.child_rank(bit);
        let stay = Kind::<K, V>::SLOT_ENTRIES;
        // SAFETY: N2.
        let top = unsafe { node.read_child(child) };
        if self.is_plain() {
            // SAFETY: a child of a live array, one level down.
            let chain = unsafe { Chain::follow(top, self.level().next()) };
            if chain.exclusive {
                return self.fold_plain(bit, chain, hash, index);
            }
        }
        let change = Change {
            entry: node.maps.entry_rank(bit),
            entries_in: stay,
            child,
            children_out: 1,
            ..Change::of(node.maps.with(bit, State::of_entries(stay)), bit)
        };
        // SAFETY: C2: `at` may be written.
        let splice = unsafe { Splice::prepare(self.place, change) };
        // Only now, because preparing may have taken references.
        // SAFETY: a child of a live array, one level down.
        let chain = unsafe { Chain::follow(top, self.level().next()) };
        let place = chain.index(hash, index);
        let owned = splice.owns(bit);
        let exclusive = owned && chain.exclusive;
        let take = |index| {
            // SAFETY: N2: the chain's bottom holds `stay + 1` entries.
            let slot: Slot<K, V> = Slot::new(unsafe { chain.slot(index) });
            // SAFETY: moved out of exclusive arrays, whose blocks are then freed; else shared.
            unsafe { slot.leave(exclusive) }
        };
        let removed = take(place);
        let mut staying = (0..=stay).filter(|&i| i != place);
        let mut staying = [staying.next().map(take), staying.next().map(take)];
        let first = change.entry;
        let leftover = splice.commit(|new| {
            for (index, entry) in staying.iter_mut().filter_map(Option::take).enumerate() {
                // SAFETY: the change makes room for these entries.
                let slot = Slot::new(unsafe { new.slot(first + index) });
                // SAFETY: the new array is not visible yet.
                unsafe { slot.put(entry) };
            }
        });
        let child = if exclusive {
            // SAFETY: all entries are moved out, and nobody else refers to the arrays.
            unsafe { chain.free() };
            Leftover::none()
        } else if owned {
            // SAFETY: C1: the reference of the slot that the commit moved out of its array.
            unsafe { Leftover::new(top, self.level().next()) }
        } else {
            Leftover::none()
        };
        self.finish(-1, leftover);
        drop(child);
        removed
    }

    /// [`Editor::fold`] where the array is plain and those of the chain are exclusive.
    #[inline(always)]
    fn fold_plain(
        mut self,
        bit: Bit,
        chain: Chain<K, V>,
        hash: HashBits,
        index: usize,
    ) -> OwnedEntry<K, V> {
        let place = chain.index(hash, index);
        let node = self.node();
        let stay = Kind::<K, V>::SLOT_ENTRIES;
        let child = node.maps.child_rank(bit);
        let first = node.maps.entry_rank(bit);
        let outgoing = Cut {
            at: Node::<K, V>::child_offset(child),
            out: size_of::<Node<K, V>>(),
            room: 0,
        };
        let incoming = Cut {
            at: Node::<K, V>::slot_offset(node.maps.children(), first),
            out: 0,
            room: stay * Kind::<K, V>::SLOT,
        };
        let bytes = Node::<K, V>::array_bytes(node.maps);
        // SAFETY: the array is plain; the child stays reachable through the chain.
        let array = unsafe { resize::exchange(node.array, bytes, outgoing, incoming) };
        let node = Node::new(array, node.maps.with(bit, State::of_entries(stay)));
        let take = |index| {
            // SAFETY: N2: the chain's bottom holds `stay + 1` entries.
            let slot: Slot<K, V> = Slot::new(unsafe { chain.slot(index) });
            // SAFETY: the chain's arrays are exclusive and freed below.
            unsafe { slot.take() }
        };
        for (index, from) in (0..=stay).filter(|&from| from != place).enumerate() {
            // SAFETY: the array has room for these entries.
            let slot = Slot::new(unsafe { node.slot(first + index) });
            // SAFETY: uninitialised, and the array is exclusive.
            unsafe { slot.put(take(from)) };
        }
        let removed = take(place);
        // SAFETY: C2.
        unsafe { self.place.at.write(node) };
        self.count(-1);
        // SAFETY: all entries are moved out, and nobody else refers to the arrays.
        unsafe { chain.free() };
        removed
    }
}

/// Arrays with a single child each, down to one with entries only.
struct Chain<K, V> {
    top: Node<K, V>,
    level: Level,
    bottom: Node<K, V>,
    bottom_level: Level,
    /// Whether each of them has a single owner.
    exclusive: bool,
}

impl<K, V> Chain<K, V> {
    /// # Safety
    /// N1: `top` stands at `level` and is alive.
    #[inline(always)]
    unsafe fn follow(top: Node<K, V>, level: Level) -> Self {
        // SAFETY: N1.
        let exclusive = unsafe { is_whole(top) };
        let mut chain = Chain {
            top,
            level,
            bottom: top,
            bottom_level: level,
            exclusive,
        };
        while chain.bottom.children(chain.bottom_level) != 0 {
            // SAFETY: N2: there is a child.
            chain.bottom = unsafe { chain.bottom.read_child(0) };
            chain.bottom_level = chain.bottom_level.next();
            // SAFETY: N1.
            chain.exclusive &= unsafe { is_whole(chain.bottom) };
        }
        assert!(
            chain.bottom.entries(chain.bottom_level) == Kind::<K, V>::SLOT_ENTRIES + 1,
            "only what fits a slot is folded"
        );
        chain
    }

    #[inline(always)]
    fn index(&self, hash: HashBits, index: usize) -> usize {
        place(self.bottom, self.bottom_level, hash, index)
    }

    /// # Safety
    /// N1; `index` is below the number of entries.
    #[inline(always)]
    unsafe fn slot(&self, index: usize) -> *mut u8 {
        // SAFETY: as this function's; the bottom has no children.
        unsafe { self.bottom.slot_behind(0, index) }
    }

    /// Frees the blocks.
    ///
    /// # Safety
    /// All are exclusive and the entries are moved out.
    #[inline(always)]
    unsafe fn free(self) {
        let (mut node, mut level) = (self.top, self.level);
        while level != self.bottom_level {
            // SAFETY: N2: arrays above the bottom have one child.
            let child = unsafe { node.read_child(0) };
            // SAFETY: C3: its only child is read.
            unsafe { free_array(node, level) };
            (node, level) = (child, level.next());
        }
        // SAFETY: its entries are moved out.
        unsafe { free_array(node, level) };
    }
}
