//! The JSON form of a ticket in a request.

use std::collections::BTreeMap;
use std::fmt;

use helpdex::{Filter, Message, SuggestOptions, Ticket};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::json_object::object;
use crate::problem::Problem;

/// A ticket, finished or being written. It has no field for the audience: keys and reader tokens decide that.
///
/// Its `Debug` form shows no text.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Ticket)]
pub(crate) struct TicketBody {
    /// The subject line of the ticket.
    #[schema(example = "Card reader")]
    pub subject: Option<String>,
    /// The message in plain text; give this or `html`.
    #[schema(example = "my card reader will not turn on")]
    pub text: Option<String>,
    /// The message in HTML.
    pub html: Option<String>,
    /// The locale that the page declares, such as `en` or `pt-BR`; detected by default.
    #[schema(example = "en")]
    pub locale: Option<String>,
    /// Further fields of the host, such as `product` or `page_url`.
    pub fields: BTreeMap<String, String>,
    /// The most articles to suggest, 1 to 10; default 3.
    #[schema(minimum = 1, maximum = 10, example = 3)]
    pub limit: Option<usize>,
    /// Only articles of this brand, and those without a brand.
    pub brand: Option<String>,
    /// Only articles with this label.
    pub label: Option<String>,
    /// Only articles about this product, and those that name no product.
    pub product: Option<String>,
}

/// A ticket that is being written, and the list that its writer sees.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Draft)]
pub(crate) struct DraftBody {
    /// The ticket as it is written so far.
    #[serde(deserialize_with = "object")]
    pub ticket: TicketBody,
    /// The `shown_as` of the suggestions on screen, in their order; empty at first.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub shown: Vec<String>,
}

/// A ticket that an agent answers, and the visit from which it came.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgentTicket)]
pub(crate) struct AgentTicketBody {
    /// The ticket that is answered.
    #[serde(deserialize_with = "object")]
    pub ticket: TicketBody,
    /// The key of the customer's visit, which the widget sends with the form as `helpdex_session`.
    #[serde(default)]
    pub session: Option<String>,
    /// The host's id of the ticket, if an event has it.
    #[serde(default)]
    pub ticket_id: Option<String>,
}

/// A line of a batch: a ticket with its id.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BatchLine)]
pub(crate) struct BatchLine {
    /// The id of the ticket, which the answer repeats.
    #[serde(default)]
    pub ticket_id: Option<String>,
    /// The ticket that is asked about.
    #[serde(deserialize_with = "object")]
    pub ticket: TicketBody,
}

impl TicketBody {
    /// Returns the ticket and the options of its question.
    ///
    /// # Errors
    /// Refuses a ticket with two messages, an invalid locale, and an option out of range.
    pub(crate) fn into_question(self) -> Result<(Ticket, SuggestOptions), Problem> {
        let message = match (self.text, self.html) {
            (Some(_), Some(_)) => {
                return Err(Problem::invalid(
                    "a ticket has one message; give text or html",
                ));
            }
            (None, Some(html)) => Message::Html(html),
            (text, None) => Message::Text(text.unwrap_or_default()),
        };
        let locale = self.locale.as_deref().filter(|locale| !locale.is_empty());
        let locale = locale.map(str::parse).transpose().map_err(|_| {
            Problem::invalid("the locale is no language tag; write it like en or pt-BR")
        })?;
        let default = SuggestOptions::default();
        let options = SuggestOptions {
            limit: self.limit.unwrap_or(default.limit),
            filter: Filter {
                brand: self.brand,
                label: self.label,
                product: self.product,
            },
            ..default
        };
        options.check()?;
        let ticket = Ticket {
            subject: self.subject,
            message,
            locale,
            fields: self.fields,
            ..Ticket::default()
        };
        Ok((ticket, options))
    }
}

impl fmt::Debug for TicketBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TicketBody")
            .field("text_bytes", &self.text.as_ref().map(String::len))
            .field("html_bytes", &self.html.as_ref().map(String::len))
            .finish_non_exhaustive()
    }
}
