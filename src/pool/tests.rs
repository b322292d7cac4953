//! White-box tests of the pool. Those that compare exact figures run alone, in a process of their own.
#![expect(unsafe_code, reason = "blocks are written to and freed")]
#![expect(
    clippy::cast_possible_truncation,
    reason = "patterns are the low byte of a number"
)]

use alloc::vec::Vec;
use core::alloc::Layout;
use core::ptr::NonNull;

use super::{GRANULE, MAX_POOLED, Stats, alloc, alloc_aligned, free, free_aligned, stats, trim};

/// Numbers that look random.
pub(super) struct Rng(pub(super) u64);

impl Rng {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((u128::from(self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)) * limit as u128) >> 64) as usize
    }
}

/// A live block full of its own pattern, which it checks when it is given back.
struct Block {
    at: NonNull<u8>,
    bytes: usize,
    pattern: u8,
}

// SAFETY: a block belongs to nobody else.
unsafe impl Send for Block {}

impl Block {
    fn new(bytes: usize, pattern: u8) -> Self {
        let at = alloc(bytes);
        assert_eq!(at.addr().get() % GRANULE, 0);
        // SAFETY: the block has these bytes.
        unsafe { at.write_bytes(pattern, bytes) };
        Self { at, bytes, pattern }
    }

    fn check(&self) {
        // SAFETY: written in `new`.
        let bytes = unsafe { core::slice::from_raw_parts(self.at.as_ptr(), self.bytes) };
        assert!(
            bytes.iter().all(|&byte| byte == self.pattern),
            "another block overlaps"
        );
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.check();
        // SAFETY: made with these bytes.
        unsafe { free(self.at, self.bytes) }
    }
}

/// Runs a test in a process of its own, where nothing else uses the pool.
#[cfg(not(miri))]
pub(super) fn alone(name: &str, test: impl FnOnce()) {
    const VARIABLE: &str = "HAMT_POOL_ALONE";
    if std::env::var_os(VARIABLE).is_some() {
        return test();
    }
    let program = std::env::current_exe().expect("the test program has a path");
    let output = std::process::Command::new(program)
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(VARIABLE, "1")
        .output()
        .expect("the test program starts");
    let text = ::alloc::string::String::from_utf8_lossy(&output.stdout);
    let errors = ::alloc::string::String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "no test named {name}: {text}");
}

/// Without processes a test just runs; nothing else may run beside it then.
#[cfg(miri)]
pub(super) fn alone(_: &str, test: impl FnOnce()) {
    test();
}

/// The figures, after checking that every byte is somewhere.
fn exact() -> Stats {
    let stats = stats();
    assert_eq!(
        stats.held_bytes,
        stats.live_bytes + stats.free_bytes() + stats.overhead_bytes
    );
    assert_eq!(
        stats.held_bytes,
        stats.chunk_bytes + stats.large_bytes + stats.overhead_bytes
    );
    stats
}

fn random_size(rng: &mut Rng) -> usize {
    let granules = match rng.below(20) {
        0 => MAX_POOLED / GRANULE + 1 + rng.below(500),
        1..5 => 1 + rng.below(MAX_POOLED / GRANULE),
        _ => 1 + rng.below(16),
    };
    granules * GRANULE
}

const STEPS: usize = if cfg!(miri) { 300 } else { 60_000 };

/// Random blocks of all sizes never overlap, and the live bytes are what is in use.
#[test]
fn random_blocks_are_disjoint_and_counted() {
    alone(
        "pool::tests::random_blocks_are_disjoint_and_counted",
        || {
            let before = exact().live_bytes;
            let mut rng = Rng(0x5EED);
            let (mut blocks, mut live) = (Vec::<Block>::new(), 0);
            for step in 0..STEPS {
                // Grows, then shrinks, then grows again.
                let grow = if step / (STEPS / 5) % 2 == 0 { 70 } else { 35 };
                if rng.below(100) < grow || blocks.is_empty() {
                    let block = Block::new(random_size(&mut rng), step as u8);
                    live += block.bytes;
                    blocks.push(block);
                } else {
                    let at = rng.below(blocks.len());
                    live -= blocks.swap_remove(at).bytes;
                }
                if step % 997 == 0 {
                    assert_eq!(exact().live_bytes - before, live);
                }
                if step % 9973 == 0 {
                    trim();
                    blocks.iter().for_each(Block::check);
                    assert_eq!(exact().live_bytes - before, live);
                }
            }
            drop(blocks);
            assert_eq!(exact().live_bytes, before);
        },
    );
}

