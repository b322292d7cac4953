//! Replacing an array by one that differs in a few entries and children: the one way arrays change
//! size, in place of an exclusive array and as the last step of a path copy alike.

#![expect(unsafe_code, reason = "copies arrays (C1-C4)")]

use core::mem::{ManuallyDrop, size_of};
use core::ptr;

use super::borrow::{FEW, MAX_CHAIN, absorb, convert, retain_items, settle};
use super::count::{free_array, retain, retain_node};
use super::entry::Slot;
use super::leftover::Leftover;
use super::loan::{self, Meta};
use super::place::Place;
use crate::bits::{Bit, Bitmaps};
use crate::hash::Level;
use crate::node::{Header, Kind, Loan, Node, block_bytes};
use crate::pool;

/// What changes: the new bitmaps, and which entries and children leave gaps or make room.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) maps: Bitmaps,
    pub(super) entry: usize,
    pub(super) entries_out: usize,
    pub(super) entries_in: usize,
    pub(super) child: usize,
    pub(super) children_out: usize,
    pub(super) children_in: usize,
    /// The slot that changes, whose new contents the new array owns.
    pub(super) fresh: u32,
    /// The slot that changes, now or next: a copy need not count on keeping what it holds.
    pub(super) path: u32,
}

impl Change {
    /// A change of the slot of `bit`.
    #[inline(always)]
    pub(super) fn of(maps: Bitmaps, bit: Bit) -> Self {
        Change {
            fresh: bit.mask(),
            path: bit.mask(),
            ..Change::to(maps)
        }
    }

    /// Number of items that a copy has in common with the array it is made from.
    #[inline(always)]
    fn borrowable<K, V>(&self, level: Level) -> u32 {
        if level.is_collision() {
            return 0;
        }
        (loan::items::<K, V>(self.maps) & !self.path).count_ones()
    }

    /// No change but to the bitmaps.
    pub(super) fn to(maps: Bitmaps) -> Self {
        Change {
            maps,
            entry: 0,
            entries_out: 0,
            entries_in: 0,
            child: 0,
            children_out: 0,
            children_in: 0,
            fresh: 0,
            path: 0,
        }
    }
}

/// A fresh array for `maps`, its contents uninitialised.
#[inline(always)]
pub(super) fn alloc_array<K, V>(maps: Bitmaps, level: Level) -> Node<K, V> {
    alloc_block(maps, Node::<K, V>::new(ptr::null_mut(), maps).bytes(level))
}

/// A fresh array in a block of `bytes`.
#[inline(always)]
fn alloc_block<K, V>(maps: Bitmaps, bytes: usize) -> Node<K, V> {
    let array = pool::alloc(bytes).cast::<Header>().as_ptr();
    // SAFETY: a fresh block, at least as large as a header and aligned to the pool's granule.
    unsafe { array.write(Header::new()) };
    Node::new(array, maps)
}

/// A fresh array in a block of `bytes` and a loan that `meta` describes.
#[inline(always)]
fn alloc_borrower<K, V>(maps: Bitmaps, bytes: usize, meta: Meta) -> Node<K, V> {
    let block = pool::alloc(bytes + size_of::<Loan<K, V>>())
        .cast::<Loan<K, V>>()
        .as_ptr();
    // SAFETY: the header follows the loan within the block.
    let array = unsafe { block.add(1) }.cast::<Header>();
    // SAFETY: as in `alloc_array`.
    unsafe { array.write(Header::new()) };
    let node = Node::new(array, maps);
    // SAFETY: not linked in yet.
    unsafe { loan::set_meta(node, meta) };
    node
}

/// Number of children and of entries in an array.
#[derive(Clone, Copy)]
struct Counts {
    children: usize,
    entries: usize,
}

/// A prepared change of the array at a place: all allocation and all user code is done, nothing is
/// changed yet. Dropping it gives the new block back.
pub(super) struct Splice<K, V> {
    place: Place<K, V>,
    old: Node<K, V>,
    old_counts: Counts,
    new: Node<K, V>,
    new_counts: Counts,
    change: Change,
    exclusive: bool,
    /// Whether the new array has a loan that is in use.
    borrows: bool,
}

