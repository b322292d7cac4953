//! Small scenes of two and three threads under loom, which tries every order that weak memory
//! allows within a bound on preemptions: the real operations on the smallest maps that borrow. Loans,
//! contents of arrays and entries are watched, so an access that no count orders is an error.

#![expect(
    unsafe_code,
    clippy::std_instead_of_core,
    reason = "tests run where `std` is, on an allocator of their own"
)]

mod support;

use std::sync::atomic::{AtomicU64, Ordering};

use hamt::Hamt;
use loom::thread;

use support::{Counted, Live, Low, Value, alone};

type Map = Hamt<u64, Counted, Low<64>>;

/// Enough in the root that a copy of it borrows: six entries, and a child if there are two `below`.
fn base(below: u64) -> Map {
    let mut map = Map::default();
    for slot in 1..7 {
        map.insert(slot, Counted::of(slot));
    }
    for slot in 0..below {
        map.insert(32 * slot, Counted::of(slot));
    }
    map
}

/// A key in the root's array.
const ROOT: u64 = 1;
/// Another one there.
const ROOT_TOO: u64 = 2;
/// A key in the root's child.
const CHILD: u64 = 32;
/// Another one there.
const CHILD_TOO: u64 = 64;

fn with(map: &Map, key: u64) -> Map {
    map.update(key, Counted::of(7))
}

fn set(map: &mut Map, key: u64) {
    map.insert(key, Counted::of(8));
}

fn read(map: &Map) {
    assert_eq!(
        map.iter()
            .map(|(_, value)| usize::from(value.number() < 9))
            .sum::<usize>(),
        map.len()
    );
}

/// What one thread does with the versions it owns; it may leave some.
type Part = Box<dyn FnOnce() -> Vec<Map> + Send>;

fn part(act: impl FnOnce() -> Vec<Map> + Send + 'static) -> Part {
    Box::new(act)
}

/// A part of dropping.
fn goes<T: Send + 'static>(versions: T) -> Part {
    part(move || {
        drop(versions);
        vec![]
    })
}

/// Plays the scene in every order with at most so many preemptions: `HAMT_PREEMPTIONS`, or 2.
///
/// Each part is once the main thread's: loom begins with it, and finds fewer conflicts with what only
/// reads a count if that comes first.
fn play<const N: usize>(scene: impl Fn() -> [Part; N] + Copy + Send + Sync + 'static) {
    static PLAYED: AtomicU64 = AtomicU64::new(0);
    let mut model = loom::model::Builder::new();
    let bound = std::env::var("HAMT_PREEMPTIONS").map_or(2, |it| it.parse().expect("a number"));
    model.preemption_bound = Some(bound);
    model.max_branches = 100_000;
    alone(|| {
        PLAYED.store(0, Ordering::SeqCst);
        for first in 0..N {
            model.check(move || {
                PLAYED.fetch_add(1, Ordering::SeqCst);
                let live = Live::now();
                let mut parts = scene();
                parts.rotate_left(first);
                let mut parts = parts.into_iter();
                let own = parts.next().expect("a scene has parts");
                let others: Vec<_> = parts.map(thread::spawn).collect();
                let mut left = vec![own()];
                left.extend(others.into_iter().map(|it| it.join().expect("no panic")));
                left.iter().flatten().for_each(read);
                live.assert_only(left.iter().flatten());
                drop(left);
                live.assert_unchanged();
            });
        }
        println!("{} orders", PLAYED.load(Ordering::SeqCst));
    });
}

/// Two owners of an origin let go while the version made from it is changed.
#[test]
fn drop_and_drop_and_edit_of_derived() {
    play(|| {
        let first = base(0);
        let second = first.clone();
        let mut derived = with(&first, ROOT);
        let edit = part(move || {
            set(&mut derived, ROOT_TOO);
            vec![derived]
        });
        [edit, goes(first), goes(second)]
    });
}

/// The base goes while one fork is changed and the other dropped.
#[test]
fn drop_base_and_edit_fork_and_drop_fork() {
    play(|| {
        let base = base(2);
        let mut fork = with(&base, ROOT);
        let other = with(&base, CHILD);
        let edit = part(move || {
            set(&mut fork, CHILD);
            vec![fork]
        });
        [edit, goes(base), goes(other)]
    });
}

