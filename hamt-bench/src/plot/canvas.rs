//! Log axes laid out in pixels, and the texts around a plotting area.

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend, PathElement, Text};
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color as _, FontTransform, RGBColor};

use super::Drawn;
use super::style::{GREY, INK, Style, cut, pixels, text, wrap};

/// A picture's surface, in pixels from its upper left corner.
pub(super) type Canvas<DB> = DrawingArea<DB, Shift>;

/// A logarithmic axis: values `low..=high` on pixels `from..=to` (either may be the greater).
#[derive(Clone, Copy, Debug)]
pub(super) struct LogAxis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) from: i32,
    pub(super) to: i32,
}

impl LogAxis {
    /// The axis that shows all `values` with some room at both ends.
    pub(super) fn around(values: impl Iterator<Item = f64>, from: i32, to: i32) -> Self {
        let (low, high) = values
            .filter(|value| *value > 0.0)
            .fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        let (low, high) = if low <= high { (low, high) } else { (1.0, 1.0) };
        // At least a factor of three, so that a flat line has ticks too.
        let room = (high / low).powf(0.06).max((3.0 * low / high).sqrt());
        Self {
            low: low / room,
            high: high * room,
            from,
            to,
        }
    }

    pub(super) fn at(&self, value: f64) -> i32 {
        let part = (value / self.low).ln() / (self.high / self.low).ln();
        self.from + pixels(part * f64::from(self.to - self.from))
    }
}

/// A straight line.
pub(super) fn stroke<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    points: [(i32, i32); 2],
    colour: RGBColor,
    width: u32,
) -> Drawn<DB> {
    canvas.draw(&PathElement::new(points, colour.stroke_width(width)))
}

/// Title, caption (where, when, what) and its axis names around a plotting area.
pub(super) fn frame<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    title: &str,
    caption: &str,
    wide: i32,
) -> Drawn<DB> {
    let left = (HPos::Left, VPos::Top);
    canvas.draw(&Text::new(
        title.to_owned(),
        (20, 14),
        text(20.0, INK, true, left),
    ))?;
    // Letters of the caption are less than eight pixels wide in all common fonts.
    let limit = usize::try_from((wide - 40) * 2 / 15).unwrap_or(80);
    let lines = wrap(caption, limit);
    for (y, line) in (44..).step_by(16).zip(lines.into_iter().take(3)) {
        canvas.draw(&Text::new(line, (20, y), text(12.0, GREY, false, left)))?;
    }
    Ok(())
}

/// A name along an upright axis, reading upwards.
pub(super) fn upright<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    name: &str,
    at: (i32, i32),
) -> Drawn<DB> {
    let style = text(14.0, INK, false, (HPos::Center, VPos::Center));
    let style = style.transform(FontTransform::Rotate270);
    canvas.draw(&Text::new(name.to_owned(), at, style))
}

/// Height of a line of a legend.
pub(super) const LEGEND_STEP: i32 = 25;

/// Names with their lines and markers, downwards from a point at the left.
pub(super) fn legend<'a, DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    (left, top): (i32, i32),
    entries: impl Iterator<Item = (&'a str, Style)>,
) -> Drawn<DB> {
    for (y, (label, style)) in (top..)
        .step_by(LEGEND_STEP.unsigned_abs() as usize)
        .zip(entries)
    {
        let ends = vec![(left, y), (left + 40, y)];
        canvas.draw(&PathElement::new(ends, style.line()))?;
        canvas.draw(&style.marker((left + 20, y)))?;
        let words = text(14.0, INK, style.ours, (HPos::Left, VPos::Center));
        canvas.draw(&Text::new(cut(label, 28), (left + 50, y), words))?;
    }
    Ok(())
}
