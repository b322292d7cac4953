//! Keys chosen to collide: how much work they make, counted in comparisons, and that whoever does not know the default
//! hasher's key cannot choose them.

use std::cell::Cell;
use std::hash::{BuildHasher, Hash, Hasher};

use hamt::{DefaultHashBuilder, Hamt};

use crate::hashers::{Constant, Good};

thread_local! {
    static COMPARISONS: Cell<u64> = const { Cell::new(0) };
}

/// What `work` returns, and the keys it compared.
fn counted<R>(work: impl FnOnce() -> R) -> (R, u64) {
    COMPARISONS.set(0);
    let result = work();
    (result, COMPARISONS.get())
}

/// A key that counts how often it is compared. Maps keep it inline, or in blocks if it has a `Drop`.
#[derive(Clone)]
struct Counting<O>(u32, O);

impl<O> PartialEq for Counting<O> {
    fn eq(&self, other: &Self) -> bool {
        COMPARISONS.set(COMPARISONS.get() + 1);
        self.0 == other.0
    }
}

impl<O> Eq for Counting<O> {}

impl<O> Hash for Counting<O> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

const KEYS: u32 = if cfg!(miri) { 60 } else { 10_000 };

/// With one hash for all, a map is a list: an operation compares each key at most once, and never does worse.
fn one_hash<O: Clone>(owner: &O) {
    let key = |n| Counting(n, owner.clone());
    let n = u64::from(KEYS);
    let (mut map, built) = counted(|| {
        let mut map: Hamt<Counting<O>, u32, Constant> = Hamt::default();
        for n in 0..KEYS {
            map.insert(key(n), n);
        }
        map
    });
    assert_eq!(
        built,
        n * (n - 1) / 2,
        "each new key is compared with those there"
    );
    let (_, collected) = counted(|| {
        let map: Hamt<Counting<O>, u32, Constant> = (0..KEYS).map(|n| (key(n), n)).collect();
        assert_eq!(map.len(), KEYS as usize);
    });
    assert!(
        collected <= n * n / 2,
        "{collected} comparisons to collect {n}"
    );

    for absent in [KEYS, KEYS + 1] {
        assert_eq!(counted(|| map.contains_key(&key(absent))), (false, n));
    }
    for present in [0, 1, KEYS / 2, KEYS - 1] {
        let (found, compared) = counted(|| map.get(&key(present)).copied());
        assert!(found == Some(present) && (1..=n).contains(&compared));
        let (_, compared) = counted(|| map.insert(key(present), present));
        assert!(compared <= n, "{compared} comparisons to overwrite");
        let (copy, compared) = counted(|| map.without(&key(present)));
        assert!(copy.len() == map.len() - 1 && compared <= n);
    }
    let (_, compared) = counted(|| map.retain(|key, _| key.0 % 2 == 0));
    assert_eq!(compared, 0, "nothing is looked up");
    assert_eq!(
        counted(|| map.iter().count()),
        (KEYS.div_ceil(2) as usize, 0)
    );
    let copy = map.clone();
    assert_eq!(counted(|| map == copy), (true, 0), "one array");
}

#[test]
fn colliding_keys_make_a_list() {
    one_hash(&());
    one_hash(&Box::new(()));
}

/// A look-up compares keys that agree in their hashes as far as the trie has grown. Those that agree in the first half
/// only, chosen by somebody who can, cost levels and no comparisons.
#[test]
fn half_a_hash_in_common_costs_levels() {
    /// Agrees in the low half, of which seven levels are made.
    #[derive(Clone, Copy, Default)]
    struct HighHalf;

    struct High(<Good as BuildHasher>::Hasher);

    impl BuildHasher for HighHalf {
        type Hasher = High;

        fn build_hasher(&self) -> High {
            High(Good::default().build_hasher())
        }
    }

    impl Hasher for High {
        fn write(&mut self, bytes: &[u8]) {
            self.0.write(bytes);
        }

        fn finish(&self) -> u64 {
            self.0.finish() << 32
        }
    }

    let (map, built) = counted(|| {
        let mut map: Hamt<Counting<()>, u32, HighHalf> = Hamt::default();
        for n in 0..KEYS {
            map.insert(Counting(n, ()), n);
        }
        map
    });
    assert!(map.stats().nodes_by_depth.len() <= 14);
    assert!(
        built <= 4 * u64::from(KEYS),
        "{built} comparisons for {KEYS} keys"
    );
    let (_, found) = counted(|| (0..KEYS).all(|n| map[&Counting(n, ())] == n));
    assert!(
        found <= 2 * u64::from(KEYS),
        "{found} comparisons for {KEYS} keys"
    );
}

/// Keys that agree in the first 15 bits under this process's key, which leads them into one node of the fourth level.
#[cfg(not(miri))]
fn chosen() -> Vec<u64> {
    let agree = |key: &u64| DefaultHashBuilder.hash_one(key) & 0x7FFF == 0;
    (0..).filter(agree).take(48).collect()
}

/// The most keys that agree in 15 bits.
#[cfg(not(miri))]
fn largest_group(keys: &[u64]) -> usize {
    let mut groups = std::collections::HashMap::new();
    for key in keys {
        *groups
            .entry(DefaultHashBuilder.hash_one(key) & 0x7FFF)
            .or_insert(0) += 1;
    }
    groups.into_values().max().unwrap_or(0)
}

/// What collides in one process is spread in the next: the default hasher's key is the process's own.
#[test]
#[cfg(not(miri))]
fn chosen_collisions_do_not_travel() {
    const KEYS: &str = "HAMT_CHOSEN_KEYS";
    if let Ok(text) = std::env::var(KEYS) {
        let keys: Vec<u64> = text
            .split(' ')
            .map(|it| it.parse().expect("a number"))
            .collect();
        println!("largest group: {}.", largest_group(&keys));
        return;
    }
    let keys = chosen();
    assert_eq!(largest_group(&keys), keys.len());
    let map: Hamt<u64, ()> = keys.iter().map(|&key| (key, ())).collect();
    assert!(map.stats().entries_by_depth[..3].iter().all(|&n| n == 0));

    let text: Vec<String> = keys.iter().map(u64::to_string).collect();
    for _ in 0..3 {
        let output = std::process::Command::new(std::env::current_exe().expect("a path"))
            .args(["chosen_collisions_do_not_travel", "--nocapture"])
            .env(KEYS, text.join(" "))
            .output()
            .expect("the test program starts");
        let said = String::from_utf8_lossy(&output.stdout);
        // By chance four of 48 agree in one process of 100,000,000.
        assert!(
            ["1.", "2.", "3."]
                .iter()
                .any(|n| said.contains(&format!("largest group: {n}"))),
            "the same keys collide elsewhere: {said}"
        );
    }
}
