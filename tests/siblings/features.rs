//! The optional traits of other crates: what goes out comes back.

#[cfg(feature = "serde")]
mod serde {
    use std::collections::{HashMap, HashSet};
    use std::hash::RandomState;

    use hamt::{Hamt, HamtMultimap, HamtSet};

    #[test]
    fn round_trips() {
        for n in [0u32, 1, 2, 100, 10_000] {
            let map: Hamt<u32, String, RandomState> = (0..n).map(|n| (n, n.to_string())).collect();
            let text = serde_json::to_string(&map).expect("a map is text");
            let back: Hamt<u32, String, RandomState> = serde_json::from_str(&text).expect("a map");
            back.validate().expect("a valid map");
            assert_eq!(back, map);
            let model: HashMap<u32, String> = serde_json::from_str(&text).expect("a map");
            assert!(model.len() == map.len() && model.iter().all(|(k, v)| &map[k] == v));

            let set: HamtSet<String> = (0..n).map(|n| n.to_string()).collect();
            let text = serde_json::to_string(&set).expect("a set is text");
            let back: HamtSet<String> = serde_json::from_str(&text).expect("a set");
            assert_eq!(back, set);
            let model: HashSet<String> = serde_json::from_str(&text).expect("a set");
            assert!(model.len() == set.len() && model.iter().all(|it| set.contains(it)));

            let pairs: HamtMultimap<u32, u32> = (0..n).map(|n| (n % 7, n)).collect();
            let text = serde_json::to_string(&pairs).expect("a multimap is text");
            let back: HamtMultimap<u32, u32> = serde_json::from_str(&text).expect("a multimap");
            assert_eq!(back, pairs);
        }
    }

    #[test]
    fn errors_are_passed_on() {
        let map = serde_json::from_str::<Hamt<u32, u32>>(r#"{"1":2,"3":"four"}"#);
        assert!(map.expect_err("no number").to_string().contains("four"));
        let set = serde_json::from_str::<HamtSet<u32>>("[1, 2, null]");
        assert!(set.is_err());
        let map = serde_json::from_str::<Hamt<u32, u32>>("[]");
        assert!(map.expect_err("no map").to_string().contains("a map"));
        let set = serde_json::from_str::<HamtSet<u32>>("{}");
        assert!(set.expect_err("no set").to_string().contains("a sequence"));
    }

    /// A format that promises far more than it has takes no memory for what never comes.
    #[test]
    fn promises_are_not_believed() {
        use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
        use serde::de::{Deserialize, IntoDeserializer};

        struct Boasting<I>(I);
        impl<I: Iterator> Iterator for Boasting<I> {
            type Item = I::Item;
            fn next(&mut self) -> Option<I::Item> {
                self.0.next()
            }
            fn size_hint(&self) -> (usize, Option<usize>) {
                (usize::MAX, Some(usize::MAX))
            }
        }
        let numbers = Boasting([1u32, 2, 1].into_iter());
        let numbers = SeqDeserializer::<_, Error>::new(numbers);
        let set = HamtSet::<u32>::deserialize(numbers).expect("a set");
        assert_eq!(set.len(), 2);
        let entries = Boasting([(1u32, 1u32), (2, 2), (1, 3)].into_iter());
        let entries = MapDeserializer::<_, Error>::new(entries);
        let map = Hamt::<u32, u32>::deserialize(entries.into_deserializer()).expect("a map");
        assert_eq!((map.len(), map[&1]), (2, 3));
    }
}

#[cfg(feature = "arbitrary")]
mod arbitrary {
    use std::collections::{HashMap, HashSet};

    use arbitrary::{Arbitrary, Unstructured};
    use hamt::{Hamt, HamtMultimap, HamtSet};

    use crate::probes::Random;

