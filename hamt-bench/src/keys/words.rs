//! The list of words: the one that ships with the `random_word` crate, or a file of the user's.

use std::collections::HashSet;
use std::path::Path;

use super::Word;

/// Distinct words in a fixed order.
#[derive(Debug)]
pub struct WordList(Vec<Word>);

impl WordList {
    /// Keeps the first of equal words, and drops empty ones and those with a NUL.
    pub fn new<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Self {
        let mut seen = HashSet::new();
        let words = words
            .into_iter()
            .filter_map(|word| Word::new(word.as_ref().trim()));
        Self(words.filter(|word| seen.insert(word.clone())).collect())
    }

    /// The English words of the `random_word` crate.
    #[must_use]
    pub fn built_in() -> Self {
        Self::new(random_word::all(random_word::Lang::En))
    }

    /// One word a line, from a file such as `/usr/share/dict/words`.
    ///
    /// # Errors
    /// If the file cannot be read or is not UTF-8.
    pub fn from_file(path: &Path) -> std::io::Result<Self> {
        Ok(Self::new(std::fs::read_to_string(path)?.lines()))
    }

    /// The file that `HAMT_WORDS` names; without one, or if it cannot be read (told on standard
    /// error), the built-in list.
    #[must_use]
    pub fn from_env() -> Self {
        let Some(path) = std::env::var_os("HAMT_WORDS") else {
            return Self::built_in();
        };
        Self::from_file(Path::new(&path)).unwrap_or_else(|error| {
            eprintln!(
                "HAMT_WORDS: {}: {error}; taking the built-in words",
                Path::new(&path).display()
            );
            Self::built_in()
        })
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> &[Word] {
        &self.0
    }

    /// How many of them a map may hold so that a tenth as many new ones are left.
    #[must_use]
    pub fn most_present(&self) -> usize {
        self.0.len() * 10 / 11
    }
}
