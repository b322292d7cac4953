//! Which cache a thread uses: its own, or the shared one where it has none (yet, or any more).
#![expect(
    unsafe_code,
    reason = "the thread's cache is reached through a pointer"
)]

use super::cache::Cache;
use super::depot::{DEPOT, Depot};
use super::{block, class};

/// Used under the depot's lock by threads without a cache: all of them without `std`, otherwise those whose
/// thread-locals are gone, and those for whose cache there was no memory.
pub(super) static ORPHAN: Cache = Cache::open();

/// What a thread's pointer leads to before it has a cache.
static NEW: Cache = Cache::shut();

/// What a thread's pointer leads to once it can have none any more.
#[cfg(feature = "std")]
static OVER: Cache = Cache::shut();

#[cfg(feature = "std")]
mod local {
    use core::alloc::Layout;
    use core::cell::Cell;
    use core::ptr;
    use std::thread_local;

    use super::{NEW, OVER};
    use crate::pool::cache::Cache;
    use crate::pool::chunk::{system_alloc, system_free};
    use crate::pool::depot::{DEPOT, Depot};
    use crate::sync::Ordering::Relaxed;

    thread_local! {
        /// P5. No destructor, so that using it costs one load and it can be used until the thread ends.
        static CACHE: Cell<*const Cache> = const { Cell::new(&raw const NEW) };

        /// Gives the cache up when the thread ends. First used when the cache is made, which is what registers it.
        static GUARD: Guard = const { Guard };
    }

    struct Guard;

    impl Drop for Guard {
        fn drop(&mut self) {
            let own = CACHE.try_with(|cache| cache.replace(&raw const OVER));
            let Ok(own) = own else { return };
            if !ptr::eq(own, &raw const NEW) && !ptr::eq(own, &raw const OVER) {
                let mut depot = DEPOT.lock();
                // SAFETY: the thread's own cache, made by `attach`; the thread forgot it just now (P5).
                unsafe { detach(&mut depot, own) };
                depot.release_beyond_cap();
            }
        }
    }

    #[inline]
    pub(super) fn current() -> *const Cache {
        CACHE.try_with(Cell::get).unwrap_or(&raw const OVER)
    }

    /// Makes a cache for a thread that has none; null if it must use the shared one.
    pub(super) fn attach(depot: &mut Depot) -> *const Cache {
        if !ptr::eq(current(), &raw const NEW) || GUARD.try_with(|_| ()).is_err() {
            return ptr::null();
        }
        let cache = system_alloc(Layout::new::<Cache>()).cast::<Cache>();
        if cache.is_null() {
            return cache;
        }
        // SAFETY: fresh memory of this layout.
        unsafe { cache.write(Cache::open()) };
        // SAFETY: written just now, and nobody else knows it.
        unsafe { &*cache }
            .next
            .store(depot.caches.cast_mut(), Relaxed);
        depot.caches = cache;
        depot.threads += 1;
        CACHE.with(|current| current.set(cache));
        cache
    }

    /// Empties a cache into the depot, takes it off the list and gives its memory back.
    ///
    /// # Safety
    /// `own` was made by [`attach`], and its thread will not use it any more.
    unsafe fn detach(depot: &mut Depot, own: *const Cache) {
        // SAFETY: alive until freed below (P5).
        let cache = unsafe { &*own };
        cache.flush(depot);
        let after = cache.next.load(Relaxed);
        if ptr::eq(depot.caches, own) {
            depot.caches = after;
        } else {
            let mut before = depot.caches;
            // SAFETY: listed caches are alive, and the list is guarded by the lock we hold (P5).
            while let Some(other) = unsafe { before.as_ref() } {
                if ptr::eq(other.next.load(Relaxed), own) {
                    other.next.store(after, Relaxed);
                    break;
                }
                before = other.next.load(Relaxed);
            }
        }
        depot.threads -= 1;
        // SAFETY: made with this layout by `attach`; off the list, and its thread has forgotten it.
        unsafe { system_free(own.cast_mut().cast(), Layout::new::<Cache>()) };
    }
}

