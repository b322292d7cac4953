//! Every row where some other product is better than ours.

use super::detail::{Anchors, Figure};
use super::{peers, shade};
use crate::cells::{Grid, scale_name};

/// The lost rows against some of the peers, worst first.
pub(super) struct Losses {
    pub(super) id: &'static str,
    /// Against whom.
    pub(super) against: &'static str,
    pub(super) rows: Vec<Loss>,
    /// Rows that could be won or lost.
    pub(super) of: usize,
}

/// A lost row.
pub(super) struct Loss {
    pub(super) anchor: String,
    pub(super) measurement: String,
    pub(super) keys: String,
    pub(super) scale: u64,
    pub(super) scale_name: String,
    pub(super) ratio: String,
    pub(super) ratio_value: f64,
    pub(super) class: &'static str,
    pub(super) ours: Figure,
    pub(super) theirs: Figure,
    pub(super) peer: String,
    pub(super) regime: String,
    pub(super) note: String,
    pub(super) leaks: bool,
}

/// Losses against maps that keep versions, as ours does; against those of them that never free;
/// and against all.
pub(super) fn all(grid: &Grid, anchors: &Anchors) -> Vec<Losses> {
    let versions: Vec<bool> = (0..grid.columns.len())
        .map(|column| peers::persistent(grid, column))
        .collect();
    let keeps = |column: usize| versions[column];
    let leaks = |column: usize| grid.columns[column].leaks();
    let lists = [
        Losses::of(grid, anchors, "persistent", "persistent maps", |column| {
            keeps(column) && !leaks(column)
        }),
        Losses::of(grid, anchors, "leaking", "maps that never free", leaks),
        Losses::of(grid, anchors, "any", "any map", |_| true),
    ];
    lists.into_iter().filter(|list| list.of > 0).collect()
}

impl Losses {
    fn of(
        grid: &Grid,
        anchors: &Anchors,
        id: &'static str,
        against: &'static str,
        wanted: impl Fn(usize) -> bool + Copy,
    ) -> Self {
        let (mut rows, mut of) = (Vec::new(), 0);
        for (key, column, ratio) in grid.against_best(|_| true, wanted) {
            of += 1;
            let cells = grid.rows.get(key);
            let at = |column: usize| cells.and_then(|cells| cells[column]);
            let (Some(ours), Some(theirs)) = (grid.ours().and_then(at), at(column)) else {
                continue;
            };
            if ratio <= 1.0 {
                continue;
            }
            let peer = &grid.columns[column];
            rows.push(Loss {
                anchor: anchors.name(&key.label(), key.unit),
                measurement: key.measurement.clone(),
                keys: key.key_set.clone(),
                scale: key.scale,
                scale_name: scale_name(key.scale),
                ratio: shade::number(ratio),
                ratio_value: ratio,
                class: shade::class(ratio),
                ours: Figure::of(&ours, key.unit),
                theirs: Figure::of(&theirs, key.unit),
                peer: peer.label.clone(),
                regime: peers::regime(&peer.note).to_owned(),
                note: peer.note.clone(),
                leaks: peer.leaks(),
            });
        }
        rows.sort_by(|a, b| b.ratio_value.total_cmp(&a.ratio_value));
        Self {
            id,
            against,
            rows,
            of,
        }
    }
}
