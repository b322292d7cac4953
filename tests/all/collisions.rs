//! Keys that agree in many bits of their hashes, or all.

use std::hash::{Hash, Hasher};

use hamt::Hamt;

use crate::hashers::{Constant, Identity};

/// A key with the hash of its choice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Hashed {
    hash: u64,
    n: u32,
}

impl Hash for Hashed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// A key that counted entries hold.
#[derive(Clone, PartialEq, Eq, Debug)]
struct BoxedHashed(Box<Hashed>);

impl Hash for BoxedHashed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

trait Key: Clone + Eq + Hash + std::fmt::Debug {
    fn of(hash: u64, n: u32) -> Self;
    fn n(&self) -> u32;
}

impl Key for Hashed {
    fn of(hash: u64, n: u32) -> Self {
        Hashed { hash, n }
    }

    fn n(&self) -> u32 {
        self.n
    }
}

impl Key for BoxedHashed {
    fn of(hash: u64, n: u32) -> Self {
        BoxedHashed(Box::new(Hashed { hash, n }))
    }

    fn n(&self) -> u32 {
        self.0.n
    }
}

/// Fills a map with `hashes` and empties it again, keeping some versions, from either end.
fn fill_and_empty<K: Key>(hashes: &[u64]) {
    let keys: Vec<K> = (0..).zip(hashes).map(|(n, hash)| K::of(*hash, n)).collect();
    for backwards in [false, true] {
        let mut map: Hamt<K, u32, Identity> = Hamt::default();
        let mut versions = vec![(map.clone(), 0)];
        let every = keys.len().div_ceil(8);
        for (at, key) in keys.iter().enumerate() {
            assert!(!map.contains_key(key));
            assert_eq!(map.insert(key.clone(), key.n()), None);
            if at % every == 0 || keys.len() <= 40 {
                map.validate().expect("a valid map");
                versions.push((map.clone(), at + 1));
            }
        }
        let full = map.clone();
        let check = |map: &Hamt<K, u32, Identity>, present: &[K], absent: &[K]| {
            map.validate().expect("a valid map");
            assert!(present.iter().all(|key| map.get(key) == Some(&key.n())));
            assert!(!absent.iter().any(|key| map.contains_key(key)));
            let mut seen: Vec<u32> = map.keys().map(Key::n).collect();
            seen.sort_unstable();
            assert!(seen.into_iter().eq(present.iter().map(Key::n)));
        };
        let len = keys.len();
        for removed in 1..=len {
            let at = if backwards {
                len - removed
            } else {
                removed - 1
            };
            assert_eq!(map.remove(&keys[at]), Some(keys[at].n()));
            assert_eq!(map.remove(&keys[at]), None);
            if removed % every == 0 || len <= 40 || len - removed < 4 {
                let (low, high) = if backwards {
                    (&keys[..at], &keys[at..])
                } else {
                    (&keys[at + 1..], &keys[..=at])
                };
                check(&map, low, high);
                // Canonical: built or worn down, the shape is the same.
                let built: Hamt<K, u32, Identity> =
                    low.iter().map(|key| (key.clone(), key.n())).collect();
                assert_eq!(map, built);
                let (worn, new) = (map.stats(), built.stats());
                assert_eq!(worn.nodes_by_depth, new.nodes_by_depth);
                assert_eq!(worn.entries_by_depth, new.entries_by_depth);
            }
        }
        assert!(map.is_empty() && map.stats().nodes == 0);
        for (version, len) in &versions {
            check(version, &keys[..*len], &keys[*len..]);
        }
        check(&full, &keys, &[]);
    }
}

#[test]
fn on_one_hash() {
    let most = if cfg!(miri) { 40 } else { 2_000 };
    for n in [2, 3, 4, 5, 6, 15, 16, 17, 18, 33, 200, most] {
        fill_and_empty::<Hashed>(&vec![0x0123_4567_89AB_CDEF; n]);
        fill_and_empty::<BoxedHashed>(&vec![u64::MAX; n]);
    }
}

