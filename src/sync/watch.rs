//! What tells loom about memory that is not atomic.

/// Stands beside plain memory and is told of accesses to it, so that loom finds those that race.
/// Otherwise it has no size and does nothing.
#[derive(Debug)]
pub(crate) struct Watch {
    #[cfg(loom)]
    cell: loom::cell::UnsafeCell<()>,
}

#[cfg(not(loom))]
#[expect(clippy::unused_self, reason = "loom's has a use for it")]
impl Watch {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Watch {}
    }

    /// The memory is read, now or before this thread's next release.
    #[inline(always)]
    pub(crate) fn read(&self) {}

    /// The memory is written or freed, or the thread may do so.
    #[inline(always)]
    pub(crate) fn write(&self) {}
}

#[cfg(loom)]
impl Watch {
    pub(crate) fn new() -> Self {
        Watch {
            cell: loom::cell::UnsafeCell::new(()),
        }
    }

    /// The memory is read, now or before this thread's next release.
    #[track_caller]
    pub(crate) fn read(&self) {
        self.cell.with(|_| ());
    }

    /// The memory is written or freed, or the thread may do so.
    #[track_caller]
    pub(crate) fn write(&self) {
        self.cell.with_mut(|_| ());
    }
}