impl<K, V> Splice<K, V> {
    /// Allocates the new array and, if the old one is shared, clones the inline entries that stay.
    ///
    /// # Safety
    /// N1 and C2 hold for the place; the change fits its node.
    #[inline(always)]
    pub(super) unsafe fn prepare(place: Place<K, V>, change: Change) -> Self
    where
        K: Clone,
        V: Clone,
    {
        let level = place.level();
        // SAFETY: this function's promise.
        let old = unsafe { place.node() };
        // SAFETY: N1; an empty root has no array and nothing to copy.
        let exclusive = old.is_empty() || unsafe { place.is_exclusive() };
        let old_counts = Counts {
            children: old.children(level),
            entries: old.entries(level),
        };
        let new_counts = Counts {
            children: old_counts.children + change.children_in - change.children_out,
            entries: old_counts.entries + change.entries_in - change.entries_out,
        };
        let bytes = if level.is_collision() {
            Node::<K, V>::new(ptr::null_mut(), change.maps).bytes(level)
        } else {
            block_bytes(Node::<K, V>::slot_offset(
                new_counts.children,
                new_counts.entries,
            ))
        };
        let splice = |new, borrows| Splice {
            place,
            old,
            old_counts,
            new,
            new_counts,
            change,
            exclusive,
            borrows,
        };
        if exclusive {
            // SAFETY: N1.
            if old.is_empty() || !unsafe { loan::meta(old) }.borrows() {
                return splice(alloc_block(change.maps, bytes), false);
            }
            // SAFETY: exclusive, so the caller keeps it alive.
            unsafe { absorb(old, level, true) };
            // SAFETY: N1.
            let meta = unsafe { loan::meta(old) };
            return if meta.borrows() {
                splice(alloc_borrower(change.maps, bytes, meta), true)
            } else {
                splice(alloc_block(change.maps, bytes), false)
            };
        }
        let lent = change.borrowable::<K, V>(level);
        let splice = if place.is_lazy() && lent > FEW {
            // SAFETY: shared arrays are kept alive by what the caller holds.
            let depth = unsafe { chain_below(old, level) };
            let meta = Meta::borrowing(depth + 1, lent);
            splice(alloc_borrower(change.maps, bytes, meta), true)
        } else {
            splice(alloc_block(change.maps, bytes), false)
        };
        if Kind::<K, V>::INLINE {
            // SAFETY: the old array is frozen.
            unsafe { splice.clone_entries() };
        }
        splice
    }

    #[inline(always)]
    fn level(&self) -> Level {
        self.place.level()
    }

    /// Whether what the old array's slot of `bit` holds may be moved out.
    #[inline(always)]
    pub(super) fn owns(&self, bit: Bit) -> bool {
        // SAFETY: an exclusive array's loan is the caller's.
        self.exclusive && unsafe { loan::owns(self.old, bit) }
    }

    /// Whether the entries in the old array's slot of `bit` may be moved out. Inline ones are
    /// never borrowed.
    #[inline(always)]
    pub(super) fn moves_entries(&self, bit: Bit) -> bool {
        if Kind::<K, V>::INLINE {
            self.exclusive
        } else {
            self.owns(bit)
        }
    }

    /// Whether the old array is the caller's alone.
    #[inline(always)]
    pub(super) fn exclusive(&self) -> bool {
        self.exclusive
    }

    /// Runs `copy(from, to, n)` for the two runs of entries that stay.
    #[inline(always)]
    fn kept_entries(&self, mut copy: impl FnMut(*mut u8, *mut u8, usize)) {
        if self.old.is_empty() {
            return;
        }
        let Change {
            entry,
            entries_out,
            entries_in,
            ..
        } = self.change;
        let (old_children, new_children) = (self.old_counts.children, self.new_counts.children);
        let old = |index| {
            // SAFETY: N2, at most the number of entries.
            unsafe { self.old.slot_behind(old_children, index) }
        };
        let new = |index| {
            // SAFETY: the new block has room for as many as its bitmaps say.
            unsafe { self.new.slot_behind(new_children, index) }
        };
        let behind = self.old_counts.entries - entry - entries_out;
        copy(old(0), new(0), entry);
        copy(old(entry + entries_out), new(entry + entries_in), behind);
    }

