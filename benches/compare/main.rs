//! The benchmark's Criterion target.
fn main() {}
