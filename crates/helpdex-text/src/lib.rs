//! Cleaning and analysis: pure functions from text to text and terms, without I/O and without an index.

mod error;
mod html;
mod locale;

pub use error::Error;
pub use locale::Locale;
