#![no_main]
//! See `hamt_fuzz::map_ops`.

libfuzzer_sys::fuzz_target!(|case: hamt_fuzz::map_ops::Case| hamt_fuzz::map_ops::run(&case));
