//! See `hamt_fuzz::import`.
#![no_main]

libfuzzer_sys::fuzz_target!(|file: &[u8]| hamt_fuzz::import::run(file));
