//! Where keys and values come from.

use std::path::Path;

use super::{Kind, WordList};
use crate::datasets::{self, Table};
use crate::error::Result;

/// The lists that key sets are drawn from; everything else is generated.
#[derive(Debug)]
pub struct Sources {
    /// English words.
    pub words: WordList,
    /// Titles, a line each, of a file that the user named.
    pub titles: Option<WordList>,
    /// Two columns of a file that the user named.
    pub table: Option<Vec<(String, String)>>,
}

impl Sources {
    /// Words alone: those of the file that `HAMT_WORDS` names, or the built-in ones.
    #[must_use]
    pub fn from_env() -> Self {
        Self {
            words: WordList::from_env(),
            titles: None,
            table: None,
        }
    }

    /// Reads titles from a file with one a line, plain or gzip: as many as a map of `scale` entries
    /// and its look-ups need.
    ///
    /// # Errors
    /// If the file cannot be read, naming the line and column.
    pub fn read_titles(&mut self, path: &Path, scale: usize) -> Result<()> {
        let limit = (scale as u64).saturating_mul(5) / 2 + 1_000;
        let lines = datasets::lines(path, Some(limit))?;
        let lines = lines.collect::<Result<Vec<String>>>()?;
        self.titles = Some(WordList::new(lines));
        Ok(())
    }

    /// Reads the columns `key` and `value` of a CSV or TSV file, plain or gzip; of equal keys the
    /// last value counts.
    ///
    /// # Errors
    /// If the file cannot be read or lacks a column, naming the place.
    pub fn read_table(&mut self, path: &Path, key: &str, value: &str) -> Result<()> {
        self.table = Some(Table::open(path, key, value)?.load()?.records);
        Ok(())
    }

    /// How many entries a map with keys of `kind` may hold: a list leaves one in eleven as new
    /// ones; 0 for a list that is not there.
    #[must_use]
    pub fn most_present(&self, kind: Kind) -> usize {
        match kind {
            Kind::Words => self.words.most_present(),
            Kind::Titles => self.titles.as_ref().map_or(0, WordList::most_present),
            Kind::Table => self.table.as_ref().map_or(0, |table| table.len() * 10 / 11),
            _ => usize::MAX,
        }
    }
}
