//! An interaction event: something that happened after a knowledge base answered.

pub(crate) mod interaction;

use std::fmt;

use helpdex_text::Locale;

use crate::article::check_id;
use crate::audience::Visibility;
use crate::error::{Error, Result};
use crate::feedback_event::verdict::Rejection;
use crate::feedback_event::{FeedbackEvent, MAX_ARTICLES, fault_of_name};
use crate::interaction_event::interaction::{Interaction, Surface};
use crate::ticket::{Message, Ticket};
use crate::timestamp::Timestamp;

/// Something that happened after a knowledge base answered: articles were offered, opened, found helpful, and so on.
///
/// Metrics and reports are computed from these events; see the crate `helpdex-insight`. An event has no ticket text.
/// Every field but the interaction and the moment is optional; the metrics say which fields they need. To start:
/// [`InteractionEvent::new`].
///
/// ```
/// use helpdex::events::{Interaction, InteractionEvent};
/// use helpdex::Timestamp;
///
/// let at = "2026-03-01T09:30:00Z".parse()?;
/// let clicked = InteractionEvent {
///     session: Some("s-81".into()),
///     articles: vec!["refund".into()],
///     rank: Some(1),
///     ..InteractionEvent::new(Interaction::Clicked, at)
/// };
/// assert!(clicked.check().is_ok());
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// Its `Debug` form shows no name of a requester, session or ticket.
#[derive(Clone, PartialEq)]
pub struct InteractionEvent {
    /// The kind of the interaction.
    pub interaction: Interaction,
    /// The moment of the interaction.
    pub at: Timestamp,
    /// The id of the answer that the event is about, as in [`Suggestions`](crate::Suggestions). The same ticket at the
    /// same generation has the same id, whoever asks, so it identifies no person.
    pub suggestion_id: Option<String>,
    /// The ids of the articles that the event is about, up to 10,000. With `offered`, they are the articles that were
    /// shown, best first; none when no article was shown.
    pub articles: Vec<String>,
    /// The rank, from 1, at which the article was shown; for an event about a single article.
    pub rank: Option<u32>,
    /// The reason for which articles were `not_helpful` or were `agent_removed`.
    pub reason: Option<Rejection>,
    /// With `offered`: the probability, in [0, 1], that the first article answers the ticket.
    pub probability: Option<f32>,
    /// With `offered`: the precision, in [0, 1], that the answer promised.
    pub promised_precision: Option<f32>,
    /// With `offered`: whether the articles were held back because the requester is in the hold-out group.
    pub held_out: bool,
    /// The place where the articles were shown.
    pub surface: Option<Surface>,
    /// The widest audience that would have got the same answer: the narrowest visibility among the articles that were
    /// searched.
    pub audience: Option<Visibility>,
    /// The locale of the ticket or of the page.
    pub locale: Option<Locale>,
    /// The brand of the help center.
    pub brand: Option<String>,
    /// The host's key of the person, up to 1,000 bytes. [`forget`](crate::KnowledgeBase::forget) erases by it.
    pub requester: Option<String>,
    /// The host's key of the visit, up to 1,000 bytes; it ties together the events of a person who is not known.
    pub session: Option<String>,
    /// The host's id of the ticket, up to 1,000 bytes.
    pub ticket_id: Option<String>,
    /// The key that identifies repetitions, up to 1,000 bytes; without one, all other fields together identify them.
    pub key: Option<String>,
}

impl fmt::Debug for InteractionEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InteractionEvent")
            .field("interaction", &self.interaction)
            .field("at", &self.at)
            .field("articles", &self.articles)
            .field("rank", &self.rank)
            .field("reason", &self.reason)
            .field("surface", &self.surface)
            .finish_non_exhaustive()
    }
}

impl InteractionEvent {
    /// Creates an event with an interaction and its moment; all other fields are empty.
    #[must_use]
    pub fn new(interaction: Interaction, at: Timestamp) -> Self {
        Self {
            interaction,
            at,
            suggestion_id: None,
            articles: Vec::new(),
            rank: None,
            reason: None,
            probability: None,
            promised_precision: None,
            held_out: false,
            surface: None,
            audience: None,
            locale: None,
            brand: None,
            requester: None,
            session: None,
            ticket_id: None,
            key: None,
        }
    }

    /// Checks that the event can be recorded.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the fault and the remedy, without any private name.
    pub fn check(&self) -> Result<()> {
        self.fault()
            .map_or(Ok(()), |fault| Err(Error::invalid(fault)))
    }

    /// Returns what is wrong with the event, and the remedy; `None` when the event can be recorded.
    pub(crate) fn fault(&self) -> Option<String> {
        let names = [
            ("suggestion id", &self.suggestion_id),
            ("brand", &self.brand),
            ("requester", &self.requester),
            ("session", &self.session),
            ("ticket id", &self.ticket_id),
            ("key", &self.key),
        ];
        for (what, name) in names {
            let fault = name.as_ref().and_then(|name| fault_of_name(what, name));
            if fault.is_some() {
                return fault;
            }
        }
        self.fault_of_articles().or_else(|| self.fault_of_offer())
    }

    fn fault_of_articles(&self) -> Option<String> {
        let name = self.interaction.name();
        let count = self.articles.len();
        if count == 0 && self.interaction.needs_articles() {
            return Some(format!(
                "interaction {name} names no article; give at least one"
            ));
        }
        if count > MAX_ARTICLES {
            return Some(format!(
                "interaction {name} names {count} articles; give at most {MAX_ARTICLES}"
            ));
        }
        if let Some(rank) = self.rank
            && (rank == 0 || count != 1)
        {
            return Some(format!(
                "rank {rank} is given with {count} articles; give a rank from 1, and the one article that has it"
            ));
        }
        self.articles
            .iter()
            .find_map(|id| check_id("article id", id).err())
            .map(|error| error.to_string())
    }

    fn fault_of_offer(&self) -> Option<String> {
        let name = self.interaction.name();
        if self.reason.is_some() && !self.interaction.may_have_reason() {
            return Some(format!(
                "interaction {name} has a reason; drop it, or give not_helpful or agent_removed"
            ));
        }
        let is_offer = self.interaction == Interaction::Offered;
        let shares = [
            ("probability", self.probability),
            ("promised_precision", self.promised_precision),
        ];
        for (what, share) in shares {
            match share {
                Some(_) if !is_offer => {
                    return Some(format!(
                        "interaction {name} has a {what}; only offered may have one"
                    ));
                }
                Some(share) if !(0.0..=1.0).contains(&share) => {
                    return Some(format!("{what} {share} is not in 0 to 1"));
                }
                _ => {}
            }
        }
        (self.held_out && !is_offer).then(|| {
            format!("interaction {name} is held_out; only offered can be: drop it, or give offered")
        })
    }

    /// Returns the event as a verdict on a ticket, without a text; `None` for an event that is no verdict, or that
    /// names no ticket or no article. [`Interaction::verdict`] has the table.
    ///
    /// Several events may be the same verdict on a ticket and an article; such a verdict is learned once.
    #[must_use]
    pub fn verdict(&self) -> Option<FeedbackEvent> {
        let verdict = self.interaction.verdict(self.reason)?;
        if self.articles.is_empty() {
            return None;
        }
        Some(FeedbackEvent {
            ticket_id: self.ticket_id.clone()?,
            ticket: Ticket {
                message: Message::Text(String::new()),
                locale: self.locale.clone(),
                requester: self.requester.clone(),
                ..Ticket::default()
            },
            at: self.at,
            verdict,
            articles: self.articles.clone(),
            key: None,
        })
    }
}
