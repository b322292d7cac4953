//! Ours against each peer at each workload: the page's first answer.

use super::detail::anchor;
use super::shade;
use crate::cells::{Grid, RowKey, scale_name};
use crate::record::{OURS, PLAIN_KEY_SET, Unit};
use crate::stats::geomean;

/// Rows of workloads, columns of peers.
pub(super) struct Matrix {
    pub(super) key: Vec<shade::Key>,
    pub(super) columns: Vec<Peer>,
    pub(super) groups: Vec<Group>,
    /// Whether some peer never frees.
    pub(super) leaks: bool,
}

/// A column.
pub(super) struct Peer {
    pub(super) name: String,
    pub(super) note: String,
    pub(super) leaks: bool,
}

/// The rows of one unit, with their sum.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row>,
    pub(super) sum: Vec<Cell>,
    pub(super) won: Vec<String>,
}

/// A workload on a key set.
pub(super) struct Row {
    pub(super) anchor: String,
    pub(super) measurement: String,
    pub(super) keys: String,
    pub(super) cells: Vec<Cell>,
}

/// A ratio; blank where the peer has nothing to compare.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) class: &'static str,
    pub(super) title: String,
}

impl Matrix {
    /// `None` if there is nothing to compare.
    pub(super) fn of(grid: &Grid) -> Option<Self> {
        let compared = |at: &usize| {
            grid.columns[*at].product != OURS && grid.mean_against(|_| true, *at).is_some()
        };
        let peers: Vec<usize> = (0..grid.columns.len()).filter(compared).collect();
        if peers.is_empty() {
            return None;
        }
        let columns: Vec<Peer> = peers
            .iter()
            .map(|at| {
                let column = &grid.columns[*at];
                Peer {
                    name: column.label.clone(),
                    note: column.note.clone(),
                    leaks: column.leaks(),
                }
            })
            .collect();
        let groups = [("time", Unit::NsPerOp), ("memory", Unit::BytesPerEntry)];
        Some(Self {
            key: shade::key(),
            leaks: columns.iter().any(|column| column.leaks),
            columns,
            groups: groups
                .into_iter()
                .filter_map(|(title, unit)| group(grid, &peers, title, unit))
                .collect(),
        })
    }
}

fn group(grid: &Grid, peers: &[usize], title: &'static str, unit: Unit) -> Option<Group> {
    let rows: Vec<Row> = grid
        .labels()
        .iter()
        .enumerate()
        .filter(|(_, (_, of))| *of == unit)
        .filter_map(|(number, (label, _))| row(grid, peers, number, label, unit))
        .collect();
    let of_unit = |key: &RowKey| key.unit == unit;
    let sum = |at: usize| {
        let mean = grid.mean_against(of_unit, at);
        mean.map_or_else(Cell::default, |(ratio, rows)| {
            cell(
                ratio,
                format!("all of {title}: geometric mean of {rows} rows"),
                unit,
            )
        })
    };
    let won = |at: usize| {
        let ratios: Vec<f64> = grid.against(of_unit, at).map(|(_, ratio)| ratio).collect();
        let won = ratios.iter().filter(|ratio| **ratio <= 1.0).count();
        if ratios.is_empty() {
            String::new()
        } else {
            format!("{won} / {}", ratios.len())
        }
    };
    let best: Vec<f64> = grid
        .against_best(of_unit, |_| true)
        .map(|(_, _, ratio)| ratio)
        .collect();
    let best_sum = geomean(best.iter().copied()).map_or_else(Cell::default, |ratio| {
        let title = format!("all of {title}: geometric mean of {} rows", best.len());
        cell(ratio, title, unit)
    });
    let best_won = best.iter().filter(|ratio| **ratio <= 1.0).count();
    (!rows.is_empty()).then(|| Group {
        title,
        sum: core::iter::once(best_sum)
            .chain(peers.iter().map(|at| sum(*at)))
            .collect(),
        won: core::iter::once(format!("{best_won} / {}", best.len()))
            .chain(peers.iter().map(|at| won(*at)))
            .collect(),
        rows,
    })
}

/// One row; `None` if no peer can be compared.
fn row(grid: &Grid, peers: &[usize], number: usize, label: &str, unit: Unit) -> Option<Row> {
    let of_row = |key: &RowKey| key.unit == unit && key.label() == label;
    let first = grid.rows.keys().find(|key| of_row(key))?;
    let best: Vec<_> = grid.against_best(of_row, |_| true).collect();
    let mean = geomean(best.iter().map(|(_, _, ratio)| *ratio))?;
    let who: Vec<String> = best
        .iter()
        .map(|(key, column, _)| {
            format!("{} {}", scale_name(key.scale), grid.columns[*column].label)
        })
        .collect();
    let title = format!(
        "{label} against the best peer of each scale ({})",
        who.join(", ")
    );
    let against = |at: usize| {
        let ratios: Vec<_> = grid.against(of_row, at).collect();
        let mean = geomean(ratios.iter().map(|(_, ratio)| *ratio));
        mean.map_or_else(Cell::default, |mean| {
            let by_scale: Vec<String> = ratios
                .iter()
                .map(|(key, ratio)| format!("{} {}", scale_name(key.scale), shade::number(*ratio)))
                .collect();
            let name = &grid.columns[at].label;
            cell(
                mean,
                format!("{label} / {name}: {}", by_scale.join(", ")),
                unit,
            )
        })
    };
    Some(Row {
        anchor: anchor(number, label),
        measurement: first.measurement.clone(),
        keys: if first.key_set == PLAIN_KEY_SET {
            String::new()
        } else {
            first.key_set.clone()
        },
        cells: core::iter::once(cell(mean, title, unit))
            .chain(peers.iter().map(|at| against(*at)))
            .collect(),
    })
}

fn cell(ratio: f64, about: String, unit: Unit) -> Cell {
    let (better, worse) = match unit {
        Unit::NsPerOp => ("faster", "slower"),
        Unit::BytesPerEntry => ("smaller", "larger"),
    };
    Cell {
        text: shade::number(ratio),
        class: shade::class(ratio),
        title: format!("{about}; ours is {}", shade::words(ratio, better, worse)),
    }
}
