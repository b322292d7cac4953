//! Every peer gives the right answer in every workload that it claims, and a peer that does not
//! is found out.

use std::collections::HashMap;

use hamt_bench::keys::{Key, KeySet, Keys, Kind, Shape, Sources, WordList};
use hamt_bench::peers::{self, Abilities, Peer, PeerEntry};
use hamt_bench::record::Unit;
use hamt_bench::workload::Relation::{Relatives, Strangers};
use hamt_bench::workload::{All, Bench, Subject, Workload};

/// Complaints about a peer's answers: in one pass and in several.
fn faults(subject: &mut dyn Subject, supports: impl Fn(Workload) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for workload in Workload::ALL
        .into_iter()
        .filter(|&workload| supports(workload))
    {
        let expected = subject.expected(workload);
        if !workload.is_timed() {
            let (value, checksum) = subject.examine(workload);
            assert!((0.0..1e12).contains(&value), "{workload:?}: {value}");
            if checksum != expected {
                faults.push(workload.name().to_owned());
            }
            continue;
        }
        for passes in [1, 13] {
            let timing = subject.run(workload, passes);
            assert_eq!(timing.operations, passes * subject.operations(workload));
            if timing.checksum != expected.wrapping_mul(passes) {
                faults.push(format!("{} ({passes})", workload.name()));
            }
        }
    }
    faults
}

fn check(peer: &PeerEntry, kind: Kind, subject: Option<Box<dyn Subject>>, scale: usize) {
    if let Some(mut subject) = subject {
        let faults = faults(&mut *subject, |workload| {
            peer.supports(kind.shape(), workload)
        });
        assert!(
            faults.is_empty(),
            "{} {} {scale}: {faults:?}",
            peer.product,
            kind.name()
        );
        subject.release();
        assert_eq!(
            subject.run(Workload::Query, 1).checksum,
            subject.expected(Workload::Query)
        );
    }
}

/// The built-in words, and a few titles and rows.
fn sources() -> Sources {
    let titles = (0..1_000).map(|number| format!("Title_{number}"));
    let rows = (0..1_000).map(|number| (format!("key {number}"), format!("value {}", number % 7)));
    Sources {
        words: WordList::built_in(),
        titles: Some(WordList::new(titles)),
        table: Some(rows.collect()),
    }
}

fn check_all(kind: Kind, scale: usize, sources: &Sources) {
    let keys = Keys::new(kind, scale, 42, sources);
    for peer in peers::all() {
        check(&peer, kind, peer.open(keys), scale);
    }
}

#[test]
fn peers_agree_on_numbers() {
    for (kind, scale) in [
        (Kind::Random, 1),
        (Kind::Random, 3_000),
        (Kind::Sequential, 500),
    ] {
        check_all(kind, scale, &sources());
    }
}

#[test]
fn peers_agree_on_words() {
    let sources = sources();
    assert!(sources.words.words().len() > 100_000);
    for scale in [10, 2_000] {
        check_all(Kind::Words, scale, &sources);
    }
}

#[test]
fn peers_agree_on_other_keys() {
    for kind in Kind::ALL {
        if !matches!(kind, Kind::Random | Kind::Sequential | Kind::Words) {
            check_all(kind, 300, &sources());
        }
    }
}

#[test]
fn absent_peers_say_what_to_install() {
    for peer in peers::all() {
        if let peers::Presence::Absent { install } = peer.presence {
            assert!(!install.is_empty(), "{}", peer.product);
            assert!(
                Workload::ALL
                    .iter()
                    .all(|&w| !peer.supports(Shape::Numbers, w))
            );
        } else {
            assert!(
                peer.supports(Shape::Numbers, Workload::Query),
                "{}",
                peer.product
            );
        }
    }
}

/// A map with one fault, chosen by number.
struct Faulty<const FAULT: usize>(HashMap<u64, u64>);

/// Each fault with a workload that must find it.
const FAULTS: [(&str, Workload); 17] = [
    ("none", Workload::Query),
    ("forgets a key in 1000 inserts", Workload::Build),
    ("removes nothing", Workload::Remove),
    ("removes another key's value", Workload::PersistentRemove),
    ("finds absent keys", Workload::QueryMiss),
    ("skips an entry", Workload::Iterate),
    ("forks without the new entry", Workload::Fork),
    ("forks in place", Workload::Fork),
    ("leaves out a key of many", Workload::QueryMany),
    ("does not write over", Workload::Update),
    ("contains nothing", Workload::Contains),
    ("unites all but one", Workload::Union(Relatives)),
    ("intersects with nothing", Workload::Intersection(Strangers)),
    ("misses a change", Workload::Diff(Relatives)),
    ("takes all maps for equal", Workload::Equal(Relatives)),
    ("compares keys alone", Workload::Equal(Strangers)),
    ("takes a part for the whole", Workload::Equal(Relatives)),
];