    /// # Safety
    /// Entries are inline, and the old array is frozen while the user's `Clone` runs.
    #[inline(always)]
    unsafe fn clone_entries(&self)
    where
        K: Clone,
        V: Clone,
    {
        self.kept_entries(|from, to, n| {
            let (from, to) = (from.cast::<(K, V)>(), to.cast::<(K, V)>());
            for index in 0..n {
                // SAFETY: N2: within the run.
                let from = unsafe { from.add(index) };
                // SAFETY: the new block has the same room.
                let to = unsafe { to.add(index) };
                // SAFETY: E1: an initialised entry.
                let (key, value) = unsafe { &*from };
                let pair = (key.clone(), value.clone());
                // SAFETY: room in the new block; inline entries need no drop (E3), so a panic in
                // a later clone loses nothing.
                unsafe { to.write(pair) };
            }
        });
    }

    /// Copies the slots that stay bit by bit.
    #[inline(always)]
    fn copy_slots(&self) {
        self.kept_entries(|from, to, n| {
            // SAFETY: both runs lie within their blocks, which are different ones.
            unsafe { ptr::copy_nonoverlapping(from, to, n * Kind::<K, V>::SLOT) }
        });
    }

    /// Copies the children that stay bit by bit.
    #[inline(always)]
    fn copy_children(&self) {
        if self.old.is_empty() {
            return;
        }
        let Change {
            child,
            children_out,
            children_in,
            ..
        } = self.change;
        let behind = self.old_counts.children - child - children_out;
        // SAFETY: N1.
        let from = unsafe { self.old.child(0) };
        // SAFETY: N1.
        let to = unsafe { self.new.child(0) };
        // SAFETY: N2: the run before the gap lies within both arrays, which are different blocks.
        unsafe { ptr::copy_nonoverlapping(from, to, child) };
        // SAFETY: N2: behind the gap.
        let from = unsafe { from.add(child + children_out) };
        // SAFETY: N2: behind the gap.
        let to = unsafe { to.add(child + children_in) };
        // SAFETY: N2: the run behind the gap lies within both arrays.
        unsafe { ptr::copy_nonoverlapping(from, to, behind) };
    }

    /// Takes references on the kept children and counted entries, which the old array keeps too.
    #[inline(always)]
    fn retain_kept(&self) {
        if !self.level().is_collision() {
            let kept = loan::items::<K, V>(self.new.maps) & !self.change.fresh;
            // SAFETY: N2; the old array keeps them alive.
            unsafe { retain_items(self.new, kept) };
        } else if !Kind::<K, V>::INLINE {
            self.kept_entries(|from, _, n| {
                for index in 0..n {
                    // SAFETY: N2: within the run of initialised slots.
                    let slot = Slot::<K, V>::new(unsafe { from.add(index * Kind::<K, V>::SLOT) });
                    // SAFETY: E1; entries of this kind are counted.
                    retain(unsafe { slot.count() });
                }
            });
        }
    }

    /// Puts the new array in the old one's place. `fill` initialises what the change makes room
    /// for, before anybody can see it, and must not panic. What leaves an exclusive array must
    /// have been moved out.
    #[inline(always)]
    pub(super) fn commit(self, fill: impl FnOnce(Node<K, V>)) -> Leftover<K, V> {
        let this = ManuallyDrop::new(self);
        if this.exclusive || !Kind::<K, V>::INLINE {
            this.copy_slots();
        }
        this.copy_children();
        fill(this.new);
        let leftover = if this.exclusive {
            this.replace()
        } else {
            this.copy()
        };
        // SAFETY: C2.
        unsafe { this.place.at.write(this.new) };
        leftover
    }

