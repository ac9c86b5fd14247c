//! Arguments of commands that read exports of tickets.

use std::path::Path;

use clap::Args;
use helpdex::Locale;
use helpdex_import::{
    ArticleLinks, ChosenLinks, TicketImport, TicketOptions, TicketSource, TicketText,
    read_exported_tickets,
};

use crate::arguments::{one_of, pair};
use crate::failure::Failure;
use crate::import_report::ReadArticles;

/// How tickets are read from an export.
#[derive(Args)]
pub(crate) struct TicketArguments {
    /// Source of the tickets; detected by default
    #[arg(long = "tickets-from", value_name = "SOURCE", value_parser = one_of(&TicketSource::ALL, TicketSource::name))]
    source: Option<TicketSource>,
    /// Customer messages that make up the text of a ticket: the first one, or all before the reply that solved it
    #[arg(long = "ticket-text", value_name = "MESSAGES", value_parser = one_of(&TicketText::ALL, TicketText::name), default_value = TicketText::First.name())]
    text: TicketText,
    /// Articles that count if agents linked several
    #[arg(long, value_name = "LINKS", value_parser = one_of(&ChosenLinks::ALL, ChosenLinks::name), default_value = ChosenLinks::Last.name())]
    links: ChosenLinks,
    /// Ignore article titles that agents wrote word for word; by default, they count in tickets without a link
    #[arg(long)]
    ignore_titles: bool,
    /// Locale of tickets that state none; the language is detected by default
    #[arg(long, value_name = "LOCALE")]
    ticket_locale: Option<Locale>,
    /// Field of a ticket and the table column that holds it, such as text=Question; can be given several times
    #[arg(
        long_help = "Field of a ticket and the table column that holds it, such as text=Question; can be given several \
                     times. Fields: id, subject, text, requester, locale, status, created_at, solved_at, reply, \
                     articles, brand",
        long = "ticket-map", value_name = "FIELD=COLUMN", value_parser = pair)]
    columns: Vec<(String, String)>,
    /// E-mail address or domain of agents, to recognise their mails; can be given several times
    #[arg(long = "agent", value_name = "ADDRESS")]
    agents: Vec<String>,
    /// URL that redirects to another one, such as that of a moved page or a short link; can be given several times
    #[arg(long = "redirect", value_name = "FROM=TO", value_parser = pair)]
    redirects: Vec<(String, String)>,
}

impl TicketArguments {
    /// Whether the arguments name the source.
    pub(crate) fn names_source(&self) -> bool {
        self.source.is_some()
    }

    /// Reads the tickets of an export. `read` has the articles that agents linked, and the redirects that lead to them.
    pub(crate) fn read(&self, export: &Path, read: &ReadArticles) -> Result<TicketImport, Failure> {
        let mut links = ArticleLinks::new(&read.articles)?;
        // One of the command counts more than one of a page.
        for (from, to) in read.redirects.iter().chain(&self.redirects) {
            links.redirect(from, to)?;
        }
        let options = TicketOptions {
            source: self.source,
            text: self.text,
            links: self.links,
            ignores_titles: self.ignore_titles,
            locale: self.ticket_locale.clone(),
            columns: self.columns.clone(),
            agents: self.agents.clone(),
            ..TicketOptions::default()
        };
        Ok(read_exported_tickets(export, &links, &options)?)
    }
}
