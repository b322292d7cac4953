//! What the workloads ask of a map: the trait behind which peers stand, and what they may leave out.

use crate::heap;
use crate::keys::Key;

/// What a peer can do for keys of one kind, beyond creating, inserting, looking up and counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// [`Peer::insert`] replaces the value of a key that is there.
    pub update: bool,
    /// [`Peer::remove`] works.
    pub remove: bool,
    /// [`Peer::persistent_insert`], [`Peer::persistent_remove`] and [`Peer::fork`] work.
    pub persistent: bool,
    /// Several versions can be held, each as a map of its own: [`Peer::updated`] works.
    pub versions: bool,
    /// [`Peer::union`] and [`Peer::intersection`] work.
    pub union: bool,
    /// [`Peer::changes`] works.
    pub changes: bool,
    /// [`Peer::equal`] works.
    pub equal: bool,
    /// [`Peer::for_each`] works.
    pub iterate: bool,
    /// [`Peer::collect`] works.
    pub collect: bool,
    /// What [`Peer::copy`] costs.
    pub clone: CloneCost,
    /// Dropping the map gives back its memory, and the time for it is the peer's own.
    pub drop: bool,
    /// [`Peer::bytes`] is known.
    pub bytes: bool,
    /// [`Peer::shape`] works.
    pub shape: bool,
}

/// The shape of a trie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Mean number of nodes on the way to an entry.
    pub depth: f64,
    /// Mean number of slots in use of a node's 32.
    pub fill: f64,
    /// Share of the entries that are in collision nodes.
    pub collisions: f64,
}

/// How a peer clones a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloneCost {
    /// Not at all.
    None,
    /// By copying every entry.
    Full,
    /// In constant time, sharing everything.
    Shared,
}

impl Abilities {
    /// An ordinary mutable Rust map.
    pub const MUTABLE: Self = Self {
        update: true,
        remove: true,
        persistent: false,
        versions: false,
        union: false,
        changes: true,
        equal: true,
        iterate: true,
        collect: true,
        clone: CloneCost::Full,
        drop: true,
        bytes: true,
        shape: false,
    };

    /// A persistent Rust map.
    pub const PERSISTENT: Self = Self {
        persistent: true,
        versions: true,
        union: true,
        clone: CloneCost::Shared,
        ..Self::MUTABLE
    };

    /// Nothing beyond inserting and looking up.
    pub const MINIMAL: Self = Self {
        update: false,
        remove: false,
        persistent: false,
        versions: false,
        union: false,
        changes: false,
        equal: false,
        iterate: false,
        collect: false,
        clone: CloneCost::None,
        drop: false,
        bytes: false,
        shape: false,
    };
}

