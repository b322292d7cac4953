//! Sets against `std::collections::HashSet`.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, RandomState};

use hamt::set::Change;
use hamt::{Hamt, HamtSet};

use crate::hashers::{Dial, FourAtTheBottom, Good};
use crate::probes::Random;

/// An element made from a number; inline or counted.
trait Element: Clone + Eq + Hash + Ord + std::fmt::Debug {
    fn of(n: u32) -> Self;
}

impl Element for u32 {
    fn of(n: u32) -> Self {
        n
    }
}

impl Element for String {
    fn of(n: u32) -> Self {
        n.to_string()
    }
}

fn sorted<T: Ord>(elements: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = elements.collect();
    all.sort();
    all
}

#[track_caller]
fn same<T: Element, S: BuildHasher>(set: &HamtSet<T, S>, model: &HashSet<T>) {
    set.validate().expect("a valid set");
    assert_eq!(set.len(), model.len());
    assert_eq!(set.is_empty(), model.is_empty());
    assert_eq!(sorted(set.iter()), sorted(model.iter()));
    for element in model {
        assert_eq!(set.get(element), Some(element));
    }
}

/// All that can be asked about two sets.
fn compare<T: Element, S: BuildHasher + Clone + Default>(
    (one, a): (&HamtSet<T, S>, &HashSet<T>),
    (two, b): (&HamtSet<T, S>, &HashSet<T>),
) {
    assert_eq!(one == two, a == b);
    assert_eq!(one.is_disjoint(two), a.is_disjoint(b));
    assert_eq!(one.is_subset(two), a.is_subset(b));
    assert_eq!(one.is_superset(two), a.is_superset(b));
    assert_eq!(one.is_proper_subset(two), a.is_subset(b) && a != b);
    assert_eq!(one.is_proper_superset(two), a.is_superset(b) && a != b);

    same(&(one | two), &(a | b));
    same(&(one + two), &(a | b));
    same(&(one & two), &(a & b));
    same(&(one * two), &(a & b));
    same(&(one ^ two), &(a ^ b));
    same(&(one - two), &(a - b));
    same(&(one.clone() | two.clone()), &(a | b));
    same(&(one.clone() & two.clone()), &(a & b));
    same(&(one.clone() ^ two.clone()), &(a ^ b));
    same(&(one.clone() - two.clone()), &(a - b));
    same(
        &[one.clone(), two.clone()]
            .into_iter()
            .sum::<HamtSet<_, S>>(),
        &(a | b),
    );

    assert_eq!(sorted(one.union(two)), sorted(a.union(b)));
    assert_eq!(sorted(one.intersection(two)), sorted(a.intersection(b)));
    assert_eq!(sorted(one.difference(two)), sorted(a.difference(b)));
    assert_eq!(
        sorted(one.symmetric_difference(two)),
        sorted(a.symmetric_difference(b))
    );
    // By `fold` instead of `next`.
    assert_eq!(one.union(two).fold(0, |n, _| n + 1), a.union(b).count());
    assert_eq!(
        one.intersection(two).fold(0, |n, _| n + 1),
        a.intersection(b).count()
    );
    assert_eq!(
        one.difference(two).fold(0, |n, _| n + 1),
        a.difference(b).count()
    );
    let (least, most) = one.difference(two).size_hint();
    let apart = a.difference(b).count();
    assert!(least <= apart && most.is_some_and(|most| apart <= most));

    let mut added = HashSet::new();
    let mut removed = HashSet::new();
    for change in one.diff(two) {
        let fresh = match change.cloned() {
            Change::Added(element) => added.insert(element),
            Change::Removed(element) => removed.insert(element),
        };
        assert!(fresh, "an element comes up once");
    }
    assert_eq!(added, b - a);
    assert_eq!(removed, a - b);
    let mut applied = one.clone();
    applied.apply(one.diff(two));
    assert!(applied == *two);
}

