//! Every row where some other product is better than ours.

use super::detail::{Figure, anchor};
use super::peers::regime;
use super::shade;
use crate::cells::{Grid, scale_name};

/// The lost rows, worst first.
pub(super) struct Losses {
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

impl Losses {
    pub(super) fn of(grid: &Grid) -> Self {
        let labels = grid.labels();
        let (mut rows, mut of) = (Vec::new(), 0);
        for (key, column, ratio) in grid.against_best(|_| true, |_| true) {
            of += 1;
            let label = key.label();
            let number = labels
                .iter()
                .position(|other| other.0 == label && other.1 == key.unit);
            let cells = grid.rows.get(key);
            let at = |column: usize| cells.and_then(|cells| cells[column]);
            let (Some(number), Some(ours), Some(theirs)) =
                (number, grid.ours().and_then(at), at(column))
            else {
                continue;
            };
            if ratio <= 1.0 {
                continue;
            }
            let peer = &grid.columns[column];
            rows.push(Loss {
                anchor: anchor(number, &label),
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
                regime: regime(&peer.note).to_owned(),
                note: peer.note.clone(),
                leaks: peer.leaks(),
            });
        }
        rows.sort_by(|a, b| b.ratio_value.total_cmp(&a.ratio_value));
        Self { rows, of }
    }
}
