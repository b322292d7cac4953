//! Tries from many entries at once: entries are gathered, sorted by the slots they lead to, and
//! each array is written once.

use alloc::vec::Vec;

use crate::bits::Bit;
use crate::children::{Built, Items, Join, Root, build};
use crate::hash::{FRAGMENTS, HashBits, Level};

/// Fewer entries are inserted one by one.
pub(crate) const MIN_BULK: usize = 5;

/// Up to so many entries are gathered in one buffer. More go to one for each node at the third
/// level, so that what is sorted at once fits a cache.
const MAX_SINGLE: usize = 1 << 15;

/// Nodes at the third level.
const BUCKETS: usize = FRAGMENTS * FRAGMENTS;

/// Most room that is made in advance, whatever the iterator says.
const MAX_EXPECTED: usize = 1 << 24;

/// Most entries that are gathered.
const MAX_GATHERED: usize = 1 << 31;

/// Whether entries keep coming with keys that have come before, judged from one in 64 hashes.
/// Gathering them all would take more memory than the map, and more time than inserting them.
struct Repeats {
    /// Different hashes of the sample, when they were last counted.
    hashes: Vec<u64>,
    sampled: usize,
    /// Number of entries at which to look next.
    next_look: usize,
}

impl Repeats {
    const FIRST_LOOK: usize = 1 << 11;

    fn new() -> Self {
        Repeats {
            hashes: Vec::new(),
            sampled: 0,
            next_look: Self::FIRST_LOOK,
        }
    }

    #[inline(always)]
    fn note(&mut self, hash: HashBits) {
        // Multiplied, so that hashes with few good bits are sampled as well.
        if hash.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58 == 0 {
            self.hashes.push(hash.0);
            self.sampled += 1;
        }
    }

    /// Whether less than half of the entries so far have keys of their own. To be asked when there
    /// are [`Repeats::next_look`] entries.
    #[cold]
    fn prevail(&mut self) -> bool {
        self.next_look *= 2;
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.hashes.len() * 2 < self.sampled
    }
}

/// Entries on their way into a trie.
pub(crate) struct Gathered<K, V> {
    /// All of them, or those of each node at the third level.
    buckets: Vec<Items<K, V>>,
    len: usize,
}

impl<K, V> Gathered<K, V> {
    /// These entries and no others.
    #[cfg(feature = "rayon")]
    pub(super) fn single(items: Items<K, V>) -> Self {
        Gathered {
            len: items.len(),
            buckets: alloc::vec![items],
        }
    }

    /// Takes entries until there are none left, or those that come are mostly repeats.
    #[inline]
    pub(crate) fn from(
        entries: &mut impl Iterator<Item = (K, V)>,
        hash_of: impl Fn(&K) -> HashBits,
    ) -> Self {
        let expected = entries.size_hint().0;
        let mut repeats = Repeats::new();
        let mut this = Gathered::<K, V> {
            buckets: Vec::new(),
            len: 0,
        };
        if expected <= MAX_SINGLE {
            let mut single = Items::with_capacity(expected);
            for (key, value) in entries.by_ref() {
                let hash = hash_of(&key);
                repeats.note(hash);
                single.push(hash, key, value);
                this.len += 1;
                if this.len == repeats.next_look && repeats.prevail() {
                    break;
                }
                if this.len == MAX_SINGLE {
                    break;
                }
            }
            if this.len < MAX_SINGLE {
                this.buckets.push(single);
                return this;
            }
            this.make_buckets(this.len);
            single.divide(&mut this.buckets, bucket_of);
        } else {
            this.make_buckets(expected);
        }
        for (key, value) in entries {
            let hash = hash_of(&key);
            repeats.note(hash);
            this.buckets[bucket_of(hash)].push(hash, key, value);
            this.len += 1;
            if this.len == repeats.next_look && (this.len >= MAX_GATHERED || repeats.prevail()) {
                break;
            }
        }
        this
    }

    #[inline(never)]
    fn make_buckets(&mut self, expected: usize) {
        let each = expected.min(MAX_EXPECTED) / BUCKETS;
        self.buckets
            .resize_with(BUCKETS, || Items::with_capacity(each + each / 8));
    }
}

#[inline(always)]
fn bucket_of(hash: HashBits) -> usize {
    hash.fragment(Level::ROOT) + FRAGMENTS * hash.fragment(Level::ROOT.next())
}

impl<K: Eq + Clone, V: Clone> Gathered<K, V> {
    /// The trie of these entries. Of equal keys the first stays, with the value of the last.
    #[inline(never)]
    pub(crate) fn into_root(mut self, rehash: impl Fn(&K) -> HashBits) -> Root<K, V> {
        let mut spare = Items::new();
        let mut merged = 0;
        let top = if let [single] = &mut self.buckets[..] {
            let top = build(single, &mut spare, Level::ROOT, &mut merged);
            top.ok_or_else(|| core::mem::replace(single, Items::new()))
        } else {
            self.join(&mut spare, &mut merged)
        };
        root_of(top, self.len - merged, rehash)
    }

    fn join(
        &mut self,
        spare: &mut Items<K, V>,
        merged: &mut usize,
    ) -> Result<Built<K, V>, Items<K, V>> {
        let mut root = Join::new(Level::ROOT);
        for first in slots() {
            let mut node = Join::new(Level::ROOT.next());
            for second in slots() {
                let bucket = first.fragment() as usize + FRAGMENTS * second.fragment() as usize;
                // The bucket's memory goes with it.
                let mut items = core::mem::replace(&mut self.buckets[bucket], Items::new());
                let child = build(&mut items, spare, node.level().next(), merged);
                node.push(second, child, &mut items);
            }
            match node.finish() {
                Ok(child) => root.push(first, Some(child), &mut Items::new()),
                Err(mut few) => root.push(first, None, &mut few),
            }
        }
        root.finish()
    }
}

/// The trie of what stands at its top, with `len` entries.
pub(super) fn root_of<K: Eq + Clone, V: Clone>(
    top: Result<Built<K, V>, Items<K, V>>,
    len: usize,
    rehash: impl Fn(&K) -> HashBits,
) -> Root<K, V> {
    let mut root = Root::EMPTY;
    match top {
        Ok(top) => root = top.into_root(len),
        Err(few) => {
            for (hash, entry) in few {
                let (key, value) = entry.into_pair();
                super::insert(&mut root, hash, key, value, &rehash);
            }
        }
    }
    root
}

/// All slots of a node.
pub(super) fn slots() -> impl Iterator<Item = Bit> {
    Bit::all_of(u32::MAX)
}
