//! Reference counts, and the release of what they guard.

#![expect(
    unsafe_code,
    reason = "gives up references and frees what nobody refers to (C1-C3)"
)]

use core::mem::{ManuallyDrop, size_of};
use core::ptr::NonNull;

use super::entry::Slot;
use super::loan;
use crate::arch::{accelerated_with, prefetch};
use crate::bits::Bit;
use crate::hash::Level;
use crate::node::{Header, Kind, Loan, Node};
use crate::pool;
use crate::sync::{AtomicU32, Ordering};

/// How many children ahead of the one being released a header is fetched, and how many ahead the
/// headers of that child's own children.
const AHEAD: usize = 8;
/// Loom's scenes have few children.
const NEAR: usize = if cfg!(loom) { 1 } else { 4 };

/// Counts stay far below the point where they would wrap.
const MAX_COUNT: u32 = u32::MAX / 2;

/// Takes one more reference.
///
/// Relaxed suffices, as in `Arc`: the caller already holds a reference or borrows one, so nothing
/// can be freed meanwhile. Aborts before the count could wrap (leaked clones).
#[inline(always)]
pub(super) fn retain(count: &AtomicU32) {
    if count.fetch_add(1, Ordering::Relaxed) > MAX_COUNT {
        overflow();
    }
}

/// Ends the process: with a count that wraps, memory still in use would be freed.
#[cold]
fn overflow() -> ! {
    #[cfg(feature = "std")]
    std::process::abort();
    #[cfg(not(feature = "std"))]
    {
        /// A panic while unwinding aborts.
        struct Abort;
        impl Drop for Abort {
            fn drop(&mut self) {
                panic!("a reference count overflowed");
            }
        }
        let _abort = Abort;
        panic!("a reference count overflowed");
    }
}

/// Gives up one reference; true if it was the last.
///
/// Release on the way down and acquire at the end order every owner's accesses before the free. A
/// sole owner needs no locked instruction: nobody else can raise the count.
#[inline(always)]
pub(super) fn release(count: &AtomicU32) -> bool {
    is_one(count) || count.fetch_sub(1, Ordering::AcqRel) == 1
}

/// Whether the caller holds the only reference. Acquire: who reads 1 has seen all that former
/// owners did.
#[inline(always)]
pub(super) fn is_one(count: &AtomicU32) -> bool {
    count.load(Ordering::Acquire) == 1
}

/// Takes one more reference on the array of `node`.
///
/// # Safety
/// The array is alive (N1).
#[inline(always)]
pub(super) unsafe fn retain_node<K, V>(node: Node<K, V>) {
    // SAFETY: N1.
    retain(unsafe { &(*node.array).count });
}

/// Whether the array of `node` has a single owner.
///
/// # Safety
/// The array is alive (N1).
#[inline(always)]
pub(super) unsafe fn is_sole<K, V>(node: Node<K, V>) -> bool {
    // SAFETY: N1.
    is_one(unsafe { &(*node.array).count })
}

/// Whether an array has a single owner and owns all it holds.
///
/// # Safety
/// The array is alive (N1).
#[inline(always)]
pub(super) unsafe fn is_whole<K, V>(node: Node<K, V>) -> bool {
    // SAFETY: as this function's.
    let sole = unsafe { is_sole(node) };
    // SAFETY: as this function's.
    sole && !unsafe { loan::meta(node) }.borrows()
}

/// Gives up one reference on the array of `node`, which stands at `level`.
///
/// # Safety
/// The caller gives up a reference it holds (C1).
#[inline(always)]
pub(super) unsafe fn release_node<K, V>(node: Node<K, V>, level: Level) {
    // SAFETY: N1.
    if release(unsafe { &(*node.array).count }) {
        // SAFETY: that was the last reference.
        unsafe { free_dead(node, level) };
    }
}

/// Frees an array without owners and what it alone kept: its contents, then the chain of origins.
///
/// Maps in maps recurse through here. Unoptimised, a frame has room for each inlined call apart from all
/// others, which took kilobytes: with debug assertions most of what is called here is not inlined.
///
/// # Safety
/// The caller took the last reference on the array.
#[inline(never)]
unsafe fn free_dead<K, V>(node: Node<K, V>, level: Level) {
    accelerated_with(
        node,
        level,
        (),
        #[inline(always)]
        |node, level, ()| {
            // SAFETY: as this function's.
            unsafe { free_chain(node, level) }
        },
    );
}

