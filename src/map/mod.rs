//! [`Hamt`], the map.

mod algebra;
mod capacity;
mod diff;
mod disjoint;
mod entry;
mod extract;
mod heap;
mod iter;
mod many;
mod merge;
#[cfg(feature = "rayon")]
mod parallel;
mod persistent;
mod traits;
mod try_insert;

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};

pub use capacity::TryReserveError;
pub use diff::Diff;
pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use extract::{Drain, ExtractIf};
pub use iter::{IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys, Values, ValuesMut};
pub use try_insert::{Insertion, OccupiedError};

use crate::arch::{accelerated, accelerated_with};
use crate::children::{EntryRef, IntoEntries, NodeRef, OwnedEntry, Root, Walk, WalkMut};
use crate::hash::HashBits;
use crate::hasher::DefaultHashBuilder;
use crate::trie;

/// A persistent hash map with the interface of `std::collections::HashMap`.
///
/// Cloning a map takes constant time: both clones share everything, and each later change copies
/// only the few arrays on the way to the entry it concerns. A map that shares nothing is changed in
/// place.
///
/// Methods that may have to copy what is shared ask for `K: Clone, V: Clone`; reading, iterating by
/// reference, comparing, cloning and dropping do not. Whether a shared value is cloned depends on
/// its type: small types without `Drop` are kept in the arrays and cloned with them, all others
/// stand in blocks of their own that versions share until one of them changes the value.
///
/// # When values are dropped
///
/// A map that was never cloned drops what is removed or replaced at once. Where versions share memory,
/// a path copy *borrows* what it has in common with the version it was made from instead of counting
/// references on each part; so what only dead versions hold may be dropped late: at the latest when
/// the versions made from them are changed in the same place, [compacted](Hamt::compact) or dropped.
/// Where that is too late, ask for [`with_prompt_drop`](Self::with_prompt_drop).
///
/// # Costs
///
/// Costs are those of a 32-way trie of at most 13 levels, called *O(1)* below: about
/// log<sub>32</sub> *n* steps. Operations on keys whose 64-bit hashes are all equal are linear in
/// the number of such keys.
///
/// # Example
///
/// ```
/// use hamt::Hamt;
///
/// let mut ages = Hamt::new();
/// ages.insert("ada", 36);
/// let before = ages.clone();
/// ages.insert("alan", 41);
/// assert_eq!(ages.get("alan"), Some(&41));
/// assert_eq!(before.get("alan"), None);
///
/// // Or without `mut`: each call gives a new version.
/// let after = before.update("grace", 85).without("ada");
/// assert_eq!((before.len(), after.len()), (1, 1));
/// ```
pub struct Hamt<K, V, S = DefaultHashBuilder> {
    root: Root<K, V>,
    hash_builder: S,
}

#[cfg(all(feature = "ahash", feature = "std"))]
impl<K, V> Hamt<K, V> {
    /// An empty map. It takes no memory beyond itself.
    ///
    /// ```
    /// let map: hamt::Hamt<String, u32> = hamt::Hamt::new();
    /// assert!(map.is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self::with_hasher(DefaultHashBuilder)
    }
}

impl<K, V, S> Hamt<K, V, S> {
    /// An empty map that hashes with `hash_builder`.
    ///
    /// ```
    /// use hamt::Hamt;
    /// use std::hash::RandomState;
    ///
    /// let mut map = Hamt::with_hasher(RandomState::new());
    /// map.insert(1, "one");
    /// assert_eq!(map.len(), 1);
    /// ```
    pub const fn with_hasher(hash_builder: S) -> Self {
        Hamt {
            root: Root::EMPTY,
            hash_builder,
        }
    }

    /// The map's hasher.
    ///
    /// ```
    /// let map: hamt::Hamt<u32, u32> = hamt::Hamt::new();
    /// let _: &hamt::DefaultHashBuilder = map.hasher();
    /// ```
    pub fn hasher(&self) -> &S {
        &self.hash_builder
    }

    /// Number of entries. *O(1)*.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 'a'), (2, 'b')]);
    /// assert_eq!(map.len(), 2);
    /// ```
    #[inline]
    pub fn len(&self) -> usize {
        self.root.len()
    }

