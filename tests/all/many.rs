//! Looking up many keys at once: the same as looking up each.

use std::hash::{Hash, Hasher};

use hamt::Hamt;

/// A key of a kind for which eight keys share each hash: four of a map, which is more than a slot holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Eighth(u32);

impl Hash for Eighth {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0 / 8).hash(state);
    }
}

/// Every key is there or not, in batches of many sizes.
fn check<K: Eq + Hash + Clone>(n: u32, key: impl Fn(u32) -> K) {
    let map: Hamt<K, u32> = (0..n).map(|n| (key(2 * n), n)).collect();
    let shuffled = |place: u32| place.wrapping_mul(0x9E37_79B1) % (2 * n);
    let keys: Vec<K> = (0..2 * n).map(|place| key(shuffled(place))).collect();
    for batch in [1, 2, 31, 32, 33, 1000] {
        let mut at = 0;
        for keys in keys.chunks(batch) {
            map.get_many_with(keys, |asked, value| {
                assert!(std::ptr::eq(asked, &raw const keys[at % batch]));
                assert_eq!(value, map.get(asked));
                at += 1;
            });
        }
        assert_eq!(at, keys.len());
    }
    let odd = [&keys[0], &keys[1], &keys[2]];
    assert_eq!(map.get_many(odd), odd.map(|key| map.get(key)));
    let many: [&K; 100] = std::array::from_fn(|at| &keys[at % keys.len()]);
    assert_eq!(map.get_many(many), many.map(|key| map.get(key)));
    assert_eq!(map.get_many::<K, 0>([]), [None; 0]);
}

#[test]
fn many_are_found_as_one_is() {
    for n in [2, 100, 140_000] {
        check(n, |n| n);
        check(n, Eighth);
        check(n, |n| n.to_string());
        check(n, |n| (Eighth(n), n.to_string()));
    }
}

#[test]
fn keys_may_be_borrowed() {
    let map: Hamt<String, u32> = (0..200_000).map(|n| (n.to_string(), n)).collect();
    assert_eq!(
        map.get_many(["7", "x", "199999"]),
        [Some(&7), None, Some(&199_999)]
    );
    let mut found = Vec::new();
    map.get_many_with("1 2 y".split(' '), |key, value| {
        found.push((key, value.copied()));
    });
    assert_eq!(found, [("1", Some(1)), ("2", Some(2)), ("y", None)]);
}

/// A panic of the closure passes through; iterators that go on after their end are not asked again.
#[test]
fn user_code_may_do_what_it_wants() {
    let map: Hamt<u32, u32> = (0..140_000).map(|n| (n, n)).collect();
    let keys: Vec<u32> = (0..100).collect();
    let result = std::panic::catch_unwind(|| {
        map.get_many_with(&keys, |key, _| assert!(*key < 50, "as arranged"));
    });
    assert!(result.is_err());
    let mut asked = 0;
    let endless = std::iter::from_fn(|| {
        asked += 1;
        (asked % 40 != 0).then_some(&7)
    });
    let mut found = 0;
    map.get_many_with(endless, |_, value| found += usize::from(value.is_some()));
    assert_eq!((found, asked), (39, 40));
}
