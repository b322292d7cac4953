//! A single entry of a map, there or not.

use core::fmt;
use core::hash::{BuildHasher, Hash};

use super::Hamt;
use crate::arch::accelerated;
use crate::hash::HashBits;
use crate::hasher::DefaultHashBuilder;
use crate::trie;

/// The entry of one key, from [`Hamt::entry`].
pub enum Entry<'a, K, V, S = DefaultHashBuilder> {
    /// The key is there.
    Occupied(OccupiedEntry<'a, K, V, S>),
    /// The key is not there.
    Vacant(VacantEntry<'a, K, V, S>),
}

/// An entry that is there.
pub struct OccupiedEntry<'a, K, V, S = DefaultHashBuilder> {
    map: &'a mut Hamt<K, V, S>,
    /// The entry's place: it is this one of those that the hash finds. So it is looked for once, and
    /// neither needs the key that was looked for nor compares it again.
    hash: HashBits,
    index: usize,
}

/// An entry that is not there.
pub struct VacantEntry<'a, K, V, S = DefaultHashBuilder> {
    map: &'a mut Hamt<K, V, S>,
    hash: HashBits,
    key: K,
}

impl<K, V, S> Entry<'_, K, V, S> {
    /// The key of this entry.
    ///
    /// ```
    /// assert_eq!(hamt::Hamt::<_, u8>::new().entry(7).key(), &7);
    /// ```
    #[must_use]
    pub fn key(&self) -> &K {
        match self {
            Entry::Occupied(entry) => entry.key(),
            Entry::Vacant(entry) => entry.key(),
        }
    }
}

impl<'a, K: Eq + Hash + Clone, V: Clone, S: BuildHasher> Entry<'a, K, V, S> {
    pub(super) fn find(map: &'a mut Hamt<K, V, S>, key: K) -> Self {
        let hash = HashBits::of(&map.hash_builder, &key);
        let found = accelerated(
            #[inline(always)]
            || trie::position(map.root.view(), hash, |other| *other == key),
        );
        match found {
            Some(index) => Entry::Occupied(OccupiedEntry { map, hash, index }),
            None => Entry::Vacant(VacantEntry { map, hash, key }),
        }
    }

    /// The value, after inserting `default` if there was none.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// *map.entry(1).or_insert(10) += 1;
    /// assert_eq!(map[&1], 11);
    /// ```
    pub fn or_insert(self, default: V) -> &'a mut V {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(default),
        }
    }

    /// The value, after inserting what `default` returns if there was none.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// map.entry("k").or_insert_with(Vec::new).push(1);
    /// assert_eq!(map["k"], [1]);
    /// ```
    pub fn or_insert_with(self, default: impl FnOnce() -> V) -> &'a mut V {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(default()),
        }
    }

    /// The value, after inserting what `default` returns for the key if there was none.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// assert_eq!(*map.entry("four").or_insert_with_key(|key| key.len()), 4);
    /// ```
    pub fn or_insert_with_key(self, default: impl FnOnce(&K) -> V) -> &'a mut V {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let value = default(entry.key());
                entry.insert(value)
            }
        }
    }

    /// The value, after inserting the type's default if there was none.
    ///
    /// ```
    /// let mut map: hamt::Hamt<u8, u32> = hamt::Hamt::new();
    /// assert_eq!(*map.entry(1).or_default(), 0);
    /// ```
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Changes the value if there is one.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// map.entry(1).and_modify(|value| *value += 1).or_insert(0);
    /// assert_eq!(map[&1], 11);
    /// ```
    #[must_use = "the entry itself is meant to be used on"]
    pub fn and_modify(mut self, change: impl FnOnce(&mut V)) -> Self {
        if let Entry::Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }

    /// Sets the value and returns the entry, now occupied.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// assert_eq!(map.entry(1).insert_entry('a').get(), &'a');
    /// ```
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V, S> {
        match self {
            Entry::Occupied(mut entry) => {
                entry.insert(value);
                entry
            }
            Entry::Vacant(entry) => entry.insert_entry(value),
        }
    }
}

impl<K, V, S> OccupiedEntry<'_, K, V, S> {
    fn pair(&self) -> &(K, V) {
        trie::entry_at(self.map.root.view(), self.hash, self.index).pair()
    }

    /// The map's own key.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// let hamt::Entry::Occupied(entry) = map.entry(1) else { unreachable!() };
    /// assert_eq!(entry.key(), &1);
    /// ```
    #[must_use]
    pub fn key(&self) -> &K {
        &self.pair().0
    }

    /// The value.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// let hamt::Entry::Occupied(entry) = map.entry(1) else { unreachable!() };
    /// assert_eq!(entry.get(), &10);
    /// ```
    #[must_use]
    pub fn get(&self) -> &V {
        &self.pair().1
    }
}