/// Two clones of a version whose origin is dead are changed: both want to absorb it.
#[test]
fn edit_and_edit_of_clones() {
    play(|| {
        let one = with(&base(6), CHILD);
        [(one.clone(), CHILD), (one, CHILD_TOO)].map(|(mut map, key)| {
            part(move || {
                set(&mut map, key);
                vec![map]
            })
        })
    });
}

/// Two handles of one version go, and on the way absorb its dead origin: it borrows on from what that
/// borrowed from, and who comes second reads what the first one wrote.
#[test]
fn absorb_and_absorb() {
    play(|| {
        let first = base(0);
        let second = with(&first, ROOT);
        let third = with(&second, ROOT);
        drop(second);
        let copies = [third.clone(), third.clone()];
        let [one, two] = copies.map(goes);
        [one, two, part(move || vec![first, third])]
    });
}

/// Two handles of one version go and absorb its dead origins, one each: the array that goes first
/// does not own all that stands in it, and what it does not own goes with the other.
#[test]
fn absorb_and_absorb_with_children() {
    play(|| {
        // A child whose own child is looked at before it is released itself.
        const SECOND: u64 = 7 + 32;
        let mut first = base(2);
        for key in [SECOND, SECOND + 1024] {
            first.insert(key, Counted::of(7));
        }
        let second = with(&first, CHILD);
        let mut third = with(&second, SECOND);
        set(&mut third, CHILD);
        drop(second);
        drop(first);
        [
            goes(third.clone()),
            goes(third.clone()),
            part(move || vec![third]),
        ]
    });
}

/// Versions of which each but the first has the one before as its origin, as many as may follow each
/// other.
fn chain() -> [Map; 5] {
    let mut newest = base(0);
    [0, 1, 2, 1, 2].map(|key| {
        if key != 0 {
            newest = with(&newest, key);
        }
        newest.clone()
    })
}

/// A chain of origins that has become too long is converted while its middle goes.
#[test]
fn convert_and_drop_middle() {
    play(|| {
        let [first, second, third, fourth, newest] = chain();
        let fork = part(move || {
            let next = with(&newest, 4);
            drop(newest);
            vec![next]
        });
        let stay = part(move || {
            drop((third, fourth));
            drop(second);
            vec![first]
        });
        [fork, stay]
    });
}

/// Two forks of the end of a chain: both want to convert it.
#[test]
fn convert_and_convert() {
    play(|| {
        let newest = chain()[4].clone();
        [(newest.clone(), 3), (newest, 4)]
            .map(|(newest, key)| part(move || vec![with(&newest, key)]))
    });
}

/// A version is read while its relatives go, and with them all that absorbs.
#[test]
fn read_and_merge_by_drops() {
    play(|| {
        let first = base(0);
        let second = with(&first, ROOT);
        let third = with(&second, ROOT_TOO);
        let copy = third.clone();
        let reader = part(move || {
            read(&copy);
            vec![]
        });
        [reader, goes(third), goes((first, second))]
    });
}

/// One version is compacted twice while its origin's last handle goes.
#[test]
fn compact_and_compact_and_drop() {
    play(|| {
        let first = base(0);
        let second = with(&first, ROOT);
        let compact = |map: Map| {
            part(move || {
                map.compact();
                vec![map]
            })
        };
        [compact(second.clone()), compact(second), goes(first)]
    });
}

/// The last two owners of one array: one takes it apart, the other writes to it.
#[test]
fn take_and_write() {
    play(|| {
        let mut one = base(0);
        let two = one.clone();
        let write = part(move || {
            *one.get_mut(&ROOT).expect("it is there") = Counted::of(0);
            vec![one]
        });
        let take = part(move || {
            assert_eq!(two.into_iter().count(), 6);
            vec![]
        });
        [write, take]
    });
}

/// Removal folds a child away while the version that shares it goes.
#[test]
fn fold_and_drop() {
    play(|| {
        let mut one = base(2);
        let two = with(&one, ROOT);
        let fold = part(move || {
            one.remove(&CHILD);
            vec![one]
        });
        [fold, goes(two)]
    });
}
