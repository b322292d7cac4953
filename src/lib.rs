//! A persistent hash map: a HAMT with 16-byte nodes and pooled, exact-size arrays.
#![no_std]
