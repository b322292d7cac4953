//! Maps that can be read while they are written.

use alloc::sync::Arc;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, RwLock};

use archery::ArcTK;
use imbl::shared_ptr::DefaultSharedPtr;

use super::Published;
use crate::peers::hash::BenchHash;
use crate::peers::{locked_version, std_version};
use crate::record::OURS;

/// A way to publish a map.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// The product's name in the records.
    pub product: &'static str,
    /// Its version.
    pub version: String,
    /// What readers see.
    pub note: &'static str,
    /// Makes the map.
    pub open: Open,
}

/// Makes a published map of entries.
pub type Open = fn(&[(u64, u64)]) -> Box<dyn Published>;

/// All of them; those without persistent versions give no snapshots, or copy everything.
#[must_use]
pub fn publishers() -> Vec<Publisher> {
    let crate_of = |product, package, note, open| Publisher {
        product,
        version: locked_version(package),
        note,
        open,
    };
    let std = |product, note, open| Publisher {
        product,
        version: std_version(),
        note,
        open,
    };
    let snapshots = "threads: newest version behind a Mutex, cloned by readers";
    let all = vec![
        crate_of(
            OURS,
            "pooled-hamt",
            snapshots,
            versions::<hamt::Hamt<u64, u64>>,
        ),
        crate_of("imbl", "imbl", snapshots, versions::<Imbl>),
        crate_of("rpds-arc", "rpds", snapshots, versions::<Rpds>),
        std(
            "arc-std",
            "threads: as the persistent maps, but a write copies the whole map",
            versions::<Copied>,
        ),
        std(
            "rwlock-std",
            "threads: std's map (ahash) in an RwLock, no snapshots",
            |entries| Box::new(Locked(RwLock::new(entries.iter().copied().collect()))),
        ),
    ];
    all.into_iter().chain(extra()).collect()
}

/// The concurrent maps of the feature `extra`.
#[cfg(feature = "extra")]
fn extra() -> [Publisher; 2] {
    let note = "threads: concurrent, no snapshots; ahash";
    [
        Publisher {
            product: "dashmap",
            version: locked_version("dashmap"),
            note,
            open: |entries| Box::new(entries.iter().copied().collect::<Dash>()),
        },
        Publisher {
            product: "papaya",
            version: locked_version("papaya"),
            note,
            open: |entries| Box::new(entries.iter().copied().collect::<Papaya>()),
        },
    ]
}

#[cfg(not(feature = "extra"))]
const fn extra() -> [Publisher; 0] {
    []
}

#[cfg(feature = "extra")]
type Dash = dashmap::DashMap<u64, u64, BenchHash>;
#[cfg(feature = "extra")]
type Papaya = papaya::HashMap<u64, u64, BenchHash>;
type Imbl = imbl::GenericHashMap<u64, u64, BenchHash, DefaultSharedPtr>;
type Rpds = rpds::HashTrieMap<u64, u64, ArcTK, BenchHash>;

/// A map whose clone is a snapshot.
trait Version: Clone + FromIterator<(u64, u64)> + Send + Sync + 'static {
    fn put(&mut self, key: u64, value: u64);
    fn find(&self, key: u64) -> Option<u64>;
}

impl Version for hamt::Hamt<u64, u64> {
    fn put(&mut self, key: u64, value: u64) {
        self.insert(key, value);
    }

    fn find(&self, key: u64) -> Option<u64> {
        self.get(&key).copied()
    }
}

impl Version for Imbl {
    fn put(&mut self, key: u64, value: u64) {
        self.insert(key, value);
    }

    fn find(&self, key: u64) -> Option<u64> {
        self.get(&key).copied()
    }
}

impl Version for Rpds {
    fn put(&mut self, key: u64, value: u64) {
        self.insert_mut(key, value);
    }

    fn find(&self, key: u64) -> Option<u64> {
        self.get(&key).copied()
    }
}

/// The newest version behind a lock that is held to clone or to replace it, no longer. The writer
/// is alone, so it may work on a clone meanwhile.
struct Versions<M>(Mutex<M>);

fn versions<M: Version>(entries: &[(u64, u64)]) -> Box<dyn Published> {
    Box::new(Versions::<M>(Mutex::new(entries.iter().copied().collect())))
}

impl<M: Version> Versions<M> {
    fn snapshot(&self) -> M {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl<M: Version> Published for Versions<M> {
    fn write(&self, key: u64, value: u64) {
        let mut next = self.snapshot();
        next.put(key, value);
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = core::mem::replace(&mut *place, next);
        // Dropped without the lock.
        drop(place);
        drop(old);
    }

    fn read(&self, keys: &[u64]) -> u64 {
        let snapshot = self.snapshot();
        let values = keys.iter().filter_map(|key| snapshot.find(*key));
        values.fold(0, u64::wrapping_add)
    }
}

/// std's map in an `Arc`: every write copies all of it, for the newest version is shared.
#[derive(Clone)]
struct Copied(Arc<HashMap<u64, u64, BenchHash>>);

impl FromIterator<(u64, u64)> for Copied {
    fn from_iter<T: IntoIterator<Item = (u64, u64)>>(entries: T) -> Self {
        Self(Arc::new(entries.into_iter().collect()))
    }
}

impl Version for Copied {
    fn put(&mut self, key: u64, value: u64) {
        Arc::make_mut(&mut self.0).insert(key, value);
    }

    fn find(&self, key: u64) -> Option<u64> {
        self.0.get(&key).copied()
    }
}

/// std's map behind a lock that readers share: no snapshots outlive it.
struct Locked(RwLock<HashMap<u64, u64, BenchHash>>);

impl Published for Locked {
    fn write(&self, key: u64, value: u64) {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        map.insert(key, value);
    }

    fn read(&self, keys: &[u64]) -> u64 {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let values = keys.iter().filter_map(|key| map.get(key));
        values.fold(0, |sum, value| sum.wrapping_add(*value))
    }
}

#[cfg(feature = "extra")]
impl Published for Dash {
    fn write(&self, key: u64, value: u64) {
        self.insert(key, value);
    }

    fn read(&self, keys: &[u64]) -> u64 {
        let values = keys.iter().filter_map(|key| self.get(key));
        values.fold(0, |sum, value| sum.wrapping_add(*value))
    }
}

#[cfg(feature = "extra")]
impl Published for Papaya {
    fn write(&self, key: u64, value: u64) {
        self.pin().insert(key, value);
    }

    fn read(&self, keys: &[u64]) -> u64 {
        let map = self.pin();
        let values = keys.iter().filter_map(|key| map.get(key));
        values.fold(0, |sum, value| sum.wrapping_add(*value))
    }
}
