#![no_main]
//! See `hamt_play::map_ops`.

libfuzzer_sys::fuzz_target!(|case: hamt_play::map_ops::Case| hamt_play::map_ops::run(&case));
