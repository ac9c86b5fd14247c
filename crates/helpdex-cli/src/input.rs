//! Input files of commands: what they read, and solved tickets from it.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use helpdex::{ErrorKind, FeedbackEvent, Message};
use helpdex_import::{ErrorList, read_feedback};

use crate::failure::Failure;
use crate::output;

/// Opens a file, or standard input for `-`, and returns it with its size; 0 for standard input. The path of a pipe or a
/// device is refused before it is opened.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn Read>, u64), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), 0));
    }
    let shown = path.display();
    let metadata = fs::metadata(path).map_err(|e| cannot_open(path, &e))?;
    if !metadata.is_file() {
        return Err(
            format!("{shown}: it is no file; give a file, or - to read standard input").into(),
        );
    }
    let file = File::open(path).map_err(|e| cannot_open(path, &e))?;
    Ok((Box::new(file), metadata.len()))
}

fn cannot_open(path: &Path, error: &io::Error) -> String {
    format!("{}: cannot open the file: {error}", path.display())
}

/// The most bytes of solved tickets that are held in memory at once: a million tickets of a thousand bytes.
const MAX_HELD_BYTES: usize = 1 << 30;

/// Reads the solved tickets of a file of JSON lines; returns them with the errors of invalid lines.
pub(crate) fn read_tickets(path: &Path) -> Result<(Vec<FeedbackEvent>, ErrorList), Failure> {
    let (file, _) = open(path)?;
    let mut skipped = ErrorList::default();
    let mut tickets = Vec::new();
    let mut held_bytes = 0;
    for read in read_feedback(BufReader::new(file), path) {
        match read {
            Ok(ticket) => {
                held_bytes += size_bytes(&ticket);
                tickets.push(ticket);
            }
            Err(error) if error.kind() == ErrorKind::Storage => return Err(error.into()),
            Err(error) => skipped.push(error),
        }
        if held_bytes > MAX_HELD_BYTES {
            return Err(format!(
                "{}: the tickets have more than {MAX_HELD_BYTES} bytes; give fewer, or learn them with `helpdex learn`",
                path.display()
            )
            .into());
        }
    }
    if tickets.is_empty() && !skipped.is_empty() {
        output::warn_of_skipped(&skipped);
        let path = path.display();
        return Err(format!("no line of {path} is a solved ticket; correct them first").into());
    }
    Ok((tickets, skipped))
}

/// Reads the solved tickets of all files, and warns of lines that are none.
pub(crate) fn read_tickets_of_all(paths: &[PathBuf]) -> Result<Vec<FeedbackEvent>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        let (tickets, skipped) = read_tickets(path)?;
        output::warn_of_skipped(&skipped);
        all.extend(tickets);
    }
    Ok(all)
}

/// Returns the bytes that a ticket takes in memory, without its names.
fn size_bytes(solved: &FeedbackEvent) -> usize {
    let message = match &solved.ticket.message {
        Message::Text(text) | Message::Html(text) => text.len(),
        Message::Email(bytes) => bytes.len(),
    };
    let articles: usize = solved.articles.iter().map(String::len).sum();
    size_of::<FeedbackEvent>()
        + message
        + articles
        + solved.ticket.subject.as_ref().map_or(0, String::len)
}
