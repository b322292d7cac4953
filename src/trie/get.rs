//! Look-up.

use crate::children::{EntryRef, NodeRef, Slot};
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
