//! Entries on their way into a trie, each with its hash, in buffers without gaps.
//!
//! ```text
//!   | hash | slot ... | hash | slot ... |        each item takes whole words
//! ```
//!
//! How long an item is depends on the kind of entries, as the slots of arrays do.

#![expect(unsafe_code, reason = "keeps items in raw words (E1, E3)")]

use alloc::vec::Vec;
use core::marker::PhantomData;
use core::mem::{MaybeUninit, size_of};
use core::ptr;

use crate::children::entry::{OwnedEntry, Slot};
use crate::hash::HashBits;
use crate::node::{self, Kind};

/// Items are aligned to words, which suffices for what stands in slots.
type Word = MaybeUninit<node::Word>;

/// Where an item stands, or could.
pub(super) struct At<K, V> {
    word: *mut Word,
    kind: PhantomData<(K, V)>,
}

impl<K, V> Clone for At<K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for At<K, V> {}

impl<K, V> At<K, V> {
    /// Words that an item takes.
    const WORDS: usize = 1 + Kind::<K, V>::SLOT.div_ceil(size_of::<Word>());

    /// Where the item `index` places behind stands.
    ///
    /// # Safety
    /// Within the same buffer, or just behind it.
    #[inline(always)]
    pub(super) unsafe fn behind(self, index: usize) -> Self {
        At {
            // SAFETY: this function's promise.
            word: unsafe { self.word.add(index * Self::WORDS) },
            kind: PhantomData,
        }
    }

    /// # Safety
    /// An item stands here.
    #[inline(always)]
    pub(super) unsafe fn hash(self) -> HashBits {
        // SAFETY: an item's first word is its hash.
        HashBits(unsafe { self.word.cast::<u64>().read() })
    }

    /// The slot with the item's entry.
    ///
    /// # Safety
    /// Within a buffer.
    #[inline(always)]
    pub(super) unsafe fn slot(self) -> Slot<K, V> {
        // SAFETY: an item has more than a word.
        Slot::new(unsafe { self.word.add(1) }.cast())
    }

    /// Moves the item at `self` to `to`, its entry included.
    ///
    /// # Safety
    /// An item stands here, which is not used again, and `to` is the caller's to write.
    #[inline(always)]
    pub(super) unsafe fn move_to(self, to: Self) {
        // SAFETY: as this function's; the places may be the same one.
        unsafe { ptr::copy(self.word, to.word, Self::WORDS) };
    }

    /// Moves `len` items to `to`; the places may overlap.
    ///
    /// # Safety
    /// As for [`At::move_to`], for each of them.
    #[inline(always)]
    pub(super) unsafe fn move_all_to(self, to: Self, len: usize) {
        // SAFETY: as this function's.
        unsafe { ptr::copy(self.word, to.word, len * Self::WORDS) };
    }

    /// Drops the entries of `len` items. Runs the user's `Drop`; a panic there skips none of them.
    ///
    /// # Safety
    /// They are not used again.
    #[inline(always)]
    pub(super) unsafe fn discard(self, len: usize) {
        if !Kind::<K, V>::INLINE {
            // Its drop glue runs what is left if a user's `Drop` panics.
            Discarded { next: self, len }.run();
        }
    }
}

/// Items that nobody uses any more, with entries that are still to be dropped.
struct Discarded<K, V> {
    next: At<K, V>,
    len: usize,
}

impl<K, V> Discarded<K, V> {
    fn run(&mut self) {
        while self.len > 0 {
            let item = self.next;
            self.len -= 1;
            // SAFETY: at most just behind the last item.
            self.next = unsafe { item.behind(1) };
            // SAFETY: one of the items.
            let slot = unsafe { item.slot() };
            // SAFETY: E1; passed, so not used again.
            unsafe { slot.discard() };
        }
    }
}

impl<K, V> Drop for Discarded<K, V> {
    fn drop(&mut self) {
        self.run();
    }
}

/// A buffer of items, in the order in which they came.
pub(crate) struct Items<K, V> {
    /// The words of whole items.
    words: Vec<Word>,
    owns: PhantomData<(K, V)>,
}

