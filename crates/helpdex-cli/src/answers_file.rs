//! A file of answers to many tickets, one line of JSON each, which an interrupted run continues.

use std::fs::{File, TryLockError};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use helpdex::answer::RankedArticle;
use helpdex::vectors::VectorUse;
use helpdex::{Locale, Outcome, Suggestions, Ticket};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The most bytes of a line. No answer has as many, even with ten passages.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// The line of one ticket. It leaves out the time of the answer, so that the same tickets give the same bytes.
#[derive(Serialize)]
pub(crate) struct AnswerLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_id: Option<&'a str>,
    #[serde(flatten)]
    answer: Answer<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer<'a> {
    Found {
        suggestion_id: &'a str,
        #[serde(flatten)]
        outcome: &'a Outcome,
        ranking: &'a [RankedArticle],
        answerable_probability: f32,
        searched_locales: &'a [Locale],
        #[serde(skip_serializing_if = "Option::is_none")]
        vectors: Option<VectorUse>,
    },
    /// The ticket is invalid, and the line contains the error in place of an answer.
    Error { error: String },
}

impl<'a> AnswerLine<'a> {
    pub(crate) fn new(
        ticket_id: Option<&'a str>,
        answer: &'a helpdex::Result<Suggestions>,
    ) -> Self {
        let answer = match answer {
            Ok(found) => Answer::Found {
                suggestion_id: &found.suggestion_id,
                outcome: &found.outcome,
                ranking: &found.ranking,
                answerable_probability: found.answerable_probability,
                searched_locales: &found.searched_locales,
                vectors: (found.vectors != VectorUse::NotGiven).then_some(found.vectors),
            },
            Err(error) => Answer::Error {
                error: error.to_string(),
            },
        };
        Self { ticket_id, answer }
    }
}

/// The field of a line in the file that says which ticket it answers.
#[derive(Deserialize)]
struct Written {
    ticket_id: Option<String>,
}

/// The file, which only grows: existing lines are compared with the new answers and never changed.
pub(crate) struct AnswersFile {
    path: PathBuf,
    file: BufWriter<File>,
    /// The number of complete lines that the file had when it was opened.
    kept: usize,
    /// The ticket of the last complete line, which is answered again to compare the answer with the line.
    last_ticket: Option<helpdex::Result<Ticket>>,
    /// The last complete line, which the new answer to its ticket must equal.
    last_line: Option<String>,
    /// The beginning of an unfinished line behind the complete ones.
    begun: Vec<u8>,
}

impl AnswersFile {
    /// Opens or creates the answers file, and takes the tickets whose answers it already has from `tickets`. The last
    /// of them is kept for [`take_last_ticket`](Self::take_last_ticket): it is answered again to compare the answer
    /// with its line.
    ///
    /// # Errors
    /// When the file cannot be opened, another process writes it, or a line does not belong to its ticket.
    pub(crate) fn open(
        path: &Path,
        tickets: &mut impl Iterator<Item = helpdex::Result<Ticket>>,
    ) -> Result<Self, Failure> {
        let file = File::options()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(|e| format!("{}: cannot open the file: {e}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let path = path.display();
                return Err(
                    format!("{path}: another process writes it; wait until it ends").into(),
                );
            }
            Err(TryLockError::Error(e)) => {
                return Err(format!("{}: cannot lock the file: {e}", path.display()).into());
            }
        }
        let mut lines = BufReader::new(file.try_clone()?);
        let mut answers = Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            kept: 0,
            last_ticket: None,
            last_line: None,
            begun: Vec::new(),
        };
        loop {
            let mut line = Vec::new();
            lines
                .by_ref()
                .take(MAX_LINE_BYTES)
                .read_until(b'\n', &mut line)
                .map_err(|e| format!("{}: cannot read the file: {e}", path.display()))?;
            if line.pop_if(|last| *last == b'\n').is_none() {
                answers.begun = line;
                return Ok(answers);
            }
            answers.kept += 1;
            let ticket = tickets.next();
            let id = ticket.as_ref().map(|ticket| {
                let ticket = ticket.as_ref().ok();
                ticket.and_then(|ticket| ticket.reference.clone())
            });
            let line = String::from_utf8(line).ok();
            let written = line
                .as_deref()
                .and_then(|line| serde_json::from_str::<Written>(line).ok());
            if id.is_none() || written.map(|written| written.ticket_id) != id {
                return Err(answers.is_of_others(answers.kept));
            }
            (answers.last_line, answers.last_ticket) = (line, ticket);
        }
    }

    /// Returns the ticket of the last complete line, which must be answered again before the others.
    pub(crate) fn take_last_ticket(&mut self) -> Option<helpdex::Result<Ticket>> {
        self.last_ticket.take()
    }

    /// Writes the next line, or the rest of it. Returns whether the line was new.
    ///
    /// # Errors
    /// When the existing line is different, and when the file cannot be written.
    pub(crate) fn write(&mut self, line: &str) -> Result<bool, Failure> {
        if let Some(last) = self.last_line.take() {
            return if last == line {
                Ok(false)
            } else {
                Err(self.is_of_others(self.kept))
            };
        }
        let begun = std::mem::take(&mut self.begun);
        let Some(rest) = line.as_bytes().strip_prefix(&*begun) else {
            return Err(self.is_of_others(self.kept + 1));
        };
        let written = self.file.write_all(rest);
        written
            .and_then(|()| self.file.write_all(b"\n"))
            .map(|()| true)
            .map_err(|e| self.cannot_be_written(&e))
    }

    /// Writes the buffered lines and returns the number of lines that were there.
    ///
    /// # Errors
    /// When the file has more lines than there are tickets, and when it cannot be written.
    pub(crate) fn finish(mut self) -> Result<usize, Failure> {
        if !self.begun.is_empty() {
            return Err(self.is_of_others(self.kept + 1));
        }
        let flushed = self.file.flush();
        flushed.map_err(|e| self.cannot_be_written(&e))?;
        Ok(self.kept)
    }

    fn cannot_be_written(&self, error: &std::io::Error) -> Failure {
        format!("{}: cannot write the file: {error}", self.path.display()).into()
    }

    fn is_of_others(&self, line: usize) -> Failure {
        format!(
            "{}:{line}: this is not the answer that these tickets, articles and options give; remove the file to begin \
             anew, or name another one",
            self.path.display()
        )
        .into()
    }
}
