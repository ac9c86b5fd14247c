//! The report of a support lead, and its options.

use helpdex::Timestamp;
use serde::Serialize;

use crate::cards::{CardOptions, CardReport};
use crate::copies::Copies;
use crate::gaps::{GapOptions, GapReport};
use crate::metrics::{MetricOptions, MetricReport};

/// The options of a [`LeadReport`]: those of its parts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LeadOptions {
    /// The options of the metrics; weeks are always reported.
    pub metrics: MetricOptions,
    /// The options of the gaps.
    pub gaps: GapOptions,
    /// The options of the report cards.
    pub cards: CardOptions,
}

impl LeadOptions {
    /// Returns the defaults of all parts, with a window of this many hours after an attempt.
    #[must_use]
    pub fn of_window(window_hours: u32) -> Self {
        Self {
            metrics: MetricOptions::of_window(window_hours),
            gaps: GapOptions::default(),
            cards: CardOptions::default(),
        }
    }
}

/// The report of a support lead. [`html_page`](super::html_page) writes it for people, [`csv_files`](super::csv_files) for
/// tables, and `serde` as JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LeadReport {
    /// The moment of the report.
    pub at: Timestamp,
    /// The number of articles that the reader may see.
    pub articles: usize,
    /// The solved tickets of each week that has one, in order.
    pub weeks: Vec<TicketWeek>,
    /// What was offered, solved and avoided, with a slice for each week.
    pub metrics: MetricReport,
    /// The articles to write.
    pub gaps: GapReport,
    /// The articles to fix.
    pub cards: CardReport,
    /// Copies, and sentences that differ in a value.
    pub copies: Copies,
}

/// The solved tickets of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TicketWeek {
    /// The Monday of the week.
    pub week: String,
    /// The number of tickets.
    pub tickets: usize,
    /// The number of tickets that an agent linked an article to, or that the customer says are solved by one.
    pub linked: usize,
}
