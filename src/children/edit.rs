//! Changing a trie: a cursor that makes every array on its way exclusive.
//!
//! The way down is copied level by level, each copy complete before it is linked in. A panic in
//! user code therefore leaves a valid map with the same contents, part of whose path is copied.

#![expect(unsafe_code, reason = "writes exclusive arrays (C2, C3)")]

use core::marker::PhantomData;

use super::Root;
use super::build::Subtree;
use super::collision;
use super::count::{free_array, is_sole, release_node};
use super::entry::{EntryRef, OwnedEntry, Slot};
use super::splice::{Change, Leftover, Splice, make_exclusive};
use super::view::NodeRef;
use crate::bits::{Bitmaps, State};
use crate::hash::{HashBits, Level};
use crate::node::{Kind, Node};

/// Stands at a node that may be replaced: the root, or a child in an exclusive array.
pub(crate) struct Editor<'a, K, V> {
    /// May be written (C2).
    at: *mut Node<K, V>,
    level: Level,
    root: *mut Root<K, V>,
    life: PhantomData<&'a mut Root<K, V>>,
}

impl<'a, K, V> Editor<'a, K, V> {
    #[inline(always)]
    pub(crate) fn new(root: &'a mut Root<K, V>) -> Self {
        let root: *mut Root<K, V> = root;
        // SAFETY: just made from a reference.
        let at = unsafe { &raw mut (*root).node };
        Editor {
            at,
            level: Level::ROOT,
            root,
            life: PhantomData,
        }
    }

    #[inline(always)]
    fn node(&self) -> Node<K, V> {
        // SAFETY: `at` is a live node as long as the root is borrowed.
        unsafe { self.at.read() }
    }

    /// The node the editor stands at.
    #[inline(always)]
    pub(crate) fn view(&self) -> NodeRef<'_, K, V> {
        // SAFETY: the borrowed root keeps it alive, and writing takes the editor by `mut` or value.
        unsafe { NodeRef::new(self.node(), self.level) }
    }

    #[inline(always)]
    pub(crate) fn level(&self) -> Level {
        self.level
    }
}

impl<'a, K: Clone, V: Clone> Editor<'a, K, V> {
    /// Goes down to the child that `hash` leads to.
    ///
    /// # Panics
    /// If there is no child.
    #[inline(always)]
    pub(crate) fn descend(&mut self, hash: HashBits) {
        let bit = hash.bit(self.level);
        let maps = self.node().maps;
        assert!(maps.is_child(bit), "only children are descended to");
        // SAFETY: `at` may be written, and a node with a child is not empty.
        unsafe { make_exclusive(self.at, self.level) };
        // SAFETY: N2: the slot's child; its array is exclusive now.
        self.at = unsafe { self.node().child(maps.child_rank(bit)) };
        self.level = self.level.next();
    }

