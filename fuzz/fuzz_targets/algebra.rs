#![no_main]
//! See `hamt_play::algebra`.

libfuzzer_sys::fuzz_target!(|case: hamt_play::algebra::Case| hamt_play::algebra::run(&case));
