//! The header's second word, and what an array that borrows keeps before its header.
//!
//! An array made by a path copy may *borrow* what it has in common with the array it was copied
//! from, its *origin*: it holds one reference on the origin instead of one on each child and entry.
//! The loan says which slots it owns nevertheless. See `borrow` for the protocol and its proof.

#![expect(unsafe_code, reason = "reads and writes headers and loans (N1, B1-B4)")]

use crate::bits::{Bit, Bitmaps};
use crate::node::{Header, Kind, Loan, Node};
use crate::sync::{AtomicU32, Ordering};

const LOCK: u32 = 1;
const BORROWS: u32 = 1 << 1;
/// The block begins with a loan, in use or not.
const HAS_LOAN: u32 = 1 << 2;
const DEPTH_SHIFT: u32 = 8;
const DEPTH_MAX: u32 = 0xFF;
const LENT_SHIFT: u32 = 16;
const LENT_MAX: u32 = 0x3F;

/// The value of a header's second word, without the lock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Meta(u32);

impl Meta {
    /// An array that borrows `lent` items along a chain of `depth` origins.
    #[inline(always)]
    pub(super) fn borrowing(depth: u32, lent: u32) -> Self {
        Meta(
            HAS_LOAN
                | BORROWS
                | (depth.min(DEPTH_MAX) << DEPTH_SHIFT)
                | (lent.min(LENT_MAX) << LENT_SHIFT),
        )
    }

    /// The same array when it owns all it holds.
    #[inline(always)]
    pub(super) fn settled(self) -> Self {
        Meta(self.0 & HAS_LOAN)
    }

    /// Whether there is no loan, not even room for one.
    #[inline(always)]
    pub(super) fn is_plain(self) -> bool {
        self.0 == 0
    }

    #[inline(always)]
    pub(super) fn borrows(self) -> bool {
        self.0 & BORROWS != 0
    }

    #[inline(always)]
    pub(super) fn has_loan(self) -> bool {
        self.0 & HAS_LOAN != 0
    }

    /// An upper bound of the number of origins that follow each other from here.
    #[inline(always)]
    pub(super) fn depth(self) -> u32 {
        if self.borrows() {
            (self.0 >> DEPTH_SHIFT) & DEPTH_MAX
        } else {
            0
        }
    }

    /// Number of items borrowed when the loan was taken.
    #[inline(always)]
    pub(super) fn lent(self) -> u32 {
        (self.0 >> LENT_SHIFT) & LENT_MAX
    }
}

/// # Safety
/// N1: `array` is alive for `'a`.
#[inline(always)]
unsafe fn word<'a>(array: *mut Header) -> &'a AtomicU32 {
    // SAFETY: as this function's.
    unsafe { &(*array).meta }
}

/// The array's meta word. A hint unless the caller may rely on nobody changing it: the array is
/// exclusive, locked or dead.
///
/// # Safety
/// N1.
#[inline(always)]
pub(super) unsafe fn meta<K, V>(node: Node<K, V>) -> Meta {
    // SAFETY: as this function's.
    Meta(unsafe { word(node.array) }.load(Ordering::Relaxed) & !LOCK)
}

/// Sets the meta word of an array that nobody else can reach.
///
/// # Safety
/// N1; the array is exclusive, dead or not linked in yet.
#[inline(always)]
pub(super) unsafe fn set_meta<K, V>(node: Node<K, V>, meta: Meta) {
    // SAFETY: as this function's.
    unsafe { word(node.array) }.store(meta.0, Ordering::Relaxed);
}

/// Tries to lock the array's loan. Nobody waits: what a lock protects can be put off.
///
/// A failing try must not write, so that the holder's store of the unlocked word loses nothing.
///
/// # Safety
/// N1.
#[inline]
pub(super) unsafe fn try_lock<K, V>(node: Node<K, V>) -> Option<Meta> {
    // SAFETY: as this function's.
    let word = unsafe { word(node.array) };
    let meta = word.load(Ordering::Relaxed);
    if meta & LOCK != 0 {
        return None;
    }
    word.compare_exchange(meta, meta | LOCK, Ordering::Acquire, Ordering::Relaxed)
        .ok()
        .map(Meta)
}

/// Sets the meta word of an array the caller has locked, and unlocks it.
///
/// # Safety
/// N1; the caller holds the lock.
#[inline]
pub(super) unsafe fn unlock<K, V>(node: Node<K, V>, meta: Meta) {
    // SAFETY: as this function's.
    unsafe { word(node.array) }.store(meta.0, Ordering::Release);
}

/// The slots whose contents are counted: children, and entries in blocks of their own. Inline
/// entries are cloned, so ownership never speaks of them.
#[inline(always)]
pub(super) fn items<K, V>(maps: Bitmaps) -> u32 {
    if Kind::<K, V>::INLINE {
        maps.child_slots()
    } else {
        maps.occupied()
    }
}

/// The array's origin, if it borrows.
///
/// # Safety
/// N1; the array is exclusive, locked or dead.
#[inline(always)]
pub(super) unsafe fn origin<K, V>(node: Node<K, V>) -> Option<Node<K, V>> {
    // SAFETY: as this function's.
    let meta = unsafe { meta(node) };
    // SAFETY: as this function's.
    unsafe { origin_if(meta, node) }
}

/// [`origin`] of an array whose meta word has been read.
///
/// # Safety
/// As for [`origin`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn origin_if<K, V>(meta: Meta, node: Node<K, V>) -> Option<Node<K, V>> {
    if !meta.borrows() {
        return None;
    }
    // SAFETY: N1.
    unsafe { node.watched() }.loan.read();
    // SAFETY: a borrowing array has a loan.
    let loan = unsafe { node.loan() };
    // SAFETY: as this function's: nobody writes the loan.
    Some(unsafe { (*loan).origin })
}

/// The slots whose contents the array owns, of a node at a level with slots.
///
/// # Safety
/// N1; the array is exclusive, locked or dead.
#[inline(always)]
pub(super) unsafe fn owned<K, V>(node: Node<K, V>) -> u32 {
    // SAFETY: as this function's.
    let meta = unsafe { meta(node) };
    // SAFETY: as this function's.
    unsafe { owned_if(meta, node) }
}

/// [`owned`] of an array whose meta word has been read.
///
/// # Safety
/// As for [`owned`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn owned_if<K, V>(meta: Meta, node: Node<K, V>) -> u32 {
    if !meta.borrows() {
        return items::<K, V>(node.maps);
    }
    // SAFETY: N1.
    unsafe { node.watched() }.loan.read();
    // SAFETY: a borrowing array has a loan.
    let loan = unsafe { node.loan() };
    // SAFETY: as this function's: nobody writes the loan.
    unsafe { (*loan).own }
}

/// Whether the array owns what the slot of `bit` holds.
///
/// # Safety
/// As for [`owned`]; the node has slots, and that of `bit` holds something counted.
#[inline(always)]
pub(super) unsafe fn owns<K, V>(node: Node<K, V>, bit: Bit) -> bool {
    // SAFETY: as this function's.
    unsafe { owned(node) & bit.mask() != 0 }
}

/// Writes the loan of an array that nobody else may write.
///
/// # Safety
/// N1; the array has room for a loan and is exclusive, locked or not linked in yet.
#[inline(always)]
pub(super) unsafe fn write<K, V>(node: Node<K, V>, origin: Node<K, V>, own: u32) {
    // SAFETY: N1.
    unsafe { node.watched() }.loan.write();
    // SAFETY: as this function's.
    let loan = unsafe { node.loan() };
    // SAFETY: as this function's.
    unsafe { loan.write(Loan { origin, own }) };
}
