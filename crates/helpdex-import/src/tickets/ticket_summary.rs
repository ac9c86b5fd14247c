//! The figures of an import of tickets.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ticket_report::{FoundBy, TicketImport};

/// The figures of an import of tickets, for a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TicketSummary {
    /// The name of the source that the files were read as.
    pub source: &'static str,
    /// The reason for which the source was chosen, as the end of "detected by ...".
    pub detected_by: String,
    /// The number of tickets that were read, including those that are left out.
    pub tickets_read: usize,
    /// The number of solved tickets with a text, with or without an article.
    pub with_text: usize,
    /// The number of solved tickets with an article.
    pub linked: usize,
    /// The number of solved tickets with an article, by how it was found, such as `address`.
    pub linked_by: BTreeMap<&'static str, usize>,
    /// The number of solved tickets without an article.
    pub unlinked: usize,
    /// The share of solved tickets with an article, in [0, 1]; `None` when there are no solved tickets.
    pub link_rate: Option<f64>,
    /// The number of tickets that are not used, by the name of the reason.
    pub left_out: BTreeMap<&'static str, usize>,
    /// The number of messages that customers do not see, none of which was used.
    pub private_messages: usize,
    /// The addresses that look like articles but belong to none, each with the number of tickets.
    pub missing_articles: BTreeMap<String, usize>,
    /// The solved tickets of each month, such as `2026-03`.
    pub months: BTreeMap<String, MonthOfTickets>,
    /// The fields of a table and their columns; "" for other sources.
    pub columns: String,
    /// The first hundred errors of files or records that cannot be read.
    pub skipped: Vec<String>,
    /// The number of files or records that cannot be read.
    pub skipped_count: usize,
}

/// The solved tickets of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MonthOfTickets {
    /// The number of tickets with an article.
    pub linked: usize,
    /// The number of tickets without an article.
    pub unlinked: usize,
}

impl TicketImport {
    /// Returns the figures of the import.
    #[must_use]
    pub fn summary(&self) -> TicketSummary {
        let mut linked_by = BTreeMap::new();
        let mut months: BTreeMap<String, MonthOfTickets> = BTreeMap::new();
        for ticket in &self.tickets {
            let date = ticket.event.at.date();
            let month = date.get(..7).unwrap_or(&date).to_owned();
            let month = months.entry(month).or_default();
            match ticket.found_by.map(FoundBy::name) {
                Some(found_by) => {
                    month.linked += 1;
                    *linked_by.entry(found_by).or_default() += 1;
                }
                None => month.unlinked += 1,
            }
        }
        let linked: usize = linked_by.values().sum();
        let with_text = self.tickets.len();
        #[expect(clippy::cast_precision_loss, reason = "counts of tickets")]
        let link_rate = (with_text > 0).then(|| linked as f64 / with_text as f64);
        let left_out = self.left_out.iter();
        TicketSummary {
            source: self.source.name(),
            detected_by: self.detected_by.clone(),
            tickets_read: self.tickets_read,
            with_text,
            linked,
            linked_by,
            unlinked: with_text - linked,
            link_rate,
            left_out: left_out
                .map(|(reason, count)| (reason.name(), *count))
                .collect(),
            private_messages: self.private_messages,
            missing_articles: self.missing.clone(),
            months,
            columns: self.columns.clone(),
            skipped: self
                .skipped
                .kept()
                .iter()
                .map(ToString::to_string)
                .collect(),
            skipped_count: self.skipped.count(),
        }
    }
}
