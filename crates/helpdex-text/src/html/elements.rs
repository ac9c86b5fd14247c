//! The effect of each HTML element on the text in it: a table from element name to [`Role`].

/// The effect of an element on the text that is read out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// No break: `b`, `span`, `a`, and every name that is not in the table.
    Inline,
    /// On lines of its own: `div`, `section`.
    Block,
    /// On lines of its own, with a blank line around: `p`, `figure`.
    Paragraph,
    /// `h1` to `h6`.
    Heading(u8),
    /// `ol`: its items get their number.
    OrderedList,
    /// `ul`, `dl`, `menu`.
    List,
    /// `li`.
    Item,
    /// `dt` and `dd`, which end each other.
    Definition,
    Table,
    /// `thead`, `tbody`, `tfoot`.
    RowGroup,
    Row,
    Cell,
    /// White space and line ends are kept.
    Preformatted,
    /// The whole element says nothing that a reader reads as text.
    Skipped,
    /// Inline SVG or `MathML` markup: drawn, not read, and tokenized by the rules of XML.
    Drawing,
    /// Page furniture wherever it stands: `nav`.
    Navigation,
    /// Page furniture, unless it belongs to an article: `header`.
    PageHeader,
    /// A sidebar, unless it is marked as a note: `aside`.
    Aside,
    LineBreak,
    /// `hr`.
    Divider,
    Image,
    /// The tokenizer reads on to the end tag without looking for tags; the text is dropped.
    RawText,
    /// Like [`RawText`](Role::RawText), by the rules for scripts.
    Script,
    /// Like [`RawText`](Role::RawText), with entities decoded.
    EscapableRawText,
    /// `title`: as [`EscapableRawText`](Role::EscapableRawText), and the text is the page's title.
    Title,
    /// Everything after it is text: `plaintext`.
    Plaintext,
    /// Other elements that have no end tag: `meta`, `input`.
    Void,
}

/// The role of the element `name`, which is in lower case as the tokenizer gives it.
///
/// HTML names and their kinds are those of the HTML standard; names with `ac:` are Confluence's
/// storage format, in which a macro is an element with parameters and a body.
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
    /// The fewest line ends before and after such an element.
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

    /// Whether nothing in the element is text.
    pub(super) fn is_skipped(self) -> bool {
        matches!(self, Role::Skipped | Role::Drawing)
    }

    /// Whether the element never has content.
    pub(super) fn is_void(self) -> bool {
        matches!(
            self,
            Role::LineBreak | Role::Divider | Role::Image | Role::Void
        )
    }
}
