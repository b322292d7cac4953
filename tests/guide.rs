//! What the guide and the migration page say: bounds, meanings, costs and sizes.

use core::cell::Cell;
use core::hash::{BuildHasher, Hash, Hasher};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use hamt::{DefaultHashBuilder, Hamt, JoinRules, Pick, Resolution};

/// Held for writing by what measures memory of the whole process, for reading by all else.
static MEMORY: RwLock<()> = RwLock::new(());

fn beside_others() -> RwLockReadGuard<'static, ()> {
    MEMORY.read().unwrap_or_else(PoisonError::into_inner)
}

/// The columns of the guide's table of bounds: each method compiles with no more than they name.
mod bounds {
    use super::*;

    pub(crate) fn nothing<K, V, S: Clone>(mut map: Hamt<K, V, S>) {
        let hasher: &S = map.hasher();
        let _ = Hamt::<K, V, S>::with_hasher(hasher.clone());
        let copy = map.clone();
        assert!(map.ptr_eq(&copy) && map.len() == copy.len() && !map.is_empty());
        assert_eq!((map.iter().count(), map.keys().count()), (1, 1));
        assert_eq!((map.values().count(), map.stats().entries), (1, 1));
        for (_, _) in &map {}
        map.compact();
        map = map.with_prompt_drop();
        map.clear();
        assert!(map.is_empty() && copy.len() == 1);
    }

    pub(crate) fn look_ups<K: Eq + Hash, V, S: BuildHasher>(map: &Hamt<K, V, S>, key: &K) {
        assert!(map.get(key).is_some() && map.get_key_value(key).is_some());
        assert!(map.contains_key(key));
        let _: &V = &map[key];
        assert!(map.get_many([key, key]).iter().all(Option::is_some));
        map.get_many_with([key], |_, value| assert!(value.is_some()));
    }

    pub(crate) fn comparisons<K: Eq + Hash, V: PartialEq + Hash, S: BuildHasher + Clone>(
        map: &Hamt<K, V, S>,
    ) {
        let copy = map.clone();
        assert!(*map == copy && map.is_submap(&copy) && map.diff(&copy).next().is_none());
        let hash = |map: &Hamt<K, V, S>| DefaultHashBuilder.hash_one(map);
        assert_eq!(hash(map), hash(&copy));
    }

    pub(crate) fn iterators<K: Clone, V: Clone, S: Clone>(mut map: Hamt<K, V, S>) {
        assert_eq!((map.iter_mut().count(), map.values_mut().count()), (1, 1));
        for (_, _) in &mut map {}
        let (one, two) = (map.clone(), map.clone());
        assert_eq!((one.into_keys().count(), two.into_values().count()), (1, 1));
        assert_eq!(map.into_iter().count(), 1);
    }
}

/// Has no trait but those that a key needs.
#[derive(PartialEq, Eq, Hash)]
struct Bare;

/// Has no trait at all.
struct Nothing;

#[test]
fn bounds_are_those_of_the_table() {
    let _memory = beside_others();
    let none = Hamt::<u8, Nothing>::new();
    assert!(none.is_empty());
    let map = Hamt::from([(1, 'a')]);
    bounds::nothing(map.clone());
    bounds::look_ups(&map, &1);
    bounds::comparisons(&map);
    bounds::iterators(map);
    assert!(Hamt::<Bare, Bare>::new().get(&Bare).is_none());
}

