//! What one sees while a run goes on: a line for each benchmark that is done, with the share of
//! the run behind it and the time left; on a terminal also a bar with the benchmark under way.

use core::time::Duration;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

/// How far a run is.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    /// Estimated time of all benchmarks, and of those that are done.
    total: Duration,
    done: Duration,
    bar: ProgressBar,
}

impl Progress {
    /// Starts the clock of a run that should take `total`.
    #[must_use]
    pub fn new(total: Duration) -> Self {
        let bar = ProgressBar::new(u64::try_from(total.as_millis()).unwrap_or(u64::MAX));
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {prefix} left  {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self {
            started: Instant::now(),
            total,
            done: Duration::ZERO,
            bar,
        }
    }

    /// A benchmark begins.
    pub fn begin(&self, name: &str) {
        self.bar.set_prefix(self.left());
        self.bar.set_message(name.to_owned());
        self.bar.tick();
    }

    /// A benchmark that was estimated to take `estimate` is done; `result` is what came of it.
    pub fn end(&mut self, name: &str, result: &str, estimate: Duration) {
        self.done += estimate;
        let percent = 100.0 * self.done.as_secs_f64() / self.total.as_secs_f64().max(1e-9);
        let line = format!(
            "[{percent:3.0} % {:>6} left] {name:<44} {result}",
            self.left()
        );
        self.bar.suspend(|| println!("{line}"));
        self.bar
            .set_position(u64::try_from(self.done.as_millis()).unwrap_or(u64::MAX));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// The time left: the estimate, corrected by how the benchmarks so far kept to theirs.
    fn left(&self) -> String {
        let rest = self.total.saturating_sub(self.done).as_secs_f64();
        let pace = if self.done > Duration::from_secs(5) {
            self.started.elapsed().as_secs_f64() / self.done.as_secs_f64()
        } else {
            1.0
        };
        clock(Duration::from_secs_f64(rest * pace))
    }
}

/// `3:07` for three minutes and seven seconds.
#[must_use]
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
