//! Which benchmarks a run consists of, and how long each may take.
//!
//! The default run fits into ten minutes on two cores, the quick one into two: peers that are not
//! the closest competitors are left out where a benchmark is dear, and measured for a shorter time
//! elsewhere. `HAMT_BENCH_FULL=1` runs every peer on every workload, key set and scale.

use core::time::Duration;

use crate::keys::Kind;
use crate::peers::PeerEntry;
use crate::workload::Workload;

/// The peers that every part of every run compares: ours, its yardstick, its closest rivals.
pub const MAIN: [&str; 6] = ["hamt", "hashbrown", "imbl", "rpds-arc", "c-hamt", "libhamt"];

/// The peers whose look-ups one by one are compared with our batched ones.
const BATCHED: [&str; 3] = ["hamt", "hashbrown", "imbl"];

/// How much of the matrix is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Each benchmark once at the smallest scale, unrecorded: does everything work?
    Test,
    /// Under 2 minutes.
    Quick,
    /// Under 10 minutes.
    Default,
    /// Everything; most of an hour.
    Full,
}

impl Effort {
    /// What `HAMT_BENCH_QUICK` and `HAMT_BENCH_FULL` ask for; unset, empty and `0` mean no.
    #[must_use]
    pub fn from_env() -> Self {
        let set =
            |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        match (set("HAMT_BENCH_FULL"), set("HAMT_BENCH_QUICK")) {
            (true, _) => Self::Full,
            (false, true) => Self::Quick,
            (false, false) => Self::Default,
        }
    }

    /// The scales for keys of one kind; words end where the list does.
    fn scales(self, kind: Kind, most_words: usize) -> Vec<usize> {
        let scales: &[usize] = match (self, kind) {
            (Self::Test, _) => &[1_000],
            (Self::Quick, Kind::Random) => &[1_000, 10_000, 100_000],
            (Self::Quick, _) => &[10_000],
            (Self::Default, Kind::Sequential) => &[1_000, 10_000, 100_000],
            (Self::Full, Kind::Random) => &[1_000, 10_000, 100_000, 1_000_000, 10_000_000],
            _ => &[1_000, 10_000, 100_000, 1_000_000],
        };
        let mut scales = scales.to_vec();
        if kind == Kind::Words {
            let longest = scales.last().copied().unwrap_or(0);
            scales.retain(|&scale| scale <= most_words);
            if self == Self::Full && longest > most_words && !scales.contains(&most_words) {
                scales.push(most_words);
            }
        }
        scales
    }

    /// Whether `product` takes part in a benchmark.
    fn includes(self, kind: Kind, scale: usize, workload: Workload, product: &str) -> bool {
        use Workload::{
            Build, Bytes, Collect, Fork, Insert, Iterate, PersistentInsert, PersistentRemove,
            Query, QueryMany, QueryMiss, Remove,
        };
        let main = MAIN.contains(&product);
        match (self, kind) {
            (Self::Test, _) => true,
            // Only ours looks up in batches; the others stand for a loop of look-ups, beside it.
            (_, _) if workload == QueryMany && !BATCHED.contains(&product) => false,
            // Ten million entries: only who matters, only what one waits for.
            (Self::Full, _) => scale < 10_000_000 || main,
            (Self::Quick, Kind::Random) => main,
            (Self::Quick, _) => main && matches!(workload, Query | Build | PersistentInsert),
            // Of a million entries, the slowest of the main peers keeps what it is compared by.
            (Self::Default, Kind::Random) if scale >= 1_000_000 && product == "rpds-arc" => {
                matches!(workload, Query | Build | Iterate | Bytes)
                    || matches!(workload, PersistentInsert | PersistentRemove | Fork)
            }
            (Self::Default, Kind::Random) => main || scale < 1_000_000,
            (Self::Default, Kind::Sequential) => {
                main && matches!(
                    workload,
                    Query | Insert | Build | PersistentInsert | Iterate
                )
            }
            (Self::Default, Kind::Words) => {
                let wanted = matches!(
                    workload,
                    Query | QueryMany | QueryMiss | Insert | Build | Remove | Bytes
                ) || matches!(
                    workload,
                    Collect | PersistentInsert | PersistentRemove | Fork
                );
                (main || product == "rpds-rc") && wanted
            }
        }
    }

