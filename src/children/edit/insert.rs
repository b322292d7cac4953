//! Adding an entry where the cursor stands.

#![expect(unsafe_code, reason = "writes exclusive arrays (C2, C3)")]

use core::mem::{ManuallyDrop, size_of};

use super::super::Root;
use super::super::build::Subtree;
use super::super::collision;
use super::super::entry::{EntryRef, OwnedEntry, Slot};
use super::super::leftover::Leftover;
use super::super::place::Place;
use super::super::resize::{self, Cut};
use super::super::splice::{Change, Splice};
use super::{Above, Editor, value_of};
use crate::arch::accelerated;
use crate::bits::State;
use crate::hash::HashBits;
use crate::node::{Kind, Node};

impl<'a, K: Clone, V: Clone> Editor<'a, K, V> {
    /// Adds an entry to a slot that has room for it, or to a collision node.
    ///
    /// # Panics
    /// If the slot is full or a child.
    #[inline(always)]
    pub(crate) fn insert(mut self, hash: HashBits, entry: OwnedEntry<K, V>) -> &'a mut V {
        if self.level().is_collision() || !self.is_plain() {
            return Self::insert_copying(self.place, self.above, self.root, hash, entry);
        }
        let bit = hash.bit(self.level());
        let Node { array, maps, .. } = self.node();
        let state = maps.state(bit);
        assert!(
            state != State::Child && state.entries() < Kind::<K, V>::SLOT_ENTRIES,
            "only slots with room are inserted into"
        );
        let at = Node::<K, V>::slot_offset(maps.children(), maps.entry_rank(bit) + state.entries());
        let bytes = Node::<K, V>::array_bytes(maps);
        // SAFETY: the array is plain.
        let array = unsafe { resize::open(array, bytes, at, Kind::<K, V>::SLOT) };
        let node = Node::new(array, maps.with_entry_more(bit));
        // SAFETY: C2; the slot is filled below, and nothing in between can fail.
        unsafe { self.place.at.write(node) };
        // SAFETY: within the array: the slot there is room for now.
        let slot = Slot::new(unsafe { array.byte_add(at) }.cast());
        // SAFETY: uninitialised, and the array is exclusive.
        unsafe { slot.put(entry) };
        self.count(1);
        // SAFETY: the entry stands in an exclusive array and is new, so it has one owner.
        unsafe { value_of(slot) }
    }

    #[inline(never)]
    fn insert_copying(
        place: Place<K, V>,
        above: Above<K, V>,
        root: *mut Root<K, V>,
        hash: HashBits,
        entry: OwnedEntry<K, V>,
    ) -> &'a mut V {
        accelerated(
            #[inline(always)]
            move || Self::resume(place, above, root).insert_here(hash, entry),
        )
    }

    #[inline(always)]
    fn insert_here(mut self, hash: HashBits, entry: OwnedEntry<K, V>) -> &'a mut V {
        let (slot, leftover) = if self.level().is_collision() {
            // SAFETY: C2: `at` may be written, and only collision nodes stand at this level.
            unsafe { collision::push(self.place, entry) }
        } else {
            self.insert_in_slot(hash, entry)
        };
        self.finish(1, leftover);
        // SAFETY: the entry stands in an exclusive array and is new, so it has one owner.
        unsafe { value_of(slot) }
    }

    #[inline(always)]
    fn insert_in_slot(
        &self,
        hash: HashBits,
        entry: OwnedEntry<K, V>,
    ) -> (Slot<K, V>, Leftover<K, V>) {
        let bit = hash.bit(self.level());
        let maps = self.node().maps;
        let state = maps.state(bit);
        let place = maps.entry_rank(bit) + state.entries();
        let change = Change {
            entry: place,
            entries_in: 1,
            ..Change::of(maps.with(bit, State::of_entries(state.entries() + 1)), bit)
        };
        // SAFETY: C2: `at` may be written.
        let splice = unsafe { Splice::prepare(self.place, change) };
        let slot = |node: Node<K, V>| {
            // SAFETY: the place that the change makes room for.
            Slot::new(unsafe { node.slot(place) })
        };
        let leftover = splice.commit(|new| {
            // SAFETY: the new array is not visible yet.
            unsafe { slot(new).put(entry) };
        });
        (slot(self.node()), leftover)
    }

    /// Replaces a full slot by a child that holds its entries and one more. `rehash` hashes keys
    /// whose hash is not kept.
    ///
    /// # Panics
    /// If the slot is not full.
    #[inline(always)]
    pub(crate) fn push_down(
        self,
        hash: HashBits,
        entry: OwnedEntry<K, V>,
        rehash: impl Fn(&K) -> HashBits,
    ) -> &'a mut V {
        let bit = hash.bit(self.level());
        let node = self.node();
        let full = Kind::<K, V>::SLOT_ENTRIES;
        assert!(
            node.maps.state(bit) == State::of_entries(full),
            "only full slots are pushed down"
        );
        let first = node.maps.entry_rank(bit);
        let resident = |index: usize| {
            // SAFETY: N2: the slot's own entries.
            Slot::<K, V>::new(unsafe { node.slot(first + index) })
        };
        let mut hashes = [hash; 3];
        for (index, known) in hashes.iter_mut().enumerate().take(full) {
            // SAFETY: E1, and nothing is written while the user's `Hash` runs.
            let entry = unsafe { EntryRef::new(resident(index)) };
            *known = entry.kept_hash().unwrap_or_else(|| rehash(&entry.pair().0));
        }
        Self::split(self.place, self.above, self.root, hash, hashes, entry)
    }

    /// The rest of [`Editor::push_down`], given the hashes of the slot's entries and the new one.
    #[inline(never)]
    fn split(
        place: Place<K, V>,
        above: Above<K, V>,
        root: *mut Root<K, V>,
        hash: HashBits,
        hashes: [HashBits; 3],
        entry: OwnedEntry<K, V>,
    ) -> &'a mut V {
        accelerated(
            #[inline(always)]
            move || Self::resume(place, above, root).split_here(hash, hashes, entry),
        )
    }

    #[inline(always)]
    fn split_here(
        mut self,
        hash: HashBits,
        hashes: [HashBits; 3],
        entry: OwnedEntry<K, V>,
    ) -> &'a mut V {
        let bit = hash.bit(self.level());
        let node = self.node();
        let full = Kind::<K, V>::SLOT_ENTRIES;
        let (child, first) = (node.maps.child_rank(bit), node.maps.entry_rank(bit));
        let maps = node.maps.with(bit, State::Child);
        let hashes = &hashes[..=full];
        let subtree = Subtree::alloc(self.level().next(), hashes);
        let resident = |index: usize| {
            // SAFETY: N2: the slot's own entries.
            Slot::<K, V>::new(unsafe { node.slot(first + index) })
        };
        if !self.is_plain() {
            let change = Change {
                entry: first,
                entries_out: full,
                child,
                children_in: 1,
                ..Change::of(maps, bit)
            };
            // SAFETY: C2: `at` may be written.
            let splice = unsafe { Splice::prepare(self.place, change) };
            let take = |index| {
                // SAFETY: moved out of an exclusive array, which the commit then forgets; else shared.
                unsafe { resident(index).leave(splice.moves_entries(bit)) }
            };
            let (top, slot) = subtree.fill(hashes, take(0), (full == 2).then(|| take(1)), entry);
            let leftover = splice.commit(|new| {
                // SAFETY: the change makes room for one child, which the new array now owns.
                unsafe { new.write_child(child, top) };
            });
            self.finish(1, leftover);
            // SAFETY: the entry is new and its arrays are exclusive.
            return unsafe { value_of(slot) };
        }
        let take = |index| {
            // SAFETY: the array forgets it below; until then the copy here is not used.
            ManuallyDrop::new(unsafe { resident(index).take() })
        };
        let (one, two) = (take(0), (full == 2).then(|| take(1)));
        let incoming = Cut {
            at: Node::<K, V>::child_offset(child),
            out: 0,
            room: size_of::<Node<K, V>>(),
        };
        let outgoing = Cut {
            at: Node::<K, V>::slot_offset(node.maps.children(), first),
            out: full * Kind::<K, V>::SLOT,
            room: 0,
        };
        let bytes = Node::<K, V>::array_bytes(node.maps);
        // SAFETY: the array is plain.
        let array = unsafe { resize::exchange(node.array, bytes, incoming, outgoing) };
        let (one, two) = (
            ManuallyDrop::into_inner(one),
            two.map(ManuallyDrop::into_inner),
        );
        let (top, slot) = subtree.fill(hashes, one, two, entry);
        let node = Node::new(array, maps);
        // SAFETY: the array has room for one child more, which it now owns.
        unsafe { node.write_child(child, top) };
        // SAFETY: C2.
        unsafe { self.place.at.write(node) };
        self.count(1);
        // SAFETY: the entry is new and its arrays are exclusive.
        unsafe { value_of(slot) }
    }
}