/// # Safety
/// As for [`free_dead`].
#[inline(always)]
unsafe fn free_chain<K, V>(mut node: Node<K, V>, level: Level) {
    loop {
        // SAFETY: N1.
        let meta = unsafe { loan::meta(node) };
        // SAFETY: the array is dead.
        let origin = unsafe { loan::origin_if(meta, node) };
        // If a user's `Drop` panics, the chain is still released.
        let origin = origin.map(|origin| OnUnwind(origin, level));
        // SAFETY: the array is dead. (A collision node has no slots, and what is said of them is
        // not looked at.)
        let owned = unsafe { loan::owned_if(meta, node) };
        // SAFETY: the array is dead and owns this.
        unsafe { Dying::owning(node, level, owned) }.release();
        let Some(guard) = origin else { return };
        let OnUnwind(origin, _) = *ManuallyDrop::new(guard);
        // SAFETY: N1: the dead array's token kept it alive.
        if !release(unsafe { &(*origin.array).count }) {
            return;
        }
        node = origin;
    }
}

/// Releases an array if it is dropped.
struct OnUnwind<K, V>(Node<K, V>, Level);

impl<K, V> Drop for OnUnwind<K, V> {
    fn drop(&mut self) {
        // SAFETY: C1: the reference of the array that was being freed.
        unsafe { release_node(self.0, self.1) };
    }
}

/// The count of the array of `node`.
///
/// # Safety
/// N1.
pub(super) unsafe fn of_node<K, V>(node: Node<K, V>) -> u32 {
    // SAFETY: N1.
    unsafe { &(*node.array).count }.load(Ordering::Relaxed)
}

/// Bytes of the block of an array, its loan included.
///
/// # Safety
/// N1.
#[inline(always)]
pub(super) unsafe fn block_bytes<K, V>(node: Node<K, V>, level: Level) -> usize {
    // SAFETY: N1.
    let loan = unsafe { loan::meta(node) }.has_loan();
    node.bytes(level) + if loan { size_of::<Loan<K, V>>() } else { 0 }
}

/// Gives the block of an array back without looking at what is in it.
///
/// # Safety
/// Nobody refers to the array any more and its contents have been moved, discarded or need no drop.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn free_array<K, V>(node: Node<K, V>, level: Level) {
    // SAFETY: N1.
    let watched = unsafe { node.watched() };
    watched.contents.write();
    watched.loan.write();
    // SAFETY: N1.
    let (start, bytes) = if unsafe { loan::meta(node) }.has_loan() {
        // SAFETY: it has a loan.
        let start = unsafe { node.loan() };
        (
            start.cast::<u8>(),
            node.bytes(level) + size_of::<Loan<K, V>>(),
        )
    } else {
        (node.array.cast::<u8>(), node.bytes(level))
    };
    // SAFETY: N1: only an empty root has no array.
    let start = unsafe { NonNull::new_unchecked(start) };
    // SAFETY: N1: allocated with this size; nobody refers to it any more.
    unsafe { pool::free(start, bytes) }
}

/// An array on its way out: releases what it still owns and frees the block; a panic in a user's
/// `Drop` stops neither. Recursion is bounded by the trie's depth.
#[must_use = "an array that is not released leaks"]
pub(super) struct Dying<K, V> {
    node: Node<K, V>,
    level: Level,
    /// Slots with a child or a counted entry that the array still has to release.
    items: u32,
    /// Entries of a collision node already released.
    released: usize,
}

impl<K, V> Dying<K, V> {
    /// # Safety
    /// Nobody else refers to the array, and it owns what the slots of `items` hold (of a collision
    /// node: all entries).
    #[inline(always)]
    pub(super) unsafe fn owning(node: Node<K, V>, level: Level, items: u32) -> Self {
        let items = if level.is_collision() { 0 } else { items };
        Dying {
            node,
            level,
            items,
            released: 0,
        }
    }

    /// An array whose first children and entries have already been moved out.
    ///
    /// # Safety
    /// Nobody else refers to the array, and it owns all it holds.
    pub(super) unsafe fn from_parts(
        node: Node<K, V>,
        level: Level,
        next_child: usize,
        next_entry: usize,
    ) -> Self {
        let behind =
            |slots: u32, n: usize| (0..n).fold(slots, |slots, _| slots & slots.wrapping_sub(1));
        let items = if level.is_collision() {
            0
        } else if Kind::<K, V>::INLINE {
            behind(node.maps.child_slots(), next_child)
        } else {
            behind(node.maps.child_slots(), next_child) | behind(node.maps.data(), next_entry)
        };
        Dying {
            node,
            level,
            items,
            released: next_entry,
        }
    }

