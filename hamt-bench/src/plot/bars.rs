//! Ratios of our map to its peers, as bars from 1 on a logarithmic axis.

use plotters::prelude::{DrawingBackend, IntoDrawingArea as _, Rectangle, Text, WHITE};
use plotters::style::Color as _;
use plotters::style::text_anchor::{HPos, VPos};

use super::canvas::{Canvas, LogAxis, frame, stroke};
use super::style::{BAD, GOOD, INK, PALE, cut, text};
use super::{Drawn, tick_name, ticks};
use crate::cells::{Grid, RowKey, figure, scale_name};
use crate::record::{OURS, Unit};
use crate::stats::geomean;

const WIDTH: i32 = 1080;
/// Left and right end of the bars' area; the names stand to its left, the figures to its right.
const AREA: (i32, i32) = (230, 740);
const TOP: i32 = 110;
/// Height of a bar with the gap to the next.
const STEP: i32 = 24;

/// A picture of bars.
pub(super) struct Bars {
    title: String,
    caption: String,
    bars: Vec<Bar>,
}

struct Bar {
    name: String,
    ratio: f64,
    remark: String,
}

/// All pictures of ratios that the data allow, with their names.
pub(super) fn all(grid: &Grid, caption: &str) -> Vec<(&'static str, Bars)> {
    let picture = |title: &str, bars| Bars {
        title: title.to_owned(),
        caption: format!(
            "Left of 1, in green: ours is better. Geometric means of medians. {caption}"
        ),
        bars,
    };
    let all = [
        (
            "ratios",
            picture(
                "hamt / best peer, by workload (log scale)",
                by_workload(grid),
            ),
        ),
        (
            "ratios-peers",
            picture(
                "hamt / peer, all timed workloads (log scale)",
                by_peer(grid),
            ),
        ),
    ];
    all.into_iter()
        .filter(|(_, picture)| !picture.bars.is_empty())
        .collect()
}

/// For each workload and key set, over its scales.
fn by_workload(grid: &Grid) -> Vec<Bar> {
    let bar = |(label, unit): (String, Unit)| {
        let rows = |key: &RowKey| key.unit == unit && key.label() == label;
        let found: Vec<_> = grid.against_best(rows, |_| true).collect();
        let ratio = geomean(found.iter().map(|(_, _, ratio)| *ratio))?;
        // The best peer may change with the scale.
        let mut peers: Vec<String> = Vec::new();
        for (key, column, _) in &found {
            let name = &grid.columns[*column].label;
            match peers.last_mut() {
                Some(last) if last.starts_with(&format!("{name} ")) => {}
                _ => peers.push(format!("{name} {}", scale_name(key.scale))),
            }
        }
        let remark = match peers.as_slice() {
            [one] => one
                .rsplit_once(' ')
                .map_or(one.clone(), |(name, _)| name.to_owned()),
            many => many.join(", "),
        };
        Some(Bar {
            name: label,
            ratio,
            remark,
        })
    };
    grid.labels().into_iter().filter_map(bar).collect()
}

/// For each peer, over all rows with times it shares with us.
fn by_peer(grid: &Grid) -> Vec<Bar> {
    let bar = |(at, column): (usize, &crate::cells::Column)| {
        let (ratio, rows) = grid.mean_against(|key| key.unit == Unit::NsPerOp, at)?;
        let (name, remark) = (column.label.clone(), format!("{rows} rows"));
        (column.product != OURS).then_some(Bar {
            name,
            ratio,
            remark,
        })
    };
    grid.columns.iter().enumerate().filter_map(bar).collect()
}

impl Bars {
    fn bottom(&self) -> i32 {
        TOP + i32::try_from(self.bars.len()).unwrap_or(0) * STEP
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (WIDTH.unsigned_abs(), (self.bottom() + 50).unsigned_abs())
    }

    pub(super) fn draw<DB: DrawingBackend>(&self, backend: DB) -> Drawn<DB> {
        let canvas = backend.into_drawing_area();
        canvas.fill(&WHITE)?;
        frame(&canvas, &self.title, &self.caption, WIDTH)?;
        let ratios = self.bars.iter().map(|bar| bar.ratio).chain([1.0]);
        let x = LogAxis::around(ratios, AREA.0, AREA.1);
        self.axis(&canvas, x)?;
        for (y, bar) in (TOP..)
            .step_by(STEP.unsigned_abs() as usize)
            .zip(&self.bars)
        {
            let (from, to) = (x.at(1.0), x.at(bar.ratio));
            let colour = if bar.ratio <= 1.0 { GOOD } else { BAD };
            let corners = [(from.min(to), y + 4), (from.max(to), y + STEP - 4)];
            canvas.draw(&Rectangle::new(corners, colour.filled()))?;
            let middle = y + STEP / 2;
            let style = text(13.0, INK, false, (HPos::Right, VPos::Center));
            canvas.draw(&Text::new(cut(&bar.name, 28), (AREA.0 - 10, middle), style))?;
            let figures = cut(&format!("{}x  {}", figure(bar.ratio), bar.remark), 40);
            let style = text(13.0, INK, false, (HPos::Left, VPos::Center));
            canvas.draw(&Text::new(figures, (AREA.1 + 12, middle), style))?;
        }
        stroke(
            &canvas,
            [(x.at(1.0), TOP), (x.at(1.0), self.bottom())],
            INK,
            2,
        )?;
        canvas.present()
    }

    fn axis<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, x: LogAxis) -> Drawn<DB> {
        let bottom = self.bottom();
        for tick in ticks(x.low, x.high) {
            let at = x.at(tick);
            stroke(canvas, [(at, TOP), (at, bottom)], PALE, 1)?;
            let style = text(12.0, INK, false, (HPos::Center, VPos::Top));
            canvas.draw(&Text::new(tick_name(tick), (at, bottom + 8), style))?;
        }
        Ok(())
    }
}
