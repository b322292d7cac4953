//! Pictures of small tries, for teaching and debugging.

mod dot;
mod svg;

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::bits::Bit;
use crate::children::{Entries, NodeRef};
use crate::map::Hamt;

/// Longest text of an entry, in characters.
const LONGEST: usize = 24;

/// The arrays of one or more versions of a map, to be drawn: each once, coloured by the versions that
/// have it.
///
/// A box is an array; its cells are the slots in use, each with its number and the entries or the
/// child that it holds. Meant for maps of a few dozen entries.
///
/// ```
/// use hamt::{Hamt, Picture};
///
/// let old: Hamt<u32, char> = ('a'..='z').enumerate().map(|(n, c)| (n as u32, c)).collect();
/// let new = old.update(7, '!');
/// let picture = Picture::of([("old", &old), ("new", &new)]);
/// assert!(picture.to_svg().starts_with("<svg"));
/// assert!(picture.to_dot().starts_with("digraph"));
/// ```
#[derive(Clone, Debug)]
pub struct Picture {
    versions: Vec<Version>,
    arrays: Vec<Array>,
}

/// A map that is drawn.
#[derive(Clone, Debug)]
struct Version {
    name: String,
    /// Its root's array, unless it is empty.
    root: Option<usize>,
}

#[derive(Clone, Debug)]
struct Array {
    /// The versions that have it, by number.
    versions: Vec<usize>,
    cells: Vec<Cell>,
}

/// A slot in use, or an entry of a collision node.
#[derive(Clone, Debug)]
struct Cell {
    /// The slot's number; none in a collision node.
    slot: Option<u32>,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Entries(Vec<String>),
    Child(usize),
}

impl Picture {
    /// The picture of these versions, each with a name. *O(n)* for each; runs `Debug` of all keys and
    /// values, of which long ones are cut.
    #[must_use]
    pub fn of<'a, K, V, S>(versions: impl IntoIterator<Item = (&'a str, &'a Hamt<K, V, S>)>) -> Self
    where
        K: fmt::Debug + 'a,
        V: fmt::Debug + 'a,
        S: 'a,
    {
        let mut builder = Builder {
            picture: Picture {
                versions: Vec::new(),
                arrays: Vec::new(),
            },
            known: BTreeMap::new(),
        };
        for (name, map) in versions {
            let root = map.root_view();
            let root = (!root.is_empty()).then(|| builder.array(root));
            let name = name.to_owned();
            builder.picture.versions.push(Version { name, root });
        }
        builder.picture
    }
}

struct Builder {
    picture: Picture,
    /// Arrays by their identity. The maps are borrowed, so none of them goes meanwhile.
    known: BTreeMap<usize, usize>,
}

impl Builder {
    /// The number of an array, which is drawn now if it has not been. Marks all below as the newest
    /// version's.
    fn array<K: fmt::Debug, V: fmt::Debug>(&mut self, node: NodeRef<'_, K, V>) -> usize {
        let version = self.picture.versions.len();
        if let Some(&number) = self.known.get(&node.id()) {
            self.picture.mark(number, version);
            return number;
        }
        let number = self.picture.arrays.len();
        self.known.insert(node.id(), number);
        self.picture.arrays.push(Array {
            versions: alloc::vec![version],
            cells: Vec::new(),
        });
        let cells = match node.bitmaps() {
            Some(maps) => Bit::all_of(maps.occupied())
                .map(|bit| {
                    let content = if maps.is_child(bit) {
                        Content::Child(self.array(node.child_at(bit)))
                    } else {
                        Content::Entries(texts(node.entries_at(bit)))
                    };
                    let slot = Some(bit.fragment());
                    Cell { slot, content }
                })
                .collect(),
            None => texts(node.all_entries())
                .into_iter()
                .map(|text| Cell {
                    slot: None,
                    content: Content::Entries(alloc::vec![text]),
                })
                .collect(),
        };
        self.picture.arrays[number].cells = cells;
        number
    }
}

impl Picture {
    /// Notes that a version has an array and all below it.
    fn mark(&mut self, array: usize, version: usize) {
        if self.arrays[array].versions.contains(&version) {
            return;
        }
        self.arrays[array].versions.push(version);
        for child in self.arrays[array].children().collect::<Vec<_>>() {
            self.mark(child, version);
        }
    }

    /// The colour of an array.
    fn colour(&self, array: usize) -> &'static str {
        /// Of what all versions have, if there are several.
        const SHARED: &str = "#cdebc9";
        /// Of what some have.
        const PARTLY: &str = "#eef3c4";
        /// Of what one version has, by its number.
        const OWN: [&str; 5] = ["#d3e3f8", "#fbdcc0", "#e6d7f2", "#f7cfd8", "#d2eeee"];
        match &self.arrays[array].versions[..] {
            [one] => OWN[one % OWN.len()],
            all if all.len() == self.versions.len() => SHARED,
            _ => PARTLY,
        }
    }
}

impl Array {
    fn children(&self) -> impl Iterator<Item = usize> {
        self.cells.iter().filter_map(|cell| match cell.content {
            Content::Child(child) => Some(child),
            Content::Entries(_) => None,
        })
    }
}

/// Each entry as a text of bounded length.
fn texts<K: fmt::Debug, V: fmt::Debug>(entries: Entries<'_, K, V>) -> Vec<String> {
    entries
        .map(|entry| {
            let (key, value) = entry.pair();
            // A set's entries are their keys.
            let text = if size_of::<V>() == 0 {
                format!("{key:?}")
            } else {
                format!("{key:?}: {value:?}")
            };
            if text.chars().count() <= LONGEST {
                return text;
            }
            text.chars().take(LONGEST - 1).chain(['…']).collect()
        })
        .collect()
}
