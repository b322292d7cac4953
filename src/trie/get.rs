//! Look-up.

use crate::children::{Entries, EntryRef, NodeRef, Slot};
use crate::hash::HashBits;

/// The entry with this hash whose key `eq` accepts.
#[inline(always)]
pub(crate) fn find<'a, K, V>(
    root: NodeRef<'a, K, V>,
    hash: HashBits,
    eq: impl FnMut(&K) -> bool,
) -> Option<EntryRef<'a, K, V>> {
    let mut node = root;
    loop {
        match node.slot(hash) {
            Slot::Empty => return None,
            Slot::Entries(entries) => return Some(entries.find(hash, eq)?.1),
            Slot::Child(child) => node = child,
        }
    }
}

/// Which of the entries that `hash` finds has the key that `eq` accepts. That and the hash are its
/// place until an entry is added or removed.
#[inline(always)]
pub(crate) fn position<K, V>(
    root: NodeRef<'_, K, V>,
    hash: HashBits,
    eq: impl FnMut(&K) -> bool,
) -> Option<usize> {
    Some(run(root, hash)?.find(hash, eq)?.0)
}

/// The `index`-th of the entries that `hash` finds.
///
/// # Panics
/// If there is no such entry.
#[inline(always)]
pub(crate) fn entry_at<K, V>(
    root: NodeRef<'_, K, V>,
    hash: HashBits,
    index: usize,
) -> EntryRef<'_, K, V> {
    let entry = run(root, hash).and_then(|mut entries| entries.nth(index));
    entry.expect("the hash finds the entry")
}

/// The index of the entry that has been added last, of those that its hash finds: a new entry stands
/// behind the others.
#[inline(always)]
pub(crate) fn newest<K, V>(root: NodeRef<'_, K, V>, hash: HashBits) -> usize {
    run(root, hash).map_or(0, |entries| entries.len() - 1)
}

/// The entries that `hash` finds.
#[inline(always)]
fn run<K, V>(root: NodeRef<'_, K, V>, hash: HashBits) -> Option<Entries<'_, K, V>> {
    let mut node = root;
    loop {
        match node.slot(hash) {
            Slot::Empty => return None,
            Slot::Entries(entries) => return Some(entries),
            Slot::Child(child) => node = child,
        }
    }
}
