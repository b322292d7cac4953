//! Pictures of runs, as SVG: time or memory against the number of entries for each workload, and
//! the ratios to the peers.
//!
//! Text is placed without measuring it (no font is needed to draw), so every label has room of
//! its own, outside the plotting area.

mod bars;
mod canvas;
mod history;
mod lines;
mod style;

use std::path::{Path, PathBuf};

use plotters::prelude::{DrawingBackend, SVGBackend};

use crate::analysis::History;
use crate::atomic;
use crate::cells::Grid;
use crate::error::{Error, Result};
use crate::record::{Run, Unit};
use crate::table::caption;

/// Draws everything there is to draw of one or more runs into `dir` (made if absent); returns the
/// files. Each replaces an older one of its name at once.
///
/// # Errors
/// If a picture cannot be drawn or written.
pub fn draw_all(runs: &[Run], dir: &Path) -> Result<Vec<PathBuf>> {
    let grid = Grid::of(runs);
    let caption = match runs {
        [] => return Ok(Vec::new()),
        [run] => caption(run),
        [first, others @ ..] => format!("{} (and {} other runs)", caption(first), others.len()),
    };
    let mut drawn = Vec::new();
    for (label, unit) in grid.labels() {
        let picture = lines::Lines::of(&grid, &label, unit, Some(&caption));
        let path = dir.join(format!("{}.svg", file_stem(&label)));
        save(&path, picture.size(), |svg| picture.draw(svg))?;
        drawn.push(path);
    }
    for (name, picture) in bars::all(&grid, &caption) {
        let path = dir.join(format!("{name}.svg"));
        save(&path, picture.size(), |svg| picture.draw(svg))?;
        drawn.push(path);
    }
    Ok(drawn)
}

/// Draws a history into `dir` (made if absent); returns the file, or nothing if no run of it has
/// the yardstick.
///
/// # Errors
/// If the picture cannot be drawn or written.
pub fn draw_history(history: &History, dir: &Path) -> Result<Option<PathBuf>> {
    let Some(picture) = history::Timeline::of(history) else {
        return Ok(None);
    };
    let path = dir.join("history.svg");
    save(&path, picture.size(), |svg| picture.draw(svg))?;
    Ok(Some(path))
}

/// Draws into memory, then replaces the file.
fn save<E: core::fmt::Display>(
    path: &Path,
    size: (u32, u32),
    draw: impl FnOnce(SVGBackend<'_>) -> Result<(), E>,
) -> Result<()> {
    atomic::write(path, drawn(path, size, draw)?.as_bytes())
}

/// Draws into a text; `name` is what an error calls the picture.
fn drawn<E: core::fmt::Display>(
    name: &Path,
    size: (u32, u32),
    draw: impl FnOnce(SVGBackend<'_>) -> Result<(), E>,
) -> Result<String> {
    let mut svg = String::new();
    draw(SVGBackend::with_string(&mut svg, size)).map_err(|error| Error::Plot {
        path: name.to_owned(),
        problem: error.to_string(),
    })?;
    Ok(svg)
}

/// The picture of one workload (named as [`RowKey::label`](crate::cells::RowKey::label) does) as
/// the text of an SVG element without title; `None` if nothing in it is above zero.
///
/// # Errors
/// If it cannot be drawn.
pub fn workload_svg(grid: &Grid, label: &str, unit: Unit) -> Result<Option<String>> {
    let picture = lines::Lines::of(grid, label, unit, None);
    if picture.is_empty() {
        return Ok(None);
    }
    let name = PathBuf::from(format!("{}.svg", file_stem(label)));
    drawn(&name, picture.size(), |svg| picture.draw(svg)).map(Some)
}

fn file_stem(label: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    };
    label.chars().map(plain).collect()
}

const fn axis_name(unit: Unit) -> &'static str {
    match unit {
        Unit::NsPerOp => "time, ns per operation (log scale)",
        Unit::BytesPerEntry => "memory, bytes per entry (log scale)",
        Unit::Number => "plain number (log scale)",
        Unit::BytesPerVersion => "memory, bytes per kept version (log scale)",
    }
}

/// What drawing on a backend may fail with.
type Drawn<DB> =
    Result<(), plotters::drawing::DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Round values for the ticks of a log axis: 1, 2 and 5 of each decade if it spans few, else the
/// powers of ten.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let decades = (high / low).log10();
    let steps: &[f64] = match decades {
        d if d < 0.7 => &[1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
        d if d < 3.5 => &[1.0, 2.0, 5.0],
        _ => &[1.0],
    };
    let mut found = Vec::new();
    let mut power = 10_f64.powf(low.log10().floor());
    while power <= high {
        found.extend(steps.iter().map(|step| step * power));
        power *= 10.0;
    }
    found.retain(|tick| (low..=high).contains(tick));
    found
}

/// A tick's label: `0.05`, `2`, `1000`.
fn tick_name(tick: f64) -> String {
    let text = format!("{tick:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if tick >= 1e5 {
        format!("{tick:e}")
    } else {
        text.to_owned()
    }
}
