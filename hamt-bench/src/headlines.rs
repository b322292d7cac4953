//! The ratios of ours to a peer, on random keys, that are shown wherever there is room for few.

use crate::cells::{Grid, RowKey};
use crate::record::PLAIN_KEY_SET;

/// A ratio that matters most: a workload on random keys against peers.
#[derive(Clone, Copy, Debug)]
pub struct Headline {
    /// The workload in plain words.
    pub title: &'static str,
    /// The workload.
    pub measurement: &'static str,
    /// The products ours is divided by.
    pub peers: &'static [&'static str],
}

const fn headline(
    title: &'static str,
    measurement: &'static str,
    peers: &'static [&'static str],
) -> Headline {
    Headline {
        title,
        measurement,
        peers,
    }
}

/// For reports on a run.
pub const HEADLINES: &[Headline] = &[
    headline("get hit", "query", &["hashbrown", "imbl", "c-hamt"]),
    headline("get_many", "query_many", &["hashbrown", "imbl"]),
    headline("build by insert", "build", &["imbl", "c-hamt"]),
    headline("bulk collect", "collect", &["hashbrown"]),
    headline("remove", "remove", &["imbl", "c-hamt"]),
    headline(
        "persistent insert",
        "persistent_insert",
        &["imbl", "rpds-arc", "c-hamt"],
    ),
    headline(
        "persistent remove",
        "persistent_remove",
        &["imbl", "rpds-arc", "c-hamt"],
    ),
    headline("fork", "fork", &["imbl"]),
    headline("iterate", "iterate", &["hashbrown"]),
    headline("drop", "drop", &["imbl"]),
    headline("bytes/entry", "bytes", &["hashbrown", "imbl"]),
];

/// For the README, whose readers do not know the workloads: what persistence is for comes first.
pub const README: &[Headline] = &[
    headline(
        "persistent insert",
        "persistent_insert",
        &["imbl", "rpds-arc", "c-hamt"],
    ),
    headline("persistent remove", "persistent_remove", &["imbl"]),
    headline("fork of one base", "fork", &["imbl"]),
    headline("get, hit", "query", &["imbl", "c-hamt", "hashbrown"]),
    headline("build by insert", "build", &["imbl", "c-hamt"]),
    headline("remove", "remove", &["imbl"]),
    headline("collect", "collect", &["hashbrown", "imbl"]),
    headline("iterate", "iterate", &["hashbrown"]),
    headline("drop", "drop", &["imbl"]),
    headline("bytes per entry", "bytes", &["imbl"]),
];

/// Ours over a peer at one scale after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The headline.
    pub title: &'static str,
    /// The workload.
    pub measurement: &'static str,
    /// The peer.
    pub peer: &'static str,
    /// Whether the peer never frees memory while it works.
    pub leaks: bool,
    /// Scale and ratio; never empty.
    pub ratios: Vec<(u64, f64)>,
}

/// The lines of `headlines` for which there are figures.
#[must_use]
pub fn lines(grid: &Grid, headlines: &[Headline]) -> Vec<Line> {
    let mut lines = Vec::new();
    for headline in headlines {
        for peer in headline.peers {
            let column = grid.columns.iter().position(|one| one.product == *peer);
            let Some(column) = column else { continue };
            let rows = |key: &RowKey| {
                key.measurement == headline.measurement && key.key_set == PLAIN_KEY_SET
            };
            let ratios: Vec<_> = grid
                .against(rows, column)
                .map(|(key, ratio)| (key.scale, ratio))
                .collect();
            if !ratios.is_empty() {
                lines.push(Line {
                    title: headline.title,
                    measurement: headline.measurement,
                    peer,
                    leaks: grid.columns[column].leaks(),
                    ratios,
                });
            }
        }
    }
    lines
}
