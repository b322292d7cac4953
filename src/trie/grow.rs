//! Tries and parts of them from entries and their hashes, where a join has no node to start from.

use alloc::vec::Vec;

use crate::bits::Bit;
use crate::children::{Branch, Material, NodeRef, Piece, Root, assemble, assemble_collision};
use crate::hash::{HashBits, Level};
use crate::node::Kind;

/// The trie of another one's entries under other hashes.
pub(crate) fn rehashed<K: Eq + Clone, V: Clone>(
    root: &Root<K, V>,
    rehash: &dyn Fn(&K) -> HashBits,
) -> Root<K, V> {
    fn collect<'a, K: Clone, V: Clone>(
        node: NodeRef<'a, K, V>,
        rehash: &dyn Fn(&K) -> HashBits,
        into: &mut Vec<(HashBits, Piece<'a, K, V>)>,
    ) {
        into.extend(node.all_entries().map(|entry| {
            let hash = rehash(&entry.pair().0);
            (hash, Piece::Owned(entry.share_under(hash)))
        }));
        for child in node.children() {
            collect(child, rehash, into);
        }
    }

    if root.view().is_empty() {
        return Root::EMPTY;
    }
    let mut items = Vec::with_capacity(root.len());
    collect(root.view(), rehash, &mut items);
    let len = items.len();
    grow(items, Level::ROOT, &mut Material::new()).into_root(len, !root.is_lazy())
}

/// Makes a node of entries, more than a slot holds unless at the root.
pub(super) fn grow<'a, K: Clone, V: Clone>(
    mut items: Vec<(HashBits, Piece<'a, K, V>)>,
    level: Level,
    material: &mut Material<'a, K, V>,
) -> Branch<K, V> {
    let mark = material.mark();
    if level.is_collision() {
        let items = items.into_iter().map(|(_, item)| (Bit::new(0), item));
        material.entries.extend(items);
        return assemble_collision(level, material, mark);
    }
    items.sort_unstable_by_key(|(hash, _)| hash.bit(level).mask());
    let mut items = items.into_iter().peekable();
    while let Some((hash, _)) = items.peek() {
        let bit = hash.bit(level);
        let mut group = Vec::new();
        while let Some(item) = items.next_if(|(hash, _)| hash.bit(level) == bit) {
            group.push(item);
        }
        if group.len() <= Kind::<K, V>::SLOT_ENTRIES {
            let group = group.into_iter().map(|(_, item)| (bit, item));
            material.entries.extend(group);
        } else {
            let branch = grow(group, level.next(), material);
            material.branches.push((bit, branch));
        }
    }
    assemble(level, core::iter::empty(), material, mark)
}
