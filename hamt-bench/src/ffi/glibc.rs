//! glibc's `hsearch_r`, and its version.

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::ptr;

use super::malloc::{from_word, to_word};

/// `ENTRY`.
#[repr(C)]
struct Entry {
    key: *const c_char,
    data: *mut c_void,
}

/// `struct hsearch_data`.
#[repr(C)]
struct Data {
    table: *mut c_void,
    size: c_uint,
    filled: c_uint,
}

const FIND: c_int = 0;
const ENTER: c_int = 1;

// As `search.h` and `gnu/libc-version.h` declare them.
unsafe extern "C" {
    fn hcreate_r(elements: usize, data: *mut Data) -> c_int;
    fn hdestroy_r(data: *mut Data);
    fn hsearch_r(item: Entry, action: c_int, found: *mut *mut Entry, data: *mut Data) -> c_int;
    safe fn gnu_get_libc_version() -> *const c_char;
}

/// The version of the C library that runs.
pub(crate) fn version() -> String {
    // SAFETY: the function returns a static string.
    unsafe { CStr::from_ptr(gnu_get_libc_version()) }
        .to_string_lossy()
        .into_owned()
}

/// A table of `hsearch_r`: fixed in size, without removal or iteration, keys are strings.
pub(crate) struct HashSearch {
    data: Data,
    len: usize,
}

impl HashSearch {
    /// A table for at most `capacity` entries.
    pub(crate) fn new(capacity: usize) -> Self {
        let mut data = Data {
            table: ptr::null_mut(),
            size: 0,
            filled: 0,
        };
        // SAFETY: the data are zeroed, as the function asks.
        let made = unsafe { hcreate_r(capacity, &raw mut data) };
        assert!(made != 0, "hcreate_r({capacity}) failed");
        Self { data, len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The entry of `key`; with [`ENTER`] made with null as its value where there is none.
    fn search(&self, key: &'static CStr, action: c_int) -> *mut Entry {
        let item = Entry {
            key: key.as_ptr(),
            data: ptr::null_mut(),
        };
        let mut found = ptr::null_mut();
        // SAFETY: the table is alive, and the key lives for ever.
        unsafe {
            hsearch_r(
                item,
                action,
                &raw mut found,
                (&raw const self.data).cast_mut(),
            )
        };
        found
    }

    pub(crate) fn get(&self, key: &'static CStr) -> Option<u64> {
        let entry = self.search(key, FIND);
        // SAFETY: what is found is an entry of the table, which is alive.
        from_word(unsafe { entry.as_ref() }?.data)
    }

    pub(crate) fn insert(&mut self, key: &'static CStr, value: u64) {
        let entry = self.search(key, ENTER);
        // SAFETY: what is found is an entry of the table, which nobody else borrows.
        let entry = unsafe { entry.as_mut() }.expect("hsearch_r's table is large enough");
        self.len += usize::from(entry.data.is_null());
        entry.data = to_word(value);
    }
}

impl Drop for HashSearch {
    fn drop(&mut self) {
        // SAFETY: the table is alive and ends here. Keys are not freed.
        unsafe { hdestroy_r(&raw mut self.data) };
    }
}