fn random_operations<T: Element, S: BuildHasher + Clone + Default>(seed: u64) {
    let mut random = Random(seed);
    let mut set: HamtSet<T, S> = HamtSet::default();
    let mut model: HashSet<T> = HashSet::new();
    let mut versions = vec![(set.clone(), model.clone())];
    for _ in 0..400 {
        let element = T::of(random.below(60));
        match random.below(12) {
            0..=3 => assert_eq!(set.insert(element.clone()), model.insert(element)),
            4..=5 => assert_eq!(set.remove(&element), model.remove(&element)),
            6 => assert_eq!(set.take(&element), model.take(&element)),
            7 => assert_eq!(set.replace(element.clone()), model.replace(element)),
            8 => {
                let more: Vec<T> = (0..random.below(20))
                    .map(|_| T::of(random.below(60)))
                    .collect();
                set.extend(more.iter().cloned());
                model.extend(more);
            }
            9 => {
                set = set.update(element.clone());
                model.insert(element);
            }
            10 => {
                set = set.without(&element);
                model.remove(&element);
            }
            _ if random.below(4) == 0 => {
                let divisor = random.below(5) + 1;
                let few = set.iter().step_by(divisor as usize).cloned();
                let few = sorted(few);
                set.retain(|it| few.binary_search(it).is_err());
                model.retain(|it| few.binary_search(it).is_err());
            }
            _ => versions.push((set.clone(), model.clone())),
        }
        same(&set, &model);
    }
    versions.push((set, model));
    for (set, model) in &versions {
        same(set, model);
        let collected: HamtSet<T, S> = model.iter().cloned().collect();
        assert!(collected == *set);
        assert_eq!(
            Good::default().hash_one(&collected),
            Good::default().hash_one(set)
        );
        assert_eq!(
            sorted(set.clone().into_iter()),
            sorted(model.iter().cloned())
        );
    }
    for (number, (one, a)) in versions.iter().enumerate() {
        for (two, b) in &versions[number..] {
            compare((one, a), (two, b));
            compare((two, b), (one, a));
        }
    }
    for window in versions.windows(3) {
        let [(base, a), (ours, b), (theirs, c)] = window else {
            unreachable!("windows of three");
        };
        let merged: HashSet<T> = a | &(b | c);
        let merged = merged
            .into_iter()
            .filter(
                |it| match (a.contains(it), b.contains(it), c.contains(it)) {
                    (true, ours, theirs) => ours && theirs,
                    (false, ours, theirs) => ours || theirs,
                },
            )
            .collect();
        same(&base.merge(ours, theirs), &merged);
    }
}

#[test]
fn sets_are_sets() {
    for seed in 0..3 {
        random_operations::<u32, Good>(seed);
        random_operations::<u32, FourAtTheBottom>(seed);
        random_operations::<u32, RandomState>(seed);
        random_operations::<String, Good>(seed);
        for dial in Dial::ALL {
            dial.with(|| random_operations::<String, Dial>(seed));
        }
    }
}

/// What changes nothing copies nothing.
#[test]
fn nothing_is_copied_for_nothing() {
    let base: HamtSet<String> = (0..500).map(String::of).collect();
    let half: HamtSet<String> = (0..250).map(String::of).collect();
    let mut set = base.clone();
    assert!(!set.insert(String::of(7)));
    assert!(!set.remove("none"));
    assert_eq!(set.take("none"), None);
    set.retain(|_| true);
    set.extend((0..500).map(String::of));
    assert!(set.ptr_eq(&base));
    assert!(base.update(String::of(7)).ptr_eq(&base));
    assert!(base.without("none").ptr_eq(&base));
    assert!((&base | &half).ptr_eq(&base));
    assert!((&base & &base.clone()).ptr_eq(&base));
    assert!((&half & &base).ptr_eq(&half));
    assert!((&base - &HamtSet::new()).ptr_eq(&base));
    assert!(base.merge(&base, &half).ptr_eq(&half));
}

