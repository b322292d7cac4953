//! Each workload with its picture and every figure in it.

use super::shade;
use crate::cells::{Grid, scale_name};
use crate::error::Result;
use crate::plot;
use crate::record::{OURS, Unit};
use crate::stats::Stats;

/// A workload on a key set.
pub(super) struct Workload {
    pub(super) anchor: String,
    pub(super) measurement: String,
    pub(super) keys: String,
    pub(super) meaning: &'static str,
    pub(super) unit: Unit,
    pub(super) picture: Option<String>,
    pub(super) compared: bool,
    /// What [`Row::whole`] is called, where there is one.
    pub(super) whole: Option<&'static str>,
    pub(super) rows: Vec<Row>,
}

/// A product at a scale.
pub(super) struct Row {
    pub(super) product: String,
    pub(super) ours: bool,
    pub(super) leaks: bool,
    pub(super) scale: u64,
    pub(super) scale_name: String,
    pub(super) figure: Figure,
    pub(super) spread: Spread,
    /// Operations in a second, or bytes in total; blank for other units.
    pub(super) whole: String,
    pub(super) ratio: Option<Ratio>,
}

/// Ours over theirs.
pub(super) struct Ratio {
    pub(super) value: f64,
    pub(super) text: String,
    pub(super) class: &'static str,
}

/// A median.
pub(super) struct Figure {
    pub(super) median: f64,
    pub(super) text: String,
    pub(super) unit: &'static str,
}

/// How samples scatter about their median.
pub(super) struct Spread {
    pub(super) mad: f64,
    pub(super) mad_text: String,
    /// The same in per cent of the median; blank for a single sample.
    pub(super) percent: String,
    pub(super) samples: usize,
}

impl Figure {
    pub(super) fn of(median: f64, unit: Unit) -> Self {
        Self {
            median: shade::sortable(median),
            text: shade::number(median),
            unit: match unit {
                Unit::NsPerOp => "ns",
                Unit::BytesPerEntry | Unit::BytesPerVersion => "B",
                Unit::Number => "",
            },
        }
    }
}

impl Spread {
    fn of(stats: &Stats) -> Self {
        let percent = (stats.n > 1 && stats.median > 0.0)
            .then(|| format!("{:.0}", 100.0 * stats.mad / stats.median));
        Self {
            mad: shade::sortable(stats.mad),
            mad_text: shade::number(stats.mad),
            percent: percent.unwrap_or_default(),
            samples: stats.n,
        }
    }
}

/// Where the workloads stand on the page.
pub(super) struct Anchors(Vec<(String, Unit)>);

impl Anchors {
    pub(super) fn of(grid: &Grid) -> Self {
        Self(grid.labels())
    }

    /// The name of a workload's place. Its number keeps labels apart that look alike once
    /// everything but plain letters is gone.
    pub(super) fn name(&self, label: &str, unit: Unit) -> String {
        let is_it = |other: &&(String, Unit)| other.0 == label && other.1 == unit;
        let number = self.0.iter().take_while(|other| !is_it(other)).count();
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        format!("w{number}-{}", label.chars().map(plain).collect::<String>())
    }
}

/// All workloads, in the order of the tables.
///
/// # Errors
/// If a picture cannot be drawn.
pub(super) fn all(grid: &Grid, anchors: &Anchors) -> Result<Vec<Workload>> {
    let one = |(label, unit): (String, Unit)| {
        let rows: Vec<_> = grid
            .rows
            .iter()
            .filter(|(key, _)| key.unit == unit && key.label() == label)
            .collect();
        let (measurement, keys) = rows.first().map_or_else(
            || (label.clone(), String::new()),
            |(key, _)| (key.measurement.clone(), key.key_set.clone()),
        );
        let cells: Vec<Row> = rows
            .iter()
            .flat_map(|(key, cells)| figures(grid, key.scale, unit, cells))
            .collect();
        Ok(Workload {
            anchor: anchors.name(&label, unit),
            meaning: meaning(&measurement),
            measurement,
            keys,
            unit,
            picture: plot::workload_svg(grid, &label, unit)?.map(|svg| within_page(&svg)),
            whole: match unit {
                Unit::NsPerOp => Some("Rate"),
                Unit::BytesPerEntry => Some("In all"),
                Unit::BytesPerVersion | Unit::Number => None,
            },
            compared: cells.iter().any(|row| row.ratio.is_some()),
            rows: cells,
        })
    };
    grid.labels().into_iter().map(one).collect()
}

