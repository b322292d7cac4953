//! The benchmark of `pooled-hamt`: C and Rust peers side by side, recorded in SQLite.

extern crate alloc;

pub mod atomic;
pub mod cells;
pub mod claims;
pub mod cli;
pub mod csv_io;
pub mod error;
pub mod ffi;
pub mod heap;
pub mod import;
pub mod keys;
pub mod machine;
pub mod peers;
pub mod plan;
pub mod plot;
pub mod record;
pub mod report;
pub mod stats;
pub mod store;
pub mod table;
pub mod workload;
