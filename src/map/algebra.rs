//! Unions, intersections and their relatives, and the general join.

use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};
use core::mem::size_of;

use super::Hamt;
use crate::children::Root;
use crate::hash::HashBits;
use crate::trie::{self, ByRules, JoinRules, Joined, Pick, PickFn};

impl<K, V, S> Hamt<K, V, S> {
    /// Whether the hashers of both maps are known to hash alike.
    ///
    /// A hasher without size has nothing to differ in. Otherwise maps that have memory in common
    /// are made from each other by cloning, with clones of one hasher; and what a clone of a hasher
    /// hashes differently, no clone of a map would find.
    pub(super) fn hashes_alike(&self, other: &Self) -> bool {
        size_of::<S>() == 0 || trie::are_related(self.root.view(), other.root.view())
    }
}

impl<K: Eq + Hash, V, S: BuildHasher> Hamt<K, V, S> {
    #[inline(always)]
    pub(super) fn rehash(&self) -> impl Fn(&K) -> HashBits {
        |key| HashBits::of(&self.hash_builder, key)
    }

    /// Whether `other` has all entries of this map.
    ///
    /// As `==`, this does not look at what both maps share:
    /// for maps made from each other, the cost is that of their differences.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 'a'), (2, 'b')]);
    /// assert!(map.without(&1).is_submap(&map));
    /// assert!(!map.update(1, 'c').is_submap(&map));
    /// assert!(map.is_submap(&map));
    /// ```
    #[must_use]
    pub fn is_submap(&self, other: impl Borrow<Self>) -> bool
    where
        V: PartialEq,
    {
        let other = other.borrow();
        self.len() <= other.len()
            && if self.hashes_alike(other) {
                trie::is_submap(self.root.view(), other.root.view(), &self.rehash())
            } else {
                self.is_submap_by(other, PartialEq::eq)
            }
    }

    /// Whether `other` has all entries of this map, and more.
    ///
    /// ```
    /// let map = hamt::Hamt::from([(1, 'a'), (2, 'b')]);
    /// assert!(map.without(&1).is_proper_submap(&map));
    /// assert!(!map.is_proper_submap(&map));
    /// ```
    #[must_use]
    pub fn is_proper_submap(&self, other: impl Borrow<Self>) -> bool
    where
        V: PartialEq,
    {
        let other = other.borrow();
        self.len() < other.len() && self.is_submap(other)
    }

    /// Whether `other` has all keys of this map, with values that `accept` accepts beside ours.
    ///
    /// *O(n)* in this map: `accept` is called for each key up to the first one that fails, also
    /// for entries that both maps share.
    ///
    /// ```
    /// let ages = hamt::Hamt::from([("ada", 36)]);
    /// let limits = hamt::Hamt::from([("ada", 40u64), ("alan", 41)]);
    /// assert!(ages.is_submap_by(&limits, |age, limit| *age < *limit));
    /// ```
    #[must_use]
    pub fn is_submap_by<B>(
        &self,
        other: impl Borrow<Hamt<K, B, S>>,
        mut accept: impl FnMut(&V, &B) -> bool,
    ) -> bool {
        let other = other.borrow();
        self.iter()
            .all(|(key, value)| other.get(key).is_some_and(|it| accept(value, it)))
    }

    /// Whether `other` has all keys of this map, with values that `accept` accepts beside ours,
    /// and more. *O(n)*, as [`is_submap_by`](Hamt::is_submap_by).
    ///
    /// ```
    /// let ages = hamt::Hamt::from([("ada", 36)]);
    /// assert!(!ages.is_proper_submap_by(&ages, |one, two| one == two));
    /// ```
    #[must_use]
    pub fn is_proper_submap_by<B>(
        &self,
        other: impl Borrow<Hamt<K, B, S>>,
        accept: impl FnMut(&V, &B) -> bool,
    ) -> bool {
        let other = other.borrow();
        self.len() < other.len() && self.is_submap_by(other, accept)
    }
}

/// Two roots and the hasher they agree on, after rehashing the smaller map if need be.
struct Agreed<'a, K, V, S> {
    /// Stands for the map in question where that had to be rehashed.
    rehashed: [Option<Root<K, V>>; 2],
    maps: [&'a Hamt<K, V, S>; 2],
    hash_builder: &'a S,
}

