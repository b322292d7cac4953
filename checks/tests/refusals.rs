//! No memory at the n-th request, for every n, in every operation.
//!
//! The program's allocator is one more point at which the tests of panicking user code let something go wrong. What
//! the standard library does then is replaced: it ends the process, while here, as without `std`, it unwinds.

#![feature(alloc_error_hook)]
#![expect(unsafe_code, reason = "is an allocator")]
#![expect(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "tests run where `std` is"
)]

#[expect(dead_code, reason = "the tests left out use the rest")]
#[path = "../../tests/all/hashers.rs"]
mod hashers;
#[path = "../../tests/all/panics/mod.rs"]
mod panics;
#[expect(dead_code, reason = "the tests left out use the rest")]
#[path = "../../tests/all/probes.rs"]
mod probes;

use std::alloc::{GlobalAlloc, Layout, System, set_alloc_error_hook};
use std::ptr;
use std::sync::Once;

struct Refusing;

#[global_allocator]
static REFUSING: Refusing = Refusing;

fn refused() -> bool {
    static HOOK: Once = Once::new();
    let refused = probes::goes_off(probes::Point::Memory);
    if refused {
        HOOK.call_once(|| set_alloc_error_hook(|_| probes::unwind()));
    }
    refused
}

// SAFETY: the system's allocator, which may refuse any request.
unsafe impl GlobalAlloc for Refusing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if refused() {
            return ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        if refused() {
            return ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe { System.realloc(block, layout, bytes) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}
