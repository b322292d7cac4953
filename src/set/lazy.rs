//! Iterators over what two sets have together, in common or apart. Each looks the elements of one
//! set up in the other as it goes.

use core::borrow::Borrow;
use core::fmt;
use core::hash::{BuildHasher, Hash};
use core::iter::{Chain, FusedIterator};

use super::{HamtSet, Iter};
use crate::hasher::DefaultHashBuilder;

/// Iterator over what two sets have in common, from [`HamtSet::intersection`].
pub struct Intersection<'a, T, S = DefaultHashBuilder> {
    elements: Iter<'a, T>,
    other: &'a HamtSet<T, S>,
}

/// Iterator over what the first of two sets has alone, from [`HamtSet::difference`].
pub struct Difference<'a, T, S = DefaultHashBuilder> {
    elements: Iter<'a, T>,
    other: &'a HamtSet<T, S>,
}

/// Iterator over what either of two sets has alone, from [`HamtSet::symmetric_difference`].
pub struct SymmetricDifference<'a, T, S = DefaultHashBuilder>(
    Chain<Difference<'a, T, S>, Difference<'a, T, S>>,
);

/// Iterator over what two sets have together, from [`HamtSet::union`].
pub struct Union<'a, T, S = DefaultHashBuilder>(Chain<Iter<'a, T>, Difference<'a, T, S>>);

impl<T: Eq + Hash, S: BuildHasher> HamtSet<T, S> {
    /// Iterates over the elements that both sets have; they are those of the smaller set, or this
    /// one's if there are as many in the other.
    ///
    /// *O(n)* in the smaller set. For a set of them see
    /// [`set_intersection`](HamtSet::set_intersection).
    ///
    /// ```
    /// let (a, b) = (hamt::HamtSet::from([1, 2]), hamt::HamtSet::from([2, 3]));
    /// assert_eq!(a.intersection(&b).collect::<Vec<_>>(), [&2]);
    /// ```
    pub fn intersection<'a>(&'a self, other: &'a Self) -> Intersection<'a, T, S> {
        let (smaller, larger) = if self.len() <= other.len() {
            (self, other)
        } else {
            (other, self)
        };
        Intersection {
            elements: smaller.iter(),
            other: larger,
        }
    }

    /// Iterates over the elements that this set has and `other` has not.
    ///
    /// *O(n)* in this set. For a set of them see
    /// [`relative_complement`](HamtSet::relative_complement).
    ///
    /// ```
    /// let (a, b) = (hamt::HamtSet::from([1, 2]), hamt::HamtSet::from([2, 3]));
    /// assert_eq!(a.difference(&b).collect::<Vec<_>>(), [&1]);
    /// ```
    pub fn difference<'a>(&'a self, other: &'a Self) -> Difference<'a, T, S> {
        Difference {
            elements: self.iter(),
            other,
        }
    }

    /// Iterates over the elements that only one of the sets has, those of this one first.
    ///
    /// *O(n)* in both. For a set of them see
    /// [`set_symmetric_difference`](HamtSet::set_symmetric_difference).
    ///
    /// ```
    /// let (a, b) = (hamt::HamtSet::from([1, 2]), hamt::HamtSet::from([2, 3]));
    /// assert_eq!(a.symmetric_difference(&b).collect::<Vec<_>>(), [&1, &3]);
    /// ```
    pub fn symmetric_difference<'a>(&'a self, other: &'a Self) -> SymmetricDifference<'a, T, S> {
        SymmetricDifference(self.difference(other).chain(other.difference(self)))
    }

    /// Iterates over the elements of both sets: those of the larger one, or this one's if there are
    /// as many in the other, then what only the other has.
    ///
    /// *O(n)* in both. For a set of them see [`set_union`](HamtSet::set_union).
    ///
    /// ```
    /// let (a, b) = (hamt::HamtSet::from([1, 2]), hamt::HamtSet::from([2, 3]));
    /// assert_eq!(a.union(&b).sum::<i32>(), 6);
    /// ```
    pub fn union<'a>(&'a self, other: &'a Self) -> Union<'a, T, S> {
        let (first, second) = if self.len() >= other.len() {
            (self, other)
        } else {
            (other, self)
        };
        Union(first.iter().chain(second.difference(first)))
    }

    /// Whether the sets have no element in common. *O(n)* in the smaller one, up to the first
    /// element that both have.
    ///
    /// ```
    /// let set = hamt::HamtSet::from([1, 2]);
    /// assert!(set.is_disjoint(&hamt::HamtSet::from([3])));
    /// assert!(!set.is_disjoint(&set));
    /// ```
    #[must_use]
    pub fn is_disjoint(&self, other: impl Borrow<Self>) -> bool {
        self.intersection(other.borrow()).next().is_none()
    }

