//! The workloads themselves, generic over keys and peer.

use core::hint::black_box;
use core::marker::PhantomData;
use core::time::Duration;
use std::time::Instant;

use super::check::{self, ABSENT};
use super::pairs::Others;
use super::special::Scope;
use super::{Subject, Timing, Workload, versions};
use crate::heap;
use crate::keys::{Entry, Key, KeySet};
use crate::peer::{CloneCost, Peer};

/// Below this many operations a pass is timed together with others, for the clock's sake ...
const TIMED_TOGETHER: usize = 1_000;
/// ... but never more maps at once than hold this many entries, for the cache's sake.
const ENTRIES_TOGETHER: usize = 16_384;
/// Clones in a pass, where a clone shares everything.
const SHARED_CLONES: usize = 1_000;
/// Entries that are copied in a pass at least, where a clone copies everything.
const COPIED_ENTRIES: usize = 4_096;

/// Entries as a peer takes them.
pub(super) type Entries<K, P> = Vec<(<P as Peer<K>>::Key, <K as Key>::Value)>;

/// A time and a checksum.
pub(super) type Outcome = (Duration, u64);

/// A peer `P` with keys of type `K`, for the workloads of the scope `S`.
#[expect(
    missing_debug_implementations,
    reason = "peers need not implement Debug"
)]
pub struct Bench<K: Key, P: Peer<K>, S> {
    pub(super) keys: &'static KeySet<K>,
    /// What the read-only workloads share; made by the first of them.
    shared: Option<Shared<K, P>>,
    /// What the shared map is joined and compared with.
    pub(super) others: Others<P>,
    probes: Vec<P::Key>,
    scope: PhantomData<S>,
}

/// A map with the present entries, and the keys that are looked up in it.
pub(super) struct Shared<K: Key, P: Peer<K>> {
    pub(super) map: P,
    pub(super) queries: Vec<P::Key>,
    missing: Vec<P::Key>,
}

impl<K: Key, P: Peer<K>, S> Bench<K, P, S> {
    /// A bench that has prepared next to nothing; the first run does.
    #[must_use]
    pub fn new(keys: &'static KeySet<K>) -> Self {
        let probes = check::probes(keys).map(|entry| P::key(&entry.0)).collect();
        Self {
            keys,
            shared: None,
            others: Others::default(),
            probes,
            scope: PhantomData,
        }
    }

    pub(super) fn entries(list: &'static [Entry<K>]) -> Entries<K, P> {
        list.iter()
            .map(|(key, value)| (P::key(key), value.clone()))
            .collect()
    }

    pub(super) fn keys(list: &'static [Entry<K>]) -> Vec<P::Key> {
        list.iter().map(|(key, _)| P::key(key)).collect()
    }

    pub(super) fn build(entries: Entries<K, P>) -> P {
        let mut map = P::new(entries.len());
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }

    /// A new map with the present entries, built by inserts.
    pub(super) fn fresh(&self) -> P {
        Self::build(Self::entries(&self.keys.present))
    }

    pub(super) fn shared(&mut self) -> &Shared<K, P> {
        let keys = self.keys;
        self.shared.get_or_insert_with(|| Shared {
            map: Self::build(Self::entries(&keys.present)),
            queries: Self::keys(&keys.queries),
            missing: keys.missing.iter().map(P::key).collect(),
        })
    }

    /// The shared map and its keys, if they were made.
    pub(super) const fn prepared(&self) -> Option<&Shared<K, P>> {
        self.shared.as_ref()
    }

    /// The resident memory of an entry of a fresh map, with that map's checksum.
    fn resident(&self) -> (f64, u64) {
        // What keys leave behind would be built upon unseen, or be taken for the map's.
        let resident = || {
            heap::trim();
            heap::resident()
        };
        let before = resident();
        let map = self.fresh();
        let grown = resident().saturating_sub(before);
        let entries = self.keys.scale().max(1);
        (grown as f64 / entries as f64, self.digest(&map))
    }

    /// What a map holds, as a number: its length and the answers for the probes.
    pub(super) fn digest(&self, map: &P) -> u64 {
        check::digest(map.len(), self.probes.iter().map(|key| map.get(key)))
    }

    /// Times `passes` runs of `work` on the shared map, all under one clock.
    #[inline(never)]
    pub(super) fn read(&mut self, passes: u64, work: impl Fn(&Shared<K, P>) -> u64) -> Outcome {
        let shared = self.shared();
        repeat(passes, || work(black_box(shared)))
    }

