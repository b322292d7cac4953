//! Command line of the benchmark.

mod run;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hamt_bench::cli::{
    self, CmpOptions, Form, HistoryOptions, LogOptions, Outside, RankOptions, Selection,
};
use hamt_bench::error::Error;
use hamt_bench::heap::Counting;

use run::{Examine, Measure, Verify};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  a file, the database, a run or an external program could not be used; with
     `doctor --strict`: something is missing
  2  wrong usage
  3  an imported file, or what an external program printed, was refused (malformed, unknown,
     or in conflict with the records)
  4  `cmp --fail-on-slower`: a time is slower by more than that
  130  ended by Ctrl-C; what was measured is kept, the run is not marked complete

Errors go to standard error.";

/// Measures persistent hash maps, and works with the recorded runs: data/bench.sqlite.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
struct Arguments {
    /// Directory of bench.sqlite, csv/, plots/ and recorded/ [default: data/ of the repository]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write runs to a file (replaced at once if it exists); without --run, all runs
    Export {
        /// The CSV file to write
        #[arg(long, value_name = "FILE", required_unless_present = "json")]
        csv: Option<PathBuf>,
        /// The JSON file to write
        #[arg(long, value_name = "FILE", conflicts_with_all = ["csv", "form"])]
        json: Option<PathBuf>,
        /// What to write of each sample as CSV
        #[arg(long, value_enum, default_value_t)]
        form: Form,
        #[command(flatten)]
        selection: Selection,
    },
    /// Add the runs of files, of all or of none
    ///
    /// Known are our own CSV and databases, hamt-bench's database and its columns as CSV
    /// (product,gitcommit,epoch,benchmark,repeat,measurement,scale,ns), and CSV of totals
    /// (method,dataset_type,operation,size,total_time_ns,ops_per_sec,ns_per_op). Runs of other
    /// benchmarks are kept as another machine's. A run that is there already is skipped, so
    /// importing a file twice adds nothing. A malformed file is refused with file, line and
    /// column, and nothing is changed.
    Import {
        /// The files to read
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Measure: interleaved rounds of all peers, recorded with the machine and its noise
    Measure(Measure),
    /// Run programs that measure peers in other languages, and record what they print
    ///
    /// A program is started without a shell. It finds what is wanted in HAMT_BENCH_SCALES,
    /// HAMT_BENCH_SEED and HAMT_BENCH_QUICK, and prints CSV of totals
    /// (method,dataset_type,operation,size,total_time_ns,ops_per_sec,ns_per_op, and repeat if it
    /// measures several rounds). hamt-bench/external/README.md says more.
    External(Outside),
    /// Say what is installed and what is missing, and what would disturb a measurement
    Doctor {
        /// Exit with 1 if anything optional is missing
        #[arg(long)]
        strict: bool,
    },
    /// List all runs, incomplete ones too
    Runs,
    /// Print the comparison of a run: tables, means, the ratios that matter most
    Table {
        #[command(flatten)]
        selection: Selection,
    },
    /// Draw the pictures of a run into plots/
    Plot {
        #[command(flatten)]
        selection: Selection,
    },
    #[command(hide = true)]
    Examine(Examine),
    /// Let every peer do every workload once and check its answers; nothing is recorded
    Verify(Verify),
    /// Rank ours against the best other product in each row of a run, worst first
    ///
    /// Ends with the objective: the geometric mean of ours over the best other product, and the
    /// run's noise. A row is won or lost if the 95 % interval of the ratio excludes 1 and, unless
    /// the run is of interleaved rounds, the difference exceeds the noise.
    Rank(RankOptions),
    /// Compare a run with an earlier one, series by series
    ///
    /// The machine's drift, by the peers whose version is the same in both runs, is taken out. A
    /// time is faster or slower if the 95 % interval of the ratio then excludes 1 and the
    /// difference exceeds the noise: that of either run, and the scatter of the unchanged peers.
    Cmp(CmpOptions),
    /// Follow chosen figures over all complete runs: a table, and plots/history.svg
    ///
    /// Without options: query, persistent_insert, build and bytes on random keys at 1e6 entries,
    /// or the largest number that all runs have.
    History(HistoryOptions),
    /// Generate README.md of the data directory and the figures in the repository's README.md
    ///
    /// Both are made from recorded/*.csv alone, without the database.
    Log(LogOptions),
    /// Write all there is to see of a run into one HTML file that needs no other
    Report {
        /// The file to write [default: report.html in the data directory]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        selection: Selection,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let data = arguments.data.unwrap_or_else(cli::default_data_dir);
    let mut code = ExitCode::SUCCESS;
    let done = match arguments.command {
        Command::Export {
            csv,
            json,
            form,
            selection,
        } => {
            let form = if json.is_some() { Form::Json } else { form };
            let file = csv.or(json).unwrap_or_default();
            cli::export(&data, &file, &selection, form)
        }
        Command::Import { files } => cli::import(&data, &files),
        Command::Measure(measure) => return measure.go(data),
        Command::External(outside) => cli::external(&data, &outside),
        Command::Doctor { strict } => {
            let (text, complete) = cli::doctor(&data);
            if strict && !complete {
                code = ExitCode::FAILURE;
            }
            Ok(text)
        }
        Command::Runs => cli::runs(&data),
        Command::Table { selection } => cli::table(&data, &selection),
        Command::Plot { selection } => cli::plot(&data, &selection),
        Command::Examine(examine) => return examine.go(),
        Command::Verify(verify) => return verify.go(data),
        Command::Rank(options) => cli::rank(&data, &options),
        Command::Cmp(options) => cli::cmp(&data, &options).map(|(text, failed)| {
            if failed {
                code = ExitCode::from(4);
            }
            text
        }),
        Command::History(options) => cli::history(&data, &options),
        Command::Log(options) => cli::log(&data, &options),
        Command::Report { out, selection } => cli::report(&data, &selection, out),
    };
    match done {
        Ok(text) => {
            // A closed pipe (`table | head`) is no failure.
            let _ = std::io::stdout().write_all(text.as_bytes());
            code
        }
        Err(error) => {
            eprintln!("hamt-bench: error: {error}");
            ExitCode::from(if Error::is_refusal(&error) { 3 } else { 1 })
        }
    }
}
