//! The whole-heap verifier: recomputes every count from the tokens of a set of roots.

#![expect(unsafe_code, reason = "walks arrays, zombies included (N1, N2, B1-B4)")]

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::Root;
use super::borrow::{FEW, MAX_CHAIN};
use super::count;
use super::entry::Slot;
use super::loan;
use crate::bits::Bit;
use crate::hash::Level;
use crate::node::{Kind, Node};

/// A broken invariant of counting or borrowing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeapViolation {
    /// B1: an array's count is not the number of references on it.
    ArrayCount {
        /// What the array says.
        count: u32,
        /// References found.
        tokens: u32,
    },
    /// B1: a counted entry's count is not the number of references on it.
    EntryCount {
        /// What the entry says.
        count: u32,
        /// References found.
        tokens: u32,
    },
    /// N1: two nodes disagree on what is in their common array.
    Maps,
    /// B2: a borrowed item is not that of the origin.
    Unowned,
    /// B2: an array claims to own a slot that holds nothing to own.
    OwnsNothing,
    /// B3: an array borrows too little to be worth it.
    Unsettled,
    /// B4: a chain of origins is too long, or longer than its borrower believes.
    Chain,
}

impl core::fmt::Display for HeapViolation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            HeapViolation::ArrayCount { count, tokens } => {
                write!(
                    f,
                    "B1: an array counts {count} references, there are {tokens}"
                )
            }
            HeapViolation::EntryCount { count, tokens } => {
                write!(
                    f,
                    "B1: an entry counts {count} references, there are {tokens}"
                )
            }
            HeapViolation::Maps => f.write_str("N1: nodes of one array disagree"),
            HeapViolation::Unowned => f.write_str("B2: a borrowed item has no owner"),
            HeapViolation::OwnsNothing => f.write_str("B2: an empty slot is owned"),
            HeapViolation::Unsettled => f.write_str("B3: an array should have been settled"),
            HeapViolation::Chain => f.write_str("B4: a chain of origins is too long"),
        }
    }
}

impl core::error::Error for HeapViolation {}

/// What a set of roots keeps alive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HeapReport {
    /// Bytes of blocks that references keep alive, arrays of dead versions included.
    pub bytes: usize,
    /// Bytes of blocks that can be reached by looking up.
    pub reachable_bytes: usize,
    /// Arrays that borrow.
    pub borrowers: usize,
}

struct Heap<K, V> {
    /// Tokens, node and level by array.
    arrays: BTreeMap<usize, (u32, Node<K, V>, Level)>,
    /// Tokens and slot by counted entry.
    entries: BTreeMap<usize, (u32, Slot<K, V>)>,
    todo: Vec<(Node<K, V>, Level)>,
}

/// Checks the counts of everything that the roots, which must be all handles there are on what they
/// share, keep alive.
///
/// # Safety
/// No operation is under way on these roots or on relatives of theirs.
pub(crate) unsafe fn check<'a, K: 'a, V: 'a>(
    roots: impl Iterator<Item = &'a Root<K, V>> + Clone,
) -> Result<HeapReport, HeapViolation> {
    let mut heap = Heap {
        arrays: BTreeMap::new(),
        entries: BTreeMap::new(),
        todo: Vec::new(),
    };
    let mut report = HeapReport::default();
    let nodes = roots.map(|root| root.node).filter(|node| !node.is_empty());
    for node in nodes.clone() {
        heap.token(node, Level::ROOT)?;
    }
    while let Some((node, level)) = heap.todo.pop() {
        heap.visit(node, level, &mut report)?;
    }
    for &(tokens, node, level) in heap.arrays.values() {
        // SAFETY: N1: kept alive by the roots.
        let count = unsafe { count::of_node(node) };
        ensure(count == tokens, HeapViolation::ArrayCount { count, tokens })?;
        // SAFETY: as above.
        report.bytes += unsafe { count::block_bytes(node, level) };
    }
    for &(tokens, slot) in heap.entries.values() {
        // SAFETY: E1: kept alive by the roots.
        let count = unsafe { slot.count() }.load(crate::sync::Ordering::Relaxed);
        ensure(count == tokens, HeapViolation::EntryCount { count, tokens })?;
        report.bytes += Slot::<K, V>::BLOCK_BYTES;
    }
    report.reachable_bytes = reachable(nodes);
    Ok(report)
}

impl<K, V> Heap<K, V> {
    fn token(&mut self, node: Node<K, V>, level: Level) -> Result<(), HeapViolation> {
        let known = self
            .arrays
            .entry(node.array.addr())
            .or_insert((0, node, level));
        ensure(
            known.1.maps == node.maps && known.2 == level,
            HeapViolation::Maps,
        )?;
        known.0 += 1;
        if known.0 == 1 {
            self.todo.push((node, level));
        }
        Ok(())
    }

