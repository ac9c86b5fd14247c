//! The articles that may answer a ticket, with their scores, and what there is to say of one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use helpdex_text::{Analysis, Analyzer, CleanTicket, Locale};

use super::{LocaleMatch, MatchedTerm, Passage, Place, RANKING_LIMIT, RankedArticle, Suggestion};
use crate::Result;
use crate::article::Article;
use crate::index::passages::{StoredArticle, analyse};
use crate::index::scorer::{Scores, View};
use crate::model::{Calibration, Features, TicketScores, Weights};
use crate::query::Query;
use crate::synonyms::Synonyms;

/// How many articles get their best passage best, and how many of those stay candidates: more than the ranking
/// holds, since translations of one article take one place.
const PASSAGE_CANDIDATES: usize = 100;
const KEPT_CANDIDATES: usize = 3 * RANKING_LIMIT;

/// An article that shares terms with the ticket.
pub(super) struct Candidate {
    pub article: StoredArticle,
    pub probability: f32,
    pub locale_match: LocaleMatch,
    score: f32,
    locale: Locale,
    best_passage: Option<usize>,
    query_words: QueryWords,
}

/// The words of the query, each with the phrase of the synonym rule that added it, if one did.
type QueryWords = Rc<BTreeMap<String, Option<String>>>;

/// The best candidates of one locale.
pub(super) struct LocaleCandidates {
    /// Best first.
    candidates: Vec<Candidate>,
    /// The share of the ticket's informative weight that any article of the locale has, in [0, 1].
    known_share: f32,
}

/// Scores the articles of one locale.
pub(super) fn candidates(
    ticket: &CleanTicket,
    locale: &Locale,
    locale_match: LocaleMatch,
    view: &View<'_>,
    synonyms: Option<&Synonyms>,
) -> Result<LocaleCandidates> {
    let analyzer = Analyzer::new(locale);
    let query = Query::new(ticket, &analyzer, synonyms);
    let scores = view.score(&query)?;
    let best = best_articles(view, &scores);
    let ticket_scores = ticket_scores(&best, &scores);
    let query_words = query_words(query);
    let candidates: Result<Vec<Candidate>> = best
        .into_iter()
        .take(KEPT_CANDIDATES)
        .map(|best| {
            let (segment, number) = view.locate(best.article);
            Ok(Candidate {
                article: segment.stored_article(number)?,
                probability: Calibration::SHIPPED.probability(best.score, &ticket_scores),
                score: best.score,
                locale: locale.clone(),
                locale_match,
                best_passage: best.best_passage,
                query_words: Rc::clone(&query_words),
            })
        })
        .collect();
    Ok(LocaleCandidates {
        candidates: candidates?,
        known_share: scores.coverable / informative_weight(&scores),
    })
}

/// The words of a ticket that an article has, in the order of the words, whether it is a candidate or not; those that
/// [`Suggestion::matched_terms`] has but for synonyms.
pub(crate) fn matched_terms(ticket: &CleanTicket, article: &Article) -> Result<Vec<MatchedTerm>> {
    let analyzer = Analyzer::new(article.locale());
    let query_words = query_words(Query::new(ticket, &analyzer, None));
    let mut analysis = Analysis::default();
    let stored = analyse(article, &analyzer, &mut analysis)?.stored;
    let mut reader = WordReader {
        analyzer,
        analysis,
        query_words: &query_words,
    };
    Ok(reader.matched_terms(&stored))
}

fn query_words(query: Query) -> QueryWords {
    let words = query.words.into_iter();
    Rc::new(words.map(|word| (word.term, word.synonym_of)).collect())
}

