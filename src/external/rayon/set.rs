//! Parallel iterators over a set, and building one by several threads.

use core::fmt;
use core::hash::{BuildHasher, Hash};

use ::rayon::iter::plumbing::UnindexedConsumer;
use ::rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};

use super::map::{IntoParIter, ParKeys};
use crate::map::Hamt;
use crate::set::HamtSet;

/// Parallel iterator over the elements of a set, from `HamtSet::par_iter`.
pub struct ParElements<'a, T>(ParKeys<'a, T, ()>);

/// Parallel iterator over the elements of a set by value, from `HamtSet::into_par_iter`.
pub struct IntoParElements<T>(IntoParIter<T, ()>);

impl<'a, T: Send + Sync, S> IntoParallelIterator for &'a HamtSet<T, S> {
    type Item = &'a T;
    type Iter = ParElements<'a, T>;

    /// Iterates over the elements on several threads.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let set: hamt::HamtSet<u64> = (0..1000).collect();
    /// assert_eq!(set.par_iter().sum::<u64>(), 499_500);
    /// ```
    fn into_par_iter(self) -> ParElements<'a, T> {
        ParElements(self.as_map().par_keys())
    }
}

impl<T: Clone + Send + Sync, S> IntoParallelIterator for HamtSet<T, S> {
    type Item = T;
    type Iter = IntoParElements<T>;

    /// Consumes the set on several threads; elements that other versions share are cloned.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let set: hamt::HamtSet<u64> = (0..1000).collect();
    /// let squares: hamt::HamtSet<u64> = set.into_par_iter().map(|n| n * n).collect();
    /// assert!(squares.contains(&144));
    /// ```
    fn into_par_iter(self) -> IntoParElements<T> {
        IntoParElements(Hamt::from(self).into_par_iter())
    }
}

impl<'a, T: Send + Sync> ParallelIterator for ParElements<'a, T> {
    type Item = &'a T;

    fn drive_unindexed<C: UnindexedConsumer<&'a T>>(self, consumer: C) -> C::Result {
        self.0.drive_unindexed(consumer)
    }
}

impl<T: Clone + Send + Sync> ParallelIterator for IntoParElements<T> {
    type Item = T;

    fn drive_unindexed<C: UnindexedConsumer<T>>(self, consumer: C) -> C::Result {
        self.0
            .map(|(element, ())| element)
            .drive_unindexed(consumer)
    }
}

impl<T> Clone for ParElements<'_, T> {
    fn clone(&self) -> Self {
        ParElements(self.0.clone())
    }
}

impl<T: fmt::Debug> fmt::Debug for ParElements<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> fmt::Debug for IntoParElements<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoParElements").finish_non_exhaustive()
    }
}

impl<T, S> ParallelExtend<T> for HamtSet<T, S>
where
    T: Eq + Hash + Clone + Send + Sync,
    S: BuildHasher + Sync,
{
    /// Adds all; of equal elements the first stays. An empty set is built by several threads; if
    /// user code panics then, it stays empty.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let mut set = hamt::HamtSet::new();
    /// set.par_extend((0..1000).into_par_iter().map(|n| n % 100));
    /// assert_eq!(set.len(), 100);
    /// ```
    fn par_extend<I: IntoParallelIterator<Item = T>>(&mut self, elements: I) {
        let elements = elements.into_par_iter();
        if self.is_empty() {
            self.map_mut()
                .par_extend(elements.map(|element| (element, ())));
        } else {
            let elements = elements.collect_vec_list();
            self.extend(elements.into_iter().flatten());
        }
    }
}

impl<'a, T, S> ParallelExtend<&'a T> for HamtSet<T, S>
where
    T: Eq + Hash + Copy + Send + Sync,
    S: BuildHasher + Sync,
{
    fn par_extend<I: IntoParallelIterator<Item = &'a T>>(&mut self, elements: I) {
        self.par_extend(elements.into_par_iter().copied());
    }
}

impl<T, S> FromParallelIterator<T> for HamtSet<T, S>
where
    T: Eq + Hash + Clone + Send + Sync,
    S: BuildHasher + Default + Sync,
{
    /// The set of these elements, built by several threads; of equal ones the first stays.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let set: hamt::HamtSet<u64> = (0..1000u64).into_par_iter().map(|n| n / 2).collect();
    /// assert_eq!(set.len(), 500);
    /// ```
    fn from_par_iter<I: IntoParallelIterator<Item = T>>(elements: I) -> Self {
        let entries = elements.into_par_iter().map(|element| (element, ()));
        HamtSet::from(Hamt::from_par_iter(entries))
    }
}
