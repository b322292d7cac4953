//! Entries: inline in their array, or in a counted block that the array's slot points to.

#![expect(
    unsafe_code,
    reason = "reads and writes slots, owns counted entry blocks (E1-E3)"
)]

use core::alloc::Layout;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit, forget, size_of};
use core::ptr::{self, NonNull};

use super::count;
use crate::hash::HashBits;
use crate::node::{INLINE_LIMIT, Kind, POINTER_SLOT, Word};
use crate::pool::{self, GRANULE};
use crate::sync::{AtomicU32, Watch};

/// An entry in a block of its own.
struct Counted<K, V> {
    /// Slots and [`OwnedEntry`]s that point here (E2).
    count: AtomicU32,
    watch: Watch,
    pair: (K, V),
}

impl<K, V> Counted<K, V> {
    const LAYOUT: Layout = Layout::new::<Self>().pad_to_align();
    const POOLED: bool = Self::LAYOUT.align() <= GRANULE;
    const POOL_BYTES: usize = Self::LAYOUT.size().next_multiple_of(GRANULE);
    /// Bytes the block takes.
    const BYTES: usize = if Self::POOLED {
        Self::POOL_BYTES
    } else {
        Self::LAYOUT.size()
    };

    fn alloc() -> NonNull<Self> {
        if Self::POOLED {
            pool::alloc(Self::POOL_BYTES).cast()
        } else {
            pool::alloc_aligned(Self::LAYOUT).cast()
        }
    }

    /// # Safety
    /// `block` is from [`Counted::alloc`] and nobody uses it any more.
    unsafe fn free(block: NonNull<Self>) {
        // SAFETY: this function's promise.
        unsafe { &(*block.as_ptr()).watch }.write();
        if Self::POOLED {
            // SAFETY: P1: allocated by the same branch of `alloc`, with the same size.
            unsafe { pool::free(block.cast(), Self::POOL_BYTES) }
        } else {
            // SAFETY: allocated by the same branch of `alloc`, with the same layout.
            unsafe { pool::free_aligned(block.cast(), Self::LAYOUT) }
        }
    }

    /// Gives up one reference; the last one drops the entry.
    ///
    /// # Safety
    /// The caller gives up a reference it holds (E2).
    unsafe fn release(block: NonNull<Self>) {
        /// Frees the block also when dropping the entry panics.
        struct Free<K, V>(NonNull<Counted<K, V>>);
        impl<K, V> Drop for Free<K, V> {
            fn drop(&mut self) {
                // SAFETY: the last reference is gone and the entry is dropped.
                unsafe { Counted::free(self.0) }
            }
        }

        // SAFETY: E2: the block is alive as long as a reference is held.
        let count = unsafe { &(*block.as_ptr()).count };
        if count::release(count) {
            let _free = Free(block);
            // SAFETY: E2: the block is alive until `_free` goes.
            let pair = unsafe { &raw mut (*block.as_ptr()).pair };
            // SAFETY: that was the last reference, so nobody else sees the entry.
            unsafe { ptr::drop_in_place(pair) }
        }
    }
}

/// A slot that points to a counted entry. The hash spares look-ups most dereferences and
/// reorganisations all rehashing.
#[repr(C)]
struct PointerSlot<K, V> {
    block: NonNull<Counted<K, V>>,
    hash: HashBits,
}

impl<K, V> Clone for PointerSlot<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for PointerSlot<K, V> {}

const _: () = assert!(size_of::<PointerSlot<u64, u64>>() <= POINTER_SLOT);

/// Where an entry stands in an array.
///
/// Invariants of slots:
/// * **E1** an initialised slot holds a `(K, V)` if `Kind::INLINE`, else a [`PointerSlot`].
/// * **E2** a counted entry's count is the number of slots and [`OwnedEntry`]s that point to it;
///   who brings it to zero drops the entry.
/// * **E3** inline entries have no drop glue: forgetting one leaks nothing, and a bitwise copy is a
///   move as long as one of the two is never used again.
pub(crate) struct Slot<K, V> {
    at: NonNull<u8>,
    kind: PhantomData<*const (K, V)>,
}

impl<K, V> Clone for Slot<K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Slot<K, V> {}

impl<K, V> Slot<K, V> {
    /// Bytes of the block of a counted entry.
    pub(super) const BLOCK_BYTES: usize = Counted::<K, V>::BYTES;

    #[inline(always)]
    pub(super) fn new(at: *mut u8) -> Self {
        debug_assert!(!at.is_null(), "slots stand in arrays");
        // SAFETY: slots stand behind an array's header, or in an entry of their own.
        let at = unsafe { NonNull::new_unchecked(at) };
        Slot {
            at,
            kind: PhantomData,
        }
    }

