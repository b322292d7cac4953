//! The record of one benchmark run: what the measuring side hands over, and what the store,
//! the CSV files, the table and the plots speak of.
//!
//! One word a thing: a *run* is one start of the benchmark; a *series* is one product doing one
//! workload on one key set at one scale; a *sample* is one timed repeat of a series.

use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use serde::Serialize;

/// The product name of the map under test; every ratio is taken against it.
pub const OURS: &str = "hamt";

/// The key set that carries no suffix in the `numbers` view: uniformly random `u64` keys.
pub const PLAIN_KEY_SET: &str = "random";

/// What a sample's value is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Unit {
    /// Nanoseconds an operation.
    #[serde(rename = "ns/op")]
    NsPerOp,
    /// Bytes of memory held for each entry of the map.
    #[serde(rename = "bytes/entry")]
    BytesPerEntry,
    /// Bytes of memory held for each version of a map beyond the first.
    #[serde(rename = "bytes/version")]
    BytesPerVersion,
    /// A plain number: of levels, of children, a share.
    #[serde(rename = "number")]
    Number,
}

impl Unit {
    /// The name under which the unit stands in the database and in CSV files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NsPerOp => "ns/op",
            Self::BytesPerEntry => "bytes/entry",
            Self::BytesPerVersion => "bytes/version",
            Self::Number => "number",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Unit {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "ns/op" => Ok(Self::NsPerOp),
            "bytes/entry" => Ok(Self::BytesPerEntry),
            "bytes/version" => Ok(Self::BytesPerVersion),
            "number" => Ok(Self::Number),
            _ => Err(()),
        }
    }
}

/// One product doing one workload on one key set at one scale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Series {
    /// Who was measured: `hamt` is ours, the others are peers (`hashbrown`, `imbl`, ...).
    pub product: String,
    /// The product's own version or commit.
    pub version: String,
    /// The workload: `query`, `insert`, `persistent_insert`, `bytes`, ...
    pub measurement: String,
    /// The keys: `random` (uniform `u64`), `seq`, `words`; imported files may name others.
    pub key_set: String,
    /// Entries in the map.
    pub scale: u64,
    /// Unit of the samples' values.
    pub unit: Unit,
}

impl Series {
    /// The workload with its key set, as the `numbers` view names it: `query` for random keys,
    /// `query:words` otherwise.
    #[must_use]
    pub fn label(&self) -> String {
        measurement_label(&self.measurement, &self.key_set)
    }
}

/// Joins a workload and its key set as the `numbers` view does: `query`, `query:words`.
#[must_use]
pub fn measurement_label(measurement: &str, key_set: &str) -> String {
    if key_set == PLAIN_KEY_SET {
        measurement.to_owned()
    } else {
        format!("{measurement}:{key_set}")
    }
}

/// One timed repeat of a series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sample {
    /// What was measured.
    pub series: Series,
    /// Number of the repeat within the run and series, from 0; unique there.
    pub repeat: u32,
    /// Operations timed together in this sample; 0 where an imported file does not say.
    pub iters: u64,
    /// Nanoseconds an operation, or bytes an entry: finite and not negative.
    pub value: f64,
}

impl Sample {
    /// By series, then repeat: the order of export and comparison.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        (&self.series, self.repeat).cmp(&(&other.series, other.repeat))
    }
}

/// Sorts samples by series, then repeat.
pub(crate) fn sort_samples(samples: &mut [Sample]) {
    samples.sort_by(Sample::order);
}

/// One product the benchmark knows of, present or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PeerVersion {
    /// Product name as in [`Series::product`].
    pub name: String,
    /// Its version or commit; empty where absent.
    pub version: String,
    /// Whether it took part in the run.
    pub present: bool,
    /// Memory regime (`refcounted`, `owns`, `leaks`, ...), or what to install where absent.
    pub note: String,
}

/// The machine of a run. No host name is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Machine {
    /// CPU model.
    pub cpu: String,
    /// Hardware threads; 0 where unknown.
    pub cores: u32,
    /// Operating system, its version and the architecture.
    pub os: String,
}

/// Where a run comes from: everything needed to judge its samples.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunInfo {
    /// Unique name of the run, usable as a file name.
    pub id: String,
    /// Start, in seconds since the Unix epoch.
    pub started_at: i64,
    /// Commit of this repository (or of the measured suite, for imported runs).
    pub git_commit: String,
    /// Whether the work tree differed from the commit; `None` where unknown.
    pub dirty: Option<bool>,
    /// `rustc` version line.
    pub rustc: String,
    /// Flags and profile given to `rustc`.
    pub flags: String,
    /// C compiler version line.
    pub cc: String,
    /// Flags given to the C compiler.
    pub cflags: String,
    /// The machine.
    pub machine: Machine,
    /// Seed of the keys and shuffles; `None` where unknown.
    pub seed: Option<u64>,
    /// Products with their versions, absent ones included.
    pub peers: Vec<PeerVersion>,
    /// The file of another benchmark this run was read from; empty for runs of this benchmark.
    pub provenance: String,
    /// Free remark.
    pub note: String,
}

/// A whole run: its provenance, its samples and whether it came to its end.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Run {
    /// Where it comes from.
    pub info: RunInfo,
    /// Whether the run was marked complete at its end.
    pub complete: bool,
    /// All samples.
    pub samples: Vec<Sample>,
}
