//! A cleaned article: its title, its locale and its sections.

use std::ops::Range;

/// An article as a title, a language and sections of plain lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CleanArticle {
    /// The title that the body itself states: `<title>`, else the first `<h1>`; in Markdown the first `# ` heading.
    ///
    /// The sections do not repeat a heading with the text of the title; the text below that heading is in the lead.
    pub title: Option<String>,
    /// The language that an HTML page states in `<html lang>`, as written; `None` when it states none.
    pub locale: Option<String>,
    /// The sections in the order of the article, the text before the first heading first. Sections without a heading
    /// and without text are left out, so an empty body has none.
    pub sections: Vec<Section>,
}

/// A heading of an article and the lines below it, down to the next heading of any level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading on one line; "" for the lead, the text before the first heading.
    pub heading: String,
    /// The level of the heading, 1 to 6 as in `<h1>` to `<h6>`; 0 for the lead.
    pub level: u8,
    /// The part after `#` of a link to the section. In HTML it is the `id` of the heading or of an
    /// empty element beside it; in Markdown the `{#id}` behind the heading, else the slug that
    /// GitHub makes of it. `None` in HTML without an `id`, and for the lead.
    pub anchor: Option<String>,
    /// The paragraphs, list items and table rows below the heading, one to a line, without empty lines; "" when the
    /// next heading follows directly.
    pub text: String,
    /// The ranges of lines of `text` that are blocks of code, one range for each block, counted from 0, without the
    /// end.
    pub code: Vec<Range<usize>>,
}
