//! Reading: a node, its slots and its entries, safe to hold while the root is borrowed.

#![expect(
    unsafe_code,
    reason = "reads arrays that a borrowed root keeps alive and frozen"
)]

use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::ptr;

use super::count;
use super::entry::{EntryRef, Slot as EntrySlot};
use crate::arch::prefetch;
use crate::bits::{Bit, Bitmaps};
use crate::hash::{HashBits, Level};
use crate::node::{Kind, Node};

/// How much of an array [`NodeRef::prefetch`] fetches; the processor itself goes on with the rest.
const PREFETCHED: usize = 512;

/// A node at its level, valid for `'a`.
pub(crate) struct NodeRef<'a, K, V> {
    node: Node<K, V>,
    level: Level,
    life: PhantomData<&'a (K, V)>,
}

impl<K, V> Clone for NodeRef<'_, K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for NodeRef<'_, K, V> {}

// SAFETY: a node to read from may also be shared (see `assemble`), so it is as good as a reference
// to its root.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for NodeRef<'_, K, V> {}
// SAFETY: as for `Send`.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for NodeRef<'_, K, V> {}

/// What a hash finds in a node.
pub(crate) enum Slot<'a, K, V> {
    /// Nothing.
    Empty,
    /// The one or two entries of a slot, or the entries of a collision node.
    Entries(Entries<'a, K, V>),
    /// A child, one level down.
    Child(NodeRef<'a, K, V>),
}

impl<K, V> Clone for Slot<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Slot<'_, K, V> {}

impl<'a, K, V> NodeRef<'a, K, V> {
    /// # Safety
    /// The node stands at `level`, and its array stays alive and unchanged for `'a`.
    #[inline(always)]
    pub(super) unsafe fn new(node: Node<K, V>, level: Level) -> Self {
        if !node.is_empty() {
            // SAFETY: N1.
            unsafe { node.watched() }.contents.read();
        }
        NodeRef {
            node,
            level,
            life: PhantomData,
        }
    }

    #[inline(always)]
    pub(super) fn node(self) -> Node<K, V> {
        self.node
    }

    #[inline(always)]
    pub(crate) fn level(self) -> Level {
        self.level
    }

    #[inline(always)]
    pub(crate) fn is_empty(self) -> bool {
        self.node.is_empty()
    }

    /// Whether both stand for one array, so that all below is the same.
    #[inline(always)]
    pub(crate) fn ptr_eq(self, other: Self) -> bool {
        ptr::eq(self.node.array, other.node.array)
    }

    /// A number that no other array has which is alive.
    pub(crate) fn id(self) -> usize {
        self.node.array.addr()
    }

    /// Asks the processor to fetch the array.
    #[inline(always)]
    pub(crate) fn prefetch(self) {
        prefetch(self.node.array.cast(), PREFETCHED);
    }

    /// References that the array's count stands for.
    pub(crate) fn owners(self) -> u32 {
        // SAFETY: N1; the promise of `new`.
        let count = unsafe { &(*self.node.array).count };
        count.load(crate::sync::Ordering::Relaxed)
    }

    /// The bitmaps of a node that has slots.
    pub(crate) fn bitmaps(self) -> Option<Bitmaps> {
        (!self.level.is_collision()).then_some(self.node.maps)
    }

    /// Entries a collision node has room for.
    pub(crate) fn collision_capacity(self) -> usize {
        debug_assert!(
            self.level.is_collision(),
            "only collision nodes have a capacity"
        );
        self.node.maps.node() as usize
    }

    /// Bytes of the array's block, its loan included.
    pub(crate) fn bytes(self) -> usize {
        if self.is_empty() {
            return 0;
        }
        // SAFETY: N1; the promise of `new`.
        unsafe { count::block_bytes(self.node, self.level) }
    }

    /// What the hash finds here.
    #[inline(always)]
    pub(crate) fn slot(self, hash: HashBits) -> Slot<'a, K, V> {
        if self.level.is_collision() {
            return Slot::Entries(self.all_entries());
        }
        self.slot_at(hash.bit(self.level))
    }

    /// What the slot of `bit` holds, in a node that has slots.
    #[inline(always)]
    pub(crate) fn slot_at(self, bit: Bit) -> Slot<'a, K, V> {
        debug_assert!(!self.level.is_collision(), "collision nodes have no slots");
        let maps = self.node.maps;
        if maps.is_child(bit) {
            Slot::Child(self.child(maps.child_rank(bit)))
        } else if maps.has_entries(bit) {
            let pair = Kind::<K, V>::SLOT_ENTRIES == 2 && maps.is_pair(bit);
            Slot::Entries(self.entries(maps.entry_rank(bit), 1 + usize::from(pair)))
        } else {
            Slot::Empty
        }
    }

    /// The child in the slot of `bit`.
    ///
    /// # Panics
    /// If there is none.
    #[inline(always)]
    pub(crate) fn child_at(self, bit: Bit) -> Self {
        match self.slot_at(bit) {
            Slot::Child(child) => child,
            _ => panic!("the slot has a child"),
        }
    }

    /// The entries that the slot of `bit` holds itself.
    ///
    /// # Panics
    /// If it has none.
    #[inline(always)]
    pub(crate) fn entries_at(self, bit: Bit) -> Entries<'a, K, V> {
        match self.slot_at(bit) {
            Slot::Entries(entries) => entries,
            _ => panic!("the slot has entries"),
        }
    }

    #[inline(always)]
    fn child(self, index: usize) -> Self {
        // SAFETY: N1 and N2: a slot's rank is below the number of children.
        let child = unsafe { self.node.child(index) };
        // SAFETY: N2.
        let child = unsafe { child.read() };
        // SAFETY: this array's reference keeps the child alive and frozen as long as itself.
        unsafe { NodeRef::new(child, self.level.next()) }
    }

    #[inline(always)]
    fn entries(self, first: usize, len: usize) -> Entries<'a, K, V> {
        let children = self.node.children(self.level);
        // SAFETY: N1, N2: the caller names entries of this array, which therefore exists.
        let at = unsafe { self.node.slot_behind(children, first) };
        Entries {
            at,
            left: len,
            life: PhantomData,
        }
    }

    /// All entries of this array, those of children not included.
    #[inline(always)]
    pub(crate) fn all_entries(self) -> Entries<'a, K, V> {
        if self.is_empty() {
            return Entries::NONE;
        }
        self.entries(0, self.node.entries(self.level))
    }

    /// All children.
    pub(crate) fn children(self) -> impl Iterator<Item = NodeRef<'a, K, V>> + Clone {
        (0..self.node.children(self.level)).map(move |index| self.child(index))
    }
}

