//! An article of a help center, checked.

pub(crate) mod fields;
pub(crate) mod indexed;
mod lists;
pub(crate) mod record;
mod url;

use helpdex_text::{Body, CleanArticle, Locale, MAX_ARTICLE_BYTES, clean_article, names};

pub use self::fields::{ArticleFields, ArticleKind, BodyFormat, Status, Votes};
pub use self::indexed::{IndexedArticle, IndexedSection};
use self::lists::{check_length, check_list, check_sections};
use self::record::ArticleRecord;
use self::url::{check_url, reorders_text};
use crate::audience::Visibility;
use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// The longest id, in bytes: what common help desks and file systems accept.
const MAX_ID_BYTES: usize = 255;
/// The longest title, in characters; the longest found in help centers is about 250.
const MAX_TITLE_CHARS: usize = 1_000;

/// An article of a help center in one locale, as the host has it, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    fields: ArticleFields,
    locale: Locale,
    content_hash: blake3::Hash,
}

/// The reason for which readers do not see an article at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unpublished {
    /// The article has the status draft.
    Draft,
    /// The article has the status archived.
    Archived,
    /// The `valid_from` of the article lies in the future.
    NotYetValid,
    /// The `valid_until` of the article has passed.
    Expired,
    /// The article is denied.
    Denied,
}

names!(Unpublished, "reason" {
    Draft => "draft",
    Archived => "archived",
    NotYetValid => "not_yet_valid",
    Expired => "expired",
    Denied => "denied",
});

impl Article {
    /// Makes an article from its fields and checks them: each field has a limit, which its documentation in
    /// [`ArticleFields`] states.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the article, the field or value, its size and the remedy.
    pub fn new(fields: ArticleFields) -> Result<Self> {
        let id = fields.id.clone();
        Self::checked(fields).map_err(|error| error.about_article(&id))
    }

    fn checked(mut fields: ArticleFields) -> Result<Self> {
        check_id("article id", &fields.id)?;
        if let Some(group) = &fields.translation_group {
            check_id("translation group", group)?;
        }
        let locale: Locale = fields.locale.parse()?;
        fields.title = one_line(&fields.title);
        let title_chars = fields.title.chars().count();
        if title_chars > MAX_TITLE_CHARS {
            return Err(Error::invalid(format!(
                "title has {title_chars} characters; shorten it to {MAX_TITLE_CHARS}"
            )));
        }
        if fields.title.is_empty() && fields.body.trim().is_empty() {
            return Err(Error::invalid(
                "title and body are both empty; give at least one of them",
            ));
        }
        check_sections(&fields.section_path)?;
        for (name, list) in [
            ("labels", &fields.labels),
            ("products", &fields.products),
            ("user_segments", &fields.user_segments),
        ] {
            check_list(name, list)?;
        }
        if let Some(brand) = &fields.brand {
            check_length("brand", brand)?;
        }
        if !fields.user_segments.is_empty() && fields.visibility == Visibility::Public {
            return Err(Error::invalid(
                "a public article cannot name user_segments; set visibility to \"signed_in\" or drop them",
            ));
        }
        if let (Some(from), Some(until)) = (fields.valid_from, fields.valid_until)
            && from >= until
        {
            return Err(Error::invalid(format!(
                "valid_from {from} is not before valid_until {until}; swap or drop one"
            )));
        }
        if let Some(url) = &fields.url {
            check_url(url)?;
        }
        if let Some(state) = &mut fields.state {
            *state = one_line(state);
            check_length("state", state)?;
        }
        if fields.body.len() > MAX_ARTICLE_BYTES {
            return Err(Error::invalid(format!(
                "body has {} bytes; split it into articles of at most {MAX_ARTICLE_BYTES}",
                fields.body.len()
            )));
        }
        Ok(Self {
            content_hash: ArticleRecord::from(&fields).content_hash()?,
            fields,
            locale,
        })
    }

