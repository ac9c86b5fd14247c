//! The candidates of the ranking, and their explanations.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use helpdex_text::{Analysis, Analyzer, CleanTicket, Locale};

use crate::analysed_ticket::AnalysedTicket;
use crate::article::Article;
use crate::candidates::pool::{LocalePool, Pool, Ranked};
use crate::candidates::pooled_article::PooledArticle;
use crate::error::Result;
use crate::index::passages::analyse;
use crate::index::stored_articles::{StoredHead, find_passage};
use crate::index::units::Field;
use crate::model::chance::Chance;
use crate::query::{Query, QueryTerm};
use crate::suggest::answer::{MatchedTerm, Passage, Place, RankedArticle, Suggestion};
use crate::suggest::similar_words::SimilarWords;

/// An article that may answer the ticket.
pub(super) struct Candidate<'a> {
    pub head: StoredHead,
    /// The name of the candidate in an answer: that of its translation group, or the id of an article that counts
    /// alone.
    pub name: String,
    pool: &'a LocalePool<'a>,
    article: &'a PooledArticle,
    pub probability: f32,
    /// The probability that the candidate or one before it in the ranking is right.
    pub cumulative_probability: f32,
    pub chance: Chance,
    score: f32,
    past_share: f32,
    is_by_meaning: bool,
    /// The ids of the copies of the article, in order.
    same_as: Vec<String>,
}

/// Returns the words of a ticket that an article has, in their order and spelling in the ticket, whether the article is
/// a candidate or not. The words are those of [`Suggestion::matched_terms`] without synonyms.
///
/// # Errors
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an article that is over a limit.
pub fn matched_terms(ticket: &CleanTicket, article: &Article) -> Result<Vec<MatchedTerm>> {
    let analyzer = Analyzer::new(article.locale());
    let mut analysis = Analysis::default();
    let query = Query::new(
        AnalysedTicket::new(ticket).in_locale(article.locale()),
        None,
    );
    let sections = analyse(article, &analyzer, &mut analysis)?.sections;
    let headings = sections
        .iter()
        .map(|section| (&section.heading, Place::Heading));
    let passages = sections.iter().flat_map(|section| &section.passages);
    let texts = [(&article.fields().title, Place::Title)]
        .into_iter()
        .chain(headings)
        .chain(passages.map(|text| (text, Place::Body)));
    let mut found: BTreeMap<usize, BTreeSet<Place>> = BTreeMap::new();
    for (text, place) in texts {
        analyzer.analyze(text, &mut analysis);
        for index in analysis
            .words()
            .filter_map(|word| query.position(word.term))
        {
            found.entry(index).or_default().insert(place);
        }
    }
    let matched = found.into_iter().map(|(index, places)| {
        MatchedTerm::of_query(&query.words[index], places.into_iter().collect())
    });
    Ok(matched.collect())
}

impl MatchedTerm {
    fn of_query(word: &QueryTerm, places: Vec<Place>) -> Self {
        Self {
            term: word.term.clone(),
            word: word.written.clone(),
            synonym_of: word.synonym_of.clone(),
            similar_to: None,
            places,
        }
    }
}

/// Returns the ids of the copies of an article, in order.
fn same_as(pool: &LocalePool<'_>, article: &PooledArticle) -> Result<Vec<String>> {
    let mut ids = Vec::with_capacity(article.copies.len());
    for copy in &article.copies {
        let (segment, number) = pool.view.locate(copy.number);
        ids.push(segment.stored_head(number)?.id);
    }
    ids.sort_unstable();
    Ok(ids)
}

impl<'a> Candidate<'a> {
    #[expect(clippy::cast_possible_truncation)]
    pub(super) fn new(pool: &'a Pool<'a>, ranked: &Ranked) -> Result<Self> {
        let locale = &pool.locales[ranked.locale];
        let article = pool.article(ranked);
        let (segment, number) = locale.view.locate(article.number);
        let head = segment.stored_head(number)?;
        let name = if article.key.is_alone {
            // No translation group has this name: none has a control character.
            format!("\0{}", head.id)
        } else {
            head.translation_group.clone()
        };
        Ok(Self {
            head,
            name,
            pool: locale,
            article,
            probability: ranked.probability as f32,
            cumulative_probability: 0.0,
            chance: ranked.chance,
            score: ranked.score as f32,
            past_share: ranked.past_share as f32,
            is_by_meaning: ranked.is_by_meaning,
            same_as: same_as(locale, article)?,
        })
    }

    /// Orders candidates by probability, highest first, then by score, then by id.
    pub(super) fn by_probability(a: &Self, b: &Self) -> Ordering {
        b.probability
            .total_cmp(&a.probability)
            .then_with(|| b.score.total_cmp(&a.score))
            .then_with(|| a.head.id.cmp(&b.head.id))
    }

    /// Returns the keys of the article and its copies.
    pub(super) fn keys(&self) -> impl Iterator<Item = u64> {
        self.article.groups()
    }

    pub(super) fn ranked(&self) -> RankedArticle {
        RankedArticle {
            article_id: self.head.id.clone(),
            probability: self.probability,
            cumulative_probability: self.cumulative_probability,
            same_as: self.same_as.clone(),
        }
    }

