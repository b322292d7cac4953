//! What is measured: the workloads, and how one of them runs on one peer.
//!
//! | measurement | one operation | a pass, N entries present |
//! |---|---|---|
//! | `query` | look up a present key | all N keys, shuffled |
//! | `query_many` | look up a present key of many, in batches if the peer can | all N keys, shuffled |
//! | `query_miss` | look up an absent key | N absent keys |
//! | `contains` | ask whether a present key is there | all N keys, shuffled |
//! | `insert` | insert in place | 10 % new keys into a fresh map |
//! | `update` | write over a value in place | 1 % of the keys of a fresh map |
//! | `build` | insert in place, from empty | all N keys |
//! | `collect` | an entry of a bulk build | all N entries at once |
//! | `remove` | remove in place | 1 % of the keys from a fresh map |
//! | `mixed_95_5`, `mixed_50_50` | look up or, in 5 or 50 of 100 cases, write in place | N steps, the keys by Zipf's law (0.99), on a fresh map |
//! | `persistent_insert` | new version, old one dropped | 10 % new keys, a chain from a fresh map |
//! | `persistent_remove` | new version, old one dropped | 1 % of the keys, a chain from a fresh map |
//! | `fork` | new version of one base, dropped | 10 % new keys, the shared map (a fresh one if it leaks) |
//! | `ring_64` | new version, the 64th before it dropped | 10 % new keys, a chain from a fresh map |
//! | `keep_all` | new version, none dropped | 10 % new keys, at most 100,000 |
//! | `union_*`, `intersection_*` | a whole union, intersection of two maps | one, its result dropped after the clock |
//! | `diff_*` | count all changes between two maps | one; peers without a diff look up every key |
//! | `equal_*` | compare two equal maps | one; that unequal ones are told apart is checked before |
//! | `iterate` | visit an entry | all N entries |
//! | `clone` | clone the map | 1000 clones (4 or fewer where each copies every entry) |
//! | `drop` | drop an entry | a fresh map |
//! | `bytes`, `bytes_collect` | memory of an entry | a map after inserts; after a bulk build |
//! | `bytes_version` | memory of a kept version | as `keep_all` |
//! | `rss` | resident memory of an entry | a map after inserts, the first thing a process of its own does |
//! | `trie_depth` | mean number of nodes on the way to an entry | a map after inserts |
//! | `bitmap_fill` | mean number of slots in use of a node's 32 | a map after inserts |
//! | `collision_rate` | share of the entries in collision nodes | a map after inserts |
//!
//! "10 %" and "1 %" are at least 100 keys. A fresh map is one built by inserts outside the timed
//! section, shared with nothing; keys are prepared and everything is freed outside of it, too.
//!
//! `*_relatives` are a map and a copy of it with five keys removed and five added (for `equal_*`,
//! ten written again); `*_strangers` have half of their keys in common (for `equal_*`, all) and
//! were built apart.

mod bench;
mod check;
mod pairs;
mod special;
mod versions;

use core::time::Duration;

use crate::peer::{Abilities, CloneCost};
use crate::record::Unit;

pub use bench::Bench;
pub use special::{All, Scope, Usual};

/// How two maps that are compared came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// One is a changed clone of the other.
    Relatives,
    /// They were built apart.
    Strangers,
}

/// What is measured; see the table in the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the module's table documents them")]
pub enum Workload {
    Query,
    QueryMany,
    QueryMiss,
    Contains,
    Insert,
    Update,
    Build,
    Collect,
    Remove,
    Mixed95,
    Mixed50,
    PersistentInsert,
    PersistentRemove,
    Fork,
    Ring,
    KeepAll,
    Union(Relation),
    Intersection(Relation),
    Diff(Relation),
    Equal(Relation),
    Iterate,
    Clone,
    Drop,
    Bytes,
    BytesCollect,
    BytesVersion,
    Rss,
    TrieDepth,
    BitmapFill,
    CollisionRate,
}