    /// The same bytes give what they give for std's collections.
    #[test]
    fn bytes_become_collections() {
        let mut random = Random(7);
        let mut entries = 0;
        for len in 0..200 {
            let bytes: Vec<u8> = (0..len)
                .map(|_| u8::try_from(random.below(256)).expect("a byte"))
                .collect();
            let source = || Unstructured::new(&bytes);
            let map = Hamt::<u8, u16>::arbitrary(&mut source()).expect("a map");
            let model = HashMap::<u8, u16>::arbitrary(&mut source()).expect("a map");
            assert!(map.len() == model.len() && model.iter().all(|(k, v)| map[k] == *v));
            let set = HamtSet::<u16>::arbitrary_take_rest(source()).expect("a set");
            let model = HashSet::<u16>::arbitrary_take_rest(source()).expect("a set");
            assert!(set.len() == model.len() && model.iter().all(|it| set.contains(it)));
            let map = HamtMultimap::<bool, u8>::arbitrary(&mut source()).expect("a multimap");
            let model = Vec::<(bool, u8)>::arbitrary(&mut source()).expect("pairs");
            assert_eq!(map, model.into_iter().collect());
            entries += set.len();
        }
        assert!(entries > 100);
    }
}

#[cfg(feature = "quickcheck")]
mod quickcheck {
    use hamt::{Hamt, HamtMultimap, HamtSet};
    use quickcheck::{Arbitrary, Gen, QuickCheck};

    #[test]
    fn properties_hold() {
        fn shared(map: Hamt<u8, String>, other: Hamt<u8, String>) -> bool {
            map.union(&other).len() == map.len() + other.relative_complement(&map).len()
        }
        fn apart(one: HamtSet<u16>, two: HamtSet<u16>) -> bool {
            &(&one - &two) | &(&one & &two) == one
        }
        fn pairs(map: HamtMultimap<u8, u8>) -> bool {
            map.sets().map(|(_, values)| values.len()).sum::<usize>() == map.len()
        }
        QuickCheck::new().quickcheck(shared as fn(_, _) -> _);
        QuickCheck::new().quickcheck(apart as fn(_, _) -> _);
        QuickCheck::new().quickcheck(pairs as fn(_) -> _);
    }

    /// What fails is made small: one key that is too large, and no other.
    #[test]
    fn failures_shrink() {
        let mut smallest: Hamt<u8, u8> = (0..200).map(|n| (n, n)).collect();
        let fails = |map: &Hamt<u8, u8>| map.keys().any(|key| *key > 100);
        while let Some(smaller) = smallest.shrink().find(|it| fails(it)) {
            smallest = smaller;
        }
        assert_eq!(smallest, Hamt::from([(101, 0)]));
        assert!(HamtSet::<u8>::new().shrink().next().is_none());
        let mut random = Gen::new(50);
        let longest = (0..50).map(|_| HamtSet::<u32>::arbitrary(&mut random).len());
        assert!(longest.max() > Some(10));
        fn small(set: HamtSet<u8>) -> bool {
            set.len() < 3
        }
        let checked = QuickCheck::new().quicktest(small as fn(_) -> _);
        assert!(checked.is_err(), "it finds a set of three");
    }
}

#[cfg(feature = "proptest")]
mod strategies {
    use hamt::{Hamt, HamtMultimap, HamtSet};
    use proptest::prelude::*;
    use proptest::test_runner::{TestError, TestRunner};

    use crate::hashers::Good;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn sizes_are_kept(
            map in hamt::proptest::hash_map(0..1000u32, any::<bool>(), 3..50),
            set in hamt::proptest::hash_set("[a-z]{2}", 5),
            pairs in hamt::proptest::multimap(0..5u8, 0..100u8, 1..=20),
            any_map: Hamt<u8, u8, Good>,
            any_set in any_with::<HamtSet<u64, Good>>((4.into(), ())),
            any_pairs: HamtMultimap<bool, u8, Good>,
        ) {
            prop_assert!((3..50).contains(&map.len()));
            prop_assert_eq!(set.len(), 5);
            prop_assert!((1..=20).contains(&pairs.len()));
            prop_assert!(any_map.len() < 100);
            prop_assert_eq!(any_set.len(), 4);
            prop_assert!(any_pairs.keys_len() <= 2);
        }
    }

    #[test]
    fn failures_shrink() {
        let maps = hamt::proptest::hash_map(0..1000u32, 0..10u8, 0..50);
        let failure = TestRunner::deterministic().run(&maps, |map| {
            prop_assert!(map.keys().all(|key| *key <= 100));
            Ok(())
        });
        let Err(TestError::Fail(_, smallest)) = failure else {
            panic!("it fails: {failure:?}");
        };
        assert_eq!(smallest, Hamt::from([(101, 0)]));
    }
}