/// A picture without what the page's style says of all pictures at once, a fifth of it. Quotes in
/// its texts are escaped, so that only attributes are met.
fn within_page(svg: &str) -> String {
    let said = [" opacity=\"1\"", " font-family=\"sans-serif\""];
    let lines = ("<polyline fill=\"none\"", "<polyline");
    let svg = said
        .iter()
        .fold(svg.to_owned(), |svg, said| svg.replace(said, ""));
    svg.replace(lines.0, lines.1)
}

/// The products at one scale, in the order of the tables.
fn figures(grid: &Grid, scale: u64, unit: Unit, cells: &[Option<Stats>]) -> Vec<Row> {
    let ours = grid.ours();
    let mine = ours.and_then(|ours| cells[ours]).map(|stats| stats.median);
    let row = |(column, stats): (usize, &Option<Stats>)| {
        let stats = stats.as_ref()?;
        let product = &grid.columns[column];
        let ratio = mine
            .filter(|mine| ours != Some(column) && *mine > 0.0 && stats.median > 0.0)
            .map(|mine| mine / stats.median);
        Some(Row {
            product: product.label.clone(),
            ours: product.product == OURS,
            leaks: product.leaks(),
            scale,
            scale_name: scale_name(scale),
            figure: Figure::of(stats.median, unit),
            spread: Spread::of(stats),
            whole: whole(stats.median, scale, unit),
            ratio: ratio.map(|value| Ratio {
                value: shade::sortable(value),
                text: shade::number(value),
                class: shade::class(value),
            }),
        })
    };
    cells.iter().enumerate().filter_map(row).collect()
}

/// What a median comes to: operations in a second, or all bytes of a map of `scale` entries.
fn whole(median: f64, scale: u64, unit: Unit) -> String {
    let (value, unit) = match unit {
        Unit::NsPerOp if median > 0.0 => (1e9 / median, "/s"),
        Unit::BytesPerEntry => (median * scale as f64, "B"),
        _ => return String::new(),
    };
    let prefixes = [
        (1e12, " T"),
        (1e9, " G"),
        (1e6, " M"),
        (1e3, " k"),
        (0.0, " "),
    ];
    let found = prefixes.iter().find(|(size, _)| value >= *size);
    let (size, prefix) = found.copied().unwrap_or((0.0, " "));
    format!("{}{prefix}{unit}", shade::number(value / size.max(1.0)))
}

