//! Integration tests of the library, one binary.

#![expect(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "tests run where `std` is"
)]

#[macro_use]
mod assertions;

mod algebra;
mod alone;
mod api;
mod borrow;
mod bulk;
mod collisions;
#[cfg(not(miri))]
mod compile_fail;
mod diff;
mod drops;
mod floods;
mod folds;
mod hashers;
mod heap;
mod hostile;
mod layouts;
mod leaks;
mod many;
mod merge;
mod model;
mod panics;
mod picture;
mod probes;
mod prompt;
mod sharing;
mod stack;
mod threads;
#[cfg(not(miri))]
mod tidy;
mod traits;
mod validators;
mod versions;
