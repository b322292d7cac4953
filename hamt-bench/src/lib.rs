//! The benchmark of `pooled-hamt`: C and Rust peers side by side, recorded in SQLite.

extern crate alloc;

pub mod heap;
pub mod keys;
pub mod peers;
pub mod plan;
pub mod workload;
