//! Keys and values of every size, alignment and niche.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::num::{NonZeroU8, NonZeroU64};
use std::sync::Arc;

use hamt::Hamt;

use crate::hashers::{Dial, Good};

/// A type under test, made from a number. Types with few values map many numbers to one value.
trait Sample: Clone + Eq + Hash + Debug {
    fn of(n: u32) -> Self;
}

macro_rules! samples {
    ($($name:ty: $n:ident => $of:expr;)*) => {$(
        impl Sample for $name {
            fn of($n: u32) -> Self {
                $of
            }
        }
    )*};
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Colour {
    Red,
    Green,
    Blue(bool),
}

macro_rules! aligned {
    ($($name:ident: $align:literal),*) => {$(
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        #[repr(align($align))]
        struct $name(u32);

        impl Sample for $name {
            fn of(n: u32) -> Self {
                $name(n)
            }
        }
    )*};
}
// Some 32-bit targets align no number to 8, so only a type that asks for it shows a word that should.
aligned!(Align8: 8, Align16: 16, Align64: 64, Align4096: 4096);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(align(64))]
struct AlignedNothing;

samples! {
    (): _n => ();
    AlignedNothing: _n => AlignedNothing;
    u8: n => n.to_le_bytes()[0];
    [u8; 3]: n => [n.to_le_bytes()[0], n.to_le_bytes()[1], 7];
    u32: n => n;
    u64: n => u64::from(n) << 20;
    u128: n => u128::from(n) << 70;
    (u64, u64): n => (u64::from(n), !u64::from(n));
    [u64; 3]: n => [u64::from(n); 3];
    [u8; 1024]: n => [n.to_le_bytes()[0]; 1024];
    bool: n => n % 2 == 1;
    char: n => char::from_u32(0x10_000 + n).expect("a plane without surrogates");
    NonZeroU8: n => NonZeroU8::MIN.saturating_add(n.to_le_bytes()[0]);
    NonZeroU64: n => NonZeroU64::MIN.saturating_add(u64::from(n));
    Option<NonZeroU64>: n => NonZeroU64::new(u64::from(n));
    Colour: n => [Colour::Red, Colour::Green, Colour::Blue(true)][n as usize % 3];
    &'static str: n => &"0123456789abcdef0123456789abcdef"[n as usize % 16..][..n as usize % 7];
    String: n => format!("number {n}");
    Arc<str>: n => format!("number {n}").into();
    Box<u32>: n => Box::new(n);
    Option<Box<u32>>: n => (n % 3 > 0).then(|| Box::new(n));
    Box<[u8]>: n => vec![1; n as usize % 50].into();
    Vec<String>: n => vec![n.to_string(); n as usize % 3];
    fn(u32) -> u32: n => [u32::swap_bytes, u32::reverse_bits][n as usize % 2];
}

/// Inserts, overwrites, reads, shares, writes and removes; the model's keys are debug texts.
fn under<K: Sample, V: Sample>(entries: u32) {
    let text = |n| format!("{:?}", K::of(n));
    let mut map: Hamt<K, V, Dial> = Hamt::default();
    let mut model = BTreeMap::new();
    let check = |map: &Hamt<K, V, Dial>, model: &BTreeMap<String, V>| {
        map.validate().expect("a valid map");
        assert_eq!(map.len(), model.len());
        let seen: BTreeMap<_, _> = map
            .iter()
            .map(|(key, value)| {
                assert!((&raw const *key).is_aligned() && (&raw const *value).is_aligned());
                (format!("{key:?}"), value.clone())
            })
            .collect();
        assert_eq!(seen, *model);
    };
    for n in 0..entries {
        assert_eq!(
            map.insert(K::of(n), V::of(n)),
            model.insert(text(n), V::of(n))
        );
        if n % 64 == 0 {
            check(&map, &model);
        }
    }
    check(&map, &model);
    let (full, full_model) = (map.clone(), model.clone());
    for n in 0..entries {
        assert_eq!(map.get(&K::of(n)), model.get(&text(n)));
        if n % 3 == 0 {
            *map.get_mut(&K::of(n)).expect("it is there") = V::of(n + 1);
            model.insert(text(n), V::of(n + 1));
        }
    }
    for value in map.values_mut() {
        *value = value.clone();
    }
    check(&map, &model);
    for n in (0..entries).step_by(2) {
        assert_eq!(map.remove(&K::of(n)), model.remove(&text(n)));
    }
    check(&map, &model);
    check(&full, &full_model);
    assert_eq!(full.into_iter().count(), full_model.len());
    for n in 0..entries {
        assert_eq!(map.remove(&K::of(n)), model.remove(&text(n)));
    }
    check(&map, &model);
    assert!(map.is_empty());
}

