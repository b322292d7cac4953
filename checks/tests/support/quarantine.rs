//! A global allocator that keeps freed blocks for a while and notices who writes to them.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};

/// Freed blocks that are kept, the oldest leaves first.
const BLOCKS: usize = 4096;

/// Freed memory reads as this: as a count it is about to overflow, as an address it is none.
const POISON: u8 = 0xDB;

/// The largest block that is kept. Arrays and entries are smaller.
const LARGEST: usize = 1100;

struct Ring {
    blocks: [(*mut u8, usize); BLOCKS],
    next: usize,
}

/// See the module. Off until [`Quarantine::within`] is called.
pub(crate) struct Quarantine {
    on: AtomicBool,
    busy: AtomicBool,
    ring: UnsafeCell<Ring>,
}

// SAFETY: the ring is only reached through `Quarantine::ring`, which excludes others.
unsafe impl Sync for Quarantine {}

impl Quarantine {
    pub(crate) const fn new() -> Self {
        Quarantine {
            on: AtomicBool::new(false),
            busy: AtomicBool::new(false),
            ring: UnsafeCell::new(Ring {
                blocks: [(std::ptr::null_mut(), 0); BLOCKS],
                next: 0,
            }),
        }
    }

    fn ring<R>(&self, work: impl FnOnce(&mut Ring) -> R) -> R {
        while self.busy.swap(true, Ordering::Acquire) {
            std::hint::spin_loop();
        }
        // SAFETY: `busy` was taken, and `work` does not come back here.
        let result = work(unsafe { &mut *self.ring.get() });
        self.busy.store(false, Ordering::Release);
        result
    }

    /// Runs `test` with freed blocks kept, then looks at those that are left.
    pub(crate) fn within<R>(&self, test: impl FnOnce() -> R) -> R {
        self.on.store(true, Ordering::SeqCst);
        let result = test();
        self.on.store(false, Ordering::SeqCst);
        for index in 0..BLOCKS {
            let (block, bytes) = self
                .ring(|ring| std::mem::replace(&mut ring.blocks[index], (std::ptr::null_mut(), 0)));
            if !block.is_null() {
                // SAFETY: kept until now, and in no ring any more.
                unsafe { release(block, bytes) };
            }
        }
        result
    }
}

/// # Safety
/// The block of `bytes` was poisoned and belongs to the caller.
unsafe fn release(block: *mut u8, bytes: usize) {
    // SAFETY: as this function's.
    let contents = unsafe { std::slice::from_raw_parts(block, bytes) };
    if contents.iter().any(|&byte| byte != POISON) {
        eprintln!("a freed block of {bytes} bytes was written to");
        std::process::abort();
    }
    let layout = Layout::from_size_align(bytes, 8).expect("a small block");
    // SAFETY: as this function's; only blocks of this alignment are kept.
    unsafe { System.dealloc(block, layout) };
}

// SAFETY: memory comes from and goes to the system's allocator with one and the same layout.
unsafe impl GlobalAlloc for Quarantine {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() > LARGEST || layout.align() != 8 || !self.on.load(Ordering::Relaxed) {
            // SAFETY: the caller's promise.
            return unsafe { System.dealloc(block, layout) };
        }
        // SAFETY: freed just now.
        unsafe { block.write_bytes(POISON, layout.size()) };
        let (oldest, bytes) = self.ring(|ring| {
            let at = ring.next % BLOCKS;
            ring.next += 1;
            std::mem::replace(&mut ring.blocks[at], (block, layout.size()))
        });
        if !oldest.is_null() {
            // SAFETY: poisoned when it was freed, and in no ring any more.
            unsafe { release(oldest, bytes) };
        }
    }
}