    /// Whether there are no entries. *O(1)*.
    ///
    /// ```
    /// assert!(hamt::Hamt::<u8, u8>::new().is_empty());
    /// ```
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both maps share all their contents because one is a clone of the other and neither
    /// has changed since. *O(1)*; `true` implies equal contents, `false` implies nothing.
    ///
    /// ```
    /// let a = hamt::Hamt::from([(1, 2)]);
    /// let b = a.clone();
    /// assert!(a.ptr_eq(&b));
    /// assert!(!a.ptr_eq(&a.update(3, 4)));
    /// ```
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.root.ptr_eq(&other.root)
    }

    /// Removes all entries. What no other version shares is dropped.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 2)]);
    /// map.clear();
    /// assert!(map.is_empty());
    /// ```
    pub fn clear(&mut self) {
        self.root.replace(Root::EMPTY);
    }

    /// Iterates over the entries, in an order that depends on the hasher and the contents; only of two
    /// entries that share a slot, the one that came first may come first.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 10), (2, 20)]);
    /// assert_eq!(map.iter().map(|(k, v)| k + v).sum::<i32>(), 33);
    /// ```
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::new(Walk::new(&self.root))
    }

    /// Iterates over the keys.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 10), (2, 20)]);
    /// assert_eq!(map.keys().sum::<i32>(), 3);
    /// ```
    pub fn keys(&self) -> Keys<'_, K, V> {
        Keys::new(self.iter())
    }

    /// Iterates over the values.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 10), (2, 20)]);
    /// assert_eq!(map.values().sum::<i32>(), 30);
    /// ```
    pub fn values(&self) -> Values<'_, K, V> {
        Values::new(self.iter())
    }

    /// Gives up what dead versions still keep alive through this map.
    ///
    /// Versions made from each other by `update`, `without` or by changing a clone share most of
    /// their memory. A version that is dropped may stay in part until the versions made from it
    /// are changed where the two differ, or dropped; this does it at once. *O(n)* in the parts that
    /// were copied from other versions.
    ///
    /// ```
    /// let base: hamt::Hamt<u32, String> = (0..100).map(|i| (i, i.to_string())).collect();
    /// let next = base.update(7, "seven".to_string());
    /// drop(base);
    /// next.compact(); // the old "7" is gone now, if it was not before
    /// ```
    pub fn compact(&self) {
        self.root.compact();
    }

    /// The same map, which from now on lets go of what no version holds at once.
    ///
    /// By default a version that is dropped may keep some of its entries alive for a while, see
    /// [`compact`](Self::compact): that is what makes updates cheap. If drops have effects that
    /// somebody waits for (locks, files, counts that are looked at), this map and all versions made
    /// from it do without: an entry is dropped with the last version that has it. Their updates
    /// cost two to four times as much where arrays are shared; all else costs the same.
    ///
    /// *O(n)* in the parts that are still borrowed, nothing for a new map. Versions that were made
    /// from this map before stay as they are, and what they hold may still be dropped late.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// let value = Arc::new(());
    /// let one = hamt::Hamt::new().with_prompt_drop().update(1, value.clone());
    /// let two = one.update(2, value.clone());
    /// let three = two.without(&1);
    /// drop((one, two));
    /// assert_eq!(Arc::strong_count(&value), 2);
    /// assert!(three.drops_promptly());
    /// ```
    #[must_use]
    pub fn with_prompt_drop(mut self) -> Self {
        self.root.make_prompt();
        self
    }

    /// Whether entries are dropped with the last version that has them, see
    /// [`with_prompt_drop`](Self::with_prompt_drop).
    ///
    /// ```
    /// assert!(!hamt::Hamt::<u32, u32>::new().drops_promptly());
    /// ```
    #[must_use]
    pub fn drops_promptly(&self) -> bool {
        !self.root.is_lazy()
    }

    /// The root, to look at.
    pub(crate) fn root_view(&self) -> NodeRef<'_, K, V> {
        self.root.view()
    }

    /// What the map is made of: nodes, depths, bytes. *O(n)*.
    ///
    /// ```
    /// let map: hamt::Hamt<u64, u64> = (0..1000).map(|i| (i, i)).collect();
    /// let stats = map.stats();
    /// assert_eq!(stats.entries, 1000);
    /// assert!(stats.live_bytes() < 40 * 1000);
    /// ```
    pub fn stats(&self) -> trie::Stats {
        trie::collect_stats(self.root.view())
    }
}

