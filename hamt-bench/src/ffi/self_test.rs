//! The tests of c-hamt that are written in C (`hamt-bench/c/test_chamt.c`).

use core::ffi::c_int;
use std::sync::{Mutex, PoisonError};

// The declarations match `test_chamt.h`.
unsafe extern "C" {
    safe fn chamt_selftest_kinds() -> c_int;
    fn chamt_selftest_strings() -> c_int;
    fn chamt_selftest_ephemeral(kind: c_int) -> c_int;
    fn chamt_selftest_versions(kind: c_int) -> c_int;
    fn chamt_selftest_memory(kind: c_int) -> c_int;
    fn chamt_selftest_many(kind: c_int, n: usize) -> c_int;
}

/// The tests share static tables.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A test in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// Random edits in place against a model, structure and pool accounting included.
    Ephemeral,
    /// Random versions of versions, all checked again at the end.
    Versions,
    /// Memory that runs out: what fails changes nothing.
    Memory,
    /// So many keys set, found and removed, absent ones removed in between.
    Many(usize),
    /// Strings at odd addresses, and the published values of murmur3.
    Strings,
}

/// The kinds of hash that the tests run with: murmur3, constant, four bits, ten bits in the first
/// generation, five bits in the last one.
#[must_use]
pub fn kinds() -> c_int {
    chamt_selftest_kinds()
}

/// Runs a test with a kind of hash.
///
/// # Errors
/// The line of `test_chamt.c` whose check failed.
///
/// # Panics
/// If there is no such kind.
pub fn run(test: Test, kind: c_int) -> Result<(), c_int> {
    assert!((0..kinds()).contains(&kind), "no kind {kind}");
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let line = match test {
        // SAFETY: the kind exists, and no other test runs.
        Test::Ephemeral => unsafe { chamt_selftest_ephemeral(kind) },
        // SAFETY: the kind exists, and no other test runs.
        Test::Versions => unsafe { chamt_selftest_versions(kind) },
        // SAFETY: the kind exists, and no other test runs.
        Test::Memory => unsafe { chamt_selftest_memory(kind) },
        // SAFETY: the kind exists, and no other test runs; any number of keys will do.
        Test::Many(n) => unsafe { chamt_selftest_many(kind, n) },
        // SAFETY: no other test runs.
        Test::Strings => unsafe { chamt_selftest_strings() },
    };
    if line == 0 { Ok(()) } else { Err(line) }
}