impl Workload {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 34] = {
        use Relation::{Relatives, Strangers};
        [
            Self::Query,
            Self::QueryMany,
            Self::QueryMiss,
            Self::Contains,
            Self::Insert,
            Self::Update,
            Self::Build,
            Self::Collect,
            Self::Remove,
            Self::Mixed95,
            Self::Mixed50,
            Self::PersistentInsert,
            Self::PersistentRemove,
            Self::Fork,
            Self::Ring,
            Self::KeepAll,
            Self::Union(Relatives),
            Self::Union(Strangers),
            Self::Intersection(Relatives),
            Self::Intersection(Strangers),
            Self::Diff(Relatives),
            Self::Diff(Strangers),
            Self::Equal(Relatives),
            Self::Equal(Strangers),
            Self::Iterate,
            Self::Clone,
            Self::Drop,
            Self::Bytes,
            Self::BytesCollect,
            Self::BytesVersion,
            Self::Rss,
            Self::TrieDepth,
            Self::BitmapFill,
            Self::CollisionRate,
        ]
    };

    /// The name of the measurement in the records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        use Relation::{Relatives, Strangers};
        match self {
            Self::Query => "query",
            Self::QueryMany => "query_many",
            Self::QueryMiss => "query_miss",
            Self::Contains => "contains",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Build => "build",
            Self::Collect => "collect",
            Self::Remove => "remove",
            Self::Mixed95 => "mixed_95_5",
            Self::Mixed50 => "mixed_50_50",
            Self::PersistentInsert => "persistent_insert",
            Self::PersistentRemove => "persistent_remove",
            Self::Fork => "fork",
            Self::Ring => "ring_64",
            Self::KeepAll => "keep_all",
            Self::Union(Relatives) => "union_relatives",
            Self::Union(Strangers) => "union_strangers",
            Self::Intersection(Relatives) => "intersection_relatives",
            Self::Intersection(Strangers) => "intersection_strangers",
            Self::Diff(Relatives) => "diff_relatives",
            Self::Diff(Strangers) => "diff_strangers",
            Self::Equal(Relatives) => "equal_relatives",
            Self::Equal(Strangers) => "equal_strangers",
            Self::Iterate => "iterate",
            Self::Clone => "clone",
            Self::Drop => "drop",
            Self::Bytes => "bytes",
            Self::BytesCollect => "bytes_collect",
            Self::BytesVersion => "bytes_version",
            Self::Rss => "rss",
            Self::TrieDepth => "trie_depth",
            Self::BitmapFill => "bitmap_fill",
            Self::CollisionRate => "collision_rate",
        }
    }

    /// Whether it means something only in a process that has done nothing else.
    #[must_use]
    pub const fn is_fresh(self) -> bool {
        matches!(self, Self::Rss)
    }

    /// The workload of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|workload| workload.name() == name)
    }

    /// Whether it takes two maps.
    #[must_use]
    pub const fn is_of_pairs(self) -> bool {
        matches!(
            self,
            Self::Union(_) | Self::Intersection(_) | Self::Diff(_) | Self::Equal(_)
        )
    }

    /// Whether it adds to a picture that the others give already.
    #[must_use]
    pub const fn is_special(self) -> bool {
        self.is_of_pairs()
            || matches!(
                self,
                Self::Contains
                    | Self::Update
                    | Self::Mixed95
                    | Self::Mixed50
                    | Self::Ring
                    | Self::KeepAll
                    | Self::BytesVersion
            )
    }

    /// Whether a peer with these abilities can do it.
    #[must_use]
    pub const fn suits(self, peer: &Abilities) -> bool {
        match self {
            Self::Query
            | Self::QueryMany
            | Self::QueryMiss
            | Self::Contains
            | Self::Insert
            | Self::Build => true,
            Self::Update | Self::Mixed95 | Self::Mixed50 => peer.update,
            Self::Collect => peer.collect,
            Self::Remove => peer.remove,
            Self::PersistentInsert | Self::PersistentRemove | Self::Fork | Self::KeepAll => {
                peer.persistent
            }
            Self::Ring => peer.versions,
            Self::Union(_) | Self::Intersection(_) => peer.union,
            Self::Diff(_) => peer.changes,
            Self::Equal(_) => peer.equal,
            Self::Iterate => peer.iterate,
            Self::Clone => !matches!(peer.clone, CloneCost::None),
            Self::Drop => peer.drop,
            Self::Bytes | Self::Rss => peer.bytes,
            Self::BytesCollect => peer.collect && peer.bytes,
            Self::BytesVersion => peer.persistent && peer.bytes,
            Self::TrieDepth | Self::BitmapFill | Self::CollisionRate => peer.shape,
        }
    }

    /// What its samples are measured in.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Bytes | Self::BytesCollect | Self::Rss => Unit::BytesPerEntry,
            Self::BytesVersion => Unit::BytesPerVersion,
            Self::TrieDepth | Self::BitmapFill | Self::CollisionRate => Unit::Number,
            _ => Unit::NsPerOp,
        }
    }

    /// Whether it measures time; the others measure memory or a shape, once.
    #[must_use]
    pub const fn is_timed(self) -> bool {
        matches!(self.unit(), Unit::NsPerOp)
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

    /// Builds a map, or versions of one, and returns its memory or shape, in the workload's unit,
    /// with the checksum of that map. For workloads that are not timed.
    fn examine(&mut self, workload: Workload) -> (f64, u64);

    /// Frees the map and keys that were prepared for further runs.
    fn release(&mut self);
}
