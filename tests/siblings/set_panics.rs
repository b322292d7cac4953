//! User code that panics inside the operations of sets: nothing is lost, nothing is there twice.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hamt::HamtSet;

use crate::hashers::{FourAtTheBottom, Good};
use crate::probes::{Key, Point, Probe, arm, assert_balanced, disarm, reset};

type Operation<S> = fn(&mut HamtSet<Key, S>, &HamtSet<Key, S>);

fn every_panic<S: std::hash::BuildHasher + Clone + Default>(operations: &[Operation<S>]) {
    for operation in operations {
        for point in [Point::Hash, Point::Eq, Point::CloneKey, Point::DropKey] {
            for n in 1.. {
                reset();
                let one: HamtSet<Key, S> = (0..40).map(Key::of).collect();
                let mut two = one.clone();
                two.extend((30..50).map(Key::of));
                let kept = two.clone();
                arm(point, n);
                let result = catch_unwind(AssertUnwindSafe(|| operation(&mut two, &one)));
                let fired = disarm();
                assert!(result.is_ok() || fired);
                for set in [&one, &two, &kept] {
                    set.validate().expect("a valid set");
                }
                assert_eq!((one.len(), kept.len()), (40, 50));
                drop((one, two, kept));
                assert_balanced();
                if !fired {
                    break;
                }
            }
        }
    }
}

#[test]
fn panics_corrupt_no_set() {
    fn operations<S: std::hash::BuildHasher + Clone + Default>() -> [Operation<S>; 11] {
        [
            |set, _| assert!(set.insert(Key::of(70))),
            |set, _| assert!(!set.insert(Key::of(7))),
            |set, _| drop(set.replace(Key::of(7))),
            |set, _| drop(set.take(&Key::of(7))),
            |set, _| set.retain(|it| it.number() % 3 == 0),
            |set, _| assert_eq!(set.extract_if(|it| it.number() % 3 == 0).count(), 17),
            |set, _| assert_eq!(set.drain().take(9).count(), 9),
            |set, _| set.extend((45..55).map(Key::of)),
            |set, other| *set = &*set ^ other,
            |set, other| set.apply(set.clone().diff(other)),
            |set, other| assert!(set.union(other).count() == 50),
        ]
    }
    every_panic::<Good>(&operations());
    every_panic::<FourAtTheBottom>(&operations());
}
