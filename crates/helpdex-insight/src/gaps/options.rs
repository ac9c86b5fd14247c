//! The options of a search for gaps.

/// The options of a search for gaps: the groups that are shown, and their form.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GapOptions {
    /// The least number of distinct requesters of a group, and of every word and phrase that is shown; 3 by default. A ticket
    /// without a requester counts as its own.
    pub min_requesters: usize,
    /// The least number of tickets of a group; 5 by default.
    pub min_tickets: usize,
    /// The most groups; 20 by default.
    pub max_gaps: usize,
    /// The least average cosine of two groups that become one, in [0, 1].
    pub min_similarity: f64,
    /// The last days, before the newest ticket, that the trend compares with the time before; 28 by default.
    pub recent_days: u32,
    /// Whether each group shows the masked text of one ticket; `false` by default.
    pub with_extracts: bool,
}

impl GapOptions {
    /// The default of [`min_similarity`](Self::min_similarity).
    pub const DEFAULT_MIN_SIMILARITY: f64 = 0.2;
}

impl Default for GapOptions {
    fn default() -> Self {
        Self {
            min_requesters: 3,
            min_tickets: 5,
            max_gaps: 20,
            min_similarity: Self::DEFAULT_MIN_SIMILARITY,
            recent_days: 28,
            with_extracts: false,
        }
    }
}