    /// Whether `other` has all elements of this set.
    ///
    /// What both share is not looked at: for sets made from each other, the cost is that of their
    /// differences. Else *O(n)* in this set.
    ///
    /// ```
    /// let set = hamt::HamtSet::from([1, 2]);
    /// assert!(set.without(&1).is_subset(&set) && set.is_subset(&set));
    /// assert!(!set.update(3).is_subset(&set));
    /// ```
    #[must_use]
    pub fn is_subset(&self, other: impl Borrow<Self>) -> bool {
        self.map.is_submap(&other.borrow().map)
    }

    /// Whether `other` has all elements of this set, and more. Costs what
    /// [`is_subset`](HamtSet::is_subset) does.
    ///
    /// ```
    /// let set = hamt::HamtSet::from([1, 2]);
    /// assert!(set.without(&1).is_proper_subset(&set));
    /// assert!(!set.is_proper_subset(&set));
    /// ```
    #[must_use]
    pub fn is_proper_subset(&self, other: impl Borrow<Self>) -> bool {
        self.map.is_proper_submap(&other.borrow().map)
    }

    /// Whether this set has all elements of `other`. Costs what [`is_subset`](HamtSet::is_subset)
    /// does.
    ///
    /// ```
    /// let set = hamt::HamtSet::from([1, 2]);
    /// assert!(set.is_superset(&set.without(&1)));
    /// ```
    #[must_use]
    pub fn is_superset(&self, other: impl Borrow<Self>) -> bool {
        other.borrow().is_subset(self)
    }

    /// Whether this set has all elements of `other`, and more. Costs what
    /// [`is_subset`](HamtSet::is_subset) does.
    ///
    /// ```
    /// let set = hamt::HamtSet::from([1, 2]);
    /// assert!(set.is_proper_superset(&set.without(&1)) && !set.is_proper_superset(&set));
    /// ```
    #[must_use]
    pub fn is_proper_superset(&self, other: impl Borrow<Self>) -> bool {
        other.borrow().is_proper_subset(self)
    }
}

impl<'a, T: Eq + Hash, S: BuildHasher> Iterator for Intersection<'a, T, S> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<&'a T> {
        self.elements.find(|it| self.other.contains(*it))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.elements.len()))
    }

    #[inline]
    fn fold<B, F: FnMut(B, &'a T) -> B>(self, init: B, f: F) -> B {
        let other = self.other;
        self.elements.filter(|it| other.contains(*it)).fold(init, f)
    }
}

impl<'a, T: Eq + Hash, S: BuildHasher> Iterator for Difference<'a, T, S> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<&'a T> {
        self.elements.find(|it| !self.other.contains(*it))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.elements.len();
        (left.saturating_sub(self.other.len()), Some(left))
    }

    #[inline]
    fn fold<B, F: FnMut(B, &'a T) -> B>(self, init: B, f: F) -> B {
        let other = self.other;
        self.elements
            .filter(|it| !other.contains(*it))
            .fold(init, f)
    }
}

/// An iterator that passes on what the chain it wraps gives.
macro_rules! chained {
    ($($name:ident),*) => {$(
        impl<'a, T: Eq + Hash, S: BuildHasher> Iterator for $name<'a, T, S> {
            type Item = &'a T;

            #[inline]
            fn next(&mut self) -> Option<&'a T> {
                self.0.next()
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }

            #[inline]
            fn fold<B, F: FnMut(B, &'a T) -> B>(self, init: B, f: F) -> B {
                self.0.fold(init, f)
            }
        }

        impl<T, S> Clone for $name<'_, T, S> {
            fn clone(&self) -> Self {
                $name(self.0.clone())
            }
        }
    )*};
}
chained!(SymmetricDifference, Union);

macro_rules! looking_up {
    ($($name:ident),*) => {$(
        impl<T, S> Clone for $name<'_, T, S> {
            fn clone(&self) -> Self {
                $name {
                    elements: self.elements.clone(),
                    other: self.other,
                }
            }
        }
    )*};
}
looking_up!(Intersection, Difference);

macro_rules! fused_and_shown {
    ($($name:ident),*) => {$(
        impl<T: Eq + Hash, S: BuildHasher> FusedIterator for $name<'_, T, S> {}

        /// As a list of what is left.
        impl<T: Eq + Hash + fmt::Debug, S: BuildHasher> fmt::Debug for $name<'_, T, S> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.clone()).finish()
            }
        }
    )*};
}
fused_and_shown!(Intersection, Difference, SymmetricDifference, Union);
