//! The kinds of interactions, and which of them are verdicts.

use helpdex_text::names;

use crate::feedback_event::verdict::{Rejection, Verdict};

/// The kind of an interaction: what a person did after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Interaction {
    /// The knowledge base was asked, and these articles were shown; without articles it abstained.
    Offered,
    /// The person saw the articles on their screen.
    Viewed,
    /// The person opened the article.
    Clicked,
    /// The person says that the article helped.
    Helpful,
    /// The person says that the article did not help.
    NotHelpful,
    /// The person says that the article solved their problem.
    Resolved,
    /// The person sent a ticket.
    TicketCreated,
    /// An agent answered a ticket with these articles.
    AgentLinked,
    /// An agent removed these articles from an answer.
    AgentRemoved,
}

names!(Interaction, "interaction" {
    Offered => "offered",
    Viewed => "viewed",
    Clicked => "clicked",
    Helpful => "helpful",
    NotHelpful => "not_helpful",
    Resolved => "resolved",
    TicketCreated => "ticket_created",
    AgentLinked => "agent_linked",
    AgentRemoved => "agent_removed",
});

/// The place where articles were shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Surface {
    /// A form in which a person writes a ticket.
    Form,
    /// A chat.
    Chat,
    /// A mail that was sent as an answer to a mail.
    Mail,
    /// The screen of an agent who answers a ticket.
    Agent,
}

names!(Surface, "surface" {
    Form => "form",
    Chat => "chat",
    Mail => "mail",
    Agent => "agent",
});

impl Interaction {
    /// Returns the verdict that the interaction counts as, with the weight below in training; `None` for an interaction
    /// that is no verdict.
    ///
    /// | interaction | verdict | weight in training |
    /// |---|---|---|
    /// | `resolved` | `resolved` | 1 |
    /// | `agent_linked` | `linked` | 1 |
    /// | `agent_removed` | `rejected` | 1 `not_related`, 0.5 `related_but_did_not_answer`, 0.25 without a reason |
    /// | `not_helpful` | `rejected` | the same |
    /// | `helpful` | `clicked` | 0.2 |
    /// | `clicked` | none | 0 |
    /// | `offered`, `viewed`, `ticket_created` | none | 0 |
    ///
    /// `helpful` praises the article and does not say that the ticket needed no answer, so it weighs as little as an
    /// opened article. A click depends on the rank more than on the article (Joachims et al., SIGIR 2005: people open
    /// the first result although it is swapped with the second), so it teaches nothing by itself. An article
    /// that was shown and not opened is not rejected.
    #[must_use]
    pub fn verdict(self, reason: Option<Rejection>) -> Option<Verdict> {
        match self {
            Self::Resolved => Some(Verdict::Resolved),
            Self::AgentLinked => Some(Verdict::Linked),
            Self::Helpful => Some(Verdict::Clicked),
            Self::NotHelpful | Self::AgentRemoved => {
                Some(Verdict::Rejected(reason.unwrap_or(Rejection::Unknown)))
            }
            Self::Offered | Self::Viewed | Self::Clicked | Self::TicketCreated => None,
        }
    }

    /// Whether an event with this interaction must name an article.
    #[must_use]
    pub fn needs_articles(self) -> bool {
        matches!(self, Self::Clicked | Self::AgentLinked | Self::AgentRemoved)
    }

    /// Whether an event with this interaction may have a reason.
    #[must_use]
    pub fn may_have_reason(self) -> bool {
        matches!(self, Self::NotHelpful | Self::AgentRemoved)
    }
}
