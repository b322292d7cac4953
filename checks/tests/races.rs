//! The library's tests of many threads, for the thread sanitizer.

#![expect(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "tests run where `std` is"
)]

#[expect(dead_code, reason = "the tests left out use the rest")]
#[path = "../../tests/all/hashers.rs"]
mod hashers;
#[path = "../../tests/all/heap.rs"]
mod heap;
#[expect(dead_code, reason = "the tests left out use the rest")]
#[path = "../../tests/all/probes.rs"]
mod probes;
#[path = "../../tests/all/threads.rs"]
mod threads;
