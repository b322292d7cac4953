//! What a trie has in common with others.

use alloc::vec::Vec;

use crate::bits::Bit;
use crate::children::{EntryRef, NodeRef, Slot};
use crate::hash::HashBits;

/// What one map shares with others and what is its own, from
/// [`Hamt::sharing`](crate::Hamt::sharing).
///
/// Bytes are those of [`Stats`](crate::Stats).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sharing {
    /// Nodes that stand in another of the maps too.
    pub shared_nodes: usize,
    /// Nodes that stand in this map only.
    pub unique_nodes: usize,
    /// Bytes of arrays and entries that another of the maps has too.
    pub shared_bytes: usize,
    /// Bytes of arrays and entries that only this map has.
    pub unique_bytes: usize,
}

impl Sharing {
    fn count(&mut self, shared: bool, nodes: usize, bytes: usize) {
        let (of_nodes, of_bytes) = if shared {
            (&mut self.shared_nodes, &mut self.shared_bytes)
        } else {
            (&mut self.unique_nodes, &mut self.unique_bytes)
        };
        *of_nodes += nodes;
        *of_bytes += bytes;
    }
}

/// Compares a trie with others whose keys hash alike: what they share stands on the same way down.
pub(crate) fn sharing<'a, K: 'a, V: 'a>(
    root: NodeRef<'a, K, V>,
    others: impl Iterator<Item = NodeRef<'a, K, V>>,
) -> Sharing {
    let mut sharing = Sharing::default();
    if !root.is_empty() {
        let others: Vec<_> = others
            .filter(|other| !other.is_empty())
            .map(Slot::Child)
            .collect();
        node(root, &others, &mut sharing);
    }
    sharing
}

/// Counts what stands in `node` and below. The others are given by what they have in the same slot:
/// where they have entries, some of those may stand deeper here.
fn node<'a, K, V>(node: NodeRef<'a, K, V>, others: &[Slot<'a, K, V>], sharing: &mut Sharing) {
    let is_same =
        |other: &Slot<'a, K, V>| matches!(other, Slot::Child(other) if node.ptr_eq(*other));
    if others.iter().any(is_same) {
        return all(node, sharing);
    }
    sharing.count(false, 1, node.bytes());
    for entry in node.all_entries() {
        // Inline entries are copied with their array.
        if let Some(hash) = entry.kept_hash() {
            let shared = others.iter().any(|other| has(*other, hash, entry));
            sharing.count(shared, 0, EntryRef::<K, V>::BLOCK_BYTES);
        }
    }
    let Some(maps) = node.bitmaps() else { return };
    for bit in Bit::all_of(maps.child_slots()) {
        let below: Vec<_> = others
            .iter()
            .map(|other| match other {
                Slot::Child(other) => other.slot_at(bit),
                entries => *entries,
            })
            .collect();
        self::node(node.child_at(bit), &below, sharing);
    }
}

/// Whether the entry stands in the slot or below.
fn has<K, V>(mut slot: Slot<'_, K, V>, hash: HashBits, entry: EntryRef<'_, K, V>) -> bool {
    loop {
        match slot {
            Slot::Empty => return false,
            Slot::Entries(mut entries) => return entries.any(|other| other.is_same(entry)),
            Slot::Child(node) => slot = node.slot(hash),
        }
    }
}

/// Counts all from `node` on as shared.
fn all<K, V>(node: NodeRef<'_, K, V>, sharing: &mut Sharing) {
    let entries = node.all_entries().len() * EntryRef::<K, V>::BLOCK_BYTES;
    sharing.count(true, 1, node.bytes() + entries);
    for child in node.children() {
        all(child, sharing);
    }
}
