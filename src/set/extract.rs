//! Taking many elements out: all of them, or those that a predicate picks.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use super::HamtSet;
use crate::map::{self, IntoKeys};

/// Iterator that empties a set, from [`HamtSet::drain`].
pub struct Drain<'a, T> {
    elements: IntoKeys<T, ()>,
    set: PhantomData<&'a mut ()>,
}

/// Iterator that takes elements out of a set, from [`HamtSet::extract_if`].
#[must_use = "iterators are lazy and do nothing unless they are used; `retain` drops elements at once"]
pub struct ExtractIf<'a, T, F>(map::ExtractIf<'a, T, (), F>);

impl<T: Clone, S> HamtSet<T, S> {
    /// Empties the set and iterates over what was in it; elements that other versions share are
    /// cloned.
    ///
    /// *O(1)*, and *O(n)* for all elements. The set is empty from the start, also if the iterator is
    /// leaked; what it has not given out when it is dropped is dropped with it.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::from([1, 2]);
    /// let version = set.clone();
    /// assert_eq!(set.drain().sum::<i32>(), 3);
    /// assert_eq!((set.len(), version.len()), (0, 2));
    /// ```
    pub fn drain(&mut self) -> Drain<'_, T> {
        Drain {
            elements: self.map.drain_keys(),
            set: PhantomData,
        }
    }

    /// Takes out the elements for which `pick` is true, one after the other as the iterator is asked
    /// for them.
    ///
    /// *O(n)* for all elements. Copies what is shared as far as it gets. Elements that it has not come
    /// to when it is dropped, or leaked, stay. If `pick` panics, the element it was asked about stays.
    ///
    /// ```
    /// let mut set: hamt::HamtSet<u32> = (0..8).collect();
    /// let mut even: Vec<u32> = set.extract_if(|n| n % 2 == 0).collect();
    /// even.sort();
    /// assert_eq!((even, set.len()), (vec![0, 2, 4, 6], 4));
    /// ```
    pub fn extract_if<F: FnMut(&T) -> bool>(&mut self, pick: F) -> ExtractIf<'_, T, F> {
        ExtractIf(self.map.sift(pick))
    }
}

impl<T: Clone> Iterator for Drain<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.elements.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.elements.size_hint()
    }

    #[inline]
    fn fold<B, F: FnMut(B, T) -> B>(self, init: B, f: F) -> B {
        self.elements.fold(init, f)
    }
}

impl<T: Clone> ExactSizeIterator for Drain<'_, T> {}

impl<T: Clone> FusedIterator for Drain<'_, T> {}

/// As a list of what is left.
impl<T: fmt::Debug> fmt::Debug for Drain<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.elements.fmt(f)
    }
}

impl<T: Clone, F: FnMut(&T) -> bool> Iterator for ExtractIf<'_, T, F> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let (element, ()) = self.0.next_by(|pick, element, ()| pick(element))?;
        Some(element)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.0.left()))
    }
}

impl<T: Clone, F: FnMut(&T) -> bool> FusedIterator for ExtractIf<'_, T, F> {}

impl<T, F> fmt::Debug for ExtractIf<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtractIf").finish_non_exhaustive()
    }
}
