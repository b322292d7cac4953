//! Ratios to the yardstick over the runs, oldest at the left.

use plotters::prelude::{DrawingBackend, IntoDrawingArea as _, PathElement, Text, WHITE};
use plotters::style::text_anchor::{HPos, VPos};

use super::canvas::{Canvas, LEGEND_STEP, LogAxis, frame, legend, stroke, upright};
use super::style::{GREY, INK, PALE, Style, text};
use super::{Drawn, tick_name, ticks};
use crate::analysis::History;
use crate::analysis::history::Line;

const WIDTH: i32 = 1080;
/// The plotting area: left, top, right. To its right stands the legend.
const AREA: (i32, i32, i32) = (90, 104, 760);
/// Pixels from a run's label to the next.
const ROOM: i32 = 75;

/// The picture of a history.
pub(super) struct Timeline<'a> {
    history: &'a History,
    curves: Vec<Curve<'a>>,
}

struct Curve<'a> {
    label: &'a str,
    style: Style,
    /// Number of the run and ratio.
    points: Vec<(usize, f64)>,
}

impl<'a> Timeline<'a> {
    /// `None` if there is no ratio to draw.
    pub(super) fn of(history: &'a History) -> Option<Self> {
        let curve = |(at, line): (usize, &'a Line)| {
            let points = line.ratios.iter().enumerate();
            Curve {
                label: &line.label,
                style: Style::of(&line.label, at, false),
                points: points
                    .filter_map(|(run, ratio)| Some((run, (*ratio)?)))
                    .collect(),
            }
        };
        let curves: Vec<_> = history
            .lines
            .iter()
            .enumerate()
            .map(curve)
            .filter(|curve| !curve.points.is_empty())
            .collect();
        (!curves.is_empty()).then_some(Self { history, curves })
    }

    fn bottom(&self) -> i32 {
        let legend = i32::try_from(self.curves.len()).unwrap_or(0) * LEGEND_STEP;
        AREA.1 + legend.max(400)
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (WIDTH.unsigned_abs(), (self.bottom() + 90).unsigned_abs())
    }

    pub(super) fn draw<DB: DrawingBackend>(&self, backend: DB) -> Drawn<DB> {
        let canvas = backend.into_drawing_area();
        canvas.fill(&WHITE)?;
        let subject = &self.history.subject;
        let (product, yardstick) = (&subject.product, &subject.yardstick);
        let title = format!("{product} / {yardstick}, run by run");
        let caption = format!(
            "Ratios of medians within a run; below 1: {product} is better. {} runs, oldest at \
             the left.",
            self.history.points.len()
        );
        frame(&canvas, &title, &caption, WIDTH)?;
        let ratios = self.curves.iter().flat_map(|curve| &curve.points);
        let ratios = ratios.map(|(_, ratio)| *ratio).chain([1.0]);
        let y = LogAxis::around(ratios, self.bottom(), AREA.1);
        self.axes(&canvas, y)?;
        for curve in &self.curves {
            let points: Vec<_> = curve
                .points
                .iter()
                .map(|(run, ratio)| (self.x(*run), y.at(*ratio)))
                .collect();
            canvas.draw(&PathElement::new(points.clone(), curve.style.line()))?;
            for point in points {
                canvas.draw(&curve.style.marker(point))?;
            }
        }
        let entries = self.curves.iter().map(|curve| (curve.label, curve.style));
        legend(&canvas, (AREA.2 + 20, AREA.1 + 8), entries)?;
        canvas.present()
    }

    /// Runs stand at equal distances, whatever time passed between them.
    fn x(&self, run: usize) -> i32 {
        let runs = i32::try_from(self.history.points.len()).unwrap_or(i32::MAX);
        let run = i32::try_from(run).unwrap_or(0);
        AREA.0 + (AREA.2 - AREA.0) * (2 * run + 1) / (2 * runs)
    }

    fn axes<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, y: LogAxis) -> Drawn<DB> {
        let (left, top, right) = AREA;
        let bottom = self.bottom();
        for tick in ticks(y.low, y.high) {
            let at = y.at(tick);
            stroke(canvas, [(left, at), (right, at)], PALE, 1)?;
            let style = text(12.0, INK, false, (HPos::Right, VPos::Center));
            canvas.draw(&Text::new(tick_name(tick), (left - 8, at), style))?;
        }
        stroke(canvas, [(left, y.at(1.0)), (right, y.at(1.0))], GREY, 2)?;
        let mut taken = left - ROOM;
        for (run, point) in self.history.points.iter().enumerate() {
            let at = self.x(run);
            stroke(canvas, [(at, top), (at, bottom)], PALE, 1)?;
            // Runs close together share one label.
            if at - taken < ROOM {
                continue;
            }
            taken = at;
            let date = point.time.split(' ').next().unwrap_or_default();
            for (line, label) in [(0, date), (1, point.commit.as_str())] {
                let style = text(12.0, INK, false, (HPos::Center, VPos::Top));
                canvas.draw(&Text::new(
                    label.to_owned(),
                    (at, bottom + 8 + 16 * line),
                    style,
                ))?;
            }
        }
        stroke(canvas, [(left, top), (left, bottom)], GREY, 1)?;
        stroke(canvas, [(left, bottom), (right, bottom)], GREY, 1)?;
        let style = text(14.0, INK, false, (HPos::Center, VPos::Top));
        let name = "run: date and commit".to_owned();
        canvas.draw(&Text::new(
            name,
            (i32::midpoint(left, right), bottom + 52),
            style,
        ))?;
        upright(
            canvas,
            "ratio (log scale)",
            (24, i32::midpoint(top, bottom)),
        )
    }
}
