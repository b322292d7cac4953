//! Maps beside their models, related and strangers, for tests of what takes several maps.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash, Hasher};

use hamt::{Hamt, Resolution};

use crate::hashers::{Dial, Good};
use crate::probes::Random;

/// A key or value made from a number.
pub(crate) trait Sample: Clone + Eq + Hash + Debug {
    fn of(n: u32) -> Self;
}

impl Sample for u64 {
    fn of(n: u32) -> Self {
        u64::from(n)
    }
}

impl Sample for u8 {
    fn of(n: u32) -> Self {
        n.to_le_bytes()[0]
    }
}

impl Sample for () {
    fn of(_: u32) -> Self {}
}

impl Sample for String {
    fn of(n: u32) -> Self {
        format!("number {n}")
    }
}

/// A hasher without size: the thread's [`Dial`], which has to stay as it is while maps live.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bare;

impl BuildHasher for Bare {
    type Hasher = <Dial as BuildHasher>::Hasher;

    fn build_hasher(&self) -> Self::Hasher {
        Dial::default().build_hasher()
    }
}

thread_local! {
    static NEXT_SEED: Cell<u64> = const { Cell::new(0) };
}

/// A hasher that differs from each other one that `default` made on this thread, but not from its clones.
#[derive(Clone, Debug)]
pub(crate) struct Seeded(Dial, u64);

impl Seeded {
    /// Begins again: what comes now hashes as what came first.
    pub(crate) fn restart() {
        NEXT_SEED.set(0);
    }
}

impl Default for Seeded {
    fn default() -> Self {
        Seeded(Dial::default(), NEXT_SEED.replace(NEXT_SEED.get() + 1))
    }
}

impl BuildHasher for Seeded {
    type Hasher = <Dial as BuildHasher>::Hasher;

    fn build_hasher(&self) -> Self::Hasher {
        let mut hasher = self.0.build_hasher();
        hasher.write_u64(self.1);
        hasher
    }
}

/// In the same order each time.
pub(crate) type Model<K, V> = HashMap<K, V, Good>;

/// A map and what has to be in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Version<K, V, S> {
    pub(crate) map: Hamt<K, V, S>,
    pub(crate) model: Model<K, V>,
}

impl<K: Sample, V: Sample, S: BuildHasher + Clone + Default> Version<K, V, S> {
    /// Up to `n` keys below `limit`.
    pub(crate) fn random(random: &mut Random, n: u32, limit: u32) -> Self {
        let mut version = Version {
            map: Hamt::default(),
            model: Model::default(),
        };
        for _ in 0..n {
            version.set(random.below(limit), random.below(5));
        }
        version
    }

    pub(crate) fn set(&mut self, key: u32, value: u32) {
        self.map.insert(K::of(key), V::of(value));
        self.model.insert(K::of(key), V::of(value));
    }

    /// Another version, up to `edits` keys below `limit` away.
    pub(crate) fn edited(&self, random: &mut Random, edits: u32, limit: u32) -> Self {
        let mut version = self.clone();
        for _ in 0..random.below(edits + 1) {
            let key = random.below(limit);
            if random.below(2) == 0 {
                version.set(key, random.below(5));
            } else {
                version.map.remove(&K::of(key));
                version.model.remove(&K::of(key));
            }
        }
        version
    }

    /// Three versions: relatives of many or few edits, strangers, or some of them equal or empty.
    pub(crate) fn three(random: &mut Random) -> [Self; 3] {
        let limit = [3, 10, 60, 400, 2000][random.below(5) as usize];
        let n = random.below(limit * 3 / 2 + 1);
        let edits = [1, 3, limit][random.below(3) as usize];
        let base = Self::random(random, n, limit);
        let other = |random: &mut Random| match random.below(8) {
            0 => base.clone(),
            1 => Self::random(random, 0, 1),
            2 => Self::random(random, n, limit),
            3 => Self::random(random, 3, limit),
            // The same contents with nothing shared.
            4 => Version {
                map: base.model.clone().into_iter().collect(),
                model: base.model.clone(),
            },
            _ => base.edited(random, edits, limit),
        };
        let (one, two) = (other(random), other(random));
        if random.below(4) == 0 {
            let three = one.edited(random, edits, limit);
            return [base, one, three];
        }
        [base, one, two]
    }
}

