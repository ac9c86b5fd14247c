//! The articles of one locale that a reader may see, whatever segments contain them.

use std::collections::BTreeMap;

use helpdex_text::Locale;

use crate::clock::Deadline;
use crate::error::Result;
use crate::index::columns::Allowed;
use crate::index::hashes::{ContentHash, article_key, combine};
use crate::index::postings::TermField;
use crate::index::segment::Segment;
use crate::index::units::{Averages, Totals};
use crate::vectors::article_vectors::{ArticleVectors, Nearest, VectorsHash};
use crate::vectors::vector::Vector;

/// The number of articles whose vectors are read between two looks at the time.
const ARTICLES_BETWEEN_CHECKS: u32 = 1_024;

/// The segments of one locale that a reader may see, with the articles that are allowed in each.
pub(crate) struct View<'a> {
    pub(super) segments: Vec<ViewSegment<'a>>,
    article_count: u32,
    allowed_count: u32,
    content_hash: ContentHash,
}

/// A segment of a view. Its articles are numbered on from those of the segments before.
pub(super) struct ViewSegment<'a> {
    pub segment: &'a Segment,
    /// The vectors of its articles, where there are any.
    pub vectors: Option<&'a ArticleVectors>,
    pub allowed: Allowed,
    pub first_article: u32,
}

/// A segment, its vectors where it has any, and what of it may be seen.
type Seen<'a> = (&'a Segment, Option<&'a ArticleVectors>, Allowed);

