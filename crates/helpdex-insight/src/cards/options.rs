//! The options of report cards.

use std::collections::BTreeMap;

use helpdex::Timestamp;

/// The options of report cards.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CardOptions {
    /// The least number of distinct requesters who used a word that is shown; 3 by default.
    pub min_requesters: usize,
    /// The least number of tickets or visits for which something to do is named; 3 by default.
    pub min_tickets: usize,
    /// The last change of each article by its id, as [`Writer::articles`](helpdex::Writer::articles) has it. Articles that are
    /// not in it have no age, and nothing is said of their translations.
    pub updated_at: BTreeMap<String, Timestamp>,
}

impl Default for CardOptions {
    fn default() -> Self {
        Self {
            min_requesters: 3,
            min_tickets: 3,
            updated_at: BTreeMap::new(),
        }
    }
}