/// What one operation of a workload is; blank for those of other benchmarks.
fn meaning(measurement: &str) -> &'static str {
    match measurement {
        "query" => "Looking up a key that is there.",
        "query_many" => "Looking up keys that are there, many at once where the map can do that.",
        "query_miss" => "Looking up a key that is not there.",
        "insert" => "Inserting a new key in place, into a map of N.",
        "build" => "Inserting in place, from empty to N, for each entry.",
        "collect" => "Building a map of N at once, for each entry.",
        "remove" => "Removing a key in place, from a map of N.",
        "persistent_insert" => "Making a new version with one more key, and dropping the old one.",
        "persistent_remove" => "Making a new version without a key, and dropping the old one.",
        "fork" => "Making a new version of one and the same map, and dropping it.",
        "iterate" => "Visiting an entry, in a walk over all N.",
        "clone" => "Cloning the map.",
        "drop" => "Dropping the map, for each entry.",
        "bytes" => "Memory held for each entry, after N inserts.",
        "bytes_collect" => "Memory held for each entry, after a bulk build.",
        "contains" => "Asking whether a key is there that is.",
        "update" => "Writing over the value of a key in place, in a map of N.",
        "mixed_95_5" => {
            "95 look-ups to 5 writes in place, some keys asked for much more (Zipf, 0.99)."
        }
        "mixed_50_50" => {
            "50 look-ups to 50 writes in place, some keys asked for much more (Zipf, 0.99)."
        }
        "ring_64" => "Making a new version with one more key, while the last 64 are kept.",
        "keep_all" => "Making a new version with one more key, while all are kept.",
        "union_relatives" => "The union of a map and its clone with ten other keys; a whole call.",
        "union_strangers" => "The union of two maps built apart, half in common; a whole call.",
        "intersection_relatives" => {
            "The intersection of a map and its clone with ten other keys; a whole call."
        }
        "intersection_strangers" => {
            "The intersection of two maps built apart, half in common; a whole call."
        }
        "diff_relatives" => {
            "All changes between a map and its clone with ten other keys; a whole call. \
             Maps without a diff look up every key."
        }
        "diff_strangers" => {
            "All changes between two maps built apart, half in common; a whole call. \
             Maps without a diff look up every key."
        }
        "equal_relatives" => "`==` of a map and its clone, ten paths written anew; a whole call.",
        "equal_strangers" => "`==` of two equal maps built apart; a whole call.",
        "threads_read" => "Looking up a key while another thread writes; 16 to a snapshot.",
        "threads_read_p50" => "A snapshot with 16 look-ups while another thread writes: median.",
        "threads_read_p95" => {
            "A snapshot with 16 look-ups while another thread writes: 95th of 100."
        }
        "threads_read_p99" => {
            "A snapshot with 16 look-ups while another thread writes: 99th of 100."
        }
        "threads_read_p999" => {
            "A snapshot with 16 look-ups while another thread writes: 999th of 1000."
        }
        "threads_write" => "Writing and publishing a version while other threads read.",
        "threads_write_p50" => "Writing and publishing a version while others read: median.",
        "threads_write_p95" => "Writing and publishing a version while others read: 95th of 100.",
        "threads_write_p99" => "Writing and publishing a version while others read: 99th of 100.",
        "threads_write_p999" => {
            "Writing and publishing a version while others read: 999th of 1000."
        }
        "bytes_version" => "Memory held for each version beyond the first, one key more in each.",
        "rss" => {
            "Resident memory for each entry, in a process that has built nothing but this map: \
             pages, with all that allocators keep."
        }
        "trie_depth" => "Mean number of nodes on the way to an entry.",
        "bitmap_fill" => "Mean number of slots in use of a node's 32.",
        "collision_rate" => "Share of the entries whose whole hash another entry has, too.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measurement_has_a_meaning() {
        for measurement in crate::cells::MEASUREMENTS {
            assert!(!meaning(measurement).is_empty(), "{measurement}");
        }
        assert_eq!(meaning("unheard of"), "");
    }

    #[test]
    fn rates_and_totals_are_short() {
        assert_eq!(whole(10.0, 1_000, Unit::NsPerOp), "100 M/s");
        assert_eq!(whole(2e9, 1_000, Unit::NsPerOp), "0.50 /s");
        assert_eq!(whole(24.0, 1_000_000, Unit::BytesPerEntry), "24.0 MB");
        assert_eq!(whole(0.0, 5, Unit::NsPerOp), "");
        assert_eq!(whole(3.0, 5, Unit::Number), "");
    }

    #[test]
    fn anchors_are_plain_and_distinct() {
        let label = |text: &str| (text.to_owned(), Unit::NsPerOp);
        let anchors = Anchors(vec![
            label("query:words"),
            label("query-words"),
            label("\"><b>"),
        ]);
        let name = |text| anchors.name(text, Unit::NsPerOp);
        assert_eq!(name("query:words"), "w0-query-words");
        assert_eq!(name("query-words"), "w1-query-words");
        assert_eq!(name("\"><b>"), "w2----b-");
    }
}
