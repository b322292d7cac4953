//! Locks for the pool: the standard library's, or one that spins where there is none.

#[cfg(feature = "std")]
pub(crate) use blocking::Lock;
#[cfg(not(feature = "std"))]
pub(crate) use spinning::Lock;

/// `std`'s mutex without poisoning: whoever locks keeps the guarded state valid at every point where it may unwind.
#[cfg(feature = "std")]
mod blocking {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// A mutual exclusion lock that is never poisoned and can be built in a `const`.
    #[derive(Debug, Default)]
    pub(crate) struct Lock<T>(Mutex<T>);

    impl<T> Lock<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(Mutex::new(value))
        }

        /// Waits for the lock.
        #[inline]
        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }
}

/// A test-and-test-and-set lock for targets without threads to wait on. It knows no fairness, and a holder that is
/// interrupted by a handler which wants the same lock never gets on: do not use the crate in interrupt handlers.
#[cfg(not(feature = "std"))]
mod spinning {
    #![expect(
        unsafe_code,
        reason = "a lock hands out a reference to what its cell holds"
    )]

    use core::cell::UnsafeCell;
    use core::ops::{Deref, DerefMut};
    use core::sync::atomic::{AtomicBool, Ordering};

    /// A mutual exclusion lock that spins and can be built in a `const`.
    #[derive(Debug, Default)]
    pub(crate) struct Lock<T> {
        held: AtomicBool,
        value: UnsafeCell<T>,
    }

    // SAFETY: the lock lets one thread at a time reach the value, so sharing the lock only ever moves the value.
    unsafe impl<T: Send> Sync for Lock<T> {}

    impl<T> Lock<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self {
                held: AtomicBool::new(false),
                value: UnsafeCell::new(value),
            }
        }

        /// Waits for the lock.
        #[inline]
        pub(crate) fn lock(&self) -> Guard<'_, T> {
            while self
                .held
                .compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed)
                .is_err()
            {
                while self.held.load(Ordering::Relaxed) {
                    core::hint::spin_loop();
                }
            }
            Guard { lock: self }
        }
    }

    /// The right to use the value; gives the lock back when dropped.
    #[derive(Debug)]
    pub(crate) struct Guard<'a, T> {
        lock: &'a Lock<T>,
    }

    impl<T> Deref for Guard<'_, T> {
        type Target = T;

        #[inline]
        fn deref(&self) -> &T {
            // SAFETY: while this guard lives no other exists, so nobody writes but through it.
            unsafe { &*self.lock.value.get() }
        }
    }

    impl<T> DerefMut for Guard<'_, T> {
        #[inline]
        fn deref_mut(&mut self) -> &mut T {
            // SAFETY: nobody else reaches the value while this guard lives, and `&mut self` is the only way in.
            unsafe { &mut *self.lock.value.get() }
        }
    }

    impl<T> Drop for Guard<'_, T> {
        #[inline]
        fn drop(&mut self) {
            self.lock.held.store(false, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    /// Guards exclude each other: no increment is lost.
    #[test]
    fn lock_excludes() {
        static SUM: Lock<usize> = Lock::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        let seen = *SUM.lock();
                        let mut sum = SUM.lock();
                        *sum += 1;
                        assert!(*sum > seen);
                    }
                });
            }
        });
        assert_eq!(*SUM.lock(), 4000);
    }

    /// A panic while the lock is held leaves it usable.
    #[test]
    fn lock_outlives_a_panic() {
        static VALUE: Lock<u8> = Lock::new(1);
        let caught = std::panic::catch_unwind(|| {
            let _guard = VALUE.lock();
            panic!("while locked");
        });
        assert!(caught.is_err());
        assert_eq!(*VALUE.lock(), 1);
    }
}
