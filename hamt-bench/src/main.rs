//! Command line of the benchmark's store.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hamt_bench::cli::{self, Form, Selection};
use hamt_bench::error::Error;

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  a file, the database or a run could not be used
  2  wrong usage
  3  an imported file was refused (malformed, unknown, or in conflict with the records)

Errors go to standard error. Measuring itself is `cargo bench`.";

/// Works with the recorded runs of the benchmark: data/bench.sqlite.
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
    /// Write runs to a CSV file (replaced at once if it exists); without --run, all runs
    Export {
        /// The file to write
        #[arg(long, value_name = "FILE")]
        csv: PathBuf,
        /// What to write of each sample
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
    let done = match arguments.command {
        Command::Export {
            csv,
            form,
            selection,
        } => cli::export(&data, &csv, &selection, form),
        Command::Import { files } => cli::import(&data, &files),
        Command::Runs => cli::runs(&data),
        Command::Table { selection } => cli::table(&data, &selection),
        Command::Plot { selection } => cli::plot(&data, &selection),
        Command::Report { out, selection } => cli::report(&data, &selection, out),
    };
    match done {
        Ok(text) => {
            // A closed pipe (`table | head`) is no failure.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("hamt-bench: error: {error}");
            ExitCode::from(if Error::is_refusal(&error) { 3 } else { 1 })
        }
    }
}