/// Large and over-aligned blocks are counted too.
#[test]
fn large_blocks_are_counted() {
    alone("pool::tests::large_blocks_are_counted", || {
        let before = exact();
        let layout = Layout::from_size_align(96, 64).expect("a layout");
        let block = alloc_aligned(layout);
        assert_eq!(block.addr().get() % 64, 0);
        let large = Block::new(MAX_POOLED + GRANULE, 1);
        let now = exact();
        assert_eq!(
            now.live_bytes - before.live_bytes,
            96 + MAX_POOLED + GRANULE
        );
        assert_eq!(now.large_blocks - before.large_blocks, 2);
        drop(large);
        // SAFETY: from `alloc_aligned` with this layout.
        unsafe { free_aligned(block, layout) };
        assert_eq!(exact().live_bytes, before.live_bytes);
    });
}

#[cfg(not(any(hamt_nopool, miri, fuzzing)))]
mod pooled {
    use ::alloc::vec;
    use std::sync::mpsc;
    use std::{thread, thread_local};

    use super::*;
    use crate::pool::cache::Cache;
    use crate::pool::table::{Chunk, LARGEST_CHUNK, LEAD, PAGE};
    use crate::pool::{chunk, pooled, set_cap};
    use crate::sync::Ordering::Relaxed;

    /// Caches that a process with one busy thread has.
    const CACHES: usize = if cfg!(feature = "std") { 1 } else { 0 };

    /// Once everything is free, `trim` leaves nothing but the caches.
    fn assert_all_given_back() {
        trim();
        let left = exact();
        let caches = left.threads * size_of::<Cache>();
        assert_eq!(
            (left.live_bytes, left.chunk_bytes, left.free_bytes()),
            (0, 0, 0),
            "{left:?}"
        );
        assert_eq!(left.overhead_bytes, caches, "the table of chunks is left");
    }

    /// No more is taken than was asked for, and the table of chunks counts.
    #[test]
    fn reservations_are_exact() {
        alone("pool::tests::pooled::reservations_are_exact", || {
            for (bytes, chunks) in [(PAGE, 1), (3 * PAGE, 2), (2 * LARGEST_CHUNK, 4)] {
                assert!(pooled::reserve(bytes) && pooled::reserve(bytes - 1));
                let stats = exact();
                assert_eq!((stats.chunk_bytes, pooled::room()), (bytes, bytes));
                assert_eq!(stats.chunks, chunks);
                let table = stats.overhead_bytes;
                let least = chunks * (size_of::<Chunk>() + LEAD);
                assert!((least..=4 * least).contains(&table), "{stats:?}");
            }
            assert_all_given_back();
        });
    }

    #[test]
    fn a_small_map_holds_little() {
        alone("pool::tests::pooled::a_small_map_holds_little", || {
            let _block = Block::new(56, 1);
            let stats = exact();
            assert_eq!(
                (stats.chunk_bytes, stats.live_bytes, stats.threads),
                (4096, 56, CACHES)
            );
            let another = thread::spawn(move || {
                let _block = Block::new(56, 2);
                exact().overhead_bytes - stats.overhead_bytes
            });
            let more = another.join().expect("no panic");
            // Its own cache, and with it a chunk.
            assert_eq!(more, CACHES * (size_of::<Cache>() + LEAD));
        });
    }

