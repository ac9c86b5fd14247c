//! Collects the tickets and messages that a source finds, and decides on the verdict of each ticket in the same way for
//! all sources.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::{Error, FeedbackEvent, Locale, Message, Ticket, Timestamp, Verdict};
use helpdex_text::reply_text;

use super::answer::{Answer, chosen};
use super::article_links::{ArticleLinks, NamedArticles};
use super::entry::{Entry, Writer};
use super::found_ticket::{FoundTicket, State};
use super::message::{content_of, message_of, shortened};
use super::ticket_options::TicketOptions;
use super::ticket_report::{ImportedTicket, TicketImport, TicketLeftOut};
use super::ticket_source::TicketSource;
use crate::error_list::ErrorList;
use crate::input::{Input, InputFile};
use crate::report::PassedOver;
use crate::sources::TakesFiles;

/// A message that customers can see.
#[derive(Debug)]
pub(crate) struct FoundMessage {
    /// The id of the message, by which repetitions are recognised; `None` if it has none.
    pub id: Option<String>,
    pub writer: Writer,
    pub at: Option<Timestamp>,
    pub content: Message,
}

#[derive(Debug, Default)]
struct Draft {
    found: Option<FoundTicket>,
    entries: Vec<Entry>,
    message_ids: BTreeSet<String>,
}

/// Collects the tickets and messages that a source finds.
pub(crate) struct TicketCollector<'a> {
    pub options: &'a TicketOptions,
    links: &'a ArticleLinks,
    drafts: BTreeMap<String, Draft>,
    /// The ids of the users who are customers, each with the user's locale.
    customers: BTreeMap<String, Option<String>>,
    import: TicketImport,
    root: std::path::PathBuf,
    has_folders: bool,
}

impl TakesFiles for TicketCollector<'_> {
    fn passed_over(&mut self, file: &InputFile) {
        let passed = self.import.passed_over.entry(file.ending());
        let passed = passed.or_insert_with(|| PassedOver {
            count: 0,
            first: file.path.clone(),
        });
        passed.count += 1;
    }

    fn failed_file(&mut self, error: Error, file: &InputFile) {
        self.failed(error, &file.path);
    }
}

impl<'a> TicketCollector<'a> {
    pub(crate) fn new(
        options: &'a TicketOptions,
        links: &'a ArticleLinks,
        input: &Input,
        source: TicketSource,
        detected_by: String,
    ) -> Self {
        Self {
            options,
            links,
            drafts: BTreeMap::new(),
            customers: BTreeMap::new(),
            import: TicketImport {
                source,
                detected_by,
                tickets_read: 0,
                tickets: Vec::new(),
                left_out: BTreeMap::new(),
                private_messages: 0,
                missing: BTreeMap::new(),
                columns: String::new(),
                skipped: ErrorList::default(),
                passed_over: BTreeMap::new(),
            },
            root: input.root.clone(),
            has_folders: input.has_folders,
        }
    }

    /// Notes a file or a record that cannot be read.
    pub(crate) fn failed(&mut self, error: Error, path: &str) {
        let place = if self.has_folders {
            self.root.join(path)
        } else {
            self.root.clone()
        };
        self.import.skipped.push(error.at_path(&place));
    }

    /// Adds a ticket. If a ticket is given twice, the newer version is used.
    pub(crate) fn ticket(&mut self, found: FoundTicket) {
        let draft = self.drafts.entry(found.id.clone()).or_default();
        let is_older = draft
            .found
            .as_ref()
            .is_some_and(|known| known.updated_at > found.updated_at);
        if !is_older {
            draft.found = Some(found);
        }
    }

    /// Adds a message that customers can see to the ticket with this id. A message with an id that was seen before is
    /// ignored.
    pub(crate) fn message(&mut self, ticket_id: &str, message: FoundMessage) {
        let FoundMessage {
            id,
            writer,
            at,
            content,
        } = message;
        let draft = self.drafts.entry(ticket_id.to_owned()).or_default();
        if id.is_some_and(|id| !draft.message_ids.insert(id)) {
            return;
        }
        let content = shortened(content);
        let named = if writer == Writer::Customer {
            NamedArticles::default()
        } else {
            self.links.in_text(&reply_text(content_of(&content)))
        };
        let text = (writer != Writer::Agent).then_some(content);
        draft.entries.push(Entry {
            writer,
            at,
            text,
            named,
        });
    }

