//! Counted arrays: everything that shares, copies, changes and frees a node's array.
//!
//! This layer turns raw memory into a safe interface. Above it, `trie` decides where an entry
//! belongs; here an [`Editor`] makes the arrays on its way writable and changes one of them, and a
//! [`NodeRef`] reads them. Nothing above sees a raw pointer, a count or a size class.
//!
//! Invariants (those of the array's layout, N1-N3, are in `node`, of entries, E1-E3, in `entry`):
//! * **C1** an array's count is the number of its owners: slots of other arrays, [`Root`]s, arrays
//!   that borrow from it, and iterators that took one over. Who brings it to zero frees the array
//!   ([`count`]). Not every slot owns what it holds: see [`borrow`], B1-B4.
//! * **C2** an array is *exclusive* if its count and that of every array above it is 1, and each is
//!   owned by the one above. Only exclusive arrays are written, through an `&mut Root` or by value;
//!   the slots of all others are frozen.
//! * **C3** what an exclusive array's slots own, its owner may move; a copy of a shared array takes
//!   references of its own.
//! * **C5** a root's `len` is the number of entries below it. It changes together with the array,
//!   before anything is released, because releasing may run a user's `Drop` and unwind.
//! * **C4** user code (`Clone`, `Drop`) runs only while every reachable array is complete; what an
//!   operation has prepared but not linked in is owned by a guard.

#![expect(unsafe_code, reason = "a root owns a counted array (C1)")]

mod assemble;
mod borrow;
mod build;
mod bulk;
mod collision;
mod count;
mod edit;
mod entry;
mod heap;
mod into_iter;
mod leftover;
mod loan;
mod place;
mod resize;
mod splice;
#[cfg(feature = "rayon")]
mod split;
mod step;
mod view;
mod walk;

use core::marker::PhantomData;

pub(crate) use assemble::{Branch, Kept, Mark, Material, Piece, assemble, assemble_collision};
pub(crate) use bulk::{Built, Items, Join, build};
pub(crate) use edit::{Editor, values_mut};
pub(crate) use entry::{EntryRef, OwnedEntry};
pub(crate) use heap::check as check_heap;
pub use heap::{HeapReport, HeapViolation};
pub(crate) use into_iter::IntoEntries;
#[cfg(feature = "rayon")]
pub(crate) use split::{Divide, IntoPieces, Pieces, PiecesMut};
pub(crate) use step::Step;
pub(crate) use view::{Entries, NodeRef, Slot};
pub(crate) use walk::{Walk, WalkMut};

use crate::hash::Level;
use crate::node::Node;

/// An owned trie: one reference on the root's array, or nothing if the trie is empty.
pub(crate) struct Root<K, V> {
    node: Node<K, V>,
    /// Number of entries below (C5), and the flag [`PROMPT`].
    tagged_len: usize,
    owns: PhantomData<(K, V)>,
}

/// Path copies take a reference on all they hold instead of borrowing it, so that what a version
/// alone held is dropped with it. A trie has fewer entries than half a `usize` can count.
const PROMPT: usize = 1 << (usize::BITS - 1);

// SAFETY: other threads may read and, through another handle, drop or move out what this handle
// shares, so both need both; counts are atomic and exclusive access is checked (C2).
unsafe impl<K: Send + Sync, V: Send + Sync> Send for Root<K, V> {}
// SAFETY: as for `Send`: a reader may clone the handle and so come to own it.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for Root<K, V> {}

impl<K, V> Root<K, V> {
    pub(crate) const EMPTY: Self = Root {
        node: Node::EMPTY,
        tagged_len: 0,
        owns: PhantomData,
    };

    /// The root node, to read from.
    #[inline(always)]
    pub(crate) fn view(&self) -> NodeRef<'_, K, V> {
        // SAFETY: the root's reference keeps the array alive, and nothing is written while `self`
        // is borrowed (C2).
        unsafe { NodeRef::new(self.node, Level::ROOT) }
    }

    /// Number of entries.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.tagged_len & !PROMPT
    }

    /// Whether path copies may borrow.
    #[inline(always)]
    pub(crate) fn is_lazy(&self) -> bool {
        self.tagged_len & PROMPT == 0
    }

    /// From now on path copies do not borrow.
    pub(crate) fn make_prompt(&mut self) {
        self.compact();
        self.tagged_len |= PROMPT;
    }

    /// The same trie, its path copies as lazy as those of `model`. If it has to stop borrowing, that
    /// is *O(n)* in what is borrowed.
    pub(crate) fn dropping_like<C>(mut self, model: &Root<K, C>) -> Self {
        if model.is_lazy() {
            self.tagged_len &= !PROMPT;
        } else if self.is_lazy() {
            self.make_prompt();
        }
        self
    }

    /// Takes over the contents of another trie, and releases its own. It stays as lazy as it was.
    pub(crate) fn replace(&mut self, mut contents: Self) {
        contents.tagged_len = contents.len() | (self.tagged_len & PROMPT);
        drop(core::mem::replace(self, contents));
    }

    /// Takes the contents out and leaves an empty trie, as lazy as this one.
    pub(crate) fn take(&mut self) -> Self {
        let empty = Root {
            tagged_len: self.tagged_len & PROMPT,
            ..Self::EMPTY
        };
        core::mem::replace(self, empty)
    }

    /// Whether both handles share one array (or are both empty).
    pub(crate) fn ptr_eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.node.array, other.node.array)
    }

    /// Gives up what dead versions still hold through this one.
    pub(crate) fn compact(&self) {
        if !self.node.is_empty() {
            // SAFETY: `self` keeps the array alive.
            unsafe { borrow::compact(self.node, Level::ROOT) };
        }
    }

    /// Gives the node up without releasing it.
    fn into_node(self) -> Node<K, V> {
        core::mem::ManuallyDrop::new(self).node
    }
}

impl<K, V> Clone for Root<K, V> {
    #[inline]
    fn clone(&self) -> Self {
        if !self.node.is_empty() {
            // SAFETY: `self` keeps the array alive.
            unsafe { count::retain_node(self.node) };
        }
        Root {
            node: self.node,
            tagged_len: self.tagged_len,
            owns: PhantomData,
        }
    }
}

impl<K, V> Drop for Root<K, V> {
    #[inline]
    fn drop(&mut self) {
        if self.node.is_empty() {
            return;
        }
        // SAFETY: the root's own reference (C1), released also if absorbing unwinds.
        let last = unsafe { leftover::Leftover::new(self.node, Level::ROOT) };
        // SAFETY: N1.
        if unsafe { loan::meta(self.node) }.borrows() {
            // Others keep the array: the version it came from may have died meanwhile.
            // SAFETY: `last` keeps it alive; who else uses it is not known.
            unsafe { borrow::absorb(self.node, Level::ROOT, false) };
        }
        drop(last);
    }
}
