//! Reports for the people who run a help center: pure functions from articles, tickets and events to figures.
//!
//! [`copies`] finds passages that say nearly the same, and sentences that differ only in a value.

pub mod copies;
