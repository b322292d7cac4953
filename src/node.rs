//! The 16-byte node and the layout of the array behind it.
//!
//! A node lives in its parent's array (the root in the map's handle), so each level of a look-up
//! costs one cache line. The array has no length field: its shape follows from the node's bitmaps.
//!
//! ```text
//!  node in the parent       array: one block of the pool, exactly as large as its contents
//! ┌───────┬─────────┐      ┌────────┬─────────┬─ ─┬─────────┬─────────┬─ ─┬─────────┐
//! │ array │ bitmaps │─────>│ header │ child 0 │   │ child c │ entry 0 │   │ entry e │
//! └───────┴─────────┘      └────────┴─────────┴─ ─┴─────────┴─────────┴─ ─┴─────────┘
//!   8 B       8 B            8 B      16 B each               SLOT B each
//! ```
//!
//! An array that borrows has a [`Loan`] of 24 bytes before its header, in the same block.
//!
//! A collision node's array has no children and room for `maps.node()` entries, of which the first
//! `maps.data()` are there.
//!
//! Invariants, cited by number in `// SAFETY:` comments:
//! * **N1** `array` is null for the empty root only; every other node's array is a live block of
//!   the pool that begins with its [`Header`] and was allocated with [`Node::bytes`] bytes.
//! * **N2** the array's children and entries, counted by the bitmaps, are initialised.
//! * **N3** arrays are reached through pointers that carry the whole block's provenance; no Rust
//!   reference to a header, child or slot lives across a call that may write it.

#![expect(unsafe_code, reason = "address arithmetic inside an array (N1, N2)")]

use core::marker::PhantomData;
use core::mem::{align_of, needs_drop, size_of};
use core::ptr;

use crate::bits::Bitmaps;
use crate::hash::Level;
use crate::pool::GRANULE;
use crate::sync::{AtomicU32, Watch};

/// Entries up to this size may stand in the array itself. 32-byte keys with a small value do: look-ups
/// are 1.3 to 1.8 times as fast as with entries of their own, and a path copy costs about the same.
pub(crate) const INLINE_LIMIT: usize = 48;

/// Size of a slot that points to an entry and carries its hash.
pub(crate) const POINTER_SLOT: usize = 16;

/// How the entries of a map of these types are kept.
///
/// Inline entries have no drop glue, so an array can be thrown away without looking at them, and a
/// copy of an array clones them. All others stand in counted blocks of their own, so that copying
/// an array copies no key; their slots carry the key's hash.
pub(crate) struct Kind<K, V>(PhantomData<(K, V)>);

impl<K, V> Kind<K, V> {
    pub(crate) const INLINE: bool = !needs_drop::<K>()
        && !needs_drop::<V>()
        && size_of::<(K, V)>() <= INLINE_LIMIT
        && align_of::<(K, V)>() <= GRANULE;

    /// Bytes of one entry in an array.
    pub(crate) const SLOT: usize = if Self::INLINE {
        size_of::<(K, V)>()
    } else {
        POINTER_SLOT
    };

    /// Most entries that one slot of a node holds itself.
    pub(crate) const SLOT_ENTRIES: usize = if Self::INLINE { 2 } else { 1 };
}

/// Memory for what stands in slots, outside of arrays but aligned as they are. (A `u64` alone is aligned to 4 on some
/// 32-bit targets.)
#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub(crate) struct Word(u64);

const _: () = assert!(size_of::<Word>() == GRANULE && align_of::<Word>() == GRANULE);

/// What every array begins with.
#[repr(C)]
pub(crate) struct Header {
    /// Owners of the array: nodes of other arrays and roots.
    pub(crate) count: AtomicU32,
    /// Whether and how the array borrows (see `children::loan`); 0 if it owns all it holds.
    pub(crate) meta: AtomicU32,
    /// Watches the children and entries.
    pub(crate) contents: Watch,
    /// Watches the loan.
    pub(crate) loan: Watch,
}

impl Header {
    pub(crate) fn new() -> Self {
        Header {
            count: AtomicU32::new(1),
            meta: AtomicU32::new(0),
            contents: Watch::new(),
            loan: Watch::new(),
        }
    }
}

/// What stands before the header of an array that was made by a path copy and borrows: the array it
/// was copied from, and which of its slots it owns nevertheless.
#[repr(C, align(8))]
pub(crate) struct Loan<K, V> {
    pub(crate) origin: Node<K, V>,
    pub(crate) own: u32,
}

/// A node: where its array is and what is in it. Copying a `Node` does not count as owning.
#[repr(C, align(8))]
pub(crate) struct Node<K, V> {
    pub(crate) array: *mut Header,
    pub(crate) maps: Bitmaps,
    kind: PhantomData<*const (K, V)>,
}

const _: () = assert!(size_of::<Node<u64, u64>>() == 16);
const _: () = assert!(align_of::<Node<u64, u64>>() == GRANULE);
const _: () = assert!(size_of::<Header>() == GRANULE || cfg!(loom));
const _: () = assert!(size_of::<Header>() % GRANULE == 0);

impl<K, V> Clone for Node<K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Node<K, V> {}

