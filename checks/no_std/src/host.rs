//! What the program needs of a host with a C library.

use core::ffi::c_int;

/// The exit code of a panic.
const PANICKED: c_int = 101;

// The C library calls `main`.
#[link(name = "c")]
unsafe extern "C" {
    fn _exit(code: c_int) -> !;
}

/// Ends the process.
pub(crate) fn fail() -> ! {
    // SAFETY: it may be called at any time.
    unsafe { _exit(PANICKED) }
}

// The host's `alloc` is compiled for programs that unwind and names the two functions that do it. This
// program aborts before either is called.

// SAFETY: std, which defines it, is not there.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() -> ! {
    fail()
}

// SAFETY: the library that defines it is not there.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    fail()
}
