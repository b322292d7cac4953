//! Keys and values that keep account of themselves, and a fuse that makes their code panic.
//!
//! All state is the thread's, so tests do not disturb each other.

use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, Hash, Hasher};
use std::panic::resume_unwind;

/// What became of the counted objects of this thread, by identity.
#[derive(Default)]
struct Ledger {
    dropped: Vec<bool>,
    clones: usize,
    key_clones: usize,
    drops: usize,
    double_drops: usize,
}

thread_local! {
    static LEDGER: RefCell<Ledger> = RefCell::default();
    static FUSE: Cell<Option<(Point, u32)>> = const { Cell::new(None) };
    static FIRED: Cell<bool> = const { Cell::new(false) };
}

/// Forgets all that was counted. Objects from before must be gone.
pub(crate) fn reset() {
    disarm();
    LEDGER.take();
}

/// Objects alive.
pub(crate) fn alive() -> usize {
    LEDGER.with_borrow(|it| it.dropped.len() - it.drops)
}

/// Objects ever made by `Clone`.
pub(crate) fn clones() -> usize {
    LEDGER.with_borrow(|it| it.clones)
}

/// Keys among [`clones`].
pub(crate) fn key_clones() -> usize {
    LEDGER.with_borrow(|it| it.key_clones)
}

/// Every object that was ever made is dropped, and none twice.
#[track_caller]
pub(crate) fn assert_balanced() {
    assert_balanced_but(0);
}

/// The same, except that up to `lost` objects may be alive.
#[track_caller]
pub(crate) fn assert_balanced_but(lost: usize) {
    LEDGER.with_borrow(|it| {
        assert_eq!(it.double_drops, 0, "objects dropped twice");
        let leaked: Vec<usize> = (0..it.dropped.len()).filter(|&i| !it.dropped[i]).collect();
        assert!(leaked.len() <= lost, "objects never dropped: {leaked:?}");
    });
}

/// A member of the ledger.
#[derive(Debug)]
struct Member(usize);

impl Member {
    fn enrol() -> Self {
        LEDGER.with_borrow_mut(|it| {
            it.dropped.push(false);
            Member(it.dropped.len() - 1)
        })
    }

    fn enrol_clone(&self, key: bool) -> Self {
        LEDGER.with_borrow_mut(|it| {
            assert!(!it.dropped[self.0], "a dropped object is cloned");
            it.clones += 1;
            it.key_clones += usize::from(key);
        });
        Self::enrol()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        LEDGER.with_borrow_mut(|it| match it.dropped.get_mut(self.0) {
            Some(dropped) if !*dropped => {
                *dropped = true;
                it.drops += 1;
            }
            _ => it.double_drops += 1,
        });
    }
}

/// A place in user code that can be made to panic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Point {
    Hash,
    Eq,
    CloneKey,
    CloneValue,
    DropKey,
    DropValue,
    Closure,
    Next,
    BuildHasher,
    CloneHasher,
    /// A request for memory, where the test program's allocator passes it.
    Memory,
}

impl Point {
    pub(crate) const ALL: [Point; 11] = [
        Point::Hash,
        Point::Eq,
        Point::CloneKey,
        Point::CloneValue,
        Point::DropKey,
        Point::DropValue,
        Point::Closure,
        Point::Next,
        Point::BuildHasher,
        Point::CloneHasher,
        Point::Memory,
    ];
}

/// Makes the `n`-th passage of `point` panic, counted from 1.
pub(crate) fn arm(point: Point, n: u32) {
    FIRED.set(false);
    FUSE.set(Some((point, n)));
}

/// Ends that. Returns whether the fuse has gone off.
pub(crate) fn disarm() -> bool {
    FUSE.set(None);
    FIRED.replace(false)
}

/// Passes `point`. The panic does not go through the panic hook, so it prints nothing.
pub(crate) fn pass(point: Point) {
    if goes_off(point) {
        unwind();
    }
}

/// Whether this is the passage that panics. Asks for no memory.
pub(crate) fn goes_off(point: Point) -> bool {
    match FUSE.get() {
        Some((armed, left)) if armed == point => {
            FUSE.set((left > 1).then_some((armed, left - 1)));
            FIRED.set(left == 1);
            left == 1
        }
        _ => false,
    }
}

pub(crate) fn unwind() -> ! {
    resume_unwind(Box::new("the fuse went off"))
}

/// A key or value made from a number.
pub(crate) trait Probe: Clone + PartialEq {
    fn of(n: u32) -> Self;
    fn number(&self) -> u32;
}

macro_rules! probe {
    ($(#[$doc:meta])* $name:ident, member: [$($member:ident)?], $is_key:expr, $clone:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name {
            pub(crate) n: u32,
            $($member: Member,)?
        }

        impl Probe for $name {
            fn of(n: u32) -> Self {
                $name { n, $($member: Member::enrol())? }
            }

            fn number(&self) -> u32 {
                self.n
            }
        }

        impl Clone for $name {
            fn clone(&self) -> Self {
                pass(Point::$clone);
                $name { n: self.n, $($member: self.$member.enrol_clone($is_key))? }
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                pass(Point::Eq);
                self.n == other.n
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                pass(Point::Hash);
                self.n.hash(state);
            }
        }
    };
}

probe!(
    /// A key with a `Drop`, so that maps keep it in a counted entry.
    Key, member: [member], true, CloneKey
);
probe!(
    /// A value with a `Drop`.
    Value, member: [member], false, CloneValue
);
probe!(
    /// A key without `Drop` that still has a `Clone` of its own; maps keep it inline.
    PlainKey, member: [], true, CloneKey
);
probe!(
    /// A value without `Drop`.
    PlainValue, member: [], false, CloneValue
);

impl Drop for Key {
    fn drop(&mut self) {
        pass(Point::DropKey);
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        pass(Point::DropValue);
    }
}

/// A `BuildHasher` with a fuse.
#[derive(Default)]
pub(crate) struct Fused<S>(S);

impl<S: Clone> Clone for Fused<S> {
    fn clone(&self) -> Self {
        pass(Point::CloneHasher);
        Fused(self.0.clone())
    }
}

impl<S: BuildHasher> BuildHasher for Fused<S> {
    type Hasher = S::Hasher;

    fn build_hasher(&self) -> S::Hasher {
        pass(Point::BuildHasher);
        self.0.build_hasher()
    }
}

/// A small random number generator (SplitMix64), for tests that need no shrinking.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        u32::try_from(self.next() % u64::from(limit)).expect("a remainder of 32 bits")
    }
}

thread_local! {
    static COMPARED: Cell<usize> = const { Cell::new(0) };
}

/// A key that counts its comparisons and hashes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counting(pub(crate) u64);

impl PartialEq for Counting {
    fn eq(&self, other: &Self) -> bool {
        COMPARED.set(COMPARED.get() + 1);
        self.0 == other.0
    }
}

impl Eq for Counting {}

impl Hash for Counting {
    fn hash<H: Hasher>(&self, state: &mut H) {
        COMPARED.set(COMPARED.get() + 1);
        self.0.hash(state);
    }
}

/// Calls of `eq` and `hash` of such keys meanwhile.
pub(crate) fn compared<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let before = COMPARED.get();
    let result = work();
    (result, COMPARED.get() - before)
}