/// A key that is equal to others with another tag.
#[derive(Clone, Copy, Debug)]
struct Tagged(u32, &'static str);

impl PartialEq for Tagged {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Tagged {}

impl Hash for Tagged {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

type Named = Hamt<Tagged, &'static str>;

/// A map of key 1 and `more` others, all of which bear a name.
fn named(name: &'static str, more: u32, first: u32) -> Named {
    let keys = core::iter::once(1).chain(first..first + more);
    keys.map(|key| (Tagged(key, name), name)).collect()
}

/// The tag and the value of key 1.
fn tag_and_value(map: &Named) -> (&'static str, &'static str) {
    let (key, value) = map.get_key_value(&Tagged(1, "")).expect("all have key 1");
    (key.1, value)
}

#[test]
fn keys_and_values_that_stay() {
    let _memory = beside_others();
    let key = Tagged(1, "new");
    let old = named("old", 0, 10);
    let mut inserted = old.clone();
    assert_eq!(inserted.insert(key, "new"), Some("old"));
    assert_eq!(tag_and_value(&inserted), ("old", "new"));
    assert_eq!(tag_and_value(&old.update(key, "new")), ("old", "new"));
    let mut extended = old.clone();
    extended.extend([(key, "new")]);
    assert_eq!(tag_and_value(&extended), ("old", "new"));
    let collected: Named = [(Tagged(1, "old"), "old"), (key, "new")]
        .into_iter()
        .collect();
    assert_eq!(tag_and_value(&collected), ("old", "new"));

    let mut replaced = old;
    replaced.remove(&key);
    replaced.insert(key, "new");
    assert_eq!(tag_and_value(&replaced), ("new", "new"));
}

#[test]
fn self_wins_whatever_the_sizes() {
    let _memory = beside_others();
    for (ours, theirs) in [(0, 0), (3, 2), (2, 3), (0, 500), (500, 0), (400, 500)] {
        let (one, two) = (named("one", ours, 1000), named("two", theirs, 2000));
        let both = |map: Named| tag_and_value(&map);
        assert_eq!(both(one.union(&two)), ("one", "one"));
        assert_eq!(
            both(Hamt::unions([one.clone(), two.clone()])),
            ("one", "one")
        );
        assert_eq!(both(one.intersection(&two)), ("one", "one"));
        assert_eq!(both(one.union_with(&two, |_, right| right)), ("one", "two"));
        assert_eq!(
            both(one.intersection_with(&two, |_, right| right)),
            ("one", "two")
        );
        let sums = one.symmetric_difference_with(&two, |left, _| Some(left));
        assert_eq!(both(sums), ("one", "one"));
        assert_eq!(one.relative_complement(&two).len(), ours as usize);
        assert_eq!(
            one.symmetric_difference(&two).len(),
            (ours + theirs) as usize
        );
    }
}

#[test]
fn sizes_and_places_of_entries() {
    let _memory = beside_others();
    assert_eq!(size_of::<Hamt<u64, u64>>(), 24);
    let apart = |bytes: usize| bytes > 0;
    assert!(!apart(Hamt::from([(1u64, [0u64; 5])]).stats().entry_bytes));
    assert!(apart(Hamt::from([(1u64, [0u64; 6])]).stats().entry_bytes));
    assert!(!apart(Hamt::from([("key", "value")]).stats().entry_bytes));
    assert!(apart(Hamt::from([(1, String::new())]).stats().entry_bytes));
    let map: Hamt<u64, u64> = (0..1_000_000).map(|n| (n, n)).collect();
    assert_eq!((map.stats().live_bytes() + map.len() / 2) / map.len(), 19);
}

thread_local! {
    static COMPARED: Cell<usize> = const { Cell::new(0) };
    static CLONED: Cell<usize> = const { Cell::new(0) };
}

/// A value that counts what is done with it.
#[derive(Debug)]
struct Counted(Box<u32>);

impl Counted {
    fn new(value: u32) -> Self {
        Counted(Box::new(value))
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        COMPARED.set(COMPARED.get() + 1);
        self.0 == other.0
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        CLONED.set(CLONED.get() + 1);
        Counted(self.0.clone())
    }
}

fn counting(f: impl FnOnce()) -> (usize, usize) {
    COMPARED.set(0);
    CLONED.set(0);
    f();
    (COMPARED.get(), CLONED.get())
}

#[test]
fn relatives_cost_their_differences() {
    let _memory = beside_others();
    const CHANGES: u32 = 10;
    let base: Hamt<u32, Counted> = (0..50_000).map(|n| (n, Counted::new(n))).collect();
    let changed = |keys: core::ops::Range<u32>| {
        keys.fold(base.clone(), |map, key| {
            map.update(key, Counted::new(1 << 20))
        })
    };
    let (one, two) = (changed(0..CHANGES), changed(100..100 + CHANGES));

    // Each change has a slot of its own for company at most: entries that hash almost alike.
    let few = 8 * CHANGES as usize;
    let (compared, cloned) = counting(|| {
        assert!(base != one);
        assert!(!base.is_submap(&one));
        assert_eq!(base.diff(&one).count(), CHANGES as usize);
        assert_eq!(one.diff(&two).count(), 2 * CHANGES as usize);
    });
    assert!(
        compared <= few && cloned == 0,
        "{compared} compared, {cloned} cloned"
    );

    let mut asked = 0;
    let (compared, cloned) = counting(|| {
        let merged = base.merge(&one, &two, |_| Resolution::Base);
        assert_eq!(merged.len(), base.len());
        let joined = one.join_with(&two, JoinRules::UNION, |_, _, _| {
            asked += 1;
            Pick::Left
        });
        assert_eq!(joined.len(), base.len());
        assert!(one.intersection(&base).ptr_eq(&one));
    });
    assert!(
        compared <= few && cloned == 0 && asked <= few,
        "{compared} {cloned} {asked}"
    );
}

#[test]
fn writing_clones_the_value_it_changes() {
    let _memory = beside_others();
    let base: Hamt<u32, Counted> = (0..50_000).map(|n| (n, Counted::new(n))).collect();
    let mut map = base.clone();
    let (_, cloned) = counting(|| *map.get_mut(&7).expect("it is there").0 = 0);
    assert_eq!(cloned, 1);
    let (_, cloned) = counting(|| *map.get_mut(&7).expect("it is there").0 = 1);
    assert_eq!(cloned, 0);
    let (_, cloned) = counting(|| drop((base.without(&8), base.update(50_000, Counted::new(0)))));
    assert_eq!(cloned, 0);
    assert_eq!((*base[&7].0, *map[&7].0), (7, 1));
}

#[test]
fn what_shares_nothing_clones_nothing() {
    let _memory = beside_others();
    let mut map: Hamt<u32, Counted> = (0..1000).map(|n| (n, Counted::new(n))).collect();
    let (_, cloned) = counting(|| {
        map.extend((500..1500).map(|n| (n, Counted::new(n))));
        assert!(map.insert(7, Counted::new(0)).is_some() && map.remove(&8).is_some());
        *map.get_mut(&9).expect("it is there").0 += 1;
        *map.entry(10).or_insert_with(|| Counted::new(0)).0 += 1;
        map.values_mut().for_each(|value| *value.0 += 1);
        map.retain(|key, _| key % 3 == 0);
        assert_eq!(map.into_iter().count(), 500);
    });
    assert_eq!(cloned, 0);
}

#[test]
fn a_shared_write_copies_a_path() {
    let _memory = MEMORY.write().unwrap_or_else(PoisonError::into_inner);
    let live = || hamt::pool::stats().live_bytes;
    let base: Hamt<u64, u64> = (0..100_000).map(|n| (n, n)).collect();
    let before = live();
    let copy = base.clone();
    assert_eq!(live(), before);
    assert!(copy.without(&u64::MAX).ptr_eq(&base) && live() == before);

    // Two to five arrays, of half a kilobyte or less and what borrowing takes.
    for key in 0..100 {
        let before = live();
        let next = copy.update(key, 0);
        let bytes = live() - before;
        assert!(
            (1_000..3_000).contains(&bytes),
            "{bytes} bytes for one path"
        );
        drop(next);
        assert_eq!(live(), before);
    }
}
