//! Iterators over a multimap.

use core::fmt;
use core::iter::FusedIterator;

use super::HamtMultimap;
use crate::hasher::DefaultHashBuilder;
use crate::map;
use crate::set::{self, HamtSet};

/// Iterator over the pairs of a multimap, from [`HamtMultimap::iter`].
pub struct Iter<'a, K, V, S = DefaultHashBuilder> {
    sets: map::Iter<'a, K, HamtSet<V, S>>,
    /// The key that was reached, and its values to come.
    current: Option<(&'a K, set::Iter<'a, V>)>,
    left: usize,
}

/// Iterator over the values of a multimap, from [`HamtMultimap::values`].
pub struct Values<'a, K, V, S = DefaultHashBuilder>(Iter<'a, K, V, S>);

/// Iterator over the pairs of a multimap by value, from `HamtMultimap::into_iter`.
pub struct IntoIter<K, V, S = DefaultHashBuilder> {
    sets: map::IntoIter<K, HamtSet<V, S>>,
    current: Option<(K, set::IntoIter<V>)>,
    left: usize,
}

impl<'a, K, V, S> Iter<'a, K, V, S> {
    pub(super) fn new(sets: map::Iter<'a, K, HamtSet<V, S>>, left: usize) -> Self {
        Iter {
            sets,
            current: None,
            left,
        }
    }
}

impl<'a, K, V, S> Iterator for Iter<'a, K, V, S> {
    type Item = (&'a K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, values)) = &mut self.current {
                if let Some(value) = values.next() {
                    self.left -= 1;
                    return Some((key, value));
                }
            }
            let (key, values) = self.sets.next()?;
            self.current = Some((key, values.iter()));
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    /// As a loop of `next`, but set by set.
    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, init: B, mut f: F) -> B {
        let mut of_key = move |folded: B, key: &'a K, values: set::Iter<'a, V>| {
            values.fold(folded, |folded, value| f(folded, (key, value)))
        };
        let folded = match self.current {
            Some((key, values)) => of_key(init, key, values),
            None => init,
        };
        self.sets.fold(folded, |folded, (key, values)| {
            of_key(folded, key, values.iter())
        })
    }
}

impl<'a, K, V, S> Values<'a, K, V, S> {
    pub(super) fn new(pairs: Iter<'a, K, V, S>) -> Self {
        Values(pairs)
    }
}

impl<'a, K, V, S> Iterator for Values<'a, K, V, S> {
    type Item = &'a V;

    #[inline]
    fn next(&mut self) -> Option<&'a V> {
        Some(self.0.next()?.1)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }

    #[inline]
    fn fold<B, F: FnMut(B, &'a V) -> B>(self, init: B, f: F) -> B {
        self.0.map(|(_, value)| value).fold(init, f)
    }
}

impl<K: Clone, V: Clone, S: Clone> Iterator for IntoIter<K, V, S> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        loop {
            if let Some((key, values)) = &mut self.current {
                if values.len() > 1 {
                    // Cloned first: if that panics, the pair is still to come.
                    let key = key.clone();
                    self.left -= 1;
                    return values.next().map(|value| (key, value));
                }
            }
            // The last value of a key takes the key along.
            if let Some((key, mut values)) = self.current.take() {
                self.left -= 1;
                return values.next().map(|value| (key, value));
            }
            let (key, values) = self.sets.next()?;
            self.current = Some((key, values.into_iter()));
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

macro_rules! exact {
    ($([$($generics:tt)*] $name:ty, where [$($bounds:tt)*]);* $(;)?) => {$(
        impl<$($generics)*> ExactSizeIterator for $name where $($bounds)* {}
        impl<$($generics)*> FusedIterator for $name where $($bounds)* {}
    )*};
}
exact! {
    [K, V, S] Iter<'_, K, V, S>, where [];
    [K, V, S] Values<'_, K, V, S>, where [];
    [K, V, S] IntoIter<K, V, S>, where [K: Clone, V: Clone, S: Clone];
}

impl<K, V, S> Clone for Iter<'_, K, V, S> {
    fn clone(&self) -> Self {
        Iter {
            sets: self.sets.clone(),
            current: self.current.clone(),
            left: self.left,
        }
    }
}

impl<K, V, S> Clone for Values<'_, K, V, S> {
    fn clone(&self) -> Self {
        Values(self.0.clone())
    }
}

impl<K, V, S> Default for Iter<'_, K, V, S> {
    /// An iterator over nothing.
    fn default() -> Self {
        Iter::new(map::Iter::default(), 0)
    }
}

impl<K, V, S> Default for Values<'_, K, V, S> {
    /// An iterator over nothing.
    fn default() -> Self {
        Values(Iter::default())
    }
}

impl<K, V, S> Default for IntoIter<K, V, S> {
    /// An iterator over nothing.
    fn default() -> Self {
        IntoIter {
            sets: map::IntoIter::default(),
            current: None,
            left: 0,
        }
    }
}

/// As a list of what is left.
impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for Iter<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// As a list of what is left.
impl<K, V: fmt::Debug, S> fmt::Debug for Values<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The key that was reached with its values to come, and the sets behind.
impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for IntoIter<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter")
            .field("current", &self.current)
            .field("sets", &self.sets)
            .finish()
    }
}

impl<'a, K, V, S> IntoIterator for &'a HamtMultimap<K, V, S> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V, S>;

    fn into_iter(self) -> Iter<'a, K, V, S> {
        self.iter()
    }
}

impl<K: Clone, V: Clone, S: Clone> IntoIterator for HamtMultimap<K, V, S> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V, S>;

    /// Consumes the multimap; what other versions share is cloned, and each key once for every
    /// value but its last.
    fn into_iter(self) -> IntoIter<K, V, S> {
        IntoIter {
            left: self.len,
            sets: self.sets.into_iter(),
            current: None,
        }
    }
}