impl<K, V, S> Hamt<K, V, S> {
    /// How much of this map's memory other versions share, and what is its own: what dropping it
    /// would give back while the others stay.
    ///
    /// *O(n m)* at most for *m* others; what is shared with all is walked once. Exact while all maps
    /// are [compact](Hamt::compact): a version may hold on to parts of dead ones, which none of these
    /// figures includes.
    ///
    /// ```
    /// let old: hamt::Hamt<u64, u64> = (0..1000).map(|i| (i, i)).collect();
    /// let new = old.update(7, 70);
    /// let sharing = new.sharing([&old]);
    /// assert_eq!(sharing.shared_bytes + sharing.unique_bytes, new.stats().live_bytes());
    /// assert!(sharing.unique_nodes <= 3 && sharing.shared_nodes > 10);
    /// ```
    pub fn sharing<'a>(&'a self, others: impl IntoIterator<Item = &'a Self>) -> trie::Sharing {
        let others = others.into_iter().map(|other| other.root.view());
        trie::sharing(self.root.view(), others)
    }
}

impl<K: Clone, V: Clone, S> Hamt<K, V, S> {
    /// Iterates over the entries, values writable. Copies what is shared, array by array.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10), (2, 20)]);
    /// for (_, value) in map.iter_mut() {
    ///     *value += 1;
    /// }
    /// assert_eq!(map[&2], 21);
    /// ```
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        IterMut::new(WalkMut::new(&mut self.root))
    }

    /// Iterates over the values, writable. Copies what is shared, array by array.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 10)]);
    /// map.values_mut().for_each(|value| *value *= 2);
    /// assert_eq!(map[&1], 20);
    /// ```
    pub fn values_mut(&mut self) -> ValuesMut<'_, K, V> {
        ValuesMut::new(self.iter_mut())
    }

    /// Consumes the map, giving its keys; those that other versions share are cloned.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 10)]);
    /// assert_eq!(map.into_keys().collect::<Vec<_>>(), [1]);
    /// ```
    pub fn into_keys(self) -> IntoKeys<K, V> {
        IntoKeys::new(self.into_iter())
    }

    /// Consumes the map, giving its values; those that other versions share are cloned.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 10)]);
    /// assert_eq!(map.into_values().collect::<Vec<_>>(), [10]);
    /// ```
    pub fn into_values(self) -> IntoValues<K, V> {
        IntoValues::new(self.into_iter())
    }
}

impl<K: Eq + Hash, V, S: BuildHasher> Hamt<K, V, S> {
    #[inline(always)]
    fn find<Q>(&self, key: &Q) -> Option<EntryRef<'_, K, V>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let hash = HashBits::of(&self.hash_builder, key);
        accelerated_with(
            &self.root,
            hash,
            key,
            #[inline(always)]
            |root, hash, key| trie::find(root.view(), hash, |other| other.borrow() == key),
        )
    }

    /// The value of `key`. *O(1)*.
    ///
    /// ```
    /// let map = hamt::Hamt::from([("one", 1)]);
    /// assert_eq!(map.get("one"), Some(&1));
    /// assert_eq!(map.get("two"), None);
    /// ```
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.find(key).map(|entry| &entry.pair().1)
    }

    /// The entry of `key`. *O(1)*.
    ///
    /// ```
    /// let map = hamt::Hamt::from([("one", 1)]);
    /// assert_eq!(map.get_key_value("one"), Some((&"one", &1)));
    /// ```
    #[inline]
    pub fn get_key_value<Q>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.find(key).map(EntryRef::key_value)
    }

    /// Whether `key` is there. *O(1)*.
    ///
    /// ```
    /// assert!(hamt::Hamt::from([(1, 2)]).contains_key(&1));
    /// ```
    #[inline]
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.find(key).is_some()
    }

    /// Walks the trie and checks every invariant; for tests of this crate and of hashers.
    ///
    /// # Errors
    /// The first broken invariant. With consistent `Hash` and `Eq` there is none.
    #[doc(hidden)]
    pub fn validate(&self) -> Result<(), trie::Violation> {
        trie::validate(self.root.view(), self.len(), |key| {
            HashBits::of(&self.hash_builder, key)
        })
    }
}

