//! The verifier of all counts, for tests.

#![expect(
    unsafe_code,
    reason = "the verifier reads loans that other threads might write"
)]

use hamt::{Hamt, HeapReport, HeapViolation};

/// Recomputes the reference count of every block that these maps keep alive. They must be all handles there are on
/// what they share.
pub(crate) fn check<'a, K: 'a, V: 'a, S: 'a>(
    maps: impl Iterator<Item = &'a Hamt<K, V, S>> + Clone,
) -> Result<HeapReport, HeapViolation> {
    // SAFETY: tests look when the threads that work on relatives of the maps have ended or wait.
    unsafe { Hamt::check_heap(maps) }
}
