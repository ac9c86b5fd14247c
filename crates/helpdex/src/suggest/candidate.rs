//! The articles that may answer a ticket, with their scores, and what there is to say of one that is shown.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use helpdex_text::{Analysis, Analyzer, CleanTicket, Locale};

use super::{LocaleMatch, MatchedTerm, Passage, Place, RANKING_LIMIT, RankedArticle, Suggestion};
use crate::Result;
use crate::index::passages::StoredArticle;
use crate::index::scorer::{Scores, View};
use crate::model::{Calibration, Features, TicketScores, Weights};
use crate::query::Query;

/// How many articles get their best passage best, and how many of those stay candidates: more than the ranking
/// holds, since translations of one article take one place.
const PASSAGE_CANDIDATES: usize = 100;
const KEPT_CANDIDATES: usize = 3 * RANKING_LIMIT;

/// An article that shares terms with the ticket.
pub(super) struct Candidate {
    pub article: StoredArticle,
    pub probability: f32,
    score: f32,
    locale: Locale,
    best_passage: Option<usize>,
    query_words: BTreeSet<String>,
}

/// The best candidates of one locale, best first.
pub(super) fn candidates(
    ticket: &CleanTicket,
    locale: &Locale,
    view: &View<'_>,
) -> Result<Vec<Candidate>> {
    let analyzer = Analyzer::new(locale);
    let query = Query::new(ticket, &analyzer);
    let scores = view.score(&query)?;
    let best = best_articles(view, &scores);
    let ticket_scores = ticket_scores(&best, &scores);
    let query_words: BTreeSet<String> = query.words.into_iter().map(|word| word.term).collect();
    best.into_iter()
        .take(KEPT_CANDIDATES)
        .map(|best| {
            let (segment, number) = view.locate(best.article);
            Ok(Candidate {
                article: segment.stored_article(number)?,
                probability: Calibration::SHIPPED.probability(best.score, &ticket_scores),
                score: best.score,
                locale: locale.clone(),
                best_passage: best.best_passage,
                query_words: query_words.clone(),
            })
        })
        .collect()
}

fn ticket_scores(best: &[ScoredArticle], scores: &Scores) -> TicketScores {
    let informative = scores.coverable + scores.unknown;
    let covered = best
        .first()
        .map_or(0.0, |first| scores.covered[first.article as usize]);
    TicketScores {
        best: best.first().map_or(0.0, |first| first.score),
        second: best.get(1).map(|second| second.score),
        covered: covered / informative.max(f32::MIN_POSITIVE),
    }
}

struct ScoredArticle {
    article: u32,
    score: f32,
    best_passage: Option<usize>,
}

/// Articles with any score, best first, equal ones in the order of the view: the wider class first, then by id.
fn best_articles(view: &View<'_>, scores: &Scores) -> Vec<ScoredArticle> {
    let mut best: Vec<ScoredArticle> = (0..)
        .zip(&scores.body)
        .map(|(article, _)| ScoredArticle {
            article,
            score: Weights::SHIPPED.score(&features(scores, article, 0.0)),
            best_passage: None,
        })
        .filter(|best| best.score > 0.0)
        .collect();
    let best_first = |a: &ScoredArticle, b: &ScoredArticle| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.article.cmp(&b.article))
    };
    if best.len() > PASSAGE_CANDIDATES {
        best.select_nth_unstable_by(PASSAGE_CANDIDATES, best_first);
        best.truncate(PASSAGE_CANDIDATES);
    }
    for candidate in &mut best {
        if let Some((number, score)) = view.best_passage(scores, candidate.article) {
            candidate.best_passage = Some(number);
            candidate.score = Weights::SHIPPED.score(&features(scores, candidate.article, score));
        }
    }
    best.sort_unstable_by(best_first);
    best
}

fn features(scores: &Scores, article: u32, best_passage: f32) -> Features {
    let index = article as usize;
    Features {
        title: scores.title[index],
        headings: scores.headings[index],
        body: scores.body[index],
        best_passage,
        title_grams: scores.title_grams[index],
        body_grams: scores.body_grams[index],
    }
}

impl Candidate {
    /// Higher probabilities first, equal ones by id.
    pub(super) fn by_probability(a: &Self, b: &Self) -> Ordering {
        b.probability
            .total_cmp(&a.probability)
            .then_with(|| b.score.total_cmp(&a.score))
            .then_with(|| a.article.id.cmp(&b.article.id))
    }

    pub(super) fn ranked(&self) -> RankedArticle {
        RankedArticle {
            article_id: self.article.id.clone(),
            probability: self.probability,
        }
    }

    pub(super) fn explain(&self, locale_match: LocaleMatch) -> Suggestion {
        let mut reader = WordReader {
            analyzer: Analyzer::new(&self.locale),
            analysis: Analysis::default(),
            query_words: &self.query_words,
        };
        Suggestion {
            article_id: self.article.id.clone(),
            translation_group: self.article.translation_group.clone(),
            locale: self.locale.clone(),
            locale_match,
            title: self.article.title.clone(),
            url: self.article.url.clone(),
            passage: self.passage(&mut reader),
            score: self.score,
            probability: self.probability,
            matched_terms: self.matched_terms(&mut reader),
        }
    }

    /// The passage that matches best; the first one when only grams or the title matched.
    fn passage(&self, reader: &mut WordReader<'_>) -> Option<Passage> {
        let (section, text) = self.article.passage(self.best_passage.unwrap_or(0))?;
        Some(Passage {
            heading: section.heading.clone(),
            anchor: section.anchor.clone(),
            text: text.to_owned(),
            highlights: reader.highlights(text),
        })
    }

    fn matched_terms(&self, reader: &mut WordReader<'_>) -> Vec<MatchedTerm> {
        let mut places: BTreeMap<String, BTreeSet<Place>> = BTreeMap::new();
        reader.note(&self.article.title, Place::Title, &mut places);
        for section in &self.article.sections {
            reader.note(&section.heading, Place::Heading, &mut places);
            for passage in &section.passages {
                reader.note(passage, Place::Body, &mut places);
            }
        }
        places
            .into_iter()
            .map(|(term, places)| MatchedTerm {
                term,
                places: places.into_iter().collect(),
            })
            .collect()
    }
}

/// Finds words of the ticket in texts of an article.
struct WordReader<'a> {
    analyzer: Analyzer,
    analysis: Analysis,
    query_words: &'a BTreeSet<String>,
}

impl WordReader<'_> {
    fn highlights(&mut self, text: &str) -> Vec<Range<usize>> {
        self.analyzer.analyze(text, &mut self.analysis);
        let mut highlights: Vec<Range<usize>> = Vec::new();
        for word in self.analysis.words() {
            if !self.query_words.contains(word.term) {
                continue;
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

    fn note(&mut self, text: &str, place: Place, places: &mut BTreeMap<String, BTreeSet<Place>>) {
        self.analyzer.analyze(text, &mut self.analysis);
        for word in self.analysis.words() {
            if self.query_words.contains(word.term) {
                places
                    .entry(word.term.to_owned())
                    .or_default()
                    .insert(place);
            }
        }
    }
}
