//! The text of an HTML page, and marks over the spans that the HTML sets apart.

use std::ops::Range;

/// The text of an HTML page or mail.
///
/// - Lines: one a paragraph, list item, table row (cells joined by ` | `; the cells of a layout
///   table, in which a cell has lines of its own, stand on lines of their own) and definition;
///   empty lines where a browser shows a gap. Lines of preformatted text are kept. No line ends in
///   a space; the text neither starts nor ends with an empty line.
/// - Items of ordered lists start with their number, `3. `.
/// - Images give their `alt` text, unless it is a file name.
/// - Scripts, styles, templates, form fields and comments are left out.
/// - Of the control characters only `\n` and `\t` occur (the latter in preformatted text).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HtmlText {
    pub(crate) text: String,
    /// The text of the `title` element on one line; `None` when there is none.
    pub(crate) title: Option<String>,
    /// The `lang` attribute of the `html` element, as written.
    pub(crate) lang: Option<String>,
    /// The marked spans of `text`, ordered by their start; two spans are nested or disjoint. Only dividers may be
    /// empty.
    pub(crate) marks: Vec<Mark>,
}

/// A span of the text that the HTML sets apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) kind: MarkKind,
    /// The range of the span in the text, in bytes, at character boundaries.
    pub(crate) range: Range<usize>,
    /// The name of the element, class, id or style that marks the span.
    pub(crate) rule: &'static str,
}

/// The kind of a span that the HTML sets apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// A heading with its level, 1 to 6, and the `id` by which a link can point to it.
    Heading { level: u8, anchor: Option<String> },
    /// A `blockquote`. `is_cited` is set when the mail program marks it as a cited message; otherwise it may be a
    /// quotation by the sender.
    BlockQuote { is_cited: bool },
    /// A quoted or forwarded mail, marked by a mail program.
    Quote,
    /// The line above a quote that says who wrote it and when.
    QuoteHeader,
    /// An empty span behind which everything is an older mail.
    Divider,
    /// A signature, marked by the mail program.
    Signature,
    /// Text that a browser does not show.
    Hidden,
    /// Page furniture: navigation, header, footer, sidebar.
    Navigation,
    /// Text that keeps its own line ends, such as code.
    Preformatted,
}
