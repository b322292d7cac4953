//! The validator: walks a trie and names the first broken invariant.

use core::fmt;

use crate::bits::{Bit, State};
use crate::children::{NodeRef, Slot};
use crate::hash::{HashBits, Level};
use crate::node::Kind;

/// A broken invariant, as found by [`Hamt::validate`](crate::Hamt::validate).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Violation {
    /// N1: an array that can be reached counts no owners.
    Count,
    /// N2: a slot holds more entries than the kind of entry allows.
    SlotEntries,
    /// N2: a node other than the root has no entries and no children.
    EmptyNode,
    /// T1: an entry does not stand where its hash leads.
    Misplaced,
    /// E1: the hash kept beside an entry is not its key's.
    KeptHash,
    /// T2: below a child there are no more entries than its slot could hold.
    NotFolded,
    /// T3: a collision node's entries differ in their hash.
    MixedCollision,
    /// T3: a collision node has more entries than room.
    CollisionCapacity,
    /// T1: two entries have one key.
    DuplicateKey,
    /// T4: the map's length is not the number of its entries.
    Length {
        /// What the map says.
        stored: usize,
        /// What was counted.
        counted: usize,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Violation::Count => f.write_str("N1: an array has no owners"),
            Violation::SlotEntries => f.write_str("N2: a slot holds too many entries"),
            Violation::EmptyNode => f.write_str("N2: a node other than the root is empty"),
            Violation::Misplaced => f.write_str("T1: an entry stands where its hash does not lead"),
            Violation::KeptHash => {
                f.write_str("E1: the hash kept beside an entry is not its key's")
            }
            Violation::NotFolded => f.write_str("T2: a child holds too few entries"),
            Violation::MixedCollision => f.write_str("T3: a collision node mixes hashes"),
            Violation::CollisionCapacity => {
                f.write_str("T3: a collision node exceeds its capacity")
            }
            Violation::DuplicateKey => f.write_str("T1: two entries have one key"),
            Violation::Length { stored, counted } => {
                write!(
                    f,
                    "T4: the map's length is {stored}, but it has {counted} entries"
                )
            }
        }
    }
}

impl core::error::Error for Violation {}

/// Checks every invariant that can be seen in one trie of `len` entries.
pub(crate) fn validate<K: Eq, V>(
    root: NodeRef<'_, K, V>,
    len: usize,
    rehash: impl Fn(&K) -> HashBits,
) -> Result<(), Violation> {
    let counted = if root.is_empty() {
        0
    } else {
        node(root, 0, &rehash)?
    };
    if counted != len {
        return Err(Violation::Length {
            stored: len,
            counted,
        });
    }
    Ok(())
}

/// Checks a node whose hashes all begin with `prefix`. Returns the number of entries from it down.
fn node<K: Eq, V>(
    node: NodeRef<'_, K, V>,
    prefix: u64,
    rehash: &impl Fn(&K) -> HashBits,
) -> Result<usize, Violation> {
    ensure(node.owners() > 0, Violation::Count)?;
    let hash = |entry: crate::children::EntryRef<'_, K, V>| {
        let hash = rehash(&entry.pair().0);
        ensure(
            entry.kept_hash().is_none_or(|kept| kept == hash),
            Violation::KeptHash,
        )?;
        Ok(hash)
    };
    let Some(maps) = node.bitmaps() else {
        return collision(node, prefix, hash);
    };
    ensure(
        node.level() == Level::ROOT || maps.fill() > 0,
        Violation::EmptyNode,
    )?;
    let mut entries = 0;
    for bit in Bit::all_of(maps.occupied()) {
        let prefix = prefix | (u64::from(bit.fragment()) << node.level().shift());
        match node.slot_at(bit) {
            Slot::Empty => return Err(Violation::SlotEntries),
            Slot::Child(child) => {
                let below = self::node(child, prefix, rehash)?;
                ensure(below > Kind::<K, V>::SLOT_ENTRIES, Violation::NotFolded)?;
                entries += below;
            }
            Slot::Entries(slot) => {
                ensure(
                    slot.len() <= Kind::<K, V>::SLOT_ENTRIES,
                    Violation::SlotEntries,
                )?;
                ensure(maps.state(bit) != State::Child, Violation::SlotEntries)?;
                let mut seen: Option<&K> = None;
                for entry in slot {
                    let known = node.level().known_bits();
                    let misplaced = (hash(entry)?.0 ^ prefix) & known;
                    ensure(misplaced == 0, Violation::Misplaced)?;
                    let key = &entry.pair().0;
                    ensure(
                        seen.is_none_or(|other| other != key),
                        Violation::DuplicateKey,
                    )?;
                    seen = Some(key);
                    entries += 1;
                }
            }
        }
    }
    Ok(entries)
}

fn collision<'a, K: Eq + 'a, V: 'a>(
    node: NodeRef<'a, K, V>,
    prefix: u64,
    hash: impl Fn(crate::children::EntryRef<'a, K, V>) -> Result<HashBits, Violation>,
) -> Result<usize, Violation> {
    let entries = node.all_entries();
    let len = entries.len();
    ensure(
        node.collision_capacity() >= len,
        Violation::CollisionCapacity,
    )?;
    for (index, entry) in entries.enumerate() {
        ensure(hash(entry)?.0 == prefix, Violation::MixedCollision)?;
        // Quadratic, but bounded: long collisions are checked against their first entries only.
        let mut before = node.all_entries().take(index.min(64));
        let key = &entry.pair().0;
        ensure(
            before.all(|other| other.pair().0 != *key),
            Violation::DuplicateKey,
        )?;
    }
    Ok(len)
}

fn ensure(holds: bool, violation: Violation) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(violation) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::children::{Material, OwnedEntry, Piece, Root, assemble};
    use crate::trie::grow::grow;

    fn rehash(key: &u64) -> HashBits {
        HashBits(*key)
    }

    /// A trie of keys below one child of the root; `len` is what it says of its length.
    fn below_one_child(keys: impl Iterator<Item = u64>, len: usize) -> Root<u64, u64> {
        let mut material = Material::new();
        let mark = material.mark();
        let owned = |n| Piece::Owned(OwnedEntry::new(HashBits(n), n, n));
        let items = keys.map(|n| (HashBits(n), owned(n))).collect();
        let child = grow(items, Level::ROOT.next(), &mut material);
        let bit = HashBits(3).bit(Level::ROOT);
        material.branches.push((bit, child));
        assemble(Level::ROOT, core::iter::empty(), &mut material, mark).into_root(len, false)
    }

    fn found(root: &Root<u64, u64>) -> Result<(), Violation> {
        validate(root.view(), root.len(), rehash)
    }

    /// What safe code outside cannot break.
    #[test]
    fn broken_tries_are_found() {
        let keys = |n| (0..n).map(|n| 3 + 32 * n);
        assert_eq!(found(&below_one_child(keys(3), 3)), Ok(()));
        assert_eq!(found(&below_one_child(keys(100), 100)), Ok(()));
        for (stored, counted) in [(2, 3), (4, 3), (0, 3)] {
            assert_eq!(
                found(&below_one_child(keys(3), stored)),
                Err(Violation::Length { stored, counted })
            );
        }
        let folded = below_one_child(keys(2), 2);
        assert_eq!(found(&folded), Err(Violation::NotFolded));
        // Right in the last five bits, but not in the first.
        let elsewhere = below_one_child(keys(3).map(|n| n + 1), 3);
        assert_eq!(found(&elsewhere), Err(Violation::Misplaced));
    }
}
