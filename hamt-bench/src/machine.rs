//! Describes this machine and build for a run's provenance.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::record::{Machine, PeerVersion, RunInfo};

/// Provenance of a run that starts now: commit, dirty flag and compilers as the build script
/// exported them, this machine, the given seed and peers. What cannot be learnt is `unknown`.
#[must_use]
pub fn run_info(seed: u64, peers: Vec<PeerVersion>) -> RunInfo {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let started_at = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    RunInfo {
        id: run_id(started_at, now.subsec_nanos()),
        started_at,
        git_commit: known(option_env!("HAMT_BENCH_GIT_COMMIT")),
        dirty: option_env!("HAMT_BENCH_GIT_DIRTY").and_then(flag),
        rustc: known(option_env!("HAMT_BENCH_RUSTC")),
        flags: known(option_env!("HAMT_BENCH_RUSTFLAGS")),
        cc: known(option_env!("HAMT_BENCH_CC")),
        cflags: known(option_env!("HAMT_BENCH_CFLAGS")),
        machine: this_machine(),
        seed: Some(seed),
        peers,
        provenance: String::new(),
        note: String::new(),
    }
}

/// A run's name: UTC start time, then a suffix that tells runs of one second apart.
fn run_id(started_at: i64, nanos: u32) -> String {
    let time = Utc::from_unix(started_at).compact();
    let mixed = (u64::from(nanos) << 32 | u64::from(std::process::id()))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{time}-{:06x}", mixed >> 40)
}

fn known(value: Option<&str>) -> String {
    match value.map(str::trim) {
        Some(text) if !text.is_empty() => text.to_owned(),
        _ => "unknown".to_owned(),
    }
}

fn flag(text: &str) -> Option<bool> {
    match text.trim() {
        "1" | "true" | "yes" | "dirty" => Some(true),
        "0" | "false" | "no" | "clean" => Some(false),
        _ => None,
    }
}

/// The machine this process runs on.
#[must_use]
pub fn this_machine() -> Machine {
    let cores = std::thread::available_parallelism().map_or(0, core::num::NonZero::get);
    Machine {
        cpu: cpu_model().unwrap_or_else(|| "unknown".to_owned()),
        cores: u32::try_from(cores).unwrap_or(u32::MAX),
        os: os_name(),
    }
}

fn cpu_model() -> Option<String> {
    if let Ok(text) = std::fs::read_to_string("/proc/cpuinfo") {
        let named = ["model name", "Model", "cpu model", "uarch"]
            .iter()
            .find_map(|wanted| {
                text.lines().find_map(|line| {
                    let (key, value) = line.split_once(':')?;
                    (key.trim() == *wanted).then(|| value.trim().to_owned())
                })
            });
        if named.is_some() {
            return named;
        }
    }
    output_line("sysctl", &["-n", "machdep.cpu.brand_string"])
        .or_else(|| std::env::var("PROCESSOR_IDENTIFIER").ok())
}

fn os_name() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")
        .ok()
        .map(|text| text.trim().to_owned())
        .or_else(|| output_line("uname", &["-r"]))
        .unwrap_or_default();
    let mut name = std::env::consts::OS.to_owned();
    for part in [kernel.as_str(), std::env::consts::ARCH] {
        if !part.is_empty() {
            name.push(' ');
            name.push_str(part);
        }
    }
    name
}

/// First line a command prints, if it runs, succeeds and prints anything.
fn output_line(command: &str, args: &[&str]) -> Option<String> {
    let output = std::process::Command::new(command)
        .args(args)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().next()?.trim();
    (output.status.success() && !line.is_empty()).then(|| line.to_owned())
}

/// A moment in UTC, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utc {
    year: i64,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
}

impl Utc {
    /// The moment `seconds` after the Unix epoch, in the proleptic Gregorian calendar.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Days are counted from 1 March of year 0, so that leap days end their year.
        let shifted = days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let small = |value: i64| u32::try_from(value).unwrap_or_default();
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: small(month),
            day: small(day_of_year - (153 * month_from_march + 2) / 5 + 1),
            hour: small(rest / 3600),
            minute: small(rest / 60 % 60),
            second: small(rest % 60),
        }
    }

    /// `20260131T235959Z`: sorts by time and suits file names.
    #[must_use]
    pub fn compact(self) -> String {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }

    /// `2026-01-31 23:59 UTC`, for people.
    #[must_use]
    pub fn readable(self) -> String {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            ..
        } = self;
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        assert_eq!(Utc::from_unix(0).compact(), "19700101T000000Z");
        assert_eq!(Utc::from_unix(-1).compact(), "19691231T235959Z");
        assert_eq!(Utc::from_unix(951_782_400).compact(), "20000229T000000Z");
        assert_eq!(Utc::from_unix(1_702_753_068).compact(), "20231216T185748Z");
        assert_eq!(
            Utc::from_unix(4_107_542_399).readable(),
            "2100-02-28 23:59 UTC"
        );
        assert_eq!(Utc::from_unix(4_107_542_400).compact(), "21000301T000000Z");
    }

    #[test]
    fn runs_name_their_machine() {
        let info = run_info(7, Vec::new());
        assert_eq!(info.seed, Some(7));
        assert!(info.machine.cores > 0);
        assert!(!info.machine.cpu.is_empty() && !info.machine.os.is_empty());
        assert!(
            info.id
                .starts_with(&Utc::from_unix(info.started_at).compact())
        );
        assert!(
            info.id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        );
    }

    #[test]
    fn absent_build_facts_are_unknown() {
        assert_eq!(known(None), "unknown");
        assert_eq!(known(Some("  ")), "unknown");
        assert_eq!(known(Some(" abc ")), "abc");
        assert_eq!(
            (flag("1"), flag("false"), flag("?")),
            (Some(true), Some(false), None)
        );
    }
}
