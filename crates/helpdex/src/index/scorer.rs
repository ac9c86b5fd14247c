//! Exact BM25 over all articles of a locale that the reader may see: dense, term at a time.
//!
//! For each term the postings of every segment are read once. Their document frequencies are counted over the
//! allowed articles alone, so a hidden article changes nothing, then each posting adds its share to the
//! accumulator of its article and field. Terms come in one fixed order, so sums are the same on every machine
//! and whatever the history of updates.

use std::collections::BTreeMap;

use helpdex_text::Locale;

use super::passages::UnitKind;
use super::postings::TermField;
use super::segment::{Allowed, ContentHash, Segment, combine};
use crate::Result;
use crate::clock::Deadline;
use crate::query::{Query, QueryTerm};

/// BM25's `k1` and `b` for a field (Robertson and Zaragoza 2009, section 3.4).
#[derive(Debug, Clone, Copy)]
struct Bm25 {
    k1: f32,
    b: f32,
}

/// The usual values (Lucene's and tantivy's defaults).
const BM25: Bm25 = Bm25 { k1: 1.2, b: 0.75 };

/// The segments of one locale that a reader may see, with what of them is allowed.
pub(crate) struct View<'a> {
    segments: Vec<ViewSegment<'a>>,
    article_count: u32,
    unit_count: usize,
    allowed_count: u32,
    content_hash: ContentHash,
}

struct ViewSegment<'a> {
    segment: &'a Segment,
    allowed: Allowed,
    first_article: u32,
    first_unit: u32,
}

/// The average lengths of the fields over the allowed articles that have them; 1 where none has.
#[derive(Debug, Clone, Copy)]
struct Averages {
    title: f32,
    headings: f32,
    body: f32,
    passage: f32,
    title_grams: f32,
    body_grams: f32,
}

/// The scores of every article, one entry an article of the view, 0 where nothing matched.
#[derive(Debug, Default)]
pub(crate) struct Scores {
    pub title: Vec<f32>,
    pub headings: Vec<f32>,
    pub body: Vec<f32>,
    pub title_grams: Vec<f32>,
    pub body_grams: Vec<f32>,
    /// The sum of the inverse document frequencies of the words that the article has anywhere.
    pub covered: Vec<f32>,
    /// One entry a unit: BM25 of a passage on its own.
    passages: Vec<f32>,
    /// The sum of the inverse document frequencies of all words of the query that any article has.
    pub coverable: f32,
    /// The same for words that no article has, at the idf of a word that one article has.
    pub unknown: f32,
}

impl Scores {
    /// Of the ticket's words: the sum of their inverse document frequencies, above 0.
    pub(crate) fn informative_weight(&self) -> f32 {
        (self.coverable + self.unknown).max(f32::MIN_POSITIVE)
    }
}

/// The translation group of the article of this id, if any of the views shows it.
pub(crate) fn find_group(views: &BTreeMap<&Locale, View<'_>>, id: &str) -> Result<Option<u64>> {
    for view in views.values() {
        if let Some(group) = view.find_group(id)? {
            return Ok(Some(group));
        }
    }
    Ok(None)
}

