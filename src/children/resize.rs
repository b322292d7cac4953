//! Changing the size of an exclusive array by moving its bytes into a block that fits.
//!
//! Works on bytes alone, so it is compiled once for all maps. It is for arrays that own all they
//! hold and have no loan; all others go through a [`Splice`](super::splice::Splice).

#![expect(unsafe_code, reason = "moves the contents of exclusive arrays (C3)")]

use core::ptr::{self, NonNull};

use crate::node::{Header, block_bytes};
use crate::pool;

/// A change at one place of an array's contents.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    /// Bytes of the array before the place.
    pub(super) at: usize,
    /// Bytes that leave.
    pub(super) out: usize,
    /// Bytes to make room for.
    pub(super) room: usize,
}

/// Copies `from..to` of the array at `source` to `to_offset` of the one at `target`.
///
/// # Safety
/// Both blocks have these bytes, and they are different ones.
#[inline(always)]
unsafe fn copy(source: *mut u8, from: usize, to: usize, target: *mut u8, to_offset: usize) {
    // SAFETY: as this function's.
    let source = unsafe { source.add(from) };
    // SAFETY: as this function's.
    let target = unsafe { target.add(to_offset) };
    // SAFETY: as this function's.
    unsafe { ptr::copy_nonoverlapping(source, target, to - from) };
}

/// Moves the tail `from..end` of an array to `to` within its block.
///
/// # Safety
/// The block is large enough for both.
#[inline(always)]
unsafe fn shift(array: *mut u8, from: usize, end: usize, to: usize) {
    // SAFETY: as this function's.
    let source = unsafe { array.add(from) };
    // SAFETY: as this function's.
    let target = unsafe { array.add(to) };
    // SAFETY: as this function's.
    unsafe { ptr::copy(source, target, end - from) };
}

/// A fresh block for an array of `bytes`.
#[inline(always)]
fn alloc(bytes: usize) -> *mut u8 {
    pool::alloc(block_bytes(bytes)).as_ptr()
}

/// # Safety
/// Allocated for an array of `bytes`; nobody uses it any more.
#[inline(always)]
unsafe fn free(array: *mut u8, bytes: usize) {
    // SAFETY: N1: a node's array is not null.
    let array = unsafe { NonNull::new_unchecked(array) };
    // SAFETY: as this function's.
    unsafe { pool::free(array, block_bytes(bytes)) };
}

/// Makes room for `room` bytes at offset `at` of an array of `bytes`, and returns where the array
/// is now. The room is uninitialised.
///
/// If there is no memory, nothing has changed.
///
/// # Safety
/// N1; the array is exclusive, owns all it holds and has no loan, and `at` lies within it.
#[inline(never)]
pub(super) unsafe fn open(array: *mut Header, bytes: usize, at: usize, room: usize) -> *mut Header {
    let old = array.cast::<u8>();
    if block_bytes(bytes + room) == block_bytes(bytes) {
        // SAFETY: N1: the block is large enough.
        unsafe { shift(old, at, bytes, at + room) };
        return array;
    }
    let new = alloc(bytes + room);
    // SAFETY: the new block is larger.
    unsafe { copy(old, 0, at, new, 0) };
    // SAFETY: the new block has `room` bytes more.
    unsafe { copy(old, at, bytes, new, at + room) };
    // SAFETY: its contents have moved.
    unsafe { free(old, bytes) };
    new.cast()
}

/// Takes `out` bytes at offset `at` out of an array of `bytes`, whose contents the caller has moved
/// or given up, and returns where the array is now.
///
/// If there is no memory, nothing has changed.
///
/// # Safety
/// As for [`open`]; the bytes lie within the array.
#[inline(never)]
pub(super) unsafe fn close(array: *mut Header, bytes: usize, at: usize, out: usize) -> *mut Header {
    let old = array.cast::<u8>();
    if block_bytes(bytes - out) == block_bytes(bytes) {
        // SAFETY: within the array.
        unsafe { shift(old, at + out, bytes, at) };
        return array;
    }
    let new = alloc(bytes - out);
    // SAFETY: N1: what stays before the gap fits.
    unsafe { copy(old, 0, at, new, 0) };
    // SAFETY: N1: what stays fits.
    unsafe { copy(old, at + out, bytes, new, at) };
    // SAFETY: its contents have moved.
    unsafe { free(old, bytes) };
    new.cast()
}

/// Changes an array of `bytes` at two places, the first one first.
///
/// If there is no memory, nothing has changed.
///
/// # Safety
/// As for [`open`] and [`close`].
#[inline(never)]
pub(super) unsafe fn exchange(
    array: *mut Header,
    bytes: usize,
    first: Cut,
    second: Cut,
) -> *mut Header {
    let old = array.cast::<u8>();
    let new = alloc(bytes + first.room + second.room - first.out - second.out);
    // SAFETY: N2: what stays before the first place.
    unsafe { copy(old, 0, first.at, new, 0) };
    let (from, to) = (first.at + first.out, first.at + first.room);
    // SAFETY: N2: what stays between the places.
    unsafe { copy(old, from, second.at, new, to) };
    let (from, to) = (
        second.at + second.out,
        to + (second.at - from) + second.room,
    );
    // SAFETY: what stays behind the second place.
    unsafe { copy(old, from, bytes, new, to) };
    // SAFETY: its contents have moved.
    unsafe { free(old, bytes) };
    new.cast()
}
