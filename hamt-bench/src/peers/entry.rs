//! A peer as the harness lists it.

use super::{Abilities, Peer};
use crate::keys::{Key, KeySet, Kind, Word};
use crate::workload::{Bench, Subject, Workload};

/// Opens a peer for a set of keys.
type Open<K> = fn(&'static KeySet<K>) -> Box<dyn Subject>;

/// Whether a peer takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It was built in.
    Present,
    /// It was not found when the bench was built.
    Absent {
        /// What to install, or which variable to set, to have it.
        install: &'static str,
    },
}

/// One peer: its name, what is known about it, and how to run it.
#[derive(Clone, Debug)]
pub struct PeerEntry {
    /// The product's name in the records.
    pub product: &'static str,
    /// Its version; empty if absent.
    pub version: String,
    /// Whether it takes part.
    pub presence: Presence,
    /// One line: the hash, what its bytes include, whether it leaks.
    pub note: &'static str,
    numbers: Option<(Open<u64>, Abilities)>,
    words: Option<(Open<Word>, Abilities)>,
}

impl PeerEntry {
    /// A peer that takes part, so far for no keys.
    #[must_use]
    pub fn present(product: &'static str, version: impl Into<String>, note: &'static str) -> Self {
        let version = version.into();
        Self {
            product,
            version,
            presence: Presence::Present,
            note,
            numbers: None,
            words: None,
        }
    }

    /// A peer that this build could not find; `install` says how to have it.
    #[must_use]
    pub fn absent(product: &'static str, note: &'static str, install: &'static str) -> Self {
        let mut entry = Self::present(product, "", note);
        entry.presence = Presence::Absent { install };
        entry
    }

    /// A crate among the peers; its version comes from `Cargo.lock`.
    #[must_use]
    pub fn from_crate(product: &'static str, package: &str, note: &'static str) -> Self {
        Self::present(product, locked_version(package), note)
    }

    /// A map of the standard library; its version is the compiler's, as the build script tells it.
    #[must_use]
    pub fn from_std(product: &'static str, note: &'static str) -> Self {
        let rustc = option_env!("HAMT_BENCH_RUSTC").unwrap_or_default();
        Self::present(
            product,
            rustc.split_whitespace().nth(1).unwrap_or_default(),
            note,
        )
    }

    /// Takes part with `u64` keys, through `P`.
    #[must_use]
    pub fn numbers<P: Peer<u64>>(mut self) -> Self {
        self.numbers = Some((open::<u64, P>, P::ABILITIES));
        self
    }

    /// Takes part with words, through `P`.
    #[must_use]
    pub fn words<P: Peer<Word>>(mut self) -> Self {
        self.words = Some((open::<Word, P>, P::ABILITIES));
        self
    }

    /// Opens the peer for numbers; `None` if it takes none.
    #[must_use]
    pub fn open_numbers(&self, keys: &'static KeySet<u64>) -> Option<Box<dyn Subject>> {
        self.numbers.map(|(open, _)| open(keys))
    }

    /// Opens the peer for words; `None` if it takes none.
    #[must_use]
    pub fn open_words(&self, keys: &'static KeySet<Word>) -> Option<Box<dyn Subject>> {
        self.words.map(|(open, _)| open(keys))
    }

    /// Whether the peer can do `workload` with keys of that kind.
    #[must_use]
    pub fn supports(&self, kind: Kind, workload: Workload) -> bool {
        let numbers = self.numbers.as_ref().map(|peer| &peer.1);
        let words = self.words.as_ref().map(|peer| &peer.1);
        let abilities = if kind == Kind::Words { words } else { numbers };
        abilities.is_some_and(|abilities| abilities.allow(workload))
    }

    /// Whether the peer takes part.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.presence == Presence::Present
    }
}

fn open<K: Key, P: Peer<K>>(keys: &'static KeySet<K>) -> Box<dyn Subject> {
    Box::new(Bench::<K, P>::new(keys))
}

/// The version of `package` in the workspace's `Cargo.lock`; empty if it is not there.
fn locked_version(package: &str) -> String {
    let lock = include_str!("../../../Cargo.lock");
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines
        .next()
        .and_then(|line| line.strip_prefix("version = \""));
    version.map_or_else(String::new, |version| {
        version.trim_end_matches('"').to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn versions_come_from_the_lock_file() {
        assert!(locked_version("hashbrown").starts_with("0."));
        assert!(locked_version("imbl").starts_with("7."));
        assert_eq!(locked_version("no such package"), "");
    }
}
