//! The kinds of maps that a case can be about, and the account that is settled after it.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher};

use arbitrary::Arbitrary;
use hamt::{Hamt, pool};

use crate::hashers::Dial;
use crate::probes::{self, Key, Probe, Value};
use crate::versions::{Model, Sample, Version};

/// A key or value that tells the number it was made from.
pub(crate) trait Element: Sample {
    fn number(&self) -> u32;
}

impl Element for u64 {
    fn number(&self) -> u32 {
        u32::try_from(*self).expect("made from 32 bits")
    }
}

impl Sample for Key {
    fn of(n: u32) -> Self {
        Probe::of(n)
    }
}

impl Element for Key {
    fn number(&self) -> u32 {
        Probe::number(self)
    }
}

impl Sample for Value {
    fn of(n: u32) -> Self {
        Probe::of(n)
    }
}

impl Element for Value {
    fn number(&self) -> u32 {
        Probe::number(self)
    }
}

/// How many bits of a good hash are kept, and where.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Hashes {
    All,
    LowHalf,
    EightInTheMiddle,
    Four,
    FourAtTheBottom,
    Constant,
}

/// Where maps keep entries: numbers inline, what counts its drops in counted blocks.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(crate) enum Entries {
    Inline,
    Counted,
}

/// The kind of a case's maps.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) entries: Entries,
    hashes: Hashes,
}

/// Runs a function that is generic over key and value with those that the kind says.
macro_rules! with_kind {
    ($kind:expr, $run:ident::<$hasher:ty>($($argument:expr),*)) => {
        $crate::kinds::settled($kind, || match $kind.entries {
            $crate::kinds::Entries::Inline => $run::<u64, u64, $hasher>($($argument),*),
            $crate::kinds::Entries::Counted => {
                $run::<$crate::probes::Key, $crate::probes::Value, $hasher>($($argument),*);
            }
        })
    };
}
pub(crate) use with_kind;

impl Kind {
    fn dial(self) -> Dial {
        match self.hashes {
            Hashes::All => Dial::GOOD,
            Hashes::LowHalf => Dial::LOW_HALF,
            Hashes::EightInTheMiddle => Dial::EIGHT_IN_THE_MIDDLE,
            Hashes::Four => Dial::FOUR,
            Hashes::FourAtTheBottom => Dial::FOUR_AT_THE_BOTTOM,
            Hashes::Constant => Dial::CONSTANT,
        }
    }

    /// A key's number: few different ones where many collide, because that takes quadratic time.
    pub(crate) fn key(self, n: u16) -> u32 {
        u32::from(n)
            & match self.hashes {
                Hashes::All | Hashes::LowHalf => 0x3ff,
                Hashes::EightInTheMiddle => 0xff,
                Hashes::Four | Hashes::FourAtTheBottom => 0x7f,
                Hashes::Constant => 0x1f,
            }
    }
}

/// Runs a case under the kind's hasher. After it all blocks and all counted objects must be gone.
pub(crate) fn settled(kind: Kind, case: impl FnOnce()) {
    probes::reset();
    NEXT_SEED.set(0);
    let before = pool::stats().live_bytes;
    BEFORE.set(before);
    kind.dial().with(case);
    assert_eq!(pool::stats().live_bytes, before, "blocks are left");
    probes::assert_balanced();
}

thread_local! {
    static BEFORE: Cell<usize> = const { Cell::new(0) };
    static NEXT_SEED: Cell<u64> = const { Cell::new(0) };
}

/// A map without entries, and its model.
pub(crate) fn empty<K, V, S: Default>() -> Version<K, V, S> {
    Version {
        map: Hamt::default(),
        model: Model::new(),
    }
}

/// Recomputes all counts from these maps, which must be all there are: they account for all bytes.
#[track_caller]
pub(crate) fn check_heap<'a, K: 'a, V: 'a, S: 'a>(
    maps: impl Iterator<Item = &'a Hamt<K, V, S>> + Clone,
) {
    let report = Hamt::check_heap(maps).unwrap_or_else(|broken| panic!("{broken}"));
    let live = pool::stats().live_bytes - BEFORE.get();
    assert_eq!(report.bytes, live, "bytes that no map accounts for");
}

/// A hasher that differs from each other one made by `default`, but not from its clones, and is the
/// same whenever a case is played again.
#[derive(Clone, Debug)]
pub(crate) struct Keyed(Dial, u64);

impl Default for Keyed {
    fn default() -> Self {
        Keyed(Dial::default(), NEXT_SEED.replace(NEXT_SEED.get() + 1))
    }
}

impl BuildHasher for Keyed {
    type Hasher = <Dial as BuildHasher>::Hasher;

    fn build_hasher(&self) -> Self::Hasher {
        let mut hasher = self.0.build_hasher();
        hasher.write_u64(self.1);
        hasher
    }
}
