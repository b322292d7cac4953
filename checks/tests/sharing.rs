//! Those tests of the library that recompute counts and account for bytes and comparisons, without the
//! rest: quick to build, for the broken variants.

#![expect(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "tests run where `std` is"
)]

#[path = "../../tests/all/alone.rs"]
mod alone;
#[path = "../../tests/all/borrow.rs"]
mod borrow;
#[path = "../../tests/all/floods.rs"]
mod floods;
#[expect(dead_code, reason = "the tests left out use the rest")]
#[path = "../../tests/all/hashers.rs"]
mod hashers;
#[path = "../../tests/all/heap.rs"]
mod heap;
#[path = "../../tests/all/leaks.rs"]
mod leaks;
#[expect(dead_code, reason = "the tests left out use the rest")]
#[path = "../../tests/all/probes.rs"]
mod probes;
