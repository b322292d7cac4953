//! Items in a buffer, owned; and how those with equal keys become one.

#![expect(unsafe_code, reason = "owns items in memory of others (E3)")]

use core::mem::ManuallyDrop;
use core::ptr;

use super::Item;

/// Items next to each other in a buffer, owned.
pub(super) struct Run<K, V> {
    pub(super) at: *mut Item<K, V>,
    pub(super) len: usize,
}

impl<K, V> Run<K, V> {
    /// # Safety
    /// The caller hands over the `len` items from `at` on, in a buffer that outlives the run.
    #[inline(always)]
    pub(super) unsafe fn new(at: *mut Item<K, V>, len: usize) -> Self {
        Run { at, len }
    }

    #[inline(always)]
    pub(super) fn items(&self) -> &[Item<K, V>] {
        // SAFETY: the run's own items.
        unsafe { core::slice::from_raw_parts(self.at, self.len) }
    }

    /// Moves the items to `to`.
    ///
    /// # Safety
    /// The memory at `to` has room and is the caller's to write; it may overlap the run.
    #[inline(always)]
    pub(super) unsafe fn move_to(self, to: *mut Item<K, V>) -> usize {
        let this = ManuallyDrop::new(self);
        // SAFETY: this function's promise; the items are not used again in their old place.
        unsafe { ptr::copy(this.at, to, this.len) };
        this.len
    }
}

impl<K, V> Drop for Run<K, V> {
    fn drop(&mut self) {
        let items = ptr::slice_from_raw_parts_mut(self.at, self.len);
        // SAFETY: the run's own items.
        unsafe { ptr::drop_in_place(items) };
    }
}

/// Merges items of one hash that have equal keys: the first stays, with the value of the last.
pub(super) struct Merge<K, V> {
    at: *mut Item<K, V>,
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

    pub(super) fn run(mut self) -> Run<K, V> {
        while self.next < self.len {
            // SAFETY: the first `kept` items are there.
            let kept = unsafe { core::slice::from_raw_parts_mut(self.at, self.kept) };
            // SAFETY: below the length.
            let next = unsafe { self.at.add(self.next) };
            // SAFETY: items from `next` on are there.
            let key = unsafe { &*next }.entry.key();
            let same = kept.iter_mut().find(|item| item.entry.key() == key);
            // User code may panic, so the item is passed first.
            self.next += 1;
            if let Some(first) = same {
                // SAFETY: passed, so not used again in its old place.
                let (_key, value) = unsafe { next.read() }.entry.into_pair();
                // SAFETY: an item's entry has no other owner.
                let place = unsafe { first.entry.value_mut() };
                drop(core::mem::replace(place, value));
            } else {
                // SAFETY: at most the item's own place.
                let to = unsafe { self.at.add(self.kept) };
                // SAFETY: passed, so not used again in its old place.
                unsafe { ptr::copy(next, to, 1) };
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
        let next = unsafe { self.at.add(self.next) };
        // SAFETY: the items not looked at yet.
        let rest = unsafe { Run::new(next, self.len - self.next) };
        drop((kept, rest));
    }
}
