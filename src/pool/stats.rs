//! What the pool holds, and where.

/// Memory of the pool, for the whole process, in bytes. Made by [`stats`](super::stats).
///
/// Every byte has one place: `held_bytes == live_bytes + free_bytes() + overhead_bytes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Taken from the global allocator and not given back: chunks, large blocks and the pool's own tables.
    pub held_bytes: usize,
    /// In blocks that maps use now, large ones included.
    pub live_bytes: usize,
    /// In free blocks kept by threads for themselves, at most about 1 MiB each.
    pub thread_bytes: usize,
    /// In memory that threads have taken and not yet cut into blocks.
    pub bump_bytes: usize,
    /// In free blocks and merged runs that any thread can take.
    pub depot_bytes: usize,
    /// In thread caches, in the table of chunks, and before chunks, which start at a cache line.
    pub overhead_bytes: usize,
    /// Chunks that blocks are cut from.
    pub chunks: usize,
    /// Bytes of these chunks.
    pub chunk_bytes: usize,
    /// Live blocks that went to the global allocator: too large for the pool, over-aligned, or all where the pool is off.
    pub large_blocks: usize,
    /// Bytes of these blocks.
    pub large_bytes: usize,
    /// Threads that have a cache.
    pub threads: usize,
}

impl Stats {
    /// All memory that is held but not in use: in threads, in their bump regions and in the depot.
    ///
    /// ```
    /// let stats = hamt::pool::stats();
    /// assert_eq!(stats.held_bytes, stats.live_bytes + stats.free_bytes() + stats.overhead_bytes);
    /// ```
    #[must_use]
    pub fn free_bytes(&self) -> usize {
        self.thread_bytes + self.bump_bytes + self.depot_bytes
    }
}
