//! The visit from which a ticket came: what the customer was shown and did, read from the recorded events.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::events::{Interaction, InteractionEvent};
use helpdex::{Audience, KnowledgeBase, Timestamp};

use crate::problem::Problem;
use crate::types::customer::{CustomerBody, SeenBody};

/// The most articles of a visit that are told.
const MAX_ARTICLES: usize = 50;

/// The names of a visit and of the ticket that came of it; at least one of them.
pub(crate) struct Visit {
    session: Option<String>,
    ticket_id: Option<String>,
}

impl Visit {
    /// Returns the visit of these names; `None` without any.
    pub(crate) fn of(session: Option<String>, ticket_id: Option<String>) -> Option<Self> {
        let is_named = session.is_some() || ticket_id.is_some();
        is_named.then_some(Self { session, ticket_id })
    }

    /// Reads what the customer was shown and did; `None` without an event. Linear in the number of all events.
    ///
    /// # Errors
    /// As [`KnowledgeBase::events`], and as [`KnowledgeBase::article`].
    pub(crate) fn read(
        &self,
        knowledge_base: &KnowledgeBase,
        now: Timestamp,
    ) -> Result<Option<CustomerBody>, Problem> {
        let sessions = self.sessions(knowledge_base)?;
        let mut events = Vec::new();
        for event in knowledge_base.events()? {
            let event = event?;
            let is_of_session = event.session.as_ref().is_some_and(|s| sessions.contains(s));
            if is_of_session || (self.ticket_id.is_some() && event.ticket_id == self.ticket_id) {
                events.push(event);
            }
        }
        let Some(mut customer) = seen(&mut events) else {
            return Ok(None);
        };
        for article in &mut customer.articles {
            let found = knowledge_base.article(&article.article_id, &Audience::internal(), now)?;
            article.title = found.map(|found| found.title);
        }
        Ok(Some(customer))
    }

    /// Returns the sessions of the visit: the one that is named, and those of the ticket's events.
    fn sessions(&self, knowledge_base: &KnowledgeBase) -> Result<BTreeSet<String>, Problem> {
        if let Some(session) = &self.session {
            return Ok([session.clone()].into());
        }
        let mut sessions = BTreeSet::new();
        for event in knowledge_base.events()? {
            let event = event?;
            if event.ticket_id == self.ticket_id {
                sessions.extend(event.session);
            }
        }
        Ok(sessions)
    }
}

/// Returns what the events tell of a customer; `None` without an event of theirs.
fn seen(events: &mut Vec<InteractionEvent>) -> Option<CustomerBody> {
    // An agent's doing is not the customer's.
    events.retain(|event| {
        !matches!(
            event.interaction,
            Interaction::AgentLinked | Interaction::AgentRemoved
        )
    });
    events.sort_by_key(|event| event.at);
    let from = events.first()?.at.to_string();
    let mut articles: Vec<SeenBody> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events.iter().filter(|event| !event.held_out) {
        for id in &event.articles {
            let place = *places.entry(id).or_insert(articles.len());
            if place == articles.len() {
                articles.push(SeenBody {
                    article_id: id.clone(),
                    title: None,
                    is_opened: false,
                    said: None,
                });
            }
            articles[place].note(event.interaction);
        }
    }
    articles.truncate(MAX_ARTICLES);
    Some(CustomerBody { from, articles })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(interaction: Interaction, second: i64, articles: &[&str]) -> InteractionEvent {
        InteractionEvent {
            articles: articles.iter().map(|&id| id.to_owned()).collect(),
            ..InteractionEvent::new(interaction, Timestamp::from_unix_seconds(second))
        }
    }

    #[test]
    fn a_visit_is_told_in_its_order_whatever_the_order_of_its_events() {
        let mut events = vec![
            event(Interaction::NotHelpful, 30, &["b"]),
            event(Interaction::AgentLinked, 90, &["d"]),
            event(Interaction::Offered, 10, &["a", "b"]),
            event(Interaction::Clicked, 20, &["b"]),
            event(Interaction::Offered, 40, &["b", "c"]),
            event(Interaction::Helpful, 29, &["b"]),
        ];
        let customer = seen(&mut events).unwrap();
        assert_eq!(customer.from, "1970-01-01T00:00:10Z");
        let told = customer.articles.iter();
        let told = told.map(|seen| (&*seen.article_id, seen.is_opened, seen.said));
        let expected = [
            ("a", false, None),
            ("b", true, Some("not_helpful")),
            ("c", false, None),
        ];
        assert!(told.eq(expected), "{:?}", customer.articles);
    }

    #[test]
    fn a_customer_who_was_held_out_saw_nothing_and_one_without_events_is_none() {
        let held_out = InteractionEvent {
            held_out: true,
            ..event(Interaction::Offered, 10, &["a"])
        };
        assert!(seen(&mut vec![held_out]).unwrap().articles.is_empty());
        assert_eq!(seen(&mut Vec::new()), None);
        assert_eq!(
            seen(&mut vec![event(Interaction::AgentLinked, 1, &["a"])]),
            None
        );
    }
}
