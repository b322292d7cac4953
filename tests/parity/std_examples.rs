//! The uses that std's documentation of `HashMap` shows, method by method, with another import.

use std::hash::RandomState;

use hamt::{DefaultHashBuilder, Entry, Hamt as HashMap};

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}

fn abc() -> HashMap<&'static str, i32> {
    HashMap::from([("a", 1), ("b", 2), ("c", 3)])
}

/// The page of the type itself.
#[test]
fn book_reviews() {
    let mut reviews = HashMap::new();
    reviews.insert("Huckleberry Finn".to_string(), "favourite".to_string());
    reviews.insert("Grimms' Tales".to_string(), "masterpiece".to_string());
    reviews.insert("Pride and Prejudice".to_string(), "enjoyed".to_string());
    assert!(!reviews.contains_key("Les Misérables"));
    assert_eq!(reviews.len(), 3);
    reviews.remove("Grimms' Tales");
    let to_find = ["Pride and Prejudice", "Alice in Wonderland"];
    let found = to_find.map(|book| reviews.get(book).map(String::as_str));
    assert_eq!(found, [Some("enjoyed"), None]);
    assert_eq!(reviews["Pride and Prejudice"], "enjoyed");
    for (book, review) in &reviews {
        assert!(!book.is_empty() && !review.is_empty());
    }

    let solar = HashMap::from([("Mercury", 0.4), ("Venus", 0.7), ("Earth", 1.0)]);
    assert_eq!(solar.len(), 3);

    let mut stats: HashMap<&str, u8> = HashMap::new();
    stats.entry("health").or_insert(100);
    stats.entry("defence").or_insert_with(|| 7);
    *stats.entry("attack").or_insert(100) += 10;
    stats
        .entry("mana")
        .and_modify(|mana| *mana += 200)
        .or_insert(100);
    assert_eq!(
        stats,
        HashMap::from([
            ("health", 100),
            ("defence", 7),
            ("attack", 110),
            ("mana", 100)
        ])
    );
}

/// Keys of a type of one's own.
#[test]
fn vikings() {
    #[derive(Clone, Hash, Eq, PartialEq, Debug)]
    struct Viking {
        name: String,
        country: String,
    }
    let viking = |name: &str, country: &str| Viking {
        name: name.to_string(),
        country: country.to_string(),
    };
    let vikings = HashMap::from([
        (viking("Einar", "Norway"), 25),
        (viking("Olaf", "Denmark"), 24),
        (viking("Harald", "Iceland"), 12),
    ]);
    assert_eq!(vikings[&viking("Olaf", "Denmark")], 24);
    assert!(
        vikings
            .iter()
            .all(|(viking, health)| !viking.name.is_empty() && *health > 0)
    );
}

#[test]
fn constructors() {
    let map: HashMap<&str, i32> = HashMap::new();
    assert!(map.is_empty());
    let map: HashMap<&str, i32> = HashMap::with_capacity(10);
    assert!(map.is_empty());
    let mut map = HashMap::with_hasher(RandomState::new());
    map.insert(1, 2);
    let mut map = HashMap::with_capacity_and_hasher(10, RandomState::new());
    map.insert(1, 2);
    let map: HashMap<i32, i32> = HashMap::new();
    let _: &DefaultHashBuilder = map.hasher();
    static EMPTY: HashMap<i32, i32> = HashMap::with_hasher(DefaultHashBuilder);
    assert!(EMPTY.is_empty());
    let one = HashMap::from([(1, 2), (3, 4)]);
    let two: HashMap<_, _> = [(1, 2), (3, 4)].into();
    assert_eq!(one, two);
}

#[test]
fn capacities() {
    let map: HashMap<i32, i32> = HashMap::with_capacity(100);
    assert!(cfg!(any(hamt_nopool, miri)) || map.capacity() > 0);
    let mut map: HashMap<&str, i32> = HashMap::new();
    map.reserve(10);
    map.try_reserve(10)
        .expect("why is the test harness out of memory on a handful of entries?");
    let mut map: HashMap<i32, i32> = HashMap::with_capacity(100);
    map.insert(1, 2);
    map.insert(3, 4);
    assert!(map.capacity() >= 2);
    map.shrink_to_fit();
    assert!(map.capacity() >= 2);
    map.shrink_to(10);
    map.shrink_to(0);
    assert!(map.capacity() >= 2);
}

