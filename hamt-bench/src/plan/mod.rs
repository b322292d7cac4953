//! Which benchmarks a run consists of, and how long each may take.
//!
//! The default run fits into ten minutes on two cores, the quick one into two: peers that are not
//! the closest competitors are left out where a benchmark is dear, and measured for a shorter time
//! elsewhere. `HAMT_BENCH_FULL=1` runs every peer on every workload, key set and scale.

mod effort;

use core::time::Duration;

use crate::keys::{Kind, Sources};
use crate::peers::PeerEntry;
use crate::workload::Workload;

pub use effort::{Budget, Effort, MAIN};

/// One benchmark: a peer, a workload, keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Benchmark {
    /// The keys.
    pub kind: Kind,
    /// Entries present.
    pub scale: usize,
    /// What is measured.
    pub workload: Workload,
    /// The peer, as an index into the list the plan was made from.
    pub peer: usize,
    /// Its time.
    pub budget: Budget,
}

impl Benchmark {
    /// The name of the comparison that the benchmark belongs to: `query/random/1000`.
    #[must_use]
    pub fn group(&self) -> String {
        format!(
            "{}/{}/{}",
            self.workload.name(),
            self.kind.name(),
            self.scale
        )
    }

    /// The full name of the benchmark, with the peer out of `peers`: `query/random/1000/imbl`.
    #[must_use]
    pub fn name(&self, peers: &[PeerEntry]) -> String {
        format!("{}/{}", self.group(), peers[self.peer].product)
    }

    /// About how long Criterion takes for the benchmark on a slow machine.
    #[must_use]
    pub fn estimate(&self) -> Duration {
        if !self.workload.is_timed() {
            return self.pass();
        }
        let passes = self.pass().mul_f64(self.budget.samples as f64 + 1.0);
        passes.max(self.budget.warm_up + self.budget.measure) + Duration::from_millis(20)
    }

    /// About how long one pass takes on a slow machine, with what it needs to be prepared, by the
    /// costs of a middling peer.
    #[must_use]
    pub fn pass(&self) -> Duration {
        let scale = self.scale as f64;
        let far = [(10_000, 1.0), (100_000, 1.3), (1_000_000, 2.0)];
        let far = far
            .iter()
            .find(|limit| self.scale < limit.0)
            .map_or(6.0, |limit| limit.1);
        let words = match self.kind {
            Kind::Random | Kind::Sequential => 1.0,
            // Look-ups compare all keys of a hash.
            Kind::Mod1000 => 0.25 * scale / 1_000.0 + 1.0,
            Kind::Bits4 => 0.25 * scale / 16.0 + 1.0,
            Kind::Constant => 0.25 * scale + 1.0,
            _ => 2.0,
        };
        let fresh = scale * 60.0;
        let nanos = far
            * words
            * match self.workload {
                Workload::Query
                | Workload::QueryMany
                | Workload::QueryMiss
                | Workload::Contains => scale * 15.0,
                Workload::Build | Workload::Collect => scale * 60.0,
                Workload::Insert | Workload::Update => fresh + scale * 6.0,
                Workload::Remove | Workload::PersistentRemove => fresh + scale * 6.0,
                Workload::Mixed95 | Workload::Mixed50 => fresh + scale * 15.0,
                Workload::PersistentInsert | Workload::Ring | Workload::KeepAll => {
                    fresh + scale * 50.0
                }
                Workload::Fork => scale * 50.0,
                Workload::Union(_) | Workload::Intersection(_) => scale * 60.0,
                Workload::Diff(_) | Workload::Equal(_) => scale * 30.0,
                Workload::Iterate => scale * 6.0,
                Workload::Clone => scale * 1.0,
                Workload::Drop => fresh + scale * 10.0,
                Workload::Bytes
                | Workload::BytesCollect
                | Workload::BytesVersion
                | Workload::Rss
                | Workload::TrieDepth
                | Workload::BitmapFill
                | Workload::CollisionRate => {
                    return Duration::from_secs_f64(fresh / 3e8);
                }
            };
        Duration::from_secs_f64(nanos * 1e-9)
    }
}

