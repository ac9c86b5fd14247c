//! Finds the articles that may answer a ticket.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::{Analysis, Analyzer, Locale};

use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::coverage::Covering;
use crate::candidates::near::Near;
use crate::candidates::pool::{LocalePool, Pool, Scoring};
use crate::candidates::pooled_article::{PooledArticle, one_of_copies};
use crate::candidates::route::{LocaleMatch, Route};
use crate::clock::Deadline;
use crate::error::Result;
use crate::model::TicketScores;
use crate::model::ticket_model::Past;
use crate::query::Query;
use crate::search::scorer::score_once;
use crate::search::scores::Scores;
use crate::search::view::View;
use crate::search::weights::Weights;
use crate::snapshot::generation::Generation;
use crate::snapshot::shared_groups::{ArticleKey, ArticleKeys};

/// The number of articles with the best scores that stay in the pool and whose best passage is searched. nDCG@10 is the
/// same with 100, 50 and 30 on ten sets without past tickets, and with past tickets on three of four (Firefox 0.554,
/// 0.554, 0.556).
const LEXICAL_CANDIDATES: usize = 50;
/// The most articles that past tickets add to the pool.
const PAST_CANDIDATES: usize = 30;

/// The articles that a ticket may be about besides those that its words find.
struct SpokenFor<'a> {
    keys: ArticleKeys<'a>,
    past: Option<Past<'a>>,
    /// The keys of the articles that past tickets or rules name.
    named_keys: BTreeSet<u64>,
    deadline: Deadline,
}

impl<'a> Pool<'a> {
    /// Scores the articles of the locales of the route. An article of a fallback locale is left out when its
    /// translation is searched and has a word of the ticket, or when past tickets or a rule name the translation. So an
    /// article about something else does not hide it by naming its translation group.
    pub(crate) fn gather(
        generation: &Generation,
        views: &'a BTreeMap<&'a Locale, View<'a>>,
        route: &Route,
        ticket: &mut AnalysedTicket<'_>,
        past: Option<Past<'_>>,
        scoring: Scoring<'_>,
    ) -> Result<Self> {
        let Scoring {
            scorer,
            vector,
            pinned,
            deadline,
        } = scoring;
        let mut locales: Vec<LocalePool<'a>> = Vec::new();
        let mut named_keys = past.map(best_keys).unwrap_or_default();
        named_keys.extend(pinned);
        let spoken_for = SpokenFor {
            keys: generation.article_keys(views),
            past,
            named_keys,
            deadline,
        };
        for (locale, locale_match) in route.locales() {
            let Some((locale, view)) = views.get_key_value(locale) else {
                continue;
            };
            deadline.check()?;
            let texts = ticket.in_locale(locale);
            let query = Query::new(texts, generation.synonyms(locale));
            let scores =
                scorer.score(view, locale, &query, || Query::of_settled(texts), deadline)?;
            let near = Near::new(generation, locale, view, vector)?;
            let mut articles = spoken_for.with_best(view, &scores, &near)?;
            let covering = Covering::new(locale, view, &scores, &query);
            let ticket_scores = ticket_scores(&articles, &covering)?;
            if locale_match == LocaleMatch::Fallback {
                articles = without_translated(articles, &locales, &spoken_for.named_keys)?;
            }
            locales.push(LocalePool {
                locale,
                locale_match,
                view,
                query,
                articles,
                ticket_scores,
                usual: near.usual,
                known_share: scores.coverable / scores.informative_weight(),
                scores,
            });
        }
        Ok(Self { locales })
    }
}

impl SpokenFor<'_> {
    /// Returns these articles of a locale behind those with the best scores, one of several copies.
    fn with_best(
        &self,
        view: &View<'_>,
        scores: &Scores<'_>,
        near: &Near<'_>,
    ) -> Result<Vec<PooledArticle>> {
        let mut numbers = near.candidates(view, self.deadline)?;
        for key in &self.named_keys {
            numbers.extend(self.keys.articles(view, *key)?);
        }
        let mut articles = best_articles(view, scores, numbers)?;
        for article in &mut articles {
            article.set_keys(self.keys, view, self.past)?;
            near.put_nearest(view, article);
        }
        one_of_copies(view, articles, self.past)
    }
}