    /// # Safety
    /// The slot is initialised (E1) and its entries are counted ones.
    #[inline(always)]
    unsafe fn pointer(self) -> PointerSlot<K, V> {
        debug_assert!(!Kind::<K, V>::INLINE, "E1");
        // SAFETY: E1.
        unsafe { self.at.cast::<PointerSlot<K, V>>().as_ptr().read() }
    }

    /// The entry itself.
    ///
    /// # Safety
    /// The slot is initialised (E1).
    #[inline(always)]
    pub(super) unsafe fn pair(self) -> *mut (K, V) {
        if Kind::<K, V>::INLINE {
            self.at.cast().as_ptr()
        } else {
            // SAFETY: as this function's.
            let block = unsafe { self.pointer() }.block;
            // SAFETY: E2: the block is alive as long as the slot points to it.
            unsafe { &(*block.as_ptr()).watch }.read();
            // SAFETY: as above.
            unsafe { &raw mut (*block.as_ptr()).pair }
        }
    }

    /// The entry itself, to read.
    ///
    /// # Safety
    /// The slot is initialised (E1), and the entry stays alive and is not written for `'a`.
    #[inline(always)]
    pub(super) unsafe fn pair_ref<'a>(self) -> &'a (K, V) {
        // SAFETY: as this function's.
        let pair = unsafe { self.pair() };
        // SAFETY: as this function's.
        unsafe { &*pair }
    }

    /// The entry's hash where the slot keeps it.
    ///
    /// # Safety
    /// The slot is initialised (E1).
    #[inline(always)]
    pub(super) unsafe fn kept_hash(self) -> Option<HashBits> {
        if Kind::<K, V>::INLINE {
            None
        } else {
            // SAFETY: as this function's.
            Some(unsafe { self.pointer() }.hash)
        }
    }

    /// The count of a counted entry.
    ///
    /// # Safety
    /// The slot is initialised (E1), its entries are counted ones, and it outlives the reference.
    #[inline(always)]
    pub(super) unsafe fn count<'a>(self) -> &'a AtomicU32 {
        // SAFETY: as this function's.
        let block = unsafe { self.pointer() }.block;
        // SAFETY: E2: the block is alive as long as the slot points to it.
        unsafe { &(*block.as_ptr()).count }
    }

    /// Moves the entry out; the slot counts as uninitialised afterwards.
    ///
    /// # Safety
    /// The slot is initialised (E1), the caller owns it and will not use it again.
    #[inline(always)]
    pub(super) unsafe fn take(self) -> OwnedEntry<K, V> {
        let mut owned = OwnedEntry::uninit();
        // SAFETY: both are at least `SLOT` bytes; the reference moves along (E2, E3).
        unsafe { ptr::copy_nonoverlapping(self.at.as_ptr(), owned.at(), Kind::<K, V>::SLOT) }
        owned
    }

    /// Moves `entry` in.
    ///
    /// # Safety
    /// The slot is uninitialised memory that the caller may write.
    #[inline(always)]
    pub(super) unsafe fn put(self, entry: OwnedEntry<K, V>) {
        let mut entry = ManuallyDrop::new(entry);
        // SAFETY: both are at least `SLOT` bytes; the reference moves along (E2, E3).
        unsafe { ptr::copy_nonoverlapping(entry.at(), self.at.as_ptr(), Kind::<K, V>::SLOT) }
    }

    /// Moves the entry to another slot.
    ///
    /// # Safety
    /// As for [`Slot::take`], and as for [`Slot::put`] of the other slot.
    #[inline(always)]
    pub(super) unsafe fn move_to(self, other: Self) {
        // SAFETY: both have `SLOT` bytes; the reference moves along (E2, E3).
        unsafe { ptr::copy_nonoverlapping(self.at.as_ptr(), other.at.as_ptr(), Kind::<K, V>::SLOT) }
    }

