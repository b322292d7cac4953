//! Pictures as SVG, laid out here: each array stands above those that it was the first to have.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Cell, Content, Picture};

/// Width of a character of the monospaced font, and what a cell has beside its text.
const CHARACTER: usize = 7;
const PADDING: usize = 12;
/// Heights: of the line of slot numbers, of a line of text, between arrays above each other.
const NUMBERS: usize = 14;
const LINE: usize = 16;
const BETWEEN: usize = 44;
/// Distance of neighbours.
const GAP: usize = 16;
/// Heights of the line with the versions' names, and of the first arrays.
const NAME_AT: usize = 20;
const NAMES: usize = 56;

/// Where an array stands.
#[derive(Clone, Default)]
struct Place {
    left: usize,
    top: usize,
    /// Width of all that stands below, and of the array itself if that is more.
    span: usize,
    /// The children that stand below this array and no other.
    below: Vec<usize>,
}

/// The places of the arrays, as far as they are known.
struct Layout<'a> {
    picture: &'a Picture,
    places: Vec<Option<Place>>,
}

impl Picture {
    /// The picture as SVG.
    ///
    /// ```
    /// let map = hamt::Hamt::from([("one", 1)]);
    /// assert!(hamt::Picture::of([("map", &map)]).to_svg().contains("one"));
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        let mut layout = Layout {
            picture: self,
            places: alloc::vec![None; self.arrays.len()],
        };
        let mut right = GAP;
        let mut middles = Vec::new();
        for version in &self.versions {
            let mut span = text_width(&version.name);
            // The root may be an earlier version's too.
            let new_root = version.root.filter(|root| layout.places[*root].is_none());
            if let Some(root) = new_root {
                span = span.max(layout.measure(root, NAMES));
                layout.spread(root, right);
            }
            middles.push(right + span / 2);
            right += span + GAP;
        }
        let arrays = 0..self.arrays.len();
        let bottoms = arrays
            .clone()
            .map(|array| layout.place(array).top + self.height(array));
        let bottom = bottoms.max().unwrap_or(NAMES) + GAP;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {right} {bottom}\" \
             width=\"{right}\" height=\"{bottom}\" \
             style=\"background: white\" font-family=\"monospace\" font-size=\"12\" text-anchor=\"middle\">\n"
        );
        for (version, middle) in self.versions.iter().zip(middles) {
            if let Some(root) = version.root {
                out += &edge((middle, NAME_AT + 6), layout.head(root));
            }
            out += &text(middle, NAME_AT, &version.name);
        }
        for array in arrays {
            layout.draw(array, &mut out);
        }
        out + "</svg>\n"
    }

    fn width(&self, array: usize) -> usize {
        self.arrays[array].cells.iter().map(cell_width).sum()
    }

    fn height(&self, array: usize) -> usize {
        let lines = |cell: &Cell| match &cell.content {
            Content::Entries(texts) => texts.len(),
            Content::Child(_) => 1,
        };
        let lines = self.arrays[array].cells.iter().map(lines).max();
        NUMBERS + LINE * lines.unwrap_or(1) + 6
    }
}

impl Layout<'_> {
    fn place(&self, array: usize) -> &Place {
        self.places[array]
            .as_ref()
            .expect("every array stands below a root")
    }

    /// Gives the array, and what has no place yet below it, a height; returns the width of it all.
    fn measure(&mut self, array: usize, top: usize) -> usize {
        // Has a place from now on.
        self.places[array] = Some(Place::default());
        let next_top = top + self.picture.height(array) + BETWEEN;
        let (mut below, mut spans) = (Vec::new(), 0);
        for child in self.picture.arrays[array].children() {
            if self.places[child].is_none() {
                spans += self.measure(child, next_top) + GAP;
                below.push(child);
            }
        }
        let span = self.picture.width(array).max(spans.saturating_sub(GAP));
        self.places[array] = Some(Place {
            left: 0,
            top,
            span,
            below,
        });
        span
    }

    /// Spreads the array and what stands below it from `left` on.
    fn spread(&mut self, array: usize, left: usize) {
        let place = self.place(array);
        let (span, below) = (place.span, place.below.clone());
        let spans = below.iter().map(|child| self.place(*child).span + GAP);
        let mut next = left + (span + GAP).saturating_sub(spans.sum()) / 2;
        for child in below {
            self.spread(child, next);
            next += self.place(child).span + GAP;
        }
        let width = self.picture.width(array);
        if let Some(place) = &mut self.places[array] {
            place.left = left + (span - width) / 2;
        }
    }

    /// Where arrows to an array end.
    fn head(&self, array: usize) -> (usize, usize) {
        let place = self.place(array);
        (place.left + self.picture.width(array) / 2, place.top)
    }

    fn draw(&self, array: usize, out: &mut String) {
        let (place, colour) = (self.place(array), self.picture.colour(array));
        let height = self.picture.height(array);
        let (mut left, top) = (place.left, place.top);
        for cell in &self.picture.arrays[array].cells {
            let width = cell_width(cell);
            let middle = left + width / 2;
            *out += &format!(
                "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" \
                 fill=\"{colour}\" stroke=\"#555\"/>\n"
            );
            if let Some(slot) = cell.slot {
                let y = top + NUMBERS - 2;
                *out += &format!(
                    "<text x=\"{middle}\" y=\"{y}\" font-size=\"9\" fill=\"#777\">{slot}</text>\n"
                );
            }
            match &cell.content {
                Content::Entries(texts) => {
                    for (number, content) in texts.iter().enumerate() {
                        *out += &text(middle, top + NUMBERS + LINE * number + 12, content);
                    }
                }
                Content::Child(child) => {
                    *out += &edge((middle, top + height - 8), self.head(*child));
                }
            }
            left += width;
        }
    }
}

fn text_width(text: &str) -> usize {
    text.chars().count() * CHARACTER + PADDING
}

fn cell_width(cell: &Cell) -> usize {
    match &cell.content {
        Content::Entries(texts) => texts
            .iter()
            .map(|text| text_width(text))
            .max()
            .unwrap_or(PADDING),
        Content::Child(_) => 2 * PADDING,
    }
}

/// An arrow downwards.
fn edge((x, y): (usize, usize), (to_x, to_y): (usize, usize)) -> String {
    let bend = y.midpoint(to_y);
    format!(
        "<path d=\"M{x} {y} C{x} {bend} {to_x} {bend} {to_x} {to_y}\" fill=\"none\" stroke=\"#333\"/>\n\
         <circle cx=\"{x}\" cy=\"{y}\" r=\"2.5\" fill=\"#333\"/>\n"
    )
}

fn text(x: usize, y: usize, content: &str) -> String {
    let mut escaped = String::new();
    for c in content.chars() {
        match c {
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    format!("<text x=\"{x}\" y=\"{y}\">{escaped}</text>\n")
}
