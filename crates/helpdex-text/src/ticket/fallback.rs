//! The text that is used when too little is left of a ticket.

/// The text that is used because cleaning left fewer than three informative words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fallback {
    /// The subject. The text has fewer than three informative words: either text and subject together have enough, or
    /// the uncut text has too few as well.
    Subject,
    /// The quoted or forwarded message, read as if the customer had written it.
    Quoted,
    /// The uncut text, from which only personal data and invisible text were removed.
    Uncut,
}