    /// Drops the entry. Runs the user's `Drop`, which may panic; the slot is gone even so.
    ///
    /// # Safety
    /// As for [`Slot::take`].
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) unsafe fn discard(self) {
        if !Kind::<K, V>::INLINE {
            // SAFETY: as this function's.
            let block = unsafe { self.pointer() }.block;
            // SAFETY: the slot's reference is given up (E2).
            unsafe { Counted::release(block) }
        }
    }

    /// Another owner of the same entry: a clone of an inline one, a reference to a counted one.
    ///
    /// # Safety
    /// The slot is initialised (E1) and stays so while the user's `Clone` runs.
    #[inline(always)]
    pub(super) unsafe fn share(self) -> OwnedEntry<K, V>
    where
        K: Clone,
        V: Clone,
    {
        if Kind::<K, V>::INLINE {
            // SAFETY: E1.
            let (key, value) = unsafe { self.pair_ref() };
            OwnedEntry::inline((key.clone(), value.clone()))
        } else {
            // SAFETY: E1.
            let pointer = unsafe { self.pointer() };
            // SAFETY: E2: the block is alive as long as the slot points to it.
            count::retain(unsafe { &(*pointer.block.as_ptr()).count });
            OwnedEntry::pointer(pointer)
        }
    }

    /// The entry on its way out of an array: moved if the array is the caller's alone, else shared.
    ///
    /// # Safety
    /// As for [`Slot::share`]; if it is moved, as for [`Slot::take`].
    #[inline(always)]
    pub(super) unsafe fn leave(self, exclusive: bool) -> OwnedEntry<K, V>
    where
        K: Clone,
        V: Clone,
    {
        if exclusive {
            // SAFETY: as this function's.
            unsafe { self.take() }
        } else {
            // SAFETY: as this function's.
            unsafe { self.share() }
        }
    }

    /// An entry of its own with the same contents.
    ///
    /// # Safety
    /// As for [`Slot::share`]; entries of this kind are counted.
    pub(super) unsafe fn duplicate(self) -> OwnedEntry<K, V>
    where
        K: Clone,
        V: Clone,
    {
        // SAFETY: as this function's.
        let hash = unsafe { self.pointer() }.hash;
        // SAFETY: as this function's.
        let (key, value) = unsafe { self.pair_ref() };
        OwnedEntry::new(hash, key.clone(), value.clone())
    }

    /// Makes sure that no other slot sees this entry, replacing it by a clone if one does.
    ///
    /// # Safety
    /// The slot is initialised (E1) and the caller may write it.
    #[inline(always)]
    pub(super) unsafe fn make_unique(self)
    where
        K: Clone,
        V: Clone,
    {
        if Kind::<K, V>::INLINE {
            return;
        }
        // SAFETY: E1.
        let block = unsafe { self.pointer() }.block;
        // SAFETY: E1; the slot's own reference keeps the entry alive.
        if count::is_one(unsafe { self.count() }) {
            return;
        }
        // SAFETY: E1; shared entries are not written.
        let copy = unsafe { self.duplicate() };
        // SAFETY: the old reference is replaced here and given up below.
        unsafe { self.put(copy) };
        // SAFETY: E2: the slot's reference, which nothing else refers to now.
        unsafe { Counted::release(block) };
    }
}

const OWNED_WORDS: usize = INLINE_LIMIT / size_of::<Word>();

const _: () = assert!(POINTER_SLOT <= INLINE_LIMIT);

/// An entry that stands in no array: on its way into one, or out.
pub(crate) struct OwnedEntry<K, V> {
    /// The bytes of an initialised slot (E1).
    slot: MaybeUninit<[Word; OWNED_WORDS]>,
    kind: PhantomData<(K, V)>,
}

impl<K, V> OwnedEntry<K, V> {
    #[inline(always)]
    fn uninit() -> Self {
        OwnedEntry {
            slot: MaybeUninit::uninit(),
            kind: PhantomData,
        }
    }

    #[inline(always)]
    fn at(&mut self) -> *mut u8 {
        (&raw mut self.slot).cast()
    }

    #[inline(always)]
    fn inline(pair: (K, V)) -> Self {
        debug_assert!(Kind::<K, V>::INLINE, "E1");
        let mut owned = Self::uninit();
        // SAFETY: an inline pair has at most `INLINE_LIMIT` bytes and the alignment of a word.
        unsafe { owned.at().cast::<(K, V)>().write(pair) };
        owned
    }

    #[inline(always)]
    fn pointer(pointer: PointerSlot<K, V>) -> Self {
        let mut owned = Self::uninit();
        // SAFETY: a pointer slot has at most `POINTER_SLOT` bytes and the alignment of a word.
        unsafe { owned.at().cast::<PointerSlot<K, V>>().write(pointer) };
        owned
    }

    /// A new entry. Allocates for counted entries.
    #[inline(always)]
    pub(crate) fn new(hash: HashBits, key: K, value: V) -> Self {
        if Kind::<K, V>::INLINE {
            return Self::inline((key, value));
        }
        let block = Counted::alloc();
        let counted = Counted {
            count: AtomicU32::new(1),
            watch: Watch::new(),
            pair: (key, value),
        };
        // SAFETY: a fresh block of this layout.
        unsafe { block.as_ptr().write(counted) };
        Self::pointer(PointerSlot { block, hash })
    }

    #[inline(always)]
    fn as_slot(&self) -> Slot<K, V> {
        Slot::new((&raw const self.slot).cast::<u8>().cast_mut())
    }

