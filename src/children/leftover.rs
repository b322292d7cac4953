//! References that are given up last.

#![expect(unsafe_code, reason = "gives up references (C1)")]

use super::count::release_node;
use crate::hash::Level;
use crate::node::Node;

/// The reference on an array that a [`Splice`](super::splice::Splice) has replaced, or nothing.
///
/// Dropping it may run a user's `Drop`, so that has to come last (C5).
#[must_use = "the reference is given up by dropping it, after everything else"]
pub(super) struct Leftover<K, V>(Option<(Node<K, V>, Level)>);

impl<K, V> Leftover<K, V> {
    pub(super) fn none() -> Self {
        Leftover(None)
    }

    /// # Safety
    /// The caller hands over a reference on the array (C1).
    pub(super) unsafe fn new(node: Node<K, V>, level: Level) -> Self {
        Leftover(Some((node, level)))
    }
}

impl<K, V> Drop for Leftover<K, V> {
    #[inline]
    fn drop(&mut self) {
        if let Some((node, level)) = self.0 {
            // SAFETY: C1: the reference that the replaced slot held.
            unsafe { release_node(node, level) };
        }
    }
}
