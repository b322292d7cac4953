//! Comparing tries whose keys hash alike: equal contents have equal shape, and what both share is
//! not looked at.

use super::parts::{Part, Side, find_key_of};
use crate::arch::accelerated;
use crate::bits::Bit;
use crate::children::{Entries, EntryRef, NodeRef};
use crate::hash::{HashBits, Level};

/// Whether the tries have an array in common, each at the same place.
pub(crate) fn are_related<K, V>(one: NodeRef<'_, K, V>, two: NodeRef<'_, K, V>) -> bool {
    if one.is_empty() || two.is_empty() {
        return false;
    }
    if one.ptr_eq(two) {
        return true;
    }
    let (Some(maps_one), Some(maps_two)) = (one.bitmaps(), two.bitmaps()) else {
        return false;
    };
    Bit::all_of(maps_one.child_slots() & maps_two.child_slots())
        .any(|bit| are_related(one.child_at(bit), two.child_at(bit)))
}

/// Whether both have equal entries. What they share counts as equal.
pub(crate) fn equal<K: Eq, V: PartialEq>(one: NodeRef<'_, K, V>, two: NodeRef<'_, K, V>) -> bool {
    match (one.is_empty(), two.is_empty()) {
        (true, true) => true,
        (false, false) => equal_nodes(one, two),
        _ => false,
    }
}

#[inline(never)]
fn equal_nodes<K: Eq, V: PartialEq>(one: NodeRef<'_, K, V>, two: NodeRef<'_, K, V>) -> bool {
    accelerated(
        #[inline(always)]
        || {
            let (Some(maps), Some(maps_two)) = (one.bitmaps(), two.bitmaps()) else {
                // Which of a collision node's places is free is no part of its contents.
                return equal_runs(one.all_entries(), two.all_entries());
            };
            if maps != maps_two {
                return false;
            }
            let (mut entries_one, mut entries_two) = (one.all_entries(), two.all_entries());
            for bit in Bit::all_of(maps.data()) {
                let len = maps.only(bit.mask()).entries();
                if !equal_runs(entries_one.take_first(len), entries_two.take_first(len)) {
                    return false;
                }
            }
            let mut children = one.children().zip(two.children());
            let mut ahead = children.clone();
            ahead.next();
            children.all(|(one, two)| {
                if one.ptr_eq(two) {
                    ahead.next();
                    return true;
                }
                if let Some((one, two)) = ahead.next() {
                    one.prefetch();
                    two.prefetch();
                }
                equal_nodes(one, two)
            })
        },
    )
}

/// Whether both have equal entries, in any order.
#[inline(always)]
pub(crate) fn equal_runs<'a, K: Eq, V: PartialEq>(
    mut one: Entries<'a, K, V>,
    two: Entries<'a, K, V>,
) -> bool {
    // Most often both have the same order.
    let mut in_step = two;
    one.len() == two.len()
        && one.all(|entry| {
            in_step.next().is_some_and(|it| equal_entries(entry, it))
                || (two.len() > 1
                    && find_key_of(two, entry).is_some_and(|(_, it)| equal_entries(entry, it)))
        })
}

#[inline(always)]
fn equal_entries<K: Eq, V: PartialEq>(one: EntryRef<'_, K, V>, two: EntryRef<'_, K, V>) -> bool {
    one.is_same(two) || (one.kept_hash() == two.kept_hash() && one.pair() == two.pair())
}

/// Whether all entries of `one` are in `two`. What they share counts as equal.
pub(crate) fn is_submap<K: Eq, V: PartialEq>(
    one: NodeRef<'_, K, V>,
    two: NodeRef<'_, K, V>,
    rehash: &dyn Fn(&K) -> HashBits,
) -> bool {
    is_part_of(Part::root(one), Part::root(two), Level::ROOT, rehash)
}

#[inline(always)]
fn is_part_of<'a, K: Eq, V: PartialEq>(
    one: Part<'a, K, V>,
    two: Part<'a, K, V>,
    level: Level,
    rehash: &dyn Fn(&K) -> HashBits,
) -> bool {
    match (one, two) {
        (Part::Run(one), Part::Run(two)) => are_in(one, two),
        (Part::Node(one), Part::Node(two)) if one.ptr_eq(two) => true,
        // A node has more entries than any run.
        (Part::Node(_), Part::Run(_)) => false,
        (_, Part::Node(_)) => is_part_of_node(one, two, level, rehash),
    }
}

#[inline(never)]
fn is_part_of_node<'a, K: Eq, V: PartialEq>(
    one: Part<'a, K, V>,
    two: Part<'a, K, V>,
    level: Level,
    rehash: &dyn Fn(&K) -> HashBits,
) -> bool {
    accelerated(
        #[inline(always)]
        || {
            let (one, two) = (one.side(rehash), two.side(rehash));
            if level.is_collision() {
                return are_in(Side::collision(one), Side::collision(two));
            }
            let slots = one.slots(level);
            slots & !two.slots(level) == 0
                && Bit::all_of(slots).all(|bit| {
                    is_part_of(one.at(bit, level), two.at(bit, level), level.next(), rehash)
                })
        },
    )
}

fn are_in<'a, K: Eq, V: PartialEq>(mut one: Entries<'a, K, V>, two: Entries<'a, K, V>) -> bool {
    one.all(|entry| {
        find_key_of(two, entry)
            .is_some_and(|(_, other)| other.is_same(entry) || other.pair().1 == entry.pair().1)
    })
}
