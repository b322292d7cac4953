//! Values in the place of pointers, and what `malloc` has handed out.

use core::ffi::c_void;
use core::ptr;

/// A value as C stores it. No value is 0, and their low bits are free.
pub(crate) fn to_word(value: u64) -> *mut c_void {
    ptr::without_provenance_mut(usize::try_from(value).expect("pointers of 64 bits"))
}

/// The value that C stored; null is "absent".
pub(crate) fn from_word(word: *const c_void) -> Option<u64> {
    (!word.is_null()).then(|| word.addr() as u64)
}

/// Bytes that `malloc` has in use, with its own overhead.
#[cfg(has_mallinfo2)]
pub(crate) fn in_use() -> usize {
    /// `struct mallinfo2`: ten `size_t`.
    #[repr(C)]
    struct Info {
        arena: usize,
        ordblks: usize,
        smblks: usize,
        hblks: usize,
        hblkhd: usize,
        usmblks: usize,
        fsmblks: usize,
        uordblks: usize,
        fordblks: usize,
        keepcost: usize,
    }
    unsafe extern "C" {
        safe fn mallinfo2() -> Info;
    }
    let info = mallinfo2();
    info.uordblks + info.hblkhd
}

/// Unknown: no growth is seen.
#[cfg(not(has_mallinfo2))]
pub(crate) fn in_use() -> usize {
    0
}