/// Returns what the scores of these articles, best first, say about the ticket.
fn ticket_scores(articles: &[PooledArticle], covering: &Covering<'_>) -> Result<TicketScores> {
    let coverage = match articles.first() {
        Some(first) => covering.of_article(first.number, first.best_passage)?,
        None => covering.of_none(),
    };
    // An article that only past tickets or vectors support is no rival before learning.
    let scores = articles.iter().map(|article| article.score);
    let scores: Vec<f32> = scores.take_while(|score| *score > 0.0).collect();
    Ok(TicketScores::new(&scores, coverage))
}

/// Returns the keys of the articles that past tickets support most, at most [`PAST_CANDIDATES`], and of those that answered
/// tickets of the same words.
fn best_keys(past: Past<'_>) -> BTreeSet<u64> {
    let groups = &past.model.head.groups;
    let logits = past.logits;
    let mut order: Vec<usize> = (0..groups.len()).collect();
    if order.len() > PAST_CANDIDATES {
        order.select_nth_unstable_by(PAST_CANDIDATES, |a, b| {
            logits[*b].total_cmp(&logits[*a]).then(a.cmp(b))
        });
        order.truncate(PAST_CANDIDATES);
    }
    let taught = past.taught.right().filter(|class| *class < groups.len());
    let classes = order.into_iter().chain(taught);
    classes.map(|class| groups[class]).collect()
}

/// Leaves out those articles of a fallback locale that [`is_translated`] finds in a locale searched before.
fn without_translated(
    articles: Vec<PooledArticle>,
    searched: &[LocalePool<'_>],
    named_keys: &BTreeSet<u64>,
) -> Result<Vec<PooledArticle>> {
    let mut left = Vec::new();
    for article in articles {
        let is_named = article.is_of_group(named_keys);
        if !is_translated(searched, article.key.key, is_named)? {
            left.push(article);
        }
    }
    Ok(left)
}

/// Whether one of the searched locales has an article of the translation group, and past tickets or a rule name the
/// group (`is_named`) or that article has a word of the ticket.
fn is_translated(searched: &[LocalePool<'_>], group: u64, is_named: bool) -> Result<bool> {
    for locale in searched {
        for article in locale.view.articles_of_group(group) {
            if is_named || locale.scores.has_word(article)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Returns the articles with a score above 0, best first; equal ones have the order of the view: the wider visibility
/// first, then by id. Then follow, in this order, the articles of `spoken_for`, which past tickets, vectors or rules name.
fn best_articles(
    view: &View<'_>,
    scores: &Scores<'_>,
    spoken_for: Vec<u32>,
) -> Result<Vec<PooledArticle>> {
    let mut numbers: Vec<u32> = scores
        .best(LEXICAL_CANDIDATES)
        .into_iter()
        .map(|(article, _)| article)
        .collect();
    numbers.sort_unstable();
    let by_text = numbers.len();
    let mut added = spoken_for;
    added.retain(|number| numbers.binary_search(number).is_err());
    added.sort_unstable();
    added.dedup();
    numbers.append(&mut added);
    let passages = scores.best_passages(&numbers)?;
    let mut articles: Vec<PooledArticle> = numbers
        .into_iter()
        .zip(passages)
        .map(|(number, passage)| {
            let of_passage = passage.map_or(0.0, |(_, score)| score);
            let group = view.group_of(number);
            PooledArticle {
                number,
                key: ArticleKey {
                    key: group,
                    is_alone: false,
                },
                learned_key: group,
                score: scores.of(number) + Weights::SHIPPED.best_passage * of_passage,
                best_passage: passage.map(|(passage, _)| passage),
                cosine: None,
                nearest: None,
                copies: Vec::new(),
            }
        })
        .collect();
    articles[..by_text].sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(articles)
}

/// Returns the ids of the best articles of a locale by the words of a text alone, at most `limit`, best first.
pub(crate) fn best_ids_by_words(
    view: &View<'_>,
    locale: &Locale,
    text: &str,
    limit: usize,
) -> Result<Vec<String>> {
    let mut analysis = Analysis::default();
    Analyzer::new(locale).analyze(text, &mut analysis);
    let words = analysis.words().filter(|word| !word.is_function_word);
    let terms: Vec<&str> = words.map(|word| word.term).collect();
    let query = Query::of_words(&terms);
    let scores = score_once(view, &query, &Weights::SHIPPED, Deadline::NEVER)?;
    let best = best_articles(view, &scores, Vec::new())?;
    let heads = best.into_iter().take(limit).map(|article| {
        let (segment, number) = view.locate(article.number);
        Ok(segment.stored_head(number)?.id)
    });
    heads.collect()
}
