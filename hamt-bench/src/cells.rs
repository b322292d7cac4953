//! Runs laid out for comparison: rows of workload, key set and scale, columns of products.

use alloc::collections::BTreeMap;

use crate::record::{OURS, Run, Unit, measurement_label};
use crate::stats::{Stats, geomean};

/// Workloads in the order of tables and pictures; others follow by name.
pub const MEASUREMENTS: &[&str] = &[
    "query",
    "query_many",
    "query_miss",
    "contains",
    "insert",
    "update",
    "build",
    "collect",
    "remove",
    "mixed_95_5",
    "mixed_50_50",
    "persistent_insert",
    "persistent_remove",
    "fork",
    "ring_64",
    "keep_all",
    "union_relatives",
    "union_strangers",
    "intersection_relatives",
    "intersection_strangers",
    "diff_relatives",
    "diff_strangers",
    "equal_relatives",
    "equal_strangers",
    "iterate",
    "clone",
    "drop",
    "threads_read",
    "threads_read_p50",
    "threads_read_p95",
    "threads_read_p99",
    "threads_read_p999",
    "threads_write",
    "threads_write_p50",
    "threads_write_p95",
    "threads_write_p99",
    "threads_write_p999",
    "bytes",
    "bytes_collect",
    "bytes_version",
    "rss",
    "trie_depth",
    "bitmap_fill",
    "collision_rate",
];

/// Products in the order of tables and pictures; others follow by name.
pub const PRODUCTS: &[&str] = &[
    OURS,
    "hashbrown",
    "hashbrown+foldhash",
    "std",
    "std+sip",
    "btree",
    "arc-std",
    "imbl",
    "imbl+sip",
    "im",
    "rpds-arc",
    "rpds-rc",
    "chunkmap",
    "c-hamt",
    "libhamt",
    "libhamt-pool",
    "glib",
    "judy",
    "glibc-hsearch",
    "glibc-tsearch",
    "rwlock-std",
    "dashmap",
    "papaya",
];

/// What one row of the comparison is about. Rows sort by workload, key set and scale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    rank: usize,
    /// The workload.
    pub measurement: String,
    /// Unit of the row's values.
    pub unit: Unit,
    plain_last: bool,
    /// The key set.
    pub key_set: String,
    /// Entries in the map.
    pub scale: u64,
}

impl RowKey {
    /// Workload and key set, as in the `numbers` view: `query`, `query:words`.
    #[must_use]
    pub fn label(&self) -> String {
        measurement_label(&self.measurement, &self.key_set)
    }
}

/// A product of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    rank: usize,
    /// Product name.
    pub product: String,
    /// Its version, as recorded with the samples.
    pub version: String,
    run: usize,
    /// Name to show: the product, with version and run where it alone would be ambiguous.
    pub label: String,
    /// Memory regime and other remarks.
    pub note: String,
}

impl Column {
    /// Whether the product never gives memory back while it works, by its own note.
    #[must_use]
    pub fn leaks(&self) -> bool {
        let note = self.note.to_lowercase();
        note.contains("leak") || note.contains("never free")
    }
}

/// Medians and spreads of all series of one or more runs.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Products, ours first.
    pub columns: Vec<Column>,
    /// For each row, one entry a column.
    pub rows: BTreeMap<RowKey, Vec<Option<Stats>>>,
}

impl Grid {
    /// Lays out the samples of `runs` side by side.
    #[must_use]
    pub fn of(runs: &[Run]) -> Self {
        let mut values: BTreeMap<(RowKey, Column), Vec<f64>> = BTreeMap::new();
        for (number, run) in runs.iter().enumerate() {
            for sample in &run.samples {
                let series = &sample.series;
                let row = RowKey {
                    rank: rank(MEASUREMENTS, &series.measurement),
                    measurement: series.measurement.clone(),
                    unit: series.unit,
                    plain_last: series.key_set != crate::record::PLAIN_KEY_SET,
                    key_set: series.key_set.clone(),
                    scale: series.scale,
                };
                let note = run
                    .info
                    .peers
                    .iter()
                    .find(|peer| peer.name == series.product);
                let column = Column {
                    rank: rank(PRODUCTS, &series.product),
                    product: series.product.clone(),
                    version: series.version.clone(),
                    run: number,
                    label: series.product.clone(),
                    note: note.map(|peer| peer.note.clone()).unwrap_or_default(),
                };
                values.entry((row, column)).or_default().push(sample.value);
            }
        }
        let mut columns: Vec<Column> = values.keys().map(|(_, column)| column.clone()).collect();
        columns.sort();
        columns.dedup();
        let mut rows: BTreeMap<RowKey, Vec<Option<Stats>>> = BTreeMap::new();
        for ((row, column), values) in values {
            let at = columns.binary_search(&column).unwrap_or_default();
            let cells = rows.entry(row).or_insert_with(|| vec![None; columns.len()]);
            cells[at] = Stats::of(&values);
        }
        disambiguate(&mut columns, runs);
        Self { columns, rows }
    }

