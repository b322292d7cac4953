//! Where an operation stands, and whether what stands there may be written.

#![expect(unsafe_code, reason = "reads nodes and headers (N1, C2)")]

use super::count::is_sole;
use super::loan;
use crate::hash::Level;
use crate::node::Node;

/// The slot that an operation is after, and how it stands to the arrays involved. Two words, so that
/// functions take it in registers.
pub(super) struct Place<K, V> {
    /// May be written (C2) and holds a node.
    pub(super) at: *mut Node<K, V>,
    /// The level's shift and two flags.
    stance: u32,
}

/// The array that holds the node, or the root, owns it (B1).
const OWNED: u32 = 1 << 8;
/// Path copies may borrow; else they take a reference on all they hold.
const LAZY: u32 = 1 << 9;

impl<K, V> Clone for Place<K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Place<K, V> {}

impl<K, V> Place<K, V> {
    /// A place at `level` whose node is owned. `lazy` lets path copies borrow.
    #[inline(always)]
    pub(super) fn owned(at: *mut Node<K, V>, level: Level, lazy: bool) -> Self {
        let stance = level.shift() | OWNED | if lazy { LAZY } else { 0 };
        Place { at, stance }
    }

    /// The place of a child.
    #[inline(always)]
    pub(super) fn below(self, at: *mut Node<K, V>, owned: bool) -> Self {
        let flags = (self.stance & LAZY) | if owned { OWNED } else { 0 };
        Place {
            at,
            stance: self.level().next().shift() | flags,
        }
    }

    /// The same place, whose path copies take a reference on all they hold.
    #[inline(always)]
    pub(super) fn counting(self) -> Self {
        Place {
            stance: self.stance & !LAZY,
            ..self
        }
    }

    /// The same place once the array that holds the node has come to own it.
    #[inline(always)]
    pub(super) fn linked(self) -> Self {
        Place {
            stance: self.stance | OWNED,
            ..self
        }
    }

    #[inline(always)]
    pub(super) fn level(self) -> Level {
        Level::at_shift(self.stance & (OWNED - 1))
    }

    /// Whether the array that holds the node, or the root, owns it (B1).
    #[inline(always)]
    pub(super) fn is_owned(self) -> bool {
        self.stance & OWNED != 0
    }

    #[inline(always)]
    pub(super) fn is_lazy(self) -> bool {
        self.stance & LAZY != 0
    }

    /// # Safety
    /// `at` is a node.
    #[inline(always)]
    pub(super) unsafe fn node(self) -> Node<K, V> {
        // SAFETY: as this function's.
        unsafe { self.at.read() }
    }

    /// Whether the node's array is nobody else's (C2).
    ///
    /// # Safety
    /// N1; the node is not empty.
    #[inline(always)]
    pub(super) unsafe fn is_exclusive(self) -> bool {
        // SAFETY: as this function's.
        let node = unsafe { self.node() };
        // SAFETY: as this function's.
        let exclusive = self.is_owned() && unsafe { is_sole(node) };
        if exclusive {
            // SAFETY: N1.
            unsafe { node.watched() }.contents.write();
        }
        exclusive
    }
}

/// Whether the node has an array that is nobody else's (C2), owns all it holds and has no loan: the
/// common case, whose changes need no [`Splice`](super::splice::Splice).
///
/// # Safety
/// N1.
#[inline(always)]
pub(super) unsafe fn is_plain<K, V>(place: Place<K, V>) -> bool {
    // SAFETY: as this function's.
    let node = unsafe { place.node() };
    if !place.is_owned() || node.is_empty() {
        return false;
    }
    // SAFETY: N1.
    let sole = unsafe { is_sole(node) };
    // SAFETY: N1.
    let plain = sole & unsafe { loan::meta(node) }.is_plain();
    if plain {
        // SAFETY: N1.
        unsafe { node.watched() }.contents.write();
    }
    plain
}
