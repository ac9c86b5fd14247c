//! The error type of the crate: it says who must act, what it is about, and the remedy.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use helpdex_text::names;

/// An error with its subject and its remedy.
///
/// The message is one lower-case sentence that names the value and the remedy. It never contains ticket text. A clone
/// shares the [source](StdError::source).
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    subject: Subject,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The kind of an [`Error`], which tells who must act, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller must act: a value or a file's content was refused. Correct it.
    InvalidInput,
    /// The caller asked for it: the progress callback stopped the work, and nothing was changed.
    Interrupted,
    /// The caller must act: there is no knowledge base in the folder. Create one there, or correct the path.
    NotFound,
    /// The caller must act: articles were lost. Give all of them again with `sync`, and publish.
    Incomplete,
    /// The operator must act: another process is changing this knowledge base. Try again when it has published.
    IndexLocked,
    /// The operator must act: a file is damaged, missing, or older than what was published. Restore a copy, or repair
    /// the knowledge base.
    Damaged,
    /// The operator must act: another version of Helpdex wrote the file. Use that version, or publish again with this
    /// one.
    OtherVersion,
    /// The operator must act: a file belongs to another tenant or another knowledge base. Name the right tenant, or put
    /// back the right file.
    OtherOwner,
    /// The operator must act: the file system refused an operation.
    Storage,
    /// The maintainers must act: this is a bug in Helpdex. Report it.
    Internal,
}

names!(ErrorKind, "error kind" {
    InvalidInput => "invalid_input",
    Interrupted => "interrupted",
    NotFound => "not_found",
    Incomplete => "incomplete",
    IndexLocked => "index_locked",
    Damaged => "damaged",
    OtherVersion => "other_version",
    OtherOwner => "other_owner",
    Storage => "storage",
    Internal => "internal",
});

impl ErrorKind {
    /// Whether the kind means that a file of a knowledge base exists but cannot be used: it is damaged, of another
    /// version or another owner, or it lost articles.
    #[must_use]
    pub fn is_unusable_file(self) -> bool {
        matches!(
            self,
            Self::Damaged | Self::OtherVersion | Self::OtherOwner | Self::Incomplete
        )
    }
}

#[derive(Debug, Clone, Default)]
struct Subject {
    article_id: Option<String>,
    path: Option<PathBuf>,
    line: Option<usize>,
}

/// The result of every operation of this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The longest message, in bytes. A message may quote a name from a file that was given by mistake, and such a name may
/// have megabytes.
const MAX_MESSAGE_BYTES: usize = 2_000;

impl Error {
    /// Makes an error. The message is one lower-case sentence that names the value and the remedy.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: shortened(message.into()),
            subject: Subject::default(),
            source: None,
        }
    }

    /// Makes an error of the kind [`InvalidInput`](ErrorKind::InvalidInput).
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    /// Creates the error for a line that is not `what` in JSON. It names the position, but never the text there, which
    /// may be a ticket's.
    #[must_use]
    pub fn unreadable_json(what: &str, error: &serde_json::Error) -> Self {
        let category = format!("{:?}", error.classify()).to_lowercase();
        Self::invalid(format!(
            "the line is not {what} in JSON ({category} error at column {}); correct or remove it",
            error.column()
        ))
    }

    pub(crate) fn internal(
        message: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::new(ErrorKind::Internal, message).caused_by(source)
    }

    /// Makes the error of a failed operation on a file. `what` completes the message "cannot ...".
    #[must_use]
    pub fn storage(what: &str, path: &Path, source: std::io::Error) -> Self {
        Self::new(ErrorKind::Storage, format!("cannot {what}: {source}"))
            .at_path(path)
            .caused_by(source)
    }

    pub(crate) fn no_knowledge_base(folder: &Path) -> Self {
        Self::new(
            ErrorKind::NotFound,
            "there is no knowledge base here; create one by publishing articles, or correct the path",
        )
        .at_path(folder)
    }

    /// Whether the error says that a file is missing.
    #[must_use]
    pub fn is_missing_file(&self) -> bool {
        let source = self.source.as_deref();
        source
            .and_then(|source| source.downcast_ref::<std::io::Error>())
            .is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    }

    /// Returns the message alone, without the article, path and line that it is about.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Sets the article that the error is about.
    #[must_use]
    pub fn about_article(mut self, id: &str) -> Self {
        self.subject.article_id = Some(shortened(id.to_owned()));
        self
    }

    /// Sets the file or folder that the error is about.
    #[must_use]
    pub fn at_path(mut self, path: &Path) -> Self {
        self.subject.path = Some(path.to_owned());
        self
    }

    /// Sets the line of the file that the error is about, from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.subject.line = Some(line);
        self
    }

    /// Sets the source of the error.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    /// Returns the kind, which says who must act, and how.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the id of the article that the error is about.
    #[must_use]
    pub fn article_id(&self) -> Option<&str> {
        self.subject.article_id.as_deref()
    }

    /// Returns the file or folder that the error is about.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.subject.path.as_deref()
    }

    /// Returns the line of [`path`](Self::path), from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.subject.line
    }
}

/// Returns the text; one longer than any message is cut and ends in three dots.
fn shortened(mut text: String) -> String {
    if text.len() > MAX_MESSAGE_BYTES {
        text.truncate(text.floor_char_boundary(MAX_MESSAGE_BYTES));
        text.push_str("...");
        text.shrink_to_fit();
    }
    text
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.subject.path {
            write!(f, "{}", path.display())?;
            if let Some(line) = self.subject.line {
                write!(f, ":{line}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(id) = &self.subject.article_id {
            write!(f, "article {id:?}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<helpdex_text::Error> for Error {
    fn from(error: helpdex_text::Error) -> Self {
        Self::invalid(error.to_string()).caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_the_source() {
        let system = std::io::Error::from_raw_os_error(2);
        let error = Error::storage("read the file", Path::new("a"), system).clone();
        assert!(error.is_missing_file());
        let refused = "english please".parse::<helpdex_text::Locale>();
        let error = Error::from(refused.unwrap_err()).clone();
        let source = error.source().unwrap();
        assert!(source.is::<helpdex_text::Error>());
        assert_eq!(source.to_string(), error.to_string());
    }

    #[test]
    fn what_a_message_quotes_takes_little_memory() {
        let long = "\u{E15}".repeat(1_000_000);
        let error = Error::invalid(format!("unknown field {long}")).about_article(&long);
        assert!(error.to_string().len() < 3 * MAX_MESSAGE_BYTES);
        assert!(error.to_string().ends_with("..."));
        assert_eq!(Error::invalid("short").to_string(), "short");
    }
}