    /// The column of the map under test, if it took part.
    #[must_use]
    pub fn ours(&self) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.product == OURS)
    }

    /// The column with the least median in a row, and that median, among those `wanted`.
    #[must_use]
    pub fn best(cells: &[Option<Stats>], wanted: impl Fn(usize) -> bool) -> Option<(usize, f64)> {
        let medians = cells
            .iter()
            .enumerate()
            .filter(|(column, _)| wanted(*column));
        medians
            .filter_map(|(column, cell)| Some((column, cell.as_ref()?.median)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Our median over that of the best other product among those `wanted`, for each row of
    /// `keys` where both exist, with that product's column.
    pub fn against_best<'a>(
        &'a self,
        keys: impl Fn(&RowKey) -> bool + 'a,
        wanted: impl Fn(usize) -> bool + Copy + 'a,
    ) -> impl Iterator<Item = (&'a RowKey, usize, f64)> + 'a {
        let ours = self.ours();
        self.rows.iter().filter_map(move |(key, cells)| {
            let ours = ours.filter(|_| keys(key))?;
            let mine = cells[ours]?.median;
            let other = |column: usize| self.columns[column].product != OURS && wanted(column);
            let (column, best) = Self::best(cells, other)?;
            (mine > 0.0 && best > 0.0).then_some((key, column, mine / best))
        })
    }

    /// Our median over that of `column`, for each row of `keys` where both exist.
    pub fn against<'a>(
        &'a self,
        keys: impl Fn(&RowKey) -> bool + 'a,
        column: usize,
    ) -> impl Iterator<Item = (&'a RowKey, f64)> + 'a {
        self.against_best(keys, move |other| other == column)
            .map(|(key, _, ratio)| (key, ratio))
    }

    /// Geometric mean of [`Grid::against`], and the number of rows in it.
    #[must_use]
    pub fn mean_against(
        &self,
        keys: impl Fn(&RowKey) -> bool,
        column: usize,
    ) -> Option<(f64, usize)> {
        let ratios: Vec<f64> = self.against(keys, column).map(|(_, ratio)| ratio).collect();
        Some((geomean(ratios.iter().copied())?, ratios.len()))
    }

    /// The workloads, each with its unit, in the order of the rows.
    #[must_use]
    pub fn groups(&self) -> Vec<(String, Unit)> {
        let mut groups: Vec<_> = self
            .rows
            .keys()
            .map(|key| (key.measurement.clone(), key.unit))
            .collect();
        groups.dedup();
        groups
    }

    /// The workloads with their key sets and units, in the order of the rows.
    #[must_use]
    pub fn labels(&self) -> Vec<(String, Unit)> {
        let mut labels: Vec<_> = self
            .rows
            .keys()
            .map(|key| (key.label(), key.unit))
            .collect();
        labels.dedup();
        labels
    }
}

fn rank(known: &[&str], name: &str) -> usize {
    known
        .iter()
        .position(|other| *other == name)
        .unwrap_or(known.len())
}

/// Adds version, then run, to the labels of columns that would look alike.
fn disambiguate(columns: &mut [Column], runs: &[Run]) {
    let steps: [&dyn Fn(&Column) -> String; 2] = [
        &|column| format!("{} {}", column.label, short(&column.version)),
        &|column| {
            let run = runs.get(column.run).map_or("", |run| run.info.id.as_str());
            // Our own ids begin with the time, which runs of one day have in common.
            let name = run
                .rsplit_once("Z-")
                .map_or_else(|| short(run), |(_, id)| short(id));
            format!("{} {name}", column.label)
        },
    ];
    for step in steps {
        let labels: Vec<String> = columns.iter().map(|column| column.label.clone()).collect();
        for column in &mut *columns {
            if labels
                .iter()
                .filter(|label| **label == column.label)
                .count()
                > 1
            {
                column.label = step(column).trim_end().to_owned();
            }
        }
    }
}

/// The first eight characters: enough to tell commits and run ids of other benchmarks apart.
fn short(text: &str) -> String {
    text.chars().take(8).collect()
}

/// A scale as a digit and a power of ten where it is that: `1e6`, `5e7`; else in digits.
#[must_use]
pub fn scale_name(scale: u64) -> String {
    let power = scale.checked_ilog10().unwrap_or_default();
    let unit = 10_u64.pow(power);
    if scale >= 1000 && scale.is_multiple_of(unit) {
        format!("{}e{power}", scale / unit)
    } else {
        scale.to_string()
    }
}

/// A value to three digits or so: `1.23`, `12.3`, `123`.
#[must_use]
pub fn figure(value: f64) -> String {
    match value {
        v if v < 9.995 => format!("{v:.2}"),
        v if v < 99.95 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_two_runs_of_a_day_are_told_apart() {
        let run = |id: &str| {
            let series = crate::record::Series {
                product: OURS.to_owned(),
                version: "1.0".to_owned(),
                measurement: "query".to_owned(),
                key_set: "random".to_owned(),
                scale: 1000,
                unit: Unit::NsPerOp,
            };
            let sample = crate::record::Sample {
                series,
                repeat: 0,
                iters: 1,
                value: 1.0,
            };
            let mut run = Run {
                samples: vec![sample],
                ..Run::default()
            };
            id.clone_into(&mut run.info.id);
            run
        };
        let labels = |ids: [&str; 2]| {
            let columns = Grid::of(&ids.map(run)).columns;
            columns
                .into_iter()
                .map(|column| column.label)
                .collect::<Vec<_>>()
        };
        let ours = ["20261121T144415Z-86aea4", "20261121T134824Z-c9dec5"];
        assert_eq!(labels(ours), ["hamt 1.0 86aea4", "hamt 1.0 c9dec5"]);
        let others = ["5e11d462-e7db-4f21-9710-30fa7db548b2", "b08057d8-e9de-47d8"];
        assert_eq!(labels(others), ["hamt 1.0 5e11d462", "hamt 1.0 b08057d8"]);
    }

    #[test]
    fn every_peer_and_workload_has_its_place() {
        for peer in crate::peers::all() {
            assert!(PRODUCTS.contains(&peer.product), "{}", peer.product);
        }
        for workload in crate::workload::Workload::ALL {
            assert!(MEASUREMENTS.contains(&workload.name()), "{workload:?}");
        }
    }
}
