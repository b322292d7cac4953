//! The keys of a benchmark: the same ones, in the same order, for every peer.
//!
//! Keys live for the whole process (`&'static`), because C peers keep pointers to them. Each list
//! of a [`KeySet`] is a copy of its own, laid out in the order in which it is used: a peer that
//! gets its keys by pointer reads them as sequentially as one that gets them by value.

mod words;

use alloc::ffi::CString;
use core::ffi::CStr;
use core::fmt::Debug;
use core::hash::Hash;
use std::collections::HashSet;

use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

pub use words::WordList;

/// A key as the harness stores it; peers take an owned form or a pointer to it.
pub trait Key: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// The key as Rust maps own it.
    type Owned: Clone + Debug + Eq + Hash + Ord + Send + Sync + 'static;

    /// Makes the owned form: a copy of the number, a new `String` for a word.
    fn owned(&self) -> Self::Owned;
}

impl Key for u64 {
    type Owned = Self;

    fn owned(&self) -> Self {
        *self
    }
}

/// A word: UTF-8 without NUL inside, followed by a NUL for the C peers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word(CString);

impl Word {
    /// Makes a word; `None` if `text` is empty or holds a NUL.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let word = CString::new(text).ok()?;
        (!text.is_empty()).then_some(Self(word))
    }

    /// The word with its terminating NUL, as C peers take it.
    #[must_use]
    pub fn as_c_str(&self) -> &CStr {
        &self.0
    }
}

impl Key for Word {
    type Owned = String;

    fn owned(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }
}

/// Which keys a benchmark uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Distinct random `u64`.
    Random,
    /// `0, 1, 2, ...` as `u64`, inserted in that order.
    Sequential,
    /// English words as `String`, inserted in random order.
    Words,
}

impl Kind {
    /// The name in the records: `random`, `seq`, `words`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Sequential => "seq",
            Self::Words => "words",
        }
    }
}

/// A key with the value it is stored under.
pub type Entry<K> = (K, u64);

/// The keys of one (kind, scale), with the values that belong to them.
///
/// Values are never 0 and multiples of 8: a C peer may store them as pointers and use the low bits.
#[derive(Debug)]
pub struct KeySet<K> {
    /// Which keys these are.
    pub kind: Kind,
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
}

impl KeySet<u64> {
    /// Random or sequential numbers; the same for the same `seed`.
    #[must_use]
    pub fn numbers(kind: Kind, scale: usize, seed: u64) -> Self {
        let fresh = fresh_len(scale);
        let total = 2 * scale + fresh;
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ scale as u64);
        let mut keys: Vec<u64> = if kind == Kind::Random {
            let mut seen = HashSet::with_capacity(total);
            core::iter::repeat_with(|| rng.next_u64())
                .filter(|&key| seen.insert(key))
                .take(total)
                .collect()
        } else {
            (0..total as u64).collect()
        };
        let missing = keys.split_off(scale + fresh);
        Self::new(kind, scale, keys, missing, &mut rng)
    }
}

impl KeySet<Word> {
    /// `scale` words out of `list`, or as many as it has, leaving one in eleven as new ones.
    #[must_use]
    pub fn words(list: &WordList, scale: usize, seed: u64) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ scale as u64);
        let mut keys = list.words().to_vec();
        keys.shuffle(&mut rng);
        let scale = scale.min(list.most_present());
        let rest = keys.split_off(scale + fresh_len(scale).min(keys.len() - scale));
        // A full list has no word to spare: then the new ones, which are not in the map yet.
        let spare = if rest.is_empty() {
            &keys[scale..]
        } else {
            &rest
        };
        let missing = spare.iter().cycle().take(scale).cloned().collect();
        Self::new(Kind::Words, scale, keys, missing, &mut rng)
    }
}

impl<K: Key> KeySet<K> {
    /// Splits `keys` into `scale` present ones and the new ones after them.
    fn new(
        kind: Kind,
        scale: usize,
        keys: Vec<K>,
        mut missing: Vec<K>,
        rng: &mut impl Rng,
    ) -> Self {
        let mut present: Vec<Entry<K>> = keys
            .into_iter()
            .enumerate()
            .map(|(i, key)| (key, value_of(i as u64)))
            .collect();
        let fresh = present.split_off(scale);
        let mut queries = present.clone();
        queries.shuffle(rng);
        let doomed = queries[scale - (scale / 100).max(100).min(scale)..].to_vec();
        missing.shuffle(rng);
        // Copies, so that strings lie in the order of use.
        let (queries, missing) = (queries.clone(), missing.clone());
        Self {
            kind,
            present,
            queries,
            missing,
            fresh,
            doomed,
        }
    }

    /// N: how many entries a map holds before the workload.
    #[must_use]
    pub fn scale(&self) -> usize {
        self.present.len()
    }

    /// Lets the keys live for the rest of the process, as [`crate::peers::Peer`] needs them.
    #[must_use]
    pub fn leak(self) -> &'static Self {
        Box::leak(Box::new(self))
    }
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
