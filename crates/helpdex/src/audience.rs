//! Visibility of articles, and the audience of an answer.

use std::collections::BTreeSet;

use helpdex_text::names;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The visibility of an article, ordered from the widest to the narrowest circle of readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Visibility {
    /// The article is for everybody.
    Public,
    /// The article is for signed-in readers, limited to its user segments if it names any.
    SignedIn,
    /// The article is for agents only. An article that states no visibility is internal, never public.
    #[default]
    Internal,
}

names!(Visibility, "visibility" {
    Public => "public",
    SignedIn => "signed_in",
    Internal => "internal",
});

/// The audience of an answer. It decides which articles exist at all, and it has no default: every caller must state
/// it.
///
/// An article outside the audience changes nothing of an answer, not even a score.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Audience {
    visibility: Visibility,
    user_segments: BTreeSet<String>,
}

impl Audience {
    /// Creates the audience of readers who are not signed in and see public articles only.
    #[must_use]
    pub fn public() -> Self {
        Self {
            visibility: Visibility::Public,
            user_segments: BTreeSet::new(),
        }
    }

    /// Creates the audience of a signed-in reader with these user segments (possibly none). The reader sees public and
    /// signed-in articles; those that name user segments only if they name one of these.
    #[must_use]
    pub fn signed_in<S: Into<String>>(user_segments: impl IntoIterator<Item = S>) -> Self {
        Self {
            visibility: Visibility::SignedIn,
            user_segments: user_segments.into_iter().map(Into::into).collect(),
        }
    }

    /// Creates the audience of an agent, who sees every article, whatever its user segments.
    #[must_use]
    pub fn internal() -> Self {
        Self {
            visibility: Visibility::Internal,
            user_segments: BTreeSet::new(),
        }
    }

    /// Returns the audience of readers without user segments who see articles of this class and of all wider ones.
    pub(crate) fn of_class(class: Visibility) -> Self {
        Self {
            visibility: class,
            user_segments: BTreeSet::new(),
        }
    }

    /// Returns the audience with the name `public`, `signed_in` or `internal`; only `signed_in` may have user segments.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for another name, or for user segments with another audience.
    pub fn from_name(name: &str, user_segments: Vec<String>) -> Result<Self> {
        match name {
            "signed_in" => Ok(Self::signed_in(user_segments)),
            "public" | "internal" if !user_segments.is_empty() => Err(Error::invalid(format!(
                "user segments do not go with audience {name:?}; give them with \"signed_in\""
            ))),
            "public" => Ok(Self::public()),
            "internal" => Ok(Self::internal()),
            _ => Err(Error::invalid(format!(
                "audience {name:?} is unknown; give \"public\", \"signed_in\" or \"internal\""
            ))),
        }
    }

    /// Returns the narrowest class of articles that the audience sees.
    #[must_use]
    pub fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// Returns the user segments, in order; empty unless the audience is signed in.
    pub fn user_segments(&self) -> impl Iterator<Item = &str> {
        self.user_segments.iter().map(String::as_str)
    }

    /// Whether the audience may see articles of this class at all.
    #[must_use]
    pub fn sees_class(&self, class: Visibility) -> bool {
        class <= self.visibility
    }

    /// Whether the audience may see an article of a visibility that it sees, given the user segments that the article
    /// names.
    #[must_use]
    pub fn sees_segments(&self, article_segments: &[String]) -> bool {
        self.visibility == Visibility::Internal
            || article_segments.is_empty()
            || article_segments
                .iter()
                .any(|segment| self.user_segments.contains(segment))
    }
}
