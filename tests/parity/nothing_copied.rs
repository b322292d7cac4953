//! What changes nothing copies nothing: the map still shares everything with its clone.

use std::collections::HashMap;

use hamt::{Entry, Hamt, Insertion};

use crate::hashers::Dial;
use crate::probes::{self, Key, Probe, Value};

type Map = Hamt<String, u32, Dial>;

fn each(test: impl Fn(Map)) {
    for hasher in Dial::ALL {
        for len in [0, 1, 2, 3, 40, 200] {
            let mut map = Hamt::with_hasher(hasher);
            map.extend((0..len).map(|n| (n.to_string(), n)));
            test(map);
        }
    }
}

/// The values, which are the numbers from 0 on.
fn numbers(map: &Map) -> Vec<u32> {
    map.values().copied().collect()
}

#[test]
fn in_place() {
    each(|mut map| {
        let same = map.clone();
        let absent = "absent";
        assert_eq!(map.remove(absent), None);
        assert_eq!(map.remove_entry(absent), None);
        assert_eq!(map.remove_with_key(absent), None);
        assert_eq!(map.get_mut(absent), None);
        assert_eq!(map.get_key_value_mut(absent), None);
        assert_eq!(map.get_disjoint_mut([absent, absent]), [None, None]);
        drop(map.entry(absent.into()).and_modify(|it| *it += 1));
        for n in numbers(&map) {
            match map.entry(n.to_string()) {
                Entry::Occupied(entry) => {
                    assert_eq!((entry.key(), entry.get()), (&n.to_string(), &n));
                }
                Entry::Vacant(entry) => panic!("{entry:?} is there"),
            }
            assert_eq!(
                map.insert_if_changed(n.to_string(), n),
                Insertion::Unchanged(n)
            );
            assert_eq!(
                map.try_insert(n.to_string(), 1000).map_err(|it| it.value),
                Err(1000)
            );
        }
        map.reserve(10);
        map.extend(HashMap::<String, u32>::new());
        assert_eq!(map.iter_mut().len(), same.len());
        drop(map.extract_if(|_, _| true));
        assert!(map.ptr_eq(&same));
    });
}

#[test]
fn persistently() {
    each(|map| {
        let absent = String::from("absent");
        assert!(map.without(&absent).ptr_eq(&map));
        assert!(map.alter(|_| None, absent.clone()).ptr_eq(&map));
        assert!(map.extract(&absent).is_none());
        assert!(map.extract_with_key(&absent).is_none());
        assert!(map.filter(|_, _| true).ptr_eq(&map));
        let odd = map.filter(|_, value| value % 2 == 1);
        odd.validate().expect("a valid map");
        assert!(odd.values().all(|value| value % 2 == 1));
        assert_eq!(odd.len(), map.len() / 2);
        for n in numbers(&map) {
            assert!(map.update_if_changed(n.to_string(), n).ptr_eq(&map));
            assert!(!map.update_if_changed(n.to_string(), n + 1).ptr_eq(&map));
        }
        let asked = |_, _| panic!("there is no old value");
        assert_eq!(map.update_with(absent.clone(), 1, asked)[&absent], 1);
    });
}

/// A map that shares nothing is sifted where it stands, and entries that stay keep their blocks.
#[test]
fn retaining_all_moves_nothing() {
    each(|mut map| {
        let places =
            |map: &Map| -> Vec<*const u32> { map.values().map(|it| &raw const *it).collect() };
        let before = places(&map);
        map.retain(|_, _| true);
        assert_eq!(map.extract_if(|_, _| false).count(), 0);
        assert_eq!(places(&map), before);
    });
}

/// What an extraction has not come to stays shared.
#[test]
fn an_extraction_copies_as_far_as_it_gets() {
    let mut map: Hamt<u32, u32> = (0..10_000).map(|n| (n, n)).collect();
    let old = map.clone();
    let together = |map: &Hamt<u32, u32>| {
        let report = crate::heap::check([map, &old].into_iter()).expect("exact counts");
        format!("{report:?}")
    };
    let before = together(&old);
    drop(map.extract_if(|_, _| true));
    assert_eq!(together(&map), before);
    let extracted = map.extract_if(|_, _| true).next();
    assert!(extracted.is_some() && map.len() == 9_999);
    let both = map.stats().nodes + old.stats().nodes;
    let shared = old
        .values()
        .filter(|it| map.values().any(|other| core::ptr::eq(*it, other)))
        .take(8_000)
        .count();
    assert_eq!(shared, 8_000, "of two maps of {both} nodes");
}

/// Neither removing nor an entry clones a key.
#[test]
fn keys_are_not_cloned() {
    for hasher in Dial::ALL {
        probes::reset();
        let mut map: Hamt<Key, Value, Dial> = Hamt::with_hasher(hasher);
        map.extend((0..100).map(|n| (Key::of(n), Value::of(n))));
        map.retain(|key, _| key.n % 3 != 0);
        assert_eq!(map.extract_if(|key, _| key.n % 3 == 1).count(), 33);
        map.entry(Key::of(200))
            .insert_entry(Value::of(1))
            .get_mut()
            .n += 1;
        let entry = map.entry(Key::of(200)).insert_entry(Value::of(7));
        assert_eq!((entry.key().n, entry.get().n), (200, 7));
        assert_eq!(map.drain().count(), 34);
        assert_eq!(probes::clones(), 0);
        drop(map);
        probes::assert_balanced();
    }
}
