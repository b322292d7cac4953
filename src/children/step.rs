//! Looking up one step at a time: each asks for the memory that the next will read, so that several
//! look-ups wait for theirs at once.

#![expect(
    unsafe_code,
    reason = "reads arrays that a borrowed root keeps alive and frozen"
)]

use core::marker::PhantomData;
use core::ptr;

use super::entry::EntryRef;
use super::view::{Entries, NodeRef};
use crate::arch::prefetch;
use crate::hash::{HashBits, Level};
use crate::node::{Kind, Node};

/// Where a look-up has got to: to a child, or to the entries among which its key is, if anywhere.
/// What it points to has been asked for and not been read.
pub(crate) struct Step<'a, K, V> {
    /// A `Node` if it is a child, else the first of the entries.
    at: *mut u8,
    entries: usize,
    is_child: bool,
    level: Level,
    life: PhantomData<&'a (K, V)>,
}

impl<'a, K, V> Step<'a, K, V> {
    /// To nothing.
    pub(crate) const NOWHERE: Self = Step {
        at: ptr::null_mut(),
        entries: 0,
        is_child: false,
        level: Level::ROOT,
        life: PhantomData,
    };

    #[inline(always)]
    pub(crate) fn is_child(&self) -> bool {
        self.is_child
    }

    /// The child.
    ///
    /// # Panics
    /// If the step led to entries.
    #[inline(always)]
    pub(crate) fn node(&self) -> NodeRef<'a, K, V> {
        assert!(self.is_child, "the step led to entries");
        // SAFETY: N2: a child of an array that is alive and frozen for `'a`.
        let node = unsafe { self.at.cast::<Node<K, V>>().read() };
        // SAFETY: as above: the array keeps its child alive and frozen as long as itself.
        unsafe { NodeRef::new(node, self.level) }
    }

    /// The entries; none if the step led to a child.
    #[inline(always)]
    pub(crate) fn entries(&self) -> Entries<'a, K, V> {
        // SAFETY: N2: entries of an array that is alive and frozen for `'a`.
        unsafe { Entries::new(self.at, self.entries) }
    }
}

impl<'a, K, V> NodeRef<'a, K, V> {
    /// The next step of a look-up. Reads nothing but the node itself, and branches on nothing that
    /// depends on the hash, which the processor could not predict.
    #[inline(always)]
    pub(crate) fn step(self, hash: HashBits) -> Step<'a, K, V> {
        let (node, level) = (self.node(), self.level());
        if level.is_collision() {
            let entries = node.entries(level);
            // SAFETY: N1: a node at this level has an array.
            let at = unsafe { node.collision_slot(0) };
            return Step {
                at,
                entries,
                ..Step::NOWHERE
            };
        }
        let bit = hash.bit(level);
        let maps = node.maps;
        let is_child = maps.is_child(bit);
        let pair = Kind::<K, V>::SLOT_ENTRIES == 2 && maps.is_pair(bit);
        let has_entries = usize::from(maps.has_entries(bit));
        let child = Node::<K, V>::child_offset(maps.child_rank(bit));
        let entry = Node::<K, V>::slot_offset(maps.children(), maps.entry_rank(bit));
        let offset = if is_child { child } else { entry };
        // An empty root has no array, and no slot whose contents would be read.
        let at = node.array.cast::<u8>().wrapping_add(offset);
        let entries = has_entries << u32::from(pair);
        let bytes = if is_child {
            size_of::<Node<K, V>>()
        } else {
            entries * Kind::<K, V>::SLOT
        };
        prefetch(at, 1);
        prefetch(at.wrapping_add(bytes.saturating_sub(1)), 1);
        Step {
            at,
            entries,
            is_child,
            level: level.next(),
            life: PhantomData,
        }
    }
}

impl<'a, K, V> Entries<'a, K, V> {
    /// Asks for the entry with this hash if it stands elsewhere.
    #[inline(always)]
    pub(crate) fn prefetch_blocks(self, hash: HashBits) {
        if Kind::<K, V>::INLINE {
            return;
        }
        for entry in self {
            if entry.kept_hash() == Some(hash) {
                let pair: *const (K, V) = EntryRef::pair(entry);
                prefetch(pair.cast(), size_of::<(K, V)>().min(128));
            }
        }
    }
}
