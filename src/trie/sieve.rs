//! A walk that shows all entries to a predicate, values writable, and takes out those it picks.
//!
//! Entries are found again by where they stand, so that neither `Hash` nor `Eq` is needed: a slot's
//! way from the root is as good as a hash.

use crate::bits::Bit;
use crate::children::{Editor, OwnedEntry, Root, Slot};
use crate::hash::{HashBits, Level};

/// How far the walk has come. All slots of a node are visited in order, a child's before the next
/// one of its parent.
pub(crate) struct Sieve {
    /// Leads to the slot where it goes on. Bits below that slot mean nothing.
    path: HashBits,
    /// How many of that slot's entries, or the collision node's, it has passed.
    passed: usize,
    /// Entries not visited yet.
    left: usize,
}

impl Sieve {
    /// Before the first of `len` entries.
    pub(crate) fn new(len: usize) -> Self {
        Sieve {
            path: HashBits(0),
            passed: 0,
            left: len,
        }
    }

    /// Entries not visited yet.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// The next entry that `picks` accepts, taken out. In between, entries must not be added to the
    /// trie or removed by others.
    ///
    /// If `picks` panics, the entry it was asked about stays and counts as visited.
    pub(crate) fn next<K: Clone, V: Clone>(
        &mut self,
        root: &mut Root<K, V>,
        mut picks: impl FnMut(&K, &mut V) -> bool,
    ) -> Option<OwnedEntry<K, V>> {
        if self.left == 0 || !self.find(Editor::new(root), &mut picks) {
            return None;
        }
        let (entry, next) = super::remove::remove_at(root, self.path, self.passed - 1);
        self.passed = next;
        Some(entry)
    }

    /// Goes on from the node at which the editor stands to the first entry that `picks` accepts,
    /// and just passes it; false if there is none below.
    fn find<K: Clone, V: Clone>(
        &mut self,
        mut editor: Editor<'_, K, V>,
        picks: &mut impl FnMut(&K, &mut V) -> bool,
    ) -> bool {
        let level = editor.level();
        let Some(maps) = editor.view().bitmaps() else {
            let len = editor.view().all_entries().len();
            return self.find_here(&mut editor, len, picks);
        };
        let first = self.path.bit(level);
        for bit in Bit::all_of(maps.occupied() & first.mask().wrapping_neg()) {
            if bit != first {
                self.enter(level, bit);
            }
            let len = match editor.view().slot_at(bit) {
                Slot::Child(_) => {
                    if self.find(editor.child(self.path), picks) {
                        return true;
                    }
                    continue;
                }
                Slot::Entries(entries) => entries.len(),
                Slot::Empty => 0,
            };
            if self.find_here(&mut editor, len, picks) {
                return true;
            }
        }
        false
    }

    /// As [`Sieve::find`], among the `len` entries to which the path leads here.
    fn find_here<K: Clone, V: Clone>(
        &mut self,
        editor: &mut Editor<'_, K, V>,
        len: usize,
        picks: &mut impl FnMut(&K, &mut V) -> bool,
    ) -> bool {
        while self.passed < len {
            let (key, value) = editor.visit(self.path, self.passed);
            self.passed += 1;
            self.left -= 1;
            if picks(key, value) {
                return true;
            }
        }
        false
    }

    /// Turns to another slot of the node at `level`.
    fn enter(&mut self, level: Level, bit: Bit) {
        let above = self.path.0 & !(u64::MAX << level.shift());
        self.path = HashBits(above | u64::from(bit.fragment()) << level.shift());
        self.passed = 0;
    }
}
