//! Safe code that breaks the contracts of `Hash`, `Eq`, `Borrow` and `Iterator`: results may be
//! wrong and operations may panic, but memory stays sound (run under a sanitizer) and nothing is
//! leaked or dropped twice.

use std::borrow::Borrow;
use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use hamt::{Entry, Hamt, JoinRules, Pick, Resolution};

use crate::hashers::{Dial, Four, Good};
use crate::probes::{self, Random, Value};
use crate::probes::{PlainValue, Probe};

thread_local! {
    static WHIM: Cell<u64> = const { Cell::new(0) };
}

/// A number that is different each time, but the same in each run.
fn whim() -> u64 {
    let mut random = Random(WHIM.get());
    let next = random.next();
    WHIM.set(random.0);
    next
}

/// How often a key lies about its hash and its equality, of 16 times.
#[derive(Clone, Copy)]
struct Lies {
    hash: u8,
    eq: u8,
}

/// A liar; inline or counted as its owner and the map's values are.
#[derive(Clone)]
struct Liar<O> {
    n: u8,
    lies: Lies,
    _owner: O,
}

impl<O> PartialEq for Liar<O> {
    fn eq(&self, other: &Self) -> bool {
        (self.n == other.n) != (whim() % 16 < self.lies.eq.into())
    }
}

impl<O> Eq for Liar<O> {}

impl<O> Hash for Liar<O> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if whim() % 16 < self.lies.hash.into() {
            state.write_u64(whim() % 40);
        } else {
            state.write_u64(u64::from(self.n));
        }
    }
}

/// Any operations, any results. Panics are the library's right here; only the memory is judged.
fn run<O: Clone, V: Probe>(lies: Lies, owner: &O) {
    let liar = |n: u32| Liar {
        n: n.to_le_bytes()[0],
        lies,
        _owner: owner.clone(),
    };
    let mut versions: Vec<Hamt<Liar<O>, V, Dial>> = vec![Hamt::default()];
    let mut random = Random(1);
    for _ in 0..if cfg!(miri) { 200 } else { 3_000 } {
        let at = random.below(u32::try_from(versions.len()).expect("few")) as usize;
        let other = random.below(u32::try_from(versions.len()).expect("few")) as usize;
        let other = versions[other].clone();
        let (n, map) = (random.below(60), &mut versions[at]);
        let what = random.below(18);
        let step = AssertUnwindSafe(|| match what {
            0..=3 => drop(map.insert(liar(n), V::of(n))),
            4 | 5 => drop(map.remove(&liar(n))),
            6 => {
                if let Some(value) = map.get_mut(&liar(n)) {
                    *value = V::of(n);
                }
            }
            7 => *map.entry(liar(n)).or_insert(V::of(n)) = V::of(n),
            8 => match map.entry(liar(n)) {
                Entry::Occupied(mut entry) => {
                    let _: u32 = entry.get().number() + entry.get_mut().number();
                    drop((entry.insert(V::of(n)), entry.remove_entry()));
                }
                Entry::Vacant(entry) => drop(entry.insert_entry(V::of(n)).remove()),
            },
            9 => map.retain(|key, value| key.n != value.number().to_le_bytes()[0]),
            10 => *map = map.update(liar(n), V::of(n)).without(&liar(n + 1)),
            11 => {
                let _: (bool, bool) = (*map == map.clone(), map.validate().is_ok());
                let _: u32 = map.values().map(Probe::number).sum();
            }
            14 => {
                let either = map.symmetric_difference(&other);
                *map = map.union(&other).intersection(either);
            }
            15 => {
                *map = map.join_with(&other, JoinRules::ASK, |key, left, right| match key.n % 4 {
                    0 => Pick::Drop,
                    1 => Pick::New(V::of(n)),
                    _ if left.is_some() && right.is_some() => Pick::Right,
                    _ => Pick::Left,
                });
            }
            16 => {
                let _: (bool, bool) = (*map == other, map.is_submap(&other));
                map.apply(map.clone().diff(&other));
            }
            17 => {
                let base = map.update(liar(n), V::of(n));
                *map = base.merge(map, &other, |_| Resolution::New(V::of(n)));
            }
            12 => map.values_mut().for_each(|value| *value = V::of(n)),
            _ => drop(map.clone().into_iter().take(n as usize).collect::<Vec<_>>()),
        });
        let _: Result<(), _> = catch_unwind(step);
        assert_eq!(
            versions[at].iter().map(|_| 1).sum::<usize>(),
            versions[at].len()
        );
        if versions[at].len() > 200 {
            // Keys that are never equal double with each union.
            versions[at].clear();
        }
        if n == 0 && versions.len() < 6 {
            versions.push(versions[at].clone());
        }
    }
    while let Some(map) = versions.pop() {
        let len = map.len();
        assert_eq!(map.into_iter().map(|_| 1).sum::<usize>(), len);
    }
}

/// All kinds of entries under all hashers.
fn all_kinds(lies: Lies) {
    fn under<O: Clone, V: Probe>(lies: Lies, owner: &O) {
        WHIM.set(5);
        probes::reset();
        for dial in Dial::ALL {
            dial.with(|| run::<O, V>(lies, owner));
        }
        probes::assert_balanced();
    }
    // The panics to be seen here are the library's own, on a contradicting `Eq`.
    let owner = Rc::new(());
    under::<(), PlainValue>(lies, &());
    under::<(), Value>(lies, &());
    under::<Rc<()>, Value>(lies, &owner);
    assert_eq!(Rc::strong_count(&owner), 1, "every key is dropped");
}

