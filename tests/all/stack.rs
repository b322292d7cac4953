//! Large, many and nested maps on small stacks: depth of recursion is that of the trie.

use std::cell::Cell;
use std::thread;

use hamt::Hamt;

use crate::hashers::Good;
use crate::probes::Random;

/// Runs `test` in a thread with a stack of 64 KiB.
fn on_a_small_stack<T: Send>(test: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(64 << 10)
            .spawn_scoped(scope, test)
            .expect("a thread")
            .join()
            .expect("no panic")
    })
}

/// A quarter of a gigabyte; as many texts, with two blocks each beside the map, would take several times that.
const NUMBERS: u32 = if cfg!(miri) { 1_000 } else { 10_000_000 };
const TEXTS: u32 = if cfg!(miri) { 1_000 } else { 1_000_000 };

#[test]
fn ten_million_numbers() {
    let map: Hamt<u32, u32> = (0..NUMBERS).map(|n| (n, n)).collect();
    on_a_small_stack(move || {
        assert_eq!(map.len(), NUMBERS as usize);
        let sum: u64 = map.values().copied().map(u64::from).sum();
        let mut copy = map.clone();
        copy.iter_mut().for_each(|(_, value)| *value = 1);
        assert!(copy.values().all(|&value| value == 1));
        drop(copy);
        let all: u64 = map.into_iter().map(|(_, value)| u64::from(value)).sum();
        assert_eq!(sum, all);
        assert_eq!(all, u64::from(NUMBERS) * u64::from(NUMBERS - 1) / 2);
    });
}

#[test]
fn a_million_texts() {
    let map: Hamt<String, u32> = (0..TEXTS).map(|n| (n.to_string(), n)).collect();
    on_a_small_stack(move || {
        assert_eq!(
            map.iter().filter(|(key, _)| key.ends_with('7')).count(),
            TEXTS as usize / 10
        );
        let mut rest = map.into_iter();
        assert_eq!(
            rest.by_ref().take(TEXTS as usize / 2).count(),
            TEXTS as usize / 2
        );
        assert_eq!(rest.len(), TEXTS as usize / 2);
    });
}

/// A chain of versions, each made from the one before it.
fn history<K: Clone + Eq + std::hash::Hash>(key: impl Fn(u32) -> K) -> Vec<Hamt<K, u32, Good>> {
    let mut map: Hamt<K, u32, Good> = (0..300).map(|n| (key(n), n)).collect();
    let mut versions = Vec::new();
    let mut random = Random(3);
    for n in 0..if cfg!(miri) { 300 } else { 100_000 } {
        let at = key(random.below(400));
        if random.below(4) == 0 {
            map.remove(&at);
        } else {
            map.insert(at, n);
        }
        versions.push(map.clone());
    }
    versions
}

fn drop_in<T>(mut versions: Vec<T>, order: &str) {
    let mut random = Random(11);
    match order {
        "order" => versions.into_iter().for_each(drop),
        "reverse order" => while versions.pop().is_some() {},
        _ => {
            while !versions.is_empty() {
                let len = u32::try_from(versions.len()).expect("few");
                versions.swap_remove(random.below(len) as usize);
            }
        }
    }
}

#[test]
fn a_history_of_numbers() {
    for order in ["order", "reverse order", "random order"] {
        let versions = history(|n| n);
        on_a_small_stack(move || drop_in(versions, order));
    }
}

#[test]
fn a_history_of_texts() {
    for order in ["order", "reverse order", "random order"] {
        let versions = history(|n| n.to_string());
        let last = versions.last().expect("many").clone();
        let model: std::collections::HashMap<String, u32> = last
            .iter()
            .map(|(key, value)| (key.clone(), *value))
            .collect();
        on_a_small_stack(move || drop_in(versions, order));
        last.validate().expect("a valid map");
        assert!(last.len() == model.len() && last.iter().all(|(key, value)| model[key] == *value));
    }
}

/// Each level of nesting takes a few frames; that is the values' own recursion. A thread's 2 MiB hold 1,000
/// levels even where nothing is optimised, and several times that where it is.
#[test]
fn maps_in_maps() {
    thread_local! {
        /// Where the stack was at the outermost drop and at the innermost.
        static DROPS: Cell<(usize, usize)> = const { Cell::new((0, usize::MAX)) };
    }

    #[derive(Clone, Default)]
    struct Nested(Hamt<u32, Nested>);

    impl Drop for Nested {
        fn drop(&mut self) {
            let here = (&raw const self).addr();
            let (outermost, innermost) = DROPS.get();
            DROPS.set((outermost.max(here), innermost.min(here)));
        }
    }

    let levels = if cfg!(miri) { 100 } else { 1_000 };
    let mut outer = Nested::default();
    for n in 0..levels {
        let mut map = Hamt::new();
        map.insert(n, outer.clone());
        map.insert(n + 1, Nested::default());
        outer = Nested(map);
    }
    let copy = outer.clone();
    let mut depth = 1;
    let mut at = &outer;
    while let Some(next) = at.0.values().find(|it| !it.0.is_empty()) {
        (at, depth) = (next, depth + 1);
    }
    assert_eq!(depth, levels);
    drop(outer);
    DROPS.set((0, usize::MAX));
    drop(copy);
    let (outermost, innermost) = DROPS.get();
    let bytes = (outermost - innermost) / levels as usize;
    // Not asserted: unoptimised and under sanitizers it is more. That it fits is seen by there being no overflow.
    println!("{bytes} bytes of stack a level");
}
