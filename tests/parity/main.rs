//! The API beside others': std's `HashMap`, method by method, and the listing of what is public.

#![expect(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "tests run where `std` is"
)]

#[macro_use]
#[path = "../all/assertions.rs"]
mod assertions;

#[path = "../all/alone.rs"]
mod alone;
mod capacity;
mod disjoint;
mod entries;
mod extraction;
#[path = "../all/hashers.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod hashers;
#[path = "../all/heap.rs"]
mod heap;
mod nothing_copied;
#[path = "../all/probes.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod probes;
#[cfg(not(miri))]
mod public_api;
mod sequences;
mod std_examples;
mod traits;
