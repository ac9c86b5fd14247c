//! The front matter of a file, as a slice of the text of the file.

use std::collections::BTreeMap;

use helpdex::Error;

use super::parse::{FrontMatterValue, parse_from_line};

/// The front matter of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrontMatterBlock<'a> {
    /// The text between the two `---` lines, without them; "" when they follow each other.
    pub yaml: &'a str,
    /// The line of the file on which `yaml` begins, from 1; it is 2.
    pub first_line: usize,
}

impl FrontMatterBlock<'_> {
    /// Parses the keys as [`parse_front_matter`](super::parse_front_matter) does; its errors name lines of the file.
    ///
    /// # Errors
    /// See [`parse_front_matter`](super::parse_front_matter).
    pub fn parse(&self) -> Result<BTreeMap<String, FrontMatterValue>, Error> {
        parse_from_line(self.yaml, self.first_line)
    }
}