    #[test]
    fn trim_gives_empty_chunks_back() {
        alone("pool::tests::pooled::trim_gives_empty_chunks_back", || {
            let blocks: Vec<_> = (0..50_000)
                .map(|i| Block::new(8 + i % 60 * 8, i as u8))
                .collect();
            let live = exact().live_bytes;
            assert_eq!(trim() / 4096, 0, "all chunks but the youngest are full");
            let mut kept = Vec::new();
            for (at, block) in blocks.into_iter().enumerate() {
                if at % 10_000 == 0 {
                    kept.push(block);
                }
            }
            let released = trim();
            let left = exact();
            assert!(released > live / 2, "{left:?}");
            assert!(left.chunks <= kept.len() + 1, "{left:?}");
            drop(kept);
            assert_all_given_back();
        });
    }

    /// Beyond the cap, empty chunks leave unasked.
    #[test]
    fn the_cap_is_kept() {
        alone("pool::tests::pooled::the_cap_is_kept", || {
            let cap = 2 << 20;
            set_cap(cap);
            assert_eq!(crate::pool::cap(), cap);
            for _ in 0..3 {
                let blocks: Vec<_> = (0..200_000)
                    .map(|i| Block::new(24 + i % 10 * 16, i as u8))
                    .collect();
                assert!(exact().held_bytes > 18 << 20);
                drop(blocks);
                let left = exact();
                assert!(left.held_bytes <= cap + cap / 8 + (2 << 20), "{left:?}");
            }
            assert_all_given_back();
        });
    }

    /// All arrays grow through the sizes together, as the leaves of a map do. Without coalescing
    /// each size would keep what it once needed.
    #[test]
    fn coalescing_reuses_memory_of_other_sizes() {
        alone(
            "pool::tests::pooled::coalescing_reuses_memory_of_other_sizes",
            || {
                let mut rng = Rng(7);
                let mut blocks: Vec<_> = (0..20_000).map(|i| Block::new(24, i as u8)).collect();
                for _ in 0..blocks.len() * 30 {
                    let at = rng.below(blocks.len());
                    let bytes = blocks[at].bytes + 16;
                    if bytes <= 520 {
                        blocks[at] = Block::new(bytes, at as u8);
                    }
                }
                let stats = exact();
                assert!(stats.held_bytes * 10 <= stats.live_bytes * 14, "{stats:?}");
                drop(blocks);
                assert_all_given_back();
            },
        );
    }

    /// Blocks that die on another thread come home: a pipe of them does not grow.
    #[test]
    fn a_pipe_between_threads_is_bounded() {
        alone(
            "pool::tests::pooled::a_pipe_between_threads_is_bounded",
            || {
                let (send, receive) = mpsc::sync_channel::<Vec<Block>>(4);
                let consumer = thread::spawn(move || {
                    receive
                        .into_iter()
                        .map(|blocks| blocks.len())
                        .sum::<usize>()
                });
                let mut rng = Rng(99);
                let mut most = 0;
                for _ in 0..1000 {
                    let blocks = (0..200)
                        .map(|i| Block::new(8 + 8 * rng.below(40), i as u8))
                        .collect();
                    send.send(blocks).expect("the consumer waits");
                    most = most.max(stats().held_bytes);
                }
                drop(send);
                assert_eq!(consumer.join().expect("no panic"), 200_000);
                // 200 000 blocks of 164 bytes would be 33 MB.
                assert!(most < 4 << 20, "{most}");
                assert_all_given_back();
            },
        );
    }

    /// What a thread had is the depot's when it has ended.
    #[test]
    fn a_thread_that_ends_leaves_everything() {
        alone(
            "pool::tests::pooled::a_thread_that_ends_leaves_everything",
            || {
                let kept = thread::spawn(|| {
                    let mut blocks: Vec<_> = (0..5000)
                        .map(|i| Block::new(8 + i % 100 * 8, i as u8))
                        .collect();
                    blocks.truncate(1000);
                    assert_eq!(exact().threads, CACHES);
                    blocks
                });
                let kept = kept.join().expect("no panic");
                let left = exact();
                assert_eq!(left.threads, 0);
                if CACHES != 0 {
                    assert_eq!((left.thread_bytes, left.bump_bytes), (0, 0));
                }
                assert_eq!(
                    left.live_bytes,
                    kept.iter().map(|block| block.bytes).sum::<usize>()
                );
                // The next thread starts with what the last one left.
                let next = thread::spawn(|| {
                    let blocks = (0..1000).map(|i| Block::new(8 + i % 100 * 8, 3));
                    blocks.collect::<Vec<_>>().clear();
                });
                next.join().expect("no panic");
                assert_eq!(exact().chunk_bytes, left.chunk_bytes);
                drop(kept);
                assert_all_given_back();
            },
        );
    }

