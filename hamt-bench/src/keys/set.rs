//! The lists of keys and values that a benchmark works through.

use std::collections::HashSet;

use rand::distr::Distribution as _;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt as _, SeedableRng};
use rand_distr::Zipf;

use super::{Bytes32, Colliding, Key, Kind, Word, WordList};

/// A key with the value it is stored under.
pub type Entry<K> = (K, <K as Key>::Value);

/// Skew of the mixed workloads, as in YCSB.
const ZIPF: f64 = 0.99;

/// One step of a mixed workload: which of the present entries it is about, and a number below 100
/// that says whether it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The entry, as an index into [`KeySet::queries`].
    pub at: u32,
    /// It writes in a workload with more than so many percent of writes.
    pub percentile: u8,
}

/// The keys of one (kind, scale), with the values that belong to them.
///
/// Values that are numbers are never 0 and multiples of 8: a C peer may store them as pointers and
/// use the low bits.
#[derive(Debug)]
pub struct KeySet<K: Key> {
    /// What a map holds before the workload, in insertion order; their number is the scale N.
    pub present: Vec<Entry<K>>,
    /// The present entries once more, shuffled: what is looked up.
    pub queries: Vec<Entry<K>>,
    /// N keys that are not in the map and never get there (few words repeat where they run out).
    pub missing: Vec<K>,
    /// New entries to insert: 10 % of N, at least 100 where there are so many.
    pub fresh: Vec<Entry<K>>,
    /// Present entries to remove, the last of the queries: 1 % of N, at least 100 where there are
    /// so many.
    pub doomed: Vec<Entry<K>>,
    /// The doomed keys with the values of new entries: what is written over.
    pub updates: Vec<Entry<K>>,
    /// N steps over the present entries, by Zipf's law: some are asked for much more than others.
    pub steps: Vec<Step>,
}

/// The generator of a key set.
fn generator(scale: usize, seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed ^ scale as u64)
}

/// `total` distinct random numbers.
fn distinct(total: usize, rng: &mut impl Rng) -> Vec<u64> {
    let mut seen = HashSet::with_capacity(total);
    core::iter::repeat_with(|| rng.next_u64())
        .filter(|&number| seen.insert(number))
        .take(total)
        .collect()
}

impl KeySet<u64> {
    /// Random or sequential numbers.
    #[must_use]
    pub fn numbers(kind: Kind, scale: usize, seed: u64) -> Self {
        let total = Self::total(scale);
        let mut rng = generator(scale, seed);
        let keys = if kind == Kind::Random {
            distinct(total, &mut rng)
        } else {
            (0..total as u64).collect()
        };
        Self::of_keys(scale, keys, &mut rng)
    }
}

impl KeySet<Colliding> {
    /// Random numbers with so many different hashes.
    #[must_use]
    pub fn colliding(classes: u64, scale: usize, seed: u64) -> Self {
        let mut rng = generator(scale, seed);
        let numbers = distinct(Self::total(scale), &mut rng);
        let keys = numbers.into_iter().map(|n| Colliding::new(n, classes));
        Self::of_keys(scale, keys.collect(), &mut rng)
    }
}

impl KeySet<Bytes32> {
    /// Random bytes.
    #[must_use]
    pub fn bytes32(scale: usize, seed: u64) -> Self {
        let mut rng = generator(scale, seed);
        // 256 bits do not meet twice.
        let keys = (0..Self::total(scale)).map(|_| Bytes32(rng.random()));
        let keys = keys.collect();
        Self::of_keys(scale, keys, &mut rng)
    }
}

impl KeySet<Word> {
    /// `scale` words out of `list`, or as many as it has, leaving one in eleven as new ones.
    #[must_use]
    pub fn words(list: &WordList, scale: usize, seed: u64) -> Self {
        let mut rng = generator(scale, seed);
        let mut keys = list.words().to_vec();
        keys.shuffle(&mut rng);
        let scale = scale.min(list.most_present());
        Self::of_keys(scale, keys, &mut rng)
    }
}

impl<K: Key<Value = u64>> KeySet<K> {
    /// Numbers the `keys` with values.
    fn of_keys(scale: usize, keys: Vec<K>, rng: &mut impl Rng) -> Self {
        let entry = |(index, key)| (key, value_of(index as u64));
        Self::new(
            scale,
            keys.into_iter().enumerate().map(entry).collect(),
            rng,
        )
    }
}

