//! The persistent names that `Hamt` has from im and imbl mean what they mean there.

use hamt::Hamt;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

const KEYS: u64 = 60;
const STEPS: usize = 4000;

/// Tells its arguments apart.
fn mix(old: u64, new: u64) -> u64 {
    (old * 7 + new) % 1000
}

/// Drives `Hamt` and a map of im's interface through the same steps. A macro, because the two others
/// have no trait in common.
macro_rules! agrees {
    ($name:ident, $theirs:ty) => {
        #[test]
        fn $name() {
            type Theirs = $theirs;
            let mut random = SmallRng::seed_from_u64(7);
            let (mut ours, mut theirs) = (Hamt::<u64, u64>::new(), Theirs::new());
            let mut kept = vec![(ours.clone(), theirs.clone())];
            for step in 0..STEPS {
                let (key, value) = (random.random_range(0..KEYS), random.random_range(0..50));
                let with_key = |key: &u64, old: u64, new: u64| mix(old, new) + key;
                match random.random_range(0..15) {
                    0 => {
                        ours = ours.update(key, value);
                        theirs = theirs.update(key, value);
                    }
                    1 => {
                        ours = ours.update_with(key, value, mix);
                        theirs = theirs.update_with(key, value, mix);
                    }
                    2 => {
                        ours = ours.update_with_key(key, value, with_key);
                        theirs = theirs.update_with_key(key, value, with_key);
                    }
                    3 => {
                        let with = |key: &u64, old: &u64, new: u64| with_key(key, *old, new);
                        let (old, new) = ours.update_lookup_with_key(key, value, with);
                        let (their_old, their_new) =
                            theirs.update_lookup_with_key(key, value, with);
                        assert_eq!(old, their_old);
                        (ours, theirs) = (new, their_new);
                    }
                    4 | 5 => {
                        let change = |old: Option<u64>| match old {
                            None if value % 3 == 0 => Some(value),
                            Some(old) if value % 2 == 0 => Some(mix(old, value)),
                            _ => None,
                        };
                        ours = ours.alter(change, key);
                        theirs = theirs.alter(change, key);
                    }
                    6 => {
                        ours = ours.without(&key);
                        theirs = theirs.without(&key);
                    }
                    7 => {
                        let (one, two) = (ours.extract(&key), theirs.extract(&key));
                        assert_eq!(one.as_ref().map(|it| it.0), two.as_ref().map(|it| it.0));
                        if let (Some(one), Some(two)) = (one, two) {
                            (ours, theirs) = (one.1, two.1);
                        }
                    }
                    8 => {
                        let (one, two) =
                            (ours.extract_with_key(&key), theirs.extract_with_key(&key));
                        let entry = |it: &(u64, u64, _)| (it.0, it.1);
                        let their_entry = |it: &(u64, u64, _)| (it.0, it.1);
                        assert_eq!(one.as_ref().map(entry), two.as_ref().map(their_entry));
                        if let (Some(one), Some(two)) = (one, two) {
                            (ours, theirs) = (one.2, two.2);
                        }
                    }
                    9 => assert_eq!(ours.remove_with_key(&key), theirs.remove_with_key(&key)),
                    10 => assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
                    11 => assert_eq!(ours.remove(&key), theirs.remove(&key)),
                    12 if step % 5 == 0 => {
                        ours.retain(|key, value| (*key + *value) % 4 != 0);
                        theirs.retain(|key, value| (*key + *value) % 4 != 0);
                    }
                    12 => {
                        let one = *ours.entry(key).and_modify(|it| *it += 1).or_insert(value);
                        let two = *theirs.entry(key).and_modify(|it| *it += 1).or_insert(value);
                        assert_eq!(one, two);
                    }
                    13 => {
                        kept.push((ours.clone(), theirs.clone()));
                        if kept.len() > 8 {
                            kept.remove(random.random_range(0..8));
                        }
                    }
                    _ => {
                        let at = random.random_range(0..kept.len());
                        (ours, theirs) = kept[at].clone();
                    }
                }
                if step % 16 == 0 {
                    for (ours, theirs) in kept.iter().chain([&(ours.clone(), theirs.clone())]) {
                        assert_eq!(ours.len(), theirs.len());
                        for key in 0..KEYS {
                            assert_eq!(ours.get(&key), theirs.get(&key));
                        }
                    }
                }
            }
            let (one, two) = (Hamt::unit(1, 2), Theirs::unit(1, 2));
            assert!(
                one.iter().eq(two.iter())
                    && one.keys().eq(two.keys())
                    && one.values().eq(two.values())
            );
        }
    };
}

agrees!(im, im::HashMap<u64, u64>);
agrees!(imbl, imbl::HashMap<u64, u64>);

/// The one meaning of imbl's that is another: imbl's writes replace the key, ours keep it, as std's do.
#[test]
fn keys_stay() {
    #[derive(Clone, Debug)]
    struct Key(u32, &'static str);
    impl PartialEq for Key {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Key {}
    impl core::hash::Hash for Key {
        fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }
    let (first, second) = (Key(1, "first"), Key(1, "second"));
    let ours = Hamt::unit(first.clone(), 1).update_with(second.clone(), 2, |old, _| old);
    let theirs = imbl::HashMap::unit(first, 1).update_with(second, 2, |old, _| old);
    assert_eq!(ours.keys().next().map(|key| key.1), Some("first"));
    assert_eq!(theirs.keys().next().map(|key| key.1), Some("second"));
}