    /// Times `passes` runs of `work`, each on a state of its own that `make` made; `map` finds in
    /// that state the map whose content is checked. All else is outside the timed section.
    #[inline(never)]
    pub(super) fn change<T>(
        &self,
        (workload, passes): (Workload, u64),
        make: impl Fn() -> T,
        mut work: impl FnMut(&mut T) -> u64,
        map: impl Fn(&T) -> Option<&P>,
    ) -> Outcome {
        let room = ENTRIES_TOGETHER / self.keys.scale().max(1);
        let wanted = TIMED_TOGETHER / self.pass_len(workload);
        let together = wanted.min(room).max(1) as u64;
        let (mut elapsed, mut checksum, mut left) = (Duration::ZERO, 0_u64, passes);
        while left > 0 {
            let mut states: Vec<T> = (0..left.min(together)).map(|_| make()).collect();
            let start = Instant::now();
            for state in black_box(&mut states) {
                checksum = checksum.wrapping_add(work(state));
            }
            elapsed += start.elapsed();
            for map in black_box(&states).iter().filter_map(&map) {
                checksum = checksum.wrapping_add(self.digest(map));
            }
            left -= states.len() as u64;
        }
        (elapsed, checksum)
    }

    /// Gives every entry of `list` to `operation`, on a fresh map each pass.
    pub(super) fn put(
        &self,
        run: (Workload, u64),
        list: &'static [Entry<K>],
        operation: impl Fn(&mut P, P::Key, K::Value) -> u64,
    ) -> Outcome {
        let make = || (self.fresh(), Self::entries(list));
        let work = |(map, entries): &mut (P, Entries<K, P>)| {
            let answers = entries
                .drain(..)
                .map(|(key, value)| operation(map, key, value));
            answers.fold(0, u64::wrapping_add)
        };
        self.change(run, make, work, |(map, _)| Some(map))
    }

    /// Forks one map with every new entry. It stays as it was, so that one map will do.
    fn fork(&mut self, run: (Workload, u64)) -> Outcome {
        if P::LEAKS {
            return self.put(run, &self.keys.fresh, |map, key, value| {
                map.fork(key, value) as u64
            });
        }
        self.shared();
        let map = self.shared.as_ref().map(|shared| &shared.map);
        let make = || (map, Self::entries(&self.keys.fresh));
        let work = |(map, entries): &mut (Option<&P>, Entries<K, P>)| {
            let Some(map) = map else { return 0 };
            let lengths = entries
                .drain(..)
                .map(|(key, value)| map.fork(key, value) as u64);
            lengths.fold(0, u64::wrapping_add)
        };
        self.change(run, make, work, |(map, _)| *map)
    }

    /// Gives every doomed key to `operation`, on a fresh map each pass.
    fn cut(&self, run: (Workload, u64), operation: impl Fn(&mut P, &P::Key)) -> Outcome {
        let make = || (self.fresh(), Self::keys(&self.keys.doomed));
        let work = |(map, keys): &mut (P, Vec<P::Key>)| {
            keys.iter().for_each(|key| operation(map, key));
            0
        };
        self.change(run, make, work, |(map, _)| Some(map))
    }

    /// Makes a map of the present entries by `operation`.
    fn make(&self, run: (Workload, u64), operation: impl Fn(Entries<K, P>) -> P) -> Outcome {
        let make = || (Self::entries(&self.keys.present), None);
        let work = |(entries, map): &mut (Entries<K, P>, Option<P>)| {
            *map = Some(operation(core::mem::take(entries)));
            0
        };
        self.change(run, make, work, |(_, map)| map.as_ref())
    }

    fn copy(&mut self, passes: u64) -> Outcome {
        let clones = self.pass_len(Workload::Clone);
        let original = &self.shared().map;
        let (mut elapsed, mut checksum) = (Duration::ZERO, 0_u64);
        for _ in 0..passes {
            let mut copies = Vec::with_capacity(clones);
            let start = Instant::now();
            copies.extend((0..clones).map(|_| black_box(original).copy()));
            elapsed += start.elapsed();
            let length = |map: &P| check::digest(map.len(), core::iter::empty());
            checksum = black_box(&copies)
                .iter()
                .map(length)
                .fold(checksum, u64::wrapping_add);
        }
        (elapsed, checksum)
    }

    fn drop(&self, passes: u64) -> Outcome {
        // What a map holds can only be asked before it is dropped.
        let checksum = self.digest(&self.fresh()).wrapping_mul(passes);
        let make = || Some(self.fresh());
        let work = |map: &mut Option<P>| {
            *map = None;
            0
        };
        let (elapsed, rest) = self.change((Workload::Drop, passes), make, work, Option::as_ref);
        (elapsed, checksum.wrapping_add(rest))
    }