impl<'a, K, V, S> Agreed<'a, K, V, S>
where
    K: Eq + Hash + Clone,
    V: Clone,
    S: BuildHasher + Clone,
{
    fn on(left: &'a Hamt<K, V, S>, right: &'a Hamt<K, V, S>) -> Self {
        let mut this = Agreed {
            rehashed: [None, None],
            maps: [left, right],
            hash_builder: &left.hash_builder,
        };
        if !left.hashes_alike(right) {
            let smaller = usize::from(right.len() <= left.len());
            let larger = this.maps[1 - smaller];
            this.hash_builder = &larger.hash_builder;
            this.rehashed[smaller] = Some(this.maps[smaller].root_for(larger));
        }
        this
    }

    fn root(&self, map: usize) -> &Root<K, V> {
        self.rehashed[map].as_ref().unwrap_or(&self.maps[map].root)
    }

    fn join(&self, rules: JoinRules, pick: &mut PickFn<'_, K, V>) -> Hamt<K, V, S> {
        let [left, right] = [self.root(0), self.root(1)];
        let joined = trie::join(
            [left, right],
            rules.measure(left.len(), right.len()),
            &mut ByRules { rules, pick },
            &|key| HashBits::of(self.hash_builder, key),
        );
        let root = match joined {
            Joined::Same(map) => self.root(map).clone(),
            Joined::New(root) => root,
        };
        Hamt {
            root: root.dropping_like(&self.maps[0].root),
            hash_builder: self.hash_builder.clone(),
        }
    }
}

