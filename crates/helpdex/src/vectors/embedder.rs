//! The model of the host, as Helpdex asks it for vectors.

use std::fmt;

use helpdex_text::names;

use crate::vectors::vector::Vector;

/// Any error of an embedder.
pub type EmbedError = Box<dyn std::error::Error + Send + Sync>;

/// A model that turns texts into vectors: texts that mean the same have vectors of nearly the same direction.
///
/// Helpdex has no model of its own and downloads none. A host gives the model that it has, with
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
    /// Returns the name of the model, 1 to 200 bytes. It names everything that changes its vectors: the revision, and how
    /// texts are prepared. Vectors of two names are never compared.
    fn name(&self) -> &str;

    /// Returns the number of values of each vector, 1 to 8,192.
    fn dimension(&self) -> usize;

    /// Returns the vectors of the texts, in their order, one behind the other: `texts.len()` times
    /// [`dimension`](Self::dimension) values. They need not have unit length: Helpdex divides by the length. A vector of
    /// zeros says that the text has none.
    ///
    /// A text of an article is its title, or its title and a passage of about 100 words below it; a text of a ticket is
    /// what the customer wrote, cleaned and with personal data masked. At most 64 texts are asked for at a time, from several
    /// threads where the host answers in several.
    ///
    /// # Errors
    /// Any error of the model. A publish or a training fails by it and changes nothing; an answer is made without vectors. An
    /// [`Error`](crate::Error) reaches the caller as it is, any other one as the source of an
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput).
    fn embed(&self, texts: &[&str], kind: TextKind) -> Result<Vec<f32>, EmbedError>;

    /// Returns the vectors that the host already has of an article, in place of asking [`embed`](Self::embed) for them;
    /// `None` (default) where it has none, and an empty list for an article that is to have none.
    ///
    /// The first one is that of the title. Where the others are one for each passage, in their order, an answer shows the
    /// passage that is nearest; any other number of them is legal too.
    fn of_article(&self, article_id: &str) -> Option<Vec<Vector>> {
        let _ = article_id;
        None
    }

    /// Returns how long an answer waits for the vector of its ticket, in milliseconds; `None` (default) waits as long as it
    /// takes, or half of the answer's [time budget](crate::SuggestOptions::time_budget_ms).
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

/// The kind of a text that is embedded: some models want a prefix for each.
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
