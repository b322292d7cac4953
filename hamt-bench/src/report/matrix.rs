//! Ours against each peer at each workload: the page's first answer.

use super::detail::Anchors;
use super::{peers, shade};
use crate::cells::{Grid, RowKey, scale_name};
use crate::record::{OURS, PLAIN_KEY_SET, Unit};
use crate::stats::geomean;

/// Rows of workloads, columns of peers.
pub(super) struct Matrix {
    pub(super) key: Vec<shade::Key>,
    /// Names of the columns before the peers, each about the best of some of them.
    pub(super) bests: Vec<&'static str>,
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
    pub(super) below: Vec<String>,
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
    pub(super) fn of(grid: &Grid, anchors: &Anchors) -> Option<Self> {
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
        let groups = [
            ("time", Unit::NsPerOp),
            ("memory", Unit::BytesPerEntry),
            ("memory of versions", Unit::BytesPerVersion),
        ];
        let sets = sets(grid, &peers);
        Some(Self {
            key: shade::key(),
            bests: sets.iter().filter_map(|set| set.best).collect(),
            leaks: columns.iter().any(|column| column.leaks),
            columns,
            groups: groups
                .into_iter()
                .filter_map(|(title, unit)| group(grid, &sets, anchors, title, unit))
                .collect(),
        })
    }
}

/// The products a column of the matrix is about: one peer, or some of which the best counts.
struct Set {
    /// What the best of several is called; `None` for one.
    best: Option<&'static str>,
    columns: Vec<usize>,
}

impl Set {
    /// Ours over the best of the set, for each row of `keys`, with the product that was best.
    fn ratios<'a>(
        &'a self,
        grid: &'a Grid,
        keys: impl Fn(&RowKey) -> bool + 'a,
    ) -> Vec<(&'a RowKey, usize, f64)> {
        let columns = &self.columns;
        grid.against_best(keys, |column| columns.contains(&column))
            .collect()
    }
}

/// The columns: the best of all, the best of those that keep versions and free them, each alone.
fn sets(grid: &Grid, peers: &[usize]) -> Vec<Set> {
    let keeps = |at: &usize| peers::persistent(grid, *at) && !grid.columns[*at].leaks();
    let persistent: Vec<usize> = peers.iter().copied().filter(keeps).collect();
    let bests = [
        ("best persistent", persistent),
        ("best of all", peers.to_vec()),
    ];
    let bests = bests.into_iter().filter(|(_, columns)| columns.len() > 1);
    let bests = bests.map(|(name, columns)| Set {
        best: Some(name),
        columns,
    });
    let single = peers.iter().map(|at| Set {
        best: None,
        columns: vec![*at],
    });
    bests.chain(single).collect()
}

fn group(
    grid: &Grid,
    sets: &[Set],
    anchors: &Anchors,
    title: &'static str,
    unit: Unit,
) -> Option<Group> {
    let rows: Vec<Row> = grid
        .labels()
        .iter()
        .filter(|(_, of)| *of == unit)
        .filter_map(|(label, _)| row(grid, sets, anchors, label, unit))
        .collect();
    let (mut sum, mut below) = (Vec::new(), Vec::new());
    for set in sets {
        let ratios = set.ratios(grid, |key| key.unit == unit);
        let mean = geomean(ratios.iter().map(|(_, _, ratio)| *ratio));
        let about = format!("all of {title}: geometric mean of {} rows", ratios.len());
        sum.push(mean.map_or_else(Cell::default, |mean| cell(mean, &about, unit)));
        let better = ratios.iter().filter(|(_, _, ratio)| *ratio < 1.0).count();
        below.push(mean.map_or_else(String::new, |_| format!("{better} / {}", ratios.len())));
    }
    (!rows.is_empty()).then_some(Group {
        title,
        rows,
        sum,
        below,
    })
}

/// One row; `None` if no peer can be compared.
fn row(grid: &Grid, sets: &[Set], anchors: &Anchors, label: &str, unit: Unit) -> Option<Row> {
    let of_row = |key: &RowKey| key.unit == unit && key.label() == label;
    let first = grid.rows.keys().find(|key| of_row(key))?;
    let cells: Vec<Cell> = sets
        .iter()
        .map(|set| {
            let ratios = set.ratios(grid, of_row);
            let mean = geomean(ratios.iter().map(|(_, _, ratio)| *ratio));
            let by_scale = ratios.iter().map(|(key, column, ratio)| {
                let (scale, ratio) = (scale_name(key.scale), shade::number(*ratio));
                match set.best {
                    Some(_) => format!("{scale} {ratio} ({})", grid.columns[*column].label),
                    None => format!("{scale} {ratio}"),
                }
            });
            let by_scale = by_scale.collect::<Vec<_>>().join(", ");
            let name = set.best.unwrap_or_else(|| {
                set.columns
                    .first()
                    .map_or("", |at| grid.columns[*at].label.as_str())
            });
            mean.map_or_else(Cell::default, |mean| {
                cell(mean, &format!("{label} / {name}: {by_scale}"), unit)
            })
        })
        .collect();
    cells.iter().any(|cell| !cell.text.is_empty()).then(|| Row {
        anchor: anchors.name(label, unit),
        measurement: first.measurement.clone(),
        keys: if first.key_set == PLAIN_KEY_SET {
            String::new()
        } else {
            first.key_set.clone()
        },
        cells,
    })
}

fn cell(ratio: f64, about: &str, unit: Unit) -> Cell {
    let (better, worse) = match unit {
        Unit::NsPerOp => ("faster", "slower"),
        _ => ("smaller", "larger"),
    };
    Cell {
        text: shade::number(ratio),
        class: shade::class(ratio),
        title: format!("{about}; ours is {}", shade::words(ratio, better, worse)),
    }
}
