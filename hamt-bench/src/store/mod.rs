//! The store of benchmark runs.

mod recorder;

pub use recorder::{Recorder, Summary};