    pub(super) fn pass_len(&self, workload: Workload) -> usize {
        let keys = self.keys;
        let length = match workload {
            Workload::Insert | Workload::PersistentInsert | Workload::Fork => keys.fresh.len(),
            Workload::Ring | Workload::KeepAll => versions::of(keys).len(),
            Workload::Remove | Workload::PersistentRemove => keys.doomed.len(),
            Workload::Update => keys.updates.len(),
            Workload::Mixed95 | Workload::Mixed50 => keys.steps.len(),
            Workload::Union(_) | Workload::Intersection(_) => 1,
            Workload::Diff(_) | Workload::Equal(_) => 1,
            Workload::Clone if P::ABILITIES.clone == CloneCost::Shared => SHARED_CLONES,
            Workload::Clone => COPIED_ENTRIES / keys.scale().max(1),
            _ => keys.scale(),
        };
        length.max(1)
    }
}

impl<K: Key, P: Peer<K>, S: Scope<K, P>> Subject for Bench<K, P, S> {
    fn operations(&self, workload: Workload) -> u64 {
        self.pass_len(workload) as u64
    }

    fn expected(&self, workload: Workload) -> u64 {
        check::expected(self.keys, workload, self.operations(workload))
    }

    fn run(&mut self, workload: Workload, passes: u64) -> Timing {
        let run = (workload, passes);
        let (elapsed, checksum) = match workload {
            Workload::Query => self.read(passes, |shared| look_up(&shared.map, &shared.queries)),
            Workload::QueryMany => {
                self.read(passes, |shared| look_up_many(&shared.map, &shared.queries))
            }
            Workload::QueryMiss => {
                self.read(passes, |shared| look_up(&shared.map, &shared.missing))
            }
            Workload::Insert => self.put(run, &self.keys.fresh, |map, key, value| {
                map.insert(key, value);
                0
            }),
            Workload::Build => self.make(run, Self::build),
            Workload::Collect => self.make(run, P::collect),
            Workload::Remove => self.cut(run, P::remove),
            Workload::PersistentInsert => self.put(run, &self.keys.fresh, |map, key, value| {
                map.persistent_insert(key, value);
                0
            }),
            Workload::PersistentRemove => self.cut(run, P::persistent_remove),
            Workload::Fork => self.fork(run),
            Workload::Iterate => self.read(passes, |shared| {
                let mut sum = 0_u64;
                shared.map.for_each(|value| sum = sum.wrapping_add(value));
                sum
            }),
            Workload::Clone => self.copy(passes),
            Workload::Drop => self.drop(passes),
            special => S::run(self, special, passes),
        };
        Timing {
            operations: passes * self.operations(workload),
            elapsed,
            checksum,
        }
    }

    fn examine(&mut self, workload: Workload) -> (f64, u64) {
        self.release();
        P::settle();
        if workload == Workload::BytesVersion {
            return S::bytes_a_version(self);
        }
        let build = if workload == Workload::BytesCollect {
            P::collect
        } else {
            Self::build
        };
        let present = &self.keys.present;
        if workload == Workload::Rss {
            return self.resident();
        }
        let (map, grown) = heap::growth(P::memory, || build(Self::entries(present)));
        let value = match workload {
            Workload::TrieDepth => map.shape().depth,
            Workload::BitmapFill => map.shape().fill,
            Workload::CollisionRate => map.shape().collisions,
            _ => map.bytes(grown) as f64 / present.len().max(1) as f64,
        };
        (value, self.digest(&map))
    }

    fn release(&mut self) {
        self.shared = None;
        self.others = Others::default();
    }
}

/// Times `passes` runs of `work`, all under one clock.
pub(super) fn repeat(passes: u64, work: impl Fn() -> u64) -> Outcome {
    let start = Instant::now();
    let checksum = (0..passes).map(|_| work()).fold(0, u64::wrapping_add);
    (start.elapsed(), checksum)
}

/// Looks up all `keys`; the sum of the answers. A function of its own, as the other loops are:
/// the optimizer sees what it would see in a user's program.
#[inline(never)]
fn look_up<K: Key, P: Peer<K>>(map: &P, keys: &[P::Key]) -> u64 {
    let answers = keys.iter().map(|key| map.get(key).unwrap_or(ABSENT));
    answers.fold(0, u64::wrapping_add)
}

/// As [`look_up`], all keys in one call.
#[inline(never)]
fn look_up_many<K: Key, P: Peer<K>>(map: &P, keys: &[P::Key]) -> u64 {
    let mut sum = 0_u64;
    map.get_many(keys, |answer| {
        sum = sum.wrapping_add(answer.unwrap_or(ABSENT));
    });
    sum
}
