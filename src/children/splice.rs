//! Replacing an array by one that differs in a few entries and children: the one way arrays change
//! size, in place of an exclusive array and as the last step of a path copy alike.

#![expect(unsafe_code, reason = "copies arrays (C1-C4)")]

use core::mem::ManuallyDrop;
use core::ptr;

use super::count::{free_array, is_sole, release_node, retain, retain_node};
use super::entry::Slot;
use crate::bits::Bitmaps;
use crate::hash::Level;
use crate::node::{Header, Kind, Node};
use crate::pool;

/// What changes: the new bitmaps, and which entries and children leave gaps or make room.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) maps: Bitmaps,
    pub(super) entry: usize,
    pub(super) entries_out: usize,
    pub(super) entries_in: usize,
    pub(super) child: usize,
    pub(super) children_out: usize,
    pub(super) children_in: usize,
}

impl Change {
    /// No change but to the bitmaps.
    pub(super) fn to(maps: Bitmaps) -> Self {
        Change {
            maps,
            entry: 0,
            entries_out: 0,
            entries_in: 0,
            child: 0,
            children_out: 0,
            children_in: 0,
        }
    }
}

/// A fresh array for `maps`, its contents uninitialised.
#[inline(always)]
pub(super) fn alloc_array<K, V>(maps: Bitmaps, level: Level) -> Node<K, V> {
    let bytes = Node::<K, V>::new(ptr::null_mut(), maps).bytes(level);
    let array = pool::alloc(bytes).cast::<Header>().as_ptr();
    // SAFETY: a fresh block, at least as large as a header and aligned to the pool's granule.
    unsafe { array.write(Header::new()) };
    Node::new(array, maps)
}

/// A prepared change of the array at `at`: all allocation and all user code is done, nothing is
/// changed yet. Dropping it gives the new block back.
pub(super) struct Splice<K, V> {
    at: *mut Node<K, V>,
    level: Level,
    old: Node<K, V>,
    new: Node<K, V>,
    change: Change,
    exclusive: bool,
}

impl<K, V> Splice<K, V> {
    /// Allocates the new array and, if the old one is shared, clones the inline entries that stay.
    ///
    /// # Safety
    /// `at` may be written (C2) and holds a node that stands at `level`; the change fits it.
    #[inline(always)]
    pub(super) unsafe fn prepare(at: *mut Node<K, V>, level: Level, change: Change) -> Self
    where
        K: Clone,
        V: Clone,
    {
        // SAFETY: this function's promise.
        let old = unsafe { at.read() };
        // SAFETY: N1; an empty root has no array and nothing to copy.
        let exclusive = old.is_empty() || unsafe { is_sole(old) };
        let new = alloc_array(change.maps, level);
        let splice = Splice {
            at,
            level,
            old,
            new,
            change,
            exclusive,
        };
        if !exclusive && Kind::<K, V>::INLINE {
            // SAFETY: the ranges are those that `move_entries` would move bitwise.
            unsafe { splice.clone_entries() };
        }
        splice
    }

    /// Whether the old array is the caller's alone, so that what leaves it may be moved out.
    #[inline(always)]
    pub(super) fn exclusive(&self) -> bool {
        self.exclusive
    }

    /// Runs `copy(from, to, n)` for the two runs of entries that stay.
    #[inline(always)]
    fn kept_entries(&self, mut copy: impl FnMut(*mut u8, *mut u8, usize)) {
        if self.old.is_empty() {
            return;
        }
        let Change {
            entry,
            entries_out,
            entries_in,
            ..
        } = self.change;
        let (old_children, new_children) =
            (self.old.children(self.level), self.new.children(self.level));
        let old = |index| {
            // SAFETY: N2, at most the number of entries.
            unsafe { self.old.slot_behind(old_children, index) }
        };
        let new = |index| {
            // SAFETY: the new block has room for as many as its bitmaps say.
            unsafe { self.new.slot_behind(new_children, index) }
        };
        let behind = self.old.entries(self.level) - entry - entries_out;
        copy(old(0), new(0), entry);
        copy(old(entry + entries_out), new(entry + entries_in), behind);
    }

    /// # Safety
    /// Entries are inline, and the old array is frozen while the user's `Clone` runs.
    unsafe fn clone_entries(&self)
    where
        K: Clone,
        V: Clone,
    {
        self.kept_entries(|from, to, n| {
            let (from, to) = (from.cast::<(K, V)>(), to.cast::<(K, V)>());
            for index in 0..n {
                // SAFETY: N2: within the run.
                let from = unsafe { from.add(index) };
                // SAFETY: the new block has the same room.
                let to = unsafe { to.add(index) };
                // SAFETY: E1: an initialised entry.
                let (key, value) = unsafe { &*from };
                let pair = (key.clone(), value.clone());
                // SAFETY: room in the new block; inline entries need no drop (E3), so a panic in
                // a later clone loses nothing.
                unsafe { to.write(pair) };
            }
        });
    }

