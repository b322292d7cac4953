//! The rows of totals by method that benchmarks in other languages print, made into samples.

use std::collections::HashSet;

use crate::csv_io::foreign::TOTALS;
use crate::csv_io::sheet::{Row, Sheet, header, text};
use crate::error::Result;
use crate::peers;
use crate::record::{PLAIN_KEY_SET, Sample, Series, Unit, sort_samples};

/// The columns that every program prints: all but the round's.
pub(crate) const HEADER: &[&str] = TOTALS.split_last().expect("there are columns").1;

/// How a row's words become ours.
#[derive(Debug)]
enum Names {
    /// In one word each, otherwise as written: a file of which only itself is known.
    AsWritten,
    /// Translated: the program follows our contract, and keeps off the products named here.
    Ours(Vec<&'static str>),
}

/// The rows of a file; operations keep their names.
pub(crate) fn read_file(file: &str, text: &str) -> Result<Vec<Sample>> {
    read(file, text, &Names::AsWritten)
}

/// What a program of the contract printed; operations and key sets get our names.
pub(crate) fn read_printed(command: &str, bytes: &[u8]) -> Result<Vec<Sample>> {
    let taken = peers::all().iter().map(|peer| peer.product).collect();
    read(command, text(command, bytes)?, &Names::Ours(taken))
}

fn read(file: &str, text: &str, names: &Names) -> Result<Vec<Sample>> {
    let rounds = header(file, text)?.last().is_some_and(|it| it == "repeat");
    let columns = if rounds { TOTALS } else { HEADER };
    let sheet = Sheet::parse(file, text, columns)?;
    let mut seen = HashSet::new();
    let mut samples = Vec::new();
    for row in sheet.rows() {
        let repeat = if rounds {
            row.cell("repeat").small()?
        } else {
            0
        };
        let sample = sample(row, repeat, names)?;
        if !seen.insert((sample.series.clone(), repeat)) {
            let problem = "this method, data set, operation and size are there twice";
            let cell = row.cell(if rounds { "repeat" } else { "size" });
            return Err(cell.malformed(problem));
        }
        samples.push(sample);
    }
    sort_samples(&mut samples);
    Ok(samples)
}

fn sample(row: Row<'_>, repeat: u32, names: &Names) -> Result<Sample> {
    let size = row.cell("size").positive()?;
    let total = row.cell("total_time_ns").value()?;
    row.cell("ops_per_sec").value()?;
    let value = total / size as f64;
    // The column `ns_per_op` is the same figure, rounded; the total is the exact one.
    let stated = row.cell("ns_per_op");
    let (rounded, slack) = (stated.value()?, 1.0 + value * 0.01);
    if (rounded - value).abs() > slack {
        let problem = format!("`{rounded}` is not total_time_ns / size, which is {value}");
        return Err(stated.malformed(problem));
    }
    let method = row.cell("method").name()?;
    let operation = one_word(&row.cell("operation").name()?);
    let key_set = key_set(&row.cell("dataset_type").name()?);
    let (ours, taken) = match names {
        Names::AsWritten => (false, &[][..]),
        Names::Ours(taken) => (true, &taken[..]),
    };
    let (product, version) = match method.split_once('@') {
        Some((product, version)) if ours && !product.is_empty() => (product, version),
        _ => (method.as_str(), ""),
    };
    if taken.contains(&product) {
        let problem = format!("`{product}` is a product of this benchmark's own");
        return Err(row.cell("method").malformed(problem));
    }
    Ok(Sample {
        series: Series {
            product: product.to_owned(),
            version: version.to_owned(),
            measurement: if ours {
                measurement(operation)
            } else {
                operation
            },
            key_set: if ours { our_key_set(key_set) } else { key_set },
            scale: size,
            unit: Unit::NsPerOp,
        },
        repeat,
        // By the contract a program may time fewer operations than `size`.
        iters: if ours { 0 } else { size },
        value,
    })
}

fn one_word(name: &str) -> String {
    name.to_lowercase().replace(' ', "_")
}

/// `Sequential Integers` is our `seq`; other sets keep their name in one word.
fn key_set(dataset: &str) -> String {
    let name = dataset.to_lowercase();
    match name.strip_suffix(" integers").unwrap_or(&name) {
        "sequential" => "seq".to_owned(),
        other => other.replace(' ', "_"),
    }
}

fn our_key_set(name: String) -> String {
    match name.as_str() {
        "int" | "integers" | "random_keys" => PLAIN_KEY_SET.to_owned(),
        "strings" | "english_words" => "words".to_owned(),
        _ => name,
    }
}

/// Our workload of that meaning. `insert` of such programs is our `build`: all entries go into a
/// map that was empty, where our `insert` adds a tenth to a full one.
fn measurement(operation: String) -> String {
    let ours = match operation.as_str() {
        "insert" => "build",
        "lookup" | "look_up" | "get" | "search" => "query",
        "miss" | "lookup_miss" | "failed_lookup" => "query_miss",
        "delete" | "erase" => "remove",
        "persistent_delete" | "persistent_erase" => "persistent_remove",
        "iteration" | "traverse" => "iterate",
        _ => return operation,
    };
    ours.to_owned()
}
