//! The C libraries of the comparison: declarations, and owned wrappers that are safe to use.
//!
//! This folder has all the `unsafe` that the C peers need.
#![expect(unsafe_code, reason = "calls of C libraries")]

pub mod self_test;
