//! Reads tickets from the export of a helpdesk.

use std::path::Path;

use helpdex::{Error, Result};

use crate::input::{Input, Patterns};
use crate::probe::Probe;
use crate::ticket_source_list;
use crate::tickets::{ArticleLinks, TicketCollector, TicketImport, TicketOptions, TicketSource};

/// Reads the tickets of an export in `path`: a folder, a file, a zip, or standard input for `-`.
///
/// The text of a ticket is what its customer wrote before it was answered: by default the first message. Notes of
/// agents, attachments and IP addresses are never read. If a reply of an agent contains the address of an article, the
/// verdict is [`Linked`](helpdex::Verdict::Linked) with that article; quotations and signatures in the reply do not
/// count, nor do links to other pages. A solved ticket without such a link is [`Unlinked`](helpdex::Verdict::Unlinked).
///
/// The texts of the tickets are as the customers wrote them, with personal data:
/// [`learn`](helpdex::KnowledgeBase::learn) masks it.
///
/// ```
/// use helpdex::{Article, ArticleFields, Verdict};
/// use helpdex_import::{ArticleLinks, TicketOptions, read_exported_tickets};
///
/// let article = Article::new(ArticleFields {
///     id: "360001".into(),
///     locale: "en-us".into(),
///     title: "Pay by card".into(),
///     ..ArticleFields::default()
/// })?;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("tickets.json");
/// std::fs::write(&path, r#"{"tickets": [{"id": 1, "status": "solved", "requester_id": 5, "submitter_id": 5, "updated_at": "2026-03-01",
///   "comments": [{"id": 1, "author_id": 5, "public": true, "body": "How do I pay by card?"},
///                {"id": 2, "author_id": 9, "public": true, "body": "https://x.example.com/hc/en-us/articles/360001"}]}]}"#)?;
/// let import = read_exported_tickets(&path, &ArticleLinks::new([&article])?, &TicketOptions::default())?;
/// assert_eq!(import.tickets[0].event.verdict, Verdict::Linked);
/// assert_eq!(import.tickets[0].event.articles, ["360001"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when `path` or a folder in it cannot be read,
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) when it is a pipe, a device, an archive over a bound, or no export of
/// tickets.
pub fn read_exported_tickets(
    path: impl AsRef<Path>,
    links: &ArticleLinks,
    options: &TicketOptions,
) -> Result<TicketImport> {
    let path = path.as_ref();
    let input = Input::open(path, &Patterns::new(&options.exclude))?;
    let named = options
        .source
        .map(|source| (source, "being named".to_owned()));
    let found = named.or_else(|| detect(&Probe::new(&input)));
    let (source, why) = found.ok_or_else(|| {
        Error::invalid(
            "it is no export of tickets that is known; give one of a helpdesk, a table with columns such as subject and \
             description, or mails, or name the source",
        )
        .at_path(path)
    })?;
    let mut collector = TicketCollector::new(options, links, &input, source, why);
    ticket_source_list::read(source, &input, &mut collector)?;
    Ok(collector.finish())
}

/// Returns the source of an export of tickets in `path`, and the reason for the guess; `None` when it is no export, for
/// example solved tickets as JSON lines in the form of Helpdex.
///
/// # Errors
/// As [`read_exported_tickets`], when `path` cannot be opened.
pub fn detect_ticket_source(path: impl AsRef<Path>) -> Result<Option<(TicketSource, String)>> {
    let input = Input::open(path.as_ref(), &Patterns::new(&[]))?;
    Ok(detect(&Probe::new(&input)))
}

fn detect(probe: &Probe<'_>) -> Option<(TicketSource, String)> {
    let is_solved = probe.json_with(&["ticket_id", "verdict"]).is_some();
    if is_solved {
        return None;
    }
    ticket_source_list::detect(probe)
}
