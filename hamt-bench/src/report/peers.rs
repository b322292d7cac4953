//! Who took part, and what one has to know of each to judge its figures.

use crate::cells::Grid;
use crate::record::{OURS, Run};

/// A product.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) ours: bool,
    pub(super) present: bool,
    pub(super) measured: bool,
    /// How it treats memory and old versions; blank where absent.
    pub(super) regime: String,
    pub(super) hash: String,
    /// The rest of the note; how to install it, where absent.
    pub(super) rest: String,
}

/// The products of the runs; the same one of several runs once.
pub(super) fn all(grid: &Grid, runs: &[Run]) -> Vec<Row> {
    let mut told = Vec::new();
    for peer in runs.iter().flat_map(|run| &run.info.peers) {
        if !told.contains(&peer) {
            told.push(peer);
        }
    }
    let measured = |name: &str| grid.columns.iter().any(|column| column.product == name);
    let mut rows: Vec<Row> = told
        .into_iter()
        .map(|peer| {
            let (regime, hash, rest) = if peer.present {
                split(&peer.note)
            } else {
                ("", "", peer.note.clone())
            };
            Row {
                name: peer.name.clone(),
                version: peer.version.clone(),
                ours: peer.name == OURS,
                present: peer.present,
                measured: measured(&peer.name),
                regime: regime.to_owned(),
                hash: hash.to_owned(),
                rest,
            }
        })
        .collect();
    // Imported runs measure products that no list of peers describes.
    for column in &grid.columns {
        if rows.iter().all(|row| row.name != column.product) {
            rows.push(Row {
                name: column.product.clone(),
                version: column.version.clone(),
                ours: column.product == OURS,
                present: true,
                measured: true,
                regime: String::new(),
                hash: String::new(),
                rest: String::new(),
            });
        }
    }
    rows
}

/// Whether a product keeps old versions of a map: its note says so, or it was measured doing it.
pub(super) fn persistent(grid: &Grid, column: usize) -> bool {
    let versions = ["persistent_insert", "persistent_remove", "fork"];
    regime(&grid.columns[column].note).starts_with("persistent")
        || grid.rows.iter().any(|(key, cells)| {
            versions.contains(&key.measurement.as_str()) && cells[column].is_some()
        })
}

/// The first part of a peer's note: `persistent`, `mutable`, ...
pub(super) fn regime(note: &str) -> &str {
    note.split(';').next().unwrap_or_default().trim()
}

/// A note's regime, what it says of the hash, and the rest.
fn split(note: &str) -> (&str, &str, String) {
    let parts: Vec<&str> = note.split(';').skip(1).map(str::trim).collect();
    let about_hash = |part: &&str| part.contains("hash") || part.contains("murmur");
    let hash = parts.iter().position(about_hash);
    let rest: Vec<&str> = parts
        .iter()
        .enumerate()
        .filter(|(at, _)| Some(*at) != hash)
        .map(|(_, part)| *part)
        .collect();
    (
        regime(note),
        hash.map_or("", |at| parts[at]),
        rest.join("; "),
    )
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn notes_fall_into_parts() {
        let note = "mutable, ordered; no hash; clone copies everything; bytes: malloc";
        let rest = "clone copies everything; bytes: malloc".to_owned();
        assert_eq!(split(note), ("mutable, ordered", "no hash", rest));
        assert_eq!(
            split("C HAMT; murmur3"),
            ("C HAMT", "murmur3", String::new())
        );
        assert_eq!(split(""), ("", "", String::new()));
    }
}