/// The part of a plan that is wanted; a list that is empty wants all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Names of workloads, key sets or whole benchmarks, or parts of such names.
    pub names: Vec<String>,
    /// Products.
    pub products: Vec<String>,
    /// Scales.
    pub scales: Vec<usize>,
}

impl Filter {
    /// Whether everything is wanted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty() && self.products.is_empty() && self.scales.is_empty()
    }

    /// Whether a benchmark is wanted.
    #[must_use]
    pub fn picks(&self, benchmark: &Benchmark, peers: &[PeerEntry]) -> bool {
        let product = peers[benchmark.peer].product;
        self.wants(&benchmark.name(peers), product, benchmark.scale)
    }

    /// Whether something of this name is wanted.
    #[must_use]
    pub fn wants(&self, name: &str, product: &str, scale: usize) -> bool {
        (self.names.is_empty() || self.names.iter().any(|part| name.contains(part.as_str())))
            && (self.products.is_empty() || self.products.iter().any(|one| one == product))
            && (self.scales.is_empty() || self.scales.contains(&scale))
    }
}

/// The benchmarks of a run, in the order in which they run: all peers of one comparison follow
/// each other, so that a machine that slows down slows all of them.
#[must_use]
pub fn benchmarks(effort: Effort, peers: &[PeerEntry], sources: &Sources) -> Vec<Benchmark> {
    let mut plan = Vec::new();
    for kind in Kind::ALL {
        for scale in effort.scales(kind, sources.most_present(kind)) {
            for workload in Workload::ALL {
                let takes_part = |peer: &PeerEntry| {
                    peer.supports(kind.shape(), workload)
                        && effort.includes(kind, scale, workload, peer.product)
                };
                for (peer, entry) in peers
                    .iter()
                    .enumerate()
                    .filter(|(_, peer)| takes_part(peer))
                {
                    let budget = effort.budget(scale, entry.product);
                    plan.push(Benchmark {
                        kind,
                        scale,
                        workload,
                        peer,
                        budget,
                    });
                }
            }
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::WordList;
    use crate::peers;
    use crate::record::Unit;

    /// So many words, and nothing else.
    fn sources(words: usize) -> Sources {
        Sources {
            words: WordList::new((0..words).map(|number| number.to_string())),
            titles: None,
            table: None,
        }
    }

    fn estimate(effort: Effort) -> Duration {
        benchmarks(effort, &peers::all(), &sources(176_000))
            .iter()
            .map(Benchmark::estimate)
            .sum()
    }

    #[test]
    fn runs_fit_their_time() {
        assert!(estimate(Effort::Quick) < Duration::from_secs(120));
        assert!(estimate(Effort::Default) < Duration::from_secs(600));
    }

    #[test]
    fn the_default_run_has_every_scale_and_measurement_of_the_main_peers() {
        let peers = peers::all();
        let plan = benchmarks(Effort::Default, &peers, &sources(176_000));
        for scale in [1_000, 10_000, 100_000, 1_000_000] {
            let usual =
                |one: &Workload| !one.is_special() && !one.is_fresh() && one.unit() != Unit::Number;
            for workload in Workload::ALL.into_iter().filter(usual) {
                let found = plan
                    .iter()
                    .filter(|bench| (bench.scale, bench.workload) == (scale, workload));
                let found: Vec<_> = found.map(|bench| peers[bench.peer].product).collect();
                assert!(found.contains(&"imbl"), "{scale} {workload:?}");
            }
        }
    }

    #[test]
    fn a_full_run_takes_as_many_words_as_there_are() {
        let plan = benchmarks(Effort::Full, &peers::all(), &sources(1_358));
        let words = plan.iter().filter(|bench| bench.kind == Kind::Words);
        let mut scales: Vec<_> = words.map(|bench| bench.scale).collect();
        scales.dedup();
        assert_eq!(scales, [1_000, 1_234]);
    }
}