impl<K, V> Items<K, V> {
    const WORDS: usize = At::<K, V>::WORDS;

    pub(crate) const fn new() -> Self {
        Items {
            words: Vec::new(),
            owns: PhantomData,
        }
    }

    /// A buffer with room for so many items.
    pub(crate) fn with_capacity(items: usize) -> Self {
        Items {
            words: Vec::with_capacity(items.saturating_mul(Self::WORDS)),
            owns: PhantomData,
        }
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.words.len() / Self::WORDS
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, hash: HashBits, key: K, value: V) {
        self.put(hash, OwnedEntry::new(hash, key, value));
    }

    #[inline(always)]
    fn put(&mut self, hash: HashBits, entry: OwnedEntry<K, V>) {
        self.words.reserve(Self::WORDS);
        let at = self.end();
        // SAFETY: room for one item has been made.
        unsafe { at.word.cast::<u64>().write(hash.0) };
        // SAFETY: as above.
        let slot = unsafe { at.slot() };
        // SAFETY: as above; no entry stands there.
        unsafe { slot.put(entry) };
        // SAFETY: words need not be initialised.
        unsafe { self.words.set_len(self.words.len() + Self::WORDS) };
    }

    /// Moves all items of `other` behind those that are there.
    pub(crate) fn append(&mut self, other: &mut Self) {
        self.words.append(&mut other.words);
    }

    /// Makes room for so many items in an empty buffer.
    pub(super) fn make_room(&mut self, items: usize) {
        debug_assert!(
            self.words.is_empty(),
            "only an empty buffer is memory to sort in"
        );
        self.words.reserve(items * Self::WORDS);
    }

    /// The first place.
    #[inline(always)]
    pub(super) fn start(&mut self) -> At<K, V> {
        At {
            word: self.words.as_mut_ptr(),
            kind: PhantomData,
        }
    }

    /// The place behind the last item.
    #[inline(always)]
    fn end(&mut self) -> At<K, V> {
        let len = self.words.len();
        At {
            word: self.words.as_mut_ptr().wrapping_add(len),
            kind: PhantomData,
        }
    }

    /// Says how many items there are.
    ///
    /// # Safety
    /// There is room for `items`, and just they stand there, owned by nobody else.
    pub(super) unsafe fn set_len(&mut self, items: usize) {
        // SAFETY: this function's promise; words need not be initialised.
        unsafe { self.words.set_len(items * Self::WORDS) };
    }

    /// Moves each item to the buffer that `of` names.
    pub(crate) fn divide(self, buffers: &mut [Self], of: impl Fn(HashBits) -> usize) {
        for (hash, entry) in self {
            buffers[of(hash)].put(hash, entry);
        }
    }
}

impl<K, V> Drop for Items<K, V> {
    fn drop(&mut self) {
        let len = self.len();
        // SAFETY: the buffer's own items.
        unsafe { self.start().discard(len) };
    }
}

impl<K, V> IntoIterator for Items<K, V> {
    type Item = (HashBits, OwnedEntry<K, V>);
    type IntoIter = IntoItems<K, V>;

    fn into_iter(mut self) -> IntoItems<K, V> {
        let left = self.len();
        let next = self.start();
        IntoItems {
            _words: core::mem::take(&mut self.words),
            next,
            left,
        }
    }
}

/// The items of a buffer, one by one.
pub(crate) struct IntoItems<K, V> {
    /// Where they stand.
    _words: Vec<Word>,
    next: At<K, V>,
    left: usize,
}

impl<K, V> Iterator for IntoItems<K, V> {
    type Item = (HashBits, OwnedEntry<K, V>);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let item = self.next;
        // SAFETY: at most just behind the last item.
        self.next = unsafe { item.behind(1) };
        // SAFETY: one of the items.
        let hash = unsafe { item.hash() };
        // SAFETY: as above.
        let slot = unsafe { item.slot() };
        // SAFETY: E1; passed, so not used again.
        Some((hash, unsafe { slot.take() }))
    }
}

impl<K, V> Drop for IntoItems<K, V> {
    fn drop(&mut self) {
        // SAFETY: the items that were not given out.
        unsafe { self.next.discard(self.left) };
    }
}
