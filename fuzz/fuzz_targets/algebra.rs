#![no_main]
//! See `hamt_fuzz::algebra`.

libfuzzer_sys::fuzz_target!(|case: hamt_fuzz::algebra::Case| hamt_fuzz::algebra::run(&case));
