//! Changes that leave the map as it is and return a new version.

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};

use super::{Entry, Hamt};

#[cfg(all(feature = "ahash", feature = "std"))]
impl<K: Eq + Hash + Clone, V: Clone> Hamt<K, V> {
    /// A map of one entry.
    ///
    /// ```
    /// let map = hamt::Hamt::unit("one", 1);
    /// assert_eq!((map.len(), map["one"]), (1, 1));
    /// ```
    #[doc(alias = "singleton")]
    #[must_use]
    pub fn unit(key: K, value: V) -> Self {
        let mut map = Self::new();
        map.insert(key, value);
        map
    }
}

/// # New versions
///
/// Each of these leaves `self` as it is and returns another version, *O(1)*; the two share all but
/// one path, or everything if there is nothing to change. If a function given panics, there is no
/// new version.
impl<K: Eq + Hash + Clone, V: Clone, S: BuildHasher + Clone> Hamt<K, V, S> {
    /// This version with `key` set to `value`. *O(1)*; `self` is unchanged, and the two share all
    /// but one path.
    ///
    /// ```
    /// let one = hamt::Hamt::from([(1, 'a')]);
    /// let two = one.update(2, 'b');
    /// assert_eq!((one.len(), two.len()), (1, 2));
    /// ```
    #[must_use = "the map itself is unchanged"]
    #[inline]
    pub fn update(&self, key: K, value: V) -> Self {
        let mut new = self.clone();
        new.insert(key, value);
        new
    }

    /// This version with those entries only for which `keep` is true; shares everything with it if that
    /// is all of them. *O(n)*; `self` is unchanged.
    ///
    /// ```
    /// let map: hamt::Hamt<u32, u32> = (0..100).map(|n| (n, n * n)).collect();
    /// let even = map.filter(|key, _| key % 2 == 0);
    /// assert_eq!((even.len(), map.len()), (50, 100));
    /// assert!(map.filter(|_, square| *square < 10_000).ptr_eq(&map));
    /// ```
    #[must_use = "the map itself is unchanged"]
    pub fn filter(&self, mut keep: impl FnMut(&K, &V) -> bool) -> Self {
        let mut new = self.clone();
        for (key, _) in self.iter().filter(|(key, value)| !keep(key, value)) {
            new.remove(key);
        }
        new
    }

    /// This version with `key` set to `value`, or to what `combine` makes of the old value and
    /// `value` if there is one. As with `insert`, the old key stays. *O(1)*.
    ///
    /// ```
    /// let stock = hamt::Hamt::from([("apples", 3)]);
    /// let more = stock.update_with("apples", 2, |old, new| old + new).update_with("figs", 1, |_, _| 0);
    /// assert_eq!((more["apples"], more["figs"], stock["apples"]), (5, 1, 3));
    /// ```
    #[must_use = "the map itself is unchanged"]
    pub fn update_with(&self, key: K, value: V, combine: impl FnOnce(V, V) -> V) -> Self {
        self.update_with_key(key, value, |_, old, new| combine(old, new))
    }

    /// As [`update_with`](Hamt::update_with), with the map's key. *O(1)*.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(7, 1)]);
    /// assert_eq!(map.update_with_key(7, 2, |key, old, new| key * 100 + old * 10 + new)[&7], 712);
    /// ```
    #[must_use = "the map itself is unchanged"]
    pub fn update_with_key(&self, key: K, value: V, combine: impl FnOnce(&K, V, V) -> V) -> Self {
        let (old, new) =
            self.update_lookup_with_key(key, value, |key, old, new| combine(key, old.clone(), new));
        // Dropped here, because a result that is already returned is lost if a `Drop` panics.
        drop(old);
        new
    }

