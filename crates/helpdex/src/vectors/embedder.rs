//! The interface by which Helpdex asks a model of the host for vectors.

use std::fmt;

use helpdex_text::names;

use crate::vectors::vector::Vector;

/// Any error of an embedder.
pub type EmbedError = Box<dyn std::error::Error + Send + Sync>;

/// A model that turns texts into vectors. Texts with the same meaning have vectors with nearly the same direction.
///
/// Helpdex has no model of its own and downloads none. A host provides its own model with
/// [`KnowledgeBase::with_embedder`](crate::KnowledgeBase::with_embedder).
///
/// ```
/// use helpdex::vectors::{EmbedError, Embedder, TextKind};
///
/// /// Counts letters: a model for tests alone.
/// struct Letters;
///
/// impl Embedder for Letters {
///     fn name(&self) -> &str {
///         "letters"
///     }
///
///     fn dimension(&self) -> usize {
///         26
///     }
///
///     fn embed(&self, texts: &[&str], _: TextKind) -> Result<Vec<f32>, EmbedError> {
///         let mut vectors = vec![0.0; 26 * texts.len()];
///         for (text, vector) in texts.iter().zip(vectors.chunks_mut(26)) {
///             for letter in text.bytes().filter(u8::is_ascii_lowercase) {
///                 vector[usize::from(letter - b'a')] += 1.0;
///             }
///         }
///         Ok(vectors)
///     }
/// }
///
/// assert_eq!(Letters.embed(&["abba"], TextKind::Ticket)?[..3], [2.0, 2.0, 0.0]);
/// # Ok::<(), EmbedError>(())
/// ```
pub trait Embedder: Send + Sync {
    /// Returns the name of the model, 1 to 200 bytes. The name must cover everything that affects the vectors, such as
    /// the revision and the preparation of texts. Vectors with different names are never compared.
    fn name(&self) -> &str;

    /// Returns the number of values of each vector, 1 to 8,192.
    fn dimension(&self) -> usize;

    /// Returns the vectors of the texts, in their order, one after the other: `texts.len()` times
    /// [`dimension`](Self::dimension) values. They need not have unit length: Helpdex divides by the length. A vector
    /// of zeros means that the text has none.
    ///
    /// A text of an article is its title, or its title and a passage of about 100 words below it; a text of a ticket is
    /// what the customer wrote, cleaned and with personal data masked. A call has at most 64 texts. Calls come from
    /// several threads if the host answers tickets in several threads.
    ///
    /// # Errors
    /// Any error of the model. After an error, a publish or a training fails and changes nothing, and an answer is made
    /// without vectors. An [`Error`](crate::Error) reaches the caller unchanged, and any other error as the source of
    /// an [`InvalidInput`](crate::ErrorKind::InvalidInput).
    fn embed(&self, texts: &[&str], kind: TextKind) -> Result<Vec<f32>, EmbedError>;

    /// Returns the vectors that the host already has for an article, so that [`embed`](Self::embed) is not called for
    /// it; `None` (default) if the host has none, and an empty list for an article that must have none.
    ///
    /// The first vector is that of the title. If there is one further vector for each passage, in their order, an
    /// answer shows the nearest passage. Any other number of vectors is valid too.
    fn of_article(&self, article_id: &str) -> Option<Vec<Vector>> {
        let _ = article_id;
        None
    }

    /// Returns the longest time that an answer waits for the vector of its ticket, in milliseconds. With `None`
    /// (default), the answer waits for half of its [time budget](crate::SuggestOptions::time_budget_ms), or without a
    /// limit if it has none.
    fn patience_ms(&self) -> Option<u64> {
        None
    }
}

impl fmt::Debug for dyn Embedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedder")
            .field("name", &self.name())
            .field("dimension", &self.dimension())
            .finish_non_exhaustive()
    }
}

/// The kind of an embedded text. Some models need a different prefix for each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// The title or a passage of an article.
    Article,
    /// A ticket.
    Ticket,
}

names!(TextKind, "text kind" {
    Article => "article",
    Ticket => "ticket",
});
