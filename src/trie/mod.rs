//! The HAMT's algorithms: where an entry belongs, when a slot becomes a child and when a child
//! folds back.
//!
//! The trie is kept canonical, so maps of equal contents (under one hasher) have equal shape:
//! * **T1** every entry stands where its hash leads.
//! * **T2** a slot holds its entries itself as long as it can ([`SLOT_ENTRIES`]); below a child
//!   there is at least one entry more than that.
//! * **T3** entries of one hash that a slot cannot hold stand in a collision node, below the level
//!   at which the hash is used up; such nodes stand nowhere else.
//! * **T4** the map's length is the number of entries.
//!
//! [`SLOT_ENTRIES`]: crate::node::Kind::SLOT_ENTRIES
//!
//! Everything here is safe code on top of `children`. The hot paths are `#[inline(always)]` up to
//! the callers in `map`, which run them inside `arch::accelerated`.

mod bulk;
mod check;
mod diff;
mod equal;
mod get;
mod grow;
mod insert;
mod join;
#[cfg(feature = "rayon")]
mod join_parallel;
mod many;
#[cfg(feature = "rayon")]
mod parallel;
mod parts;
mod policies;
mod remove;
mod room;
mod sharing;
mod sieve;
mod stats;

pub(crate) use bulk::{Gathered, MIN_BULK};
pub use check::Violation;
pub(crate) use check::validate;
pub use diff::Change;
pub(crate) use diff::{Differences, added, since};
pub(crate) use equal::{are_related, equal, is_submap};
pub(crate) use get::{entry_at, find, newest, position};
pub(crate) use grow::rehashed;
pub(crate) use insert::{insert, occupied_mut, pair_at_mut, vacant_insert};
pub(crate) use join::{Joined, join};
#[cfg(feature = "rayon")]
pub(crate) use join_parallel::join_parallel;
pub(crate) use many::{LANES, MIN_MAP, locate};
#[cfg(feature = "rayon")]
pub(crate) use parallel::{Parts, share_out};
pub(crate) use policies::{ByRules, PickFn, ThreeWay};
pub use policies::{Conflict, JoinRules, Pick, Resolution, Rule};
pub(crate) use remove::{remove, remove_at};
pub(crate) use room::{NoRoom, give_room_back, reserve, room};
pub use sharing::Sharing;
pub(crate) use sharing::sharing;
pub(crate) use sieve::Sieve;
pub use stats::Stats;
pub(crate) use stats::collect as collect_stats;
