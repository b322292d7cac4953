//! Removal, and the way back to canonical form.

use crate::children::{Editor, NodeRef, OwnedEntry, Root, Slot};
use crate::hash::{HashBits, Level};
use crate::node::Kind;

/// What to do to remove an entry.
struct Plan {
    /// The node to change.
    level: Level,
    /// Which of the entries that the hash finds it is.
    index: usize,
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

/// Finds the entry and the node that has to change, touching nothing.
#[inline(always)]
fn plan<K, V>(root: NodeRef<'_, K, V>, hash: HashBits, eq: impl FnMut(&K) -> bool) -> Option<Plan> {
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
                let (index, _) = entries.find(hash, eq)?;
                let folds = folds(node);
                let level = if folds { keeps } else { node.level() };
                return Some(Plan {
                    level,
                    index,
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
    let plan = plan(root.view(), hash, eq)?;
    let mut editor = Editor::new(root);
    while editor.level() != plan.level {
        editor.descend(hash);
    }
    Some(if plan.folds {
        editor.fold(hash, plan.index)
    } else {
        editor.remove(hash, plan.index)
    })
}
