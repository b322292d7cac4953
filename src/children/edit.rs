//! Changing a trie: a cursor that makes every array on its way exclusive.
//!
//! The way down is copied level by level, each copy complete before it is linked in. A panic in
//! user code therefore leaves a valid map with the same contents, part of whose path is copied.
//!
//! The way down is inlined into its callers; the changes at its end are not, so that they are
//! compiled once for a map's types and not again for each hasher, borrowed key and closure. Each
//! finds the fast instructions for itself.

#![expect(unsafe_code, reason = "writes exclusive arrays (C2, C3)")]

use core::marker::PhantomData;

use super::Root;
use super::borrow::settle;
use super::build::Subtree;
use super::collision;
use super::count::{free_array, is_whole};
use super::entry::{EntryRef, OwnedEntry, Slot};
use super::loan;
use super::splice::{Change, Leftover, Place, Splice, make_exclusive};
use super::view::NodeRef;
use crate::arch::accelerated;
use crate::bits::{Bit, Bitmaps, State};
use crate::hash::{HashBits, Level};
use crate::node::{Kind, Node};

/// Stands at a node that may be replaced: the root, or a child in an exclusive array.
pub(crate) struct Editor<'a, K, V> {
    place: Place<K, V>,
    /// The node above, whose array is exclusive, and its slot that holds this one.
    parent: Option<(Node<K, V>, Bit)>,
    root: *mut Root<K, V>,
    life: PhantomData<&'a mut Root<K, V>>,
}

impl<'a, K, V> Editor<'a, K, V> {
    /// `lazy` allows path copies to borrow what they have in common with older versions.
    #[inline(always)]
    pub(crate) fn new(root: &'a mut Root<K, V>, lazy: bool) -> Self {
        let root: *mut Root<K, V> = root;
        // SAFETY: just made from a reference.
        let at = unsafe { &raw mut (*root).node };
        let place = Place {
            at,
            level: Level::ROOT,
            owned: true,
            lazy,
        };
        Editor {
            place,
            parent: None,
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
        self.place.level
    }

    /// Tells the array above that it owns the node now, after that was replaced by a copy.
    #[inline(always)]
    fn link(&mut self) -> Leftover<K, V> {
        if self.place.owned {
            return Leftover::none();
        }
        self.place.owned = true;
        let (parent, bit) = self.parent.expect("the root is owned");
        // SAFETY: the parent's array is exclusive, and it borrowed what stood here.
        unsafe { own_slot(parent, Level::at_depth(self.level().depth() - 1), bit) }
    }

    /// Makes the node's array exclusive; `path` is the slot that is to be replaced next.
    #[inline(always)]
    fn make_exclusive(&mut self, path: Option<Bit>)
    where
        K: Clone,
        V: Clone,
    {
        // SAFETY: the editor stands at a place that may be written; the node is not empty.
        if let Some(replaced) = unsafe { make_exclusive(self.place, path) } {
            let origin = self.link();
            drop(replaced);
            drop(origin);
        }
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
        let maps = self.node().maps;
        assert!(maps.is_child(bit), "only children are descended to");
        self.make_exclusive(Some(bit));
        let node = self.node();
        self.parent = Some((node, bit));
        // SAFETY: N2: the slot's child; its array is exclusive now.
        self.place.at = unsafe { node.child(maps.child_rank(bit)) };
        // SAFETY: exclusive.
        self.place.owned = unsafe { loan::owns(node, bit) };
        self.place.level = self.level().next();
    }

    /// Adds an entry to a slot that has room for it, or to a collision node.
    ///
    /// # Panics
    /// If the slot is full or a child.
    #[inline(never)]
    pub(crate) fn insert(self, hash: HashBits, entry: OwnedEntry<K, V>) -> &'a mut V {
        accelerated(
            #[inline(always)]
            || self.insert_here(hash, entry),
        )
    }

