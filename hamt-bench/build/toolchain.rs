//! The C compiler: builds our C side, and tries whether a program compiles and links.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

const NO_COMPILER: &str = "needs a C compiler: install gcc or clang, or set CC";
const SOURCES: [&str; 7] = [
    "chamt.c",
    "iter.c",
    "list.c",
    "murmur3.c",
    "pool.c",
    "remove.c",
    "test_chamt.c",
];

/// A C compiler that works.
pub(crate) struct Toolchain {
    compiler: cc::Tool,
    out: PathBuf,
}

impl Toolchain {
    /// Compiles c-hamt, its tests and the hash functions of the C peers into a static library.
    pub(crate) fn build_c_side(sources: &Path) -> Result<Self, String> {
        println!("cargo::rerun-if-changed={}", sources.display());
        let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(NO_COMPILER)?);
        let mut build = cc::Build::new();
        // -O3 whatever the profile: a peer is compared at its best. Code that strict flags would
        // object to is the business of a test, not of a user's build.
        build
            .files(SOURCES.map(|name| sources.join(name)))
            .std("c99")
            .opt_level(3);
        build
            .warnings(false)
            .cargo_warnings(false)
            .define("NDEBUG", None);
        build.force_frame_pointer(false); // as a release build has them, whatever the profile
        build
            .try_compile("chamt")
            .map_err(|_| NO_COMPILER.to_owned())?;
        let compiler = build
            .try_get_compiler()
            .map_err(|_| NO_COMPILER.to_owned())?;
        Ok(Self { compiler, out })
    }

    /// The compiler's path and the flags it is given.
    pub(crate) fn describe(&self) -> (String, String) {
        let flags = self
            .compiler
            .args()
            .iter()
            .map(|flag| flag.to_string_lossy());
        (
            self.compiler.path().display().to_string(),
            flags.collect::<Vec<_>>().join(" "),
        )
    }

    /// Whether `program` compiles and links with `arguments` after it, as position-independent as
    /// a Rust program is.
    pub(crate) fn links<A: AsRef<OsStr>>(&self, program: &str, arguments: &[A]) -> bool {
        let source = self.out.join("probe.c");
        let binary = self.out.join("probe");
        let mut command = self.compiler.to_command();
        command
            .arg("-fPIE")
            .arg("-pie")
            .arg(&source)
            .arg("-o")
            .arg(&binary)
            .args(arguments);
        fs::write(&source, program).is_ok()
            && command.output().is_ok_and(|output| output.status.success())
    }
}
