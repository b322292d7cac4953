//! Tries from many entries at once, and all entries of a trie, on all threads that rayon has.

use alloc::vec::Vec;

use rayon::iter::plumbing::{Folder, UnindexedConsumer, UnindexedProducer, bridge_unindexed};
use rayon::prelude::*;

use super::bulk::{Gathered, root_of, slots};
use crate::children::{Built, Divide, Items, Join, Root, build};
use crate::hash::{FRAGMENTS, HashBits, Level};

/// Fewer entries are not worth waking other threads for.
const MIN_PARALLEL: usize = 1 << 12;

/// Entries on their way into a trie, gathered by several threads, in order.
pub(crate) struct Parts<K, V>(Vec<Items<K, V>>);

/// What one of the root's slots holds: a child, or the few entries that need none; and how many
/// entries have been merged below.
type Slot<K, V> = (Option<Built<K, V>>, Items<K, V>, usize);

impl<K, V> Parts<K, V>
where
    K: Eq + Clone + Send + Sync,
    V: Clone + Send + Sync,
{
    pub(crate) fn from(
        entries: impl ParallelIterator<Item = (K, V)>,
        hash_of: impl Fn(&K) -> HashBits + Sync,
    ) -> Self {
        let gather = |mut items: Items<K, V>, (key, value)| {
            items.push(hash_of(&key), key, value);
            items
        };
        Parts(entries.fold(Items::new, gather).collect())
    }

    /// Gives the entries out one by one, in order.
    pub(crate) fn each(self, mut f: impl FnMut(HashBits, K, V)) {
        for (hash, entry) in self.0.into_iter().flatten() {
            let (key, value) = entry.into_pair();
            f(hash, key, value);
        }
    }

    /// The trie of these entries. Of equal keys the first stays, with the value of the last.
    pub(crate) fn into_root(self, rehash: impl Fn(&K) -> HashBits) -> Root<K, V> {
        let len: usize = self.0.iter().map(Items::len).sum();
        if len < MIN_PARALLEL {
            return Gathered::single(concatenated(self.0)).into_root(rehash);
        }
        let spread: Vec<_> = self.0.into_par_iter().with_max_len(1).map(spread).collect();
        let slots: Vec<Slot<K, V>> = transpose(spread)
            .into_par_iter()
            .with_max_len(1)
            .map(child)
            .collect();
        let merged: usize = slots.iter().map(|(_, _, merged)| merged).sum();
        root_of(join(slots), len - merged, rehash)
    }
}

/// Divides entries by the slots of the root that they lead to.
fn spread<K, V>(items: Items<K, V>) -> Vec<Items<K, V>> {
    let each = items.len() / FRAGMENTS;
    let mut slots: Vec<_> = slots()
        .map(|_| Items::with_capacity(each + each / 8))
        .collect();
    items.divide(&mut slots, |hash| hash.fragment(Level::ROOT));
    slots
}

/// For each of the root's slots the entries of all parts, in order.
fn transpose<K, V>(parts: Vec<Vec<Items<K, V>>>) -> Vec<Vec<Items<K, V>>> {
    let mut slots: Vec<_> = slots().map(|_| Vec::with_capacity(parts.len())).collect();
    for part in parts {
        for (slot, items) in slots.iter_mut().zip(part) {
            slot.push(items);
        }
    }
    slots
}

fn child<K: Eq + Clone, V: Clone>(parts: Vec<Items<K, V>>) -> Slot<K, V> {
    let mut items = concatenated(parts);
    let mut merged = 0;
    let child = build(
        &mut items,
        &mut Items::new(),
        Level::ROOT.next(),
        &mut merged,
    );
    (child, items, merged)
}

fn concatenated<K, V>(parts: Vec<Items<K, V>>) -> Items<K, V> {
    let mut items = Items::with_capacity(parts.iter().map(Items::len).sum());
    for mut part in parts {
        items.append(&mut part);
    }
    items
}

fn join<K, V>(parts: Vec<Slot<K, V>>) -> Result<Built<K, V>, Items<K, V>> {
    let mut root = Join::new(Level::ROOT);
    for (slot, (child, mut few, _)) in slots().zip(parts) {
        root.push(slot, child, &mut few);
    }
    root.finish()
}

/// Items on their way to several threads. Rayon asks for a division where a thread has nothing to
/// do, so that it does not matter if one part is larger than another.
struct Shares<I>(I);

impl<I: Divide + Send> UnindexedProducer for Shares<I>
where
    I::Item: Send,
{
    type Item = I::Item;

    fn split(mut self) -> (Self, Option<Self>) {
        let other = self.0.divide();
        (self, other.map(Shares))
    }

    fn fold_with<F: Folder<I::Item>>(self, folder: F) -> F {
        folder.consume_iter(self.0)
    }
}

/// Gives all items to a consumer, on several threads.
pub(crate) fn share_out<I, C>(items: I, consumer: C) -> C::Result
where
    I: Divide + Send,
    I::Item: Send,
    C: UnindexedConsumer<I::Item>,
{
    bridge_unindexed(Shares(items), consumer)
}
