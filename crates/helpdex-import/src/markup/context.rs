//! The surroundings of a page while it is read: included files and variables.

use std::collections::BTreeMap;

/// The most bytes that a page may have with everything that it includes.
const MAX_PAGE_BYTES: usize = 2_000_000;
/// The most missing files and variables of a page that are kept.
pub(super) const MAX_NAMED: usize = 100;
/// The deepest that a page may include pages.
pub(super) const MAX_INCLUDE_DEPTH: usize = 5;

/// The surroundings that a page can ask while it is read.
pub(crate) struct Context<'a> {
    /// Returns the text of a file that a page includes by this path; `None` where it is not there.
    pub file: &'a mut dyn FnMut(&str) -> Option<String>,
    /// The values of variables.
    pub variables: &'a BTreeMap<String, String>,
    /// The paths that were included and are not there.
    pub missing: Vec<String>,
    /// The variables that nothing is known of.
    pub unknown_variables: Vec<String>,
    /// The bytes that may still be included, and how deep the page is.
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

    /// Returns the text of an included file, "" where none is to be had any more.
    pub(super) fn include(&mut self, path: &str) -> Option<String> {
        if self.depth >= MAX_INCLUDE_DEPTH {
            return None;
        }
        let text = (self.file)(path).filter(|text| text.len() <= self.left_bytes);
        if text.is_none() && self.missing.len() < MAX_NAMED {
            self.missing.push(path.to_owned());
        }
        self.left_bytes -= text.as_ref().map_or(0, String::len);
        text
    }

    /// Returns what a variable of a template stands for, "" where that is not known.
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
            return value.clone();
        }
        if self.unknown_variables.len() < MAX_NAMED {
            self.unknown_variables.push(name.chars().take(60).collect());
        }
        String::new()
    }
}

/// Names of attributes and arguments whose values a reader sees.
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
