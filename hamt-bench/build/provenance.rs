//! What the bench was built from and with, for the records; `unknown` where that cannot be told.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use crate::toolchain::Toolchain;

/// What the library and the bench are made of, from the workspace's root. A change to any of it
/// may change the dirty flag.
const WATCHED: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "src",
    "benches",
    "hamt-bench/Cargo.toml",
    "hamt-bench/build",
    "hamt-bench/src",
];

/// Exports commit, dirty flag, rustc and its flags.
pub(crate) fn export(member: &Path) {
    let root = member.parent().unwrap_or(member);
    for path in WATCHED
        .map(|path| root.join(path))
        .iter()
        .filter(|path| path.exists())
    {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let head = commit(root);
    let mut dirty = None;
    if head.is_some() {
        dirty = git(root, &["status", "--porcelain"]).map(|changes| !changes.is_empty());
        let branch = git(root, &["symbolic-ref", "-q", "HEAD"]).unwrap_or_default();
        for name in ["HEAD", "index", &branch] {
            let path = git(root, &["rev-parse", "--git-path", name]).map(|path| root.join(path));
            if let Some(path) = path.filter(|path| path.is_file()) {
                println!("cargo::rerun-if-changed={}", path.display());
            }
        }
    }
    variable("GIT_COMMIT", head);
    variable("GIT_DIRTY", dirty.map(|dirty| dirty.to_string()));
    variable(
        "RUSTC",
        output(env::var_os("RUSTC").unwrap_or_default(), &["--version"]),
    );
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS")
        .unwrap_or_default()
        .replace('\u{1f}', " ");
    let level = env::var("OPT_LEVEL").unwrap_or_default();
    variable(
        "RUSTFLAGS",
        Some(format!("opt-level={level} {flags}").trim_end().to_owned()),
    );
    variable("TARGET", env::var("TARGET").ok());
}

/// Exports the C compiler's version and the flags of the C side.
pub(crate) fn export_compiler(toolchain: Option<&Toolchain>) {
    let described = toolchain.map(Toolchain::describe);
    let (path, flags) = described.unzip();
    let version = path.and_then(|path| output(path, &["--version"]));
    variable(
        "CC",
        version.map(|text| text.lines().next().unwrap_or_default().to_owned()),
    );
    variable("CFLAGS", flags);
}

/// The commit that is checked out at `root`. What lies unpacked inside some other checkout has none:
/// that one's commit would say nothing about it.
pub(crate) fn commit(root: &Path) -> Option<String> {
    let top = git(root, &["rev-parse", "--show-toplevel"])?;
    let same = Path::new(&top).canonicalize().ok()? == root.canonicalize().ok()?;
    same.then(|| git(root, &["rev-parse", "HEAD"])).flatten()
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    output(
        "git",
        &[&["-C", &root.to_string_lossy()], arguments].concat(),
    )
}

fn variable(name: &str, value: Option<String>) {
    println!(
        "cargo::rustc-env=HAMT_BENCH_{name}={}",
        value.as_deref().unwrap_or("unknown")
    );
}

/// What a program prints, trimmed; `None` if it cannot be run or fails.
fn output(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}
