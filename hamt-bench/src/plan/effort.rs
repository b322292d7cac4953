//! How much of the matrix is run: which scales, who takes part, and how long each is measured.

use core::time::Duration;

use crate::keys::Kind;
use crate::record::Unit;
use crate::workload::Workload;

/// The peers that every part of every run compares: ours, its yardstick, its closest rivals.
pub const MAIN: [&str; 6] = ["hamt", "hashbrown", "imbl", "rpds-arc", "c-hamt", "libhamt"];

/// The yardstick of mutable maps, the closest rival, and ours: who takes part where a benchmark is
/// dear.
const CLOSEST: [&str; 3] = ["hamt", "hashbrown", "imbl"];

/// The peer that copies the whole map for each version.
const COPYING: &str = "arc-std";

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
    /// The name in the notes of runs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Quick => "quick",
            Self::Default => "default",
            Self::Full => "full",
        }
    }

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

    /// The scales for keys of one kind; lists end where they do.
    pub(super) fn scales(self, kind: Kind, most: usize) -> Vec<usize> {
        use Kind::{
            Bits4, Bytes32, Constant, Followers, KvData, Mod1000, Random, Sequential, Table,
            Titles, TweetGeo, TweetHashtag, TweetText, Words,
        };
        let scales: &[usize] = match (self, kind) {
            (Self::Test, _) | (Self::Quick | Self::Default, Bits4 | Constant) => &[1_000],
            (Self::Quick, KvData | TweetGeo | TweetHashtag | TweetText | Followers) => &[],
            (Self::Quick, Random) => &[1_000, 10_000, 100_000],
            (Self::Quick, _) => &[10_000],
            (Self::Default, Sequential) => &[1_000, 10_000, 100_000],
            (Self::Default, Bytes32) => &[10_000, 100_000],
            (Self::Default, Mod1000 | KvData | TweetGeo | TweetHashtag | TweetText | Followers) => {
                &[10_000]
            }
            (Self::Full, TweetGeo | TweetHashtag | TweetText | Followers) => {
                &[10_000, 100_000, 1_000_000]
            }
            (Self::Full, KvData) => &[10_000, 100_000, 1_000_000, 10_000_000],
            (Self::Full, Random) => &[1_000, 10_000, 100_000, 1_000_000, 10_000_000],
            (Self::Full, Mod1000) => &[1_000, 10_000, 100_000],
            (Self::Full, Bits4 | Constant) => &[100, 1_000],
            (Self::Default | Self::Full, Titles | Table)
            | (Self::Default, Random | Words)
            | (Self::Full, Sequential | Words | Bytes32) => &[1_000, 10_000, 100_000, 1_000_000],
        };
        let longest = scales.last().copied().unwrap_or(0);
        let mut scales = scales.to_vec();
        scales.retain(|&scale| scale <= most);
        // All of a list, where that is asked for.
        let whole = self == Self::Full || matches!(kind, Titles | Table);
        if whole && (1..longest).contains(&most) && !scales.contains(&most) {
            scales.push(most);
        }
        scales
    }

    /// Whether `product` takes part in a benchmark.
    pub(super) fn includes(
        self,
        kind: Kind,
        scale: usize,
        workload: Workload,
        product: &str,
    ) -> bool {
        use Workload::{
            Build, Bytes, BytesVersion, Collect, Fork, Insert, Iterate, KeepAll, PersistentInsert,
            PersistentRemove, Query, QueryMany, QueryMiss, Remove, Ring,
        };
        let main = MAIN.contains(&product);
        let persistent = matches!(
            workload,
            PersistentInsert | PersistentRemove | Fork | Ring | KeepAll | BytesVersion
        );
        if product == COPYING {
            // The others are what std's map does; and it copies megabytes soon.
            let dear = matches!(workload, KeepAll | BytesVersion);
            return self != Self::Quick && persistent && scale <= if dear { 1_000 } else { 10_000 };
        }
        let basic = matches!(
            workload,
            Query | QueryMiss | Insert | Build | Remove | PersistentInsert | Iterate | Bytes
        ) || workload.unit() == Unit::Number;
        if workload.is_fresh() {
            // A process each; below that, pages are all one sees.
            return main && kind == Kind::Random && scale >= 100_000;
        }
        match (self, kind) {
            (Self::Test, _) => true,
            // Only ours looks up in batches; the others stand for a loop of look-ups, beside it.
            (_, _) if workload == QueryMany && !CLOSEST.contains(&product) => false,
            (_, Kind::Mod1000 | Kind::Bits4 | Kind::Constant) => main && basic,
            // Ten million entries: only who matters, only what one waits for.
            (Self::Full, _) => scale < 10_000_000 || (main && !workload.is_special()),
            (Self::Quick, Kind::Random) => main && (scale == 10_000 || !workload.is_special()),
            (_, Kind::Titles | Kind::Table) => main && basic,
            (Self::Quick, _) => main && matches!(workload, Query | Build | PersistentInsert),
            (Self::Default, Kind::Random) if workload.is_special() => match scale {
                100_000 => main,
                1_000_000 => CLOSEST.contains(&product) && workload.is_of_pairs(),
                _ => product == COPYING,
            },
            // Of a million entries, the slowest of the main peers keeps what it is compared by.
            (Self::Default, Kind::Random) if scale >= 1_000_000 && product == "rpds-arc" => {
                persistent || matches!(workload, Query | Build | Iterate | Bytes)
            }
            (Self::Default, Kind::Random) => main || scale < 1_000_000,
            (Self::Default, Kind::Sequential) => {
                main && matches!(
                    workload,
                    Query | Insert | Build | PersistentInsert | Iterate
                )
            }
            (Self::Default, Kind::Bytes32 | Kind::KvData | Kind::Followers) => main && basic,
            (Self::Default, Kind::TweetGeo | Kind::TweetHashtag | Kind::TweetText) => {
                main && matches!(workload, Query | Build | PersistentInsert | Bytes)
            }
            (Self::Default, Kind::Words) => {
                let wanted = basic && workload != Iterate
                    || matches!(workload, QueryMany | Collect | PersistentRemove | Fork);
                (main || product == "rpds-rc") && wanted
            }
        }
    }

    /// Time and samples for a benchmark.
    pub(super) fn budget(self, scale: usize, product: &str) -> Budget {
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
