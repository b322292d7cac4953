//! Traversal by value: takes exclusive arrays apart, shares what others still see.

#![expect(unsafe_code, reason = "moves entries out of arrays (C1, C3)")]

#[cfg(feature = "rayon")]
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::Root;
#[cfg(feature = "rayon")]
use super::assemble::Branch;
#[cfg(feature = "rayon")]
use super::count::retain_node;
use super::count::{Dying, free_array, is_whole, release_node};
use super::entry::{OwnedEntry, Slot};
use super::walk::Walk;
use crate::arch::accelerated;
use crate::hash::Level;
use crate::node::Node;

/// What a frame owns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hold {
    /// The array is ours alone: what stands behind the two positions still belongs to it.
    Exclusive,
    /// One reference on a shared array.
    Counted,
    /// Nothing: an array above holds a reference.
    Guest,
}

struct Frame<K, V> {
    node: Node<K, V>,
    next_child: usize,
    next_entry: usize,
    hold: Hold,
}

impl<K, V> Clone for Frame<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Frame<K, V> {}

impl<K, V> Frame<K, V> {
    const EMPTY: Self = Frame {
        node: Node::EMPTY,
        next_child: 0,
        next_entry: 0,
        hold: Hold::Guest,
    };

    /// Gives up what the frame still owns, at `level`.
    fn release(self, level: Level) {
        match self.hold {
            Hold::Exclusive => {
                let Frame {
                    node,
                    next_child,
                    next_entry,
                    ..
                } = self;
                // SAFETY: C3: items before the positions have moved out, the rest is the array's.
                unsafe { Dying::from_parts(node, level, next_child, next_entry) }.release();
            }
            // SAFETY: C1: the frame's reference.
            Hold::Counted => unsafe { release_node(self.node, level) },
            Hold::Guest => (),
        }
    }
}

/// Takes a trie apart from one node down, which it owns.
pub(super) struct Teardown<K, V> {
    /// Frame `i` stands at depth `i`; those above the first node are empty.
    frames: [Frame<K, V>; Level::COUNT],
    depth: usize,
    owns: PhantomData<(K, V)>,
}

impl<K, V> Teardown<K, V> {
    pub(super) const NOTHING: Self = Teardown {
        frames: [Frame::EMPTY; Level::COUNT],
        depth: 0,
        owns: PhantomData,
    };

    /// # Safety
    /// The caller hands a reference on the node, which stands at `level`, over.
    pub(super) unsafe fn new(node: Node<K, V>, level: Level) -> Self {
        let mut this = Self::NOTHING;
        if !node.is_empty() {
            this.depth = level.depth();
            // SAFETY: this function's promise.
            unsafe { this.push(node, true) };
        }
        this
    }

    /// # Safety
    /// If `owned`, the caller hands a reference over; else an array in the frames keeps it alive.
    unsafe fn push(&mut self, node: Node<K, V>, owned: bool) {
        let hold = match owned {
            false => Hold::Guest,
            // SAFETY: N1.
            true if unsafe { is_whole(node) } => Hold::Exclusive,
            true => Hold::Counted,
        };
        self.frames[self.depth] = Frame {
            node,
            next_child: 0,
            next_entry: 0,
            hold,
        };
        self.depth += 1;
    }

    /// The next entry of the array on top, after `passed` was called for it.
    #[inline(always)]
    pub(super) fn next_here(&mut self, passed: impl FnOnce()) -> Option<OwnedEntry<K, V>>
    where
        K: Clone,
        V: Clone,
    {
        let level = Level::at_depth(self.depth.checked_sub(1)?);
        let frame = &mut self.frames[level.depth()];
        if frame.next_entry == frame.node.entries(level) {
            return None;
        }
        let children = frame.node.children(level);
        // SAFETY: N2: below the number of entries.
        let slot = Slot::new(unsafe { frame.node.slot_behind(children, frame.next_entry) });
        frame.next_entry += 1;
        passed();
        // SAFETY: C3: the position has passed it; what is shared is frozen.
        Some(unsafe { slot.leave(frame.hold == Hold::Exclusive) })
    }

    /// Goes on to the next array, releasing those that are used up; false if there is none.
    #[inline(always)]
    pub(super) fn next_array(&mut self) -> bool {
        while self.depth > 0 {
            let level = Level::at_depth(self.depth - 1);
            let frame = &mut self.frames[self.depth - 1];
            if frame.next_child < frame.node.children(level) {
                // SAFETY: N2: below the number of children.
                let child = unsafe { frame.node.read_child(frame.next_child) };
                frame.next_child += 1;
                let owned = frame.hold == Hold::Exclusive;
                // SAFETY: C3: an exclusive array hands its reference over; others keep it.
                unsafe { self.push(child, owned) };
                return true;
            }
            let frame = *frame;
            self.depth -= 1;
            if frame.hold == Hold::Exclusive {
                // SAFETY: all its items have moved out.
                unsafe { free_array(frame.node, level) };
            } else {
                frame.release(level);
            }
        }
        false
    }
}

