//! The benchmark of `pooled-hamt`: C and Rust peers side by side, recorded in SQLite.

pub mod machine;
pub mod record;
pub mod store;
