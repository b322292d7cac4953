//! Depth-first traversal of all entries, to read or to write them. No allocation: the way back up
//! is a fixed stack of one frame a level.

#![expect(
    unsafe_code,
    reason = "walks arrays that a borrowed root keeps alive (N1, N2, C2)"
)]

use core::marker::PhantomData;
use core::ptr;

use super::Root;
use super::borrow::own_all;
use super::entry::Slot;
use super::place::Place;
use super::splice::make_exclusive;
use crate::arch::{accelerated, prefetch};
use crate::hash::Level;
use crate::node::{Kind, Node};
use crate::pool::MAX_POOLED;

/// How many siblings ahead of the array that is being read the next one is fetched.
const AHEAD: usize = 2;

/// Asks for the array of a node that comes soon.
#[inline(always)]
fn prefetch_array<K, V>(node: Node<K, V>, level: Level) {
    // A collision node may be as large as it likes.
    prefetch(node.array.cast(), node.bytes(level).min(MAX_POOLED));
}

/// Children of one array that are still to be visited.
pub(super) struct Frame<K, V> {
    /// `const`, so that iterators are covariant in `K` and `V`.
    pub(super) next: *const Node<K, V>,
    pub(super) left: usize,
}

impl<K, V> Clone for Frame<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Frame<K, V> {}

/// Position in a traversal: the entries left in the current array, and the children left in each
/// array above and in itself.
pub(super) struct Position<K, V> {
    pub(super) slot: *mut u8,
    pub(super) slots: usize,
    /// Frames in use; the node of frame `i` stands at depth `i`.
    pub(super) depth: usize,
    pub(super) frames: [Frame<K, V>; Level::COUNT],
}

impl<K, V> Clone for Position<K, V> {
    fn clone(&self) -> Self {
        Position {
            slot: self.slot,
            slots: self.slots,
            depth: self.depth,
            frames: self.frames,
        }
    }
}

impl<K, V> Position<K, V> {
    /// A traversal of nothing.
    pub(super) fn nowhere() -> Self {
        Position {
            slot: ptr::null_mut(),
            slots: 0,
            depth: 1,
            frames: [Frame {
                next: ptr::null(),
                left: 0,
            }; Level::COUNT],
        }
    }

    /// A traversal that visits `root` first.
    pub(super) fn before(root: *const Node<K, V>) -> Self {
        let mut position = Position::nowhere();
        // Frame 0 stands for the handle, so that frame `i` holds nodes of depth `i`.
        position.frames[0] = Frame {
            next: root,
            left: 1,
        };
        position
    }

    /// Stands at an entry, if need be in the next array. `enter` is called on every node before its
    /// array is looked at; if it panics, nothing has been passed.
    ///
    /// # Safety
    /// Entries are left; the arrays stay alive and nobody but `enter` writes them.
    #[inline(always)]
    unsafe fn arrive(&mut self, mut enter: impl FnMut(*mut Node<K, V>, Level)) {
        while self.slots == 0 {
            // SAFETY: this function's promise.
            unsafe { self.next_array_apart(&mut enter) };
        }
    }

    /// As [`Position::next_array`], but not inlined.
    ///
    /// # Safety
    /// As for [`Position::arrive`].
    #[inline(never)]
    pub(super) unsafe fn next_array_apart(
        &mut self,
        enter: &mut impl FnMut(*mut Node<K, V>, Level),
    ) {
        accelerated(
            #[inline(always)]
            || {
                // SAFETY: this function's promise.
                unsafe { self.next_array(enter) }
            },
        );
    }

    /// Passes an entry.
    ///
    /// # Safety
    /// The current array has entries left.
    #[inline(always)]
    pub(super) unsafe fn advance(&mut self) {
        self.slots -= 1;
        // SAFETY: N2: within the array's entries, or just behind the last.
        self.slot = unsafe { self.slot.add(Kind::<K, V>::SLOT) };
    }

    /// Goes on to the next array.
    ///
    /// # Safety
    /// As for [`Position::arrive`].
    #[inline(always)]
    unsafe fn next_array(&mut self, enter: &mut impl FnMut(*mut Node<K, V>, Level)) {
        while self.frames[self.depth - 1].left == 0 {
            self.depth -= 1;
        }
        let level = Level::at_depth(self.depth - 1);
        let at = self.frames[self.depth - 1].next.cast_mut();
        enter(at, level);
        let frame = &mut self.frames[self.depth - 1];
        frame.left -= 1;
        // SAFETY: N2: within the array's children, or just behind the last.
        frame.next = unsafe { frame.next.add(1) };
        if frame.left >= AHEAD {
            // SAFETY: N2: within the array's children.
            let ahead = unsafe { frame.next.add(AHEAD - 1) };
            // SAFETY: N2.
            prefetch_array(unsafe { ahead.read() }, level);
        }
        // SAFETY: N2.
        let node = unsafe { at.read() };
        let children = node.children(level);
        if children > 0 {
            for index in 0..children.min(AHEAD) {
                // SAFETY: N2: below the number of children.
                prefetch_array(unsafe { node.read_child(index) }, level.next());
            }
            // SAFETY: N1.
            let next = unsafe { node.child(0) };
            self.frames[self.depth] = Frame {
                next,
                left: children,
            };
            self.depth += 1;
        }
        self.slots = node.entries(level);
        // SAFETY: N1.
        self.slot = unsafe { node.slot_behind(children, 0) };
    }
}

