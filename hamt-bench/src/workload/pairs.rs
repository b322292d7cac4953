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
pub(super) struct Others<P> {
    maps: Vec<(Other, P)>,
    /// How often a map that differs was taken for an equal one.
    confused: u64,
}

impl<P> Default for Others<P> {
    fn default() -> Self {
        Self {
            maps: Vec::new(),
            confused: 0,
        }
    }
}

impl<P> Others<P> {
    fn get(&self, which: Other) -> Option<&P> {
        let found = self.maps.iter().find(|(other, _)| *other == which);
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
            self.others.maps.push((which, other));
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

    /// Compares the shared map with an equal one. What says so of maps that differ, too, gets its
    /// checksum wrong.
    pub(super) fn equal(&mut self, passes: u64, relation: Relation) -> Outcome {
        let which = Other::Equal(relation);
        if self.others.get(which).is_none() {
            let keys = self.keys;
            let (_, mine, other) = self.pair(which);
            let confused = Self::confused(keys, mine, other);
            self.others.confused += confused;
        }
        let (this, mine, other) = self.pair(which);
        let (elapsed, answers) = repeat(passes, || {
            u64::from(black_box(mine).equal(black_box(other)))
        });
        (elapsed, answers.wrapping_add(this.others.confused))
    }

    /// How often `mine` is taken for equal to a map that differs from `equal` in a value, has an
    /// entry more, or one in place of another.
    fn confused(keys: &'static KeySet<K>, mine: &P, equal: &P) -> u64 {
        let put = |map: &mut P, (key, value): &'static Entry<K>| {
            map.insert(P::key(key), value.clone());
        };
        let alike = |other: &P| u64::from(mine.equal(other)) + u64::from(other.equal(mine));
        let updates = keys.doomed.iter().zip(&keys.updates);
        let mut updates = updates.filter(|(old, new)| K::digest(&old.1) != K::digest(&new.1));
        let Some(((old, update), new)) = updates.next().zip(keys.fresh.first()) else {
            return 0;
        };
        let mut other = equal.copy();
        put(&mut other, update);
        let mut confused = alike(&other);
        put(&mut other, old);
        put(&mut other, new);
        confused += alike(&other);
        other.remove(&P::key(&old.0));
        confused + alike(&other)
    }
}
