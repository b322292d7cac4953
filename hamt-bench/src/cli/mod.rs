//! The store's commands: what `hamt-bench` does besides measuring.

mod analysis;

pub use analysis::{CmpOptions, HistoryOptions, LogOptions, RankOptions, cmp, history, log, rank};

use core::time::Duration;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::error::{Error, Result};
use crate::external::{self, Wish};
use crate::machine::{self, Utc};
use crate::record::Run;
use crate::store::{RunHead, Store};
use crate::{atomic, csv_io, doctor, import, plot, report, table};

/// Which runs a command is about.
#[derive(Args, Clone, Debug, Default)]
pub struct Selection {
    /// The run, by its id or an unambiguous beginning of it. May be given several times, to put
    /// runs side by side. Without it: the latest complete run measured here.
    #[arg(long = "run", value_name = "ID")]
    pub runs: Vec<String>,
}

/// What `external` runs, and what for.
#[derive(Args, Clone, Debug)]
pub struct Outside {
    /// Command lines, each in quotes: 'python3 hamt-bench/external/python_peers.py'
    #[arg(required = true, value_name = "CMD")]
    pub commands: Vec<String>,
    /// Entries in the maps
    #[arg(long, value_delimiter = ',', default_value = "1000,10000,100000", value_name = "N,...",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub scales: Vec<u64>,
    /// Seed of keys and shuffles
    #[arg(long, default_value_t = 2025)]
    pub seed: u64,
    /// Ask for fewer repeats
    #[arg(long)]
    pub quick: bool,
    /// Seconds after which a program is stopped
    #[arg(long, default_value_t = external::TIME_LIMIT.as_secs(), value_name = "SECONDS")]
    pub time_limit: u64,
}

/// What `export` writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Every sample with the run's whole provenance; `import` restores the runs exactly.
    #[default]
    Full,
    /// The eight columns of the view `numbers`, times only.
    Numbers,
    /// The columns that external programs print, times only.
    Totals,
    /// JSON: a list of runs with their samples.
    #[value(skip)]
    Json,
}

/// The data directory: `data` at the top of the repository, wherever Cargo starts the program.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    let member = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let top = member
        .parent()
        .map_or_else(|| member.clone(), Path::to_owned);
    if top.is_dir() {
        top.join("data")
    } else {
        // The program was moved away from its repository.
        PathBuf::from("data")
    }
}

/// Writes runs to a file: those selected, or all of them, incomplete ones too. Returns what
/// to tell the user.
///
/// # Errors
/// If a run is not there, or the database or the file cannot be used. An older file stands then.
pub fn export(data: &Path, file: &Path, selection: &Selection, form: Form) -> Result<String> {
    let store = Store::open(data)?;
    let heads = store.runs()?;
    let runs = if selection.runs.is_empty() {
        heads
            .iter()
            .map(|head| store.load(&head.id))
            .collect::<Result<Vec<_>>>()?
    } else {
        chosen(&store, &heads, selection)?
    };
    let contents = match form {
        Form::Full => csv_io::write(&runs),
        Form::Numbers => csv_io::write_numbers(&runs),
        Form::Totals => csv_io::write_totals(&runs),
        Form::Json => serde_json::to_vec_pretty(&runs)
            .map_err(|error| Error::io("write", file, error.into()))?,
    };
    let samples: usize = runs.iter().map(|run| run.samples.len()).sum();
    if samples == 0 {
        return Err(Error::NoRuns {
            path: store.path().to_owned(),
        });
    }
    atomic::write(file, &contents)?;
    Ok(format!(
        "{}: {} runs, {samples} samples\n",
        file.display(),
        runs.len()
    ))
}

/// Adds the runs of all `files`, or, if anything is wrong with one of them, nothing.
///
/// # Errors
/// If a file cannot be read or is malformed, or the database cannot be used.
pub fn import(data: &Path, files: &[PathBuf]) -> Result<String> {
    let read = |path: &PathBuf| Ok((path.display().to_string(), import::read(path)?));
    let read = files.iter().map(read).collect::<Result<Vec<_>>>()?;
    let done = Store::open(data)?.import(&read)?;
    Ok(format!(
        "runs added: {}, completed: {}, already there: {}; samples added: {}\n",
        done.added, done.completed, done.known, done.samples
    ))
}

