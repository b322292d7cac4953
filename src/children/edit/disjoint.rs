//! Several values at once, to be changed.

#![expect(
    unsafe_code,
    reason = "gives out several references into one trie (C2)"
)]

use core::ptr;

use super::super::Root;
use super::super::entry::Slot;
use super::super::view::{NodeRef, Slot as Found};
use super::{Editor, value_of};
use crate::hash::HashBits;

/// The values of the entries at `places`: of those that a hash finds, the how manieth. Each is made
/// the map's own first, if any are named.
///
/// # Panics
/// If there is no such entry, or two places are one.
pub(crate) fn values_mut<K: Clone, V: Clone, const N: usize>(
    root: &mut Root<K, V>,
    places: [Option<(HashBits, usize)>; N],
) -> [Option<&mut V>; N] {
    for (hash, index) in places.into_iter().flatten() {
        let mut editor = Editor::new(root);
        while let Found::Child(_) = editor.view().slot(hash) {
            editor.descend(hash);
        }
        editor.slot_mut(hash, index);
    }
    // All paths are exclusive now: making one so leaves the others as they are. From here on no code
    // of a user's runs, and nothing moves.
    let slots = places.map(|place| place.map(|(hash, index)| slot_at(root.view(), hash, index)));
    for (at, slot) in slots.iter().enumerate() {
        let again = slot.is_some_and(|slot| {
            slots[..at].iter().flatten().any(|other| {
                // SAFETY: E1.
                let pair = unsafe { slot.pair() };
                // SAFETY: E1.
                ptr::eq(pair, unsafe { other.pair() })
            })
        });
        assert!(!again, "duplicate keys found");
    }
    // SAFETY: arrays and entries are exclusive as long as the root is borrowed, and each entry is
    // given out once.
    slots.map(|slot| slot.map(|slot| unsafe { value_of(slot) }))
}

/// The slot of the `index`-th of the entries that `hash` finds.
fn slot_at<K, V>(mut node: NodeRef<'_, K, V>, hash: HashBits, index: usize) -> Slot<K, V> {
    loop {
        match node.slot(hash) {
            Found::Child(child) => node = child,
            Found::Entries(mut entries) => {
                let entry = entries.nth(index);
                return entry.expect("the hash finds the entry").slot();
            }
            Found::Empty => panic!("the hash finds entries"),
        }
    }
}
