//! Returns the articles as they are indexed, for people to look at.

use helpdex_text::Locale;

use crate::article::indexed::{IndexedArticle, IndexedSection};
use crate::audience::{Audience, Visibility};
use crate::error::{Error, Result};
use crate::index::stored_articles::StoredSection;
use crate::knowledge_base::handle::KnowledgeBase;
use crate::snapshot::generation::Generation;
use crate::timestamp::Timestamp;

impl KnowledgeBase {
    /// Returns the articles that the audience may see at `now`, in the order of their ids, as the last publish indexed
    /// them. The iterator reads them one at a time, all from one generation.
    ///
    /// ```
    /// use helpdex::{Article, ArticleFields, Audience, BodyFormat, KnowledgeBase, Timestamp, Visibility};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let mut writer = knowledge_base.writer()?;
    /// writer.upsert([Article::new(ArticleFields {
    ///     id: "pin".into(),
    ///     locale: "en".into(),
    ///     title: "Reset your PIN".into(),
    ///     body: "## On the web\n\nOpen *Settings*.\n\n```\ntap pin --reset\n```".into(),
    ///     format: BodyFormat::Markdown,
    ///     visibility: Visibility::Public,
    ///     ..ArticleFields::default()
    /// })?])?;
    /// let now = Timestamp::from_unix_seconds(0);
    /// writer.publish(now)?;
    /// let articles = knowledge_base.articles(&Audience::public(), now)?;
    /// let articles: Vec<_> = articles.collect::<Result<_, _>>()?;
    /// assert_eq!(articles[0].sections[0].text, "Open Settings.");
    /// assert_eq!(articles[0].sections[0].code, ["tap pin --reset"]);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Damaged`](crate::ErrorKind::Damaged) when a file is damaged, for the articles one by one too.
    pub fn articles(
        &self,
        audience: &Audience,
        now: Timestamp,
    ) -> Result<impl Iterator<Item = Result<IndexedArticle>> + use<>> {
        let current = self.current();
        let mut found = Vec::new();
        for (visibility, locale, number) in current.visible_articles(audience, now) {
            let segment = current.segment(visibility, locale).ok_or_else(lost)?;
            let id = segment.stored_head(number)?.id;
            found.push((id, visibility, locale.clone(), number));
        }
        found.sort_unstable();
        let found = found.into_iter();
        Ok(found.map(move |(_, visibility, locale, number)| {
            read(&current, visibility, &locale, number)
        }))
    }

    /// Returns the article with this id as the last publish indexed it; `None` when there is none that the audience may
    /// see at `now`.
    ///
    /// # Errors
    /// [`Damaged`](crate::ErrorKind::Damaged) when a file is damaged.
    pub fn article(
        &self,
        id: &str,
        audience: &Audience,
        now: Timestamp,
    ) -> Result<Option<IndexedArticle>> {
        let current = self.current();
        let visible = current.visible_articles(audience, now);
        let mut segments: Vec<(Visibility, &Locale)> = visible
            .iter()
            .map(|&(visibility, locale, _)| (visibility, locale))
            .collect();
        segments.dedup();
        for (visibility, locale) in segments {
            let segment = current.segment(visibility, locale).ok_or_else(lost)?;
            if let Some(number) = segment.find_article(id)?
                && visible.contains(&(visibility, locale, number))
            {
                return read(&current, visibility, locale, number).map(Some);
            }
        }
        Ok(None)
    }

    /// Returns the number of articles that the audience may see at `now`.
    #[must_use]
    pub fn article_count(&self, audience: &Audience, now: Timestamp) -> usize {
        self.current().visible_articles(audience, now).len()
    }
}

/// Creates the error for an article that a generation names but does not contain, which is a bug.
fn lost() -> Error {
    Error::internal("an article is not in its segment", "no such segment")
}

fn read(
    generation: &Generation,
    visibility: Visibility,
    locale: &Locale,
    number: u32,
) -> Result<IndexedArticle> {
    let segment = generation.segment(visibility, locale).ok_or_else(lost)?;
    let head = segment.stored_head(number)?;
    let sections = segment.stored_sections(number)?;
    Ok(IndexedArticle {
        id: head.id,
        locale: locale.clone(),
        title: head.title,
        url: head.url,
        state: head.state,
        visibility,
        translation_group: head.translation_group,
        sections: sections.into_iter().map(section).collect(),
    })
}

/// Separates the code of a section from its text.
fn section(stored: StoredSection) -> IndexedSection {
    let whole = stored.passages.join("\n");
    let lines: Vec<&str> = whole.lines().collect();
    let mut text: Vec<&str> = Vec::new();
    let mut code = Vec::new();
    let mut at = 0;
    for (start, end) in stored.code {
        let end = (end as usize).min(lines.len());
        let start = (start as usize).min(end);
        text.extend(lines.get(at..start).unwrap_or_default());
        code.push(lines[start..end].join("\n"));
        at = end;
    }
    text.extend(&lines[at..]);
    IndexedSection {
        heading: stored.heading,
        anchor: stored.anchor,
        text: text.join("\n"),
        code,
    }
}
