//! The data of a benchmark: the same keys and values, in the same order, for every peer.
//!
//! | [`Kind`] | keys | values |
//! |---|---|---|
//! | `random` | distinct random `u64` | `u64` |
//! | `seq` | `0, 1, 2, ...` as `u64`, inserted in that order | `u64` |
//! | `mod1000`, `bits4`, `constant` | random `u64` that share 1000, 16, 1 hashes | `u64` |
//! | `words` | English words: the `random_word` crate's, or those of a file | `u64` |
//! | `bytes32` | 32 random bytes, as digests and public keys are | `u64` |
//! | `kvdata` | distinct random `u64` | text of about 50 bytes |
//! | `tweet_geo`, `tweet_hashtag`, `tweet_text` | increasing ids, `u64` | a place, a tag, a text |
//! | `followers` | user names | lists of user names |
//! | `titles` | the lines of a file (`--titles`) | `u64` |
//! | `table` | a column of a file (`--dataset`) | another one |
//!
//! `kvdata` to `followers` are in the shape of a published benchmark, see
//! [`crate::datasets::shapes`].
//!
//! Random data is xoshiro256++ with the run's seed. Keys live for the whole process (`&'static`),
//! because C peers keep pointers to them. Each list of a [`KeySet`] is a copy of its own, laid out
//! in the order in which it is used: a peer that gets its keys by pointer reads them as
//! sequentially as one that gets them by value.

mod set;
mod sources;
mod types;
mod words;

use core::any::Any;
use core::fmt::Debug;
use core::hash::Hash;

use crate::datasets::shapes;

pub use set::{Entry, KeySet, Step, value_of};
pub use sources::Sources;
pub use types::{Bytes32, Colliding, Numbered, Text, Word};
pub use words::WordList;

/// A key as the harness stores it, with the value that is kept under it; peers take an owned form
/// or a pointer to it.
pub trait Key: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// The key as Rust maps own it.
    type Owned: Clone + Debug + Eq + Hash + Ord + Send + Sync + 'static;

    /// The value.
    type Value: Clone + Debug + PartialEq + Send + Sync + 'static;

    /// Which of the types it is.
    const SHAPE: Shape;

    /// Makes the owned form: a copy of the number, a new `String` for a word.
    fn owned(&self) -> Self::Owned;

    /// A number that tells values apart, read from the value itself: never 1, which stands for an
    /// absent key.
    fn digest(value: &Self::Value) -> u64;
}

/// Which keys a benchmark uses; see the table in the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the module's table documents them")]
pub enum Kind {
    Random,
    Sequential,
    Mod1000,
    Bits4,
    Constant,
    Words,
    Bytes32,
    KvData,
    TweetGeo,
    TweetHashtag,
    TweetText,
    Followers,
    Titles,
    Table,
}

/// The type of a [`Kind`]'s keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// `u64` to `u64`.
    Numbers,
    /// [`Colliding`] to `u64`.
    Colliding,
    /// [`Word`] to `u64`.
    Words,
    /// [`Bytes32`] to `u64`.
    Bytes32,
    /// `u64` to `String`.
    Numbered,
    /// `String` to `String`.
    Texts,
}

impl Kind {
    /// All of them, in the order in which they are run.
    pub const ALL: [Self; 14] = [
        Self::Random,
        Self::Sequential,
        Self::Words,
        Self::Bytes32,
        Self::KvData,
        Self::TweetGeo,
        Self::TweetHashtag,
        Self::TweetText,
        Self::Followers,
        Self::Titles,
        Self::Table,
        Self::Mod1000,
        Self::Bits4,
        Self::Constant,
    ];

