//! Changing a trie: a cursor that makes every array on its way exclusive.
//!
//! The way down is copied level by level, each copy complete before it is linked in. A panic in
//! user code therefore leaves a valid map with the same contents, part of whose path is copied.
//!
//! Arrays that are the map's own and have no loan (`is_plain`) are stepped through and changed in
//! place, inlined into the operation, by [`resize`](super::resize). All others are copied or edited
//! by a [`Splice`](super::splice::Splice) in functions that are not inlined: so they are compiled
//! once for a map's types and not again for each hasher, borrowed key and closure. Those find the
//! fast instructions for themselves.

#![expect(unsafe_code, reason = "writes exclusive arrays (C2, C3)")]

mod disjoint;
mod insert;
mod remove;
mod visit;

use core::marker::PhantomData;
use core::ptr;

pub(crate) use disjoint::values_mut;

use super::Root;
use super::borrow::settle;
use super::entry::Slot;
use super::leftover::Leftover;
use super::loan;
use super::place::{Place, is_plain};
use super::splice::make_exclusive;
use super::view::NodeRef;
use crate::arch::accelerated_with;
use crate::bits::Bit;
use crate::hash::{HashBits, Level};
use crate::node::{Kind, Node};

/// Stands at a node that may be replaced: the root, or a child in an exclusive array.
pub(crate) struct Editor<'a, K, V> {
    place: Place<K, V>,
    above: Above<K, V>,
    root: *mut Root<K, V>,
    life: PhantomData<&'a mut Root<K, V>>,
}

/// The node above a place that is not owned, whose array is exclusive, and its slot with the place.
struct Above<K, V> {
    at: *mut Node<K, V>,
    bit: Bit,
}

impl<K, V> Clone for Above<K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Above<K, V> {}

impl<'a, K, V> Editor<'a, K, V> {
    #[inline(always)]
    pub(crate) fn new(root: &'a mut Root<K, V>) -> Self {
        let lazy = root.is_lazy();
        let root: *mut Root<K, V> = root;
        // SAFETY: just made from a reference.
        let at = unsafe { &raw mut (*root).node };
        let place = Place::owned(at, Level::ROOT, lazy);
        let above = Above {
            at: ptr::null_mut(),
            bit: Bit::new(0),
        };
        Self::resume(place, above, root)
    }

    /// An editor from its parts. What is not inlined takes the parts, in registers: an editor that is
    /// handed on has an address, and all its fields go through memory.
    #[inline(always)]
    fn resume(place: Place<K, V>, above: Above<K, V>, root: *mut Root<K, V>) -> Self {
        Editor {
            place,
            above,
            root,
            life: PhantomData,
        }
    }

    #[inline(always)]
    fn node(&self) -> Node<K, V> {
        // SAFETY: the place is a live node as long as the root is borrowed.
        unsafe { self.place.node() }
    }

    /// The node the editor stands at.
    #[inline(always)]
    pub(crate) fn view(&self) -> NodeRef<'_, K, V> {
        // SAFETY: the borrowed root keeps it alive, and writing takes the editor by `mut` or value.
        unsafe { NodeRef::new(self.node(), self.level()) }
    }

    #[inline(always)]
    pub(crate) fn level(&self) -> Level {
        self.place.level()
    }

    /// Whether the node's array can be changed as it stands.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        // SAFETY: the place is a live node as long as the root is borrowed.
        unsafe { is_plain(self.place) }
    }

    /// Corrects the map's length.
    #[inline(always)]
    fn count(&mut self, difference: isize) {
        // SAFETY: the root is borrowed for writing.
        let len = unsafe { &mut (*self.root).tagged_len };
        *len = len.wrapping_add_signed(difference);
    }

    /// Tells the array above that it owns the node now, after that was replaced by a copy.
    #[inline(always)]
    fn link(&mut self) -> Leftover<K, V> {
        // SAFETY: what stands here was just replaced.
        unsafe { link(self.place, self.above) }
    }
}