    /// The last step for an exclusive array: the new one owns what it owned.
    #[inline(always)]
    fn replace(&self) -> Leftover<K, V> {
        if self.old.is_empty() {
            return Leftover::none();
        }
        // SAFETY: exclusive.
        let leftover = match unsafe { loan::origin(self.old) } {
            None => Leftover::none(),
            Some(origin) => {
                let fresh = self.change.fresh;
                // SAFETY: exclusive.
                let own = unsafe { loan::owned(self.old) };
                let items = loan::items::<K, V>(self.new.maps);
                // SAFETY: not linked in yet; it got a loan because the old one borrows.
                unsafe { loan::write(self.new, origin, (own & !fresh) | (items & fresh)) };
                // SAFETY: exclusive; the item that left may have been borrowed.
                unsafe { settle(self.new, self.level()) }
            }
        };
        // SAFETY: all contents have moved to the new array or out (C3).
        unsafe { free_array(self.old, self.level()) };
        leftover
    }

    /// The last step for a shared array: the new one borrows from it or takes references.
    #[inline(always)]
    fn copy(&self) -> Leftover<K, V> {
        if self.borrows {
            let own = loan::items::<K, V>(self.new.maps) & self.change.fresh;
            // SAFETY: not linked in yet; it has room for a loan.
            unsafe { loan::write(self.new, self.old, own) };
            if !self.place.is_owned() {
                // SAFETY: kept alive by what the caller holds.
                unsafe { retain_node(self.old) };
            }
            // Else the place's token becomes the loan's.
            return Leftover::none();
        }
        self.retain_kept();
        if self.place.is_owned() {
            // SAFETY: C1: the reference that the place held on the old array.
            unsafe { Leftover::new(self.old, self.level()) }
        } else {
            Leftover::none()
        }
    }
}

/// Length of the chain that a borrower of `node` would stand on, after shortening it.
///
/// # Safety
/// N1: the caller keeps `node`, at `level`, alive.
#[inline(always)]
unsafe fn chain_below<K, V>(node: Node<K, V>, level: Level) -> u32 {
    // SAFETY: as this function's.
    if !unsafe { loan::meta(node) }.borrows() {
        return 0;
    }
    // SAFETY: as this function's.
    unsafe { absorb(node, level, false) };
    // SAFETY: as this function's.
    if unsafe { loan::meta(node) }.depth() >= MAX_CHAIN {
        // SAFETY: as this function's.
        unsafe { convert(node, level) };
    }
    // SAFETY: as this function's.
    unsafe { loan::meta(node) }.depth()
}

impl<K, V> Drop for Splice<K, V> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: never linked in; holds at most clones of inline entries, which need no drop (E3).
        unsafe { free_array(self.new, self.level()) };
    }
}

/// Makes the array at a place the caller's own: copies it if it is shared. `path` is the child slot
/// on the way, which is going to be replaced. The caller links the copy to its parent.
///
/// # Safety
/// N1 and C2 hold for the place; the node is not empty.
#[inline(always)]
pub(super) unsafe fn make_exclusive<K: Clone, V: Clone>(
    place: Place<K, V>,
    path: Option<Bit>,
) -> Option<Leftover<K, V>> {
    // SAFETY: this function's promise.
    if !unsafe { place.is_exclusive() } {
        // SAFETY: this function's promise.
        return Some(unsafe { copy_array(place, path) });
    }
    // SAFETY: this function's promise.
    let node = unsafe { place.node() };
    // SAFETY: N1.
    if unsafe { loan::meta(node) }.borrows() {
        // SAFETY: exclusive, so the caller keeps it alive.
        unsafe { absorb(node, place.level(), true) };
    }
    None
}

/// # Safety
/// As for [`make_exclusive`].
#[inline(always)]
unsafe fn copy_array<K: Clone, V: Clone>(place: Place<K, V>, path: Option<Bit>) -> Leftover<K, V> {
    // SAFETY: this function's promise.
    let maps = unsafe { place.node() }.maps;
    let change = Change {
        path: path.map_or(0, Bit::mask),
        ..Change::to(maps)
    };
    // SAFETY: nothing changes, so nothing has to be filled or moved out.
    unsafe { Splice::prepare(place, change) }.commit(|_| ())
}
