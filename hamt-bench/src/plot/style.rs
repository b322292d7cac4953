//! One colour and one marker a product, the same in every picture.

use plotters::element::{
    ComposedElement, DynElement, EmptyElement, IntoDynElement as _, PathElement, Polygon,
};
use plotters::prelude::{Color as _, DrawingBackend, RGBColor};
use plotters::style::{
    FontDesc, FontFamily, FontStyle, IntoTextStyle as _, ShapeStyle, TextStyle, WHITE,
    text_anchor::{HPos, Pos, VPos},
};

use crate::cells::PRODUCTS;
use crate::record::OURS;

pub(super) const INK: RGBColor = RGBColor(30, 30, 30);
pub(super) const GREY: RGBColor = RGBColor(110, 110, 110);
pub(super) const PALE: RGBColor = RGBColor(225, 225, 225);
pub(super) const GOOD: RGBColor = RGBColor(0, 125, 95);
pub(super) const BAD: RGBColor = RGBColor(200, 60, 30);

/// Colours by the product's place in [`PRODUCTS`]; the first is ours.
const COLOURS: [RGBColor; 15] = [
    RGBColor(200, 0, 0),
    RGBColor(31, 90, 180),
    RGBColor(86, 180, 233),
    RGBColor(230, 140, 0),
    RGBColor(140, 86, 50),
    RGBColor(120, 60, 180),
    RGBColor(200, 110, 220),
    RGBColor(20, 20, 20),
    RGBColor(110, 110, 110),
    RGBColor(160, 160, 160),
    RGBColor(0, 140, 120),
    RGBColor(60, 160, 40),
    RGBColor(170, 180, 30),
    RGBColor(90, 110, 60),
    RGBColor(240, 90, 140),
];

/// How a product is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) colour: RGBColor,
    shape: usize,
    hollow: bool,
    pub(super) ours: bool,
}

impl Style {
    /// The style of a product; one that is not known, or that stands in an earlier column too
    /// (of another run), gets one by its `column`.
    pub(super) fn of(product: &str, column: usize, repeated: bool) -> Self {
        let known = PRODUCTS
            .iter()
            .position(|name| *name == product && !repeated);
        // Unknown products take colours from the far end, to differ from the known ones.
        let number = known.unwrap_or(COLOURS.len() - 1 - column % (COLOURS.len() - 1));
        Self {
            colour: COLOURS[number % COLOURS.len()],
            shape: (number + usize::from(known.is_none())) % SHAPES.len(),
            hollow: (number / SHAPES.len()) % 2 == 1,
            ours: product == OURS,
        }
    }

    pub(super) fn line(&self) -> ShapeStyle {
        self.colour.stroke_width(if self.ours { 4 } else { 2 })
    }

    /// The product's marker at a point of any coordinate system.
    pub(super) fn marker<'a, C, DB>(&self, at: C) -> DynElement<'a, DB, C>
    where
        C: Clone + 'a,
        DB: DrawingBackend + 'a,
    {
        let size = if self.ours { 7.0 } else { 5.0 };
        let mut corners: Vec<(i32, i32)> = SHAPES[self.shape]
            .iter()
            .map(|(x, y)| (pixels(x * size), pixels(y * size)))
            .collect();
        let fill = if self.hollow { WHITE } else { self.colour };
        let inner = Polygon::new(corners.clone(), fill.filled());
        corners.extend(corners.first().copied());
        corners.extend(corners.get(1).copied());
        let outline = PathElement::new(corners, self.colour.stroke_width(2));
        let marker: ComposedElement<C, DB, _, _> = EmptyElement::at(at) + inner + outline;
        marker.into_dyn()
    }
}

/// Outlines of the markers, within a unit circle or so.
const SHAPES: [&[(f64, f64)]; 6] = [
    &[
        (1.0, 0.0),
        (0.7, 0.7),
        (0.0, 1.0),
        (-0.7, 0.7),
        (-1.0, 0.0),
        (-0.7, -0.7),
        (0.0, -1.0),
        (0.7, -0.7),
    ],
    &[(0.85, 0.85), (-0.85, 0.85), (-0.85, -0.85), (0.85, -0.85)],
    &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
    &[(0.0, 1.25), (1.25, 0.0), (0.0, -1.25), (-1.25, 0.0)],
    &[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)],
    &[
        (1.2, 0.4),
        (0.4, 0.4),
        (0.4, 1.2),
        (-0.4, 1.2),
        (-0.4, 0.4),
        (-1.2, 0.4),
        (-1.2, -0.4),
        (-0.4, -0.4),
        (-0.4, -1.2),
        (0.4, -1.2),
        (0.4, -0.4),
        (1.2, -0.4),
    ],
];

/// A length on the picture, in whole pixels.
#[expect(
    clippy::cast_possible_truncation,
    reason = "pictures are a few thousand pixels wide; the cast saturates"
)]
pub(super) fn pixels(length: f64) -> i32 {
    length.round() as i32
}

/// A text style; `size` in pixels, as drawn.
pub(super) fn text(
    size: f64,
    colour: RGBColor,
    bold: bool,
    (h, v): (HPos, VPos),
) -> TextStyle<'static> {
    let weight = if bold {
        FontStyle::Bold
    } else {
        FontStyle::Normal
    };
    // The SVG backend divides sizes by 1.24.
    let font = FontDesc::new(FontFamily::SansSerif, size * 1.24, weight);
    let mut style = font.into_text_style(&(0, 0));
    style.color = colour.to_backend_color();
    style.pos = Pos::new(h, v);
    style
}

/// The text, cut to at most `limit` characters.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(3)).collect();
    short.push_str("...");
    short
}

/// Splits a text at blanks into lines of at most `limit` characters where words allow.
pub(super) fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.len() - 1;
        let line = &mut lines[line];
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= limit {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
