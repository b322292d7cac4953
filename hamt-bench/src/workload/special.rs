//! The workloads that not every kind of keys is put through: they would make the build long.

use core::time::Duration;

use super::Workload;
use super::bench::{Bench, Outcome};
use super::check::ABSENT;
use crate::keys::{Key, Step};
use crate::peer::Peer;

/// Which workloads a bench has been compiled for.
pub trait Scope<K: Key, P: Peer<K>>: Sized + 'static {
    /// Whether the special ones are among them.
    const SPECIAL: bool;

    /// Runs a special workload.
    fn run(bench: &mut Bench<K, P, Self>, workload: Workload, passes: u64) -> (Duration, u64);

    /// Takes the memory of versions.
    fn bytes_a_version(bench: &Bench<K, P, Self>) -> (f64, u64);
}

/// All workloads but the special ones.
#[derive(Debug)]
pub enum Usual {}

impl<K: Key, P: Peer<K>> Scope<K, P> for Usual {
    const SPECIAL: bool = false;

    fn run(_: &mut Bench<K, P, Self>, workload: Workload, _: u64) -> Outcome {
        unreachable!(
            "a plan asks for no special workload here: {}",
            workload.name()
        )
    }

    fn bytes_a_version(_: &Bench<K, P, Self>) -> (f64, u64) {
        unreachable!("a plan asks for no special workload here")
    }
}

/// All workloads.
#[derive(Debug)]
pub enum All {}

impl<K: Key, P: Peer<K>> Scope<K, P> for All {
    const SPECIAL: bool = true;

    fn run(bench: &mut Bench<K, P, Self>, workload: Workload, passes: u64) -> Outcome {
        let run = (workload, passes);
        match workload {
            Workload::Contains => bench.read(passes, |shared| {
                let found = shared.queries.iter().filter(|key| shared.map.contains(key));
                found.count() as u64
            }),
            Workload::Update => bench.put(run, &bench.keys.updates, |map, key, value| {
                map.insert(key, value);
                0
            }),
            Workload::Mixed95 => bench.mix(run, 5),
            Workload::Mixed50 => bench.mix(run, 50),
            Workload::Ring => bench.ring(run),
            Workload::KeepAll => bench.keep_all(run),
            Workload::Union(relation) => bench.join(run, relation, P::union),
            Workload::Intersection(relation) => bench.join(run, relation, P::intersection),
            Workload::Diff(relation) => bench.diff(passes, relation),
            Workload::Equal(relation) => bench.equal(passes, relation),
            other => unreachable!("not a special workload that is timed: {}", other.name()),
        }
    }

    fn bytes_a_version(bench: &Bench<K, P, Self>) -> (f64, u64) {
        bench.bytes_a_version()
    }
}

/// A step of a mixed workload, prepared.
enum Act<K: Key, P: Peer<K>> {
    Read(P::Key),
    /// Taken by the write, so that nothing but the map's own work is dropped under the clock.
    Write(Option<(P::Key, K::Value)>),
}

impl<K: Key, P: Peer<K>, S> Bench<K, P, S> {
    /// Looks up, or in `writes` of 100 cases writes anew, one of the present entries after the
    /// other, some much more often than others.
    fn mix(&self, run: (Workload, u64), writes: u8) -> Outcome {
        let keys = self.keys;
        let act = |step: &Step| {
            let (key, value) = &keys.queries[step.at as usize];
            let value = (step.percentile < writes).then(|| (P::key(key), value.clone()));
            value.map_or_else(|| Act::Read(P::key(key)), |entry| Act::Write(Some(entry)))
        };
        let make = || (self.fresh(), keys.steps.iter().map(act).collect::<Vec<_>>());
        let work = |(map, acts): &mut (P, Vec<Act<K, P>>)| {
            let mut sum = 0_u64;
            for act in acts {
                match act {
                    Act::Read(key) => sum = sum.wrapping_add(map.get(key).unwrap_or(ABSENT)),
                    Act::Write(entry) => {
                        if let Some((key, value)) = entry.take() {
                            map.insert(key, value);
                        }
                    }
                }
            }
            sum
        };
        self.change(run, make, work, |(map, _)| Some(map))
    }
}
