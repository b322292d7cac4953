//! Random cases from a seed: maps beside models, for as many steps as one likes.
//!
//!     cargo test --profile model -p hamt-play --test model [-- PLAYER...]
//!
//! HAMT_MODEL_STEPS   how many steps in all (2,000,000)
//! HAMT_MODEL_SEED    what all cases follow from (1)
//! HAMT_MODEL_EVERY   after how many steps of a case each version is compared with its model and all counts
//!                    are recomputed (1)
//! HAMT_MODEL_CASE    plays this one case only, and prints it
//!
//! Cases are played by a second process, which says which one it begins: what crashes or hangs has a number too.

#![expect(clippy::std_instead_of_core, reason = "checkers run where `std` is")]

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::panic;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use hamt_play::random::{Case, PLAYERS, player_of, step};

/// Makes this program the second process.
const PLAY: &str = "--play";
/// How long this process listens before it counts a silence. A clock would go on while both processes are paused.
const TICK: Duration = Duration::from_secs(1);
/// Silences in a row after which a case is said to hang.
const MOST_TICKS: u32 = 60;
/// How often progress is told.
const INTERVAL: Duration = Duration::from_secs(30);

fn setting(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    let number = text.replace('_', "").parse();
    Some(number.unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

struct Settings {
    steps: u64,
    seed: u64,
    every: u64,
}

impl Settings {
    fn read() -> Self {
        Settings {
            steps: setting("HAMT_MODEL_STEPS").unwrap_or(2_000_000),
            seed: setting("HAMT_MODEL_SEED").unwrap_or(1),
            every: setting("HAMT_MODEL_EVERY").unwrap_or(1).max(1),
        }
    }

    fn play(&self, case: &Case) {
        case.play(usize::try_from(self.every).unwrap_or(usize::MAX));
    }
}

/// Says in which step a case fails.
fn tell_steps() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        usual(info);
        eprintln!("in step {} of the case", step());
    }));
}

/// The second process: a line before each case, with its number and the steps before it; then all steps.
fn play(settings: &Settings, wanted: impl Fn(u64) -> bool) {
    let mut told = std::io::stdout().lock();
    let mut steps = 0;
    for number in (0..).filter(|number| wanted(*number)) {
        if steps >= settings.steps {
            break;
        }
        writeln!(told, "{number} {steps}").expect("the first process listens");
        let case = Case::new(settings.seed, number);
        settings.play(&case);
        steps += case.steps() as u64;
    }
    writeln!(told, "end {steps}").expect("the first process listens");
}

/// The second process's lines, while it lives.
fn listen(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Lets the second process play, and tells how it gets on.
fn watch(settings: &Settings, players: &[String]) -> ExitCode {
    let program = env::current_exe().expect("this program has a path");
    let mut child = Command::new(program)
        .arg(PLAY)
        .args(players)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts again");
    let lines = listen(&mut child);
    let (begin, mut told) = (Instant::now(), Instant::now());
    let (mut case, mut cases, mut steps) = (0, 0_u64, 0_u64);
    let (mut ended, mut silences) = (false, 0);
    let rate = |steps: u64| steps as f64 / begin.elapsed().as_secs_f64().max(1e-3);
    let hangs = loop {
        match lines.recv_timeout(TICK) {
            Ok(line) => {
                silences = 0;
                let (which, before) = line.split_once(' ').expect("two words");
                steps = before.parse().expect("a number");
                match which.parse() {
                    Ok(number) => (case, cases) = (number, cases + 1),
                    Err(_) => ended = true,
                }
            }
            Err(RecvTimeoutError::Disconnected) => break false,
            Err(RecvTimeoutError::Timeout) => {
                silences += 1;
                if silences == MOST_TICKS {
                    break true;
                }
            }
        }
        if told.elapsed() >= INTERVAL {
            told = Instant::now();
            println!("{steps} steps, {cases} cases, {:.0} steps/s", rate(steps));
        }
    };
    if hangs {
        child.kill().expect("it can be ended");
    }
    let status = child.wait().expect("it ends");
    if ended && status.success() {
        println!(
            "size: {steps} steps, {cases} cases, seed {}, a look after every {}, {:.0} steps/s",
            settings.seed,
            settings.every,
            rate(steps)
        );
        return ExitCode::SUCCESS;
    }
    let end = if hangs {
        "hangs".into()
    } else {
        status.to_string()
    };
    println!(
        "found after {steps} steps: case {case} of {} ({end})",
        player_of(case)
    );
    println!(
        "once more: HAMT_MODEL_SEED={} HAMT_MODEL_EVERY={} HAMT_MODEL_CASE={case} cargo test --profile model -p hamt-play --test model",
        settings.seed, settings.every
    );
    ExitCode::FAILURE
}

fn main() -> ExitCode {
    let settings = Settings::read();
    let (roles, players): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|it| it.starts_with("--"));
    if let Some(unknown) = players.iter().find(|it| !PLAYERS.contains(&it.as_str())) {
        eprintln!(
            "no such player: {unknown}; there are {}",
            PLAYERS.join(", ")
        );
        return ExitCode::FAILURE;
    }
    if let Some(number) = setting("HAMT_MODEL_CASE") {
        tell_steps();
        let case = Case::new(settings.seed, number);
        println!("{case:?}");
        settings.play(&case);
        return ExitCode::SUCCESS;
    }
    if roles.iter().any(|it| it == PLAY) {
        tell_steps();
        let all = players.is_empty();
        play(&settings, |it| {
            all || players.iter().any(|name| name == player_of(it))
        });
        return ExitCode::SUCCESS;
    }
    let Settings { steps, seed, every } = settings;
    println!("{steps} steps of random cases from seed {seed}, a look after every {every}");
    watch(&settings, &players)
}
