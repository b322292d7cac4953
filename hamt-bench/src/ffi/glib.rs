//! GLib's `GHashTable`.

use core::ffi::{c_int, c_uint, c_void};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use super::key::{CKey, Equal, HashOnce, KeyPtr};
use super::malloc::{from_word, to_word};

#[repr(C)]
struct RawTable([u8; 0]);
/// `GHashTableIter`: four pointers and two `int`s.
#[repr(C)]
struct RawIter {
    pointers: [*mut c_void; 3],
    numbers: [c_int; 2],
    pointer: *mut c_void,
}

// As `glib.h` declares them.
unsafe extern "C" {
    fn g_hash_table_new(hash: HashOnce, equal: Equal) -> NonNull<RawTable>;
    fn g_hash_table_destroy(table: NonNull<RawTable>);
    fn g_hash_table_size(table: NonNull<RawTable>) -> c_uint;
    fn g_hash_table_lookup(table: NonNull<RawTable>, key: *const c_void) -> *mut c_void;
    fn g_hash_table_insert(table: NonNull<RawTable>, key: *mut c_void, value: *mut c_void)
    -> c_int;
    fn g_hash_table_remove(table: NonNull<RawTable>, key: *const c_void) -> c_int;
    fn g_hash_table_iter_init(iter: *mut RawIter, table: NonNull<RawTable>);
    fn g_hash_table_iter_next(
        iter: *mut RawIter,
        key: *mut *mut c_void,
        value: *mut *mut c_void,
    ) -> c_int;
}

/// A table that owns neither keys nor values. GLib ends the process where memory runs out.
pub(crate) struct Map<K> {
    table: NonNull<RawTable>,
    keys: PhantomData<K>,
}

impl<K: CKey> Map<K> {
    pub(crate) fn new() -> Self {
        // SAFETY: both functions take keys of kind `K`, and the table gets no others.
        let table = unsafe { g_hash_table_new(K::HASH_ONCE, K::EQUAL) };
        Self {
            table,
            keys: PhantomData,
        }
    }

    pub(crate) fn len(&self) -> usize {
        // SAFETY: the table is alive.
        unsafe { g_hash_table_size(self.table) as usize }
    }

    pub(crate) fn get(&self, key: &KeyPtr<K>) -> Option<u64> {
        // SAFETY: the table is alive and takes such keys.
        from_word(unsafe { g_hash_table_lookup(self.table, key.as_ptr()) })
    }

    pub(crate) fn insert(&mut self, key: &KeyPtr<K>, value: u64) {
        // SAFETY: the table is alive; the key lives for ever and is only read.
        unsafe { g_hash_table_insert(self.table, key.as_mut_ptr(), to_word(value)) };
    }

    pub(crate) fn remove(&mut self, key: &KeyPtr<K>) {
        // SAFETY: the table is alive and takes such keys.
        unsafe { g_hash_table_remove(self.table, key.as_ptr()) };
    }

    pub(crate) fn for_each(&self, mut visit: impl FnMut(u64)) {
        let mut iter = MaybeUninit::<RawIter>::uninit();
        // SAFETY: the table is alive; the function makes the iterator.
        unsafe { g_hash_table_iter_init(iter.as_mut_ptr(), self.table) };
        let (key, mut value) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the iterator is made, and the table does not change while it is borrowed. Keys
        // are not asked for.
        while unsafe { g_hash_table_iter_next(iter.as_mut_ptr(), key, &raw mut value) } != 0 {
            visit(value.addr() as u64);
        }
    }
}

impl<K> Drop for Map<K> {
    fn drop(&mut self) {
        // SAFETY: the table is alive and ends here.
        unsafe { g_hash_table_destroy(self.table) };
    }
}
