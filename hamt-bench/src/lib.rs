//! The benchmark of `pooled-hamt`: C and Rust peers side by side, recorded in SQLite.

#[cfg(has_c_compiler)]
pub mod ffi;
