//! What any answer has to beat: the most popular articles, and plain BM25.

use std::collections::BTreeMap;

use helpdex_text::{Analysis, Analyzer, Locale};

use super::TrainCounts;
use super::data_set::JudgedQuery;
use crate::article::Article;

const RANKING_LIMIT: usize = 10;
/// BM25's usual constants.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The articles with most train tickets, best first, equal ones by id; empty without train tickets.
pub(super) fn popularity(train: &TrainCounts) -> Vec<String> {
    let mut articles: Vec<(&String, &usize)> = train.iter().collect();
    articles.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    articles
        .into_iter()
        .take(RANKING_LIMIT)
        .map(|(id, _)| id.clone())
        .collect()
}

/// BM25 over title and raw body as one field, all words of the ticket, over all locales at once.
pub(super) struct PlainBm25<'a> {
    articles: &'a [Article],
    /// For each term the articles that have it, and how often.
    postings: BTreeMap<String, Vec<(usize, u32)>>,
    lengths: Vec<u32>,
    average_length: f64,
    locales: BTreeMap<Locale, Analyzer>,
}

impl<'a> PlainBm25<'a> {
    pub(super) fn new(articles: &'a [Article]) -> Self {
        let mut locales: BTreeMap<Locale, Analyzer> = BTreeMap::new();
        let mut postings: BTreeMap<String, Vec<(usize, u32)>> = BTreeMap::new();
        let mut lengths = vec![0_u32; articles.len()];
        let mut analysis = Analysis::default();
        for (number, article) in articles.iter().enumerate() {
            let analyzer = locales
                .entry(article.locale().clone())
                .or_insert_with(|| Analyzer::new(article.locale()));
            for text in [&article.fields().title, &article.fields().body] {
                analyzer.analyze(text, &mut analysis);
                for word in analysis.words() {
                    lengths[number] += 1;
                    let list = postings.entry(word.term.to_owned()).or_default();
                    match list.last_mut() {
                        Some((last, count)) if *last == number => *count += 1,
                        _ => list.push((number, 1)),
                    }
                }
            }
        }
        let sum: f64 = lengths.iter().map(|length| f64::from(*length)).sum();
        Self {
            articles,
            postings,
            average_length: (sum / count(articles.len())).max(1.0),
            lengths,
            locales,
        }
    }

    /// The best 10 articles, best first, equal ones by id.
    pub(super) fn rank(&self, query: &JudgedQuery) -> Vec<String> {
        let declared = query.ticket.locale.as_ref();
        let analyzer = declared
            .and_then(|locale| self.locales.get(locale))
            .or_else(|| self.locales.values().next());
        let Some(analyzer) = analyzer else {
            return Vec::new();
        };
        let mut analysis = Analysis::default();
        analyzer.analyze(&query.text, &mut analysis);
        let mut scores = vec![0.0; self.articles.len()];
        for word in analysis.words() {
            let Some(list) = self.postings.get(word.term) else {
                continue;
            };
            let (all, having) = (count(self.articles.len()), count(list.len()));
            let idf = libm::log(1.0 + (all - having + 0.5) / (having + 0.5));
            for (article, frequency) in list {
                let frequency = f64::from(*frequency);
                let length = f64::from(self.lengths[*article]);
                let norm = K1 * (1.0 - B + B * length / self.average_length);
                scores[*article] += idf * frequency * (K1 + 1.0) / (frequency + norm);
            }
        }
        let mut ranked: Vec<(usize, f64)> = scores
            .into_iter()
            .enumerate()
            .filter(|(_, score)| *score > 0.0)
            .collect();
        let id = |article: usize| self.articles[article].id();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| id(a.0).cmp(id(b.0))));
        ranked
            .into_iter()
            .take(RANKING_LIMIT)
            .map(|(article, _)| id(article).to_owned())
            .collect()
    }
}

/// Counts here stay far below 2^53.
#[expect(clippy::cast_precision_loss)]
fn count(n: usize) -> f64 {
    n as f64
}