    /// Returns the id of the article.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.fields.id
    }

    /// Returns the locale of the article.
    #[must_use]
    pub fn locale(&self) -> &Locale {
        &self.locale
    }

    /// Returns the translation group, which is the article's own id when it names none.
    #[must_use]
    pub fn translation_group(&self) -> &str {
        self.fields
            .translation_group
            .as_deref()
            .unwrap_or(&self.fields.id)
    }

    /// Returns all fields of the article.
    #[must_use]
    pub fn fields(&self) -> &ArticleFields {
        &self.fields
    }

    /// Returns a hash that changes when any field changes.
    pub(crate) fn content_hash(&self) -> blake3::Hash {
        self.content_hash
    }

    /// Cleans the body, and returns the sections that readers see. Linear in the length of the body.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a body that is over a limit.
    pub fn clean(&self) -> Result<CleanArticle> {
        let clean = clean_article(self.body());
        clean.map_err(|error| Error::from(error).about_article(self.id()))
    }

    /// Returns the body with its format, as the text layer takes it.
    pub(crate) fn body(&self) -> Body<'_> {
        self.fields.body_in_format()
    }

    /// Returns the reason for which readers do not see the article at `now`; `None` when they see it.
    #[must_use]
    pub fn unpublished_at(&self, now: Timestamp) -> Option<Unpublished> {
        match self.fields.status {
            Status::Draft => return Some(Unpublished::Draft),
            Status::Archived => return Some(Unpublished::Archived),
            Status::Published => {}
        }
        if self.fields.valid_from.is_some_and(|from| now < from) {
            return Some(Unpublished::NotYetValid);
        }
        if self.fields.valid_until.is_some_and(|until| now >= until) {
            return Some(Unpublished::Expired);
        }
        None
    }
}

pub(crate) fn check_id(what: &str, id: &str) -> Result<()> {
    if id.is_empty() {
        return Err(Error::invalid(format!(
            "{what} \"\" is empty; an id needs at least 1 character"
        )));
    }
    if id.len() > MAX_ID_BYTES {
        let shown: String = id.chars().take(40).collect();
        return Err(Error::invalid(format!(
            "{what} \"{shown}...\" has {} bytes; shorten it to {MAX_ID_BYTES}",
            id.len()
        )));
    }
    if id.chars().any(char::is_control) || id.trim() != id {
        return Err(Error::invalid(format!(
            "{what} {id:?} has control characters or outer white space; remove them"
        )));
    }
    Ok(())
}

/// Returns a text on one line: white space and control characters become single spaces, and marks that reorder text are
/// removed.
#[must_use]
pub fn one_line(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|c| !reorders_text(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> ArticleFields {
        ArticleFields {
            id: "a".into(),
            locale: "en".into(),
            title: "Reset your password".into(),
            ..ArticleFields::default()
        }
    }

    #[track_caller]
    fn check_refused(change: impl FnOnce(&mut ArticleFields), message: &str) {
        let mut fields = fields();
        change(&mut fields);
        let error = Article::new(fields).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn invalid_values_are_refused_with_the_value_and_the_remedy() {
        check_refused(
            |f| f.id.clear(),
            "article id \"\" is empty; an id needs at least 1 character",
        );
        check_refused(|f| f.id = "x".repeat(300), "shorten it to 255");
        check_refused(|f| f.locale = "english please".into(), "write it like");
        check_refused(|f| f.title.clear(), "title and body are both empty");
        check_refused(
            |f| f.url = Some("javascript:alert(1)".into()),
            "not an http",
        );
        check_refused(
            |f| {
                f.visibility = Visibility::Public;
                f.user_segments = vec!["gold".into()];
            },
            "signed_in",
        );
        check_refused(
            |f| {
                f.valid_from = Some(Timestamp::from_unix_seconds(10));
                f.valid_until = Some(Timestamp::from_unix_seconds(10));
            },
            "is not before",
        );
    }

    #[test]
    fn a_missing_visibility_is_internal() {
        assert_eq!(fields().visibility, Visibility::Internal);
    }

    #[test]
    fn an_article_is_shown_from_its_first_moment_until_just_before_its_last() {
        let mut fields = fields();
        fields.valid_from = Some(Timestamp::from_unix_seconds(10));
        fields.valid_until = Some(Timestamp::from_unix_seconds(20));
        let article = Article::new(fields).unwrap();
        let at = |s| article.unpublished_at(Timestamp::from_unix_seconds(s));
        assert_eq!(at(9), Some(Unpublished::NotYetValid));
        assert_eq!(at(10), None);
        assert_eq!(at(19), None);
        assert_eq!(at(20), Some(Unpublished::Expired));
    }
}