/// What two models make together, key by key.
pub(crate) fn together<K: Sample, V: Sample>(
    left: &Model<K, V>,
    right: &Model<K, V>,
    pick: impl Fn(&K, Option<&V>, Option<&V>) -> Option<V>,
) -> Model<K, V> {
    let keys = left.keys().chain(right.keys());
    keys.filter_map(|key| Some((key.clone(), pick(key, left.get(key), right.get(key))?)))
        .collect()
}

/// What two versions of a base make together, where `resolve` is asked about each conflict: a key and its values in the
/// base, in ours and in theirs. The same conflict comes up again for each model that has the key.
pub(crate) fn merged<'a, K: Sample, V: Sample>(
    models: [&'a Model<K, V>; 3],
    mut resolve: impl FnMut(&'a K, [Option<&'a V>; 3]) -> Resolution<V>,
) -> Model<K, V> {
    let keys = models.into_iter().flat_map(|it| it.keys());
    keys.filter_map(|key| {
        let [base, ours, theirs] = models.map(|it| it.get(key));
        let value = if ours == theirs || base == theirs {
            ours.cloned()
        } else if base == ours {
            theirs.cloned()
        } else {
            match resolve(key, [base, ours, theirs]) {
                Resolution::Base => base.cloned(),
                Resolution::Ours => ours.cloned(),
                Resolution::Theirs => theirs.cloned(),
                Resolution::New(value) => Some(value),
                Resolution::Remove => None,
            }
        };
        Some((key.clone(), value?))
    })
    .collect()
}

/// What the shape of a canonical trie consists of.
fn shape<K, V, S>(map: &Hamt<K, V, S>) -> impl PartialEq + Debug {
    let stats = map.stats();
    (
        stats.nodes_by_depth,
        stats.entries_by_depth,
        stats.nodes_by_fill,
        (stats.collision_nodes, stats.collision_entries),
    )
}

/// Checks a map against its model, its invariants, and the shape that inserts would have given.
#[track_caller]
pub(crate) fn check<K: Sample, V: Sample, S: BuildHasher + Clone>(
    map: &Hamt<K, V, S>,
    model: &Model<K, V>,
    what: &str,
) {
    let contents: Model<K, V> = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    assert_eq!(contents, *model, "{what}");
    assert_eq!(map.len(), model.len(), "{what}");
    map.validate()
        .unwrap_or_else(|broken| panic!("{what}: {broken}"));
    assert!(
        model.iter().all(|(k, v)| map.get(k) == Some(v)),
        "{what}: look-ups"
    );
    let mut built = Hamt::with_hasher(map.hasher().clone());
    built.extend(contents);
    assert_eq!(shape(map), shape(&built), "{what}");
}

/// Recomputes all counts from the handles given, which have to be all there are.
#[track_caller]
pub(crate) fn check_heap<'a, K: 'a, V: 'a, S: 'a>(
    maps: impl Iterator<Item = &'a Hamt<K, V, S>> + Clone,
) {
    crate::heap::check(maps).unwrap_or_else(|broken| panic!("{broken}"));
}

/// Runs `$test::<K, V, S>(seed)` for many seeds, all kinds of entries and all hashers.
macro_rules! for_all_kinds {
    ($test:ident, $rounds:expr) => {
        for_all_kinds!($test, $rounds, inline: u64 => u64, versions::Bare);
        for_all_kinds!($test, $rounds, inline_keyed: u64 => u64, versions::Seeded);
        for_all_kinds!($test, $rounds, counted: String => u64, versions::Bare);
        for_all_kinds!($test, $rounds, counted_keyed: String => u64, versions::Seeded);
        for_all_kinds!($test, $rounds, without_values: u8 => (), versions::Bare);
    };
    ($test:ident, $rounds:expr, $name:ident: $key:ty => $value:ty, $($hasher:tt)*) => {
        #[test]
        fn $name() {
            for seed in 0..$rounds {
                for dial in crate::hashers::Dial::ALL {
                    crate::versions::Seeded::restart();
                    dial.with(|| $test::<$key, $value, crate::$($hasher)*>(seed));
                }
            }
        }
    };
}
pub(crate) use for_all_kinds;
