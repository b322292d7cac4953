//! The seam to `core`, `std` and the model checkers: every atomic and every lock of the crate comes
//! from here.
//!
//! Reference counts and the words beside them are [`AtomicU32`]s and nothing else is, so this is the
//! type that the checkers replace: `--cfg shuttle` by one with a scheduling point before each
//! access, `--cfg loom` by loom's, which knows weak memory. For loom a [`Watch`] stands for memory
//! that is not atomic. Both want the pool off.

#[cfg(any(test, not(any(hamt_nopool, miri, fuzzing))))]
mod lock;
#[cfg(shuttle)]
mod scheduled;
mod watch;

pub(crate) use core::sync::atomic::*;

#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
pub(crate) use lock::Lock;
#[cfg(loom)]
pub(crate) use loom::sync::atomic::AtomicU32;
#[cfg(shuttle)]
pub(crate) use scheduled::AtomicU32;
pub(crate) use watch::Watch;

#[cfg(all(any(shuttle, loom), not(hamt_nopool)))]
compile_error!("the model checkers do not know the pool: add `--cfg hamt_nopool`");
