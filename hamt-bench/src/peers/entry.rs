//! A peer as the harness lists it.

use super::{Abilities, Family, Peer};
use crate::keys::{Bytes32, Colliding, Key, Keys, Numbered, Shape, Text, Word};
use crate::workload::{All, Bench, Scope, Subject, Usual, Workload};

/// How a peer takes part with keys of one type.
#[derive(Clone, Copy, Debug)]
struct Part {
    shape: Shape,
    /// Opens the peer for a set of such keys.
    open: fn(Keys) -> Option<Box<dyn Subject>>,
    abilities: Abilities,
    /// Whether the special workloads are compiled for them.
    special: bool,
}

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
    parts: Vec<Part>,
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
            parts: Vec::new(),
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
        Self::present(product, std_version(), note)
    }

    /// Takes part with keys of every type.
    #[must_use]
    pub fn all<F: Family>(self) -> Self {
        self.numbers::<F::Map<_>>()
            .words::<F::Map<_>>()
            .with::<Colliding, F::Map<_>, Usual>()
            .with::<Bytes32, F::Map<_>, Usual>()
            .with::<Numbered, F::Map<_>, Usual>()
            .with::<Text, F::Map<_>, Usual>()
    }

    /// Takes part with `u64` keys, through `P`.
    #[must_use]
    pub fn numbers<P: Peer<u64>>(self) -> Self {
        self.with::<_, P, All>()
    }

    /// Takes part with words, through `P`.
    #[must_use]
    pub fn words<P: Peer<Word>>(self) -> Self {
        self.with::<_, P, Usual>()
    }

    fn with<K: Key, P: Peer<K>, S: Scope<K, P>>(mut self) -> Self {
        self.parts.push(Part {
            shape: K::SHAPE,
            open: |keys| Some(Box::new(Bench::<K, P, S>::new(keys.of()?))),
            abilities: P::ABILITIES,
            special: S::SPECIAL,
        });
        self
    }

    /// Opens the peer for `keys`; `None` if it takes none of their type.
    #[must_use]
    pub fn open(&self, keys: Keys) -> Option<Box<dyn Subject>> {
        self.parts.iter().find_map(|part| (part.open)(keys))
    }

    /// Whether the peer can do `workload` with keys of that type.
    #[must_use]
    pub fn supports(&self, shape: Shape, workload: Workload) -> bool {
        let part = self.parts.iter().find(|part| part.shape == shape);
        part.is_some_and(|part| {
            workload.suits(&part.abilities) && (part.special || !workload.is_special())
        })
    }

    /// Whether the peer takes part.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.presence == Presence::Present
    }
}

/// The version of the standard library, which is the compiler's.
pub(crate) fn std_version() -> String {
    let rustc = option_env!("HAMT_BENCH_RUSTC").unwrap_or_default();
    let version = rustc.split_whitespace().nth(1);
    version.unwrap_or_default().to_owned()
}

/// The version of `package` that this benchmark is built with, as the workspace's `Cargo.lock` has
/// it; empty if it is not there.
pub(crate) fn locked_version(package: &str) -> String {
    let lock = include_str!("../../../Cargo.lock");
    // Of a package that is there in several versions, the dependency names the one it takes.
    let mine = lock
        .split("[[package]]")
        .find(|one| one.contains("\nname = \"hamt-bench\"\n"));
    let wanted = format!(" \"{package} ");
    let named = mine.and_then(|mine| mine.split_once(wanted.as_str()));
    if let Some((_, rest)) = named {
        let end = rest.find('"').unwrap_or(rest.len());
        return rest[..end].to_owned();
    }
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
        // Another version is there, too, for a dependency of a peer.
        assert!(locked_version("hashbrown").starts_with("0.17."));
        assert!(locked_version("imbl").starts_with("7."));
        assert_eq!(locked_version("no such package"), "");
    }
}
