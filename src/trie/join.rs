//! Joining tries: one walk in step over several of them, whose result takes over all it can.
//!
//! A [`Policy`] says what becomes of each key, and which parts need not be looked at. The walk
//! notices where its result is one of the inputs again, from single slots up to whole tries, and
//! makes new nodes only elsewhere. The result is canonical, because its slots are filled by the
//! same rule as everywhere (T2): what is left below a child goes back to the slot if it fits.
//!
//! Nodes do not know how many entries they have below. So the result's length is that of one input,
//! the *measure*, corrected by what becomes of the parts in which the two differ.
//!
//! Nothing here trusts the user's `Eq`, `Hash` or closures with more than where an entry goes: each
//! entry of each input is passed once, whatever they say, and lengths count entries, not keys.

use super::grow::grow;
use super::parts::{Part, Side, find_key_of, same_key};
use crate::arch::accelerated;
use crate::bits::Bit;
use crate::children::{
    Branch, Entries, EntryRef, Kept, Mark, Material, OwnedEntry, Piece, Root, assemble,
    assemble_collision,
};
use crate::hash::{HashBits, Level};
use crate::node::Kind;

/// A set of inputs, a bit each.
pub(crate) type Inputs = u32;

/// What becomes of a key, or of all keys of a part.
pub(crate) enum Verdict<V> {
    /// What these inputs have, be it nothing; they have the same. At least one is named.
    Take(Inputs),
    /// The key with a new value.
    New(V),
    /// Nothing.
    Drop,
}

/// What becomes of a part as a whole.
pub(crate) type Whole = Verdict<core::convert::Infallible>;

