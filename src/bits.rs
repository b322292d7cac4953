//! Bitmap arithmetic of a node: pure, and the only place that knows what the two bitmaps mean.
//!
//! A node has 32 slots, one per hash fragment. Two bitmaps give each slot one of four states; CHAMP
//! uses three of them, the fourth is the *pair*:
//!
//! | datamap | nodemap | slot holds |
//! |---|---|---|
//! | 0 | 0 | nothing |
//! | 1 | 0 | one entry |
//! | 1 | 1 | a pair of entries (inline entries only) |
//! | 0 | 1 | a child with more entries below than the slot could hold itself |
//!
//! Entries and children each stand in slot order, so a position is a population count.

/// One of a node's 32 slots: a bitmap with exactly one bit set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Bit(u32);

impl Bit {
    /// The slot of a 5-bit hash fragment.
    #[inline(always)]
    pub(crate) fn new(fragment: u32) -> Self {
        debug_assert!(fragment < 32, "a fragment has five bits");
        Bit(1 << (fragment & 31))
    }

    /// The bitmap with this slot alone.
    #[inline(always)]
    pub(crate) fn mask(self) -> u32 {
        self.0
    }

    /// The slots of a bitmap in ascending order.
    #[inline(always)]
    pub(crate) fn all_of(mut bitmap: u32) -> impl Iterator<Item = Bit> {
        core::iter::from_fn(move || {
            (bitmap != 0).then(|| {
                let lowest = bitmap & bitmap.wrapping_neg();
                bitmap ^= lowest;
                Bit(lowest)
            })
        })
    }

    /// The fragment it stands for.
    pub(crate) fn fragment(self) -> u32 {
        self.0.trailing_zeros()
    }

    #[inline(always)]
    fn below(self) -> u32 {
        self.0 - 1
    }
}

/// What one slot holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    Empty,
    One,
    Two,
    Child,
}

impl State {
    /// Number of entries the slot itself holds.
    #[inline(always)]
    pub(crate) fn entries(self) -> usize {
        match self {
            State::Empty | State::Child => 0,
            State::One => 1,
            State::Two => 2,
        }
    }

    /// The state of a slot holding `n` entries.
    #[inline(always)]
    pub(crate) fn of_entries(n: usize) -> Self {
        match n {
            0 => State::Empty,
            1 => State::One,
            _ => State::Two,
        }
    }
}

/// The two bitmaps of a node. In a collision node, which has no slots, they are its length and its
/// capacity instead (see `children::collision`).
///
/// One word, so that a node is two and passed in registers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub(crate) struct Bitmaps(u64);

#[inline(always)]
fn count(bitmap: u32) -> usize {
    bitmap.count_ones() as usize
}

impl Bitmaps {
    pub(crate) const EMPTY: Self = Bitmaps::new(0, 0);

    #[inline(always)]
    pub(crate) const fn new(data: u32, node: u32) -> Self {
        Bitmaps(data as u64 | (node as u64) << u32::BITS)
    }

    /// The datamap.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "takes the low half")]
    pub(crate) fn data(self) -> u32 {
        self.0 as u32
    }

    /// The nodemap.
    #[inline(always)]
    pub(crate) fn node(self) -> u32 {
        (self.0 >> u32::BITS) as u32
    }

    #[inline(always)]
    pub(crate) fn state(self, bit: Bit) -> State {
        if self.is_child(bit) {
            State::Child
        } else if !self.has_entries(bit) {
            State::Empty
        } else if self.is_pair(bit) {
            State::Two
        } else {
            State::One
        }
    }

    /// Whether the slot holds a child. The first question on the way down.
    #[inline(always)]
    pub(crate) fn is_child(self, bit: Bit) -> bool {
        self.node() & !self.data() & bit.0 != 0
    }

    /// Whether the slot holds one or two entries.
    #[inline(always)]
    pub(crate) fn has_entries(self, bit: Bit) -> bool {
        self.data() & bit.0 != 0
    }

    /// Whether the slot, which has entries, holds two.
    #[inline(always)]
    pub(crate) fn is_pair(self, bit: Bit) -> bool {
        self.node() & bit.0 != 0
    }

    /// Number of entries in the array.
    #[inline(always)]
    pub(crate) fn entries(self) -> usize {
        count(self.data()) + count(self.data() & self.node())
    }

    /// Number of child nodes in the array.
    #[inline(always)]
    pub(crate) fn children(self) -> usize {
        count(self.node() & !self.data())
    }

