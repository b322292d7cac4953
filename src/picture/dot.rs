//! Pictures in the language of Graphviz.

use alloc::format;
use alloc::string::String;
use core::fmt::Write as _;

use super::{Content, Picture};

impl Picture {
    /// The picture as a graph for Graphviz's `dot`: `dot -Tsvg picture.dot -o picture.svg`.
    ///
    /// ```
    /// let map = hamt::Hamt::from([("one", 1)]);
    /// assert!(hamt::Picture::of([("map", &map)]).to_dot().contains("one"));
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut out = String::from("digraph hamt {\n  node [fontname=monospace, fontsize=11];\n");
        for (number, version) in self.versions.iter().enumerate() {
            let name = quoted(&version.name);
            out += &format!("  v{number} [shape=plaintext, label=\"{name}\"];\n");
        }
        for (number, array) in self.arrays.iter().enumerate() {
            let colour = self.colour(number);
            let cells: String = array
                .cells
                .iter()
                .enumerate()
                .map(|(at, cell)| {
                    let bar = if at == 0 { "" } else { "|" };
                    let slot = cell.slot.map(|slot| format!("{slot}")).unwrap_or_default();
                    let content = match &cell.content {
                        Content::Entries(texts) => quoted(&texts.join("\n")),
                        Content::Child(_) => String::new(),
                    };
                    format!("{bar}{{{slot}|<c{at}>{content}}}")
                })
                .collect();
            let style = "shape=record, style=filled";
            out += &format!("  a{number} [{style}, fillcolor=\"{colour}\", label=\"{cells}\"];\n");
        }
        for (number, version) in self.versions.iter().enumerate() {
            if let Some(root) = version.root {
                let _ = writeln!(out, "  v{number} -> a{root};");
            }
        }
        for (number, array) in self.arrays.iter().enumerate() {
            for (at, cell) in array.cells.iter().enumerate() {
                if let Content::Child(child) = cell.content {
                    let _ = writeln!(out, "  a{number}:c{at} -> a{child};");
                }
            }
        }
        out + "}\n"
    }
}

/// A text as it stands in the label of a record, in quotes.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' => out += "\\n",
            '"' | '\\' | '{' | '}' | '|' | '<' | '>' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
