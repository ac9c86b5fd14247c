//! The text of a page, and the spans of it that the HTML sets apart.

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
    /// The `title` element on one line, when it has text.
    pub(crate) title: Option<String>,
    /// The `lang` attribute of the `html` element, as written.
    pub(crate) lang: Option<String>,
    /// Spans of `text`, ordered by their start; they nest or are disjoint. Empty spans are left
    /// out, but for dividers.
    pub(crate) marks: Vec<Mark>,
}

/// A span of the text that the HTML sets apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) kind: MarkKind,
    /// Bytes of the text, at character boundaries.
    pub(crate) range: Range<usize>,
    /// The name of the element, class, id or style that marks the span.
    pub(crate) rule: &'static str,
}

/// Why a span is set apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// A heading of level 1 to 6, with the `id` by which a link can point to it.
    Heading { level: u8, anchor: Option<String> },
    /// A `blockquote`. Mail programs say that it cites a message; without that it may be a quotation of the sender's own.
    BlockQuote { is_cited: bool },
    /// A quoted or forwarded mail, as a mail program marks it.
    Quote,
    /// The line above a quote that says who wrote it and when.
    QuoteHeader,
    /// An empty span: everything after it is an older mail.
    Divider,
    /// A signature that the mail program marks as one.
    Signature,
    /// Text that is not shown.
    Hidden,
    /// Page furniture: navigation, header, footer, sidebar.
    Navigation,
    /// Text with its own line ends, such as code.
    Preformatted,
}
