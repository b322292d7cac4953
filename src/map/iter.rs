//! Iterators over a map.

use core::fmt;
use core::iter::FusedIterator;

use crate::children::{IntoEntries, Walk, WalkMut};

/// Iterator over the entries of a map, from [`Hamt::iter`](crate::Hamt::iter).
pub struct Iter<'a, K, V>(Walk<'a, K, V>);

/// Iterator over the entries of a map, values writable, from
/// [`Hamt::iter_mut`](crate::Hamt::iter_mut).
pub struct IterMut<'a, K, V>(WalkMut<'a, K, V>);

/// Iterator over the entries of a map by value, from `Hamt::into_iter`.
pub struct IntoIter<K, V>(IntoEntries<K, V>);

/// Iterator over the keys of a map, from [`Hamt::keys`](crate::Hamt::keys).
pub struct Keys<'a, K, V>(Iter<'a, K, V>);

/// Iterator over the values of a map, from [`Hamt::values`](crate::Hamt::values).
pub struct Values<'a, K, V>(Iter<'a, K, V>);

/// Iterator over the values of a map, writable, from
/// [`Hamt::values_mut`](crate::Hamt::values_mut).
pub struct ValuesMut<'a, K, V>(IterMut<'a, K, V>);

/// Iterator over the keys of a map by value, from [`Hamt::into_keys`](crate::Hamt::into_keys).
pub struct IntoKeys<K, V>(IntoIter<K, V>);

/// Iterator over the values of a map by value, from
/// [`Hamt::into_values`](crate::Hamt::into_values).
pub struct IntoValues<K, V>(IntoIter<K, V>);

/// An iterator whose entries are those of the iterator it wraps, seen through `$part`.
macro_rules! iterator {
    ([$($generics:tt)*] $name:ty, wraps $inner:ty, yields $item:ty, $part:expr,
     where [$($bounds:tt)*]) => {
        impl<$($generics)*> $name {
            pub(super) fn new(inner: $inner) -> Self {
                Self(inner)
            }
        }

        impl<$($generics)*> Iterator for $name
        where
            $($bounds)*
        {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                self.0.next().map($part)
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                (self.0.len(), Some(self.0.len()))
            }

            #[inline]
            fn count(self) -> usize {
                self.0.len()
            }

            #[inline]
            fn fold<B, F: FnMut(B, $item) -> B>(self, init: B, f: F) -> B {
                self.0.map($part).fold(init, f)
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

iterator!(['a, K, V] Iter<'a, K, V>, wraps Walk<'a, K, V>, yields (&'a K, &'a V),
    |entry| entry, where []);
iterator!(['a, K, V] Keys<'a, K, V>, wraps Iter<'a, K, V>, yields &'a K,
    |(key, _)| key, where []);
iterator!(['a, K, V] Values<'a, K, V>, wraps Iter<'a, K, V>, yields &'a V,
    |(_, value)| value, where []);
iterator!(['a, K, V] IterMut<'a, K, V>, wraps WalkMut<'a, K, V>, yields (&'a K, &'a mut V),
    |entry| entry, where [K: Clone, V: Clone]);
iterator!(['a, K, V] ValuesMut<'a, K, V>, wraps IterMut<'a, K, V>, yields &'a mut V,
    |(_, value)| value, where [K: Clone, V: Clone]);
iterator!([K, V] IntoIter<K, V>, wraps IntoEntries<K, V>, yields (K, V),
    |entry| entry, where [K: Clone, V: Clone]);
iterator!([K, V] IntoKeys<K, V>, wraps IntoIter<K, V>, yields K,
    |(key, _)| key, where [K: Clone, V: Clone]);
iterator!([K, V] IntoValues<K, V>, wraps IntoIter<K, V>, yields V,
    |(_, value)| value, where [K: Clone, V: Clone]);

macro_rules! cloneable {
    ($($name:ident),*) => {$(
        impl<K, V> Clone for $name<'_, K, V> {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }
    )*};
}
cloneable!(Iter, Keys, Values);

impl<K, V> Default for Iter<'_, K, V> {
    /// An iterator over nothing.
    fn default() -> Self {
        Iter(Walk::empty())
    }
}

impl<K, V> Default for IterMut<'_, K, V> {
    /// An iterator over nothing.
    fn default() -> Self {
        IterMut(WalkMut::empty())
    }
}

impl<K, V> Default for IntoIter<K, V> {
    /// An iterator over nothing.
    fn default() -> Self {
        IntoIter(IntoEntries::new(crate::children::Root::EMPTY))
    }
}

macro_rules! default_from_inner {
    ($([$($generics:tt)*] $name:ty),*) => {$(
        impl<$($generics)*> Default for $name {
            /// An iterator over nothing.
            fn default() -> Self {
                Self(Default::default())
            }
        }
    )*};
}
default_from_inner!(['a, K, V] Keys<'a, K, V>, ['a, K, V] Values<'a, K, V>,
    ['a, K, V] ValuesMut<'a, K, V>, [K, V] IntoKeys<K, V>, [K, V] IntoValues<K, V>);

/// `Debug` as a list of what is left.
macro_rules! debug_rest {
    ($([$($generics:tt)*] $name:ty, $self:ident => $rest:expr, [$($bounds:tt)*]);* $(;)?) => {$(
        impl<$($generics)*> fmt::Debug for $name
        where
            $($bounds)*
        {
            fn fmt(&$self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries($rest).finish()
            }
        }
    )*};
}
debug_rest! {
    [K, V] Iter<'_, K, V>, self => self.0.clone(), [K: fmt::Debug, V: fmt::Debug];
    [K, V] IterMut<'_, K, V>, self => self.0.rest(), [K: fmt::Debug, V: fmt::Debug];
    [K, V] IntoIter<K, V>, self => self.0.rest(), [K: fmt::Debug, V: fmt::Debug];
    [K, V] Keys<'_, K, V>, self => self.clone(), [K: fmt::Debug];
    [K, V] Values<'_, K, V>, self => self.clone(), [V: fmt::Debug];
    [K, V] ValuesMut<'_, K, V>, self => self.0.0.rest().map(|(_, value)| value), [V: fmt::Debug];
    [K, V] IntoKeys<K, V>, self => self.0.0.rest().map(|(key, _)| key), [K: fmt::Debug];
    [K, V] IntoValues<K, V>, self => self.0.0.rest().map(|(_, value)| value), [V: fmt::Debug];
}