#[cfg(not(feature = "std"))]
mod local {
    use super::NEW;
    use crate::pool::cache::Cache;
    use crate::pool::depot::Depot;

    #[inline]
    pub(super) fn current() -> *const Cache {
        &raw const NEW
    }

    pub(super) fn attach(_: &mut Depot) -> *const Cache {
        core::ptr::null()
    }
}

/// The calling thread's cache, perhaps a shut one.
#[inline]
fn current<'a>() -> &'a Cache {
    // SAFETY: a static, or the thread's own cache, which outlives every use on this thread (P5).
    unsafe { &*local::current() }
}

/// A block of `class`, null if the system has no memory.
#[inline]
pub(super) fn alloc(class: usize) -> *mut u8 {
    let cache = current();
    let mut block = cache.pop(class);
    if block.is_null() {
        block = alloc_miss(cache, class);
    }
    if !block.is_null() {
        block::note_alloc(block, class::bytes(class));
    }
    block
}

/// Not inlined, but the way of all fresh memory: no lock, no saved registers.
#[inline(never)]
fn alloc_miss(cache: &Cache, class: usize) -> *mut u8 {
    let block = cache.alloc_unlocked(class);
    if block.is_null() {
        alloc_locked(class)
    } else {
        block
    }
}

#[cold]
#[inline(never)]
fn alloc_locked(class: usize) -> *mut u8 {
    let mut depot = DEPOT.lock();
    let cache = attached(&mut depot);
    cache.alloc(&mut depot, class)
}

/// # Safety
/// The free block of `class` is the caller's and becomes the pool's (P1, P2).
#[inline]
pub(super) unsafe fn free(class: usize, free: *mut u8) {
    block::note_free(free, class::bytes(class));
    // SAFETY: the caller's word.
    if !unsafe { current().push(class, free) } {
        // SAFETY: the caller's word; not taken yet.
        unsafe { free_full(class, free) }
    }
}

/// # Safety
/// As [`free`].
#[inline(never)]
unsafe fn free_full(class: usize, free: *mut u8) {
    let cache = current();
    if !cache.is_shut() && cache.make_room(class) {
        // SAFETY: the caller's word.
        let taken = unsafe { cache.push(class, free) };
        debug_assert!(taken, "pool: an emptied magazine has room");
    } else {
        // SAFETY: the caller's word.
        unsafe { free_locked(class, free) }
    }
}

/// # Safety
/// As [`free`].
#[cold]
#[inline(never)]
unsafe fn free_locked(class: usize, free: *mut u8) {
    let mut depot = DEPOT.lock();
    let cache = attached(&mut depot);
    // SAFETY: the caller's word; the cache is open.
    unsafe { cache.free(&mut depot, class, free) }
}

/// The open cache to use under the lock: the thread's own, made now if it can be, else the shared one.
fn attached<'a>(depot: &mut Depot) -> &'a Cache {
    let own = current();
    if !own.is_shut() {
        return own;
    }
    // SAFETY: null or the cache just made for this thread, which outlives every use on it (P5).
    unsafe { local::attach(depot).as_ref() }.unwrap_or(&ORPHAN)
}

/// Gives the calling thread's lists and bump region to the depot, and those of the shared cache.
pub(super) fn flush(depot: &mut Depot) {
    let own = current();
    if !own.is_shut() {
        own.flush(depot);
    }
    ORPHAN.flush(depot);
}

/// Bytes that the calling thread can cut blocks of any size from.
pub(super) fn room(depot: &Depot) -> usize {
    depot.room() + current().bump_bytes()
}

/// Calls `each` with every cache there is.
pub(super) fn for_each(depot: &Depot, mut each: impl FnMut(&Cache)) {
    each(&ORPHAN);
    let mut cache = depot.caches;
    // SAFETY: listed caches are alive, and the list is guarded by the lock that `depot` stands for (P5).
    while let Some(listed) = unsafe { cache.as_ref() } {
        each(listed);
        cache = listed.next.load(crate::sync::Ordering::Relaxed);
    }
}
