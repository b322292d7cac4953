//! The kinds of maps that a case can be about, and the account that is settled after it.

use std::cell::Cell;
use std::hash::BuildHasher;
use std::mem;

use arbitrary::Arbitrary;
use hamt::{Hamt, HeapReport, pool};

use crate::hashers::Dial;
use crate::probes::{self, Key, Probe, Random, Value};
use crate::random::made;
use crate::versions::{Model, Sample, Seeded, Version, check};

/// A key or value that tells the number it was made from; 0 by default.
pub(crate) trait Element: Sample + Default {
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

impl Default for Key {
    fn default() -> Self {
        Probe::of(0)
    }
}

impl Default for Value {
    fn default() -> Self {
        Probe::of(0)
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
    Five,
}

/// Where maps keep entries: numbers inline, what counts its drops in counted blocks.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(crate) enum Entries {
    Inline,
    Counted,
}

/// Whether what is dropped goes at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reclamation {
    Lazy,
    Prompt,
    /// As steps ask.
    Mixed,
}

/// The kind of a case's maps. A fuzzer's bytes do not say which keys there are, nor when all maps drop promptly.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) entries: Entries,
    hashes: Hashes,
    /// The bits of keys that count.
    #[arbitrary(value = u16::MAX)]
    keys: u16,
    #[arbitrary(value = Reclamation::Mixed)]
    reclamation: Reclamation,
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
    /// Any kind; few keys more often than many.
    pub(crate) fn random(random: &mut Random) -> Self {
        let rare = random.below(1 << 7) | 1 << 7;
        Kind {
            keys: (16 << rare.trailing_zeros()) - 1,
            reclamation: [Reclamation::Lazy, Reclamation::Prompt, Reclamation::Mixed]
                [random.below(3) as usize],
            ..made(random)
        }
    }

    fn dial(self) -> Dial {
        match self.hashes {
            Hashes::All => Dial::GOOD,
            Hashes::LowHalf => Dial::LOW_HALF,
            Hashes::EightInTheMiddle => Dial::EIGHT_IN_THE_MIDDLE,
            Hashes::Four => Dial::FOUR,
            Hashes::Five => Dial::FIVE,
            Hashes::FourAtTheBottom => Dial::FOUR_AT_THE_BOTTOM,
            Hashes::Constant => Dial::CONSTANT,
        }
    }

    /// A key's number: few different ones where many collide, because that takes quadratic time.
    pub(crate) fn key(self, n: u16) -> u32 {
        u32::from(n & self.keys)
            & match self.hashes {
                Hashes::All | Hashes::LowHalf => 0x3ff,
                Hashes::EightInTheMiddle => 0xff,
                Hashes::Four | Hashes::FourAtTheBottom | Hashes::Five => 0x7f,
                Hashes::Constant => 0x1f,
            }
    }

    /// Gives the keys of `count` numbers a value.
    pub(crate) fn extend<K: Element, V: Element, S: BuildHasher + Clone>(
        self,
        Version { map, model }: &mut Version<K, V, S>,
        from: u16,
        count: u8,
        value: &V,
    ) {
        let keys = (0..count.into()).map(|n| K::of(self.key(from.wrapping_add(n))));
        let entries = keys.map(|key| (key, value.clone()));
        map.extend(entries.clone());
        model.extend(entries);
    }

    /// Removes the keys of `count` numbers, those that are there.
    pub(crate) fn thin<K: Element, V: Element, S: BuildHasher + Clone>(
        self,
        Version { map, model }: &mut Version<K, V, S>,
        from: u16,
        count: u8,
    ) {
        for n in 0..count.into() {
            let key = K::of(self.key(from.wrapping_add(n)));
            assert_eq!(map.remove_entry(&key), model.remove_entry(&key));
        }
    }

    /// Whether a step may make a map drop promptly.
    pub(crate) fn may_turn_prompt(self) -> bool {
        self.reclamation != Reclamation::Lazy
    }

    /// If all maps of the case drop promptly, one has to that others were made into; one that is `built` anew
    /// is made to.
    #[track_caller]
    pub(crate) fn keep_prompt<K: Element, V: Element, S: Default>(
        self,
        map: &mut Hamt<K, V, S>,
        built: bool,
    ) {
        if self.reclamation == Reclamation::Prompt {
            if built {
                *map = mem::take(map).with_prompt_drop();
            }
            assert!(map.drops_promptly(), "a map has forgotten how it drops");
        }
    }

    /// Looks at versions, which must be all there are: at contents, invariants and counts, and at the shape
    /// that inserts would have given if that is asked for.
    #[track_caller]
    pub(crate) fn look<'a, K: Element + 'a, V: Element + 'a, S: BuildHasher + Clone + 'a>(
        self,
        versions: impl Iterator<Item = &'a Version<K, V, S>> + Clone,
        shapes: bool,
    ) {
        for (n, Version { map, model }) in versions.clone().enumerate() {
            if shapes {
                check(map, model, &format!("version {n}"));
                continue;
            }
            assert_eq!(map.len(), model.len(), "version {n}");
            assert_eq!(map.validate(), Ok(()), "version {n}");
            for (key, value) in map {
                assert_eq!(model.get(key), Some(value), "version {n}: {key:?}");
            }
            for (key, value) in model {
                assert_eq!(map.get(key), Some(value), "version {n}: {key:?}");
            }
        }
        let report = check_heap(versions.map(|it| &it.map));
        if self.reclamation == Reclamation::Prompt {
            assert_eq!(report.borrowers, 0, "maps borrow that drop promptly");
        }
    }
}