/// The rules of a join of `N` tries.
pub(crate) trait Policy<K, V, const N: usize> {
    /// What becomes of a part of which at least one input has something, if that can be told from
    /// which inputs have nothing and which have one and the same.
    fn whole(&mut self, parts: &[Part<'_, K, V>; N]) -> Option<Whole>;

    /// What becomes of a key that these inputs have.
    fn entry(&mut self, entries: &[Option<EntryRef<'_, K, V>>; N]) -> Verdict<V>;
}

/// The result of a join.
pub(crate) enum Joined<K, V> {
    /// The contents of this input.
    Same(usize),
    New(Root<K, V>),
}

/// Joins tries. `measure` is the input to derive the result's length from; without one it is
/// counted.
pub(crate) fn join<K, V, P, const N: usize>(
    tries: [&Root<K, V>; N],
    measure: Option<usize>,
    policy: &mut P,
    rehash: &dyn Fn(&K) -> HashBits,
) -> Joined<K, V>
where
    K: Eq + Clone,
    V: Clone,
    P: Policy<K, V, N>,
{
    let len = measure.map_or(0, |input| tries[input].len());
    let mut joiner = Joiner::new(policy, measure, len, rehash);
    let parts = tries.map(|root| Part::root(root.view()));
    let outcome = joiner.part(&parts, Bit::new(0), Level::ROOT);
    joined(tries, outcome, joiner.len)
}

/// The result, of length `len`, from what the root has become.
pub(super) fn joined<K, V, const N: usize>(
    tries: [&Root<K, V>; N],
    outcome: Outcome<K, V>,
    len: usize,
) -> Joined<K, V> {
    match outcome {
        Outcome::Same(inputs) => Joined::Same(lowest(inputs)),
        Outcome::Entries => Joined::New(Root::EMPTY),
        Outcome::Branch(branch) => {
            let prompt = tries.iter().all(|root| !root.is_lazy());
            Joined::New(branch.into_root(len, prompt))
        }
    }
}

fn lowest(inputs: Inputs) -> usize {
    inputs.trailing_zeros() as usize
}

/// What a part has become.
pub(super) enum Outcome<K, V> {
    /// The same as in these inputs, of which there is at least one.
    Same(Inputs),
    /// The entries on top of the joiner's material that are marked with the part's slot, if any; the
    /// slot can hold them.
    Entries,
    Branch(Branch<K, V>),
}

pub(super) struct Joiner<'a, 'p, K, V, P> {
    pub(super) policy: &'p mut P,
    rehash: &'p dyn Fn(&K) -> HashBits,
    measure: Option<usize>,
    /// The result's length as far as known, see `measure`.
    pub(super) len: usize,
    pub(super) material: Material<'a, K, V>,
}

impl<'p, K, V, P> Joiner<'_, 'p, K, V, P> {
    /// A joiner that is to start from a length of `len`.
    pub(super) fn new(
        policy: &'p mut P,
        measure: Option<usize>,
        len: usize,
        rehash: &'p dyn Fn(&K) -> HashBits,
    ) -> Self {
        Joiner {
            policy,
            rehash,
            measure,
            len,
            material: Material::new(),
        }
    }
}

impl<'a, K: Eq + Clone, V: Clone, P> Joiner<'a, '_, K, V, P> {
    /// Joins what the inputs have in one slot; nodes there stand at `level`.
    #[inline(always)]
    pub(super) fn part<const N: usize>(
        &mut self,
        parts: &[Part<'a, K, V>; N],
        bit: Bit,
        level: Level,
    ) -> Outcome<K, V>
    where
        P: Policy<K, V, N>,
    {
        match self.policy.whole(parts) {
            Some(Verdict::Take(inputs)) => {
                let taken = parts[lowest(inputs)];
                self.tally(parts, taken);
                Outcome::Same(inputs | which(parts, |part| part.is_same(taken)))
            }
            Some(Verdict::Drop) => {
                self.tally(parts, Part::NOTHING);
                match which(parts, Part::is_nothing) {
                    0 => Outcome::Entries,
                    inputs => Outcome::Same(inputs),
                }
            }
            Some(Verdict::New(never)) => match never {},
            None if parts.iter().any(|part| part.is_node()) => self.nodes(parts, bit, level),
            None => self.runs(&each(parts, Part::run), bit, level),
        }
    }

    /// Corrects the length for a part that becomes `result`.
    #[inline(always)]
    fn tally<const N: usize>(&mut self, parts: &[Part<'a, K, V>; N], result: Part<'a, K, V>) {
        let measure = self.measure.map_or(Part::NOTHING, |input| parts[input]);
        self.len = self.len.wrapping_add_signed(result.surplus(measure));
    }

    /// Joins what the inputs have at `level`, a node or entries for one; `bit` is the slot above.
    #[inline(never)]
    fn nodes<const N: usize>(
        &mut self,
        parts: &[Part<'a, K, V>; N],
        bit: Bit,
        level: Level,
    ) -> Outcome<K, V>
    where
        P: Policy<K, V, N>,
    {
        accelerated(
            #[inline(always)]
            || {
                let mut sides = [Side::NOTHING; N];
                for (side, part) in sides.iter_mut().zip(parts) {
                    *side = part.side(self.rehash);
                }
                if level.is_collision() {
                    self.runs(&each(&sides, Side::collision), bit, level)
                } else {
                    self.slots(&sides, bit, level)
                }
            },
        )
    }

    #[inline(always)]
    fn slots<const N: usize>(
        &mut self,
        sides: &[Side<'a, K, V>; N],
        above: Bit,
        level: Level,
    ) -> Outcome<K, V>
    where
        P: Policy<K, V, N>,
    {
        let mark = self.material.mark();
        let occupied = sides.iter().fold(0, |all, side| all | side.slots(level));
        // The slots in which the result is the same as each input.
        let mut same = [0u32; N];
        let shared = self.shared(sides, level, &mut same);
        for bit in Bit::all_of(occupied & !shared) {
            let outcome = self.part(&parts_at(sides, bit, level), bit, level.next());
            self.take(outcome, bit, &mut same);
        }
        self.finish(sides, same, occupied, mark, above, level)
    }

    /// Takes what the slot `bit` has become. `same` has the slots in which the result is the same as
    /// each input.
    #[inline(always)]
    pub(super) fn take<const N: usize>(
        &mut self,
        outcome: Outcome<K, V>,
        bit: Bit,
        same: &mut [u32; N],
    ) {
        match outcome {
            Outcome::Same(inputs) => {
                for (input, same) in same.iter_mut().enumerate() {
                    if inputs & (1 << input) != 0 {
                        *same |= bit.mask();
                    }
                }
            }
            Outcome::Entries => (),
            Outcome::Branch(branch) => self.material.branches.push((bit, branch)),
        }
    }

    /// What a node becomes when all its `occupied` slots have been taken.
    #[inline(always)]
    pub(super) fn finish<const N: usize>(
        &mut self,
        sides: &[Side<'a, K, V>; N],
        same: [u32; N],
        occupied: u32,
        mark: Mark,
        above: Bit,
        level: Level,
    ) -> Outcome<K, V> {
        let whole = (0..N)
            .filter(|&input| same[input] == occupied)
            .fold(0, |inputs, input| inputs | 1 << input);
        if whole != 0 {
            return Outcome::Same(whole);
        }
        self.make(sides, same, mark, above, level)
    }

    /// Sees to the slots in which all inputs have one and the same child, all at once if that can be
    /// done without counting their entries. Returns which slots are done.
    #[inline(always)]
    pub(super) fn shared<const N: usize>(
        &mut self,
        sides: &[Side<'a, K, V>; N],
        level: Level,
        same: &mut [u32; N],
    ) -> u32
    where
        P: Policy<K, V, N>,
    {
        let slots = sides[1..].iter().fold(u32::MAX, |slots, side| {
            slots & sides[0].same_children(*side)
        });
        let Some(bit) = Bit::all_of(slots).next() else {
            return 0;
        };
        let part = sides[0].at(bit, level);
        match self.policy.whole(&[part; N]) {
            Some(Verdict::Take(_)) if self.measure.is_some() => {
                same.iter_mut().for_each(|same| *same |= slots);
                slots
            }
            Some(Verdict::Drop) if self.measure.is_none() => slots,
            _ => 0,
        }
    }

    /// Makes a node of the slots that are the same in an input and of the material above a mark.
    #[inline(always)]
    fn make<const N: usize>(
        &mut self,
        sides: &[Side<'a, K, V>; N],
        same: [u32; N],
        mark: Mark,
        above: Bit,
        level: Level,
    ) -> Outcome<K, V> {
        let mut kept: [Option<Kept<'a, K, V>>; N] = [const { None }; N];
        let mut done = 0;
        for ((side, same), kept) in sides.iter().zip(same).zip(&mut kept) {
            if let Side::Node(node) = *side {
                let slots = same & !done;
                done |= same;
                *kept = Some(Kept { node, slots });
            }
        }
        for (side, same) in sides.iter().zip(same) {
            if let Side::Few(..) = side {
                for bit in Bit::all_of(same & !done) {
                    let run = side.at(bit, level).run();
                    let items = run.map(|entry| (bit, Piece::Shared(entry)));
                    self.material.entries.extend(items);
                }
                done |= same;
            }
        }
        let maps = |part: &Kept<'a, K, V>| part.bitmaps();
        let kept = || kept.iter().flatten();
        let children = self.material.branches.len() - mark.branches
            + kept().map(|part| maps(part).children()).sum::<usize>();
        let len = self.material.entries.len() - mark.entries
            + kept().map(|part| maps(part).entries()).sum::<usize>();
        let room = if level == Level::ROOT {
            0
        } else {
            Kind::<K, V>::SLOT_ENTRIES
        };
        if children == 0 && len <= room {
            for part in kept() {
                for bit in Bit::all_of(maps(part).data()) {
                    let run = part.node.entries_at(bit);
                    let items = run.map(|entry| (bit, Piece::Shared(entry)));
                    self.material.entries.extend(items);
                }
            }
            for (bit, _) in &mut self.material.entries[mark.entries..] {
                *bit = above;
            }
            return Outcome::Entries;
        }
        Outcome::Branch(assemble(level, kept(), &mut self.material, mark))
    }

    /// Joins entries that meet in one slot or collision node. If the slot `bit` cannot hold what
    /// comes of it, that becomes a node at `level`.
    #[inline(always)]
    fn runs<const N: usize>(
        &mut self,
        runs: &[Entries<'a, K, V>; N],
        bit: Bit,
        level: Level,
    ) -> Outcome<K, V>
    where
        P: Policy<K, V, N>,
    {
        let mark = self.material.mark();
        let mut same = match only_key(runs) {
            Some(entries) => self.entry(&entries, bit),
            None => self.keys(runs, bit),
        };
        let len = if same == 0 {
            self.material.entries.len() - mark.entries
        } else {
            self.material.entries.truncate(mark.entries);
            let len = runs[lowest(same)].len();
            // Keys that lie about being equal can make inputs of different lengths the same.
            same &= which(runs, |run| run.len() == len);
            len
        };
        let measure = self.measure.map_or(0, |input| runs[input].len());
        self.len = self.len.wrapping_add(len).wrapping_sub(measure);
        if same != 0 {
            Outcome::Same(same)
        } else if len <= Kind::<K, V>::SLOT_ENTRIES {
            Outcome::Entries
        } else {
            Outcome::Branch(self.overflow(mark, level))
        }
    }

    /// Joins the keys that meet in one slot or collision node. Returns the inputs that have the
    /// result.
    #[inline(never)]
    fn keys<const N: usize>(&mut self, runs: &[Entries<'a, K, V>; N], bit: Bit) -> Inputs
    where
        P: Policy<K, V, N>,
    {
        let mut same: Inputs = (1 << N) - 1;
        // For each run, which of its first entries an entry of an earlier run has met.
        let mut met = [0u64; N];
        for input in 0..N {
            for (index, entry) in runs[input].enumerate() {
                let passed = if index < 64 {
                    met[input] & (1 << index) != 0
                } else {
                    let mut earlier = runs[..input].iter();
                    earlier.any(|run| find_key_of(*run, entry).is_some())
                };
                if passed {
                    continue;
                }
                let mut entries = [None; N];
                entries[input] = Some(entry);
                for other in input + 1..N {
                    if let Some((index, entry)) = find_key_of(runs[other], entry) {
                        entries[other] = Some(entry);
                        if index < 64 {
                            met[other] |= 1 << index;
                        }
                    }
                }
                same &= self.entry(&entries, bit);
            }
        }
        same
    }

    /// Joins the entries of one key. Returns the inputs that have the result.
    #[inline(always)]
    fn entry<const N: usize>(
        &mut self,
        entries: &[Option<EntryRef<'a, K, V>>; N],
        bit: Bit,
    ) -> Inputs
    where
        P: Policy<K, V, N>,
    {
        let taken = match self.policy.entry(entries) {
            Verdict::Take(inputs) => entries[lowest(inputs)].map(|entry| (entry, inputs)),
            Verdict::Drop => None,
            Verdict::New(value) => {
                let model = entries.iter().flatten().next().expect("a key has an entry");
                let hash = model.kept_hash().unwrap_or(HashBits(0));
                let entry = OwnedEntry::new(hash, model.pair().0.clone(), value);
                self.material.entries.push((bit, Piece::Owned(entry)));
                return 0;
            }
        };
        match taken {
            Some((entry, inputs)) => {
                self.material.entries.push((bit, Piece::Shared(entry)));
                inputs | which(entries, |it| it.is_some_and(|it| it.is_same(entry)))
            }
            None => which(entries, |it| it.is_none()),
        }
    }

    /// Makes a node of entries that a slot cannot hold.
    #[inline(never)]
    fn overflow(&mut self, mark: Mark, level: Level) -> Branch<K, V> {
        if level.is_collision() {
            return assemble_collision(level, &mut self.material, mark);
        }
        let entries = self.material.entries.drain(mark.entries..);
        let hashed = entries.map(|(_, item)| {
            let entry = item.view();
            let hash = entry.kept_hash();
            let hash = hash.unwrap_or_else(|| (self.rehash)(&entry.pair().0));
            (hash, item)
        });
        let items = hashed.collect();
        grow(items, level, &mut self.material)
    }
}

/// What each side has in the slot of `bit` of a node at `level`.
#[inline(always)]
pub(super) fn parts_at<'a, K, V, const N: usize>(
    sides: &[Side<'a, K, V>; N],
    bit: Bit,
    level: Level,
) -> [Part<'a, K, V>; N] {
    let mut parts = [Part::NOTHING; N];
    for (part, side) in parts.iter_mut().zip(sides) {
        *part = side.at(bit, level);
    }
    parts
}

/// The entries of the runs, if they have one each at most and all have one key.
#[inline(always)]
fn only_key<'a, K: Eq, V, const N: usize>(
    runs: &[Entries<'a, K, V>; N],
) -> Option<[Option<EntryRef<'a, K, V>>; N]> {
    let mut entries = [None; N];
    let mut first: Option<EntryRef<'a, K, V>> = None;
    for (entry, run) in entries.iter_mut().zip(runs) {
        let mut run = *run;
        *entry = run.next();
        if run.len() > 0 {
            return None;
        }
        match (first, *entry) {
            (Some(first), Some(entry)) if !same_key(first, entry) => return None,
            (None, _) => first = *entry,
            _ => (),
        }
    }
    first.map(|_| entries)
}

/// Something of each input.
#[inline(always)]
fn each<'a, T: Copy, K, V, const N: usize>(
    inputs: &[T; N],
    part: impl Fn(T) -> Entries<'a, K, V>,
) -> [Entries<'a, K, V>; N] {
    let mut parts = [Entries::NONE; N];
    for (it, input) in parts.iter_mut().zip(inputs) {
        *it = part(*input);
    }
    parts
}

/// The inputs of which `test` is true.
#[inline(always)]
fn which<T: Copy, const N: usize>(inputs: &[T; N], test: impl Fn(T) -> bool) -> Inputs {
    inputs.iter().enumerate().fold(0, |all, (input, it)| {
        all | (Inputs::from(test(*it)) << input)
    })
}