/// `insert` leaves the element that is there, `replace` does not.
#[test]
fn elements_are_replaced_on_demand() {
    #[derive(Clone, Debug)]
    struct Tagged(u32, char);
    impl PartialEq for Tagged {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Tagged {}
    impl Hash for Tagged {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }
    let mut set = HamtSet::from([Tagged(1, 'a')]);
    let tag = |set: &HamtSet<Tagged>| set.get(&Tagged(1, ' ')).map(|it| it.1);
    assert!(!set.insert(Tagged(1, 'b')));
    assert_eq!(tag(&set), Some('a'));
    let kept = set.clone();
    assert_eq!(set.replace(Tagged(1, 'c')).map(|it| it.1), Some('a'));
    assert_eq!((tag(&set), tag(&kept)), (Some('c'), Some('a')));
    assert_eq!(set.replace(Tagged(2, 'd')).map(|it| it.1), None);
    assert_eq!(tag(&(&kept | &set)), Some('a'));
    assert_eq!(tag(&(&set | &kept)), Some('c'));
    assert_eq!(tag(&(&set & &kept)), Some('c'));
    set.extend([Tagged(1, 'e')]);
    assert_eq!(tag(&set), Some('c'));
}

/// A set has no word for what is not there.
/// A part of what is taken out is looked at; the rest stays, or goes, as std says.
#[test]
fn elements_are_taken_out_in_bulk() {
    for hasher in Dial::ALL {
        for (elements, looked_at) in [(0, 1), (1, 1), (3, 2), (100, 7), (300, 300)] {
            let mut set = HamtSet::with_capacity_and_hasher(10, hasher);
            set.extend(0..elements);
            let mut model: HashSet<u32> = (0..elements).collect();
            let old = set.clone();

            let picks = |n: &u32| n % 3 == 0;
            let mut picked = set.extract_if(picks);
            assert!(picked.size_hint().1 >= Some(model.iter().filter(|n| picks(n)).count()));
            let taken: Vec<u32> = picked.by_ref().take(looked_at).collect();
            drop(picked);
            assert!(taken.iter().all(|n| picks(n) && model.remove(n)));
            same(&set, &model);

            let mut drained = set.drain();
            assert_eq!(drained.len(), model.len());
            let mut gone: Vec<u32> = drained.by_ref().take(looked_at).collect();
            assert_eq!(
                format!("{drained:?}").matches(',').count(),
                (drained.len().max(1)) - 1
            );
            gone.extend(drained);
            assert_eq!(sorted(gone.into_iter()), sorted(model.into_iter()));
            assert!(set.is_empty() && set.capacity() < usize::MAX);
            same(&old, &(0..elements).collect());

            set.shrink_to_fit();
            assert!(set.try_reserve(usize::MAX).is_err() && set.try_reserve(5).is_ok());
        }
    }
}

#[test]
fn sets_are_smaller_than_maps() {
    let set: HamtSet<u64> = (0..10_000).collect();
    let map: Hamt<u64, u64> = (0..10_000).map(|n| (n, n)).collect();
    let (set, map) = (set.stats(), map.stats());
    assert_eq!(set.entry_bytes, 0);
    assert!(
        map.live_bytes() - set.live_bytes() >= 7 * 10_000,
        "{} against {}",
        set.live_bytes(),
        map.live_bytes()
    );
    assert_eq!(size_of::<HamtSet<u64>>(), size_of::<Hamt<u64, u64>>());
}

/// Elements without size: at most one.
#[test]
fn sets_of_nothing() {
    let mut set: HamtSet<()> = HamtSet::new();
    assert!(set.insert(()));
    assert!(!set.insert(()));
    let kept = set.clone();
    assert_eq!(set.take(&()), Some(()));
    assert_eq!((set.len(), kept.len(), kept.iter().count()), (0, 1, 1));
    assert_eq!((&kept - &set).len(), 1);
    kept.validate().expect("a valid set");
}

#[test]
fn traits_are_those_of_std() {
    fn threads<T: Send + Sync + Unpin + std::panic::UnwindSafe>() {}
    threads::<HamtSet<String>>();
    threads::<hamt::set::Iter<'static, String>>();
    threads::<hamt::set::IntoIter<String>>();
    threads::<hamt::set::Union<'static, String>>();
    threads::<hamt::set::Diff<'static, String>>();

    fn shorter<'a>(set: HamtSet<&'static str>) -> HamtSet<&'a str> {
        set
    }
    let set = shorter(HamtSet::from(["a"]));
    assert_eq!(format!("{set:?}"), r#"{"a"}"#);
    assert_eq!(format!("{:?}", set.iter()), r#"["a"]"#);
    assert_eq!(format!("{:?}", set.union(&set)), r#"["a"]"#);
    assert_eq!(
        format!("{:?}", set.diff(&HamtSet::new())),
        r#"[Removed("a")]"#
    );
    assert_eq!(format!("{:?}", set.clone().into_iter()), r#"["a"]"#);
    let mut numbers: HamtSet<u32> = HamtSet::default();
    numbers.extend(&[1, 2, 3]);
    numbers.extend(&[3, 4]);
    assert_eq!(numbers.iter().len(), 4);
    assert_eq!((&numbers).into_iter().copied().max(), Some(4));
    assert_eq!(hamt::set::Iter::<u32>::default().count(), 0);
    assert_eq!(hamt::set::IntoIter::<u32>::default().count(), 0);
    let nested = HamtSet::from([numbers.clone(), HamtSet::new()]);
    assert!(nested.contains(&numbers));
    assert_eq!(HamtSet::from(Hamt::from(numbers.clone())), numbers);
}
