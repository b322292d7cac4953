//! Where the C libraries of the comparison are, if they are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::provenance;
use crate::toolchain::Toolchain;

/// GLib, by its `pkg-config` file.
pub(crate) fn glib(_: &Toolchain) -> Result<(), String> {
    let library = pkg_config::Config::new().probe("glib-2.0").map_err(|_| {
        "install pkg-config and GLib's headers (libglib2.0-dev, glib2-devel)".to_owned()
    })?;
    println!(
        "cargo::rustc-env=HAMT_BENCH_GLIB_VERSION={}",
        library.version
    );
    Ok(())
}

/// Judy, which has no `pkg-config` file, by trying it.
pub(crate) fn judy(toolchain: &Toolchain) -> Result<(), String> {
    let program = "#include <Judy.h>\n\
        int main(void) { Pvoid_t a = 0; return JudyLIns(&a, 1, PJE0) == PPJERR; }\n";
    if !toolchain.links(program, &["-lJudy"]) {
        return Err("install Judy's headers (libjudy-dev, Judy-devel)".to_owned());
    }
    println!("cargo::rustc-link-lib=Judy");
    Ok(())
}

/// Where a built copy of libhamt may keep its library.
const LIBHAMT_LIBRARIES: [&str; 4] = ["", "lib", "build", "build/release"];
const LIBHAMT_HEADERS: [&str; 4] = ["", "include", "include/hamt", "src"];

/// libhamt, in the folder that the user names.
///
/// With its table cache or without makes no difference to the caller beyond the cache itself: the
/// cache is the last field of `struct hamt_config`, and a library without it does not look there.
pub(crate) fn libhamt(toolchain: &Toolchain) -> Result<(), String> {
    let Some(root) = env::var_os("LIBHAMT_DIR").map(PathBuf::from) else {
        return Err(
            "set LIBHAMT_DIR to a folder with libhamt's headers and a built library".into(),
        );
    };
    println!("cargo::rerun-if-changed={}", root.display());
    let header = LIBHAMT_HEADERS.map(|folder| root.join(folder).join("hamt.h"));
    let header = header.iter().find_map(|path| fs::read_to_string(path).ok());
    let header = header.ok_or("no hamt.h in LIBHAMT_DIR, its include/, include/hamt/ or src/")?;
    if !header.contains("struct hamt_config") {
        return Err("libhamt is too old: its hamt_create takes no struct hamt_config".to_owned());
    }
    let folders = LIBHAMT_LIBRARIES.map(|folder| root.join(folder));
    let files = folders.iter().flat_map(|folder| {
        [("static", "libhamt.a"), ("dylib", "libhamt.so")]
            .map(|(kind, name)| (kind, folder.join(name)))
    });
    let mut files = files.filter(|(_, file)| file.is_file()).peekable();
    if files.peek().is_none() {
        return Err(
            "no libhamt.a or libhamt.so in LIBHAMT_DIR, its lib/, build/ or build/release/".into(),
        );
    }
    let links = |file: &Path| {
        // The cache's functions as well, which may lie in an object of their own.
        let cache = if has_cache(file) {
            "hamt_table_cache_create"
        } else {
            "hamt_size"
        };
        let program = format!(
            "void *hamt_create(void), *hamt_pset(void), *{cache}(void);\n\
             int main(void) {{ return hamt_create() == hamt_pset() && {cache}(); }}\n"
        );
        toolchain.links(&program, &[file])
    };
    let found = files.find(|(_, file)| links(file));
    let version =
        provenance::commit(&root).map_or_else(String::new, |commit| commit[..7].to_owned());
    println!("cargo::rustc-env=HAMT_BENCH_LIBHAMT_VERSION={version}");
    let (kind, file) = found
        .ok_or("libhamt does not link into a position-independent program: build it with -fPIC")?;
    link(kind, &file);
    Ok(())
}

/// Links `file`, a libhamt, and looks for its table cache.
fn link(kind: &str, file: &Path) {
    println!("cargo::rerun-if-changed={}", file.display());
    if let Some(folder) = file.parent() {
        println!("cargo::rustc-link-search=native={}", folder.display());
        if kind == "dylib" {
            println!("cargo::rustc-link-arg=-Wl,-rpath,{}", folder.display());
        }
    }
    println!("cargo::rustc-link-lib={kind}=hamt");
    if has_cache(file) {
        println!("cargo::rustc-cfg=has_libhamt_cache");
    }
}

/// Whether the library's symbols name its table cache.
fn has_cache(file: &Path) -> bool {
    let symbol = b"hamt_table_cache_create";
    let bytes = fs::read(file).unwrap_or_default();
    bytes.windows(symbol.len()).any(|window| window == symbol)
}

/// glibc's `mallinfo2`, which came with version 2.33: how much memory is in use.
pub(crate) fn mallinfo2(toolchain: &Toolchain) -> Result<(), String> {
    let program = "#include <malloc.h>\nint main(void) { return mallinfo2().uordblks == 1; }\n";
    let found = toolchain.links::<&str>(program, &[]);
    found
        .then_some(())
        .ok_or_else(|| "needs glibc 2.33".to_owned())
}
