//! The benchmark of `pooled-hamt`: C and Rust peers side by side, recorded in SQLite.

extern crate alloc;

pub mod analysis;
pub mod atomic;
pub mod cells;
pub mod claims;
pub mod cli;
pub mod csv_io;
pub mod datasets;
pub mod doctor;
pub mod error;
pub mod external;
pub mod ffi;
pub mod headlines;
pub mod heap;
pub mod import;
pub mod interrupt;
pub mod keys;
pub mod machine;
pub mod measure;
pub mod peer;
pub mod peers;
pub mod plan;
pub mod plot;
pub mod process;
pub mod progress;
pub mod record;
pub mod recorder;
pub mod report;
pub mod stats;
pub mod store;
pub mod subjects;
pub mod table;
pub mod threads;
pub mod workload;
