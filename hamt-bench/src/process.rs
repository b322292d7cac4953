//! Other programs, run to their end or to the end of their time.

use core::time::Duration;
use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Instant;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// Output that is longer is not what was asked for.
const MOST_OUTPUT: u64 = 64 << 20;

/// How often a program that has closed its output is asked whether it has ended.
const PATIENCE: Duration = Duration::from_millis(5);

/// What a program that ended left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
}

/// Why a program gave no results.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// There is no such program.
    #[error("there is no program `{program}`: {advice}")]
    NotFound {
        /// Its name.
        program: String,
        /// What to install.
        advice: &'static str,
    },
    /// The program is there but does not start.
    #[error("`{program}` cannot be started: {source}")]
    Start {
        /// Its name.
        program: String,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The program said that it failed, or was killed.
    #[error("ended with {status}")]
    Status {
        /// How it ended.
        status: ExitStatus,
    },
    /// The program took too long and was killed.
    #[error("took longer than {} and was stopped", seconds(*limit))]
    TimedOut {
        /// The time it had.
        limit: Duration,
    },
    /// The program wrote more than anything sensible.
    #[error("wrote more than {most} bytes and was stopped")]
    TooMuch {
        /// How much it may write.
        most: u64,
    },
    /// Its output could not be read, or its end not be waited for.
    #[error("cannot be read: {source}")]
    Read {
        /// The operating system's answer.
        source: std::io::Error,
    },
}

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// Runs a program to its end, or for as long as `limit`, and collects its standard output.
///
/// It gets no standard input. It stays in our process group, so that Ctrl-C reaches it as well;
/// if it is stopped, so are the programs it started.
///
/// # Errors
/// If it cannot be started, takes too long or writes without end. That it says it failed is no
/// error here.
pub fn run(command: &mut Command, limit: Duration) -> Result<Finished, Failure> {
    let deadline = Instant::now() + limit;
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => Failure::NotFound {
            advice: advice(&program),
            program,
        },
        _ => Failure::Start { program, source },
    })?;
    let outcome = wait(&mut child, deadline, limit);
    if outcome.is_err() {
        stop(&mut child);
    }
    outcome
}

/// Output and end of a program that runs.
fn wait(child: &mut Child, deadline: Instant, limit: Duration) -> Result<Finished, Failure> {
    let (sender, receiver) = mpsc::channel();
    if let Some(pipe) = child.stdout.take() {
        // A thread of its own, which stays behind if a stray grandchild keeps the pipe open.
        std::thread::spawn(move || {
            let mut stdout = Vec::new();
            let read = pipe.take(MOST_OUTPUT + 1).read_to_end(&mut stdout);
            // Nobody listens any more if the time is up.
            let _ = sender.send(read.map(|_| stdout));
        });
    }
    let left = deadline.saturating_duration_since(Instant::now());
    let stdout = match receiver.recv_timeout(left) {
        Ok(read) => read.map_err(|source| Failure::Read { source })?,
        Err(mpsc::RecvTimeoutError::Timeout) => return Err(Failure::TimedOut { limit }),
        Err(mpsc::RecvTimeoutError::Disconnected) => Vec::new(),
    };
    if stdout.len() as u64 > MOST_OUTPUT {
        return Err(Failure::TooMuch { most: MOST_OUTPUT });
    }
    loop {
        match child
            .try_wait()
            .map_err(|source| Failure::Read { source })?
        {
            Some(status) => return Ok(Finished { status, stdout }),
            None if Instant::now() >= deadline => return Err(Failure::TimedOut { limit }),
            None => std::thread::sleep(PATIENCE),
        }
    }
}

/// Kills a program and all that it started: what goes on running would disturb every later
/// measurement.
fn stop(child: &mut Child) {
    let mut system = System::new();
    let what = ProcessRefreshKind::nothing().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    let mut family = vec![Pid::from_u32(child.id())];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        let children = system.processes().values();
        family.extend(
            children
                .filter(|process| process.parent() == Some(parent))
                .map(sysinfo::Process::pid),
        );
        next += 1;
    }
    for process in family.iter().filter_map(|pid| system.process(*pid)) {
        process.kill();
    }
    // Both fail only if it has ended already.
    let _ = child.kill();
    let _ = child.wait();
}

/// What to install to have a program.
fn advice(program: &str) -> &'static str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "python" => "install Python 3, or give the path of a virtual environment's python",
        "mojo" => "install Mojo (`pip install mojo`)",
        "node" => "install Node.js",
        "ocaml" | "dune" => "install OCaml (`opam`)",
        "go" => "install Go",
        "java" => "install a JDK",
        _ => "install it, or check the spelling and the path",
    }
}