/// Tells the array above a place that it owns the node there now, after that was replaced by a copy.
///
/// # Safety
/// The copy's reference is the caller's to hand over.
#[inline(always)]
unsafe fn link<K, V>(place: Place<K, V>, above: Above<K, V>) -> Leftover<K, V> {
    if place.is_owned() {
        return Leftover::none();
    }
    // SAFETY: only the root has no node above, and the root is owned.
    let parent = unsafe { above.at.read() };
    let level = Level::at_depth(place.level().depth() - 1);
    // SAFETY: the parent's array is exclusive, and it borrowed what stood here.
    unsafe { own_slot(parent, level, above.bit) }
}

/// Makes the array at a place exclusive; `path` is the slot that is to be replaced next.
///
/// # Safety
/// The place may be written and its node is not empty.
#[inline(always)]
unsafe fn make_own<K: Clone, V: Clone>(place: Place<K, V>, above: Above<K, V>, path: Option<Bit>) {
    // SAFETY: as this function's.
    if let Some(replaced) = unsafe { make_exclusive(place, path) } {
        // SAFETY: just replaced.
        let origin = unsafe { link(place, above) };
        drop(replaced);
        drop(origin);
    }
}

/// Adds the slot of `bit` to those that an exclusive, borrowing array owns.
///
/// # Safety
/// N1; the array is exclusive and borrows; the reference is one the caller hands over.
#[inline(always)]
unsafe fn own_slot<K, V>(node: Node<K, V>, level: Level, bit: Bit) -> Leftover<K, V> {
    // SAFETY: exclusive.
    let Some(origin) = (unsafe { loan::origin(node) }) else {
        return Leftover::none();
    };
    // SAFETY: exclusive.
    let own = unsafe { loan::owned(node) } | bit.mask();
    // SAFETY: exclusive.
    unsafe { loan::write(node, origin, own) };
    // SAFETY: exclusive.
    unsafe { settle(node, level) }
}

impl<'a, K: Clone, V: Clone> Editor<'a, K, V> {
    /// Goes down to the child that `hash` leads to.
    ///
    /// # Panics
    /// If there is no child.
    #[inline(always)]
    pub(crate) fn descend(&mut self, hash: HashBits) {
        let bit = hash.bit(self.level());
        let node = self.node();
        assert!(node.maps.is_child(bit), "only children are descended to");
        if self.is_plain() {
            // It owns the child, so nobody will ask what is above.
            // SAFETY: N2: the slot's child; its array is exclusive.
            let at = unsafe { node.child(node.maps.child_rank(bit)) };
            self.place = self.place.below(at, true);
        } else {
            // SAFETY: C2: the editor stands at a place that may be written.
            let below = unsafe { descend_copying(self.place, self.above, bit) };
            self.above = Above {
                at: self.place.at,
                bit,
            };
            self.place = below;
        }
    }

    /// Completes a change that has just been committed: corrects the map's length, tells the array
    /// above, and only then releases what has been replaced (C5).
    #[inline(always)]
    fn finish(&mut self, difference: isize, replaced: Leftover<K, V>) {
        self.count(difference);
        let origin = self.link();
        drop(replaced);
        drop(origin);
    }

