//! An allocator that never takes memory back.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

/// Enough for all that the check keeps and drops.
const BYTES: usize = 4 << 20;

/// The alignment of the arena, and the largest that it serves.
const ALIGN: usize = 4096;

#[repr(C, align(4096))]
struct Memory(UnsafeCell<[u8; BYTES]>);

/// Memory that is handed out from the front to the back.
pub(crate) struct Arena {
    memory: Memory,
    used: AtomicUsize,
}

// SAFETY: nothing reads or writes the memory through the arena; each part of it is handed out once,
// because `used` only grows.
unsafe impl Sync for Arena {}

impl Arena {
    pub(crate) const fn new() -> Self {
        Arena {
            memory: Memory(UnsafeCell::new([0; BYTES])),
            used: AtomicUsize::new(0),
        }
    }
}

// SAFETY: a block lies within the memory, is aligned because the memory is aligned to `ALIGN` and its
// place in it to the layout, and overlaps no other, because `used` moves beyond it in one step.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > ALIGN {
            return ptr::null_mut();
        }
        let end = |used: usize| {
            let start = used.checked_next_multiple_of(layout.align())?;
            let end = start.checked_add(layout.size())?;
            (end <= BYTES).then_some(end)
        };
        match self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, end)
        {
            // SAFETY: the end of the block is within the memory, and so is its start.
            Ok(used) => unsafe {
                let start = used.next_multiple_of(layout.align());
                self.memory.0.get().cast::<u8>().add(start)
            },
            Err(_) => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
