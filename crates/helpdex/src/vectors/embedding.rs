//! Asks an embedder for vectors, and checks them.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use helpdex_text::CleanTicket;

use crate::error::{Error, ErrorKind, Result};
use crate::vectors::embedder::{EmbedError, Embedder, TextKind};
use crate::vectors::vector::Vector;
use crate::vectors::vector_use::VectorUse;

/// The number of texts in one call of an embedder. Larger batches do not make models faster, and progress is reported
/// after each batch.
const BATCH: usize = 64;

/// Returns the vector of each text; `None` for a text for which the embedder returns zeros. `progress` is called after
/// each batch with the number of its texts.
///
/// # Errors
/// [`InvalidInput`](ErrorKind::InvalidInput) when the embedder fails, or gives another number of values than it should, or
/// values that are not finite; [`Interrupted`](ErrorKind::Interrupted) when `progress` breaks.
pub(crate) fn embed_all(
    embedder: &dyn Embedder,
    texts: &[&str],
    kind: TextKind,
    progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Vec<Option<Vector>>> {
    let (model, dimension) = (embedder.name(), embedder.dimension());
    let mut vectors = Vec::with_capacity(texts.len());
    for batch in texts.chunks(BATCH) {
        let values = embedder
            .embed(batch, kind)
            .map_err(|error| failed(model, error))?;
        if values.len() != batch.len() * dimension {
            return Err(Error::invalid(format!(
                "the embedder {model:?} gave {} values for {} texts of {dimension} values each; give one vector for each text",
                values.len(),
                batch.len()
            )));
        }
        for (row, values) in (1..).zip(values.chunks(dimension)) {
            let vector = Vector::new(model, values).map_err(|error| {
                Error::invalid(format!("row {row} of {}: {error}", batch.len()))
            })?;
            vectors.push(vector);
        }
        if progress(batch.len()).is_break() {
            return Err(Error::new(
                ErrorKind::Interrupted,
                "embedding was interrupted; the knowledge base is as it was before",
            ));
        }
    }
    Ok(vectors)
}

/// Returns the numbers of rows one behind the other, as [`Embedder::embed`] gives them: for embedders whose model gives rows.
///
/// ```
/// use helpdex::vectors::values_of_rows;
///
/// assert_eq!(values_of_rows("my-model", 2, 2, &[vec![1.0, 2.0], vec![3.0, 4.0]])?, [1.0, 2.0, 3.0, 4.0]);
/// let error = values_of_rows("my-model", 2, 2, &[vec![1.0, 2.0], vec![3.0]]).unwrap_err();
/// assert!(error.to_string().contains("1 numbers as row 2 of 2"));
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`InvalidInput`](ErrorKind::InvalidInput) for rows that are not one for each of `texts` texts, and for one that has not
/// `dimension` numbers, which it names.
pub fn values_of_rows(
    model: &str,
    dimension: usize,
    texts: usize,
    rows: &[Vec<f32>],
) -> Result<Vec<f32>> {
    if rows.len() != texts {
        let count = rows.len();
        return Err(Error::invalid(format!(
            "the embedder {model:?} gave {count} rows for {texts} texts; give one for each"
        )));
    }
    let odd = (1..).zip(rows).find(|(_, row)| row.len() != dimension);
    if let Some((number, row)) = odd {
        let count = row.len();
        return Err(Error::invalid(format!(
            "the embedder {model:?} gave {count} numbers as row {number} of {texts}; give {dimension}, its dimension"
        )));
    }
    Ok(rows.concat())
}

/// Returns an [`Error`] of an embedder unchanged, and wraps an error of another type in one that states the remedy.
fn failed(model: &str, error: EmbedError) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => *error,
        Err(error) => Error::invalid(format!(
            "the embedder {model:?} failed; mend it and try again, nothing was changed"
        ))
        .caused_by(error),
    }
}

/// Returns the vector of one ticket, or the reason why there is none. Waits for at most `patience`; `None` waits
/// without a limit.
pub(crate) fn embed_ticket(
    embedder: &Arc<dyn Embedder>,
    text: String,
    patience: Option<Duration>,
) -> std::result::Result<Vector, VectorUse> {
    let Some(patience) = patience else {
        return embed_text(&**embedder, &text);
    };
    let (sender, receiver) = mpsc::channel();
    let embedder = Arc::clone(embedder);
    thread::spawn(move || {
        // Nobody listens any more when it is late.
        let _ = sender.send(embed_text(&*embedder, &text));
    });
    match receiver.recv_timeout(patience) {
        Ok(vector) => vector,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(VectorUse::Late),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(VectorUse::Failed),
    }
}

fn embed_text(embedder: &dyn Embedder, text: &str) -> std::result::Result<Vector, VectorUse> {
    let vectors = embed_all(embedder, &[text], TextKind::Ticket, &mut |_| {
        ControlFlow::Continue(())
    });
    let vectors = vectors.map_err(|_| VectorUse::Failed)?;
    vectors
        .into_iter()
        .flatten()
        .next()
        .ok_or(VectorUse::NotGiven)
}

/// Returns the text of a ticket that is embedded: the customer's own words, with personal data masked.
pub(crate) fn ticket_text(clean: &CleanTicket) -> String {
    match (clean.subject(), clean.text()) {
        ("", text) => text.to_owned(),
        (subject, "") => subject.to_owned(),
        (subject, text) => format!("{subject}\n{text}"),
    }
}
