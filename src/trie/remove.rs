//! Removal, and the way back to canonical form.

use crate::children::{Editor, Entries, NodeRef, OwnedEntry, Root, Slot};
use crate::hash::{HashBits, Level};
use crate::node::Kind;

/// What to do to remove an entry.
struct Plan {
    /// The node to change.
    level: Level,
    /// Which of the entries that the hash finds it is.
    index: usize,
    /// How many of its entries stand before it in its array.
    rank: usize,
    /// Whether the node's child on the way folds into its slot.
    folds: bool,
}

/// Whether the entries of a node fit the slot above once one of them is gone.
#[inline(always)]
fn folds<K, V>(node: NodeRef<'_, K, V>) -> bool {
    node.level() != Level::ROOT
        && node.bitmaps().is_none_or(|maps| maps.children() == 0)
        && node.all_entries().len() == Kind::<K, V>::SLOT_ENTRIES + 1
}

/// Finds the node that has to change, touching nothing. `pick` chooses the entry from those that
/// `hash` finds.
#[inline(always)]
fn plan<K, V>(
    root: NodeRef<'_, K, V>,
    hash: HashBits,
    pick: impl FnOnce(Entries<'_, K, V>) -> Option<usize>,
) -> Option<Plan> {
    let mut node = root;
    // The lowest node on the way that stays if everything below it folds.
    let mut keeps = Level::ROOT;
    loop {
        match node.slot(hash) {
            Slot::Empty => return None,
            Slot::Child(child) => {
                if node.bitmaps().is_some_and(|maps| maps.fill() > 1) {
                    keeps = node.level();
                }
                node = child;
            }
            Slot::Entries(entries) => {
                let index = pick(entries)?;
                let first = node
                    .bitmaps()
                    .map_or(0, |maps| maps.entry_rank(hash.bit(node.level())));
                let folds = folds(node);
                let level = if folds { keeps } else { node.level() };
                return Some(Plan {
                    level,
                    index,
                    rank: first + index,
                    folds,
                });
            }
        }
    }
}

/// Removes the entry with this hash whose key `eq` accepts. Nothing changes if there is none.
///
/// As long as the arrays on the way are the map's own, one walk finds the entry and stands where it
/// has to be taken out. Others must not be copied before it is known to be there.
#[inline(always)]
pub(crate) fn remove<K: Clone, V: Clone>(
    root: &mut Root<K, V>,
    hash: HashBits,
    mut eq: impl FnMut(&K) -> bool,
) -> Option<OwnedEntry<K, V>> {
    let mut editor = Editor::new(root);
    while editor.is_plain() {
        match editor.view().slot(hash) {
            Slot::Empty => return None,
            Slot::Child(_) => editor.descend(hash),
            Slot::Entries(entries) => {
                let (index, _) = entries.find(hash, &mut eq)?;
                if folds(editor.view()) {
                    break;
                }
                return Some(editor.remove(hash, index));
            }
        }
    }
    let plan = plan(root.view(), hash, |entries| {
        entries.find(hash, eq).map(|(index, _)| index)
    })?;
    Some(carry_out(root, hash, &plan))
}

#[inline(always)]
fn carry_out<K: Clone, V: Clone>(
    root: &mut Root<K, V>,
    hash: HashBits,
    plan: &Plan,
) -> OwnedEntry<K, V> {
    let mut editor = Editor::new(root);
    while editor.level() != plan.level {
        editor.descend(hash);
    }
    if plan.folds {
        editor.fold(hash, plan.index)
    } else {
        editor.remove(hash, plan.index)
    }
}

/// Removes the `index`-th of the entries that `hash` finds. Says also which of the entries that it
/// finds now is the first that stood behind it.
///
/// Of the hash only those bits count that lead to the entry.
///
/// # Panics
/// If there is no such entry.
#[inline(always)]
pub(crate) fn remove_at<K: Clone, V: Clone>(
    root: &mut Root<K, V>,
    hash: HashBits,
    index: usize,
) -> (OwnedEntry<K, V>, usize) {
    let plan = plan(root.view(), hash, |_| Some(index)).expect("the hash finds the entry");
    // What folds stands in one slot, in the order it had in its array. Otherwise only its own slot,
    // or its collision node, closes up or lets the last entry move in.
    let next = if plan.folds { plan.rank } else { index };
    (carry_out(root, hash, &plan), next)
}
