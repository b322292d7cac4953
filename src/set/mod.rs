//! [`HamtSet`], the set, and its iterators.
//!
//! A set is a [`Hamt`] whose values take no room. It has the methods of
//! `std::collections::HashSet`, the persistent ones of the map, and the map's structural algebra.
//!
//! # Names, for those who come from elsewhere
//!
//! Where `std` and `im` or `imbl` mean different things by one name, `std`'s meaning stands:
//!
//! | name | in `std` and here | in `im` and `imbl` | here for that |
//! |---|---|---|---|
//! | `union` | lazy iterator over references | the set of both, by value | [`set_union`] or `\|` or `+` |
//! | `intersection` | lazy iterator | the set, by value | [`set_intersection`] or `&` or `*` |
//! | `symmetric_difference` | lazy iterator | the set, by value | [`set_symmetric_difference`] or `^` |
//! | `difference` | lazy iterator over what only `self` has | the symmetric difference | [`set_symmetric_difference`] or `^` |
//! | `relative_complement` | (not in `std`) | the set, by value | the same, or `-` |
//! | `insert` | whether the element is new; the old one stays | the old element | [`replace`] |
//! | `remove` | whether the element was there | the element | [`take`] |
//!
//! Vectors, slices and other sets become one of these by `collect`, not by `From`.
//!
//! Lazy iterators look every element up in the other set: they are right for a few elements, or
//! for sets that have nothing to do with each other. The structural methods and the operators make
//! a set, and cost what the two do not share.
//!
//! [`set_union`]: HamtSet::set_union
//! [`set_intersection`]: HamtSet::set_intersection
//! [`set_symmetric_difference`]: HamtSet::set_symmetric_difference
//! [`replace`]: HamtSet::replace
//! [`take`]: HamtSet::take

mod algebra;
mod capacity;
mod diff;
mod extract;
mod iter;
mod lazy;
mod ops;
mod traits;

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};

pub use diff::{Change, Diff};
pub use extract::{Drain, ExtractIf};
pub use iter::{IntoIter, Iter};
pub use lazy::{Difference, Intersection, SymmetricDifference, Union};

use crate::hasher::DefaultHashBuilder;
use crate::map::{Entry, Hamt};
use crate::trie::{Stats, Violation};

/// A persistent hash set with the interface of `std::collections::HashSet`.
///
/// Cloning a set takes constant time: both clones share everything, and each later change copies
/// only the few arrays on the way to the element it concerns. A set that shares nothing is changed
/// in place.
///
/// It is a [`Hamt`] without values: what is said there of costs, of what is cloned when, and of when
/// elements are dropped holds here too. Methods that may have to copy what is shared ask for
/// `T: Clone`. How names compare with those of other libraries is told in the [module](self).
///
/// ```
/// use hamt::HamtSet;
///
/// let mut langs = HamtSet::from(["c", "rust"]);
/// let before = langs.clone();
/// assert!(langs.insert("zig"));
/// assert!(!langs.insert("c"));
/// assert_eq!((before.len(), langs.len()), (2, 3));
///
/// // Or without `mut`: each call gives a new version.
/// let after = before.update("ada").without("c");
/// assert_eq!(after, HamtSet::from(["ada", "rust"]));
/// assert_eq!(&langs - &before, HamtSet::unit("zig"));
/// ```
pub struct HamtSet<T, S = DefaultHashBuilder> {
    map: Hamt<T, (), S>,
}

#[cfg(all(feature = "ahash", feature = "std"))]
impl<T> HamtSet<T> {
    /// An empty set. It takes no memory beyond itself.
    ///
    /// ```
    /// static EMPTY: hamt::HamtSet<String> = hamt::HamtSet::new();
    /// assert!(EMPTY.is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self::with_hasher(DefaultHashBuilder)
    }
}

impl<T, S> HamtSet<T, S> {
    /// An empty set that hashes with `hash_builder`.
    ///
    /// ```
    /// use hamt::HamtSet;
    /// use std::hash::RandomState;
    ///
    /// let mut set = HamtSet::with_hasher(RandomState::new());
    /// set.insert(1);
    /// assert_eq!(set.len(), 1);
    /// ```
    pub const fn with_hasher(hash_builder: S) -> Self {
        HamtSet {
            map: Hamt::with_hasher(hash_builder),
        }
    }

    /// The set's hasher.
    ///
    /// ```
    /// let set: hamt::HamtSet<u32> = hamt::HamtSet::new();
    /// let _: &hamt::DefaultHashBuilder = set.hasher();
    /// ```
    pub fn hasher(&self) -> &S {
        self.map.hasher()
    }

