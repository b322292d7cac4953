//! Unions, intersections and their relatives that make a set, and the three-way merge.

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};

use super::HamtSet;
use crate::map::Hamt;
use crate::trie::Resolution;

/// # Structural algebra
///
/// These make a set out of two, and walk both in step: what they share is taken over or left out as
/// a whole, so that for sets made from each other, or both from a third, the cost is that of their
/// differences, whatever their size. A result that equals one of the sets shares everything with
/// it. What holds for maps holds here, see [set algebra](Hamt#set-algebra): sets that have nothing
/// to do with each other cost *O(n)* in the smaller and what they have in common; where hashers are
/// not known to hash alike, the smaller set is rehashed first.
///
/// If `Eq`, `Hash` or `Clone` panics, the sets are as before.
impl<T: Eq + Hash + Clone, S: BuildHasher + Clone> HamtSet<T, S> {
    fn joined(
        &self,
        other: impl Borrow<Self>,
        join: impl FnOnce(&Hamt<T, (), S>, &Hamt<T, (), S>) -> Hamt<T, (), S>,
    ) -> Self {
        HamtSet {
            map: join(&self.map, &other.borrow().map),
        }
    }

    /// The set of all elements of both. Of equal ones this set's stands.
    ///
    /// ```
    /// use hamt::HamtSet;
    ///
    /// let (one, two) = (HamtSet::from([1, 2]), HamtSet::from([2, 3]));
    /// assert_eq!(one.set_union(&two), HamtSet::from([1, 2, 3]));
    /// assert!(one.set_union(one.without(&1)).ptr_eq(&one));
    /// ```
    #[must_use = "the sets themselves are unchanged"]
    pub fn set_union(&self, other: impl Borrow<Self>) -> Self {
        self.joined(other, |one, two| one.union(two))
    }

    /// The set of this set's elements that `other` has too.
    ///
    /// ```
    /// use hamt::HamtSet;
    ///
    /// let (one, two) = (HamtSet::from([1, 2]), HamtSet::from([2, 3]));
    /// assert_eq!(one.set_intersection(&two), HamtSet::from([2]));
    /// ```
    #[must_use = "the sets themselves are unchanged"]
    pub fn set_intersection(&self, other: impl Borrow<Self>) -> Self {
        self.joined(other, |one, two| one.intersection(two))
    }

    /// The set of the elements that only one of the sets has.
    ///
    /// ```
    /// use hamt::HamtSet;
    ///
    /// let (one, two) = (HamtSet::from([1, 2]), HamtSet::from([2, 3]));
    /// assert_eq!(one.set_symmetric_difference(&two), HamtSet::from([1, 3]));
    /// ```
    #[must_use = "the sets themselves are unchanged"]
    pub fn set_symmetric_difference(&self, other: impl Borrow<Self>) -> Self {
        self.joined(other, |one, two| one.symmetric_difference(two))
    }

    /// The set of this set's elements that `other` has not.
    ///
    /// ```
    /// use hamt::HamtSet;
    ///
    /// let (one, two) = (HamtSet::from([1, 2]), HamtSet::from([2, 3]));
    /// assert_eq!(one.relative_complement(&two), HamtSet::from([1]));
    /// ```
    #[doc(alias = "set_difference")]
    #[must_use = "the sets themselves are unchanged"]
    pub fn relative_complement(&self, other: impl Borrow<Self>) -> Self {
        self.joined(other, |one, two| one.relative_complement(two))
    }

    /// The set of all elements of all sets. Of equal ones that of the first set stands.
    ///
    /// ```
    /// use hamt::HamtSet;
    ///
    /// let sets = [HamtSet::from([1, 2]), HamtSet::from([2, 3]), HamtSet::new()];
    /// assert_eq!(HamtSet::unions(sets), HamtSet::from([1, 2, 3]));
    /// ```
    #[must_use]
    pub fn unions(sets: impl IntoIterator<Item = Self>) -> Self
    where
        S: Default,
    {
        HamtSet {
            map: Hamt::unions(sets.into_iter().map(|set| set.map)),
        }
    }

    /// Brings together what two versions made from this one have changed: the elements that are
    /// still in both, and those that are new in either.
    ///
    /// Unlike those of maps, such changes never contradict each other. Where two of the three share
    /// memory, the third stands without being looked at: the cost is that of what both versions have
    /// changed, see [`Hamt::merge`].
    ///
    /// ```
    /// use hamt::HamtSet;
    ///
    /// let base = HamtSet::from([1, 2, 3]);
    /// let merged = base.merge(&base.update(4).without(&1), &base.update(5).without(&2));
    /// assert_eq!(merged, HamtSet::from([3, 4, 5]));
    /// ```
    #[must_use = "the sets themselves are unchanged"]
    pub fn merge(&self, ours: &Self, theirs: &Self) -> Self {
        // Asked only if `Eq` contradicts itself.
        let resolve = |_: crate::trie::Conflict<'_, T, ()>| Resolution::Ours;
        HamtSet {
            map: self.map.merge(&ours.map, &theirs.map, resolve),
        }
    }
}