    /// Returns the number of the passage that is shown: the nearest one of an article that is matched by meaning, where it has a
    /// vector for its title and one for each passage; else the best one by words.
    fn shown_passage(&self) -> usize {
        let by_words = self.article.best_passage;
        let view = self.pool.view;
        let (segment, number) = view.locate(self.article.number);
        let passages = segment.units.passages(number).len();
        let vectors = view.vectors_of(self.article.number);
        let is_one_each =
            vectors.is_some_and(|(vectors, n)| vectors.of_article(n).len() == passages + 1);
        // The first vector is that of the title.
        let nearest = self
            .article
            .nearest
            .and_then(|nearest| nearest.checked_sub(1));
        let by_meaning = nearest.filter(|_| self.is_by_meaning && is_one_each);
        by_meaning.or(by_words).unwrap_or(0)
    }

    /// Builds the suggestion for the candidate. `compared` is the probability that was compared with `threshold`: the
    /// article's own, or with `Promise::Any` that of the whole list.
    pub(super) fn explain(&self, compared: f32, threshold: f32) -> Result<Suggestion> {
        let view = self.pool.view;
        let (segment, number) = view.locate(self.article.number);
        let sections = segment.stored_sections(number)?;
        let passage = find_passage(&sections, self.shown_passage());
        let found = self.pool.scores.words_of_article(self.article.number)?;
        let mut reader = WordReader::new(&self.pool.query, self.pool.locale, found);
        reader.read(&self.head.title, Place::Title);
        let highlights = passage.map(|(_, text)| reader.read(text, Place::Body));
        let matched_terms = reader.into_terms();
        Ok(Suggestion {
            article_id: self.head.id.clone(),
            translation_group: self.head.translation_group.clone(),
            locale: self.pool.locale.clone(),
            locale_match: self.pool.locale_match,
            title: self.head.title.clone(),
            url: self.head.url.clone(),
            state: self.head.state.clone(),
            passage: passage
                .zip(highlights)
                .map(|((section, text), highlights)| Passage {
                    heading: section.heading.clone(),
                    anchor: section.anchor.clone(),
                    text: text.to_owned(),
                    highlights,
                }),
            score: self.score,
            probability: self.probability,
            compared_probability: compared,
            threshold,
            past_share: self.past_share,
            matched_by_meaning: self.is_by_meaning,
            pinned_by: None,
            same_as: self.same_as.clone(),
            matched_terms,
        })
    }
}

/// Reads the shown texts of an article and finds the words of the ticket in them, and similar words for those that the
/// article lacks.
struct WordReader<'a> {
    query: &'a Query,
    analyzer: Analyzer,
    analysis: Analysis,
    /// The words of the query that the article has, by their index in the query.
    matched: BTreeMap<usize, MatchedTerm>,
    /// The indices of the matched words whose spelling was taken from the article. Only the first occurrence counts.
    read: BTreeSet<usize>,
    similar: SimilarWords<'a>,
}

impl<'a> WordReader<'a> {
    fn new(query: &'a Query, locale: &Locale, found: Vec<(usize, Vec<Field>)>) -> Self {
        let matched: BTreeMap<usize, MatchedTerm> = found
            .into_iter()
            .map(|(index, fields)| {
                let places = fields.into_iter().map(Place::from).collect();
                (index, MatchedTerm::of_query(&query.words[index], places))
            })
            .collect();
        let words = query.words.iter().enumerate();
        let missing = words.filter(|(index, _)| !matched.contains_key(index));
        Self {
            query,
            analyzer: Analyzer::new(locale),
            analysis: Analysis::default(),
            similar: SimilarWords::new(missing.map(|(_, word)| &*word.term)),
            matched,
            read: BTreeSet::new(),
        }
    }

    /// Returns the ranges of the query's words in the text, in bytes.
    fn read(&mut self, text: &str, place: Place) -> Vec<Range<usize>> {
        self.analyzer.analyze(text, &mut self.analysis);
        let mut highlights: Vec<Range<usize>> = Vec::new();
        for word in self.analysis.words() {
            let Some(index) = self.query.position(word.term) else {
                if !word.is_function_word {
                    self.similar.note(word.term, &text[word.range], place);
                }
                continue;
            };
            if let Some(matched) = self.matched.get_mut(&index)
                && self.read.insert(index)
            {
                text[word.range.clone()].clone_into(&mut matched.word);
            }
            match highlights.last_mut() {
                // Words of a script without spaces stand side by side, and parts of a code lie in the whole.
                Some(last) if word.range.start <= last.end => {
                    last.end = last.end.max(word.range.end);
                }
                _ => highlights.push(word.range),
            }
        }
        highlights
    }

    /// Returns the matched words in the order of the query; then those that are only similar.
    fn into_terms(self) -> Vec<MatchedTerm> {
        let similar = self.similar.into_terms();
        self.matched.into_values().chain(similar).collect()
    }
}

impl From<Field> for Place {
    fn from(field: Field) -> Self {
        match field {
            Field::Title => Self::Title,
            Field::Headings => Self::Heading,
            Field::Body => Self::Body,
        }
    }
}
