//! Several tries walked in step: what each of them has at one place.
//!
//! Tries whose keys hash alike have equal shape where they have equal contents, so that a place in
//! one corresponds to the same place in the others. Entries that stand in a slot of one trie where
//! another has a child go down beside that child, along their hashes.

use crate::bits::Bit;
use crate::children::{Entries, EntryRef, NodeRef, Slot};
use crate::hash::{HashBits, Level};

/// The entry of a run with the key of another, and its place in the run.
#[inline(always)]
pub(crate) fn find_key_of<'a, K: Eq, V>(
    run: Entries<'a, K, V>,
    entry: EntryRef<'_, K, V>,
) -> Option<(usize, EntryRef<'a, K, V>)> {
    run.enumerate().find(|(_, other)| same_key(*other, entry))
}

#[inline(always)]
pub(crate) fn same_key<K: Eq, V>(one: EntryRef<'_, K, V>, two: EntryRef<'_, K, V>) -> bool {
    one.is_same(two) || (one.kept_hash() == two.kept_hash() && one.pair().0 == two.pair().0)
}

/// What one of several tries has at a place.
pub(crate) enum Part<'a, K, V> {
    /// Nothing, or entries that its parent's slot holds itself.
    Run(Entries<'a, K, V>),
    /// A node.
    Node(NodeRef<'a, K, V>),
}

impl<K, V> Clone for Part<'_, K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Part<'_, K, V> {}

impl<'a, K, V> Part<'a, K, V> {
    pub(crate) const NOTHING: Self = Part::Run(Entries::NONE);

    #[inline(always)]
    pub(crate) fn root(root: NodeRef<'a, K, V>) -> Self {
        if root.is_empty() {
            Part::NOTHING
        } else {
            Part::Node(root)
        }
    }

    #[inline(always)]
    pub(crate) fn is_nothing(self) -> bool {
        matches!(self, Part::Run(run) if run.len() == 0)
    }

    #[inline(always)]
    pub(crate) fn is_node(self) -> bool {
        matches!(self, Part::Node(_))
    }

    /// The entries of a part that is no node.
    ///
    /// # Panics
    /// If it is one.
    #[inline(always)]
    pub(crate) fn run(self) -> Entries<'a, K, V> {
        match self {
            Part::Run(run) => run,
            Part::Node(_) => panic!("only runs are compared entry by entry"),
        }
    }

    /// Whether both are one and the same, by their addresses.
    #[inline(always)]
    pub(crate) fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Part::Node(one), Part::Node(two)) => one.ptr_eq(two),
            (Part::Run(one), Part::Run(two)) => {
                one.len() == two.len() && one.zip(two).all(|(one, two)| one.is_same(two))
            }
            _ => false,
        }
    }

    /// This part when the walk goes one level down.
    #[inline(always)]
    pub(crate) fn side(self, rehash: &dyn Fn(&K) -> HashBits) -> Side<'a, K, V> {
        match self {
            Part::Node(node) => Side::Node(node),
            Part::Run(run) => {
                let mut hashes = [HashBits(0); 2];
                for (entry, hash) in run.zip(&mut hashes) {
                    let kept = entry.kept_hash();
                    *hash = kept.unwrap_or_else(|| rehash(&entry.pair().0));
                }
                Side::Few(run, hashes)
            }
        }
    }

    /// Entries of this part less those of `other`, without looking at what both share.
    #[inline(always)]
    pub(crate) fn surplus(self, other: Self) -> isize {
        match (self, other) {
            (Part::Run(one), Part::Run(two)) => difference(one.len(), two.len()),
            (Part::Node(node), Part::Run(run)) => difference(count(node), run.len()),
            (Part::Run(run), Part::Node(node)) => difference(run.len(), count(node)),
            (Part::Node(one), Part::Node(two)) => surplus(one, two),
        }
    }
}

