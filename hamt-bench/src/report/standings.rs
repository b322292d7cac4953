//! Ours against the best of several kinds of peers, row by row.

use super::peers;
use crate::analysis::{Judge, Standing};
use crate::cells::{Column, Grid, RowKey};

/// Which peers ours stands against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Against {
    /// Maps that keep versions, as ours does, and free them.
    Persistent,
    /// Maps that never free.
    Leaking,
    /// All of them.
    Any,
}

/// The rows that ours and a peer of a kind took part in, each with the best of these peers.
pub(super) struct Standings<'a> {
    pub(super) against: Against,
    pub(super) rows: Vec<Row<'a>>,
}

/// A row.
pub(super) struct Row<'a> {
    pub(super) key: RowKey,
    pub(super) peer: &'a Column,
    pub(super) standing: Standing,
}

/// The standings against each kind.
pub(super) fn all<'a>(grid: &'a Grid, judge: Option<&Judge<'_>>) -> Vec<Standings<'a>> {
    let kinds = [Against::Persistent, Against::Leaking, Against::Any];
    let of = |against| Standings {
        against,
        rows: rows(grid, judge, against),
    };
    kinds.into_iter().map(of).collect()
}

fn rows<'a>(grid: &'a Grid, judge: Option<&Judge<'_>>, against: Against) -> Vec<Row<'a>> {
    let wanted: Vec<bool> = (0..grid.columns.len())
        .map(|column| {
            let leaks = grid.columns[column].leaks();
            match against {
                Against::Persistent => peers::persistent(grid, column) && !leaks,
                Against::Leaking => leaks,
                Against::Any => true,
            }
        })
        .collect();
    let row = |(key, column, _): (&RowKey, usize, f64)| {
        Some(Row {
            key: key.clone(),
            peer: &grid.columns[column],
            standing: judge?.standing(grid, key, column)?,
        })
    };
    let best = grid.against_best(|_| true, |column| wanted[column]);
    let rows = best.filter_map(row);
    rows.collect()
}
