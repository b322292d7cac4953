//! Maps as maps, sets as sequences, multimaps as maps of sequences.

use core::fmt;
use core::hash::{BuildHasher, Hash};
use core::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::map::Hamt;
use crate::multimap::HamtMultimap;
use crate::set::HamtSet;

/// Most items that are believed to come before they do: a few bytes of input that promise more must
/// not take more memory than that.
const MAX_EXPECTED: usize = 4096;

impl<K: Serialize, V: Serialize, S> Serialize for Hamt<K, V, S> {
    /// As a map, like `HashMap`.
    ///
    /// ```
    /// let map = hamt::Hamt::from([("one", 1)]);
    /// assert_eq!(serde_json::to_string(&map)?, r#"{"one":1}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_map(self)
    }
}

impl<T: Serialize, S> Serialize for HamtSet<T, S> {
    /// As a sequence, like `HashSet`.
    ///
    /// ```
    /// assert_eq!(serde_json::to_string(&hamt::HamtSet::from([1]))?, "[1]");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_seq(self)
    }
}

impl<K: Serialize, V: Serialize, S> Serialize for HamtMultimap<K, V, S> {
    /// As a map from each key to the sequence of its values.
    ///
    /// ```
    /// let map = hamt::HamtMultimap::from([("one", 1)]);
    /// assert_eq!(serde_json::to_string(&map)?, r#"{"one":[1]}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_map(self.sets())
    }
}

/// Items as they are read, until there are no more or one cannot be read.
struct Reading<F, E> {
    next: F,
    expected: usize,
    error: Option<E>,
}

impl<T, E, F: FnMut() -> Result<Option<T>, E>> Reading<F, E> {
    /// What is made of all items, if they can be read.
    fn collect<C: FromIterator<T>>(expected: Option<usize>, next: F) -> Result<C, E> {
        let mut items = Reading {
            next,
            expected: expected.unwrap_or(0).min(MAX_EXPECTED),
            error: None,
        };
        let collection = items.by_ref().collect();
        match items.error {
            None => Ok(collection),
            Some(error) => Err(error),
        }
    }
}

impl<T, E, F: FnMut() -> Result<Option<T>, E>> Iterator for Reading<F, E> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        (self.next)().unwrap_or_else(|error| {
            self.error = Some(error);
            None
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.expected, None)
    }
}

/// Reads a collection of this type.
struct Of<C>(PhantomData<C>);

impl<'de, K, V, S> Visitor<'de> for Of<Hamt<K, V, S>>
where
    K: Deserialize<'de> + Eq + Hash + Clone,
    V: Deserialize<'de> + Clone,
    S: BuildHasher + Default,
{
    type Value = Hamt<K, V, S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        Reading::collect(entries.size_hint(), || entries.next_entry())
    }
}

impl<'de, T, S> Visitor<'de> for Of<HamtSet<T, S>>
where
    T: Deserialize<'de> + Eq + Hash + Clone,
    S: BuildHasher + Default,
{
    type Value = HamtSet<T, S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        Reading::collect(elements.size_hint(), || elements.next_element())
    }
}

impl<'de, K, V, S> Deserialize<'de> for Hamt<K, V, S>
where
    K: Deserialize<'de> + Eq + Hash + Clone,
    V: Deserialize<'de> + Clone,
    S: BuildHasher + Default,
{
    /// From a map; of equal keys the last value stands.
    ///
    /// ```
    /// let map: hamt::Hamt<String, u32> = serde_json::from_str(r#"{"one":1,"one":2}"#)?;
    /// assert_eq!(map["one"], 2);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Of::<Self>(PhantomData))
    }
}

impl<'de, T, S> Deserialize<'de> for HamtSet<T, S>
where
    T: Deserialize<'de> + Eq + Hash + Clone,
    S: BuildHasher + Default,
{
    /// From a sequence; of equal elements the first stands.
    ///
    /// ```
    /// let set: hamt::HamtSet<u32> = serde_json::from_str("[1,2,1]")?;
    /// assert_eq!(set.len(), 2);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Of::<Self>(PhantomData))
    }
}

impl<'de, K, V, S> Deserialize<'de> for HamtMultimap<K, V, S>
where
    K: Deserialize<'de> + Eq + Hash + Clone,
    V: Deserialize<'de> + Eq + Hash + Clone,
    S: BuildHasher + Clone + Default,
{
    /// From a map of sequences; of equal keys the last sequence stands, and keys with empty ones are
    /// left out.
    ///
    /// ```
    /// let map: hamt::HamtMultimap<String, u32> = serde_json::from_str(r#"{"a":[1,2],"b":[]}"#)?;
    /// assert_eq!((map.len(), map.keys_len()), (2, 1));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Hamt::<K, HamtSet<V, S>, S>::deserialize(deserializer).map(Self::from)
    }
}