/// One of several tries at a place where at least one has a node.
pub(crate) enum Side<'a, K, V> {
    /// Up to two entries of a slot on their way down, with their hashes.
    Few(Entries<'a, K, V>, [HashBits; 2]),
    Node(NodeRef<'a, K, V>),
}

impl<K, V> Clone for Side<'_, K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Side<'_, K, V> {}

impl<'a, K, V> Side<'a, K, V> {
    pub(crate) const NOTHING: Self = Side::Few(Entries::NONE, [HashBits(0); 2]);

    /// The slots of a node at `level` that have something of this side.
    #[inline(always)]
    pub(crate) fn slots(self, level: Level) -> u32 {
        match self {
            Side::Node(node) => node.bitmaps().map_or(0, |maps| maps.occupied()),
            Side::Few(run, hashes) => hashes
                .iter()
                .take(run.len())
                .fold(0, |slots, hash| slots | hash.bit(level).mask()),
        }
    }

    /// What it has in the slot of `bit` of a node at `level`.
    #[inline(always)]
    pub(crate) fn at(self, bit: Bit, level: Level) -> Part<'a, K, V> {
        match self {
            Side::Node(node) => match node.slot_at(bit) {
                Slot::Empty => Part::NOTHING,
                Slot::Entries(entries) => Part::Run(entries),
                Slot::Child(child) => Part::Node(child),
            },
            Side::Few(mut run, hashes) => {
                let leads_here = |index: usize| usize::from(hashes[index].bit(level) == bit);
                match run.len() {
                    0 => (),
                    1 => run = run.take_first(leads_here(0)),
                    _ => {
                        let first = leads_here(0);
                        run.take_first(1 - first);
                        run = run.take_first(first + leads_here(1));
                    }
                }
                Part::Run(run)
            }
        }
    }

    /// All it has at the level of collision nodes.
    #[inline(always)]
    pub(crate) fn collision(self) -> Entries<'a, K, V> {
        match self {
            Side::Node(node) => node.all_entries(),
            Side::Few(run, _) => run,
        }
    }

    /// The slots in which both have one and the same child.
    #[inline(always)]
    pub(crate) fn same_children(self, other: Self) -> u32 {
        let (Side::Node(one), Side::Node(two)) = (self, other) else {
            return 0;
        };
        let child_slots = |node: NodeRef<'a, K, V>| node.bitmaps().map_or(0, |it| it.child_slots());
        let (slots_one, slots_two) = (child_slots(one), child_slots(two));
        let (mut children_one, mut children_two) = (one.children(), two.children());
        let mut same = 0;
        for bit in Bit::all_of(slots_one | slots_two) {
            let child_one = if slots_one & bit.mask() != 0 {
                children_one.next()
            } else {
                None
            };
            let child_two = if slots_two & bit.mask() != 0 {
                children_two.next()
            } else {
                None
            };
            if let (Some(one), Some(two)) = (child_one, child_two) {
                if one.ptr_eq(two) {
                    same |= bit.mask();
                }
            }
        }
        same
    }
}

/// Number of entries from a node down. Looks at nodes only, at none without children.
fn count<K, V>(node: NodeRef<'_, K, V>) -> usize {
    node.all_entries().len() + node.children().map(count).sum::<usize>()
}

/// Entries below `one` less those below `two`.
fn surplus<K, V>(one: NodeRef<'_, K, V>, two: NodeRef<'_, K, V>) -> isize {
    if one.ptr_eq(two) {
        return 0;
    }
    let here = difference(one.all_entries().len(), two.all_entries().len());
    let (Some(maps_one), Some(maps_two)) = (one.bitmaps(), two.bitmaps()) else {
        return here;
    };
    let (slots_one, slots_two) = (maps_one.child_slots(), maps_two.child_slots());
    Bit::all_of(slots_one | slots_two).fold(here, |sum, bit| {
        let below = match (slots_one & bit.mask() != 0, slots_two & bit.mask() != 0) {
            (true, true) => surplus(one.child_at(bit), two.child_at(bit)),
            (true, false) => difference(count(one.child_at(bit)), 0),
            _ => difference(0, count(two.child_at(bit))),
        };
        sum + below
    })
}

fn difference(one: usize, two: usize) -> isize {
    one as isize - two as isize
}