/// Whether one of the views contains the article with this id.
pub(crate) fn has_article(views: &BTreeMap<&Locale, View<'_>>, id: &str) -> Result<bool> {
    for view in views.values() {
        if view.find_article(id)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl ViewSegment<'_> {
    /// Whether a unit belongs to an allowed article. Passages are not considered, because the body of an article has
    /// all terms of its passages.
    fn shows_unit(&self, unit: u32) -> bool {
        let article = self.segment.units.article(unit);
        article.is_some_and(|article| self.allowed.includes(article as usize))
    }
}

/// Returns the views of several segments, by locale; a locale without a visible article has no view.
pub(crate) fn views_by_locale<'a>(
    segments: impl Iterator<Item = (&'a Locale, &'a Segment, Option<&'a ArticleVectors>, Allowed)>,
) -> BTreeMap<&'a Locale, View<'a>> {
    let mut by_locale: BTreeMap<&Locale, Vec<Seen<'_>>> = BTreeMap::new();
    for (locale, segment, vectors, allowed) in segments {
        by_locale
            .entry(locale)
            .or_default()
            .push((segment, vectors, allowed));
    }
    by_locale
        .into_iter()
        .map(|(locale, segments)| (locale, View::new(segments)))
        .filter(|(_, view)| view.allowed_count() > 0)
        .collect()
}

impl<'a> View<'a> {
    /// Makes a view of segments, each with the articles of it that may be seen.
    fn new(segments: Vec<Seen<'a>>) -> Self {
        let mut view = Self {
            segments: Vec::with_capacity(segments.len()),
            article_count: 0,
            allowed_count: 0,
            content_hash: ContentHash::default(),
        };
        for (segment, vectors, allowed) in segments {
            combine(&mut view.content_hash, &allowed.hash);
            view.allowed_count += allowed.count;
            view.segments.push(ViewSegment {
                segment,
                vectors,
                allowed,
                first_article: view.article_count,
            });
            view.article_count += segment.article_count();
        }
        view
    }

    /// Returns the number of articles in the segments, whether they may be seen or not.
    pub(super) fn article_count(&self) -> usize {
        self.article_count as usize
    }

    /// Returns the number of articles that may be seen.
    pub(crate) fn allowed_count(&self) -> u32 {
        self.allowed_count
    }

    /// Returns a hash of the articles that may be seen, whatever segments contain them.
    pub(crate) fn content_hash(&self) -> &ContentHash {
        &self.content_hash
    }

    /// Returns the articles of a translation group that may be seen.
    pub(crate) fn articles_of_group(&self, key: u64) -> impl Iterator<Item = u32> {
        self.segments.iter().flat_map(move |view| {
            let articles = view.segment.articles_of_group(key, &view.allowed);
            articles.map(|article| view.first_article + article)
        })
    }

    /// Returns the key of an article's translation group.
    pub(crate) fn group_of(&self, article: u32) -> u64 {
        let (segment, number) = self.locate(article);
        segment.group_of(number)
    }

    /// Returns the key of an article by its id alone.
    pub(crate) fn article_key(&self, article: u32) -> Result<u64> {
        let (segment, number) = self.locate(article);
        Ok(article_key(&segment.stored_head(number)?.id))
    }

    /// Returns the number of the article with this id, if it may be seen.
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

    /// Calls `take` with every term of the articles that may be seen, with some terms more than once.
    pub(crate) fn for_each_term(&self, mut take: impl FnMut(TermField, &str)) -> Result<()> {
        for view in &self.segments {
            view.segment
                .postings
                .for_each_term(|unit| view.shows_unit(unit), &mut take)?;
        }
        Ok(())
    }

    /// Returns the numbers of the articles that may be seen, in order.
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

    /// Returns the segment of an article, and the number of the article in the segment.
    pub(crate) fn locate(&self, article: u32) -> (&'a Segment, u32) {
        let (_, view) = self.view_segment(article);
        (view.segment, article - view.first_article)
    }

    /// Returns the vectors that stand where an article of the view is, and its number among them.
    pub(crate) fn vectors_of(&self, article: u32) -> Option<(&'a ArticleVectors, u32)> {
        let (_, view) = self.view_segment(article);
        let vectors = view.vectors?;
        Some((vectors, article - view.first_article))
    }

    /// Returns the number of vectors of the articles that may be seen.
    pub(crate) fn vector_count(&self) -> usize {
        let of_segments = self.segments.iter().filter_map(|view| {
            let vectors = view.vectors?;
            let Some(allowed) = &view.allowed.articles else {
                return Some(vectors.len());
            };
            let seen = (0..).zip(allowed).filter(|(_, is_allowed)| **is_allowed);
            Some(
                seen.map(|(article, _)| vectors.of_article(article).len())
                    .sum(),
            )
        });
        of_segments.sum()
    }

    /// Returns whether an article has a vector.
    pub(super) fn has_vector(&self, article: u32) -> bool {
        let vectors = self.vectors_of(article);
        vectors.is_some_and(|(vectors, number)| vectors.first(number).is_some())
    }

    /// Returns whether any article that may be seen has a vector.
    pub(crate) fn has_vectors(&self) -> bool {
        self.allowed_articles()
            .any(|article| self.has_vector(article))
    }

    /// Tells the vectors of the articles that may be seen from any others.
    pub(crate) fn vectors_hash(&self) -> VectorsHash {
        let mut hash = VectorsHash::default();
        for view in &self.segments {
            let Some(vectors) = view.vectors else {
                continue;
            };
            if view.allowed.articles.is_none() {
                combine(&mut hash, vectors.hash_of_all());
                continue;
            }
            for article in 0..view.segment.article_count() {
                if view.allowed.includes(article as usize) {
                    combine(&mut hash, vectors.hash(article));
                }
            }
        }
        hash
    }

    /// Returns the articles that may be seen whose vectors are nearest to a ticket's, at most `limit`, in no order; ties by
    /// the order of the view. One pass over all vectors.
    ///
    /// # Errors
    /// [`Interrupted`](crate::error::ErrorKind::Interrupted) when the time has ended.
    pub(crate) fn nearest(
        &self,
        ticket: &Vector,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Vec<u32>> {
        let mut near: Vec<(f32, u32)> = Vec::new();
        for view in &self.segments {
            let Some(vectors) = view.vectors else {
                continue;
            };
            for article in 0..view.segment.article_count() {
                if article % ARTICLES_BETWEEN_CHECKS == 0 {
                    deadline.check()?;
                }
                if !view.allowed.includes(article as usize) {
                    continue;
                }
                let nearest = vectors.nearest(article, ticket.values(), ticket.scale());
                near.extend(nearest.map(|nearest| (nearest.cosine, view.first_article + article)));
            }
        }
        if near.len() > limit && limit > 0 {
            near.select_nth_unstable_by(limit - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        near.truncate(limit);
        Ok(near.into_iter().map(|(_, article)| article).collect())
    }

    /// Returns the vector of an article that is nearest to a ticket's; `None` for an article without any.
    pub(crate) fn nearest_of(&self, article: u32, ticket: &Vector) -> Option<Nearest> {
        let (vectors, number) = self.vectors_of(article)?;
        vectors.nearest(number, ticket.values(), ticket.scale())
    }

    /// Returns the index of the segment that contains an article, and the segment.
    pub(super) fn view_segment(&self, article: u32) -> (usize, &ViewSegment<'a>) {
        let index = self
            .segments
            .partition_point(|s| s.first_article <= article)
            .saturating_sub(1);
        (index, &self.segments[index])
    }
}
