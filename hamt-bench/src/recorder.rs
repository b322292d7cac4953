//! Takes the samples of a running benchmark: into the database as they come, into CSV files,
//! pictures and a table at the end.

use core::fmt;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::record::{Run, RunInfo, Sample, Series, sort_samples};
use crate::store::Store;
use crate::{atomic, csv_io, plot, store, table};

/// Takes a run's samples as they are measured.
///
/// What [`Recorder::record`] was given is committed when it returns, in one transaction; a
/// process killed later loses nothing of it. If the database cannot be used, that is told once on
/// standard error, and the run goes on in memory, to be printed and saved as CSV at its end. A
/// commit that fails is tried again with the next samples, so that a database that is locked or a
/// disk that is full for a while costs nothing.
pub struct Recorder {
    out: Box<dyn Write + Send>,
    data_dir: PathBuf,
    store: Option<Store>,
    run: Run,
    seen: HashSet<(Series, u32)>,
    /// Samples of `run` that are committed; always its first ones.
    committed: usize,
    /// Whether the last commit failed.
    behind: bool,
    problems: Vec<String>,
}

/// What became of a run that ended.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The run's id.
    pub run: String,
    /// Whether the database holds the whole run, marked complete if it came to its end.
    pub in_database: bool,
    /// The file that holds the run as CSV.
    pub csv: PathBuf,
    /// The pictures drawn.
    pub plots: Vec<PathBuf>,
    /// Everything that went wrong in storing the run, as already told on standard error; empty
    /// if all went well. A benchmark should exit with a failure if it is not.
    pub problems: Vec<String>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("data_dir", &self.data_dir)
            .field("run", &self.run.info.id)
            .field("samples", &self.run.samples.len())
            .field("committed", &self.committed)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

impl Recorder {
    /// Begins a run in `data_dir` (made if absent). Never fails: what goes wrong is told once on
    /// standard error, and the run goes on in memory, to be saved as CSV at its end.
    #[must_use]
    pub fn start(data_dir: &Path, run: RunInfo) -> Self {
        let begun = Store::open(data_dir).and_then(|mut store| {
            store.begin_run(&run)?;
            Ok(store)
        });
        let mut recorder = Self {
            out: Box::new(std::io::stdout()),
            data_dir: data_dir.to_owned(),
            store: None,
            run: Run {
                info: run,
                complete: false,
                samples: Vec::new(),
            },
            seen: HashSet::new(),
            committed: 0,
            behind: false,
            problems: Vec::new(),
        };
        match begun {
            Ok(store) => recorder.store = Some(store),
            Err(error) => recorder.complain(format!(
                "{error}. The benchmark goes on; its results will be printed and saved as CSV"
            )),
        }
        recorder
    }

    /// Prints the report at the end to `out` instead of standard output.
    #[must_use]
    pub fn print_to(mut self, out: impl Write + Send + 'static) -> Self {
        self.out = Box::new(out);
        self
    }

    /// Stores the samples of one benchmark in one transaction. A sample that cannot be (its value
    /// is not a finite number of zero or more, its repeat was recorded before) is left out and
    /// told of.
    pub fn record(&mut self, samples: &[Sample]) {
        for sample in samples {
            match store::objection(sample, &mut self.seen) {
                None => self.run.samples.push(sample.clone()),
                Some(objection) => {
                    let (series, repeat) = (&sample.series, sample.repeat);
                    let (product, label, scale) = (&series.product, series.label(), series.scale);
                    self.complain(format!(
                        "left out: {product} {label} {scale}, repeat {repeat}: {objection}"
                    ));
                }
            }
        }
        self.commit();
    }

    /// Ends the run: marks it complete, writes `csv/<run>.csv`, `csv/latest.csv` and the
    /// pictures, prints the table and where everything is.
    ///
    /// # Errors
    /// If the results could be saved nowhere; they are printed all the same.
    pub fn finish(mut self) -> anyhow::Result<Summary> {
        self.commit();
        self.run.complete = true;
        let mut in_database = self.caught_up();
        if let Some(store) = self.store.as_mut().filter(|_| in_database)
            && let Err(error) = store.complete(&self.run.info.id)
        {
            in_database = false;
            self.complain(format!("{error}. The run stays marked incomplete"));
        }
        self.end(in_database)
    }