impl<K: Key> KeySet<K> {
    /// How many entries a whole set of `scale` is drawn from.
    #[must_use]
    pub fn total(scale: usize) -> usize {
        2 * scale + fresh_len(scale)
    }

    /// The first `scale` of distinct records, or as many as leave one in eleven as new ones.
    #[must_use]
    pub fn records(scale: usize, records: Vec<Entry<K>>, seed: u64) -> Self {
        let scale = scale.min(records.len() * 10 / 11);
        Self::new(scale, records, &mut generator(scale, seed))
    }

    /// Splits distinct entries: the first `scale` are present, those after them new, the rest
    /// missing.
    fn new(scale: usize, mut entries: Vec<Entry<K>>, rng: &mut impl Rng) -> Self {
        let new = fresh_len(scale).min(entries.len() - scale);
        let rest = entries.split_off(scale + new);
        let fresh = entries.split_off(scale);
        let present = entries;
        // Where there are no others, the new ones are missing: they are not in the map yet.
        let spare = if rest.is_empty() { &fresh } else { &rest };
        let spare = spare.iter().map(|entry| &entry.0);
        let mut missing: Vec<K> = spare.cycle().take(scale).cloned().collect();
        let mut queries = present.clone();
        queries.shuffle(rng);
        missing.shuffle(rng);
        let doomed = queries[scale - (scale / 100).max(100).min(scale)..].to_vec();
        let others = fresh.iter().chain(&present).map(|entry| entry.1.clone());
        let keys = doomed.iter().map(|entry| entry.0.clone());
        Self {
            updates: keys.zip(others).collect(),
            steps: steps(scale, rng),
            // Copies, so that strings lie in the order of use.
            queries: queries.clone(),
            missing: missing.clone(),
            present,
            fresh,
            doomed,
        }
    }

    /// N: how many entries a map holds before the workload.
    #[must_use]
    pub fn scale(&self) -> usize {
        self.present.len()
    }

    /// Lets the keys live for the rest of the process, as [`crate::peer::Peer`] needs them.
    #[must_use]
    pub fn leak(self) -> &'static Self {
        Box::leak(Box::new(self))
    }
}

/// `scale` steps over as many entries.
fn steps(scale: usize, rng: &mut impl Rng) -> Vec<Step> {
    let Ok(zipf) = Zipf::new(scale as f64, ZIPF) else {
        return Vec::new();
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a rank is a whole number from 1 to the scale, which is below 2^32"
    )]
    let step = |_| Step {
        at: zipf.sample(rng) as u32 - 1,
        percentile: rng.random_range(0..100),
    };
    (0..scale).map(step).collect()
}

/// How many new entries are inserted into a map of `scale`.
fn fresh_len(scale: usize) -> usize {
    (scale / 10).max(100)
}

/// The value of the `index`-th key: never 0, a multiple of 8, well mixed (splitmix64).
#[must_use]
pub fn value_of(index: u64) -> u64 {
    let mut x = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) >> 8 << 3 | 1 << 60
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Kind;

    #[test]
    fn lists_are_disjoint_and_repeatable() {
        for kind in [Kind::Random, Kind::Sequential] {
            let set = KeySet::numbers(kind, 1_000, 7);
            let mut all: Vec<u64> = set.missing.clone();
            all.extend(set.present.iter().chain(&set.fresh).map(|entry| entry.0));
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), 2_100);
            let again = KeySet::numbers(kind, 1_000, 7);
            assert_eq!((set.queries, set.doomed), (again.queries, again.doomed));
        }
        let set = KeySet::numbers(Kind::Random, 1_000, 7);
        assert_ne!(set.present, KeySet::numbers(Kind::Random, 1_000, 8).present);
    }

    #[test]
    fn values_leave_the_low_bits_free() {
        let values: HashSet<u64> = (0..10_000).map(value_of).collect();
        assert_eq!(values.len(), 10_000);
        assert!(values.iter().all(|&value| value != 0 && value % 8 == 0));
    }

    #[test]
    fn a_short_word_list_bounds_the_scale() {
        let list = WordList::new((0..110).map(|i| format!("word{i}")));
        let set = KeySet::words(&list, 1_000, 1);
        assert_eq!(
            (set.scale(), set.fresh.len(), set.missing.len()),
            (100, 10, 100)
        );
        let present: HashSet<&Word> = set.present.iter().map(|entry| &entry.0).collect();
        assert!(
            set.missing
                .iter()
                .chain(set.fresh.iter().map(|e| &e.0))
                .all(|key| !present.contains(key))
        );
    }
}
