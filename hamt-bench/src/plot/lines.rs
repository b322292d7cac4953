//! One workload: time or memory against the number of entries, both axes logarithmic, a line a
//! product.

use plotters::prelude::{DrawingBackend, IntoDrawingArea as _, PathElement, Text, WHITE};
use plotters::style::text_anchor::{HPos, VPos};

use super::canvas::{Canvas, LEGEND_STEP, LogAxis, frame, legend, stroke, upright};
use super::style::{GREY, INK, PALE, Style, text};
use super::{Drawn, axis_name, tick_name, ticks};
use crate::cells::{Grid, scale_name};
use crate::record::Unit;

const WIDTH: i32 = 1080;
/// Left and right end of the plotting area. To its right stands the legend.
const AREA: (i32, i32) = (90, 760);
/// Its upper end below title and caption, and without them.
const TOP: (i32, i32) = (104, 20);

/// The picture of one workload on one key set.
pub(super) struct Lines {
    title: String,
    /// `None` leaves out the title too, for a page that says what the picture shows.
    caption: Option<String>,
    axis: &'static str,
    scales: Vec<u64>,
    lines: Vec<Line>,
}

struct Line {
    label: String,
    style: Style,
    /// Scale and median.
    points: Vec<(f64, f64)>,
}

impl Lines {
    pub(super) fn of(grid: &Grid, label: &str, unit: Unit, caption: Option<&str>) -> Self {
        let rows = || {
            grid.rows
                .iter()
                .filter(|(key, _)| key.unit == unit && key.label() == label)
        };
        let mut lines: Vec<Line> = Vec::new();
        for (at, column) in grid.columns.iter().enumerate() {
            let points = rows().filter_map(|(key, cells)| {
                let median = cells[at].as_ref()?.median;
                // Zero has no place on a log axis.
                (median > 0.0).then_some((key.scale as f64, median))
            });
            let points: Vec<_> = points.collect();
            if !points.is_empty() {
                let earlier = &grid.columns[..at];
                let repeated = earlier.iter().any(|other| other.product == column.product);
                let (label, style) = (
                    column.label.clone(),
                    Style::of(&column.product, at, repeated),
                );
                lines.push(Line {
                    label,
                    style,
                    points,
                });
            }
        }
        // The legend stands in the order of the lines' right ends; ours is drawn on top.
        let end = |line: &Line| line.points.last().map_or(0.0, |point| point.1);
        lines.sort_by(|a, b| end(b).total_cmp(&end(a)));
        let key_set = rows().next().map_or("", |(key, _)| key.key_set.as_str());
        let measurement = rows()
            .next()
            .map_or(label, |(key, _)| key.measurement.as_str());
        Self {
            title: format!("{measurement}, {key_set} keys"),
            caption: caption.map(|caption| format!("Medians. {caption}")),
            axis: axis_name(unit),
            scales: rows().map(|(key, _)| key.scale).collect(),
            lines,
        }
    }

    /// Whether there is no point to draw.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    const fn top(&self) -> i32 {
        if self.caption.is_some() { TOP.0 } else { TOP.1 }
    }

    fn bottom(&self) -> i32 {
        let legend = i32::try_from(self.lines.len()).unwrap_or(0) * LEGEND_STEP;
        self.top() + legend.max(460)
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (WIDTH.unsigned_abs(), (self.bottom() + 70).unsigned_abs())
    }

    pub(super) fn draw<DB: DrawingBackend>(&self, backend: DB) -> Drawn<DB> {
        let canvas = backend.into_drawing_area();
        canvas.fill(&WHITE)?;
        if let Some(caption) = &self.caption {
            frame(&canvas, &self.title, caption, WIDTH)?;
        }
        let scales = self.scales.iter().map(|scale| *scale as f64);
        let x = LogAxis::around(scales, AREA.0, AREA.1);
        let values = self.lines.iter().flat_map(|line| &line.points);
        let y = LogAxis::around(values.map(|point| point.1), self.bottom(), self.top());
        self.axes(&canvas, x, y)?;
        let (ours, others): (Vec<_>, Vec<_>) = self.lines.iter().partition(|line| line.style.ours);
        for line in others.into_iter().chain(ours) {
            let points: Vec<_> = line
                .points
                .iter()
                .map(|(n, v)| (x.at(*n), y.at(*v)))
                .collect();
            if points.len() > 1 {
                canvas.draw(&PathElement::new(points.clone(), line.style.line()))?;
            }
            for point in points {
                canvas.draw(&line.style.marker(point))?;
            }
        }
        let entries = self
            .lines
            .iter()
            .map(|line| (line.label.as_str(), line.style));
        legend(&canvas, (AREA.1 + 20, self.top() + 8), entries)?;
        canvas.present()
    }

    fn axes<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, x: LogAxis, y: LogAxis) -> Drawn<DB> {
        let ((left, right), top, bottom) = (AREA, self.top(), self.bottom());
        for tick in ticks(y.low, y.high) {
            let at = y.at(tick);
            stroke(canvas, [(left, at), (right, at)], PALE, 1)?;
            let style = text(12.0, INK, false, (HPos::Right, VPos::Center));
            canvas.draw(&Text::new(tick_name(tick), (left - 8, at), style))?;
        }
        let mut taken = -45;
        for scale in &self.scales {
            let at = x.at(*scale as f64);
            stroke(canvas, [(at, top), (at, bottom)], PALE, 1)?;
            // Scales close together share one label.
            if at - taken >= 45 {
                let style = text(12.0, INK, false, (HPos::Center, VPos::Top));
                canvas.draw(&Text::new(scale_name(*scale), (at, bottom + 8), style))?;
                taken = at;
            }
        }
        stroke(canvas, [(left, top), (left, bottom)], GREY, 1)?;
        stroke(canvas, [(left, bottom), (right, bottom)], GREY, 1)?;
        let style = text(14.0, INK, false, (HPos::Center, VPos::Top));
        let name = "entries in the map, N (log scale)".to_owned();
        canvas.draw(&Text::new(name, ((left + right) / 2, bottom + 34), style))?;
        upright(canvas, self.axis, (24, (top + bottom) / 2))
    }
}
