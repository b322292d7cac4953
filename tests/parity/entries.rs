//! Entries stand where they were found, whatever the hasher.

use hamt::{Entry, Hamt};

use crate::hashers::Dial;

/// An entry that was just inserted is the one that is given back, among all that share its slot.
#[test]
fn inserted_entries_are_found_again() {
    fn check<K: Clone + Eq + core::hash::Hash + core::fmt::Debug>(key: impl Fn(u32) -> K) {
        for hasher in Dial::ALL {
            let mut map: Hamt<K, u32, Dial> = Hamt::with_hasher(hasher);
            let mut old = map.clone();
            for n in 0..200 {
                let mut entry = map.entry(key(n)).insert_entry(n);
                assert_eq!((entry.key(), entry.get()), (&key(n), &n));
                *entry.get_mut() += 1;
                assert_eq!(entry.insert(n), n + 1);
                if n % 5 == 0 {
                    assert_eq!(entry.remove_entry(), (key(n), n));
                } else {
                    assert_eq!(*entry.into_mut(), n);
                }
                map.validate().expect("a valid map");
                if n % 7 == 0 {
                    old = map.clone();
                }
            }
            assert_eq!((map.len(), old.len()), (160, 157));
        }
    }
    check(u64::from);
    check(|n| n.to_string());
}

#[test]
fn errors_tell_what_was_there() {
    let mut map = Hamt::from([(1, "one")]);
    let error = map.try_insert(1, "uno").expect_err("there is one");
    assert_eq!(
        error.to_string(),
        "\"uno\" was not inserted: the key 1 has the value \"one\""
    );
    assert_eq!(
        format!("{error:?}"),
        "OccupiedError { key: 1, old_value: \"one\", new_value: \"uno\" }"
    );
    let hamt::OccupiedError {
        mut entry, value, ..
    } = error;
    assert_eq!(entry.insert(value), "one");
    assert_eq!(map[&1], "uno");
}

/// The type of an entry can be written as std's is.
#[test]
fn entries_name_no_hasher() {
    fn value<'a>(entry: Entry<'a, u8, u8>) -> &'a mut u8 {
        entry.or_default()
    }
    assert_eq!(*value(Hamt::new().entry(1)), 0);
}
