//! Judy arrays: JudyL from words to words, JudyHS from strings to words.

use core::ffi::{c_int, c_void};
use core::ptr;

use super::malloc::{from_word, to_word};

type Array = *mut c_void;
type Value = *mut *mut c_void;

// As `Judy.h` declares them. No error is asked for: the last argument is null.
unsafe extern "C" {
    fn JudyLGet(array: *const c_void, index: usize, error: *mut c_void) -> Value;
    fn JudyLIns(array: *mut Array, index: usize, error: *mut c_void) -> Value;
    fn JudyLDel(array: *mut Array, index: usize, error: *mut c_void) -> c_int;
    fn JudyLFirst(array: *const c_void, index: *mut usize, error: *mut c_void) -> Value;
    fn JudyLNext(array: *const c_void, index: *mut usize, error: *mut c_void) -> Value;
    fn JudyLMemUsed(array: *const c_void) -> usize;
    fn JudyLFreeArray(array: *mut Array, error: *mut c_void) -> usize;
    fn JudyHSGet(array: *const c_void, key: *const c_void, length: usize) -> Value;
    fn JudyHSIns(array: *mut Array, key: *const c_void, length: usize, error: *mut c_void)
    -> Value;
    fn JudyHSDel(array: *mut Array, key: *const c_void, length: usize, error: *mut c_void)
    -> c_int;
    fn JudyHSFreeArray(array: *mut Array, error: *mut c_void) -> usize;
}

/// Reads the slot that a look-up returned; null where the key is absent.
///
/// # Safety
/// `slot` must be null or from an array that has not changed since.
unsafe fn read(slot: Value) -> Option<u64> {
    // SAFETY: by this function's contract.
    from_word(*unsafe { slot.as_ref() }?)
}

/// Writes the slot that an insertion returned; true if the key is new. A new slot holds null, and
/// no value is null.
///
/// # Safety
/// `slot` must be null, `PPJERR` or from an array that has not changed since.
unsafe fn write(slot: Value, value: u64) -> bool {
    assert!(
        !slot.is_null() && slot.addr() != usize::MAX,
        "Judy ran out of memory"
    );
    // SAFETY: by this function's contract, and it is no error.
    let old = unsafe { slot.replace(to_word(value)) };
    old.is_null()
}

/// JudyL: a trie over the key's bytes, sorted; no hash.
pub(crate) struct Numbers {
    array: Array,
    len: usize,
}

impl Numbers {
    pub(crate) fn new() -> Self {
        Self {
            array: ptr::null_mut(),
            len: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, key: usize) -> Option<u64> {
        // SAFETY: the array is alive.
        let slot = unsafe { JudyLGet(self.array, key, ptr::null_mut()) };
        // SAFETY: the slot is fresh.
        unsafe { read(slot) }
    }

    pub(crate) fn insert(&mut self, key: usize, value: u64) {
        // SAFETY: the array is alive.
        let slot = unsafe { JudyLIns(&raw mut self.array, key, ptr::null_mut()) };
        // SAFETY: the slot is fresh.
        self.len += usize::from(unsafe { write(slot, value) });
    }

    pub(crate) fn remove(&mut self, key: usize) {
        // SAFETY: the array is alive.
        let removed = unsafe { JudyLDel(&raw mut self.array, key, ptr::null_mut()) };
        self.len -= usize::from(removed == 1);
    }

    pub(crate) fn for_each(&self, mut visit: impl FnMut(u64)) {
        let mut index = 0;
        // SAFETY: the array is alive.
        let mut slot = unsafe { JudyLFirst(self.array, &raw mut index, ptr::null_mut()) };
        // SAFETY: the slot is fresh: the array does not change while it is borrowed.
        while let Some(value) = unsafe { read(slot) } {
            visit(value);
            // SAFETY: the array is alive.
            slot = unsafe { JudyLNext(self.array, &raw mut index, ptr::null_mut()) };
        }
    }

    /// Bytes that the array uses, without `malloc`'s overhead.
    pub(crate) fn bytes(&self) -> usize {
        // SAFETY: the array is alive.
        unsafe { JudyLMemUsed(self.array) }
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        // SAFETY: the array is alive and ends here.
        unsafe { JudyLFreeArray(&raw mut self.array, ptr::null_mut()) };
    }
}

/// JudyHS: a hash over tries; it copies its keys and cannot be iterated.
pub(crate) struct Strings {
    array: Array,
    len: usize,
}

impl Strings {
    pub(crate) fn new() -> Self {
        Self {
            array: ptr::null_mut(),
            len: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<u64> {
        // SAFETY: the array is alive, and the key is only read.
        let slot = unsafe { JudyHSGet(self.array, key.as_ptr().cast(), key.len()) };
        // SAFETY: the slot is fresh.
        unsafe { read(slot) }
    }

    pub(crate) fn insert(&mut self, key: &[u8], value: u64) {
        let (start, length) = (key.as_ptr().cast(), key.len());
        // SAFETY: the array is alive, and the key is only read.
        let slot = unsafe { JudyHSIns(&raw mut self.array, start, length, ptr::null_mut()) };
        // SAFETY: the slot is fresh.
        self.len += usize::from(unsafe { write(slot, value) });
    }

    pub(crate) fn remove(&mut self, key: &[u8]) {
        let (start, length) = (key.as_ptr().cast(), key.len());
        // SAFETY: the array is alive, and the key is only read.
        let removed = unsafe { JudyHSDel(&raw mut self.array, start, length, ptr::null_mut()) };
        self.len -= usize::from(removed == 1);
    }
}

impl Drop for Strings {
    fn drop(&mut self) {
        // SAFETY: the array is alive and ends here.
        unsafe { JudyHSFreeArray(&raw mut self.array, ptr::null_mut()) };
    }
}
