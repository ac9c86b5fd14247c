//! Verdicts of people on tickets.

use helpdex_text::names;
use helpdex_text::names::unknown;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A verdict of people on a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// An agent answered the ticket with these articles.
    Linked,
    /// The customer says that one of these articles solved the ticket.
    Resolved,
    /// The customer opened these articles.
    Clicked,
    /// Somebody said that these articles do not answer the ticket.
    Rejected(Rejection),
    /// Somebody said that no article answers the ticket.
    NoArticle,
    /// The ticket was closed and nobody linked an article; nobody said whether an article would have answered it. Any
    /// other verdict on the ticket replaces this one.
    Unlinked,
}

/// The reason for which articles were rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rejection {
    /// The reason is not known.
    Unknown,
    /// The articles are about something else.
    NotRelated,
    /// The articles are about the subject of the ticket, but do not answer it.
    RelatedButDidNotAnswer,
}

names!(Rejection, "rejection" {
    Unknown => "unknown",
    NotRelated => "not_related",
    RelatedButDidNotAnswer => "related_but_did_not_answer",
});

impl Verdict {
    /// Every verdict; `rejected` occurs with each reason.
    pub const ALL: [Self; 8] = [
        Self::Linked,
        Self::Resolved,
        Self::Clicked,
        Self::Rejected(Rejection::Unknown),
        Self::Rejected(Rejection::NotRelated),
        Self::Rejected(Rejection::RelatedButDidNotAnswer),
        Self::NoArticle,
        Self::Unlinked,
    ];

    /// Returns the name of the verdict: `linked`, `resolved`, `clicked`, `rejected`, `no_article` or `unlinked`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Resolved => "resolved",
            Self::Clicked => "clicked",
            Self::Rejected(_) => "rejected",
            Self::NoArticle => "no_article",
            Self::Unlinked => "unlinked",
        }
    }

    /// Whether the verdict is about articles; `no_article` and `unlinked` are about the ticket alone.
    #[must_use]
    pub fn names_articles(self) -> bool {
        !matches!(self, Self::NoArticle | Self::Unlinked)
    }

    /// Returns the reason for which articles were rejected; `None` for other verdicts.
    #[must_use]
    pub fn rejection(self) -> Option<Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }

    /// Returns the verdict with these names. `rejected` without a reason is [`Rejection::Unknown`].
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a name that is unknown, and for a reason with another verdict.
    pub fn from_names(verdict: &str, rejection: Option<&str>) -> Result<Self> {
        let named = Self::ALL.into_iter().find(|v| v.name() == verdict);
        let Some(first) = named else {
            let mut known = Vec::from(Self::ALL.map(Self::name));
            known.dedup();
            return Err(unknown("verdict", verdict, &known).into());
        };
        let Some(rejection) = rejection else {
            return Ok(first);
        };
        if first.rejection().is_none() {
            return Err(Error::invalid(format!(
                "verdict {verdict} has no rejection; drop it, or give the verdict rejected"
            )));
        }
        Ok(Self::Rejected(rejection.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_is_told_by_its_names() {
        for verdict in Verdict::ALL {
            let rejection = verdict.rejection().map(Rejection::name);
            assert_eq!(
                Verdict::from_names(verdict.name(), rejection).unwrap(),
                verdict
            );
        }
        let error = Verdict::from_names("linked", Some("unknown")).unwrap_err();
        assert!(error.to_string().contains("has no rejection"), "{error}");
    }
}