/// A run of entries within one array.
pub(crate) struct Entries<'a, K, V> {
    at: *mut u8,
    left: usize,
    life: PhantomData<&'a (K, V)>,
}

impl<K, V> Clone for Entries<'_, K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Entries<'_, K, V> {}

// SAFETY: as for `NodeRef`.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for Entries<'_, K, V> {}
// SAFETY: as for `NodeRef`.
unsafe impl<K: Send + Sync, V: Send + Sync> Sync for Entries<'_, K, V> {}

impl<'a, K, V> Entries<'a, K, V> {
    /// # Safety
    /// The `left` slots from `at` on are initialised (E1), and neither they nor their entries change
    /// for `'a`.
    #[inline(always)]
    pub(super) unsafe fn new(at: *mut u8, left: usize) -> Self {
        Entries {
            at,
            left,
            life: PhantomData,
        }
    }

    pub(crate) const NONE: Self = Entries {
        at: ptr::null_mut(),
        left: 0,
        life: PhantomData,
    };

    /// Takes the first `n` entries off the run, or all that are left.
    #[inline(always)]
    pub(crate) fn take_first(&mut self, n: usize) -> Self {
        let taken = Entries {
            left: n.min(self.left),
            ..*self
        };
        self.left -= taken.left;
        // SAFETY: N2: within the array's entries, or just behind the last.
        self.at = unsafe { self.at.add(taken.left * Kind::<K, V>::SLOT) };
        taken
    }

    /// The entry with this hash that `eq` accepts, and its place in the run.
    #[inline(always)]
    pub(crate) fn find(
        mut self,
        hash: HashBits,
        mut eq: impl FnMut(&K) -> bool,
    ) -> Option<(usize, EntryRef<'a, K, V>)> {
        // Most runs have one entry: no loop for those.
        let first = self.next()?;
        if first.matches(hash, &mut eq) {
            return Some((0, first));
        }
        let mut index = 1;
        loop {
            let entry = self.next()?;
            if entry.matches(hash, &mut eq) {
                return Some((index, entry));
            }
            index += 1;
        }
    }
}

impl<'a, K, V> Iterator for Entries<'a, K, V> {
    type Item = EntryRef<'a, K, V>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let slot = EntrySlot::new(self.at);
        self.left -= 1;
        // SAFETY: N2: within the array's entries, or just behind the last.
        self.at = unsafe { self.at.add(Kind::<K, V>::SLOT) };
        // SAFETY: N2, and the promise of `NodeRef::new`.
        Some(unsafe { EntryRef::new(slot) })
    }

    #[inline(always)]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> ExactSizeIterator for Entries<'_, K, V> {}
impl<K, V> FusedIterator for Entries<'_, K, V> {}
