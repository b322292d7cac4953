//! Iterating by `fold` gives what iterating by `next` gives, from wherever it begins.

use std::fmt::Debug;
use std::hash::Hash;

use hamt::Hamt;

use crate::hashers::Dial;

/// The items that `next` and `fold` give after `skipped` items.
fn check<I>(items: impl Fn() -> I, skipped: usize)
where
    I: ExactSizeIterator<Item: PartialEq + Debug>,
{
    let mut by_next = items();
    for _ in 0..skipped {
        by_next.next();
    }
    let mut rest = items();
    if skipped > 0 {
        rest.nth(skipped - 1);
    }
    let mut left = rest.len();
    assert_eq!(rest.size_hint(), (left, Some(left)));
    rest.for_each(|item| {
        assert_eq!(by_next.len(), left);
        assert_eq!(by_next.next(), Some(item));
        left -= 1;
    });
    assert_eq!((by_next.next(), by_next.len(), left), (None, 0, 0));
}

fn all<K: Eq + Hash + Clone + Debug, V: Clone + PartialEq + Debug>(map: &Hamt<K, V, Dial>) {
    let len = map.len();
    for skipped in [0, 1, 2, 3, len / 3, len / 2, len - len.min(1), len, len + 1] {
        check(|| map.iter(), skipped);
        check(|| map.keys(), skipped);
        check(|| map.values(), skipped);
        check(|| map.clone().into_iter(), skipped);
        check(|| map.clone().into_keys(), skipped);
    }
    assert_eq!(map.iter().count(), map.iter().fold(0, |n, _| n + 1));
    // What is left of an iterator by value is read by the same walk.
    let mut taken = map.clone().into_iter();
    let mut read = map.iter();
    for _ in 0..len / 2 {
        taken.next();
        read.next();
    }
    assert_eq!(format!("{taken:?}"), format!("{read:?}"));
    let mut writable = map.clone();
    let mut all = writable.iter_mut();
    let half: Vec<_> = all
        .by_ref()
        .take(len / 2)
        .map(|(key, _)| key.clone())
        .collect();
    let left = format!("{all:?}");
    let mut read = map.iter();
    assert!(read.by_ref().take(len / 2).map(|(key, _)| key).eq(&half));
    assert_eq!(left, format!("{read:?}"));
}

#[test]
fn folds_give_what_loops_give() {
    for dial in Dial::ALL {
        for n in [0, 1, 2, 3, 10, 40, 300, 3_000u32] {
            let n = if dial.is_good() { n } else { n.min(300) };
            dial.with(|| {
                all(&(0..n).map(|n| (n, n)).collect());
                all(&(0..n).map(|n| (n.to_string(), n)).collect());
                all(&(0..n).map(|_| ((), ())).collect());
            });
        }
    }
}

/// A panic inside a fold leaves the map as it is.
#[test]
fn folds_may_panic() {
    let map: Hamt<u32, String> = (0..1000).map(|n| (n, n.to_string())).collect();
    for stop in [0, 1, 500, 999] {
        let mut seen = 0;
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            map.values().for_each(|_| {
                assert!(seen != stop, "as arranged");
                seen += 1;
            });
        }));
        assert!(result.is_err());
        assert_eq!(seen, stop);
    }
    map.validate().expect("a valid map");
}
