//! The rules of the joins that maps offer.

use super::join::{Policy, Verdict, Whole};
use super::parts::Part;
use crate::children::EntryRef;

/// What [`Hamt::join_with`](crate::Hamt::join_with) does with keys of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rule {
    /// They stay as they are. Whole parts are taken over without being looked at.
    Keep,
    /// They go. Whole parts are left out without being looked at.
    Drop,
    /// The function decides about each of them.
    Ask,
}

/// What [`Hamt::join_with`](crate::Hamt::join_with) does with keys it need not ask about.
///
/// Keys that both maps have are always asked about, except where the maps share them: where one
/// part of memory belongs to both, because one map was made from the other or both from a third.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct JoinRules {
    /// Keys that only `self` has.
    pub left: Rule,
    /// Keys that only `other` has.
    pub right: Rule,
    /// Entries that both maps share.
    pub shared: Rule,
}

impl JoinRules {
    /// All keys of both maps.
    pub const UNION: Self = Self::of(Rule::Keep, Rule::Keep, Rule::Keep);
    /// The keys that both maps have.
    pub const INTERSECTION: Self = Self::of(Rule::Drop, Rule::Drop, Rule::Keep);
    /// The keys that only one map has.
    pub const SYMMETRIC_DIFFERENCE: Self = Self::of(Rule::Keep, Rule::Keep, Rule::Drop);
    /// The keys that only `self` has.
    pub const RELATIVE_COMPLEMENT: Self = Self::of(Rule::Keep, Rule::Drop, Rule::Drop);
    /// The function decides about every key of both maps.
    pub const ASK: Self = Self::of(Rule::Ask, Rule::Ask, Rule::Ask);

    const fn of(left: Rule, right: Rule, shared: Rule) -> Self {
        JoinRules {
            left,
            right,
            shared,
        }
    }

    /// The input from whose length that of the result is derived, such that what has to be counted
    /// is no more than what the maps do not share, or the smaller of them.
    pub(crate) fn measure(self, left: usize, right: usize) -> Option<usize> {
        let drops = |rule| rule == Rule::Drop;
        match (drops(self.left), drops(self.right)) {
            (false, true) if !drops(self.shared) => Some(0),
            (true, false) if !drops(self.shared) => Some(1),
            (false, false) if !drops(self.shared) => Some(usize::from(left < right)),
            (true, true) if !drops(self.shared) => Some(usize::from(right < left)),
            // What is shared would have to be counted: at most all of the smaller one.
            (false, _) if right < left / 2 => Some(0),
            (_, false) if left < right / 2 => Some(1),
            _ => None,
        }
    }
}

/// What becomes of a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pick<V> {
    /// What `self` has: its key and value, or nothing.
    Left,
    /// What `other` has: its key and value, or nothing.
    Right,
    /// This value. The key is that of `self` if it has one, else that of `other`.
    New(V),
    /// The key is left out.
    Drop,
}

/// Chooses what becomes of a key, given the values that the inputs have for it.
pub(crate) type PickFn<'f, K, V> = dyn FnMut(&K, Option<&V>, Option<&V>) -> Pick<V> + 'f;

/// The join of two tries by rules, and a function for what they leave open.
///
/// The function is called through a pointer, so that a join is compiled once for a map's types.
pub(crate) struct ByRules<'f, K, V> {
    pub(crate) rules: JoinRules,
    pub(crate) pick: &'f mut PickFn<'f, K, V>,
}

const LEFT: u32 = 1;
const RIGHT: u32 = 1 << 1;

/// What a rule does with what `inputs` have; nothing if it has to ask.
#[inline(always)]
fn ruled<V>(rule: Rule, inputs: u32) -> Option<Verdict<V>> {
    match rule {
        Rule::Keep => Some(Verdict::Take(inputs)),
        Rule::Drop => Some(Verdict::Drop),
        Rule::Ask => None,
    }
}

