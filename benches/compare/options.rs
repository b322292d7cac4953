//! The command line, as Criterion's users know it.

use regex::Regex;

/// What is done with the benchmarks that are picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Measured and recorded.
    Bench,
    /// Run once, unrecorded: `cargo test --benches`, `cargo bench -- --test`.
    Test,
    /// Named only: `--list`.
    List,
    /// Run under a profiler, unrecorded: `--profile-time`.
    Profile,
}

/// Which benchmarks are picked by name.
#[derive(Debug)]
enum Filter {
    All,
    Nothing,
    Exact(String),
    Contains(Regex),
}

/// The options that concern the harness. Criterion reads the same command line for its own.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) mode: Mode,
    /// Criterion's own reports are shown (`--verbose`).
    pub(crate) verbose: bool,
    filter: Filter,
}

/// Criterion's options that are followed by a value.
const WITH_VALUE: [&str; 20] = [
    "-c",
    "--color",
    "--colour",
    "-s",
    "--save-baseline",
    "-b",
    "--baseline",
    "--baseline-lenient",
    "--load-baseline",
    "--format",
    "--profile-time",
    "--sample-size",
    "--warm-up-time",
    "--measurement-time",
    "--nresamples",
    "--noise-threshold",
    "--confidence-level",
    "--significance-level",
    "--plotting-backend",
    "--output-format",
];

impl Options {
    /// Reads arguments that Criterion has accepted already.
    pub(crate) fn new(args: impl IntoIterator<Item = String>) -> Self {
        let (mut flags, mut pattern) = (Vec::new(), None);
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            if arg.starts_with('-') {
                if WITH_VALUE.contains(&arg.as_str()) {
                    args.next();
                }
                let name = arg.split_once('=').map_or(arg.as_str(), |(name, _)| name);
                flags.push(name.to_owned());
            } else {
                pattern = Some(arg);
            }
        }
        let has = |flag: &str| flags.iter().any(|given| given == flag);
        let mode = if has("--list") {
            Mode::List
        } else if has("--test") || !has("--bench") {
            Mode::Test
        } else if has("--profile-time") {
            Mode::Profile
        } else {
            Mode::Bench
        };
        let filter = match pattern {
            _ if has("--ignored") => Filter::Nothing,
            None => Filter::All,
            Some(name) if has("--exact") => Filter::Exact(name),
            // Criterion has refused a pattern that is not a regular expression.
            Some(name) => Regex::new(&name).map_or(Filter::Nothing, Filter::Contains),
        };
        Self {
            mode,
            verbose: has("--verbose") || has("-v"),
            filter,
        }
    }

    /// Whether the benchmark of that name is to be run.
    pub(crate) fn picks(&self, name: &str) -> bool {
        match &self.filter {
            Filter::All => true,
            Filter::Nothing => false,
            Filter::Exact(exact) => name == exact,
            Filter::Contains(pattern) => pattern.is_match(name),
        }
    }

    /// Whether some are left out by name.
    pub(crate) fn is_filtered(&self) -> bool {
        !matches!(self.filter, Filter::All)
    }
}
