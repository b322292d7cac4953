#![no_main]
//! See `hamt_play::forest`.

libfuzzer_sys::fuzz_target!(|case: hamt_play::forest::Case| hamt_play::forest::run(&case));
