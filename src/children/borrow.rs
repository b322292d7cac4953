//! Borrowed children: lazy reference counting.
//!
//! Copying an array of *n* children the plain way takes *n* locked increments, and dropping it as
//! many decrements; that, not the copying, is what a persistent update costs elsewhere. Here a copy
//! takes one reference on the array it was copied from, its *origin*, and *borrows* what the two
//! have in common. When an origin is left with that one reference, it is dead to everybody else and
//! its borrower *absorbs* it: takes over the references it needs and frees the rest.
//!
//! An array that borrows says so in its header and keeps a loan before it: the origin, and a bitmap
//! of the slots it owns. Without a loan an array owns all it holds, so a map that is changed in
//! place never comes here.
//!
//! A *token* is a counted reference on an array or a counted entry: of a root, of a slot that its
//! array owns, of a borrower on its origin, or of a running operation.
//! * **B1** a count is the number of tokens (this refines C1 and E2).
//! * **B2** what a borrower's slot holds and does not own, its origin's slot of the same bit holds
//!   too. Origins are older than their borrowers, so each borrowed item has an owner up the chain,
//!   and the tokens on the chain keep it alive.
//! * **B3** a borrower holds more than [`FEW`] borrowed items and at least half of those it once
//!   borrowed, else it is *settled*: it takes references of its own and lets the origin go. So what
//!   a dead origin can keep alive is bounded.
//! * **B4** a chain of origins is at most [`MAX_CHAIN`] long (one more for each thread that finds a
//!   lock taken): a longer one is *converted*. The loan of a shared array is written only under its
//!   lock, that of an exclusive array by its owner, and of a dead one by who frees it.
//!
//! Why an exclusive array may be written (C2): count 1 and owned by exclusive arrays up to a root
//! that is ours. If another array reached it by a slot, B2 would lead from that array to an owner
//! of it, which is its parent on our path; so that array would be the parent, or have the parent in
//! its chain of origins, and the parent would have a second token.
//!
//! Why nothing is freed while the way down stands on it: an operation only lets an origin go after
//! the array that borrowed from it owns, or borrows elsewhere, all that is still to be visited.
//!
//! Memory order is that of `Arc`: taking a reference is relaxed, giving one up is acquire-release,
//! and who reads a count of 1 with acquire sees all that former owners did, also under locks,
//! because each of them gave its token up afterwards.

#![expect(unsafe_code, reason = "moves references between arrays (B1-B4)")]

use super::count::{Dying, is_sole, retain, retain_node};
use super::entry::Slot;
use super::leftover::Leftover;
use super::loan::{self, Meta, items, meta, owned, owned_if, try_lock, unlock};
use crate::arch::accelerated_with;
use crate::bits::Bit;
use crate::hash::Level;
use crate::node::Node;

/// With no more than this many items to borrow, references are taken instead.
pub(super) const FEW: u32 = 4;

/// The longest chain of origins. A longer one makes borrowing cheaper where many versions are kept
/// and dead versions keep more memory.
pub(super) const MAX_CHAIN: u32 = 4;

/// Takes a reference on what the slots of `mask` hold.
///
/// # Safety
/// N1, N2; the node has slots, and `mask` names items that others keep alive.
#[inline(always)]
pub(super) unsafe fn retain_items<K, V>(node: Node<K, V>, mask: u32) {
    for bit in Bit::all_of(mask) {
        if node.maps.is_child(bit) {
            // SAFETY: N2.
            let child = unsafe { node.read_child(node.maps.child_rank(bit)) };
            // SAFETY: this function's promise.
            unsafe { retain_node(child) };
        } else {
            // SAFETY: N2.
            let slot = Slot::<K, V>::new(unsafe { node.slot(node.maps.entry_rank(bit)) });
            // SAFETY: only counted entries are items, and others keep this one alive.
            retain(unsafe { slot.count() });
        }
    }
}

/// Whether so little is still borrowed that references of its own serve the array better (B3).
#[inline(always)]
fn is_settled(borrowed: u32, lent: u32) -> bool {
    let left = borrowed.count_ones();
    left <= FEW || 2 * left < lent
}

