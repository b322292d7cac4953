//! The differences of two tries whose keys hash alike, found one by one on a walk in step.

use alloc::vec::Vec;

use super::equal::equal_runs;
use super::parts::{Part, Side, find_key_of};
use crate::arch::accelerated;
use crate::bits::Bit;
use crate::children::{Entries, NodeRef};
use crate::hash::{HashBits, Level};

/// One difference between two maps, from [`Hamt::diff`](crate::Hamt::diff): of references into
/// both maps, or by value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Change<K, V> {
    /// Only the new map has the key.
    Added {
        /// The key.
        key: K,
        /// Its value in the new map.
        value: V,
    },
    /// Only the old map has the key.
    Removed {
        /// The key.
        key: K,
        /// Its value in the old map.
        value: V,
    },
    /// Both maps have the key, with values that are not equal.
    Changed {
        /// The key, as it stands in the old map.
        key: K,
        /// Its value in the old map.
        old: V,
        /// Its value in the new map.
        new: V,
    },
}

impl<K, V> Change<K, V> {
    /// The key.
    ///
    /// ```
    /// let (old, new) = (hamt::Hamt::from([(1, 'a')]), hamt::Hamt::new());
    /// assert_eq!(old.diff(&new).next().unwrap().key(), &&1);
    /// ```
    pub fn key(&self) -> &K {
        match self {
            Change::Added { key, .. }
            | Change::Removed { key, .. }
            | Change::Changed { key, .. } => key,
        }
    }
}

impl<K: Clone, V: Clone> Change<&K, &V> {
    /// The same difference by value.
    ///
    /// ```
    /// use hamt::{Change, Hamt};
    ///
    /// let (old, new) = (Hamt::new(), Hamt::from([(1, 'a')]));
    /// let change: Change<i32, char> = old.diff(&new).next().unwrap().cloned();
    /// drop((old, new));
    /// assert_eq!(change, Change::Added { key: 1, value: 'a' });
    /// ```
    #[must_use]
    pub fn cloned(self) -> Change<K, V> {
        match self {
            Change::Added { key, value } => Change::Added {
                key: key.clone(),
                value: value.clone(),
            },
            Change::Removed { key, value } => Change::Removed {
                key: key.clone(),
                value: value.clone(),
            },
            Change::Changed { key, old, new } => Change::Changed {
                key: key.clone(),
                old: old.clone(),
                new: new.clone(),
            },
        }
    }
}

pub(crate) fn added<'a, K, V>((key, value): (&'a K, &'a V)) -> Change<&'a K, &'a V> {
    Change::Added { key, value }
}

/// The change of a key that the old map has.
#[inline(always)]
pub(crate) fn since<'a, K, V: PartialEq>(
    (key, old): (&'a K, &'a V),
    new: Option<&'a V>,
) -> Option<Change<&'a K, &'a V>> {
    match new {
        None => Some(Change::Removed { key, value: old }),
        Some(new) if old != new => Some(Change::Changed { key, old, new }),
        Some(_) => None,
    }
}

/// A place that the walk is to come back to.
struct Frame<'a, K, V> {
    old: Side<'a, K, V>,
    new: Side<'a, K, V>,
    level: Level,
    /// Slots not yet visited.
    slots: u32,
}

/// Entries of both tries that stand in one slot or collision node.
struct Meeting<'a, K, V> {
    old: Entries<'a, K, V>,
    new: Entries<'a, K, V>,
    /// What is left of each to be passed.
    old_rest: Entries<'a, K, V>,
    new_rest: Entries<'a, K, V>,
}

impl<K, V> Clone for Meeting<'_, K, V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Meeting<'_, K, V> {}

impl<'a, K: Eq, V: PartialEq> Meeting<'a, K, V> {
    #[inline(always)]
    fn of(old: Entries<'a, K, V>, new: Entries<'a, K, V>) -> Self {
        Meeting {
            old,
            new,
            old_rest: old,
            new_rest: new,
        }
    }

