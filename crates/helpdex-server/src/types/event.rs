//! The JSON form of interaction events in requests.

use helpdex::events::{Interaction, InteractionEvent, Surface};
use helpdex::feedback::Rejection;
use helpdex::{FeedbackEvent, Locale, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Access;
use crate::access::keys::Permission;
use crate::json_object::{objects, optional_object};
use crate::problem::Problem;
use crate::types::moment;
use crate::types::ticket::TicketBody;

/// Events after answers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Events)]
pub(crate) struct EventsBody {
    /// The events to record.
    #[serde(deserialize_with = "objects")]
    #[schema(max_items = 100)]
    pub events: Vec<EventBody>,
}

/// An event after an answer, such as an opened article.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Event)]
pub(crate) struct EventBody {
    /// `offered`, `viewed`, `clicked`, `helpful`, `not_helpful`, `resolved` or `ticket_created`; with a server key also
    /// `agent_linked` and `agent_removed`.
    #[schema(example = "clicked")]
    pub interaction: String,
    /// The id of the answer that the event is about.
    #[serde(default)]
    pub suggestion_id: Option<String>,
    /// The ids of the articles that the event is about.
    #[serde(default)]
    #[schema(example = json!(["reset-password"]))]
    pub articles: Vec<String>,
    /// The rank, from 1, at which the one article was shown.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 65_535)]
    pub rank: Option<u16>,
    /// The reason of `not_helpful` and `agent_removed`: `unknown`, `not_related` or `related_but_did_not_answer`.
    #[serde(default)]
    pub reason: Option<String>,
    /// The host's key of the visit, which ties together the events of an unknown person.
    #[serde(default)]
    pub session: Option<String>,
    /// The locale of the ticket or of the page.
    #[serde(default)]
    pub locale: Option<String>,
    /// The place where the articles were shown: `form`, `chat`, `mail` or `agent`. With a site key it is always a form.
    #[serde(default)]
    pub surface: Option<String>,
    /// The id of the ticket; only with a server key.
    #[serde(default)]
    pub ticket_id: Option<String>,
    /// The ticket, for an event that teaches, such as `agent_linked`: its text is learned with the verdict, cleaned and
    /// masked, and is not in the event; only with a server key, and with `ticket_id`.
    #[serde(default, deserialize_with = "optional_object")]
    pub ticket: Option<TicketBody>,
    /// The person, as the host names them; only with a server key.
    #[serde(default)]
    pub requester: Option<String>,
    /// The time of the event in RFC 3339, by default now; only with a server key.
    #[serde(default)]
    pub at: Option<String>,
    /// The key by which repetitions of the event are recognised.
    #[serde(default)]
    pub key: Option<String>,
}

/// The result of recording events, which are then on disk.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recorded)]
pub(crate) struct RecordedBody {
    /// The number of events that were new.
    pub added: usize,
    /// The number of verdicts that were learned from them.
    pub verdicts: usize,
}

/// An event in the form of the library, with the verdict that it is.
pub(crate) struct ReadEvent {
    pub event: InteractionEvent,
    /// The verdict with the text of the ticket; `None` for an event without a text.
    pub verdict: Option<FeedbackEvent>,
}

impl EventBody {
    /// Returns the event in the form of the library. Its audience is that of the request, and no field states it.
    ///
    /// # Errors
    /// Refuses unknown names, fields that a request with a site key may not have, and the ticket of an event that
    /// teaches nothing.
    pub(crate) fn into_event(self, access: &Access, now: Timestamp) -> Result<ReadEvent, Problem> {
        let interaction: Interaction = self.interaction.parse().map_err(helpdex::Error::from)?;
        let is_trusted = matches!(access.permission, Permission::Server { .. });
        let is_agents = matches!(
            interaction,
            Interaction::AgentLinked | Interaction::AgentRemoved
        );
        let names_more = self.ticket_id.is_some()
            || self.ticket.is_some()
            || self.requester.is_some()
            || self.at.is_some();
        // Anybody may send what a browser sends: it must not teach about tickets of others.
        if !is_trusted && (is_agents || names_more) {
            return Err(Problem::forbidden(
                "ticket_id, ticket, requester, at and interactions of agents need a server key; leave them out",
            ));
        }
        let surface = self.surface.as_deref().map(str::parse::<Surface>);
        let surface = surface.transpose().map_err(helpdex::Error::from)?;
        let reason = self.reason.as_deref().map(str::parse::<Rejection>);
        let locale = self.locale.as_deref().map(str::parse::<Locale>);
        let event = InteractionEvent {
            suggestion_id: self.suggestion_id,
            articles: self.articles,
            rank: self.rank.map(u32::from),
            reason: reason.transpose().map_err(helpdex::Error::from)?,
            surface: if is_trusted {
                surface
            } else {
                Some(Surface::Form)
            },
            audience: Some(access.audience.visibility()),
            locale: locale.transpose().map_err(helpdex::Error::from)?,
            requester: self.requester,
            session: self.session,
            ticket_id: self.ticket_id,
            key: self.key,
            ..InteractionEvent::new(interaction, moment(self.at.as_deref())?.unwrap_or(now))
        };
        let verdict = self
            .ticket
            .map(|ticket| taught(&event, ticket))
            .transpose()?;
        Ok(ReadEvent { event, verdict })
    }
}

/// Returns the verdict that an event is, with the text of its ticket.
fn taught(event: &InteractionEvent, ticket: TicketBody) -> Result<FeedbackEvent, Problem> {
    let mut verdict = event.verdict().ok_or_else(|| {
        Problem::invalid(
            "the event has a ticket and is no verdict on it; give ticket_id, articles and an interaction such as \
             agent_linked, or leave the ticket out",
        )
    })?;
    let (mut ticket, _) = ticket.into_question()?;
    ticket.requester = verdict.ticket.requester.take();
    ticket.locale = ticket.locale.or(verdict.ticket.locale.take());
    verdict.ticket = ticket;
    Ok(verdict)
}
