//! Traversal by value: takes exclusive arrays apart, shares what others still see.

#![expect(unsafe_code, reason = "moves entries out of arrays (C1, C3)")]

use core::marker::PhantomData;

use super::Root;
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

/// Yields all entries of a trie it owns.
pub(crate) struct IntoEntries<K, V> {
    /// Frame `i` stands at depth `i`.
    frames: [Frame<K, V>; Level::COUNT],
    depth: usize,
    left: usize,
    owns: PhantomData<(K, V)>,
}

// SAFETY: as for `Root`: an owned trie, part of which others may share.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for IntoEntries<K, V> {}
// SAFETY: as for `Root`.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for IntoEntries<K, V> {}

impl<K, V> IntoEntries<K, V> {
    /// Over the entries of `root`.
    pub(crate) fn new(root: Root<K, V>) -> Self {
        let len = root.len();
        let mut this = IntoEntries {
            frames: [Frame::EMPTY; Level::COUNT],
            depth: 0,
            left: len,
            owns: PhantomData,
        };
        let node = root.into_node();
        if !node.is_empty() {
            // SAFETY: the root's reference moves to the frame.
            unsafe { this.push(node, true) };
        }
        this
    }

    /// Entries left.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.left
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

    /// Reads the entries that are left, in the order they will come.
    pub(crate) fn rest(&self) -> Walk<'_, K, V> {
        let frames = &self.frames[..self.depth];
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
        let level = Level::at_depth(self.depth.checked_sub(1)?);
        let frame = &mut self.frames[level.depth()];
        if frame.next_entry == frame.node.entries(level) {
            return None;
        }
        let children = frame.node.children(level);
        // SAFETY: N2: below the number of entries.
        let slot = Slot::new(unsafe { frame.node.slot_behind(children, frame.next_entry) });
        frame.next_entry += 1;
        self.left -= 1;
        // SAFETY: C3: the position has passed it; what is shared is frozen.
        let entry: OwnedEntry<K, V> = unsafe { slot.leave(frame.hold == Hold::Exclusive) };
        Some(entry.into_pair())
    }

    /// Goes on to the next array, releasing those that are used up; false if there is none.
    #[inline(always)]
    fn next_array(&mut self) -> bool {
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

impl<K: Clone, V: Clone> Iterator for IntoEntries<K, V> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        loop {
            if let Some(entry) = self.next_here() {
                return Some(entry);
            }
            if !self.next_array() {
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
                    if !self.next_array() {
                        return folded;
                    }
                }
            },
        )
    }
}

impl<K, V> Drop for IntoEntries<K, V> {
    fn drop(&mut self) {
        /// Goes on with the other frames if a user's `Drop` panics.
        struct Rest<'a, K, V>(&'a mut IntoEntries<K, V>);
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
