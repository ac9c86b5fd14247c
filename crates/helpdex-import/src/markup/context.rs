//! The files and variables that a page can use while it is converted.

use std::collections::BTreeMap;

use super::code::without_signs;

/// The most bytes that a page may have with everything that it includes.
const MAX_PAGE_BYTES: usize = 2_000_000;
/// The most missing files and unknown variables of a page that are listed, each.
pub(super) const MAX_NAMED: usize = 100;
/// The deepest nesting of files that include files; deeper ones are not read.
pub(super) const MAX_INCLUDE_DEPTH: usize = 5;

/// The files and variables that a page can use, and those that it asked for and that do not exist.
pub(crate) struct Context<'a> {
    /// Returns the text of the file that a page includes by this path; `None` when there is no such file.
    pub file: &'a mut dyn FnMut(&str) -> Option<String>,
    /// The values of the known variables, by name.
    pub variables: &'a BTreeMap<String, String>,
    /// The paths that the page includes and that do not exist.
    pub missing: Vec<String>,
    /// The names of variables that the page uses and that are not known.
    pub unknown_variables: Vec<String>,
    /// The number of bytes that the page may still include.
    pub left_bytes: usize,
    pub depth: usize,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        file: &'a mut dyn FnMut(&str) -> Option<String>,
        variables: &'a BTreeMap<String, String>,
    ) -> Self {
        Self {
            file,
            variables,
            missing: Vec::new(),
            unknown_variables: Vec::new(),
            left_bytes: MAX_PAGE_BYTES,
            depth: 0,
        }
    }

    /// Returns the text of an included file; `None` when it is missing or a limit is reached.
    pub(super) fn include(&mut self, path: &str) -> Option<String> {
        if self.depth >= MAX_INCLUDE_DEPTH {
            return None;
        }
        let text = (self.file)(path).filter(|text| text.len() <= self.left_bytes);
        if text.is_none() && self.missing.len() < MAX_NAMED {
            self.missing.push(path.to_owned());
        }
        self.left_bytes -= text.as_ref().map_or(0, String::len);
        text.map(without_signs)
    }

    /// Returns the value of a template's variable; "" when it is not known.
    pub(super) fn value_of(&mut self, expression: &str) -> String {
        let (name, filters) = expression.split_once('|').unwrap_or((expression, ""));
        let name = name.trim();
        let quote = name.chars().next().filter(|c| matches!(c, '"' | '\''));
        if let Some(text) = quote.and_then(|quote| name[1..].strip_suffix(quote)) {
            return if filters.contains("url") {
                String::new()
            } else {
                text.to_owned()
            };
        }
        if let Some(value) = self.variables.get(name) {
            return without_signs(value.clone());
        }
        if self.unknown_variables.len() < MAX_NAMED {
            self.unknown_variables.push(name.chars().take(60).collect());
        }
        String::new()
    }
}

/// Whether an attribute or argument with this name has a value that a reader sees.
pub(super) fn is_title_name(name: &str) -> bool {
    matches!(
        name,
        "title"
            | "label"
            | "heading"
            | "header"
            | "summary"
            | "question"
            | "caption"
            | "alt"
            | "description"
            | "subtitle"
            | "text"
            | "content"
            | "message"
            | "tooltip"
            | "tip"
            | "headline"
            | "answer"
    )
}