/// Counted entries compare kept hashes first, inline ones compare keys at once: both are linear.
#[test]
fn ten_thousand_on_one_hash() {
    let n: u32 = if cfg!(miri) { 100 } else { 10_000 };
    let mut map: Hamt<u32, u32, Constant> = (0..n).map(|n| (n, n)).collect();
    let copy = map.clone();
    assert_eq!(
        map.iter().map(|(key, _)| u64::from(*key)).sum::<u64>(),
        u64::from(n) * u64::from(n - 1) / 2
    );
    assert_eq!(map.stats().collision_entries, n as usize);
    for key in (2..n).rev() {
        assert_eq!(map.remove(&key), Some(key));
    }
    map.validate().expect("a valid map");
    assert_eq!((map.len(), map.stats().collision_nodes), (2, 0));
    assert_eq!((copy.len(), copy.iter().count()), (n as usize, n as usize));
    assert_eq!(copy[&(n - 1)], n - 1);
}

/// Hashes that agree in their first `5 * levels` bits and differ in the next five, for each level;
/// with two colliding keys at each end.
#[test]
fn agreeing_in_the_first_levels() {
    for levels in 0..13u32 {
        let below = 1u64 << (5 * levels);
        let prefix = 0x5A5A_5A5A_5A5A_5A5A & (below - 1);
        let fragments = if levels == 12 { 16 } else { 32 };
        let hash = |fragment: u64| prefix | (fragment << (5 * levels));
        let mut hashes: Vec<u64> = (0..fragments).map(hash).collect();
        fill_and_empty::<Hashed>(&hashes);
        fill_and_empty::<BoxedHashed>(&hashes);
        hashes.extend([hash(0), hash(0), hash(fragments - 1), hash(fragments - 1)]);
        fill_and_empty::<Hashed>(&hashes);
        fill_and_empty::<BoxedHashed>(&hashes);
        fill_and_empty::<Hashed>(&[hash(1), hash(2), hash(1)]);
        fill_and_empty::<BoxedHashed>(&[hash(1), hash(2)]);
    }
}

/// CPython's HAMT took its deepest level for one less than it is, so iteration stopped early.
#[test]
fn immutables_84_deepest_level_has_a_collision_node() {
    // Two groups that part in the very last bit of the hash, each colliding in full.
    let hashes: Vec<u64> = (0..12).map(|n: u64| (n % 2) << 63).collect();
    fill_and_empty::<Hashed>(&hashes);
    fill_and_empty::<BoxedHashed>(&hashes);
    let map: Hamt<Hashed, u32, Identity> = (0..)
        .zip(hashes)
        .map(|(n, hash)| (Hashed { hash, n }, n))
        .collect();
    let stats = map.stats();
    assert_eq!((stats.collision_nodes, stats.nodes_by_depth[13]), (2, 2));
    assert_eq!(map.iter().count(), 12);
    assert_eq!(map.clone().into_iter().count(), 12);
    assert_eq!(map.clone().iter_mut().count(), 12);
}

/// Iterating over a map of nothing but collisions crashed.
#[test]
fn kotlinx_57_only_collisions() {
    for n in 2..12 {
        let map: Hamt<String, u32, Constant> = (0..n).map(|n| (n.to_string(), n)).collect();
        let mut rest = map.iter();
        for left in (0..n).rev() {
            assert!(rest.next().is_some());
            assert_eq!(rest.len(), left as usize);
        }
        assert!(rest.next().is_none() && rest.next().is_none());
        assert_eq!(
            map.clone().into_iter().map(|(_, value)| value).sum::<u32>(),
            n * (n - 1) / 2
        );
    }
}

/// Many collisions aborted the program.
#[test]
fn immer_134_many_collisions() {
    let n = if cfg!(miri) { 50 } else { 1_000 };
    let map: Hamt<u32, u32, Constant> = (0..n).map(|n| (n, n)).collect();
    let versions: Vec<_> = (0..n).step_by(50).map(|n| map.without(&n)).collect();
    for (version, n) in versions.iter().zip((0..n).step_by(50)) {
        version.validate().expect("a valid map");
        assert!(!version.contains_key(&n));
        assert_eq!(version.update(n, n), map);
    }
}
