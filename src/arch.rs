//! Run-time use of the population-count instruction, so that no user needs compiler flags.
//!
//! The default x86-64 target has no POPCNT, and every step down the trie counts bits.
//! [`accelerated`] tests for the instruction once per operation and runs the operation's whole body
//! in a function compiled for it. Builds with debug assertions do without: they are slow anyway, and
//! compile in half the time.

#![cfg_attr(
    all(target_arch = "x86_64", not(miri)),
    expect(
        unsafe_code,
        reason = "uses instructions that need a CPU feature, and prefetches"
    )
)]

/// Runs `operation` with POPCNT and BMI where the CPU has them, else as it is.
///
/// `operation` and what it calls on the hot path have to be `#[inline(always)]` to profit. (What the release of an array
/// calls is so only without debug assertions: see `free_dead`.)
#[inline(always)]
pub(crate) fn accelerated<R>(operation: impl FnOnce() -> R) -> R {
    accelerated_with(
        (),
        (),
        (),
        #[inline(always)]
        |(), (), ()| operation(),
    )
}

/// [`accelerated`] for an operation on three words, which it takes in registers: what a closure
/// captures goes through memory if it is more than two.
#[cfg(all(
    feature = "std",
    target_arch = "x86_64",
    not(any(miri, debug_assertions))
))]
#[inline(always)]
pub(crate) fn accelerated_with<A, B, C, R>(
    a: A,
    b: B,
    c: C,
    operation: impl FnOnce(A, B, C) -> R,
) -> R {
    #[target_feature(enable = "popcnt,bmi1,bmi2,lzcnt")]
    unsafe fn with_popcnt<A, B, C, R>(a: A, b: B, c: C, operation: impl FnOnce(A, B, C) -> R) -> R {
        operation(a, b, c)
    }

    /// The way of the first operation, and of all on a CPU without the instructions.
    #[cold]
    #[inline(never)]
    fn undetected<A, B, C, R>(a: A, b: B, c: C, operation: impl FnOnce(A, B, C) -> R) -> R {
        if detected::detect() {
            // SAFETY: this function's contract: the CPU has reported these features.
            unsafe { with_popcnt(a, b, c, operation) }
        } else {
            operation(a, b, c)
        }
    }

    if detected::is_known() {
        // SAFETY: this function's contract: the CPU has reported these features.
        unsafe { with_popcnt(a, b, c, operation) }
    } else {
        undetected(a, b, c, operation)
    }
}

#[cfg(all(
    feature = "std",
    target_arch = "x86_64",
    not(any(miri, debug_assertions))
))]
mod detected {
    use core::sync::atomic::{AtomicU8, Ordering};

    const UNKNOWN: u8 = 0;
    const NO: u8 = 1;
    const YES: u8 = 2;

    /// A cache beside std's own: one load and one compare on the hot path.
    static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);

    /// Whether the CPU is known to have the instructions.
    #[inline(always)]
    pub(super) fn is_known() -> bool {
        STATE.load(Ordering::Relaxed) == YES
    }

    pub(super) fn detect() -> bool {
        if STATE.load(Ordering::Relaxed) == NO {
            return false;
        }
        let yes = std::is_x86_feature_detected!("popcnt")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("lzcnt");
        STATE.store(if yes { YES } else { NO }, Ordering::Relaxed);
        yes
    }
}

/// [`accelerated`] for an operation on three words; this target needs no detection or has none.
#[cfg(not(all(
    feature = "std",
    target_arch = "x86_64",
    not(any(miri, debug_assertions))
)))]
#[inline(always)]
pub(crate) fn accelerated_with<A, B, C, R>(
    a: A,
    b: B,
    c: C,
    operation: impl FnOnce(A, B, C) -> R,
) -> R {
    operation(a, b, c)
}

/// Asks the processor to fetch `bytes` from `start` on. A hint: any address will do.
#[inline(always)]
pub(crate) fn prefetch(start: *const u8, bytes: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    for line in (0..bytes).step_by(64) {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let address = start.wrapping_add(line).cast();
        // SAFETY: a prefetch reads nothing that the program can see and cannot fault; the
        // instruction belongs to every x86-64 processor.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = (start, bytes);
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_do_not_depend_on_the_path_taken() {
        for bitmap in [0u32, 1, 0x8000_0001, 0x5555_5555, u32::MAX] {
            assert_eq!(super::accelerated(|| bitmap.count_ones()), {
                let mut rest = bitmap;
                let mut ones = 0;
                while rest != 0 {
                    rest &= rest - 1;
                    ones += 1;
                }
                ones
            });
        }
    }
}
