//! The programs whose exports of tickets are read, and their names.

use std::fmt;

/// The program that an export of tickets comes from, in the order of detection: the one that is recognised most
/// reliably first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TicketSource {
    /// Issues of Jira, and requests of Jira Service Management.
    Jira,
    /// Conversations of Intercom.
    Intercom,
    /// Conversations of Help Scout.
    HelpScout,
    /// Topics of Discourse.
    Discourse,
    /// Issues and discussions of GitHub.
    Github,
    /// Tickets of Zammad with their articles.
    Zammad,
    /// Tickets of Freshdesk and Freshservice with their conversations.
    Freshdesk,
    /// Tickets of Zendesk with their comments, or ticket events.
    Zendesk,
    /// Mails: an mbox, or files of single mails.
    Mail,
    /// A table: CSV, TSV, or objects of JSON whose keys are columns.
    Table,
}

helpdex_text::names!(TicketSource, "source of tickets" {
    Jira => "jira",
    Intercom => "intercom",
    HelpScout => "help_scout",
    Discourse => "discourse",
    Github => "github",
    Zammad => "zammad",
    Freshdesk => "freshdesk",
    Zendesk => "zendesk",
    Mail => "mail",
    Table => "table",
});

impl fmt::Display for TicketSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