impl<'a, K: Clone, V: Clone, S> OccupiedEntry<'a, K, V, S> {
    /// The value, to change it. Copies what is shared on the way to it.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// let hamt::Entry::Occupied(mut entry) = map.entry(1) else { unreachable!() };
    /// *entry.get_mut() += 1;
    /// assert_eq!(map[&1], 11);
    /// ```
    pub fn get_mut(&mut self) -> &mut V {
        trie::pair_at_mut(&mut self.map.root, self.hash, self.index).1
    }

    /// The value, to change it for as long as the map is borrowed.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// let hamt::Entry::Occupied(entry) = map.entry(1) else { unreachable!() };
    /// *entry.into_mut() = 11;
    /// assert_eq!(map[&1], 11);
    /// ```
    #[must_use]
    pub fn into_mut(self) -> &'a mut V {
        let OccupiedEntry { map, hash, index } = self;
        accelerated(
            #[inline(always)]
            || trie::pair_at_mut(&mut map.root, hash, index).1,
        )
    }

    /// Sets the value and returns the old one.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// let hamt::Entry::Occupied(mut entry) = map.entry(1) else { unreachable!() };
    /// assert_eq!(entry.insert(11), 10);
    /// ```
    pub fn insert(&mut self, value: V) -> V {
        core::mem::replace(self.get_mut(), value)
    }

    /// Removes the entry and returns its value.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// let hamt::Entry::Occupied(entry) = map.entry(1) else { unreachable!() };
    /// assert_eq!(entry.remove(), 10);
    /// assert!(map.is_empty());
    /// ```
    #[must_use = "use `Hamt::remove` to drop the value"]
    pub fn remove(self) -> V {
        self.remove_entry().1
    }

    /// Removes the entry and returns it.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// let hamt::Entry::Occupied(entry) = map.entry(1) else { unreachable!() };
    /// assert_eq!(entry.remove_entry(), (1, 10));
    /// ```
    #[must_use = "use `Hamt::remove` to drop the entry"]
    pub fn remove_entry(self) -> (K, V) {
        let OccupiedEntry { map, hash, index } = self;
        let (entry, _) = trie::remove_at(&mut map.root, hash, index);
        entry.into_pair()
    }
}

impl<K, V, S> VacantEntry<'_, K, V, S> {
    /// The key that would be inserted.
    ///
    /// ```
    /// let mut map: hamt::Hamt<u8, u8> = hamt::Hamt::new();
    /// let hamt::Entry::Vacant(entry) = map.entry(1) else { unreachable!() };
    /// assert_eq!(entry.key(), &1);
    /// ```
    #[must_use]
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Gives the key back.
    ///
    /// ```
    /// let mut map: hamt::Hamt<u8, u8> = hamt::Hamt::new();
    /// let hamt::Entry::Vacant(entry) = map.entry(1) else { unreachable!() };
    /// assert_eq!(entry.into_key(), 1);
    /// ```
    #[must_use]
    pub fn into_key(self) -> K {
        self.key
    }
}

impl<'a, K: Eq + Hash + Clone, V: Clone, S: BuildHasher> VacantEntry<'a, K, V, S> {
    /// Inserts the value and returns its place.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// let hamt::Entry::Vacant(entry) = map.entry(1) else { unreachable!() };
    /// *entry.insert(10) += 1;
    /// assert_eq!(map[&1], 11);
    /// ```
    pub fn insert(self, value: V) -> &'a mut V {
        let VacantEntry { map, hash, key } = self;
        let Hamt { root, hash_builder } = map;
        accelerated(
            #[inline(always)]
            || {
                trie::vacant_insert(root, hash, key, value, |key| {
                    HashBits::of(hash_builder, key)
                })
            },
        )
    }

    /// Inserts the value and returns the entry, now occupied.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// let hamt::Entry::Vacant(entry) = map.entry(1) else { unreachable!() };
    /// assert_eq!(entry.insert_entry(10).get(), &10);
    /// ```
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V, S> {
        let VacantEntry { map, hash, key } = self;
        let entry = VacantEntry {
            map: &mut *map,
            hash,
            key,
        };
        entry.insert(value);
        let index = trie::newest(map.root.view(), hash);
        OccupiedEntry { map, hash, index }
    }
}

impl<K, V, S> fmt::Debug for Entry<'_, K, V, S>
where
    K: fmt::Debug,
    V: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Entry::Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<K, V, S> fmt::Debug for OccupiedEntry<'_, K, V, S>
where
    K: fmt::Debug,
    V: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, value) = self.pair();
        f.debug_struct("OccupiedEntry")
            .field("key", key)
            .field("value", value)
            .finish()
    }
}

impl<K: fmt::Debug, V, S> fmt::Debug for VacantEntry<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(&self.key).finish()
    }
}