/// A map from keys of kind `K` to their values, as the workloads see it. Values that are read leave
/// it as [`Key::digest`].
///
/// Methods behind an ability need only be written where [`ABILITIES`](Self::ABILITIES) claims it.
/// Dropping the map frees everything it holds, outside the timed sections: a peer that leaks old
/// versions keeps them in a pool of the map and throws the pool away here.
pub trait Peer<K: Key>: Sized + 'static {
    /// The key as the operations take it, prepared before the clock starts: an owned key for a
    /// Rust map, a pointer for a C one. Keys given to the map stay valid for the whole process.
    type Key: 'static;

    /// What the map can do.
    const ABILITIES: Abilities;

    /// Old versions are never freed. Such a peer forks from a fresh map each time.
    const LEAKS: bool = false;

    /// Prepares a key.
    fn key(key: &'static K) -> Self::Key;

    /// An empty map. Only peers that cannot grow reserve `capacity` entries.
    fn new(capacity: usize) -> Self;

    /// How many entries the map holds.
    fn len(&self) -> usize;

    /// Whether the map holds nothing.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of `key`.
    fn get(&self, key: &Self::Key) -> Option<u64>;

    /// Whether there is a value for `key`.
    fn contains(&self, key: &Self::Key) -> bool {
        self.get(key).is_some()
    }

    /// Looks up all `keys` and calls `answer` with each value, in any order. Peers that have no way
    /// to do that at once look up one by one.
    fn get_many(&self, keys: &[Self::Key], mut answer: impl FnMut(Option<u64>)) {
        keys.iter().for_each(|key| answer(self.get(key)));
    }

    /// Inserts in place. Values that are numbers are never 0 and multiples of 8.
    fn insert(&mut self, key: Self::Key, value: K::Value);

    /// Builds a map at once from distinct keys, by the peer's own way for that (`collect`).
    #[must_use]
    fn collect(_entries: Vec<(Self::Key, K::Value)>) -> Self {
        unsupported("collect")
    }

    /// Removes in place.
    fn remove(&mut self, _key: &Self::Key) {
        unsupported("remove")
    }

    /// A new version with the entry; the map stays as it was.
    #[must_use]
    fn updated(&self, _key: Self::Key, _value: K::Value) -> Self {
        unsupported("updated")
    }

    /// A new version without the key; the map stays as it was.
    #[must_use]
    fn without(&self, _key: &Self::Key) -> Self {
        unsupported("without")
    }

    /// Makes a new version with the entry, replaces the map by it and drops the old version (or
    /// leaks it, see [`LEAKS`](Self::LEAKS)).
    fn persistent_insert(&mut self, key: Self::Key, value: K::Value) {
        *self = self.updated(key, value);
    }

    /// Makes a new version without the key, replaces the map by it and drops the old version.
    fn persistent_remove(&mut self, key: &Self::Key) {
        *self = self.without(key);
    }

    /// Makes a new version with the entry, drops it, and returns its length. The map stays as it
    /// was.
    fn fork(&self, key: Self::Key, value: K::Value) -> usize {
        self.updated(key, value).len()
    }

    /// The entries of both maps, those of `self` where both have a key, as a new map.
    #[must_use]
    fn union(&self, _other: &Self) -> Self {
        unsupported("union")
    }

    /// The entries of `self` whose keys `other` has, too, as a new map.
    #[must_use]
    fn intersection(&self, _other: &Self) -> Self {
        unsupported("intersection")
    }

    /// How many keys were added, removed or changed from `self` to `other`.
    fn changes(&self, _other: &Self) -> usize {
        unsupported("changes")
    }

    /// Whether both maps hold the same entries.
    fn equal(&self, _other: &Self) -> bool {
        unsupported("equal")
    }

    /// Visits the value of every entry.
    fn for_each(&self, _visit: impl FnMut(u64)) {
        unsupported("for_each")
    }

    /// Clones the map.
    fn copy(&self) -> Self {
        unsupported("copy")
    }

    /// Called before memory is measured, when no other map of this peer lives: gives back what
    /// dropped ones left behind, lest the next map be built out of it uncounted.
    fn settle() {}

    /// Bytes that the peer's allocator has handed out so far. The default is the counting global
    /// allocator of the bench: requested bytes, without the allocator's own overhead. C peers
    /// that use `malloc` return what that has in use.
    #[must_use]
    fn memory() -> usize {
        heap::live_bytes()
    }

    /// The bytes that the map holds, where [`memory`](Self::memory) grew by `grown` from before
    /// its keys were made until it was built. Peers that know better (a pool) say so here, and in
    /// their note what is included.
    fn bytes(&self, grown: usize) -> usize {
        grown
    }

    /// The map's shape.
    fn shape(&self) -> Shape {
        unsupported("shape")
    }
}

/// Stops a workload that a peer never claimed to support.
fn unsupported(what: &str) -> ! {
    unreachable!("a workload called `{what}` on a peer that does not claim it")
}

/// A peer that is the same for keys of every kind.
pub trait Family {
    /// The map.
    type Map<K: Key>: Peer<K>;
}