    /// The entry, to look at.
    #[inline(always)]
    pub(crate) fn view(&self) -> EntryRef<'_, K, V> {
        // SAFETY: E1; an entry on its way changes only by moving.
        unsafe { EntryRef::new(self.as_slot()) }
    }

    /// The entry by value, cloned if another version still has it.
    pub(crate) fn into_pair(self) -> (K, V)
    where
        K: Clone,
        V: Clone,
    {
        if Kind::<K, V>::INLINE {
            // SAFETY: E1.
            let pair = unsafe { self.as_slot().pair() };
            // SAFETY: E3: dropping `self` does not touch the entry.
            return unsafe { pair.read() };
        }
        // SAFETY: E1.
        let block = unsafe { self.as_slot().pointer() }.block;
        // SAFETY: E2: alive while `self` is.
        let count = unsafe { &(*block.as_ptr()).count };
        if count::is_one(count) {
            forget(self);
            // SAFETY: E2: `self`'s reference is not given up, so the block is alive.
            let pair = unsafe { &raw const (*block.as_ptr()).pair };
            // SAFETY: the only reference is ours, so the entry may be moved out.
            let pair = unsafe { pair.read() };
            // SAFETY: the entry is moved out and nobody else refers to the block.
            unsafe { Counted::free(block) };
            pair
        } else {
            // SAFETY: E2; shared entries are not written.
            let (key, value) = unsafe { &(*block.as_ptr()).pair };
            (key.clone(), value.clone())
        }
    }
}

impl<K, V> Drop for OwnedEntry<K, V> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: E1; the entry is not used afterwards.
        unsafe { self.as_slot().discard() }
    }
}

/// A look at an entry, valid for `'a`.
pub(crate) struct EntryRef<'a, K, V> {
    slot: Slot<K, V>,
    life: PhantomData<&'a (K, V)>,
}

// SAFETY: what it shows may also be shared (E2), so it is as good as a reference to its root.
unsafe impl<K: Send + Sync, V: Send + Sync> Send for EntryRef<'_, K, V> {}

impl<K, V> Clone for EntryRef<'_, K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for EntryRef<'_, K, V> {}

impl<'a, K, V> EntryRef<'a, K, V> {
    /// # Safety
    /// The slot is initialised (E1) and neither it nor its entry changes for `'a`.
    #[inline(always)]
    pub(super) unsafe fn new(slot: Slot<K, V>) -> Self {
        EntryRef {
            slot,
            life: PhantomData,
        }
    }

    /// Where it stands.
    pub(super) fn slot(self) -> Slot<K, V> {
        self.slot
    }

    /// Key and value.
    #[inline(always)]
    pub(crate) fn pair(self) -> &'a (K, V) {
        // SAFETY: the promise of `new`.
        unsafe { self.slot.pair_ref() }
    }

    /// Key and value of their own.
    #[inline(always)]
    pub(crate) fn key_value(self) -> (&'a K, &'a V) {
        let (key, value) = self.pair();
        (key, value)
    }

    /// The entry's hash if the slot keeps it; inline entries have to be hashed again.
    #[inline(always)]
    pub(crate) fn kept_hash(self) -> Option<HashBits> {
        // SAFETY: the promise of `new`.
        unsafe { self.slot.kept_hash() }
    }

    /// Whether the entry's key is the one that `eq` accepts and `hash` belongs to.
    #[inline(always)]
    pub(crate) fn matches(self, hash: HashBits, eq: impl FnOnce(&K) -> bool) -> bool {
        self.kept_hash().is_none_or(|kept| kept == hash) && eq(&self.pair().0)
    }

    /// Whether both are one entry: in one slot, or in one counted block.
    #[inline(always)]
    pub(crate) fn is_same(self, other: Self) -> bool {
        if Kind::<K, V>::INLINE {
            return self.slot.at == other.slot.at;
        }
        // SAFETY: the promise of `new`.
        let one = unsafe { self.slot.pointer() };
        // SAFETY: the promise of `new`.
        let two = unsafe { other.slot.pointer() };
        one.block == two.block
    }

    /// Another owner of the same entry: a clone of an inline one, a reference to a counted one.
    #[inline(always)]
    pub(crate) fn share(self) -> OwnedEntry<K, V>
    where
        K: Clone,
        V: Clone,
    {
        // SAFETY: the promise of `new`.
        unsafe { self.slot.share() }
    }

    /// Another owner of the same entry, for a trie where its key has this hash.
    pub(crate) fn share_under(self, hash: HashBits) -> OwnedEntry<K, V>
    where
        K: Clone,
        V: Clone,
    {
        let owned = self.share();
        if Kind::<K, V>::INLINE {
            return owned;
        }
        // SAFETY: E1.
        let block = unsafe { owned.as_slot().pointer() }.block;
        // The reference moves along.
        forget(owned);
        OwnedEntry::pointer(PointerSlot { block, hash })
    }

    /// Bytes of an entry's own block, if it has one.
    pub(crate) const BLOCK_BYTES: usize = if Kind::<K, V>::INLINE {
        0
    } else {
        Counted::<K, V>::BYTES
    };
}
