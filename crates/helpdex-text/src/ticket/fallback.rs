//! The text that stands in for a text of which too little is left.

/// The text that was used because fewer than three informative words were left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fallback {
    /// The subject: the text has fewer than three informative words, with it or without anything cut.
    Subject,
    /// The quoted or forwarded message: it was read as if the customer had written it.
    Quoted,
    /// The uncut text: only personal data and invisible text were removed.
    Uncut,
}
