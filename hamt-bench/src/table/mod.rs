//! The comparison as text for a terminal.

mod report;

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, presets};

use crate::cells::{Grid, figure, scale_name};
use crate::machine::Utc;
use crate::record::{Run, Unit};

/// Characters a line may take where the output is not a terminal.
const WIDTH: usize = 120;

/// The width of the terminal, of the variable `COLUMNS`, or 120 characters.
#[must_use]
pub fn terminal_width() -> usize {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    Table::new()
        .width()
        .map(usize::from)
        .or_else(columns)
        .unwrap_or(WIDTH)
        .clamp(60, 400)
}

/// The whole report on one or more runs, in lines of at most `width` characters where names
/// allow: what was measured, a table for each workload, means, the objective and the ratios that
/// matter most.
#[must_use]
pub fn render(runs: &[Run], width: usize) -> String {
    let grid = Grid::of(runs);
    let mut out = String::new();
    for run in runs {
        out += &caption(run);
        out.push('\n');
        if !run.info.note.is_empty() {
            out += &format!("  note: {}\n", run.info.note);
        }
    }
    if runs
        .windows(2)
        .any(|two| two[0].info.machine != two[1].info.machine)
    {
        out += "These runs are of different machines: ratios between them compare machines too.\n";
    }
    if grid.rows.is_empty() {
        out += "No samples.\n";
        return out;
    }
    out += "Medians; in brackets the ratio to ours (above 1: ours is better); * marks the best.\n";
    for (measurement, unit) in grid.groups() {
        out += &workload(&grid, &measurement, unit, width);
    }
    out += &report::means(&grid, width);
    out += &report::objective(&grid);
    out += &report::headlines(&grid);
    out += &report::legend(&grid, runs);
    out
}

/// One line on a run: when, what, where.
#[must_use]
pub fn caption(run: &Run) -> String {
    let info = &run.info;
    let time = match info.started_at {
        0 => "time unknown".to_owned(),
        seconds => Utc::from_unix(seconds).readable(),
    };
    let commit = match info.git_commit.as_str() {
        "" | "unknown" => "commit unknown".to_owned(),
        commit => format!("commit {}", commit.chars().take(10).collect::<String>()),
    };
    let dirty = if info.dirty == Some(true) {
        "+changes"
    } else {
        ""
    };
    let cores = match info.machine.cores {
        0 => String::new(),
        1 => ", 1 core".to_owned(),
        many => format!(", {many} cores"),
    };
    let state = if run.complete { "" } else { " - INCOMPLETE" };
    format!(
        "Run {}: {time}, {commit}{dirty}, {}{cores}, {}{state}",
        info.id, info.machine.cpu, info.machine.os
    )
}

/// The table of one workload; split by columns where it would be wider than `width`.
fn workload(grid: &Grid, measurement: &str, unit: Unit, width: usize) -> String {
    let rows: Vec<_> = grid
        .rows
        .iter()
        .filter(|(key, _)| key.measurement == measurement && key.unit == unit)
        .collect();
    let ours = grid
        .ours()
        .filter(|ours| rows.iter().any(|(_, cells)| cells[*ours].is_some()));
    let mut fixed = vec![vec![measurement.to_owned()]];
    fixed[0].extend(
        rows.iter()
            .map(|(key, _)| format!("{} {}", key.key_set, scale_name(key.scale))),
    );
    let mut columns = Vec::new();
    for (at, column) in grid.columns.iter().enumerate() {
        if rows.iter().all(|(_, cells)| cells[at].is_none()) {
            continue;
        }
        let mut texts = vec![column.label.clone()];
        for (_, cells) in &rows {
            let best = Grid::best(cells, |_| true).map(|(best, _)| best);
            texts.push(cells[at].map_or_else(
                || "-".to_owned(),
                |stats| {
                    let star = if best == Some(at) { "*" } else { "" };
                    let mine = ours.filter(|ours| *ours != at).and_then(|ours| cells[ours]);
                    let ratio = mine
                        .filter(|mine| mine.median > 0.0)
                        .map(|mine| format!(" ({})", figure(stats.median / mine.median)));
                    format!(
                        "{}{star}{}",
                        figure(stats.median),
                        ratio.unwrap_or_default()
                    )
                },
            ));
        }
        if Some(at) == ours {
            fixed.push(texts);
        } else {
            columns.push(texts);
        }
    }
    if ours.is_some() && !columns.is_empty() {
        let mut verdicts = vec!["ours/best".to_owned()];
        verdicts.extend(rows.iter().map(|(key, _)| {
            let found = grid.against_best(|other| other == *key, |_| true).next();
            found.map_or_else(
                || "-".to_owned(),
                |(_, _, ratio)| {
                    let word = if ratio <= 1.0 { "win" } else { "LOSS" };
                    format!("{} {word}", figure(ratio))
                },
            )
        }));
        fixed.push(verdicts);
    }
    let mut out = format!("\n{measurement} [{unit}]\n");
    for table in split(&fixed, &columns, width) {
        out += &table;
    }
    out
}

/// Tables of the `fixed` columns and as many of the others as fit into `width` each; the first
/// text of a column is its header. A table is drawn even if it does not fit.
pub(crate) fn split(fixed: &[Vec<String>], columns: &[Vec<String>], width: usize) -> Vec<String> {
    let wide = |column: &Vec<String>| {
        3 + column
            .iter()
            .map(|text| text.chars().count())
            .max()
            .unwrap_or(0)
    };
    let base: usize = fixed.iter().map(wide).sum();
    let mut tables = Vec::new();
    let mut rest = columns;
    loop {
        let mut used = base;
        let fits = |column: &&Vec<String>| {
            used += wide(column);
            used <= width
        };
        let count = rest.iter().take_while(fits).count().max(1).min(rest.len());
        let (now, later) = rest.split_at(count);
        tables.push(draw(fixed, now));
        if later.is_empty() {
            return tables;
        }
        rest = later;
    }
}

fn draw(fixed: &[Vec<String>], columns: &[Vec<String>]) -> String {
    let all: Vec<&Vec<String>> = fixed.iter().chain(columns).collect();
    let mut table = Table::new();
    table.load_style(presets::ASCII_NO_BORDERS.row_separator(LineStyle::none()));
    table.set_content_arrangement(ContentArrangement::Disabled);
    let line = |number: usize| {
        all.iter().enumerate().map(move |(at, column)| {
            let text = column.get(number).map_or("", String::as_str);
            let side = if at == 0 {
                CellAlignment::Left
            } else {
                CellAlignment::Right
            };
            Cell::new(text).set_alignment(side)
        })
    };
    table.set_header(line(0).collect::<Vec<_>>());
    for number in 1..all.first().map_or(0, |column| column.len()) {
        table.add_row(line(number).collect::<Vec<_>>());
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}