/// What to do with a replaced array's origin while it is absorbed.
enum Next<K, V> {
    /// The borrower owns all it holds now; the origin's own origin, if any, is let go.
    Settled(Option<Node<K, V>>),
    /// The borrower borrows from the origin's origin now.
    Borrows,
}

/// If the origin of `node` has no other token left, takes it over; repeats up the chain, then on
/// the way down the arrays it replaces.
///
/// # Safety
/// N1: the caller keeps `node`, at `level`, alive throughout. If `exclusive`, nobody else can reach
/// it; else it may be in use anywhere.
#[inline(never)]
pub(super) unsafe fn absorb<K, V>(node: Node<K, V>, level: Level, exclusive: bool) {
    accelerated_with(
        node,
        level,
        exclusive,
        #[inline(always)]
        |node, level, exclusive| {
            // SAFETY: as this function's.
            unsafe { absorb_chain(node, level, exclusive) }
        },
    );
}

/// # Safety
/// As for [`absorb`].
#[inline(always)]
unsafe fn absorb_chain<K, V>(node: Node<K, V>, level: Level, exclusive: bool) {
    loop {
        let before = if exclusive {
            // SAFETY: N1.
            unsafe { meta(node) }
        } else {
            // SAFETY: N1.
            match unsafe { try_lock(node) } {
                Some(meta) => meta,
                None => return,
            }
        };
        let done = |after: Meta| {
            if exclusive {
                // SAFETY: the array is the caller's alone.
                unsafe { loan::set_meta(node, after) }
            } else {
                // SAFETY: locked above.
                unsafe { unlock(node, after) }
            }
        };
        // SAFETY: exclusive or locked.
        let Some(origin) = (unsafe { loan::origin_if(before, node) }) else {
            return done(before);
        };
        // SAFETY: the loan's token keeps the origin alive.
        if !unsafe { is_sole(origin) } {
            // Others still hold it. Its chain may have become shorter.
            // SAFETY: as above.
            let depth = unsafe { meta(origin) }.depth();
            return done(Meta::borrowing(depth + 1, before.lent()));
        }
        // Our token is the origin's only one: it is ours alone, and so is its loan. What was read of
        // it before the count is not to be relied on: its last owner may have changed it since.
        // SAFETY: as said.
        let origin_meta = unsafe { meta(origin) };
        // SAFETY: as said.
        let origin_owned = unsafe { owned_if(origin_meta, origin) };
        // SAFETY: exclusive or locked.
        let own = unsafe { owned_if(before, node) };
        let held = items::<K, V>(node.maps);
        let taken = held & !own & origin_owned;
        let own = own | taken;
        let borrowed = held & !own;
        // SAFETY: ours alone, as said.
        let next = match unsafe { loan::origin_if(origin_meta, origin) } {
            Some(further) if is_settled(borrowed, origin_meta.lent()) => {
                // SAFETY: B2: the further origin keeps them alive.
                unsafe { retain_items(node, borrowed) };
                Next::Settled(Some(further))
            }
            Some(further) => {
                // SAFETY: exclusive or locked; the origin's token moves here.
                unsafe { loan::write(node, further, own) };
                Next::Borrows
            }
            None => Next::Settled(None),
        };
        done(match next {
            Next::Settled(_) => before.settled(),
            Next::Borrows => Meta::borrowing(origin_meta.depth(), origin_meta.lent()),
        });
        // What follows may run a user's `Drop`: all is consistent, and guards finish the rest.
        let further = match next {
            // SAFETY: the origin's token on its own origin, which nobody needs any more.
            Next::Settled(Some(further)) => unsafe { Leftover::new(further, level) },
            _ => Leftover::none(),
        };
        let replaced = origin_owned & !taken;
        // SAFETY: the origin is ours alone and keeps only what has been replaced here.
        unsafe { Dying::owning(origin, level, replaced) }.release();
        drop(further);
        for bit in Bit::all_of(replaced & node.maps.child_slots()) {
            // SAFETY: N2.
            let child = unsafe { node.read_child(node.maps.child_rank(bit)) };
            // SAFETY: `node` is alive and so is what it holds.
            if unsafe { meta(child) }.borrows() {
                // Its origin may have been the child that was just released.
                // SAFETY: as above; whether the child is shared is not known.
                unsafe { absorb(child, level.next(), false) };
            }
        }
        if matches!(next, Next::Settled(_)) {
            return;
        }
    }
}

