//! `read_exported_tickets` of Python.

use std::collections::BTreeMap;
use std::path::PathBuf;

use helpdex_import::{ArticleLinks, TicketOptions, TicketSource};
use pyo3::prelude::*;

use crate::arguments::{Strings, by_name, copied, locale};
use crate::article::Article;
use crate::error::{exception, invalid};
use crate::feedback::FeedbackEvent;
use crate::interruptible::{OnInterrupt, run};

/// Read the tickets of an export, and the articles that agents linked in their replies.
///
/// A ticket is what its customer wrote; notes of agents are never read. An article whose address stands in a public reply of an
/// agent is the verdict `linked`; a solved ticket without any is `unlinked`. The texts are as the customers wrote them, with
/// personal data: `KnowledgeBase.learn` masks it.
///
/// Args:
///     path: The export: a folder, a file or a zip of JSON of a helpdesk, of tables, or of mails.
///     articles: The articles that the replies link to, as `read_articles` returns them.
///     source: Where the export comes from, such as `zendesk`; None: it is detected.
///     text: The messages of the customer that are the text of a ticket: `first`, or `all` before the reply that solved it.
///     links: The articles that count where agents linked several: `last`, `first` or `all`.
///     ignore_titles: Whether titles are left aside that agents wrote word for word; they count where a ticket has no link.
///     locale: The locale of tickets that state none; None: the language is detected.
///     columns: Which column of a table is which field of a ticket, such as `{"text": "Question"}`.
///     agents: Addresses or domains of agents, for mails.
///     redirects: Addresses that lead to others: moved pages and short links.
///
/// Returns:
///     The solved tickets in the order of time, and the figures of the import as a `dict`: `tickets_read`, `linked`, `unlinked`,
///     `link_rate`, `left_out`, `missing_articles`, `months` and more.
///
/// Raises:
///     StorageError: When `path` cannot be read at all.
///     InvalidInputError: When it is no export of tickets.
///
/// Example:
///     >>> articles = read_articles("articles.json")  # doctest: +SKIP
///     >>> tickets, report = read_exported_tickets("tickets.json", articles)  # doctest: +SKIP
#[pyfunction]
#[pyo3(
    signature = (path, articles, *, source = None, text = "first", links = "last", ignore_titles = false, locale = None,
        columns = BTreeMap::new(), agents = Strings::default(), redirects = BTreeMap::new()),
    text_signature = "(path, articles, *, source=None, text='first', links='last', ignore_titles=False, locale=None, columns={}, agents=(), redirects={})"
)]
#[expect(
    clippy::too_many_arguments,
    reason = "keyword arguments of Python, a struct in Rust"
)]
pub(crate) fn read_exported_tickets<'py>(
    py: Python<'py>,
    path: PathBuf,
    articles: &Bound<'py, PyAny>,
    source: Option<&str>,
    text: &str,
    links: &str,
    ignore_titles: bool,
    locale: Option<&str>,
    columns: BTreeMap<String, String>,
    agents: Strings,
    redirects: BTreeMap<String, String>,
) -> PyResult<(Vec<FeedbackEvent>, Bound<'py, PyAny>)> {
    let source: Option<TicketSource> = source.map(|name| by_name(py, name)).transpose()?;
    let options = TicketOptions {
        source,
        text: by_name(py, text)?,
        links: by_name(py, links)?,
        ignores_titles: ignore_titles,
        locale: self::locale(py, locale)?,
        exclude: Vec::new(),
        columns: columns.into_iter().collect(),
        agents: agents.0,
    };
    let articles = copied(articles, "articles", |article: &Article| article.0.clone())?;
    let mut known = ArticleLinks::new(&articles).map_err(|error| exception(py, &error))?;
    for (from, to) in &redirects {
        known
            .redirect(from, to)
            .map_err(|error| exception(py, &error))?;
    }
    let import = run(py, None, OnInterrupt::Abandon, move |_| {
        helpdex_import::read_exported_tickets(&path, &known, &options)
    })?;
    let summary =
        serde_json::to_string(&import.summary()).map_err(|error| invalid(py, error.to_string()))?;
    let report = py.import("json")?.call_method1("loads", (summary,))?;
    let tickets = import.tickets.into_iter();
    Ok((
        tickets.map(|ticket| FeedbackEvent(ticket.event)).collect(),
        report,
    ))
}
