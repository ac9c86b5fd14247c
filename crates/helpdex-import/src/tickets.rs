//! Builds tickets from exports: the customer's own words, and the articles that agents linked in their replies.

mod answer;
mod article_links;
mod entry;
mod found_ticket;
mod message;
mod redirects;
mod ticket_collector;
mod ticket_options;
mod ticket_report;
mod ticket_source;
mod ticket_summary;
mod titles;

pub use article_links::{ArticleLinks, NamedArticles};
pub(crate) use entry::Writer;
pub(crate) use found_ticket::{FoundTicket, State};
pub(crate) use ticket_collector::{FoundMessage, TicketCollector};
pub use ticket_options::{ChosenLinks, TicketOptions, TicketText};
pub use ticket_report::{FoundBy, ImportedTicket, TicketImport, TicketLeftOut};
pub use ticket_source::TicketSource;
pub use ticket_summary::{MonthOfTickets, TicketSummary};
