//! Plays cases on maps and on models of them: a case is a kind of maps and a list of steps, made from bytes.
//!
//! Hashers, counted keys and the comparison of a map with its model are those of the library's tests.

#![expect(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "checkers run where `std` is"
)]

pub mod algebra;
pub mod forest;
#[expect(dead_code, reason = "the library's tests use all of it")]
#[path = "../../../tests/all/hashers.rs"]
mod hashers;
#[path = "../../../tests/all/heap.rs"]
mod heap;
mod kinds;
pub mod map_ops;
#[expect(dead_code, reason = "the library's tests use all of it")]
#[path = "../../../tests/all/probes.rs"]
mod probes;
pub mod random;
#[expect(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the library's tests use all of it"
)]
#[path = "../../../tests/all/versions.rs"]
mod versions;
