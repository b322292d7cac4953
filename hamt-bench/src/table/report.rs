//! What follows the tables: means, the objective, the ratios that matter most, and who is who.

use core::fmt::Write as _;

use super::split;
use crate::cells::{Grid, RowKey, figure, scale_name};
use crate::headlines::{self, HEADLINES};
use crate::record::{OURS, Run, Unit};
use crate::stats::geomean;

/// Geometric means over the scales of ours / peer: a row a workload, a column a peer.
pub(super) fn means(grid: &Grid, width: usize) -> String {
    if grid.ours().is_none() {
        return String::new();
    }
    let labels = grid.labels();
    let mut first = vec!["ours / peer".to_owned()];
    first.extend(labels.iter().map(|(label, _)| label.clone()));
    first.push("all times".to_owned());
    let mut columns = Vec::new();
    for (at, column) in grid.columns.iter().enumerate() {
        if column.product == OURS {
            continue;
        }
        let mut texts = vec![column.label.clone()];
        for (label, unit) in &labels {
            let rows = |key: &RowKey| key.unit == *unit && key.label() == *label;
            texts.push(mean_text(grid.mean_against(rows, at)));
        }
        texts.push(mean_text(
            grid.mean_against(|key| key.unit == Unit::NsPerOp, at),
        ));
        columns.push(texts);
    }
    if columns.is_empty() {
        return String::new();
    }
    let mut out =
        "\nGeometric means over the scales of ours / peer (below 1: ours is better)\n".to_owned();
    for table in split(&[first], &columns, width) {
        out += &table;
    }
    out
}

fn mean_text(mean: Option<(f64, usize)>) -> String {
    mean.map_or_else(|| "-".to_owned(), |(ratio, _)| figure(ratio))
}

/// Lost rows that are named; the tables mark them all.
const WORST: usize = 12;

/// Geometric mean over all rows of ours / best peer, and the rows lost by most.
pub(super) fn objective(grid: &Grid) -> String {
    let mut out = String::new();
    for (what, unit) in [
        ("times", Unit::NsPerOp),
        ("memory", Unit::BytesPerEntry),
        ("memory of versions", Unit::BytesPerVersion),
    ] {
        let rows = move |key: &RowKey| key.unit == unit;
        let all: Vec<_> = grid.against_best(rows, |_| true).collect();
        let Some(mean) = geomean(all.iter().map(|(_, _, ratio)| *ratio)) else {
            continue;
        };
        let won = all.iter().filter(|(_, _, ratio)| *ratio <= 1.0).count();
        let (mean, of) = (figure(mean), all.len());
        let _ = write!(
            out,
            "\nours / best peer, {what}: {mean} (geomean of {of} rows, {won} won"
        );
        let frees = |column: usize| !grid.columns[column].leaks();
        let fair: Vec<f64> = grid
            .against_best(rows, frees)
            .map(|(_, _, ratio)| ratio)
            .collect();
        if grid.columns.iter().any(crate::cells::Column::leaks)
            && let Some(mean) = geomean(fair)
        {
            let _ = write!(out, "; {} without peers that never free", figure(mean));
        }
        out += ")\n";
        let mut lost: Vec<_> = all.iter().filter(|(_, _, ratio)| *ratio > 1.0).collect();
        lost.sort_by(|a, b| b.2.total_cmp(&a.2));
        let more = lost.len().saturating_sub(WORST);
        for (key, column, ratio) in lost.into_iter().take(WORST) {
            let (name, scale) = (&grid.columns[*column].label, scale_name(key.scale));
            let _ = writeln!(
                out,
                "  lost: {} {scale} {}x of {name}",
                key.label(),
                figure(*ratio)
            );
        }
        if more > 0 {
            let _ = writeln!(out, "  and {more} more, marked LOSS above");
        }
    }
    out
}

/// The ratios ours / peer that matter most, scale by scale, on random keys.
pub(super) fn headlines(grid: &Grid) -> String {
    let mut out = String::new();
    for line in headlines::lines(grid, HEADLINES) {
        let Some(mean) = geomean(line.ratios.iter().map(|(_, ratio)| *ratio)) else {
            continue;
        };
        let name = format!("{} / {}", line.title, line.peer);
        let _ = write!(out, "  {name:<28} {:>6}x ", figure(mean));
        for (scale, ratio) in line.ratios {
            let _ = write!(out, "  {} {}", scale_name(scale), figure(ratio));
        }
        out.push('\n');
    }
    if out.is_empty() {
        return out;
    }
    format!("\nOurs / peer on random keys, geomean and by scale (below 1: ours is better)\n{out}")
}

/// Versions and remarks of the products, and who was absent.
pub(super) fn legend(grid: &Grid, runs: &[Run]) -> String {
    let mut out = String::new();
    let mut told = Vec::new();
    for peer in runs.iter().flat_map(|run| &run.info.peers) {
        if told.contains(&peer) {
            continue;
        }
        told.push(peer);
        let measured = grid
            .columns
            .iter()
            .any(|column| column.product == peer.name);
        let state = match (peer.present, measured) {
            (false, _) => "absent",
            (true, true) => peer.version.as_str(),
            (true, false) => "not measured",
        };
        let _ = writeln!(out, "  {:<13} {state}  {}", peer.name, peer.note);
    }
    if out.is_empty() {
        return out;
    }
    format!("\nProducts\n{out}")
}