    /// Thread-locals that are dropped before and after the thread's cache may use the pool.
    #[test]
    fn blocks_can_be_freed_while_a_thread_ends() {
        struct Late(core::cell::RefCell<Vec<Block>>);
        impl Drop for Late {
            fn drop(&mut self) {
                let more: Vec<_> = (0..300).map(|i| Block::new(8 + i % 70 * 8, 9)).collect();
                self.0.get_mut().clear();
                drop(more);
            }
        }
        thread_local! {
            static FIRST: Late = const { Late(core::cell::RefCell::new(Vec::new())) };
            static SECOND: Late = const { Late(core::cell::RefCell::new(Vec::new())) };
        }
        alone(
            "pool::tests::pooled::blocks_can_be_freed_while_a_thread_ends",
            || {
                for _ in 0..3 {
                    thread::spawn(|| {
                        FIRST.with(|late| late.0.borrow_mut().reserve(1));
                        let blocks =
                            |pattern| (0..500).map(move |i| Block::new(8 + i % 90 * 8, pattern));
                        let (one, two): (Vec<_>, Vec<_>) =
                            (blocks(1).collect(), blocks(2).collect());
                        SECOND.with(|late| *late.0.borrow_mut() = two);
                        FIRST.with(|late| *late.0.borrow_mut() = one);
                    })
                    .join()
                    .expect("no panic");
                    let left = exact();
                    assert_eq!((left.live_bytes, left.threads), (0, 0));
                }
                assert_all_given_back();
            },
        );
    }

    /// Many threads that exchange blocks at random.
    #[test]
    fn threads_exchange_blocks() {
        alone("pool::tests::pooled::threads_exchange_blocks", || {
            set_cap(1 << 20);
            let shelf = &std::sync::Mutex::<Vec<Block>>::default();
            thread::scope(|scope| {
                let work = |seed| {
                    let mut rng = Rng(seed);
                    let mut own = vec![];
                    for step in 0..20_000 {
                        own.push(Block::new(random_size(&mut rng), step as u8));
                        if rng.below(100) < 60 {
                            own.swap_remove(rng.below(own.len()));
                        }
                        if step % 50 == 0 {
                            core::mem::swap(&mut own, &mut shelf.lock().expect("no panic"));
                        }
                        if step % 3000 == 0 {
                            trim();
                            assert!(stats().chunks < 10_000);
                        }
                    }
                };
                let threads: Vec<_> = (1..5).map(|seed| scope.spawn(move || work(seed))).collect();
                for thread in threads {
                    // Only a join by hand waits for the thread-locals to be gone.
                    thread.join().expect("no panic");
                }
            });
            shelf.lock().expect("no panic").clear();
            assert_all_given_back();
        });
    }

    /// Whichever request the system refuses, the pool says so, loses nothing and goes on.
    #[test]
    fn refused_memory_leaves_the_pool_valid() {
        alone(
            "pool::tests::pooled::refused_memory_leaves_the_pool_valid",
            || {
                let mut refusals = 0;
                for grants in 0..40 {
                    let mut rng = Rng(grants as u64 + 1);
                    let mut blocks = vec![];
                    chunk::GRANTS.store(grants, Relaxed);
                    for _ in 0..3000 {
                        let bytes = 8 + 8 * rng.below(MAX_POOLED / 8);
                        let block = pooled::alloc(bytes);
                        if block.is_null() {
                            refusals += 1;
                            if blocks.len() > 10 {
                                blocks.swap_remove(rng.below(blocks.len()));
                            }
                        } else {
                            let at = NonNull::new(block).expect("just asked");
                            // SAFETY: the block has these bytes.
                            unsafe { at.write_bytes(5, bytes) };
                            blocks.push(Block {
                                at,
                                bytes,
                                pattern: 5,
                            });
                        }
                    }
                    assert_eq!(
                        exact().live_bytes,
                        blocks.iter().map(|block| block.bytes).sum::<usize>()
                    );
                    chunk::GRANTS.store(usize::MAX, Relaxed);
                    blocks.push(Block::new(MAX_POOLED, 6));
                    drop(blocks);
                    assert_all_given_back();
                }
                assert!(refusals > 1000, "{refusals}");
            },
        );
    }

