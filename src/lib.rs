//! A persistent hash map: a HAMT with 16-byte nodes and pooled, exact-size arrays.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod arch;
mod bits;
mod children;
mod hash;
mod hasher;
mod map;
mod node;
pub mod pool;
mod sync;
mod trie;

#[doc(hidden)]
pub use children::{HeapReport, HeapViolation};
pub use hasher::DefaultHashBuilder;
pub use map::{
    Entry, Hamt, IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys, OccupiedEntry, VacantEntry,
    Values, ValuesMut,
};
pub use trie::{Stats, Violation};

/// The README's example, as a test.
#[cfg(all(doctest, feature = "ahash", feature = "std"))]
#[doc = include_str!("../README.md")]
#[expect(
    missing_debug_implementations,
    reason = "exists for its documentation only"
)]
pub struct Readme;
