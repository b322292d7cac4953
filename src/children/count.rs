//! Reference counts, and the release of what they guard.

#![expect(
    unsafe_code,
    reason = "gives up references and frees what nobody refers to (C1-C3)"
)]

use core::ptr::NonNull;

use super::entry::Slot;
use crate::hash::Level;
use crate::node::{Kind, Node};
use crate::pool;
use crate::sync::{AtomicU32, Ordering};

/// Counts stay far below the point where they would wrap.
const MAX_COUNT: u32 = u32::MAX / 2;

/// Takes one more reference.
///
/// Relaxed suffices, as in `Arc`: the caller already holds a reference or borrows one, so nothing
/// can be freed meanwhile. Aborts before the count could wrap (leaked clones).
#[inline(always)]
pub(super) fn retain(count: &AtomicU32) {
    if count.fetch_add(1, Ordering::Relaxed) > MAX_COUNT {
        overflow();
    }
}

/// Ends the process: with a count that wraps, memory still in use would be freed.
#[cold]
fn overflow() -> ! {
    #[cfg(feature = "std")]
    std::process::abort();
    #[cfg(not(feature = "std"))]
    {
        /// A panic while unwinding aborts.
        struct Abort;
        impl Drop for Abort {
            fn drop(&mut self) {
                panic!("a reference count overflowed");
            }
        }
        let _abort = Abort;
        panic!("a reference count overflowed");
    }
}

/// Gives up one reference; true if it was the last.
///
/// Release on the way down and acquire at the end order every owner's accesses before the free. A
/// sole owner needs no locked instruction: nobody else can raise the count.
#[inline(always)]
pub(super) fn release(count: &AtomicU32) -> bool {
    is_one(count) || count.fetch_sub(1, Ordering::AcqRel) == 1
}

/// Whether the caller holds the only reference. Acquire: who reads 1 has seen all that former
/// owners did.
#[inline(always)]
pub(super) fn is_one(count: &AtomicU32) -> bool {
    count.load(Ordering::Acquire) == 1
}

/// Takes one more reference on the array of `node`.
///
/// # Safety
/// The array is alive (N1).
#[inline(always)]
pub(super) unsafe fn retain_node<K, V>(node: Node<K, V>) {
    // SAFETY: N1.
    retain(unsafe { &(*node.array).count });
}

/// Whether the array of `node` has a single owner.
///
/// # Safety
/// The array is alive (N1).
#[inline(always)]
pub(super) unsafe fn is_sole<K, V>(node: Node<K, V>) -> bool {
    // SAFETY: N1.
    is_one(unsafe { &(*node.array).count })
}

/// Gives up one reference on the array of `node`, which stands at `level`.
///
/// # Safety
/// The caller gives up a reference it holds (C1).
#[inline(always)]
pub(super) unsafe fn release_node<K, V>(node: Node<K, V>, level: Level) {
    // SAFETY: N1.
    if release(unsafe { &(*node.array).count }) {
        // SAFETY: that was the last reference.
        drop(unsafe { Dying::new(node, level) });
    }
}

/// Gives the block of an array back without looking at what is in it.
///
/// # Safety
/// Nobody refers to the array any more and its contents have been moved, discarded or need no drop.
#[inline(always)]
pub(super) unsafe fn free_array<K, V>(node: Node<K, V>, level: Level) {
    // SAFETY: N1: only an empty root has no array.
    let array = unsafe { NonNull::new_unchecked(node.array) };
    // SAFETY: N1: allocated with this size; nobody refers to it any more.
    unsafe { pool::free(array.cast(), node.bytes(level)) }
}

/// An array without owners, on its way out. Dropping it releases what it still holds from the two
/// positions on, then frees the block; a panic in a user's `Drop` stops neither. Recursion is
/// bounded by the trie's depth.
pub(super) struct Dying<K, V> {
    node: Node<K, V>,
    level: Level,
    next_child: usize,
    next_entry: usize,
}

impl<K, V> Dying<K, V> {
    /// # Safety
    /// The caller took the last reference on the array.
    pub(super) unsafe fn new(node: Node<K, V>, level: Level) -> Self {
        Dying {
            node,
            level,
            next_child: 0,
            next_entry: 0,
        }
    }

    /// An array whose first children and entries have already been moved out.
    ///
    /// # Safety
    /// As for [`Dying::new`].
    pub(super) unsafe fn from_parts(
        node: Node<K, V>,
        level: Level,
        next_child: usize,
        next_entry: usize,
    ) -> Self {
        Dying {
            node,
            level,
            next_child,
            next_entry,
        }
    }

    /// Releases all that is left. Positions advance first, so that a panic skips nothing but the
    /// item that panicked, which is gone.
    fn release_rest(&mut self) {
        let children = self.node.children(self.level);
        while self.next_child < children {
            // SAFETY: N2, below the number of children.
            let child = unsafe { self.node.read_child(self.next_child) };
            self.next_child += 1;
            // SAFETY: C1: the dead array's reference on its child.
            unsafe { release_node(child, self.level.next()) };
        }
        if !Kind::<K, V>::INLINE {
            let entries = self.node.entries(self.level);
            while self.next_entry < entries {
                // SAFETY: N2, below the number of entries.
                let slot = unsafe { self.node.slot_behind(children, self.next_entry) };
                self.next_entry += 1;
                // SAFETY: the slot is initialised and passed only once.
                unsafe { Slot::<K, V>::new(slot).discard() };
            }
        }
    }
}

impl<K, V> Drop for Dying<K, V> {
    fn drop(&mut self) {
        /// Goes on where a panic interrupted, then frees the block.
        struct Finish<'a, K, V>(&'a mut Dying<K, V>);
        impl<K, V> Drop for Finish<'_, K, V> {
            fn drop(&mut self) {
                self.0.release_rest();
                // SAFETY: the contents are released and nobody refers to the array.
                unsafe { free_array(self.0.node, self.0.level) };
            }
        }
        Finish(self).0.release_rest();
    }
}
