//! Build script of `hamt-bench` (the library has none).
fn main() {}
