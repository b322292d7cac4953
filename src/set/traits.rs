//! Trait implementations of the set.

use core::fmt;
use core::hash::{BuildHasher, Hash, Hasher};

use super::HamtSet;
use crate::map::Hamt;

impl<T, S: Clone> Clone for HamtSet<T, S> {
    /// Another handle on the same contents. *O(1)*, whatever the size.
    #[inline]
    fn clone(&self) -> Self {
        HamtSet {
            map: self.map.clone(),
        }
    }
}

impl<T, S: Default> Default for HamtSet<T, S> {
    fn default() -> Self {
        HamtSet::with_hasher(S::default())
    }
}

impl<T: fmt::Debug, S> fmt::Debug for HamtSet<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

impl<T: Eq + Hash, S: BuildHasher> PartialEq for HamtSet<T, S> {
    /// Whether both have equal elements, whatever their hashers. What both share is not looked at:
    /// for sets made from each other, the cost is that of their differences. It is *O(1)* for
    /// clones and for sets of different length, and *O(n)* else.
    fn eq(&self, other: &Self) -> bool {
        self.map == other.map
    }
}

impl<T: Eq + Hash, S: BuildHasher> Eq for HamtSet<T, S> {}

impl<T: Hash, S> Hash for HamtSet<T, S> {
    /// Equal sets hash alike, whatever their hashers and history. *O(n)*. As for [`Hamt`], the key of
    /// the hash is the same in all processes.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.map.hash(state);
    }
}

impl<T: Eq + Hash + Clone, S: BuildHasher> Extend<T> for HamtSet<T, S> {
    /// Adds all; of equal elements the first stays.
    ///
    /// *O(n)*. An empty set is built as by `collect`. If the iterator or `Hash` panics then, the set
    /// stays empty.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::from([1]);
    /// set.extend([1, 2]);
    /// assert_eq!(set.len(), 2);
    /// ```
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        if self.is_empty() {
            self.map.extend(elements.into_iter().map(|it| (it, ())));
        } else {
            for element in elements {
                self.insert(element);
            }
        }
    }
}

impl<'a, T: Eq + Hash + Copy, S: BuildHasher> Extend<&'a T> for HamtSet<T, S> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, elements: I) {
        self.extend(elements.into_iter().copied());
    }
}

impl<T: Eq + Hash + Clone, S: BuildHasher + Default> FromIterator<T> for HamtSet<T, S> {
    /// The set of these elements; of equal ones the first stays. *O(n)*, and several times faster
    /// than inserting one by one, as for [`Hamt`].
    ///
    /// ```
    /// let squares: hamt::HamtSet<i32> = (-9..10).map(|n| n * n).collect();
    /// assert_eq!(squares.len(), 10);
    /// ```
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut set = Self::default();
        set.extend(elements);
        set
    }
}

#[cfg(all(feature = "ahash", feature = "std"))]
impl<T: Eq + Hash + Clone, const N: usize> From<[T; N]> for HamtSet<T> {
    /// The set of these elements; of equal ones the first stays.
    ///
    /// ```
    /// assert_eq!(hamt::HamtSet::from([1, 2, 1]).len(), 2);
    /// ```
    fn from(elements: [T; N]) -> Self {
        elements.into_iter().collect()
    }
}

impl<T, S> From<Hamt<T, (), S>> for HamtSet<T, S> {
    /// The set of the map's keys, which shares everything with it. *O(1)*.
    ///
    /// ```
    /// let set = hamt::HamtSet::from(hamt::Hamt::from([(1, ())]));
    /// assert!(set.contains(&1));
    /// ```
    fn from(map: Hamt<T, (), S>) -> Self {
        HamtSet { map }
    }
}

impl<T, S> From<HamtSet<T, S>> for Hamt<T, (), S> {
    /// The map of the set's elements, which shares everything with it. *O(1)*.
    ///
    /// ```
    /// let map = hamt::Hamt::from(hamt::HamtSet::from([1]));
    /// assert!(map.contains_key(&1));
    /// ```
    fn from(set: HamtSet<T, S>) -> Self {
        set.map
    }
}
