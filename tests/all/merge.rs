//! Three-way merges.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hamt::{Conflict, Hamt, Resolution};

use crate::hashers::{Good, Identity};
use crate::probes::Random;
use crate::versions::{self, Sample, Version, check, check_heap, for_all_kinds};

const ROUNDS: u64 = if cfg!(miri) { 1 } else { 20 };

fn resolution<K: Sample, V: Sample>(key: &K, salt: u64) -> Resolution<V> {
    match Good::default().hash_one((key, salt)) % 5 {
        0 => Resolution::Base,
        1 => Resolution::Ours,
        2 => Resolution::Theirs,
        3 => Resolution::New(V::of(77)),
        _ => Resolution::Remove,
    }
}

fn merges<K: Sample, V: Sample, S: BuildHasher + Clone + Default>(seed: u64) {
    let mut random = Random(seed);
    let versions = Version::<K, V, S>::three(&mut random);
    for [base, ours, theirs] in [
        [0, 1, 2],
        [1, 0, 2],
        [2, 1, 0],
        [0, 2, 1],
        [0, 0, 1],
        [0, 1, 1],
    ] {
        let [base, ours, theirs] = [base, ours, theirs].map(|n: usize| &versions[n]);
        let mut conflicts = HashMap::new();
        let models = [base, ours, theirs].map(|it| &it.model);
        let model = versions::merged(models, |key, [base, ours, theirs]| {
            let conflict = Conflict {
                key,
                base,
                ours,
                theirs,
            };
            conflicts.insert(key.clone(), conflict);
            resolution(key, seed)
        });
        let all = conflicts.len();
        let merged = base.map.merge(&ours.map, &theirs.map, |conflict| {
            let expected = conflicts
                .remove(conflict.key)
                .expect("a conflict, and only once");
            assert_eq!(conflict, expected);
            resolution(conflict.key, seed)
        });
        assert!(conflicts.is_empty(), "conflicts not noticed: {conflicts:?}");
        check(&merged, &model, "merge");

        // Giving up after a few conflicts.
        let mut left = random.below(4) as usize;
        let stop_after = left;
        let tried = base.map.try_merge(&ours.map, &theirs.map, |conflict| {
            if left == 0 {
                left = usize::MAX;
                return Err(conflict.key.clone());
            }
            left -= 1;
            Ok(resolution(conflict.key, seed))
        });
        match &tried {
            Ok(map) => assert!(*map == merged && all <= stop_after),
            Err(_) => assert!(all > stop_after && left == usize::MAX),
        }
        let maps = versions.iter().map(|it| &it.map);
        check_heap(maps.chain([&merged]).chain(&tried));
    }
}

for_all_kinds!(merges, ROUNDS);

/// One row for each line of the table in the documentation.
#[test]
fn the_table() {
    type Case = (Option<u64>, Option<u64>, Option<u64>);
    let map = |value: Option<u64>| -> Hamt<u64, u64, Good> {
        // The other entries make the maps more than a slot, and none of them shares memory.
        (100..140)
            .map(|n| (n, n))
            .chain(value.map(|value| (1, value)))
            .collect()
    };
    let merge = |(base, ours, theirs): Case| {
        let mut conflicts = 0;
        let merged = map(base).merge(&map(ours), &map(theirs), |conflict| {
            conflicts += 1;
            assert_eq!(conflict.key, &1);
            assert_eq!(
                (conflict.base, conflict.ours, conflict.theirs),
                (base.as_ref(), ours.as_ref(), theirs.as_ref())
            );
            Resolution::New(99)
        });
        merged.validate().expect("valid");
        assert_eq!(merged.len(), 40 + usize::from(merged.contains_key(&1)));
        (merged.get(&1).copied(), conflicts)
    };
    assert_eq!(
        merge((Some(1), Some(1), Some(1))),
        (Some(1), 0),
        "nobody changed it"
    );
    assert_eq!(merge((None, None, Some(2))), (Some(2), 0), "they added it");
    assert_eq!(
        merge((Some(1), Some(1), Some(2))),
        (Some(2), 0),
        "they changed it"
    );
    assert_eq!(
        merge((Some(1), Some(1), None)),
        (None, 0),
        "they removed it"
    );
    assert_eq!(merge((None, Some(2), None)), (Some(2), 0), "we added it");
    assert_eq!(
        merge((Some(1), Some(2), Some(1))),
        (Some(2), 0),
        "we changed it"
    );
    assert_eq!(merge((Some(1), None, Some(1))), (None, 0), "we removed it");
    assert_eq!(
        merge((Some(1), Some(2), Some(2))),
        (Some(2), 0),
        "both changed it alike"
    );
    assert_eq!(
        merge((None, Some(2), Some(2))),
        (Some(2), 0),
        "both added it alike"
    );
    assert_eq!(merge((Some(1), None, None)), (None, 0), "both removed it");
    assert_eq!(
        merge((Some(1), Some(2), Some(3))),
        (Some(99), 1),
        "both changed it"
    );
    assert_eq!(
        merge((None, Some(2), Some(3))),
        (Some(99), 1),
        "both added it"
    );
    assert_eq!(
        merge((Some(1), Some(2), None)),
        (Some(99), 1),
        "changed and removed"
    );
    assert_eq!(
        merge((Some(1), None, Some(3))),
        (Some(99), 1),
        "removed and changed"
    );
}