    /// Number of elements. *O(1)*.
    ///
    /// ```
    /// assert_eq!(hamt::HamtSet::from([1, 2, 1]).len(), 2);
    /// ```
    #[inline]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether there are no elements. *O(1)*.
    ///
    /// ```
    /// assert!(hamt::HamtSet::<u8>::new().is_empty());
    /// ```
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Whether both sets share all their contents because one is a clone of the other and neither
    /// has changed since. *O(1)*; `true` implies equal contents, `false` implies nothing.
    ///
    /// ```
    /// let a = hamt::HamtSet::from([1]);
    /// assert!(a.ptr_eq(&a.update(1)));
    /// assert!(!a.ptr_eq(&a.update(2)));
    /// ```
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.map.ptr_eq(&other.map)
    }

    /// Removes all elements. What no other version shares is dropped.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::from([1, 2]);
    /// set.clear();
    /// assert!(set.is_empty());
    /// ```
    pub fn clear(&mut self) {
        self.map.clear();
    }

    /// Iterates over the elements, in an order that depends on the hasher and the contents; only of
    /// two elements that share a slot, the one that came first may come first.
    ///
    /// ```
    /// let set = hamt::HamtSet::from([1, 2, 3]);
    /// assert_eq!(set.iter().sum::<i32>(), 6);
    /// ```
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(self.map.keys())
    }

    /// Gives up what dead versions still keep alive through this set, see [`Hamt::compact`]. *O(n)*
    /// in the parts that were copied from other versions.
    ///
    /// ```
    /// let base: hamt::HamtSet<String> = (0..100).map(|n| n.to_string()).collect();
    /// let next = base.without("7");
    /// drop(base);
    /// next.compact(); // "7" is gone now, if it was not before
    /// ```
    pub fn compact(&self) {
        self.map.compact();
    }

    /// The same set, which from now on lets go of what no version holds at once, see
    /// [`Hamt::with_prompt_drop`]. *O(n)* in the parts that are still borrowed, nothing for a new
    /// set.
    ///
    /// ```
    /// let set = hamt::HamtSet::from([1, 2]).with_prompt_drop();
    /// assert!(set.update(3).drops_promptly());
    /// ```
    #[must_use]
    pub fn with_prompt_drop(self) -> Self {
        HamtSet {
            map: self.map.with_prompt_drop(),
        }
    }

    /// Whether elements are dropped with the last version that has them, see
    /// [`with_prompt_drop`](Self::with_prompt_drop). *O(1)*.
    ///
    /// ```
    /// assert!(!hamt::HamtSet::<u32>::new().drops_promptly());
    /// ```
    #[must_use]
    pub fn drops_promptly(&self) -> bool {
        self.map.drops_promptly()
    }

    /// What the set is made of: nodes, depths, bytes. *O(n)*.
    ///
    /// ```
    /// let set: hamt::HamtSet<u64> = (0..1000).collect();
    /// let stats = set.stats();
    /// assert_eq!(stats.entries, 1000);
    /// assert!(stats.live_bytes() < 20 * 1000);
    /// ```
    pub fn stats(&self) -> Stats {
        self.map.stats()
    }

    /// The set as a map without values, sharing everything. *O(1)*.
    ///
    /// ```
    /// let set = hamt::HamtSet::from([1, 2]);
    /// assert!(set.as_map().contains_key(&1));
    /// ```
    #[must_use]
    pub fn as_map(&self) -> &Hamt<T, (), S> {
        &self.map
    }
}

#[cfg(feature = "rayon")]
impl<T, S> HamtSet<T, S> {
    /// The map beneath, to be changed.
    pub(crate) fn map_mut(&mut self) -> &mut Hamt<T, (), S> {
        &mut self.map
    }
}

impl<T: Eq + Hash, S: BuildHasher> HamtSet<T, S> {
    /// Whether `value` is there. *O(1)*.
    ///
    /// ```
    /// let set = hamt::HamtSet::from(["one".to_string()]);
    /// assert!(set.contains("one") && !set.contains("two"));
    /// ```
    #[inline]
    pub fn contains<Q>(&self, value: &Q) -> bool
    where
        T: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.map.contains_key(value)
    }

    /// The element that equals `value`. *O(1)*.
    ///
    /// ```
    /// let set = hamt::HamtSet::from(["one"]);
    /// assert_eq!(set.get("one"), Some(&"one"));
    /// assert_eq!(set.get("two"), None);
    /// ```
    #[inline]
    pub fn get<Q>(&self, value: &Q) -> Option<&T>
    where
        T: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.map.get_key_value(value).map(|(element, ())| element)
    }

    /// Walks the trie and checks every invariant; for tests of this crate and of hashers.
    ///
    /// # Errors
    /// The first broken invariant. With consistent `Hash` and `Eq` there is none.
    #[doc(hidden)]
    pub fn validate(&self) -> Result<(), Violation> {
        self.map.validate()
    }
}