impl LocaleCandidates {
    /// Leaves out the articles that one of the views has in its own locale.
    pub(super) fn leave_out_translated(&mut self, views: &[&View<'_>]) {
        self.candidates.retain(|candidate| {
            let group = &candidate.article.translation_group;
            !views.iter().any(|view| view.has_group(group))
        });
    }
}

/// Puts the candidates of several locales into one order, best first.
///
/// Scores of different locales cannot be compared, and each locale's best looks equally good among its own. So
/// probabilities are weighed by how much of the ticket the articles of their locale know at all, in relation to the
/// locale that knows most, or to all of it when no locale is the ticket's own: a ticket in Turkish shares a name and an
/// error code with English articles, and hardly more.
pub(super) fn merge(locales: Vec<LocaleCandidates>) -> Vec<Candidate> {
    let is_exact = |found: &LocaleCandidates| {
        let first = found.candidates.first();
        first.is_some_and(|candidate| candidate.locale_match == LocaleMatch::Exact)
    };
    let most = if locales.iter().any(is_exact) {
        let shares = locales.iter().map(|found| found.known_share);
        shares.fold(f32::MIN_POSITIVE, f32::max)
    } else {
        1.0
    };
    let mut merged = Vec::new();
    for found in locales {
        let weight = found.known_share / most;
        merged.extend(found.candidates.into_iter().map(|candidate| Candidate {
            probability: candidate.probability * weight,
            ..candidate
        }));
    }
    merged.sort_by(Candidate::by_probability);
    merged
}

/// Of the ticket's words: the sum of their inverse document frequencies.
fn informative_weight(scores: &Scores) -> f32 {
    (scores.coverable + scores.unknown).max(f32::MIN_POSITIVE)
}

fn ticket_scores(best: &[ScoredArticle], scores: &Scores) -> TicketScores {
    let covered = best
        .first()
        .map_or(0.0, |first| scores.covered[first.article as usize]);
    TicketScores {
        best: best.first().map_or(0.0, |first| first.score),
        second: best.get(1).map(|second| second.score),
        covered: covered / informative_weight(scores),
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
    fn by_probability(a: &Self, b: &Self) -> Ordering {
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

    pub(super) fn explain(&self) -> Suggestion {
        let mut reader = WordReader {
            analyzer: Analyzer::new(&self.locale),
            analysis: Analysis::default(),
            query_words: &self.query_words,
        };
        Suggestion {
            article_id: self.article.id.clone(),
            translation_group: self.article.translation_group.clone(),
            locale: self.locale.clone(),
            locale_match: self.locale_match,
            title: self.article.title.clone(),
            url: self.article.url.clone(),
            passage: self.passage(&mut reader),
            score: self.score,
            probability: self.probability,
            matched_terms: reader.matched_terms(&self.article),
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
}

/// Finds words of the ticket in texts of an article.
struct WordReader<'a> {
    analyzer: Analyzer,
    analysis: Analysis,
    query_words: &'a BTreeMap<String, Option<String>>,
}

impl WordReader<'_> {
    fn matched_terms(&mut self, article: &StoredArticle) -> Vec<MatchedTerm> {
        let mut places: BTreeMap<String, BTreeSet<Place>> = BTreeMap::new();
        self.note(&article.title, Place::Title, &mut places);
        for section in &article.sections {
            self.note(&section.heading, Place::Heading, &mut places);
            for passage in &section.passages {
                self.note(passage, Place::Body, &mut places);
            }
        }
        places
            .into_iter()
            .map(|(term, places)| MatchedTerm {
                synonym_of: self.query_words.get(&term).cloned().flatten(),
                term,
                places: places.into_iter().collect(),
            })
            .collect()
    }

    fn highlights(&mut self, text: &str) -> Vec<Range<usize>> {
        self.analyzer.analyze(text, &mut self.analysis);
        let mut highlights: Vec<Range<usize>> = Vec::new();
        for word in self.analysis.words() {
            if !self.query_words.contains_key(word.term) {
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
            if self.query_words.contains_key(word.term) {
                places
                    .entry(word.term.to_owned())
                    .or_default()
                    .insert(place);
            }
        }
    }
}
