//! What a fuzz target does that is not about maps: those are played by `hamt_play`, which needs no libFuzzer.

#[cfg(feature = "import")]
pub mod import;