    /// Entries that stand before the slot's own.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn entry_rank(self, bit: Bit) -> usize {
        let below = self.data() & bit.below();
        count(below) + count(below & self.node())
    }

    /// Children that stand before the slot's own.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn child_rank(self, bit: Bit) -> usize {
        count(self.node() & !self.data() & bit.below())
    }

    #[inline(always)]
    pub(crate) fn with(self, bit: Bit, state: State) -> Self {
        let (data, node) = (self.data() & !bit.0, self.node() & !bit.0);
        match state {
            State::Empty => Bitmaps::new(data, node),
            State::One => Bitmaps::new(data | bit.0, node),
            State::Two => Bitmaps::new(data | bit.0, node | bit.0),
            State::Child => Bitmaps::new(data, node | bit.0),
        }
    }

    /// With one entry more in a slot that has none or one.
    #[inline(always)]
    pub(crate) fn with_entry_more(self, bit: Bit) -> Self {
        debug_assert!(self.state(bit).entries() < 2 && !self.is_child(bit), "room");
        Bitmaps::new(self.data() | bit.0, self.node() | (self.data() & bit.0))
    }

    /// With one entry less in a slot that has one or two.
    #[inline(always)]
    pub(crate) fn with_entry_less(self, bit: Bit) -> Self {
        debug_assert!(self.has_entries(bit), "an entry");
        Bitmaps::new(self.data() & !(bit.0 & !self.node()), self.node() & !bit.0)
    }

    /// The part of it that concerns these slots.
    #[inline(always)]
    pub(crate) fn only(self, slots: u32) -> Self {
        Bitmaps::new(self.data() & slots, self.node() & slots)
    }

    /// All that either has, of two that have no slot in common.
    #[inline(always)]
    pub(crate) fn and(self, other: Self) -> Self {
        debug_assert!(self.occupied() & other.occupied() == 0, "disjoint");
        Bitmaps(self.0 | other.0)
    }

    /// The slots that hold a child.
    #[inline(always)]
    pub(crate) fn child_slots(self) -> u32 {
        self.node() & !self.data()
    }

    /// The slots that hold anything.
    #[inline(always)]
    pub(crate) fn occupied(self) -> u32 {
        self.data() | self.node()
    }

    /// Number of occupied slots.
    pub(crate) fn fill(self) -> usize {
        count(self.occupied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slot states of a node, kept as a plain list.
    fn bitmaps(states: &[(u32, State)]) -> Bitmaps {
        states
            .iter()
            .fold(Bitmaps::EMPTY, |maps, &(fragment, state)| {
                maps.with(Bit::new(fragment), state)
            })
    }

    #[test]
    fn counts_and_ranks_agree_with_a_list() {
        let states = [
            (0, State::Two),
            (3, State::Child),
            (4, State::One),
            (17, State::Child),
            (30, State::Two),
            (31, State::One),
        ];
        let maps = bitmaps(&states);
        assert_eq!((maps.entries(), maps.children(), maps.fill()), (6, 2, 6));
        let (mut entries, mut children) = (0, 0);
        for (fragment, state) in states {
            let bit = Bit::new(fragment);
            assert_eq!(maps.state(bit), state);
            assert_eq!(maps.entry_rank(bit), entries, "fragment {fragment}");
            assert_eq!(maps.child_rank(bit), children, "fragment {fragment}");
            entries += state.entries();
            children += usize::from(state == State::Child);
        }
        assert_eq!(maps.state(Bit::new(1)), State::Empty);
        let slots = states.map(|(fragment, _)| Bit::new(fragment));
        assert!(Bit::all_of(maps.occupied()).eq(slots));
    }

    #[test]
    fn a_slot_changes_alone() {
        for from in [State::Empty, State::One, State::Two, State::Child] {
            for to in [State::Empty, State::One, State::Two, State::Child] {
                let maps = bitmaps(&[(6, State::Two), (7, from), (8, State::Child)]);
                let changed = maps.with(Bit::new(7), to);
                assert_eq!(changed.state(Bit::new(7)), to);
                assert_eq!(changed.state(Bit::new(6)), State::Two);
                assert_eq!(changed.state(Bit::new(8)), State::Child);
            }
        }
    }

    #[test]
    fn entries_come_and_go_one_by_one() {
        let bit = Bit::new(7);
        let neighbours = [(6, State::Two), (8, State::Child)];
        let with = |state| bitmaps(&neighbours).with(bit, state);
        for (few, more) in [(State::Empty, State::One), (State::One, State::Two)] {
            assert_eq!(with(few).with_entry_more(bit), with(more));
            assert_eq!(with(more).with_entry_less(bit), with(few));
        }
    }

    #[test]
    fn a_full_node_of_pairs_has_sixty_four_entries() {
        let maps = Bitmaps::new(u32::MAX, u32::MAX);
        assert_eq!((maps.entries(), maps.children()), (64, 0));
        assert_eq!(maps.entry_rank(Bit::new(31)), 62);
    }
}