    /// A thread whose cache was refused ends like any other.
    #[test]
    fn a_thread_may_end_without_a_cache() {
        alone(
            "pool::tests::pooled::a_thread_may_end_without_a_cache",
            || {
                chunk::GRANTS.store(0, Relaxed);
                let refused = thread::spawn(|| pooled::alloc(64).is_null());
                assert!(refused.join().expect("no panic"));
                chunk::GRANTS.store(usize::MAX, Relaxed);
                assert_eq!(exact().threads, 0);
                Block::new(64, 8).check();
                assert_all_given_back();
            },
        );
    }

    /// A reservation that the system refuses in the middle says so, and what it got is free.
    #[test]
    fn refused_memory_is_not_reserved() {
        alone(
            "pool::tests::pooled::refused_memory_is_not_reserved",
            || {
                for grants in 0..4 {
                    chunk::GRANTS.store(grants, Relaxed);
                    assert!(!pooled::reserve(1 << 28));
                    let stats = exact();
                    assert_eq!((stats.live_bytes, stats.chunks), (0, grants));
                    chunk::GRANTS.store(usize::MAX, Relaxed);
                    Block::new(MAX_POOLED, 7).check();
                    assert_all_given_back();
                }
            },
        );
    }

    /// When the system refuses, smaller requests live on what larger blocks left.
    #[test]
    fn refused_memory_is_cut_from_larger_blocks() {
        alone(
            "pool::tests::pooled::refused_memory_is_cut_from_larger_blocks",
            || {
                let blocks: Vec<_> = (0..200).map(|i| Block::new(1000, i as u8)).collect();
                // Every other one, so that none can be merged.
                let kept: Vec<_> = blocks
                    .into_iter()
                    .enumerate()
                    .filter_map(|(i, block)| (i % 2 == 0).then_some(block))
                    .collect();
                chunk::GRANTS.store(0, Relaxed);
                let small: Vec<_> = (0..2000).map(|i| Block::new(40, i as u8)).collect();
                chunk::GRANTS.store(usize::MAX, Relaxed);
                drop((kept, small));
                assert_all_given_back();
            },
        );
    }

    /// Debug builds notice a wrong size, a block freed twice or handed out twice, and a write after the free.
    #[test]
    #[cfg(all(debug_assertions, not(hamt_poison)))]
    fn debug_builds_check_frees() {
        fn caught(what: impl FnOnce() + core::panic::UnwindSafe) -> ::alloc::string::String {
            let error = std::panic::catch_unwind(what).expect_err("it panics");
            *error
                .downcast::<::alloc::string::String>()
                .unwrap_or_else(|other| {
                    ::alloc::boxed::Box::new((*other.downcast::<&str>().expect("a message")).into())
                })
        }
        alone("pool::tests::pooled::debug_builds_check_frees", || {
            let block = alloc(40);
            // SAFETY: not; the check stops it before anything is done.
            let message = caught(move || unsafe { free(block, 48) });
            assert!(
                message.contains("a block of 40 bytes was freed as one of 48"),
                "{message}"
            );
            let block = alloc(40);
            // SAFETY: just made.
            unsafe { free(block, 40) };
            // SAFETY: not; the check stops it.
            let message = caught(move || unsafe { free(block, 40) });
            assert!(message.contains("freed twice"), "{message}");
            // SAFETY: not the caller's any more, but in a chunk that is still there.
            unsafe { block.as_ptr().wrapping_add(24).write(1) };
            let message = caught(|| drop(Block::new(40, 1)));
            assert!(message.contains("written to at offset 24"), "{message}");
            let message = caught(|| super::super::block::note_alloc(alloc(40).as_ptr(), 40));
            assert!(message.contains("handed out again"), "{message}");
        });
    }
}