#[test]
fn iteration() {
    let map = abc();
    assert_eq!(sorted(map.keys().copied()), ["a", "b", "c"]);
    assert_eq!(sorted(map.values().copied()), [1, 2, 3]);
    assert_eq!(sorted(map.clone().into_keys()), ["a", "b", "c"]);
    assert_eq!(sorted(map.clone().into_values()), [1, 2, 3]);
    assert_eq!(sorted(map.iter()), [(&"a", &1), (&"b", &2), (&"c", &3)]);
    let all: Vec<(&str, i32)> = map.into_iter().collect();
    assert_eq!(sorted(all), [("a", 1), ("b", 2), ("c", 3)]);

    let mut map = abc();
    for value in map.values_mut() {
        *value += 10;
    }
    assert_eq!(sorted(map.values().copied()), [11, 12, 13]);
    for (_, value) in map.iter_mut() {
        *value *= 2;
    }
    assert_eq!(sorted(map.into_values()), [22, 24, 26]);

    let (mut keys, map) = (hamt::Keys::<u8, u8>::default(), HashMap::from([(1, 2)]));
    assert_eq!((keys.len(), keys.next(), map.keys().len()), (0, None, 1));
    assert_eq!(
        map.iter().clone().collect::<Vec<_>>(),
        map.iter().collect::<Vec<_>>()
    );
}

#[test]
fn sizes() {
    let mut map = HashMap::new();
    assert_eq!((map.len(), map.is_empty()), (0, true));
    map.insert(1, "a");
    assert_eq!((map.len(), map.is_empty()), (1, false));
    map.clear();
    assert!(map.is_empty());
}

#[test]
fn taking_out() {
    let mut map = HashMap::from([(1, "a"), (2, "b")]);
    for (key, value) in map.drain().take(1) {
        assert!(key == 1 || key == 2);
        assert!(value == "a" || value == "b");
    }
    assert!(map.is_empty());

    let mut map: HashMap<i32, i32> = (0..8).map(|x| (x, x)).collect();
    let extracted: HashMap<i32, i32> = map.extract_if(|key, _value| key % 2 == 0).collect();
    assert_eq!(sorted(extracted.keys().copied()), [0, 2, 4, 6]);
    assert_eq!(sorted(map.keys().copied()), [1, 3, 5, 7]);

    let mut map: HashMap<i32, i32> = (0..8).map(|x| (x, x * 10)).collect();
    map.retain(|&key, _| key % 2 == 0);
    assert_eq!(sorted(&map), [(&0, &0), (&2, &20), (&4, &40), (&6, &60)]);

    let mut map = HashMap::from([(1, "a")]);
    assert_eq!((map.remove(&1), map.remove(&1)), (Some("a"), None));
    let mut map = HashMap::from([(1, "a")]);
    assert_eq!(
        (map.remove_entry(&1), map.remove(&1)),
        (Some((1, "a")), None)
    );
}

#[test]
fn look_ups() {
    let mut map = HashMap::new();
    map.insert(1, "a");
    assert_eq!((map.get(&1), map.get(&2)), (Some(&"a"), None));
    assert_eq!(
        (map.get_key_value(&1), map.get_key_value(&2)),
        (Some((&1, &"a")), None)
    );
    assert_eq!((map.contains_key(&1), map.contains_key(&2)), (true, false));
    if let Some(value) = map.get_mut(&1) {
        *value = "b";
    }
    assert_eq!(map[&1], "b");
}

/// A key is found by what it borrows as, and the key that was first stays.
#[test]
fn equal_keys_that_differ() {
    #[derive(Clone, Copy, Debug)]
    struct Square {
        id: u32,
        name: &'static str,
    }
    impl PartialEq for Square {
        fn eq(&self, other: &Self) -> bool {
            self.id == other.id
        }
    }
    impl Eq for Square {}
    impl core::hash::Hash for Square {
        fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
            self.id.hash(state);
        }
    }
    let (first, second) = (
        Square {
            id: 1,
            name: "first",
        },
        Square {
            id: 1,
            name: "second",
        },
    );
    let mut map = HashMap::new();
    map.insert(first, 100);
    map.insert(second, 200);
    let (key, value) = map.get_key_value(&second).expect("there");
    assert_eq!((key.name, *value), ("first", 200));
    assert_eq!(map.remove_entry(&second).map(|it| it.0.name), Some("first"));
}

