//! Runs the check without std; the exit code is the number of what failed.
#![no_std]
#![no_main]

#[cfg(not(target_family = "wasm"))]
mod host;

use core::ffi::c_int;
use core::panic::PanicInfo;

/// Called by the C library, or by whoever has loaded the module.
// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn main() -> c_int {
    c_int::from(hamt_no_std::check())
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    #[cfg(not(target_family = "wasm"))]
    host::fail();
    #[cfg(target_family = "wasm")]
    core::arch::wasm32::unreachable();
}