/// After how many steps a player looks at all there is; it does so in the end, too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) contents: usize,
    pub(crate) shapes: usize,
}

impl Pace {
    /// What a byte of a fuzzer says.
    pub(crate) fn of(interval: u8) -> Self {
        let steps = usize::from(interval % 32) + 1;
        Pace {
            contents: steps,
            shapes: steps,
        }
    }

    /// Whether to look after a step, and if so, whether at shapes.
    pub(crate) fn after(self, step: usize) -> Option<bool> {
        step.is_multiple_of(self.contents)
            .then(|| step.is_multiple_of(self.shapes))
    }
}

/// Runs a case under the kind's hasher. After it all blocks and all counted objects must be gone.
pub(crate) fn settled(kind: Kind, case: impl FnOnce()) {
    probes::reset();
    Seeded::restart();
    STEP.set(0);
    let before = pool::stats().live_bytes;
    BEFORE.set(before);
    kind.dial().with(case);
    assert_eq!(pool::stats().live_bytes, before, "blocks are left");
    probes::assert_balanced();
}

thread_local! {
    static BEFORE: Cell<usize> = const { Cell::new(0) };
    static STEP: Cell<usize> = const { Cell::new(0) };
}

/// The step of the case that this thread plays, counted from 1.
#[must_use]
pub fn step() -> usize {
    STEP.get()
}

/// Begins a step.
pub(crate) fn begin_step(number: usize) {
    STEP.set(number);
}

/// A map without entries, and its model.
pub(crate) fn empty<K: Element, V: Element, S: Default>(kind: Kind) -> Version<K, V, S> {
    let mut map = Hamt::default();
    kind.keep_prompt(&mut map, true);
    Version {
        map,
        model: Model::default(),
    }
}

/// Recomputes all counts from these maps, which must be all there are: they account for all bytes.
#[track_caller]
pub(crate) fn check_heap<'a, K: 'a, V: 'a, S: 'a>(
    maps: impl Iterator<Item = &'a Hamt<K, V, S>> + Clone,
) -> HeapReport {
    let report = crate::heap::check(maps).unwrap_or_else(|broken| panic!("{broken}"));
    let live = pool::stats().live_bytes - BEFORE.get();
    assert_eq!(report.bytes, live, "bytes that no map accounts for");
    report
}
