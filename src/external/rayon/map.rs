//! Parallel iterators over a map.

use core::fmt;

use ::rayon::iter::plumbing::UnindexedConsumer;
use ::rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::children::{IntoPieces, Pieces, PiecesMut};
use crate::map::Hamt;
use crate::trie::share_out;

/// Parallel iterator over the entries of a map, from `Hamt::par_iter`.
pub struct ParIter<'a, K, V>(Pieces<'a, K, V>);

/// Parallel iterator over the keys of a map, from [`Hamt::par_keys`].
pub struct ParKeys<'a, K, V>(ParIter<'a, K, V>);

/// Parallel iterator over the values of a map, from [`Hamt::par_values`].
pub struct ParValues<'a, K, V>(ParIter<'a, K, V>);

/// Parallel iterator over the entries of a map, values writable, from `Hamt::par_iter_mut`.
pub struct ParIterMut<'a, K, V>(PiecesMut<'a, K, V>);

/// Parallel iterator over the values of a map, writable, from [`Hamt::par_values_mut`].
pub struct ParValuesMut<'a, K, V>(ParIterMut<'a, K, V>);

/// Parallel iterator over the entries of a map by value, from `Hamt::into_par_iter`.
pub struct IntoParIter<K, V>(IntoPieces<K, V>);

impl<K, V, S> Hamt<K, V, S> {
    /// Iterates over the keys on several threads.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let map: hamt::Hamt<u64, ()> = (0..1000).map(|n| (n, ())).collect();
    /// assert_eq!(map.par_keys().sum::<u64>(), 499_500);
    /// ```
    pub fn par_keys(&self) -> ParKeys<'_, K, V> {
        ParKeys(ParIter(self.pieces()))
    }

    /// Iterates over the values on several threads.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let map: hamt::Hamt<u64, u64> = (0..1000).map(|n| (n, n)).collect();
    /// assert_eq!(map.par_values().max(), Some(&999));
    /// ```
    pub fn par_values(&self) -> ParValues<'_, K, V> {
        ParValues(ParIter(self.pieces()))
    }
}

impl<K: Clone, V: Clone, S> Hamt<K, V, S> {
    /// Iterates over the values on several threads, writable. Copies what is shared, array by array.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let mut map: hamt::Hamt<u64, u64> = (0..1000).map(|n| (n, n)).collect();
    /// map.par_values_mut().for_each(|value| *value *= 2);
    /// assert_eq!(map[&21], 42);
    /// ```
    pub fn par_values_mut(&mut self) -> ParValuesMut<'_, K, V> {
        ParValuesMut(ParIterMut(self.pieces_mut()))
    }
}

impl<'a, K: Send + Sync, V: Send + Sync, S> IntoParallelIterator for &'a Hamt<K, V, S> {
    type Item = (&'a K, &'a V);
    type Iter = ParIter<'a, K, V>;

    /// Iterates over the entries on several threads.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let map: hamt::Hamt<u64, u64> = (0..1000).map(|n| (n, n)).collect();
    /// assert!(map.par_iter().all(|(key, value)| key == value));
    /// ```
    fn into_par_iter(self) -> ParIter<'a, K, V> {
        ParIter(self.pieces())
    }
}

impl<'a, K, V, S> IntoParallelIterator for &'a mut Hamt<K, V, S>
where
    K: Clone + Send + Sync,
    V: Clone + Send + Sync,
{
    type Item = (&'a K, &'a mut V);
    type Iter = ParIterMut<'a, K, V>;

    /// Iterates over the entries on several threads, values writable. Copies what is shared, array
    /// by array, on the thread that gets there.
    ///
    /// If user code panics, the map has all its keys, and the values that were reached by then may
    /// have been changed.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let mut map: hamt::Hamt<u64, u64> = (0..1000).map(|n| (n, n)).collect();
    /// map.par_iter_mut().for_each(|(key, value)| *value += key);
    /// assert_eq!(map[&21], 42);
    /// ```
    fn into_par_iter(self) -> ParIterMut<'a, K, V> {
        ParIterMut(self.pieces_mut())
    }
}