impl<K, V> Node<K, V> {
    pub(crate) const EMPTY: Self = Node {
        array: ptr::null_mut(),
        maps: Bitmaps::EMPTY,
        kind: PhantomData,
    };

    #[inline(always)]
    pub(crate) fn new(array: *mut Header, maps: Bitmaps) -> Self {
        Node {
            array,
            maps,
            kind: PhantomData,
        }
    }

    #[inline(always)]
    pub(crate) fn is_empty(self) -> bool {
        self.array.is_null()
    }

    /// Number of entries in the array of this node, which stands at `level`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn entries(self, level: Level) -> usize {
        if level.is_collision() {
            self.maps.data() as usize
        } else {
            self.maps.entries()
        }
    }

    /// Number of children in the array of this node, which stands at `level`.
    #[inline(always)]
    pub(crate) fn children(self, level: Level) -> usize {
        if level.is_collision() {
            0
        } else {
            self.maps.children()
        }
    }

    /// Bytes of an array with these bitmaps, without what its block is rounded up by.
    #[inline(always)]
    pub(crate) fn array_bytes(maps: Bitmaps) -> usize {
        Self::slot_offset(maps.children(), maps.entries())
    }

    /// Offset of child `index` in an array.
    #[inline(always)]
    pub(crate) fn child_offset(index: usize) -> usize {
        size_of::<Header>() + index * size_of::<Self>()
    }

    /// Offset of entry slot `index` in an array with that many children.
    #[inline(always)]
    pub(crate) fn slot_offset(children: usize, index: usize) -> usize {
        Self::child_offset(children) + index * Kind::<K, V>::SLOT
    }

    /// Bytes of a collision node's array with room for `capacity` entries.
    #[inline(always)]
    pub(crate) fn collision_bytes(capacity: usize) -> usize {
        block_bytes(Self::slot_offset(0, capacity))
    }

    /// Bytes of this node's array.
    #[inline(always)]
    pub(crate) fn bytes(self, level: Level) -> usize {
        if level.is_collision() {
            Self::collision_bytes(self.maps.node() as usize)
        } else {
            block_bytes(Self::array_bytes(self.maps))
        }
    }

    /// The array's header, for its watches.
    ///
    /// # Safety
    /// N1; the array stays alive for `'a`.
    #[inline(always)]
    pub(crate) unsafe fn watched<'a>(self) -> &'a Header {
        // SAFETY: N1.
        unsafe { &*self.array }
    }

    /// Where the array's loan stands.
    ///
    /// # Safety
    /// N1; the array was allocated with one.
    #[inline(always)]
    pub(crate) unsafe fn loan(self) -> *mut Loan<K, V> {
        // SAFETY: N1: the loan precedes the header within the block.
        unsafe { self.array.byte_sub(size_of::<Loan<K, V>>()).cast() }
    }

    /// Where child `index` stands.
    ///
    /// # Safety
    /// N1; `index` is at most the number of children the block has room for.
    #[inline(always)]
    pub(crate) unsafe fn child(self, index: usize) -> *mut Self {
        // SAFETY: N1: the children follow the header within the block.
        unsafe { self.array.byte_add(Self::child_offset(index)).cast() }
    }

    /// The child at `index`.
    ///
    /// # Safety
    /// N1, N2; `index` is below the number of children.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn read_child(self, index: usize) -> Self {
        // SAFETY: as this function's.
        unsafe { self.watched() }.contents.read();
        // SAFETY: as this function's.
        let child = unsafe { self.child(index) };
        // SAFETY: N2.
        unsafe { child.read() }
    }

    /// Sets the child at `index`.
    ///
    /// # Safety
    /// N1; the block has room for it and the caller may write it.
    #[inline(always)]
    pub(crate) unsafe fn write_child(self, index: usize, child: Self) {
        // SAFETY: as this function's.
        let at = unsafe { self.child(index) };
        // SAFETY: as this function's.
        unsafe { at.write(child) }
    }

    /// Where entry slot `index` stands, behind `children` children.
    ///
    /// # Safety
    /// N1; the block has room for that many children and slots.
    #[inline(always)]
    pub(crate) unsafe fn slot_behind(self, children: usize, index: usize) -> *mut u8 {
        let offset = Self::slot_offset(children, index);
        // SAFETY: N1: the entries follow the children within the block.
        unsafe { self.array.byte_add(offset).cast() }
    }

    /// Where entry `index` of a node at a level with slots stands.
    ///
    /// # Safety
    /// N1; `index` is at most the number of entries.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn slot(self, index: usize) -> *mut u8 {
        // SAFETY: as this function's.
        unsafe { self.slot_behind(self.maps.children(), index) }
    }

    /// Where entry `index` of a collision node stands.
    ///
    /// # Safety
    /// N1; the node is a collision node and `index` at most its capacity.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn collision_slot(self, index: usize) -> *mut u8 {
        // SAFETY: as this function's; a collision node has no children.
        unsafe { self.slot_behind(0, index) }
    }
}

/// Bytes of the block of an array of `bytes`.
#[inline(always)]
pub(crate) fn block_bytes(bytes: usize) -> usize {
    bytes.next_multiple_of(GRANULE)
}
