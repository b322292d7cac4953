//! Keys and values from outside, or in the shape of what one meets outside.
//!
//! * [`Table`]: two columns of a CSV or TSV file; [`lines`]: one key a line. Both read plain and
//!   gzip files, told apart by their first bytes, as streams.
//! * [`shapes`]: generated records in the shape of a published key-value benchmark.
//!
//! Every complaint names the file, and the line and column where there is one.

mod lines;
pub mod shapes;
mod source;
mod table;

pub use lines::{Lines, lines};
pub use table::{Loaded, Table};