    /// Adds an entry to a slot that has room for it, or to a collision node.
    ///
    /// # Panics
    /// If the slot is full or a child.
    #[inline(always)]
    pub(crate) fn insert(self, hash: HashBits, entry: OwnedEntry<K, V>) -> &'a mut V {
        let (slot, leftover) = if self.level.is_collision() {
            // SAFETY: `at` may be written, and only collision nodes stand at this level.
            unsafe { collision::push(self.at, self.level, entry) }
        } else {
            self.insert_in_slot(hash, entry)
        };
        self.count(1);
        drop(leftover);
        // SAFETY: the entry stands in an exclusive array and is new, so it has one owner.
        unsafe { value_of(slot) }
    }

    /// Corrects the map's length by a change that has just been linked in (C5).
    #[inline(always)]
    fn count(&self, difference: isize) {
        // SAFETY: the root is borrowed for writing.
        let len = unsafe { &mut (*self.root).len };
        *len = len.wrapping_add_signed(difference);
    }

    #[inline(always)]
    fn insert_in_slot(
        &self,
        hash: HashBits,
        entry: OwnedEntry<K, V>,
    ) -> (Slot<K, V>, Leftover<K, V>) {
        let bit = hash.bit(self.level);
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
            ..Change::to(maps.with(bit, State::of_entries(state.entries() + 1)))
        };
        // SAFETY: `at` may be written.
        let splice = unsafe { Splice::prepare(self.at, self.level, change) };
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
    pub(crate) fn push_down(
        self,
        hash: HashBits,
        entry: OwnedEntry<K, V>,
        rehash: impl Fn(&K) -> HashBits,
    ) -> &'a mut V {
        let bit = hash.bit(self.level);
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
        let hashes = &hashes[..=full];

        let subtree = Subtree::alloc(self.level.next(), hashes);
        let child = node.maps.child_rank(bit);
        let change = Change {
            entry: first,
            entries_out: full,
            child,
            children_in: 1,
            ..Change::to(node.maps.with(bit, State::Child))
        };
        // SAFETY: `at` may be written.
        let splice = unsafe { Splice::prepare(self.at, self.level, change) };
        let take = |index| {
            // SAFETY: moved out of an exclusive array, which the commit then forgets; else shared.
            unsafe { resident(index).leave(splice.exclusive()) }
        };
        let mut residents = [Some(take(0)), (full == 2).then(|| take(1))];
        let residents = residents.iter_mut().filter_map(Option::take);
        let (top, slot) = subtree.fill(hashes, residents.chain([entry]));
        let leftover = splice.commit(|new| {
            // SAFETY: the change makes room for one child, which the new array now owns.
            unsafe { new.write_child(child, top) };
        });
        self.count(1);
        drop(leftover);
        // SAFETY: the entry is new and its arrays are exclusive.
        unsafe { value_of(slot) }
    }

    /// The value of the `index`-th of the entries that `hash` finds here.
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline(always)]
    pub(crate) fn value_mut(self, hash: HashBits, index: usize) -> &'a mut V {
        let place = self.place(hash, index);
        // SAFETY: `at` may be written and has an entry.
        unsafe { make_exclusive(self.at, self.level) };
        let node = self.node();
        // SAFETY: N2: `place` is an entry's.
        let slot: Slot<K, V> =
            Slot::new(unsafe { node.slot_behind(node.children(self.level), place) });
        // SAFETY: the array is exclusive.
        unsafe { slot.make_unique() };
        // SAFETY: array and entry are exclusive now.
        unsafe { value_of(slot) }
    }

    /// Takes the `index`-th of the entries that `hash` finds here out of this array. What remains
    /// must not have to fold, see [`Editor::fold`].
    ///
    /// # Panics
    /// If there is no such entry.
    pub(crate) fn remove(self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        let place = self.place(hash, index);
        if self.level.is_collision() {
            // SAFETY: `at` may be written; `place` is an entry's.
            let (removed, leftover) = unsafe { collision::swap_remove(self.at, self.level, place) };
            self.count(-1);
            drop(leftover);
            return removed;
        }
        let node = self.node();
        let bit = hash.bit(self.level);
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
            ..Change::to(maps)
        };
        // SAFETY: `at` may be written.
        let splice = unsafe { Splice::prepare(self.at, self.level, change) };
        // SAFETY: moved out of an exclusive array, which the commit then forgets; else shared.
        let removed = unsafe { slot.leave(splice.exclusive()) };
        let leftover = splice.commit(|_| ());
        self.count(-1);
        drop(leftover);
        removed
    }

    /// Takes the only entry of the root out and leaves it empty.
    fn remove_last(self, slot: Slot<K, V>) -> OwnedEntry<K, V> {
        debug_assert!(self.level == Level::ROOT, "only the root may be empty");
        let node = self.node();
        // SAFETY: N1.
        let exclusive = unsafe { is_sole(node) };
        // SAFETY: moved out of an exclusive array, which is then forgotten; else shared.
        let removed = unsafe { slot.leave(exclusive) };
        // SAFETY: `at` may be written.
        unsafe { self.at.write(Node::EMPTY) };
        self.count(-1);
        if exclusive {
            // SAFETY: the only entry is moved out.
            unsafe { free_array(node, self.level) };
        } else {
            // SAFETY: C1: the root's reference.
            unsafe { release_node(node, self.level) };
        }
        removed
    }

    /// Takes the `index`-th of the entries that `hash` finds below the child it leads to, and
    /// replaces that child by the entries left. Below the child there must be nothing but single
    /// children down to the node with the entries, one more of them than a slot holds.
    ///
    /// # Panics
    /// If there is no child or no such entry.
    pub(crate) fn fold(self, hash: HashBits, index: usize) -> OwnedEntry<K, V> {
        let bit = hash.bit(self.level);
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
            ..Change::to(node.maps.with(bit, State::of_entries(stay)))
        };
        // SAFETY: `at` may be written.
        let splice = unsafe { Splice::prepare(self.at, self.level, change) };
        // SAFETY: N2.
        let top = unsafe { node.read_child(child) };
        // SAFETY: a child of a live array, one level down.
        let chain = unsafe { Chain::follow(top, self.level.next()) };
        let place = chain.place(hash, index);
        let exclusive = splice.exclusive() && chain.exclusive;
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
        let owned = splice.exclusive();
        let leftover = splice.commit(|new| {
            for (index, entry) in staying.iter_mut().filter_map(Option::take).enumerate() {
                // SAFETY: the change makes room for these entries.
                let slot = Slot::new(unsafe { new.slot(first + index) });
                // SAFETY: the new array is not visible yet.
                unsafe { slot.put(entry) };
            }
        });
        self.count(-1);
        if exclusive {
            // SAFETY: all entries are moved out, and nobody else refers to the arrays.
            unsafe { chain.free() };
        } else if owned {
            // SAFETY: C1: the reference of the slot that the commit moved out of its array.
            drop(unsafe { Leftover::new(top, self.level.next()) });
        }
        drop(leftover);
        removed
    }

    /// Where the `index`-th of the entries that `hash` finds here stands in the array.
    #[inline(always)]
    fn place(&self, hash: HashBits, index: usize) -> usize {
        place(self.node(), self.level, hash, index)
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
    unsafe fn follow(top: Node<K, V>, level: Level) -> Self {
        // SAFETY: N1.
        let exclusive = unsafe { is_sole(top) };
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
            chain.exclusive &= unsafe { is_sole(chain.bottom) };
        }
        assert!(
            chain.bottom.entries(chain.bottom_level) == Kind::<K, V>::SLOT_ENTRIES + 1,
            "only what fits a slot is folded"
        );
        chain
    }

    fn place(&self, hash: HashBits, index: usize) -> usize {
        place(self.bottom, self.bottom_level, hash, index)
    }

    /// # Safety
    /// N1; `index` is below the number of entries.
    unsafe fn slot(&self, index: usize) -> *mut u8 {
        // SAFETY: as this function's; the bottom has no children.
        unsafe { self.bottom.slot_behind(0, index) }
    }

    /// Frees the blocks.
    ///
    /// # Safety
    /// All are exclusive and the entries are moved out.
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