#[test]
fn hash_changes_at_times() {
    all_kinds(Lies { hash: 3, eq: 0 });
}

#[test]
fn hash_is_noise() {
    all_kinds(Lies { hash: 16, eq: 0 });
}

#[test]
fn eq_changes_at_times() {
    all_kinds(Lies { hash: 0, eq: 3 });
}

#[test]
fn eq_is_never_true_of_equals() {
    all_kinds(Lies { hash: 0, eq: 16 });
}

#[test]
fn hash_and_eq_change() {
    all_kinds(Lies { hash: 4, eq: 4 });
}

/// Interior mutability: keys change while they stand in the map.
#[test]
fn keys_change_in_place() {
    #[derive(Clone, PartialEq, Eq)]
    struct Changing(Rc<Cell<u32>>);

    impl Hash for Changing {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.get().hash(state);
        }
    }

    let keys: Vec<_> = (0..100).map(|n| Changing(Rc::new(Cell::new(n)))).collect();
    let mut map: Hamt<Changing, String, Four> = keys
        .iter()
        .map(|key| (key.clone(), key.0.get().to_string()))
        .collect();
    for (n, key) in (0..).zip(&keys) {
        key.0.set(n / 3);
        map.insert(key.clone(), String::new());
        map.remove(&keys[99 - n as usize]);
    }
    let copy = map.clone();
    keys.iter().for_each(|key| key.0.set(7));
    for _ in 0..3 {
        map.insert(keys[0].clone(), "again".into());
    }
    map.retain(|key, _| Rc::as_ptr(&key.0).addr() % 32 == 0);
    drop(map);
    drop(copy);
    assert!(
        keys.iter().all(|key| Rc::strong_count(&key.0) == 1),
        "every key is dropped"
    );
}

/// `Borrow` to a type with another hash and another equality.
#[test]
fn borrow_disagrees() {
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Text(String);

    impl Borrow<str> for Text {
        fn borrow(&self) -> &str {
            &self.0[..1]
        }
    }

    let text = |n: u32| Text(format!("{}{n}", n % 10));
    let mut map: Hamt<Text, u32, Four> = (0..200).map(|n| (text(n), n)).collect();
    let copy = map.clone();
    for n in 0..200 {
        let part = (n % 10).to_string();
        if let Some(value) = map.get_mut(part.as_str()) {
            *value += 1;
        }
        let _: Option<u32> = map.remove(part.as_str());
    }
    assert_eq!(map.iter().count(), map.len());
    copy.validate().expect("a valid map");
    assert_eq!(copy.len(), 200);
}

/// Iterators that misstate their length.
#[test]
fn size_hints_lie() {
    struct Lying(std::ops::Range<u32>, (usize, Option<usize>));

    impl Iterator for Lying {
        type Item = (u32, String);

        fn next(&mut self) -> Option<Self::Item> {
            self.0.next().map(|n| (n, n.to_string()))
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            self.1
        }
    }

    let hints = [
        (0, Some(0)),
        (0, None),
        (1000, Some(1000)),
        (usize::MAX, None),
        (usize::MAX, Some(usize::MAX)),
        (5, Some(1)),
        (isize::MAX.unsigned_abs(), Some(0)),
    ];
    for hint in hints {
        // `collect` looks at the hint itself, where std has debug assertions.
        let mut map: Hamt<u32, String> = FromIterator::from_iter(Lying(0..50, hint));
        map.extend(Lying(40..90, hint));
        map.validate().expect("a valid map");
        assert_eq!((map.len(), map[&89].as_str()), (90, "89"));
    }
}

/// An iterator that reads clones of the map it feeds, taken on the way.
#[test]
fn iterators_are_re_entrant() {
    let shared = std::cell::RefCell::new(Hamt::<u32, u32, Four>::default());
    for round in 0..10 {
        let mut map = shared.borrow().clone();
        map.extend((0..20).map(|n| {
            let seen = shared.borrow().clone();
            let sum = seen.values().copied().fold(0, u32::wrapping_add);
            *shared.borrow_mut() = seen.update(n + 1000 * round, sum);
            (n + 100 * round, sum)
        }));
        map.validate().expect("a valid map");
        shared.borrow().validate().expect("a valid map");
        assert!(map.len() == shared.borrow().len());
        *shared.borrow_mut() = map;
    }
    // `or_insert_with` and `retain` may look at other versions too.
    let mut map = shared.into_inner();
    let copy = map.clone();
    map.entry(5_000_000)
        .or_insert_with(|| copy.update(1, 1).values().copied().max().unwrap_or(0));
    map.retain(|key, _| copy.without(key).len() < copy.len() && key % 2 == 0);
    map.validate().expect("a valid map");
    assert!(map.keys().all(|key| key % 2 == 0 && copy.contains_key(key)));
}

/// An iterator that is never dropped keeps what it shares, and nothing else suffers.
#[test]
fn forgotten_iterators_are_memory_safe() {
    probes::reset();
    let map: Hamt<u32, Value, Good> = (0..50).map(|n| (n, Value::of(n))).collect();
    let mut copy = map.clone();
    let mut rest = ManuallyDrop::new(map.into_iter());
    drop(rest.next());
    let mut write = copy.iter_mut();
    assert!(write.next().is_some());
    copy.validate().expect("a valid map");
    let _: &mut Value = copy.entry(100).or_insert_with(|| Value::of(0));
    assert_eq!(copy.iter().count(), 51);
    drop(copy);
    assert!(probes::alive() >= 49);
    // Only so that leak checkers stay silent.
    drop(ManuallyDrop::into_inner(rest));
    probes::assert_balanced();
}
