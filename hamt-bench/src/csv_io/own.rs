//! Our own CSV form, written and read.

use std::collections::{HashMap, HashSet};

use super::sheet::{self, Cell, Row, Sheet};
use crate::error::{Error, Result};
use crate::record::{Machine, PeerVersion, Run, RunInfo, Sample, Series, sort_samples};

/// The columns, in their order.
pub const HEADER: &[&str] = &[
    "run",
    "complete",
    "started_at",
    "git_commit",
    "dirty",
    "rustc",
    "flags",
    "cc",
    "cflags",
    "cpu",
    "cores",
    "os",
    "seed",
    "note",
    "provenance",
    "peers",
    "product",
    "version",
    "measurement",
    "key_set",
    "scale",
    "unit",
    "repeat",
    "iters",
    "value",
];

/// The columns that describe a run and may be blank after its first row.
const RUN_COLUMNS: core::ops::Range<usize> = 1..16;

/// The runs as CSV. A run without samples leaves no trace.
#[must_use]
pub fn write<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut put = |row: &[String]| {
        // Writing to memory does not fail, and all rows are of one length.
        let _ = writer.write_record(row);
    };
    put(&HEADER.iter().map(ToString::to_string).collect::<Vec<_>>());
    for run in runs {
        let mut description = describe(run);
        for sample in &run.samples {
            let mut row = vec![run.info.id.clone()];
            row.extend_from_slice(&description);
            row.extend(sample_cells(sample));
            put(&row);
            description.iter_mut().for_each(String::clear);
        }
    }
    writer.into_inner().unwrap_or_default()
}

fn describe(run: &Run) -> Vec<String> {
    let info = &run.info;
    let flag = |value: bool| u8::from(value).to_string();
    vec![
        flag(run.complete),
        info.started_at.to_string(),
        info.git_commit.clone(),
        info.dirty.map(flag).unwrap_or_default(),
        info.rustc.clone(),
        info.flags.clone(),
        info.cc.clone(),
        info.cflags.clone(),
        info.machine.cpu.clone(),
        info.machine.cores.to_string(),
        info.machine.os.clone(),
        info.seed.map(|seed| seed.to_string()).unwrap_or_default(),
        info.note.clone(),
        info.provenance.clone(),
        peers_to_text(&info.peers),
    ]
}

fn sample_cells(sample: &Sample) -> [String; 9] {
    let series = &sample.series;
    [
        series.product.clone(),
        series.version.clone(),
        series.measurement.clone(),
        series.key_set.clone(),
        series.scale.to_string(),
        series.unit.to_string(),
        sample.repeat.to_string(),
        sample.iters.to_string(),
        sample.value.to_string(),
    ]
}

/// Reads runs from our own CSV form; `file` is named in complaints.
///
/// # Errors
/// If anything is not as it must be, naming file, line and column.
pub fn read(file: &str, bytes: &[u8]) -> Result<Vec<Run>> {
    let sheet = Sheet::parse(file, sheet::text(file, bytes)?, HEADER)?;
    let mut runs: Vec<Run> = Vec::new();
    let mut numbers: HashMap<String, (usize, Vec<String>)> = HashMap::new();
    let mut seen: HashSet<(usize, Series, u32)> = HashSet::new();
    for row in sheet.rows() {
        let id = row.cell("run").name()?;
        let number = match numbers.get(&id) {
            Some((number, first)) => {
                as_above(row, first)?;
                *number
            }
            None => {
                runs.push(run(row, &id)?);
                let first = HEADER[RUN_COLUMNS]
                    .iter()
                    .map(|name| row.cell(name).raw().to_owned());
                numbers.insert(id, (runs.len() - 1, first.collect()));
                runs.len() - 1
            }
        };
        let sample = sample(row)?;
        if !seen.insert((number, sample.series.clone(), sample.repeat)) {
            let problem = format!("repeat {} of this series is there twice", sample.repeat);
            return Err(row.cell("repeat").malformed(problem));
        }
        runs[number].samples.push(sample);
    }
    for run in &mut runs {
        sort_samples(&mut run.samples);
    }
    Ok(runs)
}