/// Runs programs that measure peers in other languages, one after the other, and records what
/// they print as a run of this machine. One that fails is told of and skipped.
///
/// # Errors
/// If none gave results, or the database cannot be used.
pub fn external(data: &Path, outside: &Outside) -> Result<String> {
    let mut store = Store::open(data)?;
    let wish = Wish {
        scales: outside.scales.clone(),
        seed: outside.seed,
        quick: outside.quick,
    };
    let mut run = Run {
        info: machine::run_info(wish.seed, Vec::new()),
        complete: true,
        samples: Vec::new(),
    };
    let titles: Vec<_> = outside
        .commands
        .iter()
        .map(|it| external::title(it))
        .collect();
    run.info.provenance = titles.join("; ");
    run.info.note = "peers in other languages, timed by programs of their own".to_owned();
    let (mut failure, mut seen) = (None, HashSet::new());
    for line in &outside.commands {
        match external::run(line, &wish, Duration::from_secs(outside.time_limit)) {
            Ok(mut samples) => {
                let printed = samples.len();
                samples.retain(|one| seen.insert((one.series.clone(), one.repeat)));
                if samples.len() < printed {
                    let again = printed - samples.len();
                    eprintln!("hamt-bench: {line}: skipped {again} rows of an earlier program's");
                }
                run.info.peers.extend(external::products(line, &samples));
                run.samples.extend(samples);
            }
            Err(error) => {
                if let Some(earlier) = failure.replace(error) {
                    eprintln!("hamt-bench: skipped: {earlier}");
                }
            }
        }
    }
    if let Some(error) = failure {
        if run.samples.is_empty() {
            return Err(error);
        }
        eprintln!("hamt-bench: skipped: {error}");
    }
    store.begin_run(&run.info)?;
    store.append(&run.info.id, &run.samples)?;
    store.complete(&run.info.id)?;
    let report = table::render(core::slice::from_ref(&run), table::terminal_width());
    let (id, path) = (&run.info.id, store.path().display());
    Ok(format!("{report}\nrecorded: {path}, run {id}\n"))
}

/// The state of this machine as text, and whether nothing is missing.
#[must_use]
pub fn doctor(data: &Path) -> (String, bool) {
    let report = doctor::examine(data);
    (report.render(), report.is_complete())
}

/// The list of runs, oldest first.
///
/// # Errors
/// If the database cannot be read.
pub fn runs(data: &Path) -> Result<String> {
    let store = Store::open(data)?;
    let line = |head: RunHead| {
        let time = match head.started_at {
            0 => "unknown".to_owned(),
            seconds => Utc::from_unix(seconds).readable(),
        };
        let dirty = if head.dirty == Some(true) {
            "+changes"
        } else {
            ""
        };
        let state = if head.complete {
            "complete"
        } else {
            "INCOMPLETE"
        };
        let from = match head.imported_from.as_str() {
            "" => head.origin,
            file => format!("{} from {file}", head.origin),
        };
        let commit: String = head.git_commit.chars().take(10).collect();
        [
            head.id,
            time,
            format!("{commit}{dirty}"),
            head.samples.to_string(),
            state.to_owned(),
            from,
            head.cpu,
        ]
    };
    let rows: Vec<_> = store.runs()?.into_iter().map(line).collect();
    if rows.is_empty() {
        return Ok(format!("{}: no runs yet\n", store.path().display()));
    }
    let titles = [
        "run", "started", "commit", "samples", "state", "origin", "cpu",
    ];
    let column = |(at, title): (usize, &&str)| {
        core::iter::once((*title).to_owned())
            .chain(rows.iter().map(|row| row[at].clone()))
            .collect()
    };
    let columns: Vec<Vec<String>> = titles.iter().enumerate().map(column).collect();
    Ok(table::split(&columns, &[], usize::MAX).concat())
}

/// The report on the selected runs.
///
/// # Errors
/// If a run is not there, or the database cannot be read.
pub fn table(data: &Path, selection: &Selection) -> Result<String> {
    let store = Store::open(data)?;
    let runs = chosen(&store, &store.runs()?, selection)?;
    Ok(table::render(&runs, table::terminal_width()))
}

/// Draws the pictures of the selected runs into the data directory's `plots`.
///
/// # Errors
/// If a run is not there, or a picture cannot be drawn or written.
pub fn plot(data: &Path, selection: &Selection) -> Result<String> {
    let store = Store::open(data)?;
    let runs = chosen(&store, &store.runs()?, selection)?;
    let mut out = String::new();
    for file in plot::draw_all(&runs, &data.join("plots"))? {
        out += &format!("{}\n", file.display());
    }
    Ok(out)
}

/// Writes the report on the selected runs, one HTML file: `out`, or `report.html` in the data
/// directory. Returns what to tell the user.
///
/// # Errors
/// If a run is not there or has no samples, or the database or the file cannot be used. An older
/// file stands then.
pub fn report(data: &Path, selection: &Selection, out: Option<PathBuf>) -> Result<String> {
    let store = Store::open(data)?;
    let runs = chosen(&store, &store.runs()?, selection)?;
    let page = report::render(&runs)?;
    let file = out.unwrap_or_else(|| data.join("report.html"));
    atomic::write(&file, page.as_bytes())?;
    Ok(format!("{}: {} kB\n", file.display(), page.len() / 1000))
}

/// The selected runs, or the latest one.
fn chosen(store: &Store, heads: &[RunHead], selection: &Selection) -> Result<Vec<Run>> {
    if selection.runs.is_empty() {
        return Ok(vec![store.load(&store.latest()?)?]);
    }
    let find = |wanted: &String| {
        let exact = heads.iter().find(|head| head.id == *wanted);
        let mut starting = heads
            .iter()
            .filter(|head| head.id.starts_with(wanted.as_str()));
        match (exact, starting.next(), starting.next()) {
            (Some(head), _, _) | (None, Some(head), None) => store.load(&head.id),
            _ => Err(Error::NoSuchRun {
                path: store.path().to_owned(),
                run: wanted.clone(),
            }),
        }
    };
    selection.runs.iter().map(find).collect()
}