/// Reads all entries.
pub(crate) struct Walk<'a, K, V> {
    position: Position<K, V>,
    /// Entries behind those of the current array.
    behind: usize,
    life: PhantomData<&'a (K, V)>,
}

// SAFETY: C2: a `Walk` gives out `&K` and `&V` and nothing else.
unsafe impl<K: Sync, V: Sync> Send for Walk<'_, K, V> {}
// SAFETY: as for `Send`.
unsafe impl<K: Sync, V: Sync> Sync for Walk<'_, K, V> {}

impl<K, V> Clone for Walk<'_, K, V> {
    fn clone(&self) -> Self {
        Walk {
            position: self.position.clone(),
            behind: self.behind,
            life: PhantomData,
        }
    }
}

impl<'a, K, V> Walk<'a, K, V> {
    /// Over the entries of `root`.
    pub(crate) fn new(root: &'a Root<K, V>) -> Self {
        let len = root.len();
        let root = &raw const root.node;
        Walk {
            position: Position::before(root),
            behind: len,
            life: PhantomData,
        }
    }

    /// Over nothing.
    pub(crate) fn empty() -> Self {
        Walk {
            position: Position::before(ptr::null()),
            behind: 0,
            life: PhantomData,
        }
    }

    /// Goes on with the `left` entries that follow a path of nodes from the root down, each given
    /// with the first of its children to visit, the last one from `next_entry` on.
    ///
    /// # Safety
    /// What is still to be visited is initialised, alive and frozen for `'a`.
    pub(super) unsafe fn resume(
        path: impl Iterator<Item = (Node<K, V>, usize)>,
        next_entry: usize,
        left: usize,
    ) -> Self {
        let mut walk = Walk::empty();
        let position = &mut walk.position;
        position.frames[0].left = 0;
        for (depth, (node, next_child)) in path.enumerate() {
            let level = Level::at_depth(depth);
            let (children, entries) = (node.children(level), node.entries(level));
            // All but the last array are passed anyway.
            let passed = next_entry.min(entries);
            position.slots = entries - passed;
            // SAFETY: N1: at most the number of entries.
            position.slot = unsafe { node.slot_behind(children, passed) };
            if children > 0 {
                // SAFETY: N1: at most the number of children.
                let next = unsafe { node.child(next_child) };
                position.frames[depth + 1] = Frame {
                    next,
                    left: children - next_child,
                };
                position.depth = depth + 2;
            }
        }
        walk.behind = left - walk.position.slots;
        walk
    }

    /// Entries left.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.position.slots + self.behind
    }
}

impl<K, V> Walk<'_, K, V> {
    /// Goes on to the next array with entries; false if there is none.
    ///
    /// # Safety
    /// The current array is used up.
    #[inline(always)]
    unsafe fn next_array(&mut self) -> bool {
        if self.behind == 0 {
            return false;
        }
        while self.position.slots == 0 {
            // SAFETY: entries are left; the borrowed root freezes it all.
            unsafe { self.position.next_array(&mut |_, _| ()) };
        }
        self.behind -= self.position.slots;
        true
    }

    /// As [`Walk::next_array`], but not inlined.
    ///
    /// # Safety
    /// As for [`Walk::next_array`].
    #[inline(never)]
    unsafe fn next_array_apart(&mut self) -> bool {
        accelerated(
            #[inline(always)]
            || {
                // SAFETY: this function's promise.
                unsafe { self.next_array() }
            },
        )
    }
}

impl<'a, K, V> Iterator for Walk<'a, K, V> {
    type Item = (&'a K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: N2: asked for only if the current array is used up.
        if self.position.slots == 0 && !unsafe { self.next_array_apart() } {
            return None;
        }
        let slot = Slot::<K, V>::new(self.position.slot);
        // SAFETY: the current array has entries left.
        unsafe { self.position.advance() };
        // SAFETY: E1; the borrowed root freezes it.
        let (key, value) = unsafe { slot.pair_ref() };
        Some((key, value))
    }