/// The result's length is derived from ours, also where children are missing on one side.
#[test]
fn merges_count_what_one_side_has_not() {
    // The lowest five bits of a key are its slot in the root, the next five that below.
    let base: Hamt<u64, u64, Identity> = (0..3200).map(|n| (n, n)).collect();
    let mut less = base.clone();
    for key in (0..3200).filter(|n| n % 1024 == 33) {
        less.remove(&key);
    }
    let more: Hamt<u64, u64, Identity> = base.iter().map(|(k, v)| (k + 5, *v)).collect();
    for (ours, theirs) in [
        (&less, &base),
        (&base, &less),
        (&less, &more),
        (&more, &less),
    ] {
        let merged = base.merge(ours, theirs, |_| Resolution::Ours);
        assert_eq!(merged.validate(), Ok(()));
        assert_eq!(merged.len(), merged.iter().count());
    }
    assert_eq!(
        base.merge(&base, &less, |_| Resolution::Ours).len(),
        less.len()
    );
    assert_eq!(
        base.merge(&less, &base, |_| Resolution::Ours).len(),
        less.len()
    );
}

/// What one side alone changed is taken over without being looked at.
#[test]
fn merges_share_with_their_inputs() {
    fn no_conflict<K, V>(_: Conflict<'_, K, V>) -> Resolution<V> {
        panic!("there is no conflict")
    }
    fn test<V: Sample>() {
        let base: Hamt<u64, V, Good> = (0..5000).map(|n| (n, V::of(0))).collect();
        let ours = base.update(1, V::of(1)).without(&2).update(9000, V::of(1));
        assert!(base.merge(&ours, &base, no_conflict).ptr_eq(&ours));
        assert!(base.merge(&base, &ours, no_conflict).ptr_eq(&ours));
        assert!(base.merge(&ours, &ours.clone(), no_conflict).ptr_eq(&ours));
        assert!(base.merge(&base, &base, no_conflict).ptr_eq(&base));
        let empty = Hamt::default();
        assert!(base.merge(&empty, &base, no_conflict).is_empty());
        assert!(empty.merge(&base, &empty, no_conflict).ptr_eq(&base));
        // Equal by value, though not by address.
        let again: Hamt<u64, V, Good> = (0..5000).map(|n| (n, V::of(0))).collect();
        assert_eq!(base.merge(&ours, &again, no_conflict), ours);
        let theirs = base.update(4000, V::of(3)).without(&4001);
        let maps = [&base, &ours, &theirs, &again];
        let before = crate::heap::check(maps.into_iter()).expect("sound").bytes;
        let merged = base.merge(&ours, &theirs, no_conflict);
        merged.validate().expect("valid");
        assert_eq!(merged.len(), 4999);
        assert_eq!(
            (merged.get(&4000), merged.get(&1)),
            (Some(&V::of(3)), Some(&V::of(1)))
        );
        let after = crate::heap::check(maps.into_iter().chain([&merged]))
            .expect("sound")
            .bytes;
        assert!(
            after - before < 20_000,
            "{} bytes for the merge",
            after - before
        );
    }
    test::<u64>();
    test::<String>();
}
