//! What is measured: the workloads, and how one of them runs on one peer.
//!
//! | measurement | one operation | a pass, N entries present |
//! |---|---|---|
//! | `query` | look up a present key | all N keys, shuffled |
//! | `query_many` | look up a present key of many, in batches if the peer can | all N keys, shuffled |
//! | `query_miss` | look up an absent key | N absent keys |
//! | `insert` | insert in place | 10 % new keys into a fresh map |
//! | `build` | insert in place, from empty | all N keys |
//! | `collect` | an entry of a bulk build | all N entries at once |
//! | `remove` | remove in place | 1 % of the keys from a fresh map |
//! | `persistent_insert` | new version, old one dropped | 10 % new keys, a chain from a fresh map |
//! | `persistent_remove` | new version, old one dropped | 1 % of the keys, a chain from a fresh map |
//! | `fork` | new version of one base, dropped | 10 % new keys, the shared map (a fresh one if it leaks) |
//! | `iterate` | visit an entry | all N entries |
//! | `clone` | clone the map | 1000 clones (4 or fewer where each copies every entry) |
//! | `drop` | drop an entry | a fresh map |
//! | `bytes`, `bytes_collect` | memory of an entry | a map after inserts; after a bulk build |
//!
//! "10 %" and "1 %" are at least 100 keys. A fresh map is one built by inserts outside the timed
//! section, shared with nothing; keys are prepared and everything is freed outside of it, too.

mod bench;
mod check;

use core::time::Duration;

pub use bench::Bench;

/// What is measured; see the table in the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the module's table documents them")]
pub enum Workload {
    Query,
    QueryMany,
    QueryMiss,
    Insert,
    Build,
    Collect,
    Remove,
    PersistentInsert,
    PersistentRemove,
    Fork,
    Iterate,
    Clone,
    Drop,
    Bytes,
    BytesCollect,
}

impl Workload {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 15] = [
        Self::Query,
        Self::QueryMany,
        Self::QueryMiss,
        Self::Insert,
        Self::Build,
        Self::Collect,
        Self::Remove,
        Self::PersistentInsert,
        Self::PersistentRemove,
        Self::Fork,
        Self::Iterate,
        Self::Clone,
        Self::Drop,
        Self::Bytes,
        Self::BytesCollect,
    ];

    /// The name of the measurement in the records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::QueryMany => "query_many",
            Self::QueryMiss => "query_miss",
            Self::Insert => "insert",
            Self::Build => "build",
            Self::Collect => "collect",
            Self::Remove => "remove",
            Self::PersistentInsert => "persistent_insert",
            Self::PersistentRemove => "persistent_remove",
            Self::Fork => "fork",
            Self::Iterate => "iterate",
            Self::Clone => "clone",
            Self::Drop => "drop",
            Self::Bytes => "bytes",
            Self::BytesCollect => "bytes_collect",
        }
    }

    /// Whether it measures memory, not time.
    #[must_use]
    pub const fn is_bytes(self) -> bool {
        matches!(self, Self::Bytes | Self::BytesCollect)
    }
}

/// The outcome of some passes of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Operations timed.
    pub operations: u64,
    /// The time they took.
    pub elapsed: Duration,
    /// Sum over the passes of what the peer answered; see [`Subject::expected`].
    pub checksum: u64,
}

/// A peer with its keys, ready to run.
pub trait Subject {
    /// Operations in one pass; at least 1.
    fn operations(&self, workload: Workload) -> u64;

    /// The checksum of one pass by a peer without faults, computed from the keys alone.
    fn expected(&self, workload: Workload) -> u64;

    /// Runs and times `passes` passes. A peer whose checksum is not `passes` times the expected
    /// one (wrapping) has given a wrong answer, and its time does not count.
    fn run(&mut self, workload: Workload, passes: u64) -> Timing;

    /// Builds a map and says how many bytes it holds, with the checksum of that map.
    fn bytes(&mut self, workload: Workload) -> (usize, u64);

    /// Frees the map and keys that were prepared for further runs.
    fn release(&mut self);
}
