//! Traversals that can be divided among threads: each part visits its own nodes, and all below them.
//!
//! A part that is dropped, read to its end or not, releases what it owns.
//!
//! Where the writing traversal is divided, the array above the nodes in question has been entered:
//! it is exclusive and owns all it holds, so that each part may write its nodes, and what is below,
//! without looking at the others'.

#![expect(
    unsafe_code,
    reason = "walks arrays that a borrowed root keeps alive (N1, N2, C2)"
)]

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::Root;
use super::assemble::Branch;
use super::entry::{OwnedEntry, Slot};
use super::into_iter::Teardown;
use super::walk::{Frame, Position, make_own};
use crate::hash::Level;
use crate::node::Node;

/// Items that can be divided.
pub(crate) trait Divide: Iterator + Sized {
    /// Gives some of the items to come to another; none if that is not worth while.
    fn divide(&mut self) -> Option<Self>;
}

/// Some nodes of a trie, and what is below them.
struct Part<K, V>(Position<K, V>);

impl<K, V> Part<K, V> {
    fn of(root: *const Node<K, V>, is_empty: bool) -> Self {
        Part(if is_empty {
            Position::nowhere()
        } else {
            Position::before(root)
        })
    }

    /// Goes up to the next node; false if there is none.
    #[inline(always)]
    fn find_node(&mut self) -> bool {
        while self.0.frames[self.0.depth - 1].left == 0 {
            if self.0.depth == 1 {
                return false;
            }
            self.0.depth -= 1;
        }
        true
    }

    /// The entry that comes next. `enter` is as for [`Position::next_array`].
    ///
    /// # Safety
    /// The arrays stay alive and nobody but `enter` writes them.
    #[inline(always)]
    unsafe fn current(&mut self, enter: impl FnMut(*mut Node<K, V>, Level)) -> Option<Slot<K, V>> {
        if self.0.slots == 0 {
            let mut enter = enter;
            while self.0.slots == 0 {
                if !self.find_node() {
                    return None;
                }
                // SAFETY: a node is left; this function's promise.
                unsafe { self.0.next_array_apart(&mut enter) };
            }
        }
        Some(Slot::new(self.0.slot))
    }

    /// Gives half of the topmost nodes to another part, after going down to where there are several.
    ///
    /// # Safety
    /// As for [`Part::current`].
    unsafe fn divide(&mut self, mut enter: impl FnMut(*mut Node<K, V>, Level)) -> Option<Self> {
        loop {
            let frames = &mut self.0.frames[..self.0.depth];
            let top = frames.iter().position(|frame| frame.left > 0)?;
            let below = frames[top + 1..].iter().any(|frame| frame.left > 0);
            let Frame { next, left } = frames[top];
            if left > 1 || below || self.0.slots > 0 {
                // Half of them. One alone goes to the other part, since this one has more.
                let kept = left / 2;
                frames[top].left = kept;
                let mut other = Position::nowhere();
                other.depth = top + 1;
                other.frames[top] = Frame {
                    // SAFETY: N2: within the array's children.
                    next: unsafe { next.add(kept) },
                    left: left - kept,
                };
                return Some(Part(other));
            }
            self.0.depth = top + 1;
            // SAFETY: a node is left; this function's promise.
            unsafe { self.0.next_array_apart(&mut enter) };
        }
    }
}

/// Reads the entries of a part of a trie.
pub(crate) struct Pieces<'a, K, V> {
    part: Part<K, V>,
    life: PhantomData<&'a (K, V)>,
}

// SAFETY: C2: `Pieces` give out `&K` and `&V` and nothing else.
unsafe impl<K: Sync, V: Sync> Send for Pieces<'_, K, V> {}
// SAFETY: as for `Send`.
unsafe impl<K: Sync, V: Sync> Sync for Pieces<'_, K, V> {}

impl<K, V> Clone for Pieces<'_, K, V> {
    fn clone(&self) -> Self {
        Pieces {
            part: Part(self.part.0.clone()),
            life: PhantomData,
        }
    }
}

impl<'a, K, V> Pieces<'a, K, V> {
    /// All entries of `root`.
    pub(crate) fn new(root: &'a Root<K, V>) -> Self {
        Pieces {
            part: Part::of(&raw const root.node, root.len() == 0),
            life: PhantomData,
        }
    }
}

impl<'a, K, V> Iterator for Pieces<'a, K, V> {
    type Item = (&'a K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: the borrowed root keeps and freezes it all.
        let slot = unsafe { self.part.current(|_, _| ()) }?;
        // SAFETY: N2: just looked at.
        unsafe { self.part.0.advance() };
        // SAFETY: E1; the borrowed root freezes it.
        let (key, value) = unsafe { slot.pair_ref() };
        Some((key, value))
    }
}

