//! Integration tests of the library, one binary.

#![expect(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "tests run where `std` is"
)]

mod api;
mod borrow;
mod collisions;
#[cfg(not(miri))]
mod compile_fail;
mod drops;
mod hashers;
mod hostile;
mod layouts;
mod leaks;
mod model;
mod panics;
mod probes;
mod prompt;
mod stack;
mod threads;
#[cfg(not(miri))]
mod tidy;
mod traits;
