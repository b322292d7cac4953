//! Every row where some other product is better than ours.

use super::detail::{Anchors, Figure};
use super::standings::{self, Against, Standings};
use super::{peers, shade};
use crate::analysis::{Verdict, ends};
use crate::cells::scale_name;

/// The lost rows against some of the peers, worst first.
pub(super) struct Losses {
    pub(super) id: &'static str,
    /// Against whom.
    pub(super) against: &'static str,
    pub(super) rows: Vec<Loss>,
    /// Those of them that are within noise.
    pub(super) unsure: usize,
    /// Rows that could be won or lost.
    pub(super) of: usize,
}

/// A row with a ratio above one.
pub(super) struct Loss {
    pub(super) anchor: String,
    pub(super) measurement: String,
    pub(super) keys: String,
    pub(super) scale: u64,
    pub(super) scale_name: String,
    pub(super) ratio: String,
    pub(super) ratio_value: f64,
    /// The ends of the ratio's interval.
    pub(super) ends: String,
    pub(super) unsure: bool,
    pub(super) class: &'static str,
    pub(super) ours: Figure,
    pub(super) theirs: Figure,
    pub(super) peer: String,
    pub(super) regime: String,
    pub(super) note: String,
    pub(super) leaks: bool,
}

/// The losses in each of the standings that has a row.
pub(super) fn all(standings: Vec<Standings<'_>>, anchors: &Anchors) -> Vec<Losses> {
    let lists = standings.into_iter().map(|list| Losses::of(list, anchors));
    lists.filter(|list| list.of > 0).collect()
}

impl Losses {
    fn of(standings: Standings<'_>, anchors: &Anchors) -> Self {
        let (id, against) = match standings.against {
            Against::Persistent => ("persistent", "persistent maps"),
            Against::Leaking => ("leaking", "maps that never free"),
            Against::Any => ("any", "any map"),
        };
        let of = standings.rows.len();
        let behind = |row: &&standings::Row<'_>| row.standing.ratio.estimate > 1.0;
        let lost = standings.rows.iter().filter(behind);
        let mut rows: Vec<Loss> = lost.map(|row| loss(row, anchors)).collect();
        rows.sort_by(|a, b| b.ratio_value.total_cmp(&a.ratio_value));
        Self {
            id,
            against,
            unsure: rows.iter().filter(|row| row.unsure).count(),
            rows,
            of,
        }
    }
}

fn loss(row: &standings::Row<'_>, anchors: &Anchors) -> Loss {
    let (key, peer, standing) = (&row.key, row.peer, &row.standing);
    let ratio = standing.ratio.estimate;
    let unsure = standing.verdict == Verdict::Same;
    Loss {
        anchor: anchors.name(&key.label(), key.unit),
        measurement: key.measurement.clone(),
        keys: key.key_set.clone(),
        scale: key.scale,
        scale_name: scale_name(key.scale),
        ratio: shade::number(ratio),
        ratio_value: shade::sortable(ratio),
        ends: ends(&standing.ratio),
        unsure,
        class: if unsure { "even" } else { shade::class(ratio) },
        ours: Figure::of(standing.ours, key.unit),
        theirs: Figure::of(standing.theirs, key.unit),
        peer: peer.label.clone(),
        regime: peers::regime(&peer.note).to_owned(),
        note: peer.note.clone(),
        leaks: peer.leaks(),
    }
}
