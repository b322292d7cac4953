#![no_main]
//! See `hamt_fuzz::forest`.

libfuzzer_sys::fuzz_target!(|case: hamt_fuzz::forest::Case| hamt_fuzz::forest::run(&case));