/// Takes references of its own on all that `node` borrows and lets the origin go, unless another
/// thread is at its loan.
///
/// # Safety
/// N1: the caller keeps `node`, at `level`, alive throughout.
#[inline(never)]
pub(super) unsafe fn convert<K, V>(node: Node<K, V>, level: Level) {
    // SAFETY: N1.
    let Some(before) = (unsafe { try_lock(node) }) else {
        return;
    };
    // SAFETY: locked.
    let leftover = unsafe { let_go(node, level) };
    // SAFETY: locked.
    unsafe { unlock(node, before.settled()) };
    drop(leftover);
}

/// Takes references of its own on all that `node` borrows. The caller has to mark it as settled,
/// then to drop the reference on the origin.
///
/// # Safety
/// N1; the array is exclusive or locked.
#[inline(always)]
unsafe fn let_go<K, V>(node: Node<K, V>, level: Level) -> Leftover<K, V> {
    // SAFETY: N1.
    let meta = unsafe { meta(node) };
    // SAFETY: as this function's.
    let Some(origin) = (unsafe { loan::origin_if(meta, node) }) else {
        return Leftover::none();
    };
    // SAFETY: as this function's.
    let own = unsafe { owned_if(meta, node) };
    // SAFETY: B2: the origin keeps them alive.
    unsafe { retain_items(node, items::<K, V>(node.maps) & !own) };
    // SAFETY: the loan's token.
    unsafe { Leftover::new(origin, level) }
}

/// Restores B3 after the borrowed set of an exclusive array has shrunk.
///
/// # Safety
/// N1; the array is exclusive.
#[inline(always)]
pub(super) unsafe fn settle<K, V>(node: Node<K, V>, level: Level) -> Leftover<K, V> {
    // SAFETY: N1.
    let before = unsafe { meta(node) };
    if !before.borrows() {
        return Leftover::none();
    }
    // SAFETY: exclusive.
    let borrowed = items::<K, V>(node.maps) & !unsafe { owned(node) };
    if !is_settled(borrowed, before.lent()) {
        return Leftover::none();
    }
    // SAFETY: exclusive.
    let leftover = unsafe { let_go(node, level) };
    // SAFETY: exclusive.
    unsafe { loan::set_meta(node, before.settled()) };
    leftover
}

/// Makes an exclusive array own all it holds.
///
/// # Safety
/// N1; the array is exclusive.
#[inline]
pub(super) unsafe fn own_all<K, V>(node: Node<K, V>, level: Level) {
    // SAFETY: N1.
    if !unsafe { meta(node) }.borrows() {
        return;
    }
    // SAFETY: exclusive.
    unsafe { absorb(node, level, true) };
    // SAFETY: N1.
    let before = unsafe { meta(node) };
    // SAFETY: exclusive.
    let leftover = unsafe { let_go(node, level) };
    // SAFETY: exclusive.
    unsafe { loan::set_meta(node, before.settled()) };
    drop(leftover);
}

/// Gives up what dead versions still hold through the arrays from `node` down.
///
/// # Safety
/// N1: the caller keeps `node`, at `level`, alive throughout.
pub(super) unsafe fn compact<K, V>(node: Node<K, V>, level: Level) {
    // SAFETY: N1.
    if unsafe { meta(node) }.borrows() {
        // SAFETY: this function's promise.
        unsafe { absorb(node, level, false) };
        // SAFETY: this function's promise.
        unsafe { convert(node, level) };
    }
    for index in 0..node.children(level) {
        // SAFETY: N2: below the number of children.
        let child = unsafe { node.read_child(index) };
        // SAFETY: `node` keeps it alive.
        unsafe { compact(child, level.next()) };
    }
}
