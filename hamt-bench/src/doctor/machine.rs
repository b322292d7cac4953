//! The machine: what limits a measurement, and what else runs on it now.

use std::fs::read_to_string;
use std::path::Path;

use sysinfo::{
    Disks, MINIMUM_CPU_UPDATE_INTERVAL, Pid, ProcessRefreshKind, ProcessesToUpdate, System,
};

use super::{Finding, State};
use crate::machine::this_machine;

/// A million entries of every peer side by side, with room to spare.
const ENOUGH_MEMORY: u64 = 4 << 30;
/// Records and pictures of many runs; a build takes about as much.
const ENOUGH_DISK: u64 = 2 << 30;
/// Waiting programs for each core above which times are not to be trusted.
const QUIET_LOAD: f64 = 0.25;
/// Share of one core, in per cent, above which a process is named.
const BUSY: f32 = 10.0;
const GIB: f64 = 1_073_741_824.0;

pub(super) fn findings(data: &Path) -> Vec<Finding> {
    let found = |name, (state, text)| Finding::new("machine", name, state, text);
    let mut system = System::new();
    system.refresh_memory();
    let mut findings = vec![
        found("cpu", cpu()),
        found("governor", governor()),
        found("turbo", turbo()),
        found("pinning", pinning()),
        found("load", load()),
        found("other programs", others(&mut system)),
        found("memory", room(system.available_memory(), ENOUGH_MEMORY)),
    ];
    if let Some(free) = free_disk(data) {
        findings.push(found("disk", room(free, ENOUGH_DISK)));
    }
    if let Some(counters) = counters() {
        findings.push(found("counters", counters));
    }
    findings
}

fn cpu() -> (State, String) {
    let machine = this_machine();
    let state = if machine.cores < 2 {
        State::Note
    } else {
        State::Good
    };
    (state, format!("{}, {} threads", machine.cpu, machine.cores))
}

fn setting(path: &str) -> Option<String> {
    Some(read_to_string(path).ok()?.trim().to_owned())
}

fn governor() -> (State, String) {
    match setting("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").as_deref() {
        Some("performance") => (State::Good, "performance".to_owned()),
        Some(other) => (
            State::Note,
            format!("{other}: the clock follows the load; `cpupower frequency-set -g performance`"),
        ),
        None => (
            State::Note,
            "not visible, as in most virtual machines".to_owned(),
        ),
    }
}

fn turbo() -> (State, String) {
    let intel = setting("/sys/devices/system/cpu/intel_pstate/no_turbo").map(|off| off == "0");
    let boost = || setting("/sys/devices/system/cpu/cpufreq/boost").map(|on| on == "1");
    match intel.or_else(boost) {
        Some(false) => (State::Good, "off".to_owned()),
        Some(true) => (
            State::Note,
            "on: the first seconds of a run are faster than the rest".to_owned(),
        ),
        None => (
            State::Note,
            "not visible, as in most virtual machines".to_owned(),
        ),
    }
}

/// Whether this process may choose its core, tried by choosing those it has.
#[cfg(target_os = "linux")]
fn pinning() -> (State, String) {
    use rustix::thread::{sched_getaffinity, sched_setaffinity};
    let tried = sched_getaffinity(None).and_then(|cores| {
        sched_setaffinity(None, &cores)?;
        Ok(cores.count())
    });
    match tried {
        Ok(cores) => (
            State::Good,
            format!("allowed, on {cores} cores (`taskset -c 1 ...`)"),
        ),
        Err(error) => (State::Note, format!("not allowed: {error}")),
    }
}

#[cfg(not(target_os = "linux"))]
fn pinning() -> (State, String) {
    (State::Note, "not possible on this system".to_owned())
}

fn load() -> (State, String) {
    let average = System::load_average();
    let cores = f64::from(this_machine().cores.max(1));
    let text = format!(
        "{:.2}, {:.2}, {:.2} in the last 1, 5, 15 minutes",
        average.one, average.five, average.fifteen
    );
    if average.one / cores < QUIET_LOAD {
        (State::Good, text)
    } else {
        (
            State::Note,
            format!("{text}: not quiet, times will be noisy"),
        )
    }
}

/// Processes that compute now, over the shortest time in which that can be told.
fn others(system: &mut System) -> (State, String) {
    let what = ProcessRefreshKind::nothing().with_cpu().without_tasks();
    let refresh = |system: &mut System| {
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    };
    refresh(system);
    std::thread::sleep(MINIMUM_CPU_UPDATE_INTERVAL);
    refresh(system);
    let own = Pid::from_u32(std::process::id());
    let mut busy: Vec<(f32, String)> = system
        .processes()
        .values()
        .filter(|process| process.pid() != own && process.cpu_usage() >= BUSY)
        .map(|process| (process.cpu_usage(), process.name().display().to_string()))
        .collect();
    busy.sort_by(|a, b| b.0.total_cmp(&a.0));
    if busy.is_empty() {
        return (State::Good, "none busy".to_owned());
    }
    let name = |(usage, name): &(f32, String)| format!("{name} ({usage:.0} %)");
    let names: Vec<String> = busy.iter().take(5).map(name).collect();
    (State::Note, format!("busy: {}", names.join(", ")))
}

fn room(free: u64, enough: u64) -> (State, String) {
    let text = format!("{:.1} GiB free", free as f64 / GIB);
    if free >= enough {
        (State::Good, text)
    } else {
        let wanted = enough as f64 / GIB;
        (
            State::Note,
            format!("{text}; {wanted:.0} GiB would be better"),
        )
    }
}

/// Free space where the data directory is, or would be made.
fn free_disk(data: &Path) -> Option<u64> {
    let there = data.ancestors().find_map(|dir| dir.canonicalize().ok());
    let there = there.or_else(|| std::env::current_dir().ok())?;
    let disks = Disks::new_with_refreshed_list();
    let holding = disks
        .iter()
        .filter(|disk| there.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().components().count());
    holding.map(sysinfo::Disk::available_space)
}

/// What the kernel lets `perf` see; nothing where it has no such setting.
fn counters() -> Option<(State, String)> {
    let level: i32 = setting("/proc/sys/kernel/perf_event_paranoid")?
        .parse()
        .ok()?;
    Some(if level <= 2 {
        (
            State::Good,
            format!("perf may count our own programs (perf_event_paranoid {level})"),
        )
    } else {
        (
            State::Note,
            format!("perf may count nothing: `sysctl kernel.perf_event_paranoid=2` (now {level})"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_measured_against_what_is_wanted() {
        assert_eq!(
            room(8 << 30, 4 << 30),
            (State::Good, "8.0 GiB free".to_owned())
        );
        let (state, text) = room(1 << 30, 4 << 30);
        assert_eq!(state, State::Note);
        assert_eq!(text, "1.0 GiB free; 4 GiB would be better");
    }

    #[test]
    fn a_directory_that_is_not_there_yet_lies_on_a_disk() {
        let dir = tempfile::tempdir().unwrap();
        let here = free_disk(dir.path());
        assert_eq!(
            free_disk(&dir.path().join("not/there")).is_some(),
            here.is_some()
        );
    }
}