impl<K, V, S> IntoParallelIterator for Hamt<K, V, S>
where
    K: Clone + Send + Sync,
    V: Clone + Send + Sync,
{
    type Item = (K, V);
    type Iter = IntoParIter<K, V>;

    /// Consumes the map on several threads; entries that other versions share are cloned.
    ///
    /// ```
    /// use rayon::prelude::*;
    ///
    /// let map: hamt::Hamt<u64, String> = (0..1000).map(|n| (n, n.to_string())).collect();
    /// let texts: Vec<String> = map.into_par_iter().map(|(_, text)| text).collect();
    /// assert_eq!(texts.len(), 1000);
    /// ```
    fn into_par_iter(self) -> IntoParIter<K, V> {
        IntoParIter(self.into_pieces())
    }
}

/// A parallel iterator over what can be divided.
macro_rules! dividing {
    ([$($generics:tt)*] $name:ty, yields $item:ty, where [$($bounds:tt)*]) => {
        impl<$($generics)*> ParallelIterator for $name
        where
            $($bounds)*
        {
            type Item = $item;

            fn drive_unindexed<C: UnindexedConsumer<$item>>(self, consumer: C) -> C::Result {
                share_out(self.0, consumer)
            }
        }
    };
}

/// A parallel iterator over part of each entry.
macro_rules! mapping {
    ([$($generics:tt)*] $name:ty, yields $item:ty, $part:expr, where [$($bounds:tt)*]) => {
        impl<$($generics)*> ParallelIterator for $name
        where
            $($bounds)*
        {
            type Item = $item;

            fn drive_unindexed<C: UnindexedConsumer<$item>>(self, consumer: C) -> C::Result {
                self.0.map($part).drive_unindexed(consumer)
            }
        }
    };
}

dividing!(['a, K, V] ParIter<'a, K, V>, yields (&'a K, &'a V),
    where [K: Send + Sync, V: Send + Sync]);
dividing!(['a, K, V] ParIterMut<'a, K, V>, yields (&'a K, &'a mut V),
    where [K: Clone + Send + Sync, V: Clone + Send + Sync]);
dividing!([K, V] IntoParIter<K, V>, yields (K, V),
    where [K: Clone + Send + Sync, V: Clone + Send + Sync]);
mapping!(['a, K, V] ParKeys<'a, K, V>, yields &'a K, |(key, _)| key,
    where [K: Send + Sync, V: Send + Sync]);
mapping!(['a, K, V] ParValues<'a, K, V>, yields &'a V, |(_, value)| value,
    where [K: Send + Sync, V: Send + Sync]);
mapping!(['a, K, V] ParValuesMut<'a, K, V>, yields &'a mut V, |(_, value)| value,
    where [K: Clone + Send + Sync, V: Clone + Send + Sync]);

macro_rules! cloneable {
    ($($name:ident),*) => {$(
        impl<K, V> Clone for $name<'_, K, V> {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }
    )*};
}
cloneable!(ParIter, ParKeys, ParValues);

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for ParIter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.clone()).finish()
    }
}

impl<K: fmt::Debug, V> fmt::Debug for ParKeys<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.0.clone().map(|(key, _)| key);
        f.debug_list().entries(keys).finish()
    }
}

impl<K, V: fmt::Debug> fmt::Debug for ParValues<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.0.0.clone().map(|(_, value)| value);
        f.debug_list().entries(values).finish()
    }
}

/// What is to be written or given away is not looked at.
macro_rules! opaque {
    ($([$($generics:tt)*] $name:ty, $text:literal);* $(;)?) => {$(
        impl<$($generics)*> fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct($text).finish_non_exhaustive()
            }
        }
    )*};
}
opaque! {
    [K, V] ParIterMut<'_, K, V>, "ParIterMut";
    [K, V] ParValuesMut<'_, K, V>, "ParValuesMut";
    [K, V] IntoParIter<K, V>, "IntoParIter";
}