/// A later row of a run: each cell that describes the run is blank or as in the first row.
fn as_above(row: Row<'_>, first: &[String]) -> Result<()> {
    for (column, wanted) in HEADER[RUN_COLUMNS].iter().zip(first) {
        let cell = row.cell(column);
        if !cell.raw().is_empty() && cell.raw() != wanted {
            let problem = format!(
                "`{}` differs from the run's first row: `{wanted}`",
                cell.raw()
            );
            return Err(cell.malformed(problem));
        }
    }
    Ok(())
}

fn run(row: Row<'_>, id: &str) -> Result<Run> {
    let text = |column| row.cell(column).raw().to_owned();
    let unless_blank = |column| {
        let cell = row.cell(column);
        (!cell.raw().is_empty()).then_some(cell)
    };
    Ok(Run {
        info: RunInfo {
            id: id.to_owned(),
            started_at: row.cell("started_at").time()?,
            git_commit: text("git_commit"),
            dirty: unless_blank("dirty").map(|cell| cell.flag()).transpose()?,
            rustc: text("rustc"),
            flags: text("flags"),
            cc: text("cc"),
            cflags: text("cflags"),
            machine: Machine {
                cpu: text("cpu"),
                cores: row.cell("cores").small()?,
                os: text("os"),
            },
            seed: unless_blank("seed").map(|cell| cell.word()).transpose()?,
            peers: peers_from_cell(row.cell("peers"))?,
            provenance: text("provenance"),
            note: text("note"),
        },
        complete: row.cell("complete").flag()?,
        samples: Vec::new(),
    })
}

fn sample(row: Row<'_>) -> Result<Sample> {
    let unit = row.cell("unit");
    Ok(Sample {
        series: Series {
            product: row.cell("product").name()?,
            version: row.cell("version").raw().to_owned(),
            measurement: row.cell("measurement").name()?,
            key_set: row.cell("key_set").name()?,
            scale: row.cell("scale").positive()?,
            unit: unit
                .raw()
                .parse()
                .map_err(|()| unit.malformed(format!("`{}` is no unit of ours", unit.raw())))?,
        },
        repeat: row.cell("repeat").small()?,
        iters: row.cell("iters").count()?,
        value: row.cell("value").value()?,
    })
}

/// Peers as `name|version|present|note`, joined by `;`; a backslash keeps the next character.
fn peers_to_text(peers: &[PeerVersion]) -> String {
    let escape = |text: &str| {
        text.chars().fold(String::new(), |mut out, c| {
            if matches!(c, '\\' | '|' | ';') {
                out.push('\\');
            }
            out.push(c);
            out
        })
    };
    let one = |peer: &PeerVersion| {
        let present = if peer.present { "1" } else { "0" };
        [
            &escape(&peer.name),
            &escape(&peer.version),
            present,
            &escape(&peer.note),
        ]
        .join("|")
    };
    peers.iter().map(one).collect::<Vec<_>>().join(";")
}

fn peers_from_cell(cell: Cell<'_>) -> Result<Vec<PeerVersion>> {
    if cell.raw().is_empty() {
        return Ok(Vec::new());
    }
    let mut peers = vec![vec![String::new()]];
    let mut chars = cell.raw().chars();
    while let Some(c) = chars.next() {
        match c {
            '|' => last(&mut peers).push(String::new()),
            ';' => peers.push(vec![String::new()]),
            '\\' => match chars.next() {
                Some(kept) => last(last(&mut peers)).push(kept),
                None => return Err(cell.malformed("ends in a lone backslash")),
            },
            plain => last(last(&mut peers)).push(plain),
        }
    }
    peers.into_iter().map(|fields| peer(cell, fields)).collect()
}

/// The last of a list that never is empty.
fn last<T: Default>(list: &mut Vec<T>) -> &mut T {
    if list.is_empty() {
        list.push(T::default());
    }
    let end = list.len() - 1;
    &mut list[end]
}

fn peer(cell: Cell<'_>, fields: Vec<String>) -> Result<PeerVersion, Error> {
    let count = fields.len();
    match <[String; 4]>::try_from(fields) {
        Ok([name, version, present, note]) if matches!(present.as_str(), "0" | "1") => {
            let present = present == "1";
            Ok(PeerVersion {
                name,
                version,
                present,
                note,
            })
        }
        Ok([name, _, present, _]) => {
            Err(cell.malformed(format!("peer `{name}`: `{present}` is neither 0 nor 1")))
        }
        Err(_) => Err(cell.malformed(format!("a peer of {count} parts where 4 are expected"))),
    }
}