    /// Notes the fields of a table and their columns, as in `subject=Title, text=Body`.
    pub(crate) fn note_columns(&mut self, shown: &str) {
        shown.clone_into(&mut self.import.columns);
    }

    /// Whether the ticket has a message.
    pub(crate) fn has_messages(&self, ticket_id: &str) -> bool {
        self.drafts
            .get(ticket_id)
            .is_some_and(|draft| !draft.entries.is_empty())
    }

    /// Counts a message that customers cannot see.
    pub(crate) fn private_message(&mut self) {
        self.import.private_messages += 1;
    }

    /// Notes that a user is a customer, and the locale of the user.
    pub(crate) fn customer(&mut self, id: String, locale: Option<String>) {
        self.customers.insert(id, locale);
    }

    /// Decides on the verdict of every ticket, and returns the tickets in the order of time.
    pub(crate) fn finish(mut self) -> TicketImport {
        for (id, draft) in std::mem::take(&mut self.drafts) {
            // Messages of a ticket that the export does not have.
            let Some(found) = draft.found else { continue };
            self.import.tickets_read += 1;
            match self.settle(id, found, draft.entries) {
                Ok(ticket) => self.import.tickets.push(ticket),
                Err(reason) => *self.import.left_out.entry(reason).or_default() += 1,
            }
        }
        self.import.tickets.sort_by_key(|ticket| ticket.event.at);
        self.import
    }

    fn settle(
        &mut self,
        id: String,
        found: FoundTicket,
        mut entries: Vec<Entry>,
    ) -> Result<ImportedTicket, TicketLeftOut> {
        match found.state {
            State::LeftOut(reason) => return Err(reason),
            State::Open => return Err(TicketLeftOut::Open),
            State::Unknown | State::Solved => {}
        }
        for entry in &mut entries {
            entry.writer = self.writer(&entry.writer, &found);
        }
        entries.sort_by_key(|entry| entry.at);
        let answer = Answer::of(&found, &entries, self.links, self.options);
        for page in answer.missing {
            *self.import.missing.entry(page).or_default() += 1;
        }
        if found.state == State::Unknown && answer.articles.is_empty() {
            return Err(TicketLeftOut::StateUnknown);
        }
        let last = entries.iter().filter_map(|entry| entry.at).max();
        let at = found
            .solved_at
            .or(answer.at)
            .or(last)
            .or(found.updated_at)
            .or(found.created_at)
            .ok_or(TicketLeftOut::NoTime)?;
        let message =
            message_of(entries, answer.at, self.options.text).ok_or(TicketLeftOut::NoText)?;
        let ticket = Ticket {
            subject: found.subject.filter(|subject| !subject.trim().is_empty()),
            message,
            locale: self.locale(found.locale.as_deref(), found.requester.as_ref()),
            fields: found.fields,
            requester: found.requester,
            reference: None,
            vector: None,
        };
        check_text(&ticket)?;
        let (articles, other_articles) = chosen(answer.articles, self.options.links);
        Ok(ImportedTicket {
            event: FeedbackEvent {
                ticket_id: id,
                ticket,
                at,
                verdict: verdict_of(&articles),
                articles,
                key: None,
            },
            found_by: answer.found_by,
            other_articles,
        })
    }

    fn writer(&self, writer: &Writer, found: &FoundTicket) -> Writer {
        let Writer::User(id) = writer else {
            return writer.clone();
        };
        if found.requester.as_ref() == Some(id) {
            Writer::Customer
        } else if self.customers.contains_key(id) {
            // Another customer, whose words are not the ticket's.
            Writer::User(id.clone())
        } else {
            Writer::Agent
        }
    }

    fn locale(&self, stated: Option<&str>, requester: Option<&String>) -> Option<Locale> {
        let of_user = requester.and_then(|id| self.customers.get(id)?.as_deref());
        stated
            .or(of_user)
            .and_then(|tag| tag.parse().ok())
            .or_else(|| self.options.locale.clone())
    }
}

fn verdict_of(articles: &[String]) -> Verdict {
    if articles.is_empty() {
        Verdict::Unlinked
    } else {
        Verdict::Linked
    }
}

/// Refuses a ticket of which cleaning leaves nothing that a person wrote.
fn check_text(ticket: &Ticket) -> Result<(), TicketLeftOut> {
    let clean = ticket.clean();
    if clean.is_machine_written() {
        return Err(TicketLeftOut::MachineWritten);
    }
    if clean.text().trim().is_empty() && clean.subject().is_empty() {
        return Err(TicketLeftOut::NoText);
    }
    Ok(())
}