#[cfg(feature = "rayon")]
impl<K, V> Teardown<K, V> {
    /// Whether the array that was reached has entries left.
    pub(super) fn has_entries(&self) -> bool {
        let frames = &self.frames[..self.depth];
        frames.last().is_some_and(|frame| {
            let level = Level::at_depth(self.depth - 1);
            frame.next_entry < frame.node.entries(level)
        })
    }

    /// Takes the children of the array that was reached, as far as they have not been entered.
    ///
    /// # Safety
    /// The array is the first one, which was taken over with a reference.
    pub(super) unsafe fn take_children(&mut self) -> Vec<Branch<K, V>> {
        let level = Level::at_depth(self.depth - 1);
        let frame = &mut self.frames[self.depth - 1];
        let children = frame.node.children(level);
        let mut taken = Vec::with_capacity(children - frame.next_child);
        while frame.next_child < children {
            // SAFETY: N2: below the number of children.
            let child = unsafe { frame.node.read_child(frame.next_child) };
            if frame.hold != Hold::Exclusive {
                // SAFETY: the frame's array keeps it alive.
                unsafe { retain_node(child) };
            }
            frame.next_child += 1;
            // SAFETY: C3: an exclusive array hands its reference over; else it was just taken.
            taken.push(unsafe { Branch::new(child, level.next()) });
        }
        taken
    }
}

impl<K, V> Drop for Teardown<K, V> {
    fn drop(&mut self) {
        /// Goes on with the other frames if a user's `Drop` panics.
        struct Rest<'a, K, V>(&'a mut Teardown<K, V>);
        impl<K, V> Rest<'_, K, V> {
            fn release(&mut self) {
                while self.0.depth > 0 {
                    self.0.depth -= 1;
                    self.0.frames[self.0.depth].release(Level::at_depth(self.0.depth));
                }
            }
        }
        impl<K, V> Drop for Rest<'_, K, V> {
            fn drop(&mut self) {
                self.release();
            }
        }
        Rest(self).release();
    }
}

/// Yields all entries of a trie it owns.
pub(crate) struct IntoEntries<K, V> {
    teardown: Teardown<K, V>,
    left: usize,
}

// SAFETY: as for `Root`: an owned trie, part of which others may share.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for IntoEntries<K, V> {}
// SAFETY: as for `Root`.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for IntoEntries<K, V> {}

impl<K, V> IntoEntries<K, V> {
    /// Over the entries of `root`.
    pub(crate) fn new(root: Root<K, V>) -> Self {
        let left = root.len();
        // SAFETY: the root's reference.
        let teardown = unsafe { Teardown::new(root.into_node(), Level::ROOT) };
        IntoEntries { teardown, left }
    }

    /// Entries left.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.left
    }

    /// Reads the entries that are left, in the order they will come.
    pub(crate) fn rest(&self) -> Walk<'_, K, V> {
        let frames = &self.teardown.frames[..self.teardown.depth];
        let next_entry = frames.last().map_or(0, |frame| frame.next_entry);
        let nodes = frames.iter().map(|frame| (frame.node, frame.next_child));
        // SAFETY: items behind the positions are intact, and `self` is borrowed.
        unsafe { Walk::resume(nodes, next_entry, self.left) }
    }
}

impl<K: Clone, V: Clone> IntoEntries<K, V> {
    /// The next entry of the array on top.
    #[inline(always)]
    fn next_here(&mut self) -> Option<(K, V)> {
        let left = &mut self.left;
        let entry = self.teardown.next_here(|| *left -= 1)?;
        Some(entry.into_pair())
    }
}

impl<K: Clone, V: Clone> Iterator for IntoEntries<K, V> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        loop {
            if let Some(entry) = self.next_here() {
                return Some(entry);
            }
            if !self.teardown.next_array() {
                return None;
            }
        }
    }

    /// As a loop of `next`, but array by array.
    #[inline]
    fn fold<B, F: FnMut(B, (K, V)) -> B>(mut self, init: B, mut f: F) -> B {
        accelerated(
            #[inline(always)]
            || {
                let mut folded = init;
                loop {
                    while let Some(entry) = self.next_here() {
                        folded = f(folded, entry);
                    }
                    if !self.teardown.next_array() {
                        return folded;
                    }
                }
            },
        )
    }
}
