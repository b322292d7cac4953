//! The table of all chunks, by address.
#![expect(unsafe_code, reason = "chunks are given back to the system")]

use alloc::vec::Vec;
use core::alloc::Layout;
use core::ptr;

use super::chunk::{system_alloc, system_free};
use super::{GRANULE, shadow};

/// Where chunks start: at a cache line.
const CHUNK_ALIGN: usize = 64;

/// What allocators align to anyway. Whoever asks glibc (2.36) for more hardly gets freed memory again: programs that gave
/// chunks back and took new ones grew without end.
const USUAL_ALIGN: usize = 2 * size_of::<usize>();

/// What each chunk takes beside its own bytes, so as to start where it should.
pub(super) const LEAD: usize = CHUNK_ALIGN - USUAL_ALIGN;

/// Chunks are multiples of this.
pub(super) const PAGE: usize = 4096;

/// The largest chunk. A larger one would leave more untouched at its end than it saves in calls.
pub(super) const LARGEST_CHUNK: usize = 1 << 20;

/// Memory taken from the system at once, to be cut into blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    /// What the system gave; `base` is at most `LEAD` behind.
    memory: *mut u8,
    pub(super) base: *mut u8,
    pub(super) bytes: usize,
    /// The first bit of this chunk in the bitmap of the sweep under way; meaningless otherwise.
    pub(super) first_bit: usize,
}

impl Chunk {
    fn layout(bytes: usize) -> Layout {
        Layout::from_size_align(bytes + LEAD, USUAL_ALIGN)
            .expect("a chunk is far smaller than the address space")
    }

    pub(super) fn granules(&self) -> usize {
        self.bytes / GRANULE
    }

    /// Gives the memory back; the entry must leave the table at once.
    ///
    /// # Safety
    /// No block of it is live or in a list (P4), and `self` stands in the table.
    pub(super) unsafe fn release(&self) {
        shadow::open(self.base, self.bytes);
        // SAFETY: taken with this layout in `Chunks::take`, unused (caller).
        unsafe { system_free(self.memory, Self::layout(self.bytes)) }
    }
}

/// All chunks of the process, by address (P3).
#[derive(Debug)]
pub(super) struct Chunks {
    sorted: Vec<Chunk>,
    bytes: usize,
}

impl Chunks {
    pub(super) const fn new() -> Self {
        Self {
            sorted: Vec::new(),
            bytes: 0,
        }
    }

    /// Bytes of all chunks.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes of the table itself, and what chunks take beside their own bytes.
    pub(super) fn overhead_bytes(&self) -> usize {
        self.sorted.capacity() * size_of::<Chunk>() + self.sorted.len() * LEAD
    }

    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }

    /// A new chunk of `bytes`, or null when the system has none.
    pub(super) fn take(&mut self, bytes: usize) -> *mut u8 {
        if self.sorted.try_reserve(1).is_err() {
            return ptr::null_mut();
        }
        let layout = Chunk::layout(bytes);
        let memory = system_alloc(layout);
        if memory.is_null() {
            return memory;
        }
        let lead = memory.addr().wrapping_neg() % CHUNK_ALIGN;
        debug_assert!(
            lead + bytes <= layout.size(),
            "pool: less memory than a chunk"
        );
        // SAFETY: within what was asked for, which is `LEAD` longer than the chunk (P3).
        let base = unsafe { memory.add(lead) };
        let at = self.sorted.partition_point(|chunk| chunk.base < base);
        self.sorted.insert(
            at,
            Chunk {
                memory,
                base,
                bytes,
                first_bit: 0,
            },
        );
        self.bytes += bytes;
        shadow::shut(base, bytes);
        base
    }

    /// Gives each chunk its place in a bitmap of one bit a granule; returns the words it takes.
    pub(super) fn number(&mut self) -> usize {
        let mut bit = 0;
        for chunk in &mut self.sorted {
            chunk.first_bit = bit;
            bit += chunk.granules().next_multiple_of(usize::BITS as usize);
        }
        bit / usize::BITS as usize
    }

    /// The chunk `block` lies in.
    pub(super) fn find(&self, block: *mut u8) -> usize {
        let after = self.sorted.partition_point(|chunk| chunk.base <= block);
        debug_assert!(after != 0, "pool: a block below every chunk");
        after - 1
    }

    pub(super) fn get(&self, index: usize) -> &Chunk {
        &self.sorted[index]
    }

    /// Forgets the chunks for which `gone` answers yes.
    pub(super) fn remove_if(&mut self, mut gone: impl FnMut(usize) -> bool) {
        let mut index = 0;
        let bytes = &mut self.bytes;
        self.sorted.retain(|chunk| {
            let leaves = gone(index);
            index += 1;
            if leaves {
                *bytes -= chunk.bytes;
            }
            !leaves
        });
    }

    /// Makes the table as small as its contents.
    pub(super) fn shrink(&mut self) {
        self.sorted.shrink_to_fit();
    }
}
