//! Files that are there whole or not at all.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use crate::error::{Error, Result};

/// Replaces `path` by `contents` at once: written beside it, synced, renamed over it, and the
/// directory synced. A reader, or a process killed at any moment, finds the old file or the new
/// one. Missing directories are made.
///
/// # Errors
/// If the file cannot be written; the old one stands then.
pub fn write(path: &Path, contents: &[u8]) -> Result<()> {
    let failed = |source| Error::io("write", path, source);
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(dir).map_err(failed)?;
    let mut draft = draft_in(dir, ".draft-").map_err(failed)?;
    draft.write_all(contents).map_err(failed)?;
    draft.as_file().sync_all().map_err(failed)?;
    draft
        .persist(path)
        .map_err(|refused| failed(refused.error))?;
    sync_dir(dir).map_err(failed)
}

/// A file of a temporary name in `dir` with the permissions of an ordinary new file; it goes away
/// when dropped.
pub(crate) fn draft_in(dir: &Path, prefix: &str) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The process's umask still applies.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(dir)
}

/// Makes a rename in `dir` outlast a power failure. Systems that cannot sync a directory are let
/// off: the file itself is whole in any case.
pub(crate) fn sync_dir(dir: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = (dir, File::open);
    Ok(())
}
