//! How passages are alike, and what differs between sentences.

use helpdex_text::names;

/// How two passages are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CopyKind {
    /// The same words in the same order.
    Exact,
    /// Nearly the same words.
    Near,
    /// The shorter one is nearly a part of the longer one.
    Contained,
}

names!(CopyKind, "kind of copy" {
    Exact => "exact",
    Near => "near",
    Contained => "contained",
});

/// What differs between two sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// A number, a price, a date or a time.
    Number,
    /// A name in quotation marks, such as that of a button.
    Name,
    /// One says that it is so, the other that it is not.
    Negation,
}

names!(ValueKind, "kind of value" {
    Number => "number",
    Name => "name",
    Negation => "negation",
});
