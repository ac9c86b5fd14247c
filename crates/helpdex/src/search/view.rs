//! The articles of one locale that a reader may see, whatever segments they are in.

use std::collections::BTreeMap;

use helpdex_text::Locale;

use crate::error::Result;
use crate::index::columns::Allowed;
use crate::index::hashes::{ContentHash, article_key, combine};
use crate::index::postings::TermField;
use crate::index::segment::Segment;
use crate::index::units::{Averages, Totals};

/// The segments of one locale that a reader may see, with what of them is allowed.
pub(crate) struct View<'a> {
    pub(super) segments: Vec<ViewSegment<'a>>,
    article_count: u32,
    allowed_count: u32,
    content_hash: ContentHash,
}

/// A segment of a view. Its articles are counted on from those of the segments before.
pub(super) struct ViewSegment<'a> {
    pub segment: &'a Segment,
    pub allowed: Allowed,
    pub first_article: u32,
}

/// Whether any of the views shows the article of this id.
pub(crate) fn has_article(views: &BTreeMap<&Locale, View<'_>>, id: &str) -> Result<bool> {
    for view in views.values() {
        if view.find_article(id)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl ViewSegment<'_> {
    /// Whether a unit may be seen; a passage is none: the body of an article has all terms of its passages.
    fn shows_unit(&self, unit: u32) -> bool {
        let article = self.segment.units.article(unit);
        article.is_some_and(|article| self.allowed.includes(article as usize))
    }
}

/// Returns the views of several segments with the visible articles of each; a locale without a visible article has no
/// view.
pub(crate) fn views_by_locale<'a>(
    segments: impl Iterator<Item = (&'a Locale, &'a Segment, Allowed)>,
) -> BTreeMap<&'a Locale, View<'a>> {
    let mut by_locale: BTreeMap<&Locale, Vec<(&Segment, Allowed)>> = BTreeMap::new();
    for (locale, segment, allowed) in segments {
        by_locale
            .entry(locale)
            .or_default()
            .push((segment, allowed));
    }
    by_locale
        .into_iter()
        .map(|(locale, segments)| (locale, View::new(segments)))
        .filter(|(_, view)| view.allowed_count() > 0)
        .collect()
}

impl<'a> View<'a> {
    /// Takes each segment with what of it may be seen.
    pub(crate) fn new(segments: Vec<(&'a Segment, Allowed)>) -> Self {
        let mut view = Self {
            segments: Vec::with_capacity(segments.len()),
            article_count: 0,
            allowed_count: 0,
            content_hash: ContentHash::default(),
        };
        for (segment, allowed) in segments {
            combine(&mut view.content_hash, &allowed.hash);
            view.allowed_count += allowed.count;
            view.segments.push(ViewSegment {
                segment,
                allowed,
                first_article: view.article_count,
            });
            view.article_count += segment.article_count();
        }
        view
    }

    /// Returns the number of articles, seen or not.
    pub(super) fn article_count(&self) -> usize {
        self.article_count as usize
    }

    /// Returns the number of articles that may be seen.
    pub(crate) fn allowed_count(&self) -> u32 {
        self.allowed_count
    }

    /// Tells these articles from any others, whatever segments they are in.
    pub(crate) fn content_hash(&self) -> &ContentHash {
        &self.content_hash
    }

    /// The articles of the translation group that may be seen.
    pub(crate) fn articles_of_group(&self, key: u64) -> impl Iterator<Item = u32> {
        self.segments.iter().flat_map(move |view| {
            let articles = view.segment.articles_of_group(key, &view.allowed);
            articles.map(|article| view.first_article + article)
        })
    }

    /// Returns the key of the translation group of an article.
    pub(crate) fn group_of(&self, article: u32) -> u64 {
        let (segment, number) = self.locate(article);
        segment.group_of(number)
    }

    /// Returns the key of an article alone.
    pub(crate) fn article_key(&self, article: u32) -> Result<u64> {
        let (segment, number) = self.locate(article);
        Ok(article_key(&segment.stored_head(number)?.id))
    }

    /// The article of this id, if it may be seen.
    pub(crate) fn find_article(&self, id: &str) -> Result<Option<u32>> {
        for view in &self.segments {
            if let Some(number) = view.segment.find_article(id)?
                && view.allowed.includes(number as usize)
            {
                return Ok(Some(view.first_article + number));
            }
        }
        Ok(None)
    }

    /// Tells `take` every term of the articles that may be seen, some more than once.
    pub(crate) fn for_each_term(&self, mut take: impl FnMut(TermField, &str)) -> Result<()> {
        for view in &self.segments {
            view.segment
                .postings
                .for_each_term(|unit| view.shows_unit(unit), &mut take)?;
        }
        Ok(())
    }

    /// The articles that may be seen, in order.
    pub(crate) fn allowed_articles(&self) -> impl Iterator<Item = u32> {
        self.segments.iter().flat_map(|view| {
            (0..view.segment.article_count())
                .filter(|article| view.allowed.includes(*article as usize))
                .map(|article| view.first_article + article)
        })
    }

    /// Returns the average lengths of the allowed articles.
    pub(super) fn averages(&self) -> Averages {
        let mut totals = Totals::default();
        for view in &self.segments {
            let segment = view.segment;
            match &view.allowed.articles {
                None => totals.add(&segment.totals),
                Some(allowed) => totals.add(&segment.units.totals_of(|article| allowed[article])),
            }
        }
        totals.averages()
    }

    /// The segment of an article of the view, and its number there.
    pub(crate) fn locate(&self, article: u32) -> (&'a Segment, u32) {
        let (_, view) = self.view_segment(article);
        (view.segment, article - view.first_article)
    }

    /// The segment of an article, with its number in the view.
    pub(super) fn view_segment(&self, article: u32) -> (usize, &ViewSegment<'a>) {
        let index = self
            .segments
            .partition_point(|s| s.first_article <= article)
            .saturating_sub(1);
        (index, &self.segments[index])
    }
}