macro_rules! layouts {
    ($($name:ident: $key:ty => $value:ty, $entries:expr;)*) => {$(
        #[test]
        fn $name() {
            let entries = if cfg!(miri) { $entries.min(24) } else { $entries };
            Dial::GOOD.with(|| under::<$key, $value>(entries));
            for dial in [Dial::EIGHT_IN_THE_MIDDLE, Dial::FOUR] {
                dial.with(|| under::<$key, $value>(entries.min(60)));
            }
            Dial::CONSTANT.with(|| under::<$key, $value>(entries.min(20)));
        }
    )*};
}

layouts! {
    nothing: () => (), 3;
    nothing_to_number: () => u64, 3;
    aligned_nothing: AlignedNothing => AlignedNothing, 3;
    set_of_bytes: u8 => (), 256;
    bytes: u8 => u8, 256;
    set_with_aligned_nothing: u32 => AlignedNothing, 300;
    three_bytes: [u8; 3] => u8, 500;
    one_byte_beside_eight: u8 => u64, 200;
    sixteen_bytes: (u64, u64) => (), 500;
    sixteen_bytes_in_two: u64 => NonZeroU64, 500;
    just_too_large: (u64, u64) => u8, 500;
    twenty_four_bytes: [u64; 3] => u8, 300;
    aligned_to_8: Align8 => Align8, 300;
    aligned_to_8_and_texts: Align8 => String, 200;
    aligned_to_16: u128 => u128, 300;
    aligned_to_16_small: Align16 => (), 300;
    aligned_to_64: u32 => Align64, 200;
    aligned_to_64_key: Align64 => String, 200;
    aligned_to_4096: Align4096 => Align4096, 60;
    kilobytes: u32 => [u8; 1024], 100;
    kilobyte_keys: [u8; 1024] => u32, 100;
    bools: bool => bool, 5;
    chars: char => char, 300;
    non_zero: NonZeroU8 => NonZeroU8, 200;
    optional_non_zero: Option<NonZeroU64> => bool, 300;
    enums: u32 => Colour, 300;
    enum_keys: Colour => Colour, 10;
    static_texts: &'static str => u8, 40;
    static_text_values: u32 => &'static str, 200;
    texts: String => String, 300;
    counted_texts: Arc<str> => u32, 300;
    boxes: Box<u32> => Box<u32>, 300;
    optional_boxes: u32 => Option<Box<u32>>, 300;
    optional_box_keys: Option<Box<u32>> => (), 300;
    slices: Box<[u8]> => Vec<String>, 50;
    functions: u32 => fn(u32) -> u32, 100;
}

/// Entries that are built at once wait in buffers, where equal keys are compared.
#[test]
fn aligned_to_8_in_buffers() {
    for dial in [Dial::GOOD, Dial::CONSTANT] {
        let entries = (0..20).chain(0..20).map(|n| (Align8(n), Align8(n + 1)));
        let built: Hamt<Align8, Align8, Dial> = dial.with(|| entries.collect());
        built.validate().expect("a valid map");
        assert_eq!(built.len(), 20);
        assert!((0..20).all(|n| built[&Align8(n)] == Align8(n + 1)));
    }
}

#[test]
fn megabyte_values() {
    #[derive(Clone)]
    struct Megabyte([u8; 1 << 20]);

    // A megabyte on the stack, several times over in an unoptimised build.
    let test = || {
        let mut map: Hamt<u32, Megabyte, Good> = Hamt::default();
        for n in 0..4u8 {
            map.insert(u32::from(n), Megabyte([n; 1 << 20]));
        }
        let copy = map.clone();
        map.get_mut(&1).expect("it is there").0[0] = 9;
        map.remove(&2);
        map.validate().expect("a valid map");
        assert_eq!((map[&1].0[0], map[&1].0[1 << 19], copy[&1].0[0]), (9, 1, 1));
        assert_eq!((map.len(), copy.len()), (3, 4));
        drop(map);
        assert!(
            copy.iter()
                .all(|(n, it)| it.0.iter().all(|&byte| u32::from(byte) == *n))
        );
    };
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(test)
        .expect("a thread")
        .join()
        .expect("no panic");
}

/// As the documentation has it: a pointer, two bitmaps, a length; a hasher without size adds none.
#[test]
fn handles() {
    #[cfg(target_pointer_width = "64")]
    assert_eq!(size_of::<Hamt<u64, u64>>(), 24);
    assert_eq!(
        size_of::<Hamt<u64, u64>>(),
        size_of::<Hamt<String, [u8; 1024]>>()
    );
    // The pointer is null for the empty map, so there is no niche: `None` takes a word.
    assert!(size_of::<Option<Hamt<u64, u64>>>() <= size_of::<Hamt<u64, u64>>() + size_of::<u64>());
}