impl<'a> View<'a> {
    /// Takes each segment with what of it may be seen.
    pub(crate) fn new(segments: Vec<(&'a Segment, Allowed)>) -> Self {
        let mut view = Self {
            segments: Vec::with_capacity(segments.len()),
            article_count: 0,
            unit_count: 0,
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
                first_unit: u32::try_from(view.unit_count).unwrap_or(u32::MAX),
            });
            view.article_count += segment.article_count();
            view.unit_count += segment.units.len();
        }
        view
    }

    /// How many articles may be seen.
    pub(crate) fn allowed_count(&self) -> u32 {
        self.allowed_count
    }

    /// Tells these articles from any others, whatever segments they are in.
    pub(crate) fn content_hash(&self) -> &ContentHash {
        &self.content_hash
    }

    /// Whether an article of the translation group may be seen.
    pub(crate) fn has_group(&self, key: u64) -> bool {
        self.articles_of_group(key).next().is_some()
    }

    /// The articles of the translation group that may be seen.
    pub(crate) fn articles_of_group(&self, key: u64) -> impl Iterator<Item = u32> {
        self.segments.iter().flat_map(move |view| {
            let articles = view.segment.articles_of_group(key, &view.allowed);
            articles.map(|article| view.first_article + article)
        })
    }

    /// What stands for the translation group of an article.
    pub(crate) fn group_of(&self, article: u32) -> u64 {
        let (segment, number) = self.locate(article);
        segment.group_of(number)
    }

    /// The translation group of the article of this id, if it may be seen.
    pub(crate) fn find_group(&self, id: &str) -> Result<Option<u64>> {
        for view in &self.segments {
            if let Some(number) = view.segment.find_article(id)?
                && view.allowed.includes(number as usize)
            {
                return Ok(Some(view.segment.group_of(number)));
            }
        }
        Ok(None)
    }

    /// Tells `take` every term of the articles that may be seen, some more than once.
    pub(crate) fn for_each_term(&self, mut take: impl FnMut(TermField, &str)) -> Result<()> {
        for view in &self.segments {
            let is_seen = |unit| {
                let article = view.segment.units.article(unit);
                view.allowed.includes(article as usize)
            };
            view.segment.postings.for_each_term(is_seen, &mut take)?;
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

    /// The segment of an article of the view, and its number there.
    pub(crate) fn locate(&self, article: u32) -> (&'a Segment, u32) {
        let index = self
            .segments
            .partition_point(|s| s.first_article <= article)
            .saturating_sub(1);
        let segment = &self.segments[index];
        (segment.segment, article - segment.first_article)
    }

    /// The best passage of an article: its number in the article, and its score; `None` when none matched.
    pub(crate) fn best_passage(&self, scores: &Scores, article: u32) -> Option<(usize, f32)> {
        let (segment, local) = self.locate(article);
        let first_unit = self
            .segments
            .iter()
            .find(|s| std::ptr::eq(s.segment, segment))?
            .first_unit;
        let mut best: Option<(usize, f32)> = None;
        for (number, unit) in segment.units.passages(local).enumerate() {
            let score = scores.passages[(first_unit + unit) as usize];
            if score > best.map_or(0.0, |(_, best)| best) {
                best = Some((number, score));
            }
        }
        best
    }

    /// Scores every allowed article for the query, unless the time ends. Linear in the postings of its terms.
    pub(crate) fn score(&self, query: &Query, deadline: Deadline) -> Result<Scores> {
        let articles = self.article_count as usize;
        let mut scores = Scores {
            title: vec![0.0; articles],
            headings: vec![0.0; articles],
            body: vec![0.0; articles],
            title_grams: vec![0.0; articles],
            body_grams: vec![0.0; articles],
            covered: vec![0.0; articles],
            passages: vec![0.0; self.unit_count],
            coverable: 0.0,
            unknown: 0.0,
        };
        let averages = Averages::of(&self.segments);
        let mut matches = TermMatches::default();
        for term in &query.words {
            deadline.check()?;
            self.read(TermField::Words, term, &mut matches)?;
            self.add_word(term, &matches, &averages, &mut scores);
        }
        for gram in &query.grams {
            deadline.check()?;
            self.read(TermField::Grams, gram, &mut matches)?;
            self.add_gram(gram, &matches, &averages, &mut scores);
        }
        Ok(scores)
    }

    fn read(&self, field: TermField, term: &QueryTerm, matches: &mut TermMatches) -> Result<()> {
        matches.clear();
        for segment in &self.segments {
            matches.units.clear();
            matches.frequencies.clear();
            segment.segment.postings.read(
                field,
                &term.term,
                &mut matches.units,
                &mut matches.frequencies,
            )?;
            matches.collect(segment, field);
        }
        Ok(())
    }

    fn add_word(
        &self,
        term: &QueryTerm,
        matches: &TermMatches,
        averages: &Averages,
        scores: &mut Scores,
    ) {
        if matches.articles.is_empty() {
            scores.unknown += self.inverse_document_frequency(1);
            return;
        }
        self.add(term, &matches.titles, averages.title, &mut scores.title);
        self.add(
            term,
            &matches.headings,
            averages.headings,
            &mut scores.headings,
        );
        self.add(term, &matches.bodies, averages.body, &mut scores.body);

        let idf = self.inverse_document_frequency(matches.articles.len());
        scores.coverable += idf;
        for &article in &matches.articles {
            scores.covered[article as usize] += idf;
        }
        let weight = term.weight * idf;
        for passage in &matches.passages {
            scores.passages[passage.number as usize] +=
                weight * BM25.saturate(passage, averages.passage);
        }
    }

    fn add_gram(
        &self,
        gram: &QueryTerm,
        matches: &TermMatches,
        averages: &Averages,
        scores: &mut Scores,
    ) {
        self.add(
            gram,
            &matches.titles,
            averages.title_grams,
            &mut scores.title_grams,
        );
        self.add(
            gram,
            &matches.bodies,
            averages.body_grams,
            &mut scores.body_grams,
        );
    }

    /// Adds one term's BM25 to the articles that have it in one field.
    fn add(&self, term: &QueryTerm, matches: &[Match], average_length: f32, scores: &mut [f32]) {
        if matches.is_empty() {
            return;
        }
        let weight = term.weight * self.inverse_document_frequency(matches.len());
        for found in matches {
            scores[found.number as usize] += weight * BM25.saturate(found, average_length);
        }
    }

    /// `ln(1 + (N - n + 0.5) / (n + 0.5))`, never negative (Lucene's form of the BM25 idf), of `N` allowed articles.
    fn inverse_document_frequency(&self, document_frequency: usize) -> f32 {
        #[expect(clippy::cast_precision_loss)]
        let n = document_frequency as f64;
        let all = f64::from(self.allowed_count);
        #[expect(clippy::cast_possible_truncation)]
        let idf = libm::log(1.0 + (all - n + 0.5) / (n + 0.5)) as f32;
        idf
    }
}

impl Bm25 {
    /// `f (k1 + 1) / (f + k1 (1 - b + b length / average))`: how much of its idf a term gives, below `k1 + 1`.
    #[inline]
    #[expect(clippy::cast_precision_loss)]
    fn saturate(self, found: &Match, average_length: f32) -> f32 {
        let frequency = found.frequency as f32;
        let norm = self.k1 * (1.0 - self.b + self.b * found.length as f32 / average_length);
        frequency * (self.k1 + 1.0) / (frequency + norm)
    }
}

/// What a term's postings say, over the allowed articles of all segments of the view.
#[derive(Default)]
struct TermMatches {
    units: Vec<u32>,
    frequencies: Vec<u32>,
    /// Articles that have the term anywhere.
    articles: Vec<u32>,
    titles: Vec<Match>,
    headings: Vec<Match>,
    bodies: Vec<Match>,
    /// Units.
    passages: Vec<Match>,
}

/// How often a term stands in an article's field or in a unit, which has so many terms in all.
struct Match {
    number: u32,
    frequency: u32,
    length: u32,
}

impl TermMatches {
    fn clear(&mut self) {
        self.articles.clear();
        self.titles.clear();
        self.headings.clear();
        self.bodies.clear();
        self.passages.clear();
    }

    /// Sorts the postings of one segment by field; those of an article stand next to each other.
    fn collect(&mut self, view: &ViewSegment<'_>, field: TermField) {
        let units = &view.segment.units;
        let lengths = &view.segment.lengths;
        for (&unit, &frequency) in self.units.iter().zip(&self.frequencies) {
            let local = units.article(unit) as usize;
            if !view.allowed.includes(local) {
                continue;
            }
            let number = view.first_article + units.article(unit);
            if self.articles.last() != Some(&number) {
                self.articles.push(number);
            }
            let found = |length| Match {
                number,
                frequency,
                length,
            };
            match (field, units.kind(unit)) {
                (TermField::Words, UnitKind::Title) => {
                    add_match(&mut self.titles, found(lengths.title[local]));
                }
                (TermField::Words, UnitKind::Heading) => {
                    add_match(&mut self.headings, found(lengths.headings[local]));
                }
                (TermField::Words, UnitKind::Passage) => {
                    add_match(&mut self.bodies, found(lengths.body[local]));
                    self.passages.push(Match {
                        number: view.first_unit + unit,
                        frequency,
                        length: units.word_count(unit),
                    });
                }
                (TermField::Grams, UnitKind::Title) => {
                    add_match(&mut self.titles, found(lengths.title_grams[local]));
                }
                (TermField::Grams, UnitKind::Heading | UnitKind::Passage) => {
                    add_match(&mut self.bodies, found(lengths.body_grams[local]));
                }
            }
        }
    }
}

fn add_match(matches: &mut Vec<Match>, found: Match) {
    match matches.last_mut() {
        Some(last) if last.number == found.number => last.frequency += found.frequency,
        _ => matches.push(found),
    }
}

impl Averages {
    fn of(segments: &[ViewSegment<'_>]) -> Self {
        Self {
            title: average(segments, |s| &s.lengths.title),
            headings: average(segments, |s| &s.lengths.headings),
            body: average(segments, |s| &s.lengths.body),
            passage: average_passage(segments),
            title_grams: average(segments, |s| &s.lengths.title_grams),
            body_grams: average(segments, |s| &s.lengths.body_grams),
        }
    }
}

fn average(segments: &[ViewSegment<'_>], lengths: impl Fn(&Segment) -> &Vec<u32>) -> f32 {
    let (mut count, mut sum) = (0_u64, 0_u64);
    for ViewSegment {
        segment, allowed, ..
    } in segments
    {
        for (article, &length) in lengths(segment).iter().enumerate() {
            if length > 0 && allowed.includes(article) {
                count += 1;
                sum += u64::from(length);
            }
        }
    }
    ratio(sum, count)
}

fn average_passage(segments: &[ViewSegment<'_>]) -> f32 {
    let (mut count, mut sum) = (0_u64, 0_u64);
    for ViewSegment {
        segment, allowed, ..
    } in segments
    {
        for article in 0..segment.article_count() {
            if allowed.includes(article as usize) {
                count += u64::from(segment.lengths.passages[article as usize]);
                sum += u64::from(segment.lengths.body[article as usize]);
            }
        }
    }
    ratio(sum, count)
}

/// 1 where there is nothing to average, so that lengths can be divided by it.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn ratio(sum: u64, count: u64) -> f32 {
    if count == 0 {
        1.0
    } else {
        (sum as f64 / count as f64) as f32
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::article::{Article, ArticleFields};
    use crate::audience::{Audience, Visibility};
    use crate::clock::Stopwatch;
    use crate::index::generation::{Generation, Settings};
    use crate::index::store::Store;
    use crate::{ErrorKind, Timestamp};

    #[test]
    fn scoring_ends_with_the_time() {
        let article = Article::new(ArticleFields {
            id: "a".to_owned(),
            locale: "en".to_owned(),
            title: "Refund".to_owned(),
            visibility: Visibility::Public,
            ..ArticleFields::default()
        })
        .unwrap();
        let articles = [(Visibility::Public, vec![&article])].into();
        let prepared = Generation::empty()
            .prepare(
                &Store::in_memory(),
                &articles,
                &Settings::default(),
                &mut || ControlFlow::Continue(()),
            )
            .unwrap();
        let now = Timestamp::from_unix_seconds(0);
        let views = prepared
            .generation()
            .views(&Audience::public(), now, |_| true);
        let (_, view) = views.first_key_value().unwrap();
        let query = Query::of_words(&["refund".to_owned()]);
        let passed = Stopwatch::start().deadline(Some(0));
        let error = view.score(&query, passed).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(view.score(&query, Deadline::NEVER).is_ok());
    }
}
