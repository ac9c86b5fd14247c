//! What a customer was shown before a ticket was sent, and what they did, in answers to agents.

use helpdex::events::Interaction;
use serde::Serialize;
use utoipa::ToSchema;

/// What the customer was shown before the ticket was sent, and what they did, from the recorded events.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Customer)]
pub(crate) struct CustomerBody {
    /// The moment of the first event, in RFC 3339.
    #[schema(example = "2026-03-01T09:30:00Z")]
    pub from: String,
    /// The articles, in the order in which they were first shown, at most 50; empty if the customer was shown none.
    pub articles: Vec<SeenBody>,
}

/// An article that a customer was shown.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Seen)]
pub(crate) struct SeenBody {
    /// The id of the article.
    #[schema(example = "reset-password")]
    pub article_id: String,
    /// The title of the article; none if it is no longer there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether the customer opened it.
    pub is_opened: bool,
    /// What the customer said last: `helpful`, `not_helpful` or `resolved`; none if they said nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "not_helpful")]
    pub said: Option<&'static str>,
}

impl SeenBody {
    /// Notes what the customer did with it.
    pub(crate) fn note(&mut self, interaction: Interaction) {
        match interaction {
            Interaction::Clicked => self.is_opened = true,
            Interaction::Helpful | Interaction::NotHelpful | Interaction::Resolved => {
                self.said = Some(interaction.name());
            }
            _ => {}
        }
    }
}
