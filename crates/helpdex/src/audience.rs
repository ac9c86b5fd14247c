//! Visibility of articles, and the audience of an answer.

use std::collections::BTreeSet;

use helpdex_text::names;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The visibility of an article, ordered from the widest to the narrowest circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Signed-in readers, limited to the user segments of the article if it names any.
    SignedIn,
    /// Agents only. What states no visibility is internal, never public.
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

    /// A signed-in reader of these user segments (possibly none): public and signed-in articles,
    /// of those that name user segments only the ones that name one of these.
    #[must_use]
    pub fn signed_in<S: Into<String>>(user_segments: impl IntoIterator<Item = S>) -> Self {
        Self {
            visibility: Visibility::SignedIn,
            user_segments: user_segments.into_iter().map(Into::into).collect(),
        }
    }

    /// An agent: every article, whatever its user segments.
    #[must_use]
    pub fn internal() -> Self {
        Self {
            visibility: Visibility::Internal,
            user_segments: BTreeSet::new(),
        }
    }

    /// Returns the readers without user segments who see this visibility and all wider ones.
    pub(crate) fn of_class(class: Visibility) -> Self {
        Self {
            visibility: class,
            user_segments: BTreeSet::new(),
        }
    }

    /// Reads `public`, `signed_in` or `internal`; user segments go with `signed_in` only.
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

    /// The narrowest circle of articles that it sees.
    #[must_use]
    pub fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// Returns the user segments, in order; empty unless the audience is signed in.
    pub fn user_segments(&self) -> impl Iterator<Item = &str> {
        self.user_segments.iter().map(String::as_str)
    }

    /// Whether it may see the articles of this class at all.
    #[must_use]
    pub fn sees_class(&self, class: Visibility) -> bool {
        class <= self.visibility
    }

    /// Tells whether the audience may see an article of a visibility that it sees, given the user segments that the
    /// article names.
    #[must_use]
    pub fn sees_segments(&self, article_segments: &[String]) -> bool {
        self.visibility == Visibility::Internal
            || article_segments.is_empty()
            || article_segments
                .iter()
                .any(|segment| self.user_segments.contains(segment))
    }
}