impl<K: Eq + Hash + Clone, V: Clone, S: BuildHasher> Hamt<K, V, S> {
    /// The value of `key`, to change it. *O(1)*; copies what is shared on the way, but nothing if
    /// the key is absent.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([("one", 1)]);
    /// *map.get_mut("one").unwrap() += 10;
    /// assert_eq!(map["one"], 11);
    /// ```
    #[inline]
    pub fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        accelerated(
            #[inline(always)]
            || {
                let hash = HashBits::of(&self.hash_builder, key);
                trie::occupied_mut(&mut self.root, hash, |other| other.borrow() == key)
            },
        )
    }

    /// The entry of `key`, its value to be changed. *O(1)*; copies what is shared on the way, but
    /// nothing if the key is absent.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([("one", 1)]);
    /// let (key, value) = map.get_key_value_mut("one").unwrap();
    /// *value += key.len();
    /// assert_eq!(map["one"], 4);
    /// ```
    pub fn get_key_value_mut<Q>(&mut self, key: &Q) -> Option<(&K, &mut V)>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        accelerated(
            #[inline(always)]
            || {
                let hash = HashBits::of(&self.hash_builder, key);
                let index = trie::position(self.root.view(), hash, |other| other.borrow() == key)?;
                Some(trie::pair_at_mut(&mut self.root, hash, index))
            },
        )
    }

    /// Sets the value of `key` and returns the old one. As in `HashMap`, the old key stays. *O(1)*.
    ///
    /// ```
    /// let mut map = hamt::Hamt::new();
    /// assert_eq!(map.insert(1, 'a'), None);
    /// assert_eq!(map.insert(1, 'b'), Some('a'));
    /// ```
    #[inline]
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        accelerated(
            #[inline(always)]
            || {
                let hash = HashBits::of(&self.hash_builder, &key);
                let rehash = |key: &K| HashBits::of(&self.hash_builder, key);
                trie::insert(&mut self.root, hash, key, value, rehash)
            },
        )
    }

    /// Removes `key` and returns its value. *O(1)*; nothing changes if the key is absent.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 'a')]);
    /// assert_eq!(map.remove(&1), Some('a'));
    /// assert_eq!(map.remove(&1), None);
    /// ```
    #[inline]
    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        Some(self.remove_entry(key)?.1)
    }

    /// Removes `key` and returns its entry. *O(1)*; nothing changes if the key is absent.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 'a')]);
    /// assert_eq!(map.remove_entry(&1), Some((1, 'a')));
    /// ```
    #[inline]
    pub fn remove_entry<Q>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.take(key).map(OwnedEntry::into_pair)
    }

    /// As [`remove_entry`](Hamt::remove_entry), under imbl's name. *O(1)*; nothing changes if the key
    /// is absent.
    ///
    /// ```
    /// let mut map = hamt::Hamt::from([(1, 'a')]);
    /// assert_eq!(map.remove_with_key(&1), Some((1, 'a')));
    /// ```
    pub fn remove_with_key<Q>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.remove_entry(key)
    }

    #[inline(always)]
    fn take<Q>(&mut self, key: &Q) -> Option<OwnedEntry<K, V>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        accelerated(
            #[inline(always)]
            || {
                let hash = HashBits::of(&self.hash_builder, key);
                trie::remove(&mut self.root, hash, |other| other.borrow() == key)
            },
        )
    }

    /// The entry of `key`, to look at and change in place. Nothing is copied until something is
    /// written.
    ///
    /// ```
    /// let mut counts = hamt::Hamt::new();
    /// for word in ["a", "b", "a"] {
    ///     *counts.entry(word).or_insert(0) += 1;
    /// }
    /// assert_eq!(counts["a"], 2);
    /// ```
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V, S> {
        Entry::find(self, key)
    }
}

impl<K: Clone, V: Clone, S> IntoIterator for Hamt<K, V, S> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    /// Consumes the map; entries that other versions share are cloned.
    fn into_iter(self) -> IntoIter<K, V> {
        IntoIter::new(IntoEntries::new(self.root))
    }
}
