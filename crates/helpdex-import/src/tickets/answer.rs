//! Finds the articles that the replies of a ticket name.

use std::collections::BTreeSet;

use helpdex::Timestamp;

use super::article_links::ArticleLinks;
use super::entry::{Entry, Writer};
use super::found_ticket::FoundTicket;
use super::ticket_options::{ChosenLinks, TicketOptions};
use super::ticket_report::FoundBy;

/// The time after a ticket is marked as solved in which a reply still counts, because some programs record the reply
/// that solves it a little later. Our own judgement.
const SECONDS_TO_SOLVE: i64 = 60;

/// The articles that the replies of a ticket name.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub articles: Vec<String>,
    pub found_by: Option<FoundBy>,
    /// The moment of the reply that names the last of these articles.
    pub at: Option<Timestamp>,
    pub missing: BTreeSet<String>,
}

impl Answer {
    pub(super) fn of(
        found: &FoundTicket,
        entries: &[Entry],
        links: &ArticleLinks,
        options: &TicketOptions,
    ) -> Self {
        let end = found
            .solved_at
            .map(|at| Timestamp::from_unix_seconds(at.unix_seconds() + SECONDS_TO_SOLVE));
        let replies: Vec<&Entry> = entries
            .iter()
            .filter(|entry| entry.writer == Writer::Agent)
            .filter(|entry| end.is_none() || entry.at.is_none() || entry.at <= end)
            .collect();
        let mut answer = Self {
            missing: replies
                .iter()
                .flat_map(|entry| entry.named.missing.clone())
                .collect(),
            ..Self::default()
        };
        for named in &found.articles {
            let found = links.by_name(named);
            match found {
                Some(id) => move_to_end(&mut answer.articles, &id),
                None => {
                    answer.missing.insert(named.chars().take(200).collect());
                }
            }
        }
        if !answer.articles.is_empty() {
            answer.found_by = Some(FoundBy::Field);
            return answer;
        }
        answer.take(&replies, FoundBy::Address);
        if answer.articles.is_empty() && !options.ignores_titles {
            answer.take(&replies, FoundBy::Title);
        }
        answer
    }

    fn take(&mut self, replies: &[&Entry], found_by: FoundBy) {
        for entry in replies {
            let named = match found_by {
                FoundBy::Title => &entry.named.titled,
                _ => &entry.named.linked,
            };
            for id in named {
                move_to_end(&mut self.articles, id);
                self.at = entry.at;
                self.found_by = Some(found_by);
            }
        }
    }
}

/// Appends an id to a list, and removes an earlier occurrence of it.
fn move_to_end(list: &mut Vec<String>, id: &str) {
    list.retain(|known| known != id);
    list.push(id.to_owned());
}

/// Splits the articles into those that count by the option `links`, and the others.
pub(super) fn chosen(mut articles: Vec<String>, links: ChosenLinks) -> (Vec<String>, Vec<String>) {
    match links {
        ChosenLinks::All => (articles, Vec::new()),
        ChosenLinks::Last => {
            let last = articles.pop();
            (last.into_iter().collect(), articles)
        }
        ChosenLinks::First => {
            let others = articles.split_off(articles.len().min(1));
            (articles, others)
        }
    }
}
