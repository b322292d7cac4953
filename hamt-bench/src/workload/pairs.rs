//! Workloads on two maps.

use core::hint::black_box;

use super::bench::{Bench, Outcome, repeat};
use super::{Relation, Workload};
use crate::keys::{Entry, Key, KeySet};
use crate::peer::Peer;

/// Keys removed from a relative, and as many new ones.
const APART: usize = 5;

/// The new entries that the other map holds.
pub(super) fn added<K: Key>(keys: &KeySet<K>, relation: Relation) -> &[Entry<K>] {
    match relation {
        Relation::Relatives => &keys.fresh[..APART.min(keys.fresh.len())],
        Relation::Strangers => &keys.fresh,
    }
}

/// The present entries that the other map lacks.
pub(super) fn lacking<K: Key>(keys: &KeySet<K>, relation: Relation) -> &[Entry<K>] {
    match relation {
        Relation::Relatives => &keys.doomed[..APART.min(keys.doomed.len())],
        Relation::Strangers => &keys.present[..keys.scale() / 2],
    }
}

/// What the shared map is joined and compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Other {
    /// A map that differs.
    Different(Relation),
    /// A map that holds the same.
    Equal(Relation),
}

/// The other maps; each is made when it is asked for.
pub(super) struct Others<P>(Vec<(Other, P)>);

impl<P> Default for Others<P> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<P> Others<P> {
    fn get(&self, which: Other) -> Option<&P> {
        let found = self.0.iter().find(|(other, _)| *other == which);
        found.map(|(_, map)| map)
    }
}

impl<K: Key, P: Peer<K>, S> Bench<K, P, S> {
    /// Another map than the shared one, `mine`.
    fn other(keys: &'static KeySet<K>, mine: &P, which: Other) -> P {
        let with = |mut map: P, entries| {
            for (key, value) in Self::entries(entries) {
                map.insert(key, value);
            }
            map
        };
        match which {
            Other::Different(relation) => {
                let lacking = lacking(keys, relation);
                let base = if relation == Relation::Relatives {
                    let mut copy = mine.copy();
                    lacking
                        .iter()
                        .for_each(|(key, _)| copy.remove(&P::key(key)));
                    copy
                } else {
                    Self::build(Self::entries(&keys.present[lacking.len()..]))
                };
                with(base, added(keys, relation))
            }
            Other::Equal(Relation::Relatives) => {
                with(mine.copy(), &keys.queries[..keys.scale().min(2 * APART)])
            }
            Other::Equal(Relation::Strangers) => {
                let mut entries = Self::entries(&keys.present);
                entries.reverse();
                Self::build(entries)
            }
        }
    }

    /// The shared map and another one, and this bench to time them with.
    fn pair(&mut self, which: Other) -> (&Self, &P, &P) {
        let keys = self.keys;
        if self.others.get(which).is_none() {
            let other = Self::other(keys, &self.shared().map, which);
            self.others.0.push((which, other));
        }
        let this = &*self;
        let found = this.prepared().zip(this.others.get(which));
        let (shared, other) = found.expect("both were made above");
        (this, &shared.map, other)
    }

    /// Makes a map of the shared one and another by `operation`.
    pub(super) fn join(
        &mut self,
        run: (Workload, u64),
        relation: Relation,
        operation: impl Fn(&P, &P) -> P,
    ) -> Outcome {
        let (this, mine, other) = self.pair(Other::Different(relation));
        let work = |joined: &mut Option<P>| {
            *joined = Some(operation(mine, other));
            0
        };
        this.change(run, || None, work, Option::as_ref)
    }

    /// Counts the changes between the shared map and another.
    pub(super) fn diff(&mut self, passes: u64, relation: Relation) -> Outcome {
        let (_, mine, other) = self.pair(Other::Different(relation));
        repeat(passes, || black_box(mine).changes(black_box(other)) as u64)
    }

    /// Compares the shared map with an equal one.
    pub(super) fn equal(&mut self, passes: u64, relation: Relation) -> Outcome {
        let (_, mine, other) = self.pair(Other::Equal(relation));
        repeat(passes, || {
            u64::from(black_box(mine).equal(black_box(other)))
        })
    }
}