    /// The name in the records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Sequential => "seq",
            Self::Mod1000 => "mod1000",
            Self::Bits4 => "bits4",
            Self::Constant => "constant",
            Self::Words => "words",
            Self::Bytes32 => "bytes32",
            Self::KvData => "kvdata",
            Self::TweetGeo => "tweet_geo",
            Self::TweetHashtag => "tweet_hashtag",
            Self::TweetText => "tweet_text",
            Self::Followers => "followers",
            Self::Titles => "titles",
            Self::Table => "table",
        }
    }

    /// The type of its keys and values.
    #[must_use]
    pub const fn shape(self) -> Shape {
        match self {
            Self::Random | Self::Sequential => Shape::Numbers,
            Self::Mod1000 | Self::Bits4 | Self::Constant => Shape::Colliding,
            Self::Words | Self::Titles => Shape::Words,
            Self::Bytes32 => Shape::Bytes32,
            Self::KvData | Self::TweetGeo | Self::TweetHashtag | Self::TweetText => Shape::Numbered,
            Self::Followers | Self::Table => Shape::Texts,
        }
    }
}

/// The keys of one kind and scale, whatever their type.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "as in `Shape`")]
pub enum Keys {
    Numbers(&'static KeySet<u64>),
    Colliding(&'static KeySet<Colliding>),
    Words(&'static KeySet<Word>),
    Bytes32(&'static KeySet<Bytes32>),
    Numbered(&'static KeySet<Numbered>),
    Texts(&'static KeySet<Text>),
}

impl Keys {
    /// The keys, if they are of the type `K`.
    #[must_use]
    pub fn of<K: Key>(self) -> Option<&'static KeySet<K>> {
        let keys: &'static dyn Any = match self {
            Self::Numbers(keys) => keys,
            Self::Colliding(keys) => keys,
            Self::Words(keys) => keys,
            Self::Bytes32(keys) => keys,
            Self::Numbered(keys) => keys,
            Self::Texts(keys) => keys,
        };
        keys.downcast_ref()
    }

    /// `scale` keys of `kind`, or as many as there are, for the rest of the process; the same for
    /// the same `seed`.
    #[must_use]
    pub fn new(kind: Kind, scale: usize, seed: u64, sources: &Sources) -> Self {
        let numbered = |records: &mut dyn Iterator<Item = (u64, String)>| {
            let records = records.map(|(key, value)| (Numbered(key), value)).collect();
            Self::Numbered(KeySet::records(scale, records, seed).leak())
        };
        let texts = |records: &mut dyn Iterator<Item = (String, String)>| {
            let records = records.map(|(key, value)| (Text(key), value)).collect();
            Self::Texts(KeySet::records(scale, records, seed).leak())
        };
        let total = KeySet::<u64>::total(scale) as u64;
        match kind {
            Kind::Random | Kind::Sequential => {
                Self::Numbers(KeySet::numbers(kind, scale, seed).leak())
            }
            Kind::Mod1000 => Self::Colliding(KeySet::colliding(1_000, scale, seed).leak()),
            Kind::Bits4 => Self::Colliding(KeySet::colliding(16, scale, seed).leak()),
            Kind::Constant => Self::Colliding(KeySet::colliding(1, scale, seed).leak()),
            Kind::Words => Self::Words(KeySet::words(&sources.words, scale, seed).leak()),
            Kind::Titles => {
                let none = WordList::new([""; 0]);
                let titles = sources.titles.as_ref().unwrap_or(&none);
                Self::Words(KeySet::words(titles, scale, seed).leak())
            }
            Kind::KvData => numbered(&mut shapes::kv_data(total, seed)),
            Kind::TweetGeo => numbered(&mut shapes::tweet_geo(total, seed)),
            Kind::TweetHashtag => numbered(&mut shapes::tweet_hashtag(total, seed)),
            Kind::TweetText => numbered(&mut shapes::tweet_text(total, seed)),
            Kind::Followers => texts(&mut shapes::user_followers(total, seed)),
            Kind::Table => texts(&mut sources.table.iter().flatten().cloned()),
            Kind::Bytes32 => Self::Bytes32(KeySet::bytes32(scale, seed).leak()),
        }
    }
}
