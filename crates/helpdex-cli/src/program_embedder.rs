//! The embedder that asks a program.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use helpdex::vectors::{EmbedError, Embedder, TextKind, values_of_rows};
use helpdex::{Error, Result};
use serde::Serialize;

use crate::process::Process;

/// How long a program may take for a ticket. One that takes longer hangs: it is ended, and started again for the next ticket. An
/// answer waits less, see [`Embedder::patience_ms`].
const MOST_FOR_TICKET: Duration = Duration::from_mins(1);
/// The most tickets that wait for the program at a time: as many as the service answers at once by default. Further ones are
/// answered without vectors.
const MOST_WAITING: usize = 64;

/// A model that a program of the host runs, which may be written in any language.
///
/// The program is started once and kept. Each request is a line of JSON on its standard input, with at most 64 texts:
/// `{"kind": "article", "texts": ["Reset your PIN", "..."]}`, where `kind` is `article` or `ticket`. The answer is a line of
/// JSON on its standard output: a list with a list of numbers for each text, in their order. A list of zeros says that a text
/// has no vector. What the program writes to standard error goes to that of the command. It ends when its input does.
pub(crate) struct ProgramEmbedder {
    command: String,
    model: String,
    dimension: usize,
    patience_ms: Option<u64>,
    /// The running program; none before the first text, and after one failed.
    process: Mutex<Option<Process>>,
    waiting: AtomicUsize,
}

/// A request, which is one line.
#[derive(Serialize)]
struct Request<'a> {
    kind: &'a str,
    texts: &'a [&'a str],
}

impl ProgramEmbedder {
    /// Starts the program by a command line of the shell and asks it for one vector, which tells the dimension. `model` is the name of
    /// the model, see [`Embedder::name`], and `patience_ms` how long an answer waits for it, see [`Embedder::patience_ms`].
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a program that cannot be started, ends, or answers with no vector.
    pub(crate) fn start(command: &str, model: &str, patience_ms: Option<u64>) -> Result<Self> {
        let mut started = Self::of_dimension(command, model, 0, patience_ms);
        let rows = started.rows(&["helpdex"], TextKind::Article)?;
        started.dimension = rows.first().map_or(0, Vec::len);
        values_of_rows(model, started.dimension, 1, &rows)?;
        Ok(started)
    }

    /// Returns the embedder for vectors of this dimension. The program is started for the first text.
    pub(crate) fn of_dimension(
        command: &str,
        model: &str,
        dimension: usize,
        patience_ms: Option<u64>,
    ) -> Self {
        Self {
            command: command.to_owned(),
            model: model.to_owned(),
            dimension,
            patience_ms,
            process: Mutex::default(),
            waiting: AtomicUsize::new(0),
        }
    }

    fn rows(&self, texts: &[&str], kind: TextKind) -> Result<Vec<Vec<f32>>> {
        let request = Request {
            kind: kind.name(),
            texts,
        };
        let mut line = serde_json::to_vec(&request)
            .map_err(|e| Error::unreadable_json("a list of texts", &e))?;
        line.push(b'\n');
        let patience = (kind == TextKind::Ticket).then_some(MOST_FOR_TICKET);
        // After a panic the process is asked anew.
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = match process.take() {
            Some(running) => running,
            None => Process::start(&self.command)?,
        };
        let answer = running.ask(&line, patience)?;
        let rows = serde_json::from_slice(&answer).map_err(|error| {
            Error::invalid(format!(
                "the program answered with a line that is no list of lists of numbers in JSON, at column {}; write one \
                 list for each text, and nothing else to standard output",
                error.column()
            ))
        })?;
        *process = Some(running);
        Ok(rows)
    }
}

impl Embedder for ProgramEmbedder {
    fn name(&self) -> &str {
        &self.model
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    fn embed(&self, texts: &[&str], kind: TextKind) -> Result<Vec<f32>, EmbedError> {
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let rows = if waiting < MOST_WAITING || kind == TextKind::Article {
            self.rows(texts, kind)
        } else {
            Err(Error::invalid(format!(
                "{MOST_WAITING} tickets wait for the program already"
            )))
        };
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Ok(values_of_rows(
            &self.model,
            self.dimension,
            texts.len(),
            &rows?,
        )?)
    }

    fn patience_ms(&self) -> Option<u64> {
        self.patience_ms
    }
}

#[cfg(all(test, unix))]
mod tests {
    use helpdex::ErrorKind;

    use super::*;

    /// Answers each line with one vector.
    const ONE: &str = "while read -r line; do echo '[[0.5, 0.25]]'; done";

    #[test]
    fn a_program_is_asked_by_lines_of_json_and_started_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let shown = log.display();
        let command = format!(
            "echo start >> '{shown}'; while read -r line; do printf '%s\n' \"$line\" >> '{shown}'; echo '[[1, 2], [3, 4]]'; done"
        );
        let embedder = ProgramEmbedder::of_dimension(&command, "m", 2, None);
        let texts = ["a \"text\"\nof two lines", "the other"];
        for kind in [TextKind::Article, TextKind::Ticket] {
            let values = embedder.embed(&texts, kind).unwrap();
            assert_eq!(values, [1.0, 2.0, 3.0, 4.0]);
        }
        let asked = std::fs::read_to_string(log).unwrap();
        let lines: Vec<&str> = asked.lines().collect();
        let texts = r#""texts":["a \"text\"\nof two lines","the other"]}"#;
        assert_eq!(
            lines,
            [
                "start",
                &format!(r#"{{"kind":"article",{texts}"#),
                &format!(r#"{{"kind":"ticket",{texts}"#)
            ]
        );
    }

    #[test]
    fn a_program_that_goes_wrong_is_named_and_started_again() {
        for (command, expected) in [
            ("exit 3", "the program has ended"),
            (
                "no-such-program-of-helpdex 2> /dev/null",
                "the program has ended",
            ),
            ("read -r line; echo vectors", "no list of lists of numbers"),
            ("read -r line; echo '[0.5]'", "no list of lists of numbers"),
            ("read -r line; echo '[]'", "gave 0 rows for 1 texts"),
            ("read -r line; echo '[[1], [2]]'", "gave 2 rows for 1 texts"),
            ("read -r line; printf '[[1, 2]]'", "the program has ended"),
        ] {
            let error = ProgramEmbedder::start(command, "m", None).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains(expected), "{command}: {error}");
        }
        let embedder = ProgramEmbedder::of_dimension("read -r line; echo '[[1, 2]]'", "m", 2, None);
        assert!(embedder.embed(&["text"], TextKind::Article).is_ok());
        let error = embedder.embed(&["text"], TextKind::Article).unwrap_err();
        assert!(error.to_string().contains("has ended"), "{error}");
        assert!(embedder.embed(&["text"], TextKind::Article).is_ok());
        let other = ProgramEmbedder::of_dimension(ONE, "m", 3, None);
        let error = other.embed(&["text"], TextKind::Ticket).unwrap_err();
        assert!(
            error.to_string().contains("give 3, its dimension"),
            "{error}"
        );
    }
}
