//! Plain and gzip files as streams of bytes, and what can go wrong in reading them.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use crate::error::{Error, Place, Result};

/// First bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A file's contents, decompressed where necessary.
pub(super) type Bytes = Box<dyn BufRead>;

/// The file that is read, for complaints about it.
#[derive(Clone, Debug)]
pub(super) struct Source(PathBuf);

impl Source {
    /// Opens a file that must not be empty.
    pub(super) fn open(path: &Path) -> Result<(Self, Bytes)> {
        let source = Self(path.to_owned());
        let failed = |error| Error::io("read", path, error);
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let compressed = file.fill_buf().map_err(failed)?.starts_with(&GZIP);
        let mut bytes: Bytes = if compressed {
            Box::new(BufReader::new(MultiGzDecoder::new(file)))
        } else {
            Box::new(file)
        };
        match bytes.fill_buf() {
            Ok([]) => Err(source.unreadable(Place::Whole, "the file is empty")),
            Ok(_) => Ok((source, bytes)),
            Err(error) => Err(source.failed(1, error)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn name(&self) -> String {
        self.0.display().to_string()
    }

    /// A complaint about a place.
    pub(super) fn unreadable(&self, place: Place, problem: impl Into<String>) -> Error {
        Error::Unreadable {
            file: self.name(),
            place,
            problem: problem.into(),
        }
    }

    /// A failure of reading on, in `line`: of the system, or of the compressed contents.
    pub(super) fn failed(&self, line: u64, error: std::io::Error) -> Error {
        match error.kind() {
            ErrorKind::UnexpectedEof => Error::Truncated {
                file: self.name(),
                line,
            },
            ErrorKind::InvalidData | ErrorKind::InvalidInput => self.unreadable(
                Place::Field { line, field: 1 },
                format!("the compressed file is damaged: {error}"),
            ),
            _ => Error::io("read", &self.0, error),
        }
    }
}
