//! Insertion: in place where the map is the only owner, by path copy elsewhere.

use core::mem;

use crate::children::{Editor, OwnedEntry, Root, Slot};
use crate::hash::HashBits;
use crate::node::Kind;

/// Where a hash leads in a trie that is being changed.
enum Place {
    /// To an entry with the key: the how manieth of those in its slot.
    Occupied(usize),
    /// To a slot with room.
    Room,
    /// To a slot that is full.
    Full,
}

/// Goes down to where `hash` leads.
#[inline(always)]
fn seek<K: Clone, V: Clone>(
    editor: &mut Editor<'_, K, V>,
    hash: HashBits,
    mut eq: impl FnMut(&K) -> bool,
) -> Place {
    loop {
        let place = match editor.view().slot(hash) {
            Slot::Child(_) => None,
            Slot::Empty => Some(Place::Room),
            Slot::Entries(entries) => {
                let room =
                    editor.level().is_collision() || entries.len() < Kind::<K, V>::SLOT_ENTRIES;
                Some(match entries.find(hash, &mut eq) {
                    Some((index, _)) => Place::Occupied(index),
                    None if room => Place::Room,
                    None => Place::Full,
                })
            }
        };
        match place {
            Some(place) => return place,
            None => editor.descend(hash),
        }
    }
}

/// Sets the value of `key`. Returns the old value; the old key stays.
#[inline(always)]
pub(crate) fn insert<K: Clone + Eq, V: Clone>(
    root: &mut Root<K, V>,
    hash: HashBits,
    key: K,
    value: V,
    rehash: impl Fn(&K) -> HashBits,
) -> Option<V> {
    let mut editor = Editor::new(root);
    let place = seek(&mut editor, hash, |other| *other == key);
    if let Place::Occupied(index) = place {
        return Some(mem::replace(editor.value_mut(hash, index), value));
    }
    put(editor, &place, hash, key, value, rehash);
    None
}

/// Adds a key that is not there. Returns its value's place.
pub(crate) fn vacant_insert<K: Clone, V: Clone>(
    root: &mut Root<K, V>,
    hash: HashBits,
    key: K,
    value: V,
    rehash: impl Fn(&K) -> HashBits,
) -> &mut V {
    let mut editor = Editor::new(root);
    let place = seek(&mut editor, hash, |_| false);
    put(editor, &place, hash, key, value, rehash)
}

#[inline(always)]
fn put<'a, K: Clone, V: Clone>(
    editor: Editor<'a, K, V>,
    place: &Place,
    hash: HashBits,
    key: K,
    value: V,
    rehash: impl Fn(&K) -> HashBits,
) -> &'a mut V {
    let entry = OwnedEntry::new(hash, key, value);
    if matches!(place, Place::Full) {
        editor.push_down(hash, entry, rehash)
    } else {
        editor.insert(hash, entry)
    }
}

/// The value of a key, to change it: the path to it is made the map's own if it is there.
#[inline(always)]
pub(crate) fn occupied_mut<K: Clone, V: Clone>(
    root: &mut Root<K, V>,
    hash: HashBits,
    mut eq: impl FnMut(&K) -> bool,
) -> Option<&mut V> {
    super::find(root.view(), hash, &mut eq)?;
    let mut editor = Editor::new(root);
    match seek(&mut editor, hash, eq) {
        Place::Occupied(index) => Some(editor.value_mut(hash, index)),
        // Only if the key's `Eq` is inconsistent.
        _ => None,
    }
}

/// The `index`-th of the entries that `hash` finds, its value to be changed: the path to it is made
/// the map's own.
///
/// # Panics
/// If there is no such entry.
#[inline(always)]
pub(crate) fn pair_at_mut<K: Clone, V: Clone>(
    root: &mut Root<K, V>,
    hash: HashBits,
    index: usize,
) -> (&K, &mut V) {
    let mut editor = Editor::new(root);
    while let Slot::Child(_) = editor.view().slot(hash) {
        editor.descend(hash);
    }
    editor.pair_mut(hash, index)
}