    /// As a loop of `next`, but array by array.
    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, init: B, mut f: F) -> B {
        accelerated(
            #[inline(always)]
            || {
                let mut folded = init;
                loop {
                    while self.position.slots > 0 {
                        let slot = Slot::<K, V>::new(self.position.slot);
                        // SAFETY: the current array has entries left.
                        unsafe { self.position.advance() };
                        // SAFETY: E1; the borrowed root freezes it.
                        let (key, value) = unsafe { slot.pair_ref() };
                        folded = f(folded, (key, value));
                    }
                    // SAFETY: N2: the current array is used up.
                    if !unsafe { self.next_array() } {
                        return folded;
                    }
                }
            },
        )
    }
}

/// Makes the array of the node at `at` exclusive, and owner of all it holds.
///
/// # Safety
/// `at` is the node of a root that is borrowed for writing, or stands in an array for which this has
/// been done.
#[inline(always)]
pub(super) unsafe fn make_own<K: Clone, V: Clone>(at: *mut Node<K, V>, level: Level) {
    // All children are going to be visited, so that there is nothing to gain by borrowing.
    let place = Place::owned(at, level, false);
    // SAFETY: this function's promise.
    drop(unsafe { make_exclusive(place, None) });
    // SAFETY: exclusive now.
    let node = unsafe { place.node() };
    // SAFETY: as above.
    unsafe { own_all(node, level) };
}

/// Reads all keys and writes all values, making each array its own when it gets there.
pub(crate) struct WalkMut<'a, K, V> {
    position: Position<K, V>,
    left: usize,
    life: PhantomData<&'a mut Root<K, V>>,
}

// SAFETY: C2: a `WalkMut` is as good as the `&mut Root` it came from.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for WalkMut<'_, K, V> {}
// SAFETY: C2: a shared `WalkMut` tells only how many entries are left.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for WalkMut<'_, K, V> {}

impl<'a, K, V> WalkMut<'a, K, V> {
    /// Over the entries of `root`.
    pub(crate) fn new(root: &'a mut Root<K, V>) -> Self {
        let len = root.len();
        let root = &raw mut root.node;
        WalkMut {
            position: Position::before(root),
            left: len,
            life: PhantomData,
        }
    }

    /// Over nothing.
    pub(crate) fn empty() -> Self {
        WalkMut {
            position: Position::before(ptr::null()),
            left: 0,
            life: PhantomData,
        }
    }

    /// Entries left.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.left
    }

    /// Reads the entries that are left.
    pub(crate) fn rest(&self) -> Walk<'_, K, V> {
        Walk {
            position: self.position.clone(),
            behind: self.left - self.position.slots,
            life: PhantomData,
        }
    }
}

impl<K: Clone, V: Clone> WalkMut<'_, K, V> {
    /// Passes an entry of the current array, making it the map's own.
    ///
    /// # Safety
    /// The current array has entries left; it was entered.
    #[inline(always)]
    unsafe fn pass<'a>(&mut self) -> (&'a K, &'a mut V) {
        let slot = Slot::<K, V>::new(self.position.slot);
        // SAFETY: the slot's array is exclusive.
        unsafe { slot.make_unique() };
        // SAFETY: N2: entries are left. User code has run, so that a panic passes nothing.
        unsafe { self.position.advance() };
        self.left -= 1;
        // SAFETY: array and entry are exclusive, and each entry is given out once.
        let pair = unsafe { slot.pair() };
        // SAFETY: as above.
        let (key, value) = unsafe { &mut *pair };
        (key, value)
    }
}

impl<'a, K: Clone, V: Clone> Iterator for WalkMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        // SAFETY: `at` is the borrowed root or stands in an array that was entered before.
        let enter = |at, level| unsafe { make_own(at, level) };
        // SAFETY: entries are left; the root is borrowed for writing.
        unsafe { self.position.arrive(enter) };
        // SAFETY: N2: it has arrived at one.
        Some(unsafe { self.pass() })
    }

    /// As a loop of `next`, but array by array.
    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, init: B, mut f: F) -> B {
        accelerated(
            #[inline(always)]
            || {
                // SAFETY: as in `next`.
                let mut enter = |at, level| unsafe { make_own(at, level) };
                let mut folded = init;
                while self.left > 0 {
                    while self.position.slots == 0 {
                        // SAFETY: entries are left; the root is borrowed for writing.
                        unsafe { self.position.next_array(&mut enter) };
                    }
                    while self.position.slots > 0 {
                        // SAFETY: the current array has entries left.
                        folded = f(folded, unsafe { self.pass() });
                    }
                }
                folded
            },
        )
    }
}
