//! Inserting only what is new: where the key is absent, or the value different.

use core::fmt;
use core::hash::{BuildHasher, Hash};

use super::{Entry, Hamt, OccupiedEntry};
use crate::hasher::DefaultHashBuilder;

/// Why [`Hamt::try_insert`] has failed: the key was there.
pub struct OccupiedError<'a, K, V, S = DefaultHashBuilder> {
    /// The entry that was there.
    pub entry: OccupiedEntry<'a, K, V, S>,
    /// The value that was not inserted.
    pub value: V,
}

/// What [`Hamt::insert_if_changed`] has done.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Insertion<V> {
    /// The key was absent and has been added.
    Added,
    /// The key had another value, this one.
    Replaced(V),
    /// The key had an equal value. Nothing has changed; this is the value that was given.
    Unchanged(V),
}

impl<V> Insertion<V> {
    /// Whether the map has changed.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// assert!(map.insert_if_changed(1, 'a').is_change());
    /// assert!(!map.insert_if_changed(1, 'a').is_change());
    /// ```
    #[must_use]
    pub fn is_change(&self) -> bool {
        !matches!(self, Insertion::Unchanged(_))
    }
}

impl<K: Eq + Hash + Clone, V: Clone, S: BuildHasher> Hamt<K, V, S> {
    /// Adds an entry if the key is absent, and returns the place of its value. *O(1)*; nothing
    /// changes, and nothing is copied, if the key is there.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// assert_eq!(map.try_insert(1, 'a').unwrap(), &'a');
    ///
    /// let error = map.try_insert(1, 'b').unwrap_err();
    /// assert_eq!((error.entry.key(), error.entry.get(), error.value), (&1, &'a', 'b'));
    /// ```
    ///
    /// # Errors
    /// If the key is there: its entry, and the value that was not inserted.
    pub fn try_insert(&mut self, key: K, value: V) -> Result<&mut V, OccupiedError<'_, K, V, S>> {
        match self.entry(key) {
            Entry::Occupied(entry) => Err(OccupiedError { entry, value }),
            Entry::Vacant(entry) => Ok(entry.insert(value)),
        }
    }

    /// Sets the value of `key` unless it has an equal one; then nothing changes, and nothing is
    /// copied. As with `insert`, the old key stays. *O(1)*.
    ///
    /// ```
    /// use hamt::{Hamt, Insertion};
    ///
    /// let mut map = Hamt::from([(1, 'a')]);
    /// let before = map.clone();
    /// assert_eq!(map.insert_if_changed(1, 'a'), Insertion::Unchanged('a'));
    /// assert!(map.ptr_eq(&before));
    /// assert_eq!(map.insert_if_changed(1, 'b'), Insertion::Replaced('a'));
    /// assert_eq!(map.insert_if_changed(2, 'b'), Insertion::Added);
    /// ```
    pub fn insert_if_changed(&mut self, key: K, value: V) -> Insertion<V>
    where
        V: PartialEq,
    {
        match self.entry(key) {
            Entry::Occupied(entry) if *entry.get() == value => Insertion::Unchanged(value),
            Entry::Occupied(mut entry) => Insertion::Replaced(entry.insert(value)),
            Entry::Vacant(entry) => {
                entry.insert(value);
                Insertion::Added
            }
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for OccupiedError<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OccupiedError")
            .field("key", self.entry.key())
            .field("old_value", self.entry.get())
            .field("new_value", &self.value)
            .finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Display for OccupiedError<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OccupiedError { entry, value } = self;
        let (key, old) = (entry.key(), entry.get());
        write!(
            f,
            "{value:?} was not inserted: the key {key:?} has the value {old:?}"
        )
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S> core::error::Error for OccupiedError<'_, K, V, S> {}