    #[inline(always)]
    fn next(&mut self) -> Option<Change<&'a K, &'a V>> {
        for entry in self.old_rest.by_ref() {
            let change = match find_key_of(self.new, entry) {
                Some((_, other)) if other.is_same(entry) => None,
                other => since(entry.key_value(), other.map(|(_, it)| &it.pair().1)),
            };
            if change.is_some() {
                return change;
            }
        }
        let mut rest = self.new_rest.by_ref();
        let entry = Iterator::find(&mut rest, |it| find_key_of(self.old, *it).is_none())?;
        Some(added(entry.key_value()))
    }
}

/// A walk in step over two tries that yields their differences.
pub(crate) struct Differences<'a, K, V> {
    frames: Vec<Frame<'a, K, V>>,
    meeting: Meeting<'a, K, V>,
}

impl<K, V> Clone for Differences<'_, K, V> {
    fn clone(&self) -> Self {
        Differences {
            frames: self.frames.clone(),
            meeting: self.meeting,
        }
    }
}

impl<K, V> Clone for Frame<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Frame<'_, K, V> {}

impl<'a, K: Eq, V: PartialEq> Differences<'a, K, V> {
    pub(crate) fn between(
        old: NodeRef<'a, K, V>,
        new: NodeRef<'a, K, V>,
        rehash: &dyn Fn(&K) -> HashBits,
    ) -> Self {
        let mut this = Differences {
            frames: Vec::new(),
            meeting: Meeting::of(Entries::NONE, Entries::NONE),
        };
        this.enter(Part::root(old), Part::root(new), Level::ROOT, rehash);
        this
    }

    /// Prepares to visit a place whose nodes stand at `level`.
    #[inline(always)]
    fn enter(
        &mut self,
        old: Part<'a, K, V>,
        new: Part<'a, K, V>,
        level: Level,
        rehash: &dyn Fn(&K) -> HashBits,
    ) {
        if let (Part::Run(old), Part::Run(new)) = (old, new) {
            self.meeting = Meeting::of(old, new);
        } else if !old.is_same(new) {
            let (old, new) = (old.side(rehash), new.side(rehash));
            if level.is_collision() {
                self.meeting = Meeting::of(old.collision(), new.collision());
                return;
            }
            self.frames.push(Frame {
                old,
                new,
                level,
                slots: differing(old, new, level),
            });
        }
    }

    #[inline(never)]
    pub(crate) fn next(&mut self, rehash: &dyn Fn(&K) -> HashBits) -> Option<Change<&'a K, &'a V>> {
        accelerated(
            #[inline(always)]
            || loop {
                if let Some(change) = self.meeting.next() {
                    return Some(change);
                }
                let frame = self.frames.last_mut()?;
                let Some(bit) = Bit::all_of(frame.slots).next() else {
                    self.frames.pop();
                    continue;
                };
                frame.slots &= !bit.mask();
                let Frame {
                    old, new, level, ..
                } = *frame;
                self.enter(old.at(bit, level), new.at(bit, level), level.next(), rehash);
            },
        )
    }
}

/// The slots in which the two are not known to be equal after a first look.
#[inline(always)]
fn differing<'a, K: Eq, V: PartialEq>(
    old: Side<'a, K, V>,
    new: Side<'a, K, V>,
    level: Level,
) -> u32 {
    let mut slots = (old.slots(level) | new.slots(level)) & !old.same_children(new);
    if let (Side::Node(old), Side::Node(new)) = (old, new) {
        if let (Some(maps_old), Some(maps_new)) = (old.bitmaps(), new.bitmaps()) {
            let (mut entries_old, mut entries_new) = (old.all_entries(), new.all_entries());
            for bit in Bit::all_of(maps_old.data() | maps_new.data()) {
                let old = entries_old.take_first(maps_old.only(bit.mask()).entries());
                let new = entries_new.take_first(maps_new.only(bit.mask()).entries());
                if equal_runs(old, new) {
                    slots &= !bit.mask();
                }
            }
        }
    }
    slots
}
