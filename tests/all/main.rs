//! Integration tests of the library, one binary.

mod hashers;
mod model;
