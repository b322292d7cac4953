//! A persistent hash map: a HAMT with 16-byte nodes and pooled, exact-size arrays.
//!
//! [`Hamt`] has the interface of `std::collections::HashMap`, [`HamtSet`] that of `HashSet`;
//! [`HamtMultimap`] has any number of values for a key. Cloning them takes constant time, and a clone
//! that is changed shares all but one short path with the other:
//!
//! ```
//! use hamt::Hamt;
//!
//! let mut map: Hamt<u32, &str> = (0..1000).map(|n| (n, "old")).collect();
//! let snapshot = map.clone();
//! map.insert(7, "new"); // copies two small arrays
//! map.insert(8, "new"); // changes those in place if the path is the same
//! assert_eq!((snapshot[&7], map[&7]), ("old", "new"));
//!
//! // A version goes to another thread, which reads it while this one writes on.
//! let reader = std::thread::spawn(move || snapshot.values().filter(|it| **it == "old").count());
//! map.retain(|key, _| key % 2 == 0);
//! assert_eq!(reader.join().unwrap(), 1000);
//! ```
//!
#![doc = include_str!("../docs/GUIDE.md")]
#![no_std]
#![deny(missing_docs)]

extern crate alloc;
// Tests use std in every configuration.
#[cfg(any(feature = "std", test))]
extern crate std;

mod arch;
mod bits;
mod children;
#[cfg(any(
    feature = "arbitrary",
    feature = "proptest",
    feature = "quickcheck",
    feature = "rayon",
    feature = "serde"
))]
mod external;
mod hash;
mod hasher;
mod map;
pub mod multimap;
mod node;
mod picture;
pub mod pool;
pub mod set;
mod sync;
mod trie;

#[doc(hidden)]
pub use children::{HeapReport, HeapViolation};
#[cfg(feature = "proptest")]
pub use external::proptest;
#[cfg(feature = "rayon")]
pub use external::rayon;
pub use hasher::DefaultHashBuilder;
pub use map::{
    Diff, Drain, Entry, ExtractIf, Hamt, Insertion, IntoIter, IntoKeys, IntoValues, Iter, IterMut,
    Keys, OccupiedEntry, OccupiedError, TryReserveError, VacantEntry, Values, ValuesMut,
};
pub use multimap::HamtMultimap;
pub use picture::Picture;
pub use set::HamtSet;
pub use trie::{Change, Conflict, JoinRules, Pick, Resolution, Rule, Sharing, Stats, Violation};

#[cfg(doc)]
#[doc = include_str!("../docs/MIGRATION.md")]
pub mod migration {}

/// The README's example, as a test.
#[cfg(all(doctest, feature = "ahash", feature = "std"))]
#[doc = include_str!("../README.md")]
#[expect(
    missing_debug_implementations,
    reason = "exists for its documentation only"
)]
pub struct Readme;