    /// Copies the slots that stay bit by bit.
    #[inline(always)]
    fn copy_slots(&self) {
        self.kept_entries(|from, to, n| {
            // SAFETY: both runs lie within their blocks, which are different ones.
            unsafe { ptr::copy_nonoverlapping(from, to, n * Kind::<K, V>::SLOT) }
        });
    }

    /// Copies the children that stay bit by bit.
    #[inline(always)]
    fn copy_children(&self) {
        if self.old.is_empty() {
            return;
        }
        let Change {
            child,
            children_out,
            children_in,
            ..
        } = self.change;
        let behind = self.old.children(self.level) - child - children_out;
        // SAFETY: N1.
        let from = unsafe { self.old.child(0) };
        // SAFETY: N1.
        let to = unsafe { self.new.child(0) };
        // SAFETY: N2: the run before the gap lies within both arrays, which are different blocks.
        unsafe { ptr::copy_nonoverlapping(from, to, child) };
        // SAFETY: N2: behind the gap.
        let from = unsafe { from.add(child + children_out) };
        // SAFETY: N2: behind the gap.
        let to = unsafe { to.add(child + children_in) };
        // SAFETY: N2: the run behind the gap lies within both arrays.
        unsafe { ptr::copy_nonoverlapping(from, to, behind) };
    }

    /// Takes references on the kept children and counted entries, which the old array still owns.
    fn retain_kept(&self) {
        let Change {
            child, children_in, ..
        } = self.change;
        for index in
            (0..self.new.children(self.level)).filter(|i| !(child..child + children_in).contains(i))
        {
            // SAFETY: N2: just copied.
            let child = unsafe { self.new.read_child(index) };
            // SAFETY: the old array keeps the child alive.
            unsafe { retain_node(child) };
        }
        if !Kind::<K, V>::INLINE {
            self.kept_entries(|from, _, n| {
                for index in 0..n {
                    // SAFETY: N2: within the run of initialised slots.
                    let slot = Slot::<K, V>::new(unsafe { from.add(index * Kind::<K, V>::SLOT) });
                    // SAFETY: E1; entries of this kind are counted.
                    retain(unsafe { slot.count() });
                }
            });
        }
    }

    /// Puts the new array in the old one's place. `fill` initialises what the change makes room
    /// for, before anybody can see it, and must not panic. What leaves an exclusive array must
    /// have been moved out. The old array, if others may still see it, is left to the caller.
    #[inline(always)]
    pub(super) fn commit(self, fill: impl FnOnce(Node<K, V>)) -> Leftover<K, V> {
        let this = ManuallyDrop::new(self);
        if this.exclusive || !Kind::<K, V>::INLINE {
            this.copy_slots();
        }
        this.copy_children();
        fill(this.new);
        if !this.exclusive {
            this.retain_kept();
        }
        // SAFETY: the promise of `prepare`.
        unsafe { this.at.write(this.new) };
        if !this.exclusive {
            return Leftover(Some((this.old, this.level)));
        }
        if !this.old.is_empty() {
            // SAFETY: all contents have moved to the new array or out (C3).
            unsafe { free_array(this.old, this.level) };
        }
        Leftover(None)
    }
}

/// The reference on an array that a [`Splice`] has replaced, or nothing.
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

impl<K, V> Drop for Splice<K, V> {
    fn drop(&mut self) {
        // SAFETY: never linked in; holds at most clones of inline entries, which need no drop (E3).
        unsafe { free_array(self.new, self.level) };
    }
}

/// Makes the array at `at` the caller's own: copies it if it is shared.
///
/// # Safety
/// `at` may be written (C2) and holds a non-empty node that stands at `level`.
#[inline(always)]
pub(super) unsafe fn make_exclusive<K: Clone, V: Clone>(at: *mut Node<K, V>, level: Level) {
    // SAFETY: this function's promise.
    let node = unsafe { at.read() };
    // SAFETY: N1.
    if !unsafe { is_sole(node) } {
        // SAFETY: this function's promise.
        unsafe { copy_array(at, level) };
    }
}

/// # Safety
/// As for [`make_exclusive`].
#[inline(never)]
unsafe fn copy_array<K: Clone, V: Clone>(at: *mut Node<K, V>, level: Level) {
    // SAFETY: this function's promise.
    let maps = unsafe { at.read() }.maps;
    // SAFETY: nothing changes, so nothing has to be filled or moved out.
    let splice = unsafe { Splice::prepare(at, level, Change::to(maps)) };
    drop(splice.commit(|_| ()));
}
