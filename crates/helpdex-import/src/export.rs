//! Exports articles, feedback and interaction events to JSON lines, which can be imported again.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use helpdex::events::InteractionEvent;
use helpdex::{Article, Error, FeedbackEvent, Result};
use serde::Serialize;

use crate::article_line::ArticleLine;
use crate::event_line::EventLine;
use crate::ticket_line::TicketLine;

/// Writes one line of JSON per article, with all of its fields, and returns their number. [`read_articles`] reads the same
/// articles from it. Errors name `path`.
///
/// ```
/// use helpdex::{Article, ArticleFields};
///
/// let pin = Article::new(ArticleFields {
///     id: "pin".into(),
///     locale: "en".into(),
///     title: "Reset your PIN".into(),
///     ..ArticleFields::default()
/// })?;
/// let mut lines = Vec::new();
/// assert_eq!(helpdex_import::write_articles([&pin], &mut lines, "articles.jsonl")?, 1);
/// assert!(lines.starts_with(br#"{"id":"pin","locale":"en","title":"Reset your PIN""#));
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when writing fails.
///
/// [`read_articles`]: crate::read_articles
pub fn write_articles<'a>(
    articles: impl IntoIterator<Item = &'a Article>,
    to: impl Write,
    path: impl AsRef<Path>,
) -> Result<usize> {
    let articles = articles.into_iter();
    write_lines(
        articles.map(|article| ArticleLine::of(article.fields())),
        to,
        path.as_ref(),
    )
}

/// Writes one line of JSON per feedback event, and returns their number. [`read_feedback`] reads the same events from it.
/// Errors name `path`, and never the text of a ticket.
///
/// ```
/// use helpdex::{FeedbackEvent, Ticket, Verdict};
/// use helpdex_import::{read_feedback, write_feedback};
///
/// let event = FeedbackEvent {
///     ticket_id: "4711".into(),
///     ticket: Ticket::from_text("Where is my money?"),
///     at: "2026-03-01T09:30:00Z".parse()?,
///     verdict: Verdict::Linked,
///     articles: vec!["refund".into()],
///     key: None,
/// };
/// let mut lines = Vec::new();
/// write_feedback([&event], &mut lines, "feedback.jsonl")?;
/// assert_eq!(read_feedback(&*lines, "feedback.jsonl").next().unwrap()?, event);
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when writing fails.
///
/// [`read_feedback`]: crate::read_feedback
pub fn write_feedback<'a>(
    events: impl IntoIterator<Item = &'a FeedbackEvent>,
    to: impl Write,
    path: impl AsRef<Path>,
) -> Result<usize> {
    let events = events.into_iter();
    write_lines(events.map(TicketLine::of_event), to, path.as_ref())
}

/// Writes one line of JSON per interaction event, and returns their number; stops at the first error among the events.
/// [`read_events`] reads the same events from it. Errors name `path`.
///
/// ```
/// use helpdex::events::{Interaction, InteractionEvent};
/// use helpdex_import::{read_events, write_events};
///
/// let at = "2026-03-01T09:30:00Z".parse()?;
/// let event = InteractionEvent::new(Interaction::Offered, at);
/// let mut lines = Vec::new();
/// write_events([Ok(event.clone())], &mut lines, "events.jsonl")?;
/// assert_eq!(read_events(&*lines, "events.jsonl").next().unwrap()?, event);
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when writing fails, and the first error among the events.
///
/// [`read_events`]: crate::read_events
pub fn write_events(
    events: impl IntoIterator<Item = Result<InteractionEvent>>,
    to: impl Write,
    path: impl AsRef<Path>,
) -> Result<usize> {
    let mut failed = None;
    let events = events.into_iter().map_while(|event| match event {
        Ok(event) => Some(EventLine::of(&event)),
        Err(error) => {
            failed = Some(error);
            None
        }
    });
    let count = write_lines(events, to, path.as_ref())?;
    failed.map_or(Ok(count), Err)
}

/// Creates a file for an export, or empties an existing one. On Unix, only the owner can read a new file, because
/// articles may be internal and tickets are private. An existing file keeps its permissions.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when the file cannot be created.
pub fn create_file(path: &Path) -> Result<BufWriter<File>> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).and_then(|file| {
        restrict(&file)?;
        Ok(file)
    });
    let file = file.map_err(|error| Error::storage("create the file", path, error))?;
    Ok(BufWriter::new(file))
}

/// Takes the rights of everybody but the owner from a file that was there before. Devices and pipes keep theirs.
#[cfg(unix)]
fn restrict(file: &File) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    if file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it fails on Unix")]
fn restrict(_: &File) -> io::Result<()> {
    Ok(())
}

fn write_lines(
    lines: impl Iterator<Item = impl Serialize>,
    mut to: impl Write,
    path: &Path,
) -> Result<usize> {
    let mut count = 0;
    for line in lines {
        serde_json::to_writer(&mut to, &line)
            .map_err(Into::into)
            .and_then(|()| to.write_all(b"\n"))
            .map_err(|error| Error::storage("write a line", path, error))?;
        count += 1;
    }
    to.flush()
        .map_err(|error| Error::storage("write a line", path, error))?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use helpdex::{ErrorKind, Message, Ticket, Verdict};

    use super::*;
    use crate::read_feedback;

    fn event(verdict: Verdict, message: Message) -> FeedbackEvent {
        FeedbackEvent {
            ticket_id: "4711".into(),
            ticket: Ticket {
                subject: Some("Money".into()),
                message,
                locale: Some("de-AT".parse().unwrap()),
                requester: Some("ana".into()),
                ..Ticket::default()
            },
            at: "2026-03-01T09:30:00Z".parse().unwrap(),
            verdict,
            articles: if verdict.names_articles() {
                vec!["refund".into(), "2".into()]
            } else {
                Vec::new()
            },
            key: Some("click 7".into()),
        }
    }

    #[test]
    fn every_verdict_and_form_of_a_message_is_read_again() {
        let messages = [
            Message::Text("one\ntwo".into()),
            Message::Html("<p>one</p>".into()),
            Message::Email(b"Subject: x\r\n\r\none".to_vec()),
        ];
        let events: Vec<FeedbackEvent> = Verdict::ALL
            .into_iter()
            .zip(messages.into_iter().cycle())
            .map(|(verdict, message)| event(verdict, message))
            .collect();
        let mut lines = Vec::new();
        let written = write_feedback(&events, &mut lines, "f").unwrap();
        assert_eq!(written, Verdict::ALL.len());
        let read: Result<Vec<FeedbackEvent>> = read_feedback(&*lines, "f").collect();
        assert_eq!(read.unwrap(), events);
    }

    #[test]
    fn a_full_disk_is_told_with_the_path_and_without_the_text() {
        let full: &mut [u8] = &mut [0; 10];
        let all = [event(Verdict::Linked, Message::Text("marker".into()))];
        let error = write_feedback(&all, full, "feedback.jsonl").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Storage);
        assert_eq!(error.path(), Some(Path::new("feedback.jsonl")));
        assert!(!format!("{error} {error:?}").contains("marker"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_its_owners_alone_also_where_it_replaces_one_that_others_could_read() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feedback.jsonl");
        std::fs::write(&path, "longer").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let mut file = create_file(&path).unwrap();
        file.write_all(b"short").unwrap();
        drop(file);
        assert_eq!(std::fs::read(&path).unwrap(), b"short");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let error = create_file(folder.path()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Storage);
    }
}
