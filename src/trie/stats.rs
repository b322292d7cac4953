//! What a trie is made of.

use crate::children::{EntryRef, NodeRef};
use crate::hash::Level;

/// The make-up of one map, from [`Hamt::stats`](crate::Hamt::stats).
///
/// Bytes are those of the blocks taken from the pool; memory that keys and values own elsewhere
/// (the text of a `String`) is not included. What several versions share is counted in full in
/// each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Entries in the map.
    pub entries: usize,
    /// Nodes with an array, the root included.
    pub nodes: usize,
    /// Nodes by their distance from the root; the last field counts collision nodes.
    pub nodes_by_depth: [usize; Level::COUNT],
    /// Entries by the distance from the root of the node that holds them.
    pub entries_by_depth: [usize; Level::COUNT],
    /// Nodes by the number of their slots, of 32, that are in use; collision nodes not included.
    pub nodes_by_fill: [usize; 33],
    /// Nodes whose entries share all 64 bits of their hash.
    pub collision_nodes: usize,
    /// Entries in collision nodes.
    pub collision_entries: usize,
    /// Bytes of the nodes' arrays.
    pub array_bytes: usize,
    /// Bytes of entries that stand in blocks of their own; 0 if entries are inline.
    pub entry_bytes: usize,
    /// Bytes that the process-wide pool holds from the system, for all maps of the process.
    pub pool_held_bytes: usize,
}

impl Stats {
    /// Bytes of all the map's blocks.
    #[must_use]
    pub fn live_bytes(&self) -> usize {
        self.array_bytes + self.entry_bytes
    }

    /// Mean distance of an entry's node from the root; 0 for an empty map.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a mean of counts")]
    pub fn mean_depth(&self) -> f64 {
        let sum: usize = self
            .entries_by_depth
            .iter()
            .enumerate()
            .map(|(d, n)| d * n)
            .sum();
        if self.entries == 0 {
            0.0
        } else {
            sum as f64 / self.entries as f64
        }
    }
}

/// Walks the trie.
pub(crate) fn collect<K, V>(root: NodeRef<'_, K, V>) -> Stats {
    let mut stats = Stats {
        entries: 0,
        nodes: 0,
        nodes_by_depth: [0; Level::COUNT],
        entries_by_depth: [0; Level::COUNT],
        nodes_by_fill: [0; 33],
        collision_nodes: 0,
        collision_entries: 0,
        array_bytes: 0,
        entry_bytes: 0,
        pool_held_bytes: crate::pool::stats().held_bytes,
    };
    if !root.is_empty() {
        node(root, &mut stats);
    }
    stats
}

fn node<K, V>(node: NodeRef<'_, K, V>, stats: &mut Stats) {
    let depth = node.level().depth();
    let entries = node.all_entries();
    stats.nodes += 1;
    stats.nodes_by_depth[depth] += 1;
    stats.entries += entries.len();
    stats.entries_by_depth[depth] += entries.len();
    stats.array_bytes += node.bytes();
    if let Some(maps) = node.bitmaps() {
        stats.nodes_by_fill[maps.fill()] += 1;
    } else {
        stats.collision_nodes += 1;
        stats.collision_entries += entries.len();
    }
    stats.entry_bytes += entries.len() * EntryRef::<K, V>::BLOCK_BYTES;
    for child in node.children() {
        self::node(child, stats);
    }
}
