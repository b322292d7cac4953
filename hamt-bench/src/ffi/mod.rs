//! The C libraries of the comparison: declarations, and owned wrappers that are safe to use.
//!
//! This folder has all the `unsafe` that the C peers need. Keys go to C as `KeyPtr`s, which
//! can only be made from keys that live for the whole process, so no map can outlive its keys.
//! Values go as words in the place of pointers, which no library follows.
#![expect(unsafe_code, reason = "calls of C libraries")]

#[cfg(has_c_compiler)]
pub(crate) mod chamt;
#[cfg(has_glib)]
pub(crate) mod glib;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) mod glibc;
#[cfg(has_judy)]
pub(crate) mod judy;
#[cfg(has_c_compiler)]
pub(crate) mod key;
#[cfg(has_libhamt)]
pub(crate) mod libhamt;
pub(crate) mod malloc;
#[cfg(has_c_compiler)]
pub mod self_test;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) mod tsearch;
