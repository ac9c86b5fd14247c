//! A candidate of the ranking, and what there is to say of it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use helpdex_text::{Analysis, Analyzer, CleanTicket, Locale};

use super::pool::{Past, Pool, QueryWords, Ranked, query_words};
use super::similar_words::SimilarWords;
use super::{LocaleMatch, MatchedTerm, Passage, Place, RANKING_LIMIT, RankedArticle, Suggestion};
use crate::Result;
use crate::article::Article;
use crate::clock::Deadline;
use crate::index::passages::{StoredArticle, StoredHead, analyse};
use crate::index::segment::Segment;
use crate::query::Query;

/// How many of the best candidates are looked at: more than the ranking holds, since translations of one article take
/// one place.
const KEPT_CANDIDATES: usize = 3 * RANKING_LIMIT;
/// How many words an explanation names.
const EXPLAINED_WORDS: usize = 5;

/// An article that may answer the ticket.
pub(super) struct Candidate<'a> {
    pub head: StoredHead,
    segment: &'a Segment,
    /// In the segment.
    number: u32,
    pub probability: f32,
    /// That it or one before it in the ranking is right.
    pub cumulative_probability: f32,
    chance: f64,
    pub locale_match: LocaleMatch,
    score: f32,
    past_share: f32,
    locale: Locale,
    best_passage: Option<usize>,
    query_words: QueryWords,
}

/// The best candidates, best first, equal ones by id, each the first of its translation group.
pub(super) fn best_candidates<'a>(
    pool: &Pool<'a>,
    ranked: &[Ranked],
    past: Option<Past<'_>>,
    deadline: Deadline,
) -> Result<Vec<Candidate<'a>>> {
    let best: Result<Vec<Candidate<'a>>> = ranked
        .iter()
        .take(KEPT_CANDIDATES)
        .map(|ranked| {
            deadline.check()?;
            Candidate::new(pool, ranked)
        })
        .collect();
    let mut best = best?;
    best.sort_by(Candidate::by_probability);
    let mut groups = BTreeSet::new();
    best.retain(|candidate| groups.insert(candidate.head.translation_group.clone()));
    best.truncate(RANKING_LIMIT);
    let mut chance = 0.0;
    #[expect(clippy::cast_possible_truncation)]
    for candidate in &mut best {
        chance += candidate.chance;
        candidate.cumulative_probability = pool.probability(chance, past) as f32;
    }
    Ok(best)
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

impl<'a> Candidate<'a> {
    #[expect(clippy::cast_possible_truncation)]
    fn new(pool: &Pool<'a>, ranked: &Ranked) -> Result<Self> {
        let locale = &pool.locales[ranked.locale];
        let article = &locale.articles[ranked.article];
        let (segment, number) = locale.view.locate(article.number);
        Ok(Self {
            head: segment.stored_head(number)?,
            segment,
            number,
            probability: ranked.probability as f32,
            cumulative_probability: 0.0,
            chance: ranked.chance,
            score: ranked.score as f32,
            past_share: ranked.past_share as f32,
            locale: locale.locale.clone(),
            locale_match: locale.locale_match,
            best_passage: article.best_passage,
            query_words: Rc::clone(&locale.query_words),
        })
    }

    /// Higher probabilities first, equal ones by id.
    fn by_probability(a: &Self, b: &Self) -> Ordering {
        b.probability
            .total_cmp(&a.probability)
            .then_with(|| b.score.total_cmp(&a.score))
            .then_with(|| a.head.id.cmp(&b.head.id))
    }

    pub(super) fn ranked(&self) -> RankedArticle {
        RankedArticle {
            article_id: self.head.id.clone(),
            probability: self.probability,
            cumulative_probability: self.cumulative_probability,
        }
    }

    /// What there is to say of it where `probable`, its own probability or that of all that are shown, has to reach a
    /// threshold.
    pub(super) fn explain(&self, probable: f32, threshold: f32) -> Result<Suggestion> {
        let article = self.segment.stored_article(self.number)?;
        let passage = article.passage(self.best_passage.unwrap_or(0));
        let mut reader = WordReader {
            analyzer: Analyzer::new(&self.locale),
            analysis: Analysis::default(),
            query_words: &self.query_words,
        };
        let mut matched_terms = reader.matched_terms(&article);
        let shown = passage.map(|(_, text)| text);
        let similar = similar_terms(&mut reader, &matched_terms, &article.head.title, shown);
        matched_terms.extend(similar);
        Ok(Suggestion {
            article_id: self.head.id.clone(),
            translation_group: self.head.translation_group.clone(),
            locale: self.locale.clone(),
            locale_match: self.locale_match,
            title: self.head.title.clone(),
            url: self.head.url.clone(),
            passage: passage.map(|(section, text)| Passage {
                heading: section.heading.clone(),
                anchor: section.anchor.clone(),
                text: text.to_owned(),
                highlights: reader.highlights(text),
            }),
            score: self.score,
            probability: self.probability,
            threshold,
            past_share: self.past_share,
            explanation: self.explanation(probable, threshold, &matched_terms),
            matched_terms,
        })
    }

