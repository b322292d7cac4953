//! A visit of everything below, array by array: each is made the map's own when it is entered, so
//! that the way back up is free.

#![expect(unsafe_code, reason = "writes exclusive arrays (C2)")]

use super::super::borrow::own_all;
use super::super::place::Place;
use super::{Above, Editor, make_own, pair_of};
use crate::hash::HashBits;

impl<K: Clone, V: Clone> Editor<'_, K, V> {
    /// Makes the array here the map's own, with all it holds: who visits everything below has nothing
    /// to gain by borrowing. The root must not be empty.
    #[inline(always)]
    fn own(&mut self) {
        if !self.is_plain() {
            Self::own_copying(self.place, self.above);
            self.place = self.place.linked();
        }
    }

    #[inline(never)]
    fn own_copying(place: Place<K, V>, above: Above<K, V>) {
        // SAFETY: an editor's place, which is not empty.
        unsafe { make_own(place.counting(), above, None) };
        // SAFETY: as above; exclusive now.
        let node = unsafe { place.node() };
        // SAFETY: exclusive.
        unsafe { own_all(node, place.level()) };
    }

    /// An editor at the child that `hash` leads to. This one stays where it is.
    ///
    /// # Panics
    /// If there is no child.
    #[inline(always)]
    pub(crate) fn child(&mut self, hash: HashBits) -> Editor<'_, K, V> {
        let bit = hash.bit(self.level());
        assert!(
            self.node().maps.is_child(bit),
            "only children are descended to"
        );
        self.own();
        let node = self.node();
        // SAFETY: N2: the slot's child; its array is exclusive and owns it.
        let at = unsafe { node.child(node.maps.child_rank(bit)) };
        // It is owned, so nobody will ask what is above.
        Editor::resume(self.place.below(at, true), self.above, self.root)
    }

    /// The `index`-th of the entries that `hash` finds here, its value to be changed.
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline(always)]
    pub(crate) fn visit(&mut self, hash: HashBits, index: usize) -> (&K, &mut V) {
        let place = self.index(hash, index);
        self.own();
        let node = self.node();
        let children = node.children(self.level());
        // SAFETY: N2: `place` is an entry's.
        let slot = super::Slot::<K, V>::new(unsafe { node.slot_behind(children, place) });
        // SAFETY: the array is exclusive and owns the entry.
        unsafe { slot.make_unique() };
        // SAFETY: array and entry are exclusive now, and `self` is borrowed.
        unsafe { pair_of(slot) }
    }
}
