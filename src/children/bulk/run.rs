//! Items in a buffer, owned; and how those with equal keys become one.

#![expect(unsafe_code, reason = "owns items in memory of others (E3)")]

use core::mem::{ManuallyDrop, replace};

use super::items::At;
use crate::hash::HashBits;

/// Items next to each other in a buffer, owned.
pub(super) struct Run<K, V> {
    pub(super) at: At<K, V>,
    pub(super) len: usize,
}

impl<K, V> Run<K, V> {
    /// # Safety
    /// The caller hands over the `len` items from `at` on, in a buffer that outlives the run.
    #[inline(always)]
    pub(super) unsafe fn new(at: At<K, V>, len: usize) -> Self {
        Run { at, len }
    }

    /// Where the items stand.
    #[inline(always)]
    pub(super) fn items(&self) -> impl Iterator<Item = At<K, V>> + use<K, V> {
        let at = self.at;
        // SAFETY: one of the run's items.
        (0..self.len).map(move |index| unsafe { at.behind(index) })
    }

    #[inline(always)]
    pub(super) fn hashes(&self) -> impl Iterator<Item = HashBits> {
        // SAFETY: one of the run's items.
        self.items().map(|item| unsafe { item.hash() })
    }

    /// The hash of the first item, of which there has to be one.
    pub(super) fn first_hash(&self) -> HashBits {
        debug_assert!(self.len > 0, "no item has no hash");
        // SAFETY: one of the run's items.
        unsafe { self.at.hash() }
    }

    /// Moves the items to `to`.
    ///
    /// # Safety
    /// The memory at `to` has room and is the caller's to write; it may overlap the run.
    #[inline(always)]
    pub(super) unsafe fn move_to(self, to: At<K, V>) -> usize {
        let this = ManuallyDrop::new(self);
        // SAFETY: this function's promise; the items are not used again in their old place.
        unsafe { this.at.move_all_to(to, this.len) };
        this.len
    }
}

impl<K, V> Drop for Run<K, V> {
    fn drop(&mut self) {
        // SAFETY: the run's own items.
        unsafe { self.at.discard(self.len) }
    }
}

/// Merges items of one hash that have equal keys: the first stays, with the value of the last.
pub(super) struct Merge<K, V> {
    at: At<K, V>,
    /// The first `kept` items have different keys.
    kept: usize,
    /// Items from here on are still to be looked at; those between have been moved or merged.
    next: usize,
    len: usize,
}

impl<K: Eq + Clone, V: Clone> Merge<K, V> {
    pub(super) fn new(run: Run<K, V>) -> Self {
        let run = ManuallyDrop::new(run);
        Merge {
            at: run.at,
            kept: 0,
            next: 0,
            len: run.len,
        }
    }

    /// The item with this key among those kept.
    fn find(&self, key: &K) -> Option<At<K, V>> {
        (0..self.kept)
            // SAFETY: the first `kept` items are there.
            .map(|index| unsafe { self.at.behind(index) })
            .find(|item| {
                // SAFETY: as above.
                let slot = unsafe { item.slot() };
                // SAFETY: E1; nobody else sees an item's entry.
                unsafe { slot.pair_ref() }.0 == *key
            })
    }

    pub(super) fn run(mut self) -> Run<K, V> {
        while self.next < self.len {
            // SAFETY: below the length.
            let next = unsafe { self.at.behind(self.next) };
            // SAFETY: items from `next` on are there.
            let slot = unsafe { next.slot() };
            // SAFETY: E1; nobody else sees an item's entry.
            let same = self.find(&unsafe { slot.pair_ref() }.0);
            // User code may panic, so the item is passed first.
            self.next += 1;
            if let Some(first) = same {
                // SAFETY: E1; passed, so not used again in its old place.
                let (_key, value) = unsafe { slot.take() }.into_pair();
                // SAFETY: one of the items kept.
                let first = unsafe { first.slot() };
                // SAFETY: E1.
                let pair = unsafe { first.pair() };
                // SAFETY: an item's entry has no other owner.
                let place = unsafe { &mut (*pair).1 };
                drop(replace(place, value));
            } else {
                // SAFETY: at most the item's own place.
                let to = unsafe { self.at.behind(self.kept) };
                // SAFETY: passed, so not used again in its old place.
                unsafe { next.move_to(to) };
                self.kept += 1;
            }
        }
        let this = ManuallyDrop::new(self);
        // SAFETY: the first `kept` items are all there are.
        unsafe { Run::new(this.at, this.kept) }
    }
}

impl<K, V> Drop for Merge<K, V> {
    fn drop(&mut self) {
        // SAFETY: the items kept so far.
        let kept = unsafe { Run::new(self.at, self.kept) };
        // SAFETY: below the length.
        let next = unsafe { self.at.behind(self.next) };
        // SAFETY: the items not looked at yet.
        let rest = unsafe { Run::new(next, self.len - self.next) };
        drop((kept, rest));
    }
}
