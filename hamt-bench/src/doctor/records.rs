//! The database of runs.

use std::path::Path;

use super::{Finding, State};
use crate::store::{FILE_NAME, Store, schema};

/// Opened to be read, which checks its structure.
pub(super) fn finding(data: &Path) -> Finding {
    let path = data.join(FILE_NAME);
    let found = |state, text: String| Finding::new("records", FILE_NAME, state, text);
    match path.try_exists() {
        Ok(false) => {
            let text = "not there yet; the first command that needs it makes it";
            return found(State::Note, text.to_owned());
        }
        Ok(true) => {}
        Err(error) => return found(State::Broken, format!("{}: {error}", path.display())),
    }
    match Store::open_to_read(&path).and_then(|store| store.runs()) {
        Ok(runs) => {
            let complete = runs.iter().filter(|run| run.complete).count();
            let (all, version) = (runs.len(), schema::latest());
            let text =
                format!("whole, schema version {version}, runs: {all}, complete: {complete}");
            found(State::Good, text)
        }
        Err(error) => found(State::Broken, error.to_string()),
    }
}
