//! The verifier of all counts, for the tests of this crate.

#![expect(unsafe_code, reason = "passes on what its caller promises (B4)")]

use super::Hamt;
use crate::children::{HeapReport, HeapViolation, check_heap};

impl<K, V, S> Hamt<K, V, S> {
    /// Recomputes the reference count of every block that these maps keep alive. They must be all handles there are on
    /// what they share, or counts differ.
    ///
    /// # Errors
    /// The first broken invariant.
    ///
    /// # Safety
    /// No other thread changes or drops a relative of these maps meanwhile.
    #[doc(hidden)]
    pub unsafe fn check_heap<'a>(
        maps: impl Iterator<Item = &'a Self> + Clone,
    ) -> Result<HeapReport, HeapViolation>
    where
        K: 'a,
        V: 'a,
        S: 'a,
    {
        // SAFETY: this function's promise.
        unsafe { check_heap(maps.map(|map| &map.root)) }
    }
}
