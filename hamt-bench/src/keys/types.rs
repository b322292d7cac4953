//! The types of keys, and the values that belong to them.

use alloc::ffi::CString;
use core::ffi::CStr;
use core::hash::{Hash, Hasher};

use super::{Key, Shape};

impl Key for u64 {
    type Owned = Self;
    type Value = Self;

    const SHAPE: Shape = Shape::Numbers;

    fn owned(&self) -> Self {
        *self
    }

    fn digest(value: &Self) -> u64 {
        *value
    }
}

/// A number whose hash is that of its class: so many classes, so many different hashes, whatever
/// the hasher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colliding {
    number: u64,
    class: u64,
}

impl Colliding {
    /// A number in one of `classes` classes.
    #[must_use]
    pub const fn new(number: u64, classes: u64) -> Self {
        Self {
            number,
            class: number % classes,
        }
    }
}

impl Hash for Colliding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.class);
    }
}

impl Key for Colliding {
    type Owned = Self;
    type Value = u64;

    const SHAPE: Shape = Shape::Colliding;

    fn owned(&self) -> Self {
        *self
    }

    fn digest(value: &u64) -> u64 {
        *value
    }
}

/// A word: UTF-8 without NUL inside, followed by a NUL for the C peers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word(CString);

impl Word {
    /// Makes a word; `None` if `text` is empty or holds a NUL.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let word = CString::new(text).ok()?;
        (!text.is_empty()).then_some(Self(word))
    }

    /// The word with its terminating NUL, as C peers take it.
    #[must_use]
    pub fn as_c_str(&self) -> &CStr {
        &self.0
    }
}

impl Key for Word {
    type Owned = String;
    type Value = u64;

    const SHAPE: Shape = Shape::Words;

    fn owned(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }

    fn digest(value: &u64) -> u64 {
        *value
    }
}

/// 32 bytes, as digests and public keys are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bytes32(pub [u8; 32]);

impl Key for Bytes32 {
    type Owned = [u8; 32];
    type Value = u64;

    const SHAPE: Shape = Shape::Bytes32;

    fn owned(&self) -> [u8; 32] {
        self.0
    }

    fn digest(value: &u64) -> u64 {
        *value
    }
}

/// A number with a text under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Numbered(pub u64);

impl Key for Numbered {
    type Owned = u64;
    type Value = String;

    const SHAPE: Shape = Shape::Numbered;

    fn owned(&self) -> u64 {
        self.0
    }

    fn digest(value: &String) -> u64 {
        digest_of_text(value)
    }
}

/// A text with a text under it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text(pub String);

impl Key for Text {
    type Owned = String;
    type Value = String;

    const SHAPE: Shape = Shape::Texts;

    fn owned(&self) -> String {
        self.0.clone()
    }

    fn digest(value: &String) -> u64 {
        digest_of_text(value)
    }
}

/// From the length and the last eight bytes: one look at the text's own memory.
fn digest_of_text(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let last = bytes.last_chunk::<8>().copied();
    let last = last.unwrap_or_else(|| {
        let mut short = [0; 8];
        short[..bytes.len()].copy_from_slice(bytes);
        short
    });
    (u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56) << 1
}
