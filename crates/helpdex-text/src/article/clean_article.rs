//! A cleaned article: its title, its locale and its sections.

use std::ops::Range;

/// An article as sections of plain lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CleanArticle {
    /// The title that the body itself states: `<title>`, else the first `<h1>`; in Markdown the
    /// first `# ` heading.
    ///
    /// A heading with the same text is not repeated among the sections, and the text below it
    /// stands in the lead.
    pub title: Option<String>,
    /// The language that a page states in `<html lang>`, as written.
    pub locale: Option<String>,
    /// The sections in their order, the text before the first heading first. Sections without a
    /// heading and without text are left out, so the empty body has none.
    pub sections: Vec<Section>,
}

/// A heading of an article and the lines below it, down to the next heading of any level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading on one line; "" for the lead, the text before the first heading.
    pub heading: String,
    /// 0 for the lead, else 1 to 6 as in `<h1>` to `<h6>`.
    pub level: u8,
    /// The part after `#` of a link to the section. In HTML it is the `id` of the heading or of an
    /// empty element beside it; in Markdown the `{#id}` behind the heading, else the slug that
    /// GitHub makes of it. `None` in HTML without an `id`, and for the lead.
    pub anchor: Option<String>,
    /// Paragraphs, list items and table rows, one a line, without empty lines; "" when the next
    /// heading follows at once.
    pub text: String,
    /// The lines of `text` that are blocks of code, a range a block, counted from 0.
    pub code: Vec<Range<usize>>,
}
