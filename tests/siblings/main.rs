//! Integration tests of the sets, the multimaps and the optional features, one binary.

#![expect(clippy::std_instead_of_core, reason = "tests run where `std` is")]

mod features;
#[expect(dead_code, reason = "the tests of the map use the rest")]
#[path = "../all/hashers.rs"]
mod hashers;
#[cfg(feature = "rayon")]
#[path = "../all/heap.rs"]
mod heap;
mod multimap;
#[cfg(feature = "rayon")]
mod parallel;
#[cfg(feature = "rayon")]
mod parallel_build;
#[cfg(feature = "rayon")]
mod parallel_join;
#[expect(dead_code, reason = "the tests of the map use the rest")]
#[path = "../all/probes.rs"]
mod probes;
mod set;
mod set_panics;
