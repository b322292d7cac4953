//! Memory in advance, and giving it back.

use core::fmt;

use super::Hamt;
use crate::trie::{self, NoRoom};

/// Why [`Hamt::try_reserve`] has failed.
///
/// ```
/// let error = hamt::Hamt::<u64, u64>::new().try_reserve(usize::MAX).unwrap_err();
/// assert_eq!(error.to_string(), "more entries than there can be addresses for");
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TryReserveError(NoRoom);

impl fmt::Display for TryReserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            NoRoom::Overflow => "more entries than there can be addresses for",
            NoRoom::OutOfMemory => "the allocator has no memory for so many entries",
        })
    }
}

impl core::error::Error for TryReserveError {}

#[cfg(all(feature = "ahash", feature = "std"))]
impl<K, V> Hamt<K, V> {
    /// An empty map, and memory for about so many entries at hand.
    ///
    /// See [`reserve`](Hamt::reserve): the memory is the pool's, not the map's.
    ///
    /// # Panics
    /// If more entries are asked for than there can be addresses for.
    ///
    /// ```
    /// let mut map = hamt::Hamt::with_capacity(100);
    /// map.insert(1, "one");
    /// assert_eq!(map.len(), 1);
    /// ```
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let mut map = Self::new();
        map.reserve(capacity);
        map
    }
}

/// # Capacity
///
/// A trie has no spare room of its own: each array is exactly as large as its contents, and growing
/// never moves more than one of them. What a map needs next comes from the [pool](crate::pool),
/// which all maps of the process share. So the methods below speak of the pool's free memory, in
/// entries of this map's type, by an estimate of what such an entry takes while a map grows, on the
/// safe side: for two `u64` 36 bytes, and as much again for the first 128 KiB. Other maps, and other
/// threads, draw on the same memory.
///
/// No map needs any of them: they are here because std's map has them, and to move the cost of
/// asking the global allocator, or its failure, to a moment of one's choice. `collect` and `extend`
/// of an empty map take what they need by themselves.
///
/// Where the pool is off (`--cfg hamt_nopool`) no memory is kept: the capacity is the length, and
/// reserving only asks whether there would be enough.
impl<K, V, S> Hamt<K, V, S> {
    /// An empty map that hashes with `hash_builder`, and memory for about so many entries at hand.
    ///
    /// See [`reserve`](Hamt::reserve): the memory is the pool's, not the map's.
    ///
    /// # Panics
    /// If more entries are asked for than there can be addresses for.
    ///
    /// ```
    /// use hamt::Hamt;
    /// use std::hash::RandomState;
    ///
    /// let mut map = Hamt::with_capacity_and_hasher(10, RandomState::new());
    /// map.insert(1, 2);
    /// assert_eq!(map[&1], 2);
    /// ```
    #[must_use]
    pub fn with_capacity_and_hasher(capacity: usize, hash_builder: S) -> Self {
        let mut map = Self::with_hasher(hash_builder);
        map.reserve(capacity);
        map
    }

    /// How many entries the map could have, about, before the pool has to ask the global allocator
    /// for more: its length, and what [the pool has room for](Hamt#capacity) at this moment.
    ///
    /// *O(1)*; takes the pool's lock. Freed memory counts once the pool has merged it.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 'a'), (2, 'b')]);
    /// assert!(map.capacity() >= 2);
    /// ```
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.len().saturating_add(trie::room::<K, V>())
    }

    /// Sees to it that [the pool has room](Hamt#capacity) for about so many entries more.
    ///
    /// Takes memory from the global allocator if there is not enough, in one go; nothing happens if
    /// there is. Fresh memory stays, also beyond the pool's [cap](crate::pool::cap), until as much
    /// has been used and freed again, or until the pool is [trimmed](crate::pool::trim). If the
    /// allocator has no memory, this does nothing: inserting may still find enough. To know, use
    /// [`try_reserve`](Hamt::try_reserve).
    ///
    /// # Panics
    /// If more entries are asked for than there can be addresses for.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// map.reserve(10);
    /// map.insert(1, "one");
    /// assert!(map.capacity() >= 1);
    /// ```
    pub fn reserve(&mut self, additional: usize) {
        let reserved = self.try_reserve(additional);
        assert!(
            reserved != Err(TryReserveError(NoRoom::Overflow)),
            "capacity overflow"
        );
    }

    /// As [`reserve`](Hamt::reserve), telling whether the memory is there.
    ///
    /// ```
    /// let mut map: hamt::Hamt<u64, u64> = hamt::Hamt::new();
    /// assert!(map.try_reserve(10).is_ok());
    /// assert!(map.try_reserve(usize::MAX / 2).is_err());
    /// ```
    ///
    /// # Errors
    /// If more entries are asked for than there can be addresses for, or the global allocator has no
    /// memory. The map is as before.
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        trie::reserve::<K, V>(additional).map_err(TryReserveError)
    }

    /// Gives back what is not needed: what dead versions still hold through this map, as
    /// [`compact`](Hamt::compact), and the pool's empty memory, as [`trim`](crate::pool::trim).
    ///
    /// Arrays have no spare room and stay as they are. *O(n)* in the parts that were copied from
    /// other versions, and in the free blocks of the process.
    ///
    /// ```
    /// let mut map = hamt::Hamt::with_capacity(100);
    /// map.insert(1, 2);
    /// map.shrink_to_fit();
    /// assert!(map.capacity() >= 1);
    /// ```
    pub fn shrink_to_fit(&mut self) {
        self.shrink_to(0);
    }

    /// As [`shrink_to_fit`](Hamt::shrink_to_fit), but leaves room for at least `min_capacity` entries
    /// in all, as far as there was.
    ///
    /// ```
    /// let mut map = hamt::Hamt::with_capacity(100);
    /// map.insert(1, 2);
    /// map.shrink_to(10);
    /// assert!(map.capacity() >= 1);
    /// ```
    pub fn shrink_to(&mut self, min_capacity: usize) {
        let spare = min_capacity.saturating_sub(self.len());
        trie::give_room_back(&self.root, spare);
    }
}
