//! Memory in advance, and giving it back: the [map's](Hamt#capacity), for elements.

use super::HamtSet;
use crate::map::{Hamt, TryReserveError};

#[cfg(all(feature = "ahash", feature = "std"))]
impl<T> HamtSet<T> {
    /// An empty set, and memory for about so many elements at hand; see [`Hamt::reserve`].
    ///
    /// # Panics
    /// If more elements are asked for than there can be addresses for.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::with_capacity(100);
    /// assert!(set.insert("one"));
    /// ```
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Hamt::with_capacity(capacity).into()
    }
}

impl<T, S> HamtSet<T, S> {
    /// An empty set that hashes with `hash_builder`, and memory for about so many elements at hand;
    /// see [`Hamt::reserve`].
    ///
    /// # Panics
    /// If more elements are asked for than there can be addresses for.
    ///
    /// ```
    /// use std::hash::RandomState;
    ///
    /// let mut set = hamt::HamtSet::with_capacity_and_hasher(10, RandomState::new());
    /// assert!(set.insert(1));
    /// ```
    #[must_use]
    pub fn with_capacity_and_hasher(capacity: usize, hash_builder: S) -> Self {
        Hamt::with_capacity_and_hasher(capacity, hash_builder).into()
    }

    /// How many elements the set could have, about, before the pool has to ask the global allocator
    /// for more. *O(1)*; see [`Hamt::capacity`].
    ///
    /// ```
    /// assert!(hamt::HamtSet::from([1, 2]).capacity() >= 2);
    /// ```
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.map.capacity()
    }

    /// Sees to it that the pool has room for about so many elements more; see [`Hamt::reserve`].
    ///
    /// # Panics
    /// If more elements are asked for than there can be addresses for.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::from([1]);
    /// set.reserve(10);
    /// assert!(set.insert(2));
    /// ```
    pub fn reserve(&mut self, additional: usize) {
        self.map.reserve(additional);
    }

    /// As [`reserve`](HamtSet::reserve), telling whether the memory is there.
    ///
    /// # Errors
    /// If more elements are asked for than there can be addresses for, or the global allocator has no
    /// memory. The set is as before.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::from([1]);
    /// assert!(set.try_reserve(10).is_ok());
    /// assert!(set.try_reserve(usize::MAX).is_err());
    /// ```
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        self.map.try_reserve(additional)
    }

    /// Gives back what is not needed; see [`Hamt::shrink_to_fit`].
    ///
    /// ```
    /// let mut set = hamt::HamtSet::with_capacity(100);
    /// set.insert(1);
    /// set.shrink_to_fit();
    /// assert!(set.capacity() >= 1);
    /// ```
    pub fn shrink_to_fit(&mut self) {
        self.map.shrink_to_fit();
    }

    /// As [`shrink_to_fit`](HamtSet::shrink_to_fit), but leaves room for at least `min_capacity`
    /// elements in all, as far as there was.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::with_capacity(100);
    /// set.insert(1);
    /// set.shrink_to(10);
    /// assert!(set.capacity() >= 1);
    /// ```
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.map.shrink_to(min_capacity);
    }
}