/// # Set algebra
///
/// These walk both maps in step. What one map has and the other has not, and what both share, is
/// taken over or left out as a whole; so for maps that were made from each other, or both from a
/// third, the cost is that of their differences, whatever their size. A result that equals one of
/// the maps shares everything with it. Maps that have nothing to do with each other cost *O(n)* in
/// the smaller, and what they have in common.
///
/// All that is for maps that are known to hash alike: whose hasher has no size, as
/// [`DefaultHashBuilder`](crate::DefaultHashBuilder) and `BuildHasherDefault`, or that share memory.
/// For others, such as two maps with a `RandomState` each, the smaller map is rehashed first, and
/// the result has the hasher of the larger one.
///
/// A result [drops promptly](Hamt::with_prompt_drop) if this map does, which takes *O(n)* if the
/// other does not.
///
/// If `Eq`, `Hash`, `Clone` or a function given panics, the maps are as before.
impl<K, V, S> Hamt<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Clone,
    S: BuildHasher + Clone,
{
    /// The trie of this map's entries as `other` hashes them.
    pub(super) fn root_for(&self, other: &Self) -> Root<K, V> {
        trie::rehashed(&self.root, &other.rehash())
    }

    /// The map of all keys for which `pick` chooses something.
    ///
    /// `pick` is called with a key and the values that this map and `other` have for it, and says
    /// what becomes of the key: [`Pick`]. For keys that only one map has, and for entries that both
    /// maps share, `rules` may have decided already; then `pick` is not called, and whole parts are
    /// taken over or left out without being looked at. It is called at most once for each key, in no
    /// order.
    ///
    /// The union of two versions where the larger value wins; what both share need not be looked
    /// at, since it is the same in both:
    ///
    /// ```
    /// use hamt::{Hamt, JoinRules, Pick};
    ///
    /// let base: Hamt<u32, u32> = (0..1000).map(|key| (key, key)).collect();
    /// let one = base.update(1, 50).update(2, 0);
    /// let two = base.update(1, 70).without(&3);
    /// let mut asked = 0;
    /// let max = one.join_with(&two, JoinRules::UNION, |_key, one, two| {
    ///     asked += 1;
    ///     if one < two { Pick::Right } else { Pick::Left }
    /// });
    /// assert_eq!((max[&1], max[&2], max[&3], max.len()), (70, 2, 3, 1000));
    /// assert!(asked < 500);
    /// ```
    ///
    /// With every key asked about, also those that only one map has:
    ///
    /// ```
    /// use hamt::{Hamt, JoinRules, Pick};
    ///
    /// let stock = Hamt::from([("apples", 3), ("pears", 5)]);
    /// let sold = Hamt::from([("pears", 5), ("apples", 1), ("plums", 1)]);
    /// let left = stock.join_with(&sold, JoinRules::ASK, |_key, stock, sold| match (stock, sold) {
    ///     (Some(n), Some(m)) if n > m => Pick::New(n - m),
    ///     (Some(_), None) => Pick::Left,
    ///     _ => Pick::Drop,
    /// });
    /// assert_eq!(left, Hamt::from([("apples", 2)]));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn join_with(
        &self,
        other: impl Borrow<Self>,
        rules: JoinRules,
        mut pick: impl FnMut(&K, Option<&V>, Option<&V>) -> Pick<V>,
    ) -> Self {
        let joined = Agreed::on(self, other.borrow()).join(rules, &mut pick);
        // Dropped here, because a result that is already returned is lost if a `Drop` panics.
        drop((pick, other));
        joined
    }

    /// All entries of both maps. Keys that both have keep this map's key and value.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (3, 3)]);
    /// let two = Hamt::from([(2, 2), (3, 4)]);
    /// assert_eq!(one.union(&two), Hamt::from([(1, 1), (2, 2), (3, 3)]));
    /// assert!(one.union(one.without(&1)).ptr_eq(&one));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn union(&self, other: impl Borrow<Self>) -> Self {
        self.join_with(other, JoinRules::UNION, |_, _, _| Pick::Left)
    }

    /// All keys of both maps. Those that both have get the value that `combine` makes of this map's
    /// value and the other's, and keep this map's key.
    ///
    /// *O(n)*: `combine` is called for all keys that both have. To leave alone what both maps share,
    /// use [`join_with`](Hamt::join_with).
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (3, 4)]);
    /// let two = Hamt::from([(2, 2), (3, 5)]);
    /// assert_eq!(one.union_with(&two, |a, b| a + b), Hamt::from([(1, 1), (2, 2), (3, 9)]));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn union_with(&self, other: impl Borrow<Self>, mut combine: impl FnMut(V, V) -> V) -> Self {
        self.union_with_key(other, move |_, left, right| combine(left, right))
    }

    /// As [`union_with`](Hamt::union_with), with the key.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (3, 4)]);
    /// let two = Hamt::from([(2, 2), (3, 5)]);
    /// let sum = one.union_with_key(&two, |key, a, b| key * 100 + a + b);
    /// assert_eq!(sum, Hamt::from([(1, 1), (2, 2), (3, 309)]));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn union_with_key(
        &self,
        other: impl Borrow<Self>,
        mut combine: impl FnMut(&K, V, V) -> V,
    ) -> Self {
        let rules = JoinRules {
            shared: trie::Rule::Ask,
            ..JoinRules::UNION
        };
        self.join_with(other, rules, move |key, left, right| match (left, right) {
            (Some(left), Some(right)) => Pick::New(combine(key, left.clone(), right.clone())),
            _ => Pick::Left,
        })
    }

    /// All entries of all maps. Of a key that several have, the first map's key and value stand.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let maps = [Hamt::from([(1, 1), (3, 3)]), Hamt::from([(2, 2), (3, 4)])];
    /// assert_eq!(Hamt::unions(maps), Hamt::from([(1, 1), (2, 2), (3, 3)]));
    /// ```
    #[must_use]
    pub fn unions(maps: impl IntoIterator<Item = Self>) -> Self
    where
        S: Default,
    {
        Self::unions_by(maps, Self::union)
    }

    /// All keys of all maps. Of a key that several have, the first map's key stands, with the value
    /// that `combine` makes of the values, from the first to the last.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let maps = [Hamt::from([(1, 1)]), Hamt::from([(1, 2)]), Hamt::from([(1, 3)])];
    /// assert_eq!(Hamt::unions_with(maps, |a, b| a * 10 + b)[&1], 123);
    /// ```
    #[must_use]
    pub fn unions_with(
        maps: impl IntoIterator<Item = Self>,
        mut combine: impl FnMut(V, V) -> V,
    ) -> Self
    where
        S: Default,
    {
        Self::unions_with_key(maps, move |_, left, right| combine(left, right))
    }

    /// As [`unions_with`](Hamt::unions_with), with the key.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let maps = [Hamt::from([(7, 1)]), Hamt::from([(7, 2)])];
    /// assert_eq!(Hamt::unions_with_key(maps, |key, a, b| key + a + b)[&7], 10);
    /// ```
    #[must_use]
    pub fn unions_with_key(
        maps: impl IntoIterator<Item = Self>,
        mut combine: impl FnMut(&K, V, V) -> V,
    ) -> Self
    where
        S: Default,
    {
        Self::unions_by(maps, move |one, two| one.union_with_key(two, &mut combine))
    }

    fn unions_by(
        maps: impl IntoIterator<Item = Self>,
        mut union: impl FnMut(&Self, Self) -> Self,
    ) -> Self
    where
        S: Default,
    {
        let all = maps.into_iter().reduce(|one, two| {
            let both = union(&one, two);
            drop(one);
            both
        });
        drop(union);
        all.unwrap_or_default()
    }

    /// The entries of this map whose keys both maps have.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (2, 2)]);
    /// let two = Hamt::from([(2, 3), (3, 4)]);
    /// assert_eq!(one.intersection(&two), Hamt::from([(2, 2)]));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn intersection(&self, other: impl Borrow<Self>) -> Self {
        self.join_with(other, JoinRules::INTERSECTION, |_, _, _| Pick::Left)
    }

    /// The keys that both maps have, this map's, with the values that `combine` makes of this map's
    /// value and the other's. The types of values may be different.
    ///
    /// *O(n)* in the smaller map: `combine` is called for all keys that both have.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (2, 2)]);
    /// let two = Hamt::from([(2, "b"), (3, "c")]);
    /// let both = one.intersection_with(&two, |n, text| format!("{n}{text}"));
    /// assert_eq!(both, Hamt::from([(2, "2b".to_string())]));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn intersection_with<B: Clone, C: Clone>(
        &self,
        other: impl Borrow<Hamt<K, B, S>>,
        mut combine: impl FnMut(V, B) -> C,
    ) -> Hamt<K, C, S> {
        self.intersection_with_key(other, move |_, left, right| combine(left, right))
    }

    /// As [`intersection_with`](Hamt::intersection_with), with the key.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (2, 2)]);
    /// let two = Hamt::from([(2, 3), (3, 4)]);
    /// let both = one.intersection_with_key(&two, |key, a, b| key * 100 + a * 10 + b);
    /// assert_eq!(both, Hamt::from([(2, 223)]));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn intersection_with_key<B: Clone, C: Clone>(
        &self,
        other: impl Borrow<Hamt<K, B, S>>,
        mut combine: impl FnMut(&K, V, B) -> C,
    ) -> Hamt<K, C, S> {
        let right: &Hamt<K, B, S> = other.borrow();
        let mut both = Hamt::with_hasher(self.hash_builder.clone());
        both.root = both.root.dropping_like(&self.root);
        let mut add = |key: &K, left: &V, right: &B| {
            let value = combine(key, left.clone(), right.clone());
            both.insert(key.clone(), value);
        };
        if self.len() <= right.len() {
            for (key, left) in self {
                if let Some(value) = right.get(key) {
                    add(key, left, value);
                }
            }
        } else {
            for (key, value) in right {
                if let Some((key, left)) = self.get_key_value(key) {
                    add(key, left, value);
                }
            }
        }
        // As in `join_with`.
        drop((combine, other));
        both
    }

    /// The entries whose keys only one of the maps has.
    ///
    /// (`difference` is a name for this in some libraries and for [`relative_complement`] in
    /// others, so there is no method of that name.)
    ///
    /// [`relative_complement`]: Hamt::relative_complement
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (3, 4)]);
    /// let two = Hamt::from([(2, 2), (3, 5)]);
    /// assert_eq!(one.symmetric_difference(&two), Hamt::from([(1, 1), (2, 2)]));
    /// ```
    #[doc(alias = "difference")]
    #[must_use = "the maps themselves are unchanged"]
    pub fn symmetric_difference(&self, other: impl Borrow<Self>) -> Self {
        self.join_with(other, JoinRules::SYMMETRIC_DIFFERENCE, |_, _, _| Pick::Drop)
    }

    /// The entries whose keys only one of the maps has, and those that both have with the value, if
    /// any, that `combine` makes of this map's value and the other's; they keep this map's key.
    ///
    /// *O(n)*: `combine` is called for all keys that both have.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (2, 2), (3, 4)]);
    /// let two = Hamt::from([(2, 2), (3, 5)]);
    /// let sums = one.symmetric_difference_with(&two, |a, b| (a != b).then(|| a + b));
    /// assert_eq!(sums, Hamt::from([(1, 1), (3, 9)]));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn symmetric_difference_with(
        &self,
        other: impl Borrow<Self>,
        mut combine: impl FnMut(V, V) -> Option<V>,
    ) -> Self {
        self.symmetric_difference_with_key(other, move |_, left, right| combine(left, right))
    }

    /// As [`symmetric_difference_with`](Hamt::symmetric_difference_with), with the key.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (2, 2)]);
    /// let two = Hamt::from([(1, 5), (2, 2)]);
    /// let odd = one.symmetric_difference_with_key(&two, |key, a, b| (key % 2 == 1).then(|| a + b));
    /// assert_eq!(odd, Hamt::from([(1, 6)]));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn symmetric_difference_with_key(
        &self,
        other: impl Borrow<Self>,
        mut combine: impl FnMut(&K, V, V) -> Option<V>,
    ) -> Self {
        let rules = JoinRules {
            shared: trie::Rule::Ask,
            ..JoinRules::UNION
        };
        self.join_with(other, rules, move |key, left, right| match (left, right) {
            (Some(left), Some(right)) => {
                combine(key, left.clone(), right.clone()).map_or(Pick::Drop, Pick::New)
            }
            _ => Pick::Left,
        })
    }

    /// The entries of this map whose keys `other` does not have.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let one = Hamt::from([(1, 1), (3, 4)]);
    /// let two = Hamt::from([(2, 2), (3, 5)]);
    /// assert_eq!(one.relative_complement(&two), Hamt::from([(1, 1)]));
    /// ```
    #[doc(alias = "difference")]
    #[must_use = "the maps themselves are unchanged"]
    pub fn relative_complement(&self, other: impl Borrow<Self>) -> Self {
        self.join_with(other, JoinRules::RELATIVE_COMPLEMENT, |_, _, _| Pick::Drop)
    }
}