    #[inline(always)]
    fn insert_here(mut self, hash: HashBits, entry: OwnedEntry<K, V>) -> &'a mut V {
        let (slot, leftover) = if self.level().is_collision() {
            // SAFETY: `at` may be written, and only collision nodes stand at this level.
            unsafe { collision::push(self.place, entry) }
        } else {
            self.insert_in_slot(hash, entry)
        };
        self.finish(1, leftover);
        // SAFETY: the entry stands in an exclusive array and is new, so it has one owner.
        unsafe { value_of(slot) }
    }

    /// Completes a change that has just been committed: corrects the map's length, tells the array
    /// above, and only then releases what has been replaced (C5).
    #[inline(always)]
    fn finish(&mut self, difference: isize, replaced: Leftover<K, V>) {
        // SAFETY: the root is borrowed for writing.
        let len = unsafe { &mut (*self.root).len };
        *len = len.wrapping_add_signed(difference);
        let origin = self.link();
        drop(replaced);
        drop(origin);
    }

    #[inline(always)]
    fn insert_in_slot(
        &self,
        hash: HashBits,
        entry: OwnedEntry<K, V>,
    ) -> (Slot<K, V>, Leftover<K, V>) {
        let bit = hash.bit(self.level());
        let maps = self.node().maps;
        let state = maps.state(bit);
        assert!(
            state != State::Child && state.entries() < Kind::<K, V>::SLOT_ENTRIES,
            "only slots with room are inserted into"
        );
        let place = maps.entry_rank(bit) + state.entries();
        let change = Change {
            entry: place,
            entries_in: 1,
            ..Change::of(maps.with(bit, State::of_entries(state.entries() + 1)), bit)
        };
        // SAFETY: `at` may be written.
        let splice = unsafe { Splice::prepare(self.place, change) };
        let slot = |node: Node<K, V>| {
            // SAFETY: the place that the change makes room for.
            Slot::new(unsafe { node.slot(place) })
        };
        let leftover = splice.commit(|new| {
            // SAFETY: the new array is not visible yet.
            unsafe { slot(new).put(entry) };
        });
        (slot(self.node()), leftover)
    }

    /// Replaces a full slot by a child that holds its entries and one more. `rehash` hashes keys
    /// whose hash is not kept.
    ///
    /// # Panics
    /// If the slot is not full.
    #[inline(always)]
    pub(crate) fn push_down(
        self,
        hash: HashBits,
        entry: OwnedEntry<K, V>,
        rehash: impl Fn(&K) -> HashBits,
    ) -> &'a mut V {
        let bit = hash.bit(self.level());
        let node = self.node();
        let full = Kind::<K, V>::SLOT_ENTRIES;
        assert!(
            node.maps.state(bit) == State::of_entries(full),
            "only full slots are pushed down"
        );
        let first = node.maps.entry_rank(bit);
        let resident = |index: usize| {
            // SAFETY: N2: the slot's own entries.
            Slot::<K, V>::new(unsafe { node.slot(first + index) })
        };
        let mut hashes = [hash; 3];
        for (index, known) in hashes.iter_mut().enumerate().take(full) {
            // SAFETY: E1, and nothing is written while the user's `Hash` runs.
            let entry = unsafe { EntryRef::new(resident(index)) };
            *known = entry.kept_hash().unwrap_or_else(|| rehash(&entry.pair().0));
        }
        self.split(hash, hashes, entry)
    }

    /// The rest of [`Editor::push_down`], given the hashes of the slot's entries and the new one.
    #[inline(never)]
    fn split(self, hash: HashBits, hashes: [HashBits; 3], entry: OwnedEntry<K, V>) -> &'a mut V {
        accelerated(
            #[inline(always)]
            || self.split_here(hash, hashes, entry),
        )
    }

    #[inline(always)]
    fn split_here(
        mut self,
        hash: HashBits,
        hashes: [HashBits; 3],
        entry: OwnedEntry<K, V>,
    ) -> &'a mut V {
        let bit = hash.bit(self.level());
        let node = self.node();
        let full = Kind::<K, V>::SLOT_ENTRIES;
        let first = node.maps.entry_rank(bit);
        let resident = |index: usize| {
            // SAFETY: N2: the slot's own entries.
            Slot::<K, V>::new(unsafe { node.slot(first + index) })
        };
        let hashes = &hashes[..=full];
        let subtree = Subtree::alloc(self.level().next(), hashes);
        let child = node.maps.child_rank(bit);
        let change = Change {
            entry: first,
            entries_out: full,
            child,
            children_in: 1,
            ..Change::of(node.maps.with(bit, State::Child), bit)
        };
        // SAFETY: `at` may be written.
        let splice = unsafe { Splice::prepare(self.place, change) };
        let take = |index| {
            // SAFETY: moved out of an exclusive array, which the commit then forgets; else shared.
            unsafe { resident(index).leave(splice.moves_entries(bit)) }
        };
        let mut residents = [Some(take(0)), (full == 2).then(|| take(1))];
        let residents = residents.iter_mut().filter_map(Option::take);
        let (top, slot) = subtree.fill(hashes, residents.chain([entry]));
        let leftover = splice.commit(|new| {
            // SAFETY: the change makes room for one child, which the new array now owns.
            unsafe { new.write_child(child, top) };
        });
        self.finish(1, leftover);
        // SAFETY: the entry is new and its arrays are exclusive.
        unsafe { value_of(slot) }
    }

    /// The value of the `index`-th of the entries that `hash` finds here.
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline(always)]
    pub(crate) fn value_mut(mut self, hash: HashBits, index: usize) -> &'a mut V {
        let place = self.index(hash, index);
        self.make_exclusive(None);
        let (node, level) = (self.node(), self.level());
        // SAFETY: N2: `place` is an entry's.
        let slot: Slot<K, V> = Slot::new(unsafe { node.slot_behind(node.children(level), place) });
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
        // SAFETY: array and entry are exclusive now.
        unsafe { value_of(slot) }
    }

    /// Takes the `index`-th of the entries that `hash` finds here out of this array. What remains
    /// must not have to fold, see [`Editor::fold`].
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline(never)]
    pub(crate) fn remove(self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        accelerated(
            #[inline(always)]
            || self.remove_here(hash, index),
        )
    }

    #[inline(always)]
    fn remove_here(mut self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        let place = self.index(hash, index);
        if self.level().is_collision() {
            // SAFETY: `at` may be written; `place` is an entry's.
            let (removed, leftover) = unsafe { collision::swap_remove(self.place, place) };
            self.finish(-1, leftover);
            return removed;
        }
        let node = self.node();
        let bit = hash.bit(self.level());
        let left = node.maps.state(bit).entries() - 1;
        let maps = node.maps.with(bit, State::of_entries(left));
        // SAFETY: N2: `place` is an entry's.
        let slot: Slot<K, V> = Slot::new(unsafe { node.slot(place) });
        if maps == Bitmaps::EMPTY {
            return self.remove_last(slot);
        }
        let change = Change {
            entry: place,
            entries_out: 1,
            ..Change::of(maps, bit)
        };
        // SAFETY: `at` may be written.
        let splice = unsafe { Splice::prepare(self.place, change) };
        // SAFETY: moved out of an exclusive array, which the commit then forgets; else shared.
        let removed = unsafe { slot.leave(splice.moves_entries(bit)) };
        let leftover = splice.commit(|_| ());
        self.finish(-1, leftover);
        removed
    }

    /// Takes the only entry of the root out and leaves it empty.
    #[inline(always)]
    fn remove_last(mut self, slot: Slot<K, V>) -> OwnedEntry<K, V> {
        debug_assert!(self.level() == Level::ROOT, "only the root may be empty");
        let node = self.node();
        // SAFETY: N1. An array with a single item does not borrow (B3).
        let exclusive = self.place.owned && unsafe { is_whole(node) };
        // SAFETY: moved out of an exclusive array, which is then forgotten; else shared.
        let removed = unsafe { slot.leave(exclusive) };
        // SAFETY: C2.
        unsafe { self.place.at.write(Node::EMPTY) };
        let leftover = if exclusive {
            // SAFETY: the only entry is moved out.
            unsafe { free_array(node, self.level()) };
            Leftover::none()
        } else {
            // SAFETY: C1: the root's reference.
            unsafe { Leftover::new(node, self.level()) }
        };
        self.finish(-1, leftover);
        removed
    }

    /// Takes the `index`-th of the entries that `hash` finds below the child it leads to, and
    /// replaces that child by the entries left. Below the child there must be nothing but single
    /// children down to the node with the entries, one more of them than a slot holds.
    ///
    /// # Panics
    /// If there is no child or no such entry.
    #[inline(never)]
    pub(crate) fn fold(self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        accelerated(
            #[inline(always)]
            || self.fold_here(hash, index),
        )
    }

    #[inline(always)]
    fn fold_here(mut self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        let bit = hash.bit(self.level());
        let node = self.node();
        assert!(
            node.maps.state(bit) == State::Child,
            "only children are folded"
        );
        let child = node.maps.child_rank(bit);
        let stay = Kind::<K, V>::SLOT_ENTRIES;
        let change = Change {
            entry: node.maps.entry_rank(bit),
            entries_in: stay,
            child,
            children_out: 1,
            ..Change::of(node.maps.with(bit, State::of_entries(stay)), bit)
        };
        // SAFETY: `at` may be written.
        let splice = unsafe { Splice::prepare(self.place, change) };
        // SAFETY: N2.
        let top = unsafe { node.read_child(child) };
        // SAFETY: a child of a live array, one level down.
        let chain = unsafe { Chain::follow(top, self.level().next()) };
        let place = chain.index(hash, index);
        let owned = splice.owns(bit);
        let exclusive = owned && chain.exclusive;
        let take = |index| {
            // SAFETY: N2: the chain's bottom holds `stay + 1` entries.
            let slot: Slot<K, V> = Slot::new(unsafe { chain.slot(index) });
            // SAFETY: moved out of exclusive arrays, whose blocks are then freed; else shared.
            unsafe { slot.leave(exclusive) }
        };
        let removed = take(place);
        let mut staying = (0..=stay).filter(|&i| i != place);
        let mut staying = [staying.next().map(take), staying.next().map(take)];
        let first = change.entry;
        let leftover = splice.commit(|new| {
            for (index, entry) in staying.iter_mut().filter_map(Option::take).enumerate() {
                // SAFETY: the change makes room for these entries.
                let slot = Slot::new(unsafe { new.slot(first + index) });
                // SAFETY: the new array is not visible yet.
                unsafe { slot.put(entry) };
            }
        });
        let child = if exclusive {
            // SAFETY: all entries are moved out, and nobody else refers to the arrays.
            unsafe { chain.free() };
            Leftover::none()
        } else if owned {
            // SAFETY: C1: the reference of the slot that the commit moved out of its array.
            unsafe { Leftover::new(top, self.level().next()) }
        } else {
            Leftover::none()
        };
        self.finish(-1, leftover);
        drop(child);
        removed
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

/// Arrays with a single child each, down to one with entries only.
struct Chain<K, V> {
    top: Node<K, V>,
    level: Level,
    bottom: Node<K, V>,
    bottom_level: Level,
    /// Whether each of them has a single owner.
    exclusive: bool,
}

impl<K, V> Chain<K, V> {
    /// # Safety
    /// N1: `top` stands at `level` and is alive.
    #[inline(always)]
    unsafe fn follow(top: Node<K, V>, level: Level) -> Self {
        // SAFETY: N1.
        let exclusive = unsafe { is_whole(top) };
        let mut chain = Chain {
            top,
            level,
            bottom: top,
            bottom_level: level,
            exclusive,
        };
        while chain.bottom.children(chain.bottom_level) != 0 {
            // SAFETY: N2: there is a child.
            chain.bottom = unsafe { chain.bottom.read_child(0) };
            chain.bottom_level = chain.bottom_level.next();
            // SAFETY: N1.
            chain.exclusive &= unsafe { is_whole(chain.bottom) };
        }
        assert!(
            chain.bottom.entries(chain.bottom_level) == Kind::<K, V>::SLOT_ENTRIES + 1,
            "only what fits a slot is folded"
        );
        chain
    }

    #[inline(always)]
    fn index(&self, hash: HashBits, index: usize) -> usize {
        place(self.bottom, self.bottom_level, hash, index)
    }

    /// # Safety
    /// N1; `index` is below the number of entries.
    #[inline(always)]
    unsafe fn slot(&self, index: usize) -> *mut u8 {
        // SAFETY: as this function's; the bottom has no children.
        unsafe { self.bottom.slot_behind(0, index) }
    }

    /// Frees the blocks.
    ///
    /// # Safety
    /// All are exclusive and the entries are moved out.
    #[inline(always)]
    unsafe fn free(self) {
        let (mut node, mut level) = (self.top, self.level);
        while level != self.bottom_level {
            // SAFETY: N2: arrays above the bottom have one child.
            let child = unsafe { node.read_child(0) };
            // SAFETY: its only child is read.
            unsafe { free_array(node, level) };
            (node, level) = (child, level.next());
        }
        // SAFETY: its entries are moved out.
        unsafe { free_array(node, level) };
    }
}