    /// As [`update_with_key`](Hamt::update_with_key); returns also the value that was there. *O(1)*.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(7, 1)]);
    /// let (old, new) = map.update_lookup_with_key(7, 2, |_, old, new| old + new);
    /// assert_eq!((old, new[&7]), (Some(1), 3));
    /// let (old, new) = map.update_lookup_with_key(8, 2, |_, old, new| old + new);
    /// assert_eq!((old, new[&8]), (None, 2));
    /// ```
    #[must_use = "the map itself is unchanged"]
    pub fn update_lookup_with_key(
        &self,
        key: K,
        value: V,
        combine: impl FnOnce(&K, &V, V) -> V,
    ) -> (Option<V>, Self) {
        let mut new = self.clone();
        let old = match new.entry(key) {
            Entry::Occupied(mut entry) => {
                let value = combine(entry.key(), entry.get(), value);
                Some(entry.insert(value))
            }
            Entry::Vacant(entry) => {
                entry.insert(value);
                None
            }
        };
        (old, new)
    }

    /// This version with `key` set to `value`; shares everything with it if `key` has an equal value
    /// already. *O(1)*.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 'a')]);
    /// assert!(map.ptr_eq(&map.update_if_changed(1, 'a')));
    /// assert_eq!(map.update_if_changed(1, 'b')[&1], 'b');
    /// ```
    #[must_use = "the map itself is unchanged"]
    pub fn update_if_changed(&self, key: K, value: V) -> Self
    where
        V: PartialEq,
    {
        let mut new = self.clone();
        new.insert_if_changed(key, value);
        new
    }

    /// This version with the value of `key` replaced by what `change` makes of it; `None` stands for
    /// an absent key, before and after. *O(1)*; shares everything if the key was and stays absent.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 10)]);
    /// assert_eq!(map.alter(|value| value.map(|n| n + 1), 1)[&1], 11);
    /// assert_eq!(map.alter(|_| Some(20), 2).len(), 2);
    /// assert!(map.alter(|_| None, 1).is_empty());
    /// assert!(map.alter(|_| None, 2).ptr_eq(&map));
    /// ```
    #[must_use = "the map itself is unchanged"]
    pub fn alter(&self, change: impl FnOnce(Option<V>) -> Option<V>, key: K) -> Self {
        let mut new = self.clone();
        match new.entry(key) {
            Entry::Occupied(mut entry) => match change(Some(entry.get().clone())) {
                Some(value) => drop(entry.insert(value)),
                None => drop(entry.remove_entry()),
            },
            Entry::Vacant(entry) => {
                if let Some(value) = change(None) {
                    entry.insert(value);
                }
            }
        }
        new
    }

    /// This version without `key`. *O(1)*; `self` is unchanged, and the two share all but one path,
    /// or everything if the key is absent.
    ///
    /// ```
    /// let one = hamt::Hamt::from([(1, 'a')]);
    /// assert!(one.without(&1).is_empty());
    /// assert!(one.ptr_eq(&one.without(&2)));
    /// ```
    #[must_use = "the map itself is unchanged"]
    #[inline]
    pub fn without<Q>(&self, key: &Q) -> Self
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut new = self.clone();
        new.take(key);
        new
    }

    /// A clone of the value of `key`, and this version without it. *O(1)*; `None`, and nothing is
    /// copied, if the key is absent.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 'a'), (2, 'b')]);
    /// let (value, rest) = map.extract(&1).unwrap();
    /// assert_eq!((value, rest.len(), map.len()), ('a', 1, 2));
    /// assert!(map.extract(&3).is_none());
    /// ```
    #[must_use = "the map itself is unchanged"]
    pub fn extract<Q>(&self, key: &Q) -> Option<(V, Self)>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let (_, value, rest) = self.extract_with_key(key)?;
        Some((value, rest))
    }

    /// As [`extract`](Hamt::extract), with the map's key. *O(1)*.
    ///
    /// ```
    /// let map = hamt::Hamt::from([("one".to_string(), 1)]);
    /// let (key, value, rest) = map.extract_with_key("one").unwrap();
    /// assert_eq!((key.as_str(), value, rest.len()), ("one", 1, 0));
    /// ```
    #[must_use = "the map itself is unchanged"]
    pub fn extract_with_key<Q>(&self, key: &Q) -> Option<(K, V, Self)>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut rest = self.clone();
        let (key, value) = rest.remove_entry(key)?;
        Some((key, value, rest))
    }
}
