//! `hamt::Hamt`: the map under test, as its users get it, with its default hasher.

use super::methods::{im_methods, std_methods};
use super::{Abilities, Family, Peer, PeerEntry, Shape};
use crate::keys::Key;
use crate::record::OURS;

type Map<K> = ::hamt::Hamt<<K as Key>::Owned, <K as Key>::Value>;

impl<K: Key> Peer<K> for Map<K> {
    const ABILITIES: Abilities = Abilities {
        shape: true,
        ..Abilities::PERSISTENT
    };

    std_methods!();
    im_methods!();

    fn get_many(&self, keys: &[K::Owned], mut answer: impl FnMut(Option<u64>)) {
        self.get_many_with(keys, |_, value| answer(value.map(K::digest)));
    }

    fn union(&self, other: &Self) -> Self {
        self.union(other)
    }

    fn intersection(&self, other: &Self) -> Self {
        self.intersection(other)
    }

    fn changes(&self, other: &Self) -> usize {
        self.diff(other).count()
    }

    fn shape(&self) -> Shape {
        let stats = self.stats();
        let slots = (0_usize..)
            .zip(stats.nodes_by_fill)
            .map(|(fill, nodes)| fill * nodes);
        Shape {
            depth: stats.mean_depth(),
            fill: slots.sum::<usize>() as f64 / stats.nodes.max(1) as f64,
            collisions: stats.collision_entries as f64 / stats.entries.max(1) as f64,
        }
    }

    fn settle() {
        ::hamt::pool::trim();
    }
}

struct Hamt;

impl Family for Hamt {
    type Map<K: Key> = Map<K>;
}

/// Our map for all keys.
pub(super) fn entry() -> PeerEntry {
    let note =
        "persistent; ahash; counts of its own; bytes: chunks its pool takes, free blocks included";
    PeerEntry::from_crate(OURS, "pooled-hamt", note).all::<Hamt>()
}