#[test]
fn library_votes() {
    let mut libraries = HashMap::new();
    libraries.insert("Bodleian Library".to_string(), 1602);
    libraries.insert("Athenæum".to_string(), 1807);
    libraries.insert("Herzogin-Anna-Amalia-Bibliothek".to_string(), 1691);
    libraries.insert("Library of Congress".to_string(), 1800);
    let [Some(athenaeum), Some(bodleian)] =
        libraries.get_disjoint_mut(["Athenæum", "Bodleian Library"])
    else {
        panic!("both are there")
    };
    assert_eq!((&*athenaeum, &*bodleian), (&1807, &1602));
    let got = libraries.get_disjoint_mut(["Athenæum", "New York Public Library"]);
    assert_eq!(got, [Some(&mut 1807), None]);
    let got = libraries.get_disjoint_unchecked_mut(["Athenæum", "Library of Congress"]);
    assert_eq!(got, [Some(&mut 1807), Some(&mut 1800)]);
}

#[test]
#[should_panic(expected = "duplicate keys")]
fn the_same_library_twice() {
    let mut libraries = HashMap::from([("Athenæum".to_string(), 1807)]);
    let _ = libraries.get_disjoint_mut(["Athenæum", "Athenæum"]);
}

#[test]
fn inserting() {
    let mut map = HashMap::new();
    assert_eq!(map.insert(37, "a"), None);
    assert!(!map.is_empty());
    map.insert(37, "b");
    assert_eq!(map.insert(37, "c"), Some("b"));
    assert_eq!(map[&37], "c");

    let mut map = HashMap::new();
    assert_eq!(map.try_insert(37, "a").expect("new"), &"a");
    let error = map.try_insert(37, "b").expect_err("old");
    assert_eq!(
        (error.entry.key(), error.entry.get(), error.value),
        (&37, &"a", "b")
    );
}

#[test]
fn entries() {
    let mut letters = HashMap::new();
    for letter in "a short treatise on fungi".chars() {
        letters
            .entry(letter)
            .and_modify(|counter| *counter += 1)
            .or_insert(1);
    }
    assert_eq!((letters[&'s'], letters[&'t'], letters[&'u']), (2, 3, 1));
    assert_eq!(letters.get(&'y'), None);

    let mut map: HashMap<&str, usize> = HashMap::new();
    map.entry("poneyland").or_insert(3);
    *map.entry("poneyland").or_insert(10) *= 2;
    assert_eq!(map["poneyland"], 6);
    map.entry("horseyland")
        .or_insert_with_key(|key| key.chars().count());
    assert_eq!(map["horseyland"], 10);
    assert_eq!(map.entry("poneyland").key(), &"poneyland");
    assert_eq!(*map.entry("nowhere").or_default(), 0);
    let entry = map.entry("horseyland").insert_entry(37);
    assert_eq!((entry.key(), entry.get()), (&"horseyland", &37));

    if let Entry::Occupied(entry) = map.entry("poneyland") {
        assert_eq!(entry.remove_entry(), ("poneyland", 6));
    }
    assert!(!map.contains_key("poneyland"));
    if let Entry::Vacant(entry) = map.entry("poneyland") {
        assert_eq!(entry.into_key(), "poneyland");
    }
    if let Entry::Vacant(entry) = map.entry("poneyland") {
        *entry.insert(37) += 1;
    }
    if let Entry::Vacant(entry) = map.entry("vacant") {
        assert_eq!(entry.insert_entry(1).get(), &1);
    }
    if let Entry::Occupied(mut entry) = map.entry("poneyland") {
        *entry.get_mut() += 10;
        assert_eq!((*entry.get(), entry.insert(15)), (48, 48));
        *entry.into_mut() += 1;
    }
    if let Entry::Occupied(entry) = map.entry("poneyland") {
        assert_eq!(entry.remove(), 16);
    }
}

#[test]
fn traits() {
    let mut map: HashMap<i32, i32> = [(1, 2)].into_iter().collect();
    map.extend([(3, 4)]);
    map.extend(&HashMap::from([(5, 6)]));
    map.extend([(&7, &8)]);
    assert_eq!(map, HashMap::from([(1, 2), (3, 4), (5, 6), (7, 8)]));
    assert_eq!(format!("{:?}", HashMap::from([(1, "a")])), r#"{1: "a"}"#);
    assert_eq!(HashMap::<u8, u8>::default(), HashMap::new());
}
