//! Several values at once.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hamt::Hamt;

use crate::hashers::Dial;
use crate::probes::{self, Key, Probe, Value};

fn map_of<V: Clone>(hasher: Dial, value: impl Fn(u32) -> V) -> Hamt<u32, V, Dial> {
    let mut map = Hamt::with_hasher(hasher);
    map.extend((0..100).map(|n| (n, value(n))));
    map
}

#[test]
fn each_is_the_entrys_own() {
    for hasher in Dial::ALL {
        let mut map = map_of(hasher, |n| n.to_string());
        let old = map.clone();
        let mut multiples = (0..).step_by(7);
        let keys = [(); 20].map(|()| multiples.next().expect("no end"));
        let values = map.get_disjoint_mut(keys.each_ref());
        for (key, value) in keys.iter().zip(values) {
            assert_eq!(value.is_some(), *key < 100);
            value.into_iter().for_each(|it| it.push('!'));
        }
        map.validate().expect("a valid map");
        for n in 0..100 {
            assert_eq!(old[&n], n.to_string());
            let marked = keys.contains(&n);
            assert_eq!(map[&n], format!("{n}{}", if marked { "!" } else { "" }));
        }
        crate::heap::check([&map, &old].into_iter()).expect("exact counts");
    }
}

#[test]
fn nothing_is_copied_for_keys_that_are_absent() {
    for hasher in Dial::ALL {
        let mut map = map_of(hasher, |n| n);
        let old = map.clone();
        assert_eq!(
            map.get_disjoint_mut([&100, &101, &100]),
            [const { None }; 3]
        );
        assert_eq!(
            map.get_disjoint_unchecked_mut([&100, &100]),
            [const { None }; 2]
        );
        let none: [Option<&mut u32>; 0] = map.get_disjoint_mut::<u32, 0>([]);
        assert!(none.is_empty() && map.ptr_eq(&old));
    }
}

#[test]
fn equal_keys_panic() {
    for hasher in Dial::ALL {
        let mut map = map_of(hasher, |n| vec![n]);
        let old = map.clone();
        for keys in [[&1, &2, &1], [&3, &3, &200], [&5, &200, &5]] {
            for unchecked in [false, true] {
                let result = catch_unwind(AssertUnwindSafe(|| {
                    if unchecked {
                        map.get_disjoint_unchecked_mut(keys).len()
                    } else {
                        map.get_disjoint_mut(keys).len()
                    }
                }));
                assert!(result.is_err());
            }
        }
        assert_eq!(map, old);
        map.validate().expect("a valid map");
    }
}

/// Keys that say they are equal or different as they like get no two references to one value.
#[test]
fn keys_that_lie_get_different_values() {
    #[derive(Clone, Debug)]
    struct Liar(u32);
    impl PartialEq for Liar {
        fn eq(&self, _: &Self) -> bool {
            thread_local!(static TURN: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });
            TURN.set(TURN.get() + 1);
            TURN.get() % 3 == 0
        }
    }
    impl Eq for Liar {}
    impl std::hash::Hash for Liar {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            state.write_u32(self.0 % 2);
        }
    }

    let mut map: Hamt<Liar, String> = (0..40).map(|n| (Liar(n), n.to_string())).collect();
    for n in 0..40 {
        let keys = [&Liar(n), &Liar(n + 2), &Liar(n + 1)];
        let result = catch_unwind(AssertUnwindSafe(|| {
            let values = map.get_disjoint_mut(keys);
            let mut places: Vec<_> = values
                .into_iter()
                .flatten()
                .map(|it| &raw mut *it)
                .collect();
            let found = places.len();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), found, "two references to one value");
        }));
        if let Err(message) = result {
            let text = message.downcast_ref::<&str>();
            assert!(
                text.is_some_and(|it| it.contains("duplicate keys")),
                "{text:?}"
            );
        }
    }
}

#[test]
fn panics_leave_the_map_whole() {
    for point in [
        probes::Point::Hash,
        probes::Point::Eq,
        probes::Point::CloneKey,
        probes::Point::CloneValue,
    ] {
        for hasher in Dial::ALL {
            for n in 1..8 {
                probes::reset();
                let mut map: Hamt<Key, Value, Dial> = Hamt::with_hasher(hasher);
                map.extend((0..30).map(|n| (Key::of(n), Value::of(n))));
                let old = map.clone();
                let keys = [3, 7, 40, 11].map(Key::of);
                probes::arm(point, n);
                let result = catch_unwind(AssertUnwindSafe(|| {
                    let found = map.get_disjoint_mut(keys.each_ref());
                    found.into_iter().flatten().for_each(|it| it.n += 1000);
                }));
                assert_eq!(result.is_err(), probes::disarm());
                let changed = map.values().filter(|it| it.n >= 1000).count();
                assert_eq!(changed, if result.is_err() { 0 } else { 3 });
                assert!(old.values().all(|it| it.n < 1000));
                map.validate().expect("a valid map");
                crate::heap::check([&map, &old].into_iter()).expect("exact counts");
                drop((map, old, keys));
                probes::assert_balanced();
            }
        }
    }
}
