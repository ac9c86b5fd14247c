//! Reports for the people who run a help center: pure functions from articles, tickets and events to figures.
//!
//! [`copies`] finds passages that say nearly the same, and sentences that differ only in a value. [`gaps`] groups the
//! tickets that got no good answer, and says why. [`metrics`] computes what was offered, solved and avoided from
//! interaction events, and [`cards`] how each article does. [`preview`] tells which tickets would be answered otherwise after a change of articles, and
//! [`lead_report`] joins all of it on one page.

pub mod cards;
mod content_words;
pub mod copies;
pub mod gaps;
mod intervals;
mod known_ticket;
pub mod lead_report;
pub mod metrics;
pub mod preview;
mod visit;