    fn visit(
        &mut self,
        node: Node<K, V>,
        level: Level,
        report: &mut HeapReport,
    ) -> Result<(), HeapViolation> {
        if level.is_collision() {
            if !Kind::<K, V>::INLINE {
                for index in 0..node.entries(level) {
                    // SAFETY: N2: below the length.
                    self.entry(Slot::new(unsafe { node.collision_slot(index) }));
                }
            }
            return Ok(());
        }
        let items = loan::items::<K, V>(node.maps);
        // SAFETY: B4: no operation is under way, so nobody writes the loan.
        let own = unsafe { loan::owned(node) };
        // SAFETY: as above.
        let origin = unsafe { loan::origin(node) };
        ensure(own & !items == 0, HeapViolation::OwnsNothing)?;
        if let Some(origin) = origin {
            report.borrowers += 1;
            self.token(origin, level)?;
            check_loan(node, items & !own)?;
        }
        for bit in Bit::all_of(own) {
            match item(node, bit) {
                Item::Child(child) => self.token(child, level.next())?,
                Item::Entry(slot) => self.entry(slot),
            }
        }
        Ok(())
    }

    fn entry(&mut self, slot: Slot<K, V>) {
        // SAFETY: E1: kept alive by the roots.
        let address = core::ptr::from_ref(unsafe { slot.count() }).addr();
        self.entries.entry(address).or_insert((0, slot)).0 += 1;
    }
}

enum Item<K, V> {
    Child(Node<K, V>),
    Entry(Slot<K, V>),
}

/// What a slot that holds an item holds.
fn item<K, V>(node: Node<K, V>, bit: Bit) -> Item<K, V> {
    if node.maps.is_child(bit) {
        // SAFETY: N2.
        Item::Child(unsafe { node.read_child(node.maps.child_rank(bit)) })
    } else {
        // SAFETY: N2.
        Item::Entry(Slot::new(unsafe { node.slot(node.maps.entry_rank(bit)) }))
    }
}

/// Identity of what a slot holds.
fn address<K, V>(node: Node<K, V>, bit: Bit) -> usize {
    match item(node, bit) {
        Item::Child(child) => child.array.addr(),
        // SAFETY: E1: kept alive by the roots.
        Item::Entry(slot) => core::ptr::from_ref(unsafe { slot.count() }).addr(),
    }
}

/// Checks B2 to B4 for a borrower and the slots it borrows.
fn check_loan<K, V>(node: Node<K, V>, borrowed: u32) -> Result<(), HeapViolation> {
    // SAFETY: B4: no operation is under way, so nobody writes the loan.
    let meta = unsafe { loan::meta(node) };
    let left = borrowed.count_ones();
    ensure(
        left > FEW && 2 * left >= meta.lent(),
        HeapViolation::Unsettled,
    )?;
    for bit in Bit::all_of(borrowed) {
        let (mut above, mut length) = (node, 0);
        // SAFETY: B4: no operation is under way, so nobody writes the loan.
        while let Some(origin) = unsafe { loan::origin(above) } {
            above = origin;
            length += 1;
            let held = loan::items::<K, V>(above.maps) & bit.mask() != 0;
            ensure(
                held && address(above, bit) == address(node, bit),
                HeapViolation::Unowned,
            )?;
            // SAFETY: as above.
            if unsafe { loan::owned(above) } & bit.mask() != 0 {
                break;
            }
        }
        ensure(
            length <= meta.depth() && length <= MAX_CHAIN + 1,
            HeapViolation::Chain,
        )?;
    }
    Ok(())
}

/// Bytes of the blocks that look-ups can reach.
fn reachable<K, V>(nodes: impl Iterator<Item = Node<K, V>>) -> usize {
    let mut seen = BTreeMap::new();
    let mut todo: Vec<_> = nodes.map(|node| (node, Level::ROOT)).collect();
    while let Some((node, level)) = todo.pop() {
        // SAFETY: N1: kept alive by the roots.
        let bytes = unsafe { count::block_bytes(node, level) };
        if seen.insert(node.array.addr(), bytes).is_some() {
            continue;
        }
        if !Kind::<K, V>::INLINE {
            for index in 0..node.entries(level) {
                // SAFETY: N2: below the number of entries.
                let slot = unsafe { node.slot_behind(node.children(level), index) };
                // SAFETY: E1.
                let count = unsafe { Slot::<K, V>::new(slot).count() };
                seen.insert(core::ptr::from_ref(count).addr(), Slot::<K, V>::BLOCK_BYTES);
            }
        }
        for index in 0..node.children(level) {
            // SAFETY: N2: below the number of children.
            todo.push((unsafe { node.read_child(index) }, level.next()));
        }
    }
    seen.values().sum()
}

fn ensure(holds: bool, violation: HeapViolation) -> Result<(), HeapViolation> {
    if holds { Ok(()) } else { Err(violation) }
}

#[cfg(test)]
mod tests;