    /// Time and samples for a benchmark.
    fn budget(self, scale: usize, product: &str) -> Budget {
        let main = MAIN.contains(&product);
        let (samples, warm_up, measure) = match self {
            Self::Test => (10, 1, 1),
            Self::Quick => (10, 20, 120),
            Self::Default if main => (15, 50, 300),
            Self::Default => (10, 30, 150),
            Self::Full => (20, 200, 1_000),
        };
        let samples = if scale >= 1_000_000 { 10 } else { samples };
        let time = |millis| Duration::from_millis(millis);
        Budget {
            samples,
            warm_up: time(warm_up),
            measure: time(measure),
        }
    }
}

/// Time and samples for a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Samples that are recorded; at least 10, as Criterion wants it.
    pub samples: usize,
    /// How long to run before the first sample; one pass at least.
    pub warm_up: Duration,
    /// How long all samples together may take, if a sample can be that short: it is one pass at
    /// least.
    pub measure: Duration,
}

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

    /// About how long the benchmark takes on a slow machine, by the costs of a middling peer.
    #[must_use]
    pub fn estimate(&self) -> Duration {
        let scale = self.scale as f64;
        let far = [(10_000, 1.0), (100_000, 1.3), (1_000_000, 2.0)];
        let far = far
            .iter()
            .find(|limit| self.scale < limit.0)
            .map_or(6.0, |limit| limit.1);
        let words = if self.kind == Kind::Words { 2.0 } else { 1.0 };
        let fresh = scale * 60.0;
        let nanos = far
            * words
            * match self.workload {
                Workload::Query | Workload::QueryMany | Workload::QueryMiss => scale * 15.0,
                Workload::Build | Workload::Collect => scale * 60.0,
                Workload::Insert => fresh + scale * 6.0,
                Workload::Remove | Workload::PersistentRemove => fresh + scale * 6.0,
                Workload::PersistentInsert => fresh + scale * 50.0,
                Workload::Fork => scale * 50.0,
                Workload::Iterate => scale * 6.0,
                Workload::Clone => scale * 1.0,
                Workload::Drop => fresh + scale * 10.0,
                Workload::Bytes | Workload::BytesCollect => {
                    return Duration::from_secs_f64(fresh / 3e8);
                }
            };
        let passes = Duration::from_secs_f64(nanos * 1e-9 * (self.budget.samples + 1) as f64);
        passes.max(self.budget.warm_up + self.budget.measure) + Duration::from_millis(20)
    }
}

/// The benchmarks of a run, in the order in which they run: all peers of one comparison follow
/// each other, so that a machine that slows down slows all of them.
#[must_use]
pub fn benchmarks(effort: Effort, peers: &[PeerEntry], most_words: usize) -> Vec<Benchmark> {
    let mut plan = Vec::new();
    for kind in [Kind::Random, Kind::Sequential, Kind::Words] {
        for scale in effort.scales(kind, most_words) {
            for workload in Workload::ALL {
                let takes_part = |peer: &PeerEntry| {
                    peer.supports(kind, workload)
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
    use crate::peers;

    fn estimate(effort: Effort) -> Duration {
        benchmarks(effort, &peers::all(), 160_000)
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
        let plan = benchmarks(Effort::Default, &peers, 160_000);
        for scale in [1_000, 10_000, 100_000, 1_000_000] {
            for workload in Workload::ALL {
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
        let plan = benchmarks(Effort::Full, &peers::all(), 1_234);
        let words = plan.iter().filter(|bench| bench.kind == Kind::Words);
        let mut scales: Vec<_> = words.map(|bench| bench.scale).collect();
        scales.dedup();
        assert_eq!(scales, [1_000, 1_234]);
    }
}