impl<K, V> Divide for Pieces<'_, K, V> {
    fn divide(&mut self) -> Option<Self> {
        // SAFETY: as in `next`.
        let part = unsafe { self.part.divide(|_, _| ()) }?;
        Some(Pieces {
            part,
            life: PhantomData,
        })
    }
}

/// Reads the keys and writes the values of a part of a trie, making each array its own when it gets
/// there.
pub(crate) struct PiecesMut<'a, K, V> {
    part: Part<K, V>,
    life: PhantomData<&'a mut Root<K, V>>,
}

// SAFETY: C2: `PiecesMut` is as good as an `&mut Root`, of which each part has nodes of its own.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for PiecesMut<'_, K, V> {}
// SAFETY: C2: a shared `PiecesMut` gives nothing.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for PiecesMut<'_, K, V> {}

impl<'a, K, V> PiecesMut<'a, K, V> {
    /// All entries of `root`.
    pub(crate) fn new(root: &'a mut Root<K, V>) -> Self {
        let is_empty = root.len() == 0;
        PiecesMut {
            part: Part::of(&raw mut root.node, is_empty),
            life: PhantomData,
        }
    }
}

impl<'a, K: Clone, V: Clone> Iterator for PiecesMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: `at` is the borrowed root or stands in an array that was entered before.
        let enter = |at, level| unsafe { make_own(at, level) };
        // SAFETY: the root is borrowed for writing, and no other part has these nodes.
        let slot = unsafe { self.part.current(enter) }?;
        // SAFETY: the slot's array is exclusive.
        unsafe { slot.make_unique() };
        // SAFETY: N2: just looked at. User code has run, so that a panic passes nothing.
        unsafe { self.part.0.advance() };
        // SAFETY: array and entry are exclusive, and each entry is given out once.
        let pair = unsafe { slot.pair() };
        // SAFETY: as above.
        let (key, value) = unsafe { &mut *pair };
        Some((key, value))
    }
}

impl<K: Clone, V: Clone> Divide for PiecesMut<'_, K, V> {
    fn divide(&mut self) -> Option<Self> {
        // SAFETY: as in `next`.
        let enter = |at, level| unsafe { make_own(at, level) };
        // SAFETY: as in `next`.
        let part = unsafe { self.part.divide(enter) }?;
        Some(PiecesMut {
            part,
            life: PhantomData,
        })
    }
}

/// Yields the entries of a part of a trie, which it owns.
pub(crate) struct IntoPieces<K, V> {
    /// What is being taken apart: a whole subtree, or an array whose children are `behind`.
    current: Teardown<K, V>,
    /// What comes then, last first.
    behind: Vec<Branch<K, V>>,
}

// SAFETY: as for `Root`: owned subtrees, part of which others may share.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for IntoPieces<K, V> {}
// SAFETY: as for `Root`.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for IntoPieces<K, V> {}

impl<K, V> IntoPieces<K, V> {
    /// All entries of `root`.
    pub(crate) fn new(root: Root<K, V>) -> Self {
        let node = root.into_node();
        let mut behind = Vec::new();
        if !node.is_empty() {
            // SAFETY: the root's reference.
            behind.push(unsafe { Branch::new(node, Level::ROOT) });
        }
        IntoPieces {
            current: Teardown::NOTHING,
            behind,
        }
    }

    /// Goes on to the next subtree; false if there is none.
    fn next_branch(&mut self) -> bool {
        let Some(branch) = self.behind.pop() else {
            return false;
        };
        let (node, level) = branch.into_parts();
        // SAFETY: the branch's reference.
        self.current = unsafe { Teardown::new(node, level) };
        true
    }
}

impl<K: Clone, V: Clone> Iterator for IntoPieces<K, V> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        loop {
            if let Some(entry) = self.current.next_here(|| ()) {
                return Some(OwnedEntry::into_pair(entry));
            }
            if !self.current.next_array() && !self.next_branch() {
                return None;
            }
        }
    }
}

impl<K: Clone, V: Clone> Divide for IntoPieces<K, V> {
    /// To be called before the first entry is taken.
    fn divide(&mut self) -> Option<Self> {
        loop {
            let len = self.behind.len();
            if len > 1 || (len == 1 && self.current.has_entries()) {
                // Those that come last stand first.
                let kept = self.behind.split_off(len.div_ceil(2));
                let behind = core::mem::replace(&mut self.behind, kept);
                return Some(IntoPieces {
                    current: Teardown::NOTHING,
                    behind,
                });
            }
            if !self.next_branch() {
                return None;
            }
            // SAFETY: C1: it has just been taken over.
            self.behind = unsafe { self.current.take_children() };
            self.behind.reverse();
        }
    }
}
