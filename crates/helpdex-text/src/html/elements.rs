//! The effect of each HTML element on its text: a table from the name of an element to its [`Role`].

/// The effect of an element on the text that is read out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// An element that breaks no line: `b`, `span`, `a`, and every name that is not in the table.
    Inline,
    /// An element on lines of its own: `div`, `section`.
    Block,
    /// An element on lines of its own, with a blank line around it: `p`, `figure`.
    Paragraph,
    /// A heading, `h1` to `h6`, with its level.
    Heading(u8),
    /// An ordered list, `ol`, whose items get their numbers.
    OrderedList,
    /// Another list: `ul`, `dl`, `menu`.
    List,
    /// A list item, `li`.
    Item,
    /// A term or definition of a list, `dt` or `dd`; either ends the one before it.
    Definition,
    Table,
    /// A group of table rows: `thead`, `tbody`, `tfoot`.
    RowGroup,
    Row,
    Cell,
    /// An element that keeps white space and line ends.
    Preformatted,
    /// An element that is dropped as a whole, because a reader reads none of it as text.
    Skipped,
    /// Inline SVG or `MathML`, which is drawn and not read, and tokenized by the rules of XML.
    Drawing,
    /// An element that is always page furniture: `nav`.
    Navigation,
    /// An element that is page furniture unless it belongs to an article: `header`.
    PageHeader,
    /// A sidebar, `aside`, unless it is marked as a note.
    Aside,
    LineBreak,
    /// A horizontal rule, `hr`.
    Divider,
    Image,
    /// An element whose content the tokenizer reads as raw text up to the end tag; the content is dropped.
    RawText,
    /// Like [`RawText`](Role::RawText), but tokenized by the rules for scripts.
    Script,
    /// Like [`RawText`](Role::RawText), but with entities decoded.
    EscapableRawText,
    /// `title`: tokenized like [`EscapableRawText`](Role::EscapableRawText), and its text is the title of the page.
    Title,
    /// `plaintext`, behind which everything is text.
    Plaintext,
    /// Another element without an end tag: `meta`, `input`.
    Void,
}

/// Returns the role of the element `name`, which is in lower case as the tokenizer gives it.
///
/// The roles of HTML names follow the HTML standard; names with `ac:` belong to Confluence's storage format, in which a
/// macro is an element with parameters and a body.
pub(super) fn role(name: &str) -> Role {
    match name {
        "p"
        | "figure"
        | "blockquote"
        | "fieldset"
        | "dialog"
        | "ac:structured-macro"
        | "summary"
        | "caption" => Role::Paragraph,
        "div" | "section" | "article" | "main" | "body" | "html" | "head" | "address"
        | "center" | "details" | "figcaption" | "form" | "hgroup" | "legend" | "search"
        | "ac:rich-text-body" | "ac:layout" | "ac:layout-section" | "ac:layout-cell"
        | "ac:task-list" | "ac:task-body" => Role::Block,
        "h1" => Role::Heading(1),
        "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "ol" => Role::OrderedList,
        "ul" | "dl" | "menu" | "dir" => Role::List,
        "li" | "ac:task" => Role::Item,
        "dt" | "dd" => Role::Definition,
        "table" => Role::Table,
        "thead" | "tbody" | "tfoot" => Role::RowGroup,
        "tr" => Role::Row,
        "td" | "th" => Role::Cell,
        "pre" | "listing" | "ac:plain-text-body" => Role::Preformatted,
        "template" | "noscript" | "select" | "datalist" | "object" | "applet" | "canvas"
        | "audio" | "video" | "map" | "rt" | "rp" | "xml" | "ac:parameter" | "ac:placeholder"
        | "ac:task-id" | "ac:task-status" | "ac:task-uuid" | "ac:adf-attribute"
        | "ac:adf-fallback" => Role::Skipped,
        "svg" | "math" => Role::Drawing,
        "nav" | "footer" => Role::Navigation,
        "header" => Role::PageHeader,
        "aside" => Role::Aside,
        "br" => Role::LineBreak,
        "hr" => Role::Divider,
        "img" | "image" | "ac:image" => Role::Image,
        "style" | "iframe" | "noembed" | "noframes" | "xmp" => Role::RawText,
        "script" => Role::Script,
        "textarea" => Role::EscapableRawText,
        "title" => Role::Title,
        "plaintext" => Role::Plaintext,
        "area" | "base" | "basefont" | "bgsound" | "col" | "colgroup" | "embed" | "frame"
        | "input" | "link" | "meta" | "param" | "source" | "track" | "wbr" => Role::Void,
        _ => Role::Inline,
    }
}

impl Role {
    /// Returns the fewest line ends before and after an element of this role.
    pub(super) fn line_ends_around(self) -> usize {
        match self {
            Role::Paragraph
            | Role::Heading(_)
            | Role::OrderedList
            | Role::List
            | Role::Table
            | Role::Preformatted
            | Role::Divider => 2,
            Role::Block
            | Role::Item
            | Role::Definition
            | Role::Row
            | Role::RowGroup
            | Role::Navigation
            | Role::PageHeader
            | Role::Aside
            | Role::Plaintext => 1,
            _ => 0,
        }
    }

    /// Whether an element of this role contains no text at all.
    pub(super) fn is_skipped(self) -> bool {
        matches!(self, Role::Skipped | Role::Drawing)
    }

    /// Whether an element of this role never has content.
    pub(super) fn is_void(self) -> bool {
        matches!(
            self,
            Role::LineBreak | Role::Divider | Role::Image | Role::Void
        )
    }
}
