//! The ways in which passages are alike, and in which sentences differ.

use helpdex_text::names;

/// The way in which two passages are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CopyKind {
    /// Both passages have the same words in the same order.
    Exact,
    /// Both passages have nearly the same words.
    Near,
    /// The longer passage contains nearly all of the shorter one.
    Contained,
}

names!(CopyKind, "kind of copy" {
    Exact => "exact",
    Near => "near",
    Contained => "contained",
});

/// The kind of value in which two sentences differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// The sentences have different numbers, prices, dates or times.
    Number,
    /// The sentences have different names in quotation marks, such as those of buttons.
    Name,
    /// One sentence has more negations than the other.
    Negation,
}

names!(ValueKind, "kind of value" {
    Number => "number",
    Name => "name",
    Negation => "negation",
});
