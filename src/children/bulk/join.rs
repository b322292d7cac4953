//! A node put together from subtrees that were built on their own.

#![expect(unsafe_code, reason = "writes an array (N1, C1)")]

use alloc::vec::Vec;

use super::{Built, Items};
use crate::bits::{Bit, Bitmaps, State};
use crate::children::entry::Slot;
use crate::children::splice::alloc_array;
use crate::hash::Level;
use crate::node::{Kind, Node};

/// The slots of one node, put together from parts that were built on their own.
pub(crate) struct Join<K, V> {
    level: Level,
    maps: Bitmaps,
    children: Vec<Built<K, V>>,
    entries: Items<K, V>,
}

impl<K, V> Join<K, V> {
    /// A node at `level` without anything in it.
    pub(crate) fn new(level: Level) -> Self {
        Join {
            level,
            maps: Bitmaps::EMPTY,
            children: Vec::new(),
            entries: Items::new(),
        }
    }

    pub(crate) fn level(&self) -> Level {
        self.level
    }

    /// Adds what the next slot holds: a child, or the few entries that need none. Slots come in
    /// ascending order.
    pub(crate) fn push(&mut self, bit: Bit, child: Option<Built<K, V>>, entries: &mut Items<K, V>) {
        debug_assert!(
            self.maps.occupied() < bit.mask(),
            "slots come in ascending order"
        );
        let state = if child.is_some() {
            State::Child
        } else {
            State::of_entries(entries.len())
        };
        assert!(state.entries() == entries.len(), "a slot has room for them");
        self.maps = self.maps.with(bit, state);
        self.children.extend(child);
        self.entries.append(entries);
    }

    /// The subtree, or the entries if a slot above can hold them.
    pub(crate) fn finish(mut self) -> Result<Built<K, V>, Items<K, V>> {
        if self.children.is_empty() && self.entries.len() <= Kind::<K, V>::SLOT_ENTRIES {
            return Err(self.entries);
        }
        let node: Node<K, V> = alloc_array(self.maps, self.level);
        for (rank, child) in self.children.drain(..).enumerate() {
            // SAFETY: N1: below the number of children; the reference moves along (C1).
            unsafe { node.write_child(rank, child.into_node()) };
        }
        for (index, (_, entry)) in self.entries.into_iter().enumerate() {
            // SAFETY: N1: below the number of entries.
            let slot = Slot::<K, V>::new(unsafe { node.slot(index) });
            // SAFETY: each slot is filled once, in an array that nobody sees yet.
            unsafe { slot.put(entry) };
        }
        Ok(Built::new(node, self.level))
    }
}
