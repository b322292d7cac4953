//! The operators of sets.

use core::hash::{BuildHasher, Hash};
use core::iter::Sum;
use core::ops::{Add, BitAnd, BitOr, BitXor, Mul, Sub};

use super::HamtSet;

/// One operator on references and on values.
macro_rules! operator {
    ($trait:ident, $operator:ident, $method:ident, $doc:literal) => {
        impl<T: Eq + Hash + Clone, S: BuildHasher + Clone> $trait<&HamtSet<T, S>>
            for &HamtSet<T, S>
        {
            type Output = HamtSet<T, S>;

            #[doc = $doc]
            fn $operator(self, other: &HamtSet<T, S>) -> HamtSet<T, S> {
                self.$method(other)
            }
        }

        impl<T: Eq + Hash + Clone, S: BuildHasher + Clone> $trait for HamtSet<T, S> {
            type Output = HamtSet<T, S>;

            #[doc = $doc]
            fn $operator(self, other: Self) -> Self {
                self.$method(&other)
            }
        }
    };
}

operator!(
    BitOr,
    bitor,
    set_union,
    "The elements of both, see [`HamtSet::set_union`]."
);
operator!(
    Add,
    add,
    set_union,
    "The elements of both, see [`HamtSet::set_union`]."
);
operator!(
    BitAnd,
    bitand,
    set_intersection,
    "The elements in common, see [`HamtSet::set_intersection`]."
);
operator!(
    Mul,
    mul,
    set_intersection,
    "The elements in common, see [`HamtSet::set_intersection`]."
);
operator!(
    BitXor,
    bitxor,
    set_symmetric_difference,
    "What only one of them has, see [`HamtSet::set_symmetric_difference`]."
);
operator!(
    Sub,
    sub,
    relative_complement,
    "What only the first has, see [`HamtSet::relative_complement`]."
);

impl<T: Eq + Hash + Clone, S: BuildHasher + Clone + Default> Sum for HamtSet<T, S> {
    /// The elements of all sets, see [`HamtSet::unions`].
    ///
    /// ```
    /// use hamt::HamtSet;
    ///
    /// let all: HamtSet<u32> = [HamtSet::from([1]), HamtSet::from([2])].into_iter().sum();
    /// assert_eq!(all, HamtSet::from([1, 2]));
    /// ```
    fn sum<I: Iterator<Item = Self>>(sets: I) -> Self {
        Self::unions(sets)
    }
}