impl<const FAULT: usize> Peer<u64> for Faulty<FAULT> {
    type Key = u64;

    const ABILITIES: Abilities = Abilities::PERSISTENT;

    fn key(key: &'static u64) -> u64 {
        key.owned()
    }

    fn new(_capacity: usize) -> Self {
        Self(HashMap::new())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, key: &u64) -> Option<u64> {
        self.0.get(key).copied().or((FAULT == 4).then_some(8))
    }

    fn get_many(&self, keys: &[u64], answer: impl FnMut(Option<u64>)) {
        let skipped = usize::from(FAULT == 8);
        let answers = keys.iter().skip(skipped).map(|key| self.get(key));
        answers.for_each(answer);
    }

    fn insert(&mut self, key: u64, value: u64) {
        if FAULT == 9 {
            self.0.entry(key).or_insert(value);
        } else if !(FAULT == 1 && self.0.len() == 999) {
            self.0.insert(key, value);
        }
    }

    fn collect(entries: Vec<(u64, u64)>) -> Self {
        Self(entries.into_iter().collect())
    }

    fn remove(&mut self, key: &u64) {
        if FAULT != 2 {
            self.0.remove(key);
        }
    }

    fn persistent_insert(&mut self, key: u64, value: u64) {
        self.0.insert(key, value);
    }

    fn persistent_remove(&mut self, key: &u64) {
        let other = self.0.keys().find(|other| *other != key).copied();
        self.0.remove(if FAULT == 3 {
            other.as_ref().unwrap_or(key)
        } else {
            key
        });
    }

    fn updated(&self, key: u64, value: u64) -> Self {
        let mut next = self.0.clone();
        next.insert(key, value);
        Self(next)
    }

    fn contains(&self, key: &u64) -> bool {
        FAULT != 10 && self.0.contains_key(key)
    }

    fn union(&self, other: &Self) -> Self {
        let mut union = other.0.clone();
        union.extend(&self.0);
        if let Some(first) = self.0.keys().min().filter(|_| FAULT == 11) {
            union.remove(first);
        }
        Self(union)
    }

    fn intersection(&self, other: &Self) -> Self {
        let common = |key: &u64| FAULT == 12 || other.0.contains_key(key);
        let entries = self.0.iter().filter(|(key, _)| common(key));
        Self(entries.map(|(key, value)| (*key, *value)).collect())
    }

    fn changes(&self, other: &Self) -> usize {
        let new = other.0.keys().filter(|key| !self.0.contains_key(key));
        let gone = self
            .0
            .iter()
            .filter(|(key, value)| other.0.get(key) != Some(value));
        new.count() + gone.count() - usize::from(FAULT == 13)
    }

    fn equal(&self, other: &Self) -> bool {
        match FAULT {
            14 => true,
            15 => {
                self.0.len() == other.0.len() && self.0.keys().all(|key| other.0.contains_key(key))
            }
            16 => self
                .0
                .iter()
                .all(|(key, value)| other.0.get(key) == Some(value)),
            _ => self.0 == other.0,
        }
    }

    fn fork(&self, key: u64, value: u64) -> usize {
        let mut fork = self.0.clone();
        if FAULT != 6 {
            fork.insert(key, value);
        }
        // What a fork in place would leave behind.
        if FAULT == 7 {
            fork.len() + 1
        } else {
            fork.len()
        }
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        let skipped = usize::from(FAULT == 5);
        self.0.values().skip(skipped).copied().for_each(visit);
    }

    fn copy(&self) -> Self {
        Self(self.0.clone())
    }
}

fn assert_found<const FAULT: usize>(keys: &'static KeySet<u64>) {
    let mut subject = Bench::<u64, Faulty<FAULT>, All>::new(keys);
    let faults = faults(&mut subject, |workload| workload.unit() != Unit::Number);
    let (name, workload) = FAULTS[FAULT];
    let found = faults
        .iter()
        .any(|fault| fault.split(' ').next() == Some(workload.name()));
    assert_eq!(found, FAULT != 0, "{name}: {faults:?}");
}

#[test]
fn faults_are_found() {
    let keys = KeySet::numbers(Kind::Random, 1_000, 42).leak();
    assert_found::<0>(keys);
    assert_found::<1>(keys);
    assert_found::<2>(keys);
    assert_found::<3>(keys);
    assert_found::<4>(keys);
    assert_found::<5>(keys);
    assert_found::<6>(keys);
    assert_found::<7>(keys);
    assert_found::<8>(keys);
    assert_found::<9>(keys);
    assert_found::<10>(keys);
    assert_found::<11>(keys);
    assert_found::<12>(keys);
    assert_found::<13>(keys);
    assert_found::<14>(keys);
    assert_found::<15>(keys);
    assert_found::<16>(keys);
}
