//! A count under the schedule-exploring checker.

use core::sync::atomic::Ordering;

/// `core`'s atomic with a scheduling point before each access. (Shuttle's own atomics have a
/// destructor, which what stands in an array cannot have.)
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct AtomicU32(core::sync::atomic::AtomicU32);

/// Lets the scheduler pick another thread, as an access to an atomic of shuttle's does.
fn point() {
    shuttle::sync::atomic::AtomicBool::new(false).load(Ordering::SeqCst);
}

impl AtomicU32 {
    pub(crate) fn new(value: u32) -> Self {
        Self(core::sync::atomic::AtomicU32::new(value))
    }

    pub(crate) fn load(&self, order: Ordering) -> u32 {
        point();
        self.0.load(order)
    }

    pub(crate) fn store(&self, value: u32, order: Ordering) {
        point();
        self.0.store(value, order);
    }

    pub(crate) fn fetch_add(&self, value: u32, order: Ordering) -> u32 {
        point();
        self.0.fetch_add(value, order)
    }

    pub(crate) fn fetch_sub(&self, value: u32, order: Ordering) -> u32 {
        point();
        self.0.fetch_sub(value, order)
    }

    pub(crate) fn compare_exchange(
        &self,
        current: u32,
        new: u32,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u32, u32> {
        point();
        self.0.compare_exchange(current, new, success, failure)
    }
}
