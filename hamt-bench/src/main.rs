//! Command line of the benchmark's store.
fn main() {}
