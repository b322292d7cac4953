//! Iterators over a set.

use core::fmt;
use core::iter::FusedIterator;

use super::HamtSet;
use crate::map::{IntoKeys, Keys};

/// Iterator over the elements of a set, from [`HamtSet::iter`].
pub struct Iter<'a, T>(Keys<'a, T, ()>);

/// Iterator over the elements of a set by value, from `HamtSet::into_iter`.
pub struct IntoIter<T>(IntoKeys<T, ()>);

impl<'a, T> Iter<'a, T> {
    pub(super) fn new(keys: Keys<'a, T, ()>) -> Self {
        Iter(keys)
    }
}

/// An iterator that passes on what the one it wraps gives.
macro_rules! iterator {
    ([$($generics:tt)*] $name:ty, yields $item:ty, where [$($bounds:tt)*]) => {
        impl<$($generics)*> Iterator for $name
        where
            $($bounds)*
        {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                self.0.next()
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }

            #[inline]
            fn count(self) -> usize {
                self.0.len()
            }

            #[inline]
            fn fold<B, F: FnMut(B, $item) -> B>(self, init: B, f: F) -> B {
                self.0.fold(init, f)
            }
        }

        impl<$($generics)*> ExactSizeIterator for $name
        where
            $($bounds)*
        {
            #[inline]
            fn len(&self) -> usize {
                self.0.len()
            }
        }

        impl<$($generics)*> FusedIterator for $name where $($bounds)* {}
    };
}

iterator!(['a, T] Iter<'a, T>, yields &'a T, where []);
iterator!([T] IntoIter<T>, yields T, where [T: Clone]);

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Iter(self.0.clone())
    }
}

impl<T> Default for Iter<'_, T> {
    /// An iterator over nothing.
    fn default() -> Self {
        Iter(Keys::default())
    }
}

impl<T> Default for IntoIter<T> {
    /// An iterator over nothing.
    fn default() -> Self {
        IntoIter(IntoKeys::default())
    }
}

/// As a list of what is left.
impl<T: fmt::Debug> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As a list of what is left.
impl<T: fmt::Debug> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a, T, S> IntoIterator for &'a HamtSet<T, S> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: Clone, S> IntoIterator for HamtSet<T, S> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    /// Consumes the set; elements that other versions share are cloned.
    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self.map.into_keys())
    }
}