    /// Ends the run before its end (Ctrl-C): it stays incomplete, is saved as CSV under its own
    /// name only, and the table of what is there is printed; no pictures are drawn.
    ///
    /// # Errors
    /// As [`Recorder::finish`].
    pub fn abandon(mut self) -> anyhow::Result<Summary> {
        self.commit();
        let in_database = self.caught_up();
        self.end(in_database)
    }

    /// Commits the samples that are not committed yet.
    fn commit(&mut self) {
        let Some(store) = &mut self.store else { return };
        let pending = &self.run.samples[self.committed..];
        if pending.is_empty() {
            return;
        }
        match store.append(&self.run.info.id, pending) {
            Ok(()) => {
                self.committed = self.run.samples.len();
                if core::mem::take(&mut self.behind) {
                    eprintln!("hamt-bench: recording goes on; nothing was lost");
                }
            }
            Err(error) if !self.behind => {
                self.behind = true;
                eprintln!(
                    "hamt-bench: error: {error}. The benchmark goes on, and its results are \
                     kept in memory and tried again"
                );
            }
            Err(_) => {}
        }
    }

    fn caught_up(&mut self) -> bool {
        let Some(store) = &self.store else {
            return false;
        };
        if self.behind {
            let (held, all) = (self.committed, self.run.samples.len());
            let path = store.path().display();
            self.complain(format!(
                "{path} holds {held} of the run's {all} samples, and the run is marked incomplete; \
                 `import` of the run's CSV file completes it"
            ));
        }
        !self.behind
    }

    /// Prints and saves what there is.
    fn end(mut self, in_database: bool) -> anyhow::Result<Summary> {
        sort_samples(&mut self.run.samples);
        let runs = core::slice::from_ref(&self.run);
        let report = table::render(runs, table::terminal_width());
        self.print(&report);
        let saved = self.save();
        let mut plots = Vec::new();
        let home = saved
            .as_ref()
            .is_ok_and(|csv| csv.starts_with(&self.data_dir));
        if home && self.run.complete && !self.run.samples.is_empty() {
            match plot::draw_all(
                core::slice::from_ref(&self.run),
                &self.data_dir.join("plots"),
            ) {
                Ok(drawn) => plots = drawn,
                Err(error) => self.complain(error.to_string()),
            }
        }
        let mut places = String::from("\n");
        if let Some(store) = self.store.as_ref().filter(|_| in_database) {
            let state = if self.run.complete {
                "complete"
            } else {
                "incomplete"
            };
            places += &format!("recorded: {}, {state}\n", store.path().display());
        }
        if let Ok(csv) = &saved {
            places += &format!("csv:      {}\n", csv.display());
        }
        if !plots.is_empty() {
            let dir = self.data_dir.join("plots");
            places += &format!("plots:    {} ({} files)\n", dir.display(), plots.len());
        }
        self.print(&places);
        if !self.problems.is_empty() {
            eprintln!(
                "hamt-bench: problems while storing the run: {}, told above",
                self.problems.len()
            );
        }
        match saved {
            Err(error) if !in_database => Err(error.into()),
            saved => Ok(Summary {
                run: self.run.info.id,
                in_database,
                csv: saved.unwrap_or_default(),
                plots,
                problems: self.problems,
            }),
        }
    }

    /// Writes the run's CSV file, and `latest.csv` if the run is complete; beside the temporary
    /// files if the data directory refuses.
    fn save(&mut self) -> crate::error::Result<PathBuf> {
        let csv = csv_io::write([&self.run]);
        let name = csv_io::file_name(&self.run.info.id);
        let dir = self.data_dir.join("csv");
        let path = dir.join(&name);
        if let Err(error) = atomic::write(&path, &csv) {
            self.complain(error.to_string());
            let spare = std::env::temp_dir().join(format!("hamt-bench-{name}"));
            atomic::write(&spare, &csv)?;
            return Ok(spare);
        }
        if self.run.complete
            && let Err(error) = atomic::write(&dir.join("latest.csv"), &csv)
        {
            self.complain(error.to_string());
        }
        Ok(path)
    }

    /// Prints a part of the report; a closed pipe is no reason to lose the rest.
    fn print(&mut self, text: &str) {
        let _ = self
            .out
            .write_all(text.as_bytes())
            .and_then(|()| self.out.flush());
    }

    fn complain(&mut self, problem: String) {
        eprintln!("hamt-bench: error: {problem}");
        self.problems.push(problem);
    }
}