    /// The value of the `index`-th of the entries that `hash` finds here.
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline(always)]
    pub(crate) fn value_mut(self, hash: HashBits, index: usize) -> &'a mut V {
        // SAFETY: array and entry are exclusive now.
        unsafe { value_of(self.slot_mut(hash, index)) }
    }

    /// The `index`-th of the entries that `hash` finds here, its value to be changed.
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline(always)]
    pub(crate) fn pair_mut(self, hash: HashBits, index: usize) -> (&'a K, &'a mut V) {
        // SAFETY: array and entry are exclusive now.
        unsafe { pair_of(self.slot_mut(hash, index)) }
    }

    /// The slot of the `index`-th of the entries that `hash` finds here, after making array and entry
    /// exclusive.
    #[inline(always)]
    fn slot_mut(self, hash: HashBits, index: usize) -> Slot<K, V> {
        let place = self.index(hash, index);
        if !self.is_plain() {
            return Self::slot_mut_copying(self.place, self.above, hash, place);
        }
        let node = self.node();
        // SAFETY: N2: `place` is an entry's.
        let slot: Slot<K, V> =
            Slot::new(unsafe { node.slot_behind(node.children(self.level()), place) });
        // SAFETY: the array is exclusive and owns the entry.
        unsafe { slot.make_unique() };
        slot
    }

    #[inline(never)]
    fn slot_mut_copying(
        place: Place<K, V>,
        above: Above<K, V>,
        hash: HashBits,
        index: usize,
    ) -> Slot<K, V> {
        // SAFETY: C2: an editor's place; N2: there is an entry.
        unsafe { make_own(place, above, None) };
        // SAFETY: as above.
        let node = unsafe { place.node() };
        let level = place.level();
        // SAFETY: N2: `index` is an entry's.
        let slot: Slot<K, V> = Slot::new(unsafe { node.slot_behind(node.children(level), index) });
        let borrowed = !Kind::<K, V>::INLINE && !level.is_collision() && {
            // SAFETY: exclusive.
            !unsafe { loan::owns(node, hash.bit(level)) }
        };
        if borrowed {
            // SAFETY: E1; the origin keeps the entry alive.
            let copy = unsafe { slot.duplicate() };
            // SAFETY: the array is exclusive, and the borrowed reference is not ours to give up.
            unsafe { slot.put(copy) };
            // SAFETY: the slot holds an entry of its own now.
            drop(unsafe { own_slot(node, level, hash.bit(level)) });
        } else {
            // SAFETY: the array is exclusive and owns the entry.
            unsafe { slot.make_unique() };
        }
        slot
    }

    /// Where the `index`-th of the entries that `hash` finds here stands in the array.
    #[inline(always)]
    fn index(&self, hash: HashBits, index: usize) -> usize {
        place(self.node(), self.level(), hash, index)
    }
}

/// Where the `index`-th of the entries that `hash` finds in `node` stands in its array.
#[inline(always)]
fn place<K, V>(node: Node<K, V>, level: Level, hash: HashBits, index: usize) -> usize {
    let (first, len) = if level.is_collision() {
        (0, node.entries(level))
    } else {
        let bit = hash.bit(level);
        (node.maps.entry_rank(bit), node.maps.state(bit).entries())
    };
    assert!(index < len, "the slot has {len} entries");
    first + index
}

/// The value in a slot.
///
/// # Safety
/// The slot is initialised, its array exclusive for `'a`, and the entry has no other owner.
#[inline(always)]
unsafe fn value_of<'a, K, V>(slot: Slot<K, V>) -> &'a mut V {
    // SAFETY: as this function's.
    let pair = unsafe { slot.pair() };
    // SAFETY: as this function's.
    unsafe { &mut (*pair).1 }
}

/// Key and value in a slot.
///
/// # Safety
/// As for [`value_of`].
#[inline(always)]
unsafe fn pair_of<'a, K, V>(slot: Slot<K, V>) -> (&'a K, &'a mut V) {
    // SAFETY: as this function's.
    let pair = unsafe { slot.pair() };
    // SAFETY: as this function's.
    let (key, value) = unsafe { &mut *pair };
    (key, value)
}

/// Makes the array at a place exclusive and returns the place of the child in the slot of `bit`.
///
/// # Safety
/// The place may be written, and the slot holds a child.
#[inline(never)]
unsafe fn descend_copying<K: Clone, V: Clone>(
    place: Place<K, V>,
    above: Above<K, V>,
    bit: Bit,
) -> Place<K, V> {
    accelerated_with(
        place,
        above,
        bit,
        #[inline(always)]
        |place, above, bit| {
            // SAFETY: as this function's.
            unsafe { make_own(place, above, Some(bit)) };
            // SAFETY: as this function's.
            let node = unsafe { place.node() };
            // SAFETY: N2: the slot's child; its array is exclusive now.
            let at = unsafe { node.child(node.maps.child_rank(bit)) };
            // SAFETY: exclusive.
            let owned = unsafe { loan::owns(node, bit) };
            place.below(at, owned)
        },
    )
}
