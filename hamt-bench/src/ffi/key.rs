//! Keys as pointers, and how C treats them.

#[cfg(has_glib)]
use core::ffi::c_uint;
use core::ffi::{c_int, c_void};
use core::marker::PhantomData;
use core::ptr;

use crate::keys::{Key, Word};

/// A hash of a key, by generation.
pub(crate) type Hash = unsafe extern "C" fn(*const c_void, usize) -> u32;
/// A hash of a key.
#[cfg(has_glib)]
pub(crate) type HashOnce = unsafe extern "C" fn(*const c_void) -> c_uint;
/// Non-zero where keys are equal.
pub(crate) type Equal = unsafe extern "C" fn(*const c_void, *const c_void) -> c_int;
/// Zero where keys are equal, else their order.
#[cfg(has_libhamt)]
pub(crate) type Compare = unsafe extern "C" fn(*const c_void, *const c_void) -> c_int;

// As `murmur3.h` and `string.h` declare them, with untyped pointers.
unsafe extern "C" {
    fn chamt_u64_hash(key: *const c_void, generation: usize) -> u32;
    #[cfg(has_glib)]
    fn chamt_u64_hash_once(key: *const c_void) -> c_uint;
    fn chamt_u64_equal(a: *const c_void, b: *const c_void) -> c_int;
    fn chamt_string_hash(key: *const c_void, generation: usize) -> u32;
    #[cfg(has_glib)]
    fn chamt_string_hash_once(key: *const c_void) -> c_uint;
    fn chamt_string_equal(a: *const c_void, b: *const c_void) -> c_int;
    #[cfg(has_libhamt)]
    fn strcmp(a: *const c_void, b: *const c_void) -> c_int;
}

/// A key that C can take.
pub(crate) trait CKey: Key<Value = u64> {
    /// Murmur3.
    const HASH: Hash;
    /// The same for libraries that ask for one hash only.
    #[cfg(has_glib)]
    const HASH_ONCE: HashOnce;
    /// Equality.
    const EQUAL: Equal;
    /// Order.
    #[cfg(has_libhamt)]
    const COMPARE: Compare;

    /// Where the key's bytes are.
    fn pointer(&'static self) -> *const c_void;
}

impl CKey for u64 {
    const HASH: Hash = chamt_u64_hash;
    #[cfg(has_glib)]
    const HASH_ONCE: HashOnce = chamt_u64_hash_once;
    const EQUAL: Equal = chamt_u64_equal;
    #[cfg(has_libhamt)]
    const COMPARE: Compare = compare_numbers;

    fn pointer(&'static self) -> *const c_void {
        ptr::from_ref(self).cast()
    }
}

impl CKey for Word {
    const HASH: Hash = chamt_string_hash;
    #[cfg(has_glib)]
    const HASH_ONCE: HashOnce = chamt_string_hash_once;
    const EQUAL: Equal = chamt_string_equal;
    #[cfg(has_libhamt)]
    const COMPARE: Compare = strcmp;

    fn pointer(&'static self) -> *const c_void {
        self.as_c_str().as_ptr().cast::<c_void>()
    }
}

#[cfg(has_libhamt)]
unsafe extern "C" fn compare_numbers(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: keys of this kind are pointers to `u64`s.
    let a = unsafe { *a.cast::<u64>() };
    // SAFETY: as above.
    let b = unsafe { *b.cast::<u64>() };
    a.cmp(&b) as c_int
}

/// A pointer to a key of kind `K` that lives for the whole process: what `K`'s functions take.
pub(crate) struct KeyPtr<K: 'static>(*const c_void, PhantomData<&'static K>);

impl<K: CKey> KeyPtr<K> {
    /// The pointer that C sees.
    pub(crate) fn new(key: &'static K) -> Self {
        Self(key.pointer(), PhantomData)
    }

    pub(crate) fn as_ptr(&self) -> *const c_void {
        self.0
    }

    #[cfg(any(has_glib, has_libhamt))]
    pub(crate) fn as_mut_ptr(&self) -> *mut c_void {
        self.0.cast_mut()
    }
}