impl<K, V> Policy<K, V, 2> for ByRules<'_, K, V> {
    #[inline(always)]
    fn whole(&mut self, &[left, right]: &[Part<'_, K, V>; 2]) -> Option<Whole> {
        if right.is_nothing() {
            ruled(self.rules.left, LEFT)
        } else if left.is_nothing() {
            ruled(self.rules.right, RIGHT)
        } else if left.is_same(right) {
            ruled(self.rules.shared, LEFT | RIGHT)
        } else {
            None
        }
    }

    #[inline(always)]
    fn entry(&mut self, &[left, right]: &[Option<EntryRef<'_, K, V>>; 2]) -> Verdict<V> {
        let rule = match (left, right) {
            (Some(_), None) => ruled(self.rules.left, LEFT),
            (None, Some(_)) => ruled(self.rules.right, RIGHT),
            (Some(left), Some(right)) if left.is_same(right) => {
                ruled(self.rules.shared, LEFT | RIGHT)
            }
            _ => None,
        };
        if let Some(verdict) = rule {
            return verdict;
        }
        let key = left.or(right).expect("a key has an entry").key_value().0;
        let (left, right) = (
            left.map(|it| it.key_value().1),
            right.map(|it| it.key_value().1),
        );
        match (self.pick)(key, left, right) {
            Pick::Left => Verdict::Take(LEFT),
            Pick::Right => Verdict::Take(RIGHT),
            Pick::New(value) => Verdict::New(value),
            Pick::Drop => Verdict::Drop,
        }
    }
}

/// A key that two versions changed in different ways, from [`Hamt::merge`](crate::Hamt::merge).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Conflict<'a, K, V> {
    /// The key.
    pub key: &'a K,
    /// Its value in the version that both come from; none if neither had it from there.
    pub base: Option<&'a V>,
    /// Its value in our version; none if we removed it.
    pub ours: Option<&'a V>,
    /// Its value in their version; none if they removed it.
    pub theirs: Option<&'a V>,
}

/// How to settle a [`Conflict`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Resolution<V> {
    /// As in the common base: both changes are undone.
    Base,
    /// As in our version.
    Ours,
    /// As in their version.
    Theirs,
    /// With this value.
    New(V),
    /// Not at all.
    Remove,
}

/// Settles a conflict, or gives up.
pub(crate) type ResolveFn<'f, K, V> = dyn FnMut(Conflict<'_, K, V>) -> Option<Resolution<V>> + 'f;

/// The three-way merge. When the function gives up, nothing is asked and looked at any more.
pub(crate) struct ThreeWay<'f, K, V> {
    resolve: &'f mut ResolveFn<'f, K, V>,
    given_up: bool,
}

impl<'f, K, V> ThreeWay<'f, K, V> {
    pub(crate) fn new(resolve: &'f mut ResolveFn<'f, K, V>) -> Self {
        ThreeWay {
            resolve,
            given_up: false,
        }
    }
}

const BASE: u32 = 1;
const OURS: u32 = 1 << 1;
const THEIRS: u32 = 1 << 2;

/// Whose version stands, given which of the three are the same. The others that have it are named
/// too.
#[inline(always)]
fn merged(ours_theirs: bool, base_ours: bool, base_theirs: bool) -> Option<u32> {
    match (ours_theirs, base_ours, base_theirs) {
        (true, true, _) => Some(BASE | OURS | THEIRS),
        (true, false, _) => Some(OURS | THEIRS),
        (false, true, _) => Some(THEIRS),
        (false, false, true) => Some(OURS),
        _ => None,
    }
}

impl<K, V: PartialEq> Policy<K, V, 3> for ThreeWay<'_, K, V> {
    #[inline(always)]
    fn whole(&mut self, &[base, ours, theirs]: &[Part<'_, K, V>; 3]) -> Option<Whole> {
        if self.given_up {
            return Some(Verdict::Drop);
        }
        merged(
            ours.is_same(theirs),
            base.is_same(ours),
            base.is_same(theirs),
        )
        .map(Verdict::Take)
    }

    #[inline(always)]
    fn entry(&mut self, &[base, ours, theirs]: &[Option<EntryRef<'_, K, V>>; 3]) -> Verdict<V> {
        if self.given_up {
            return Verdict::Drop;
        }
        let same =
            |one: Option<EntryRef<'_, K, V>>, two: Option<EntryRef<'_, K, V>>| match (one, two) {
                (None, None) => true,
                (Some(one), Some(two)) => one.is_same(two) || one.pair().1 == two.pair().1,
                _ => false,
            };
        if let Some(inputs) = merged(same(ours, theirs), same(base, ours), same(base, theirs)) {
            return Verdict::Take(inputs);
        }
        let key = ours.or(theirs).or(base).expect("a key has an entry");
        let conflict = Conflict {
            key: &key.pair().0,
            base: base.map(|it| &it.pair().1),
            ours: ours.map(|it| &it.pair().1),
            theirs: theirs.map(|it| &it.pair().1),
        };
        match (self.resolve)(conflict) {
            Some(Resolution::Base) => Verdict::Take(BASE),
            Some(Resolution::Ours) => Verdict::Take(OURS),
            Some(Resolution::Theirs) => Verdict::Take(THEIRS),
            Some(Resolution::New(value)) => Verdict::New(value),
            Some(Resolution::Remove) => Verdict::Drop,
            None => {
                self.given_up = true;
                Verdict::Drop
            }
        }
    }
}