    /// Releases all that is left. Positions advance first, so that a panic skips nothing but the
    /// item that panicked, which is gone.
    #[inline(always)]
    fn release_rest(&mut self) {
        let maps = self.node.maps;
        // A child that the array does not own may be gone: with its owner, on another thread.
        let lent = maps.child_slots() & !self.items;
        let owns_all_behind = lent < (self.items & self.items.wrapping_neg());
        while let Some(bit) = Bit::all_of(self.items).next() {
            self.items &= !bit.mask();
            if maps.is_child(bit) {
                let rank = maps.child_rank(bit);
                if owns_all_behind {
                    // SAFETY: N2; C1: the array holds a reference on each child from this one on.
                    unsafe { self.prefetch_behind(rank) };
                }
                // SAFETY: N2.
                let child = unsafe { self.node.read_child(rank) };
                // SAFETY: C1: the array's reference on its child.
                unsafe { release_child(child, self.level.next()) };
            } else {
                // SAFETY: N2.
                let slot = unsafe { self.node.slot(maps.entry_rank(bit)) };
                // SAFETY: the slot is initialised and passed only once.
                unsafe { Slot::<K, V>::new(slot).discard() };
            }
        }
        if self.level.is_collision() && !Kind::<K, V>::INLINE {
            while self.released < self.node.entries(self.level) {
                // SAFETY: N2: below the length.
                let slot = unsafe { self.node.collision_slot(self.released) };
                self.released += 1;
                // SAFETY: the slot is initialised and passed only once.
                unsafe { Slot::<K, V>::new(slot).discard() };
            }
        }
    }
}

impl<K, V> Dying<K, V> {
    /// Asks for what the release of the children behind `rank` is going to read.
    ///
    /// # Safety
    /// N2; the array owns the children behind.
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn prefetch_behind(&self, rank: usize) {
        let children = self.node.maps.children();
        if rank + AHEAD < children {
            // SAFETY: N2.
            let ahead = unsafe { self.node.read_child(rank + AHEAD) };
            prefetch(ahead.array.cast(), size_of::<Header>());
        }
        if rank + NEAR < children {
            // SAFETY: N2.
            let near = unsafe { self.node.read_child(rank + NEAR) };
            for index in 0..near.children(self.level.next()).min(IN_FIRST_LINE) {
                // SAFETY: N2: this array's reference keeps it alive and frozen.
                let below = unsafe { near.read_child(index) };
                prefetch(below.array.cast(), size_of::<Header>());
            }
        }
    }
}

/// Children that stand in the first line of an array's memory, mostly.
const IN_FIRST_LINE: usize = 3;

/// As [`release_node`], but without a call for an array of inline entries alone, which needs no
/// look inside.
///
/// # Safety
/// As for [`release_node`].
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn release_child<K, V>(node: Node<K, V>, level: Level) {
    let plain = Kind::<K, V>::INLINE
        && node.children(level) == 0
        // SAFETY: N1.
        && unsafe { loan::meta(node) }.is_plain();
    if !plain {
        // SAFETY: this function's promise.
        return unsafe { release_node(node, level) };
    }
    // SAFETY: N1.
    if release(unsafe { &(*node.array).count }) {
        // SAFETY: N1: only an empty root has no array.
        let start = unsafe { NonNull::new_unchecked(node.array.cast::<u8>()) };
        // SAFETY: that was the last reference, and the array has no loan.
        unsafe { pool::free(start, node.bytes(level)) }
    }
}

impl<K, V> Dying<K, V> {
    /// Releases what the array still owns and frees the block.
    #[inline(always)]
    pub(super) fn release(self) {
        // Its drop glue runs only if a user's `Drop` panics.
        let mut guard = Unwinding(self);
        guard.0.release_rest();
        let dying = ManuallyDrop::new(guard);
        // SAFETY: the contents are released and nobody refers to the array.
        unsafe { free_array(dying.0.node, dying.0.level) };
    }
}

/// Goes on where a panic interrupted, then frees the block.
struct Unwinding<K, V>(Dying<K, V>);

impl<K, V> Drop for Unwinding<K, V> {
    #[cold]
    fn drop(&mut self) {
        self.0.release_rest();
        // SAFETY: the contents are released and nobody refers to the array.
        unsafe { free_array(self.0.node, self.0.level) };
    }
}

#[cfg(all(test, not(any(miri, loom))))]
mod tests {
    use super::*;

    /// Leaked clones may raise a count, but not so far that it wraps: the process ends.
    #[test]
    fn counts_do_not_wrap() {
        const CHILD: &str = "HAMT_LEAKED_CLONES";
        if std::env::var_os(CHILD).is_some() {
            let count = AtomicU32::new(MAX_COUNT);
            retain(&count);
            std::println!("one more");
            retain(&count);
            std::println!("went on");
            return;
        }
        let program = std::env::current_exe().expect("the test program has a path");
        let output = std::process::Command::new(program)
            .args([
                "children::count::tests::counts_do_not_wrap",
                "--exact",
                "--nocapture",
            ])
            .env(CHILD, "1")
            .output()
            .expect("the test program starts");
        let text = ::alloc::string::String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("one more"), "{text}");
        assert!(
            !text.contains("went on") && !output.status.success(),
            "{text}"
        );
    }
}
