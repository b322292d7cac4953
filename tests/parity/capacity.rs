//! What `capacity` and its relatives promise, in processes of their own: the pool is everybody's.

use std::collections::HashMap;

use hamt::{Hamt, pool};

use crate::alone::alone;
use crate::hashers::Good;

/// Whether the pool keeps memory; it may be turned off for a whole build.
fn pooled() -> bool {
    !cfg!(any(hamt_nopool, miri))
}

const MANY: usize = 100_000;

/// After `reserve` so many entries fit when they come one by one: they need no more chunks, or next to
/// nothing, as the capacity is an estimate.
fn fits<V: Clone + PartialEq>(value: impl Fn(u64) -> V) {
    if !pooled() {
        return;
    }
    for many in [1_000, 10_000, 40_000, MANY] {
        pool::trim();
        let others = pool::stats().chunk_bytes;
        let mut map: Hamt<u64, V, Good> = Hamt::with_capacity_and_hasher(many, Good::default());
        let most = many + many / 20 + 300;
        assert!((many..most).contains(&map.capacity()));
        let reserved = pool::stats().chunk_bytes;
        (0..many as u64).for_each(|n| drop(map.insert(n, value(n))));
        let grown = pool::stats().chunk_bytes - reserved;
        assert!(
            grown <= reserved / 10,
            "{grown} beside {reserved} for {many} entries"
        );
        // Nor is much more taken than needed.
        let (taken, live) = (reserved - others, map.stats().live_bytes());
        assert!(taken < live * 2 + (256 << 10), "{taken} bytes for {live}");
    }
}

#[test]
fn reserved_entries_fit_inline() {
    alone("capacity::reserved_entries_fit_inline", || {
        fits(|n| n);
        fits(|n| [n; 5]);
        fits(|_| ());
    });
}

#[test]
fn reserved_entries_fit_counted() {
    alone("capacity::reserved_entries_fit_counted", || {
        fits(|n| vec![n]);
        fits(|n| [const { String::new() }; 4].map(|_| n.to_string()));
    });
}

#[test]
fn a_second_reservation_takes_nothing() {
    alone("capacity::a_second_reservation_takes_nothing", || {
        let mut map: Hamt<u64, u64> = Hamt::new();
        map.reserve(1000);
        let held = pool::stats().held_bytes;
        map.reserve(1000);
        assert!(map.try_reserve(1000).is_ok());
        assert_eq!(pool::stats().held_bytes, held);
        assert!(!pooled() || map.capacity() >= 1000);
    });
}

#[test]
fn reservations_outlast_the_cap() {
    alone("capacity::reservations_outlast_the_cap", || {
        if !pooled() {
            return;
        }
        pool::set_cap(1 << 16);
        let mut map: Hamt<u64, u64> = Hamt::with_capacity(MANY);
        let held = pool::stats().chunk_bytes;
        // Maps that come and go do not shake it loose, even if their blocks come home to the depot.
        for n in 0..10 {
            drop((0..20_000).map(|k| (k, n)).collect::<Hamt<u64, u64>>());
        }
        assert_eq!(pool::stats().chunk_bytes, held);
        assert!(map.capacity() > MANY / 2);
        map.shrink_to_fit();
        assert!(pool::stats().chunk_bytes < held / 10);
    });
}

#[test]
fn shrinking_gives_memory_back() {
    alone("capacity::shrinking_gives_memory_back", || {
        let mut map: Hamt<u64, u64> = (0..10).map(|n| (n, n)).collect();
        map.reserve(MANY);
        map.shrink_to(1000);
        assert!(
            !pooled() || (1000..MANY / 4).contains(&map.capacity()),
            "{}",
            map.capacity()
        );
        map.shrink_to_fit();
        assert!(map.capacity() >= 10);
        assert!(pool::stats().chunk_bytes < 100_000);
        assert_eq!(map.len(), 10);
        map.shrink_to(usize::MAX);
        assert!(map.capacity() < MANY, "shrinking reserves nothing");
    });
}

#[test]
fn shrinking_lets_dead_versions_go() {
    let base: Hamt<u32, String> = (0..100).map(|n| (n, n.to_string())).collect();
    let mut map = base.update(7, "seven".into());
    drop(base);
    let dead = |map: &Hamt<u32, String>| {
        let report = crate::heap::check([map].into_iter()).expect("exact counts");
        report.bytes - report.reachable_bytes
    };
    assert!(dead(&map) > 0, "there is something to give up");
    map.shrink_to_fit();
    assert_eq!(dead(&map), 0);
}

#[test]
fn absurd_sizes_are_errors() {
    let mut map: Hamt<u64, u64> = Hamt::from([(1, 1)]);
    let before = map.clone();
    for additional in [usize::MAX, usize::MAX / 2, usize::MAX / 24] {
        let error = map.try_reserve(additional).expect_err("too many");
        let overflow = HashMap::<u64, u64>::new().try_reserve(additional).is_err();
        assert!(overflow);
        assert!(error.to_string().contains("addresses"), "{error}");
        let _: &dyn std::error::Error = &error;
    }
    // More than any machine has, but not more than can be written down. (A sanitizer, which goes
    // without the pool, has no patience with such requests.)
    if let (true, Ok(many)) = (pooled(), usize::try_from(1_u64 << 56)) {
        let error = map.try_reserve(many).expect_err("too many");
        assert!(error.to_string().contains("no memory"), "{error}");
        map.reserve(many);
    }
    assert!(map.ptr_eq(&before));
}

#[test]
#[should_panic(expected = "capacity overflow")]
fn reserving_too_many_panics() {
    Hamt::<u64, u64>::new().reserve(usize::MAX);
}

#[test]
#[should_panic(expected = "capacity overflow")]
fn too_large_a_capacity_panics() {
    let _ = Hamt::<u64, u64>::with_capacity(usize::MAX);
}