    fn explanation(&self, probable: f32, threshold: f32, matched: &[MatchedTerm]) -> String {
        let (same, similar): (Vec<&MatchedTerm>, Vec<&MatchedTerm>) =
            matched.iter().partition(|term| term.similar_to.is_none());
        let words: Vec<&str> = same
            .iter()
            .take(EXPLAINED_WORDS)
            .map(|matched| &*matched.word)
            .collect();
        let words = match (same.len(), words.join(", ")) {
            (0, _) => "No word of the ticket is in it".to_owned(),
            (1, word) => format!("One word of the ticket is in it: {word}"),
            (all, words) if all <= EXPLAINED_WORDS => {
                format!("{all} words of the ticket are in it: {words}")
            }
            (all, words) => format!("{all} words of the ticket are in it, such as {words}"),
        };
        let similar: Vec<String> = similar
            .iter()
            .take(EXPLAINED_WORDS)
            .filter_map(|term| Some(format!("{} like {}", term.word, term.similar_to.as_ref()?)))
            .collect();
        let similar = match similar.join(", ") {
            none if none.is_empty() => none,
            words => format!("; similar ones: {words}"),
        };
        let tickets = match 100.0 * self.past_share {
            percent if percent >= 1.0 => {
                format!("; {percent:.0}% of its score comes from tickets that it solved")
            }
            _ => String::new(),
        };
        let probability = self.probability;
        let reached = if probable > probability {
            format!("; that any of those shown is right is {probable:.2}")
        } else {
            String::new()
        };
        format!(
            "Its probability is {probability:.2}{reached}, at least {threshold:.2}. {words}{similar}{tickets}."
        )
    }
}

/// The words of the title and of the passage shown that are like words of the ticket which the article does not have.
fn similar_terms(
    reader: &mut WordReader<'_>,
    matched: &[MatchedTerm],
    title: &str,
    passage: Option<&str>,
) -> Vec<MatchedTerm> {
    let is_matched = |term: &&String| matched.iter().any(|matched| matched.term == **term);
    let missing = reader.query_words.keys().filter(|term| !is_matched(term));
    let mut similar = SimilarWords::new(missing.map(String::as_str));
    let passage = passage.map(|text| (text, Place::Body));
    for (text, place) in [(title, Place::Title)].into_iter().chain(passage) {
        reader.analyzer.analyze(text, &mut reader.analysis);
        for word in reader.analysis.words() {
            if !word.is_function_word && !reader.query_words.contains_key(word.term) {
                similar.note(word.term, &text[word.range], place);
            }
        }
    }
    similar.into_terms()
}

/// Finds words of the ticket in texts of an article.
struct WordReader<'a> {
    analyzer: Analyzer,
    analysis: Analysis,
    query_words: &'a BTreeMap<String, Option<String>>,
}

impl WordReader<'_> {
    fn matched_terms(&mut self, article: &StoredArticle) -> Vec<MatchedTerm> {
        let mut found = BTreeMap::new();
        self.note(&article.head.title, Place::Title, &mut found);
        for section in &article.sections {
            self.note(&section.heading, Place::Heading, &mut found);
            for passage in &section.passages {
                self.note(passage, Place::Body, &mut found);
            }
        }
        found
            .into_iter()
            .map(|(term, (word, places))| MatchedTerm {
                synonym_of: self.query_words.get(&term).cloned().flatten(),
                similar_to: None,
                term,
                word,
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

    /// Adds the terms of the query that the text has: each as it stands there first, and where.
    fn note(
        &mut self,
        text: &str,
        place: Place,
        found: &mut BTreeMap<String, (String, BTreeSet<Place>)>,
    ) {
        self.analyzer.analyze(text, &mut self.analysis);
        for word in self.analysis.words() {
            if self.query_words.contains_key(word.term) {
                let first = || (text[word.range].to_owned(), BTreeSet::new());
                let (_, places) = found.entry(word.term.to_owned()).or_insert_with(first);
                places.insert(place);
            }
        }
    }
}
