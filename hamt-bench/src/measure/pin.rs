//! Staying on one processor, so that the scheduler does not move a run between caches.

#[cfg(target_os = "linux")]
mod linux {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    /// The last processor that the thread may run on: interrupts tend to the first.
    #[must_use]
    pub fn last() -> Option<usize> {
        let set = sched_getaffinity(None).ok()?;
        (0..CpuSet::MAX_CPU).rev().find(|&one| set.is_set(one))
    }

    /// The processor, if the thread may be moved there; it is tried and undone.
    #[must_use]
    pub fn possible(processor: Option<usize>) -> Option<usize> {
        let before = sched_getaffinity(None).ok()?;
        let moved = stay_on(processor);
        sched_setaffinity(None, &before).ok()?;
        processor.filter(|_| moved)
    }

    /// Moves the thread to `processor` and keeps it there. Returns whether that was wished and
    /// allowed.
    #[must_use]
    pub fn stay_on(processor: Option<usize>) -> bool {
        let Some(processor) = processor.filter(|&one| one < CpuSet::MAX_CPU) else {
            return false;
        };
        let mut set = CpuSet::new();
        set.set(processor);
        sched_setaffinity(None, &set).is_ok()
    }
}

/// Not known how.
#[cfg(not(target_os = "linux"))]
mod elsewhere {
    /// None.
    #[must_use]
    pub const fn last() -> Option<usize> {
        None
    }

    /// None.
    #[must_use]
    pub const fn possible(_processor: Option<usize>) -> Option<usize> {
        None
    }

    /// Does nothing.
    #[must_use]
    pub const fn stay_on(_processor: Option<usize>) -> bool {
        false
    }
}

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{last, possible, stay_on};
#[cfg(target_os = "linux")]
pub use linux::{last, possible, stay_on};
