//! The counting allocator counts what stays, and only while it is asked to.

use hamt_bench::heap::{self, Counting};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// One test alone: others would allocate at the same time.
#[test]
fn growth_is_what_stays_allocated() {
    let (kept, grown) = heap::growth(heap::live_bytes, || {
        drop(vec![0_u8; 1000]);
        let mut kept = Vec::<u8>::with_capacity(100);
        kept.reserve_exact(400);
        kept
    });
    assert_eq!(grown, kept.capacity());
    let before = heap::live_bytes();
    let uncounted = vec![1_u8; 1000];
    assert_eq!(heap::live_bytes(), before, "{}", uncounted.len());
}