impl<T: Eq + Hash + Clone, S: BuildHasher> HamtSet<T, S> {
    /// Adds `value`, and says whether it is new; if an equal one is there, that stays and nothing is
    /// copied. *O(1)*.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::new();
    /// assert!(set.insert(1));
    /// assert!(!set.insert(1));
    /// ```
    #[inline]
    pub fn insert(&mut self, value: T) -> bool {
        match self.map.entry(value) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(());
                true
            }
        }
    }

    /// Adds `value` in the place of an equal one, which is returned. *O(1)*.
    ///
    /// If user code panics meanwhile, neither of them may be there.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::from([String::with_capacity(8)]);
    /// assert_eq!(set.replace(String::new()).unwrap().capacity(), 8);
    /// assert_eq!(set.get("").unwrap().capacity(), 0);
    /// ```
    pub fn replace(&mut self, value: T) -> Option<T> {
        let old = self.take(&value);
        self.map.insert(value, ());
        old
    }

    /// Removes `value`, and says whether it was there; if not, nothing changes. *O(1)*.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::from([1]);
    /// assert!(set.remove(&1));
    /// assert!(!set.remove(&1));
    /// ```
    #[inline]
    pub fn remove<Q>(&mut self, value: &Q) -> bool
    where
        T: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.map.remove(value).is_some()
    }

    /// Removes the element that equals `value` and returns it; nothing changes if there is none.
    /// *O(1)*.
    ///
    /// ```
    /// let mut set = hamt::HamtSet::from(["one".to_string()]);
    /// assert_eq!(set.take("one"), Some("one".to_string()));
    /// assert_eq!(set.take("one"), None);
    /// ```
    #[inline]
    pub fn take<Q>(&mut self, value: &Q) -> Option<T>
    where
        T: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        Some(self.map.remove_entry(value)?.0)
    }

    /// Keeps the elements for which `keep` is true.
    ///
    /// *O(n)*; nothing is copied if all are kept. If `keep` panics, no element has been removed.
    ///
    /// ```
    /// let mut set: hamt::HamtSet<u32> = (0..8).collect();
    /// set.retain(|n| n % 2 == 0);
    /// assert_eq!(set.len(), 4);
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let unwanted: alloc::vec::Vec<T> = self.iter().filter(|it| !keep(it)).cloned().collect();
        for value in unwanted {
            self.remove(&value);
        }
    }
}

impl<T: Eq + Hash + Clone, S: BuildHasher + Clone> HamtSet<T, S> {
    /// This version with `value`. *O(1)*; `self` is unchanged, and the two share all but one path,
    /// or everything if `value` is there already.
    ///
    /// ```
    /// let one = hamt::HamtSet::from([1]);
    /// assert_eq!(one.update(2).len(), 2);
    /// assert!(one.ptr_eq(&one.update(1)));
    /// ```
    #[must_use = "the set itself is unchanged"]
    #[inline]
    pub fn update(&self, value: T) -> Self {
        let mut new = self.clone();
        new.insert(value);
        new
    }

    /// This version without `value`. *O(1)*; `self` is unchanged, and the two share all but one
    /// path, or everything if `value` is not there.
    ///
    /// ```
    /// let one = hamt::HamtSet::from([1]);
    /// assert!(one.without(&1).is_empty());
    /// assert!(one.ptr_eq(&one.without(&2)));
    /// ```
    #[must_use = "the set itself is unchanged"]
    #[inline]
    pub fn without<Q>(&self, value: &Q) -> Self
    where
        T: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        HamtSet {
            map: self.map.without(value),
        }
    }
}

impl<T: Eq + Hash + Clone, S: BuildHasher + Default> HamtSet<T, S> {
    /// The set of one element.
    ///
    /// ```
    /// let set: hamt::HamtSet<u32> = hamt::HamtSet::unit(7);
    /// assert!(set.contains(&7) && set.len() == 1);
    /// ```
    #[must_use]
    pub fn unit(value: T) -> Self {
        let mut set = Self::default();
        set.insert(value);
        set
    }
}
