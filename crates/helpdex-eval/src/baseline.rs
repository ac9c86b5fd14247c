//! Two baselines that answers have to beat: the most popular articles, and plain BM25.

use std::collections::BTreeMap;

use helpdex::Article;
use helpdex_text::{Analysis, Analyzer, Locale, detect_language};

use crate::data_set::{JudgedQuery, TrainCounts};
use crate::metrics::count::count;

const RANKING_LIMIT: usize = 10;
/// The constant `k1` of BM25, with its usual value (Robertson and Zaragoza 2009).
const K1: f64 = 1.2;
/// The constant `b` of BM25, with its usual value.
const B: f64 = 0.75;

/// Returns the articles with the most train tickets, best first, equal ones by id; empty without train tickets.
pub(crate) fn popularity(train: &TrainCounts) -> Vec<String> {
    let mut articles: Vec<(&String, &usize)> = train.iter().collect();
    articles.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    articles
        .into_iter()
        .take(RANKING_LIMIT)
        .map(|(id, _)| id.clone())
        .collect()
}

/// BM25 with all words of the ticket over title and raw body as one field, among the articles of the ticket's locale.
pub(crate) struct PlainBm25 {
    locales: BTreeMap<Locale, LocaleIndex>,
}

struct LocaleIndex {
    analyzer: Analyzer,
    ids: Vec<String>,
    /// The articles that have each term, by index, with the number of its occurrences.
    postings: BTreeMap<String, Vec<(usize, u32)>>,
    lengths: Vec<u32>,
}

impl PlainBm25 {
    pub(crate) fn new(articles: &[Article]) -> Self {
        let mut locales: BTreeMap<Locale, LocaleIndex> = BTreeMap::new();
        let mut analysis = Analysis::default();
        for article in articles {
            locales
                .entry(article.locale().clone())
                .or_insert_with(|| LocaleIndex::new(article.locale()))
                .add(article, &mut analysis);
        }
        Self { locales }
    }

    /// Returns the best 10 articles, best first, equal ones by id. They are articles in the declared locale, or in
    /// another locale of its language. Without a declared locale they are in the detected language, and if neither has
    /// articles, in the largest locale.
    pub(crate) fn rank(&self, query: &JudgedQuery) -> Vec<String> {
        let locales: Vec<Locale> = self.locales.keys().cloned().collect();
        let declared = query.ticket.locale.as_ref();
        let same_language = declared.and_then(|declared| {
            locales
                .iter()
                .find(|locale| locale.language() == declared.language())
        });
        let detected = detect_language(&query.text, &locales, None).locales;
        declared
            .filter(|locale| self.locales.contains_key(locale))
            .or(same_language)
            .or_else(|| detected.first().filter(|_| declared.is_none()))
            .and_then(|locale| self.locales.get(locale))
            .or_else(|| self.locales.values().max_by_key(|index| index.ids.len()))
            .map_or_else(Vec::new, |index| index.rank(&query.text))
    }
}

impl LocaleIndex {
    fn new(locale: &Locale) -> Self {
        Self {
            analyzer: Analyzer::new(locale),
            ids: Vec::new(),
            postings: BTreeMap::new(),
            lengths: Vec::new(),
        }
    }

    fn add(&mut self, article: &Article, analysis: &mut Analysis) {
        let number = self.ids.len();
        self.ids.push(article.id().to_owned());
        let mut length = 0;
        for text in [&article.fields().title, &article.fields().body] {
            self.analyzer.analyze(text, analysis);
            for word in analysis.words() {
                length += 1;
                let having = self.postings.entry(word.term.to_owned()).or_default();
                match having.last_mut() {
                    Some((last, count)) if *last == number => *count += 1,
                    _ => having.push((number, 1)),
                }
            }
        }
        self.lengths.push(length);
    }

    fn rank(&self, text: &str) -> Vec<String> {
        let mut analysis = Analysis::default();
        self.analyzer.analyze(text, &mut analysis);
        let all = count(self.ids.len());
        let sum: f64 = self.lengths.iter().map(|length| f64::from(*length)).sum();
        let average_length = (sum / all).max(1.0);
        let mut scores = vec![0.0; self.ids.len()];
        for word in analysis.words() {
            let Some(list) = self.postings.get(word.term) else {
                continue;
            };
            let having = count(list.len());
            let idf = libm::log(1.0 + (all - having + 0.5) / (having + 0.5));
            for (article, frequency) in list {
                let frequency = f64::from(*frequency);
                let length = f64::from(self.lengths[*article]);
                let norm = K1 * (1.0 - B + B * length / average_length);
                scores[*article] += idf * frequency * (K1 + 1.0) / (frequency + norm);
            }
        }
        let mut ranked: Vec<(&String, f64)> = self
            .ids
            .iter()
            .zip(scores)
            .filter(|(_, score)| *score > 0.0)
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        ranked
            .into_iter()
            .take(RANKING_LIMIT)
            .map(|(id, _)| id.clone())
            .collect()
    }
}
