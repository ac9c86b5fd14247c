//! The articles that may answer a ticket, from every locale that is searched, with their probabilities.

mod ranking;

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::{Analysis, Analyzer, Locale};

use crate::analysed_ticket::AnalysedTicket;

use crate::candidates::coverage::Covering;
use crate::candidates::near::Near;
use crate::candidates::pooled_article::{Learned, PooledArticle, one_of_copies};
use crate::candidates::route::{LocaleMatch, Route};
use crate::clock::Deadline;
use crate::error::Result;
use crate::model::TicketScores;
use crate::model::blend::{ArticleEvidence, LexicalEvidence, SILENCE_FEATURES, strength};
use crate::model::chance::Chance;
use crate::model::meaning::imputed_nearness;
use crate::model::ticket_model::Past;
use crate::query::Query;
use crate::search::scorer::{Scorer, score_once};
use crate::search::scores::Scores;
use crate::search::usual_nearness::Usual;
use crate::search::view::View;
use crate::search::weights::Weights;
use crate::snapshot::generation::Generation;
use crate::snapshot::shared_groups::ArticleKey;
use crate::vectors::vector::Vector;

/// The number of articles with the best scores that stay in the pool and whose best passage is searched. nDCG@10 is the
/// same with 100, 50 and 30 on ten sets without past tickets, and with past tickets on three of four (Firefox 0.554,
/// 0.554, 0.556).
const LEXICAL_CANDIDATES: usize = 50;
/// The most articles that past tickets add to the pool.
const PAST_CANDIDATES: usize = 30;
/// The least information of a ticket that says what it is about: "account" has 4, "what should I do now" 2.3.
const LEAST_INFORMATION: f32 = 3.0;

/// The scorer of a ticket's articles, and the moment at which scoring must end.
pub(crate) struct Scoring<'s> {
    pub scorer: &'s mut Scorer,
    /// The vector of the ticket, of the model of the articles' vectors; `None` goes by words.
    pub vector: Option<&'s Vector>,
    /// The keys of articles that join the pool whatever their scores.
    pub pinned: &'s BTreeSet<u64>,
    pub deadline: Deadline,
}

/// The articles that may answer a ticket, by locale.
pub(crate) struct Pool<'a> {
    pub(crate) locales: Vec<LocalePool<'a>>,
}

/// The articles of one locale that may answer a ticket.
pub(crate) struct LocalePool<'a> {
    pub locale: &'a Locale,
    pub locale_match: LocaleMatch,
    pub view: &'a View<'a>,
    pub query: Query,
    /// The articles, best first by their own text; then those that only past tickets, vectors or rules name.
    pub articles: Vec<PooledArticle>,
    pub scores: Scores<'a>,
    ticket_scores: TicketScores,
    /// The usual nearness of the articles; `None` where they are not compared by vectors.
    usual: Option<Usual>,
    /// The share of the ticket's words, weighted by their rarity, that any article of the locale has, in [0, 1].
    known_share: f32,
}

/// An article of the pool with its score and probability.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranked {
    /// The index of the article's locale in the pool.
    pub locale: usize,
    /// The index of the article among those of its locale.
    pub article: usize,
    pub score: f64,
    pub probability: f64,
    pub chance: Chance,
    /// The share of the score that past tickets make, in [0, 1].
    pub past_share: f64,
    /// Whether its vectors say more for it than its words.
    pub is_by_meaning: bool,
}

/// The evidence for each candidate, in the order of the pool, and for abstaining.
pub(crate) struct Evidence {
    pub candidates: Vec<ArticleEvidence>,
    /// The keys of each candidate and its copies, usually those of their translation groups.
    pub groups: Vec<Vec<u64>>,
    pub silence: [f64; SILENCE_FEATURES],
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
        let keys = generation.article_keys(views);
        for (locale, locale_match) in route.locales() {
            let Some((locale, view)) = views.get_key_value(locale) else {
                continue;
            };
            deadline.check()?;
            let synonyms = generation.synonyms(locale);
            let texts = ticket.in_locale(locale);
            let query = Query::new(texts, synonyms);
            let scores =
                scorer.score(view, locale, &query, || Query::of_settled(texts), deadline)?;
            let mut spoken_for = Vec::new();
            for key in &named_keys {
                spoken_for.extend(keys.articles(view, *key)?);
            }
            let near = Near::new(generation, locale, view, vector)?;
            spoken_for.extend(near.candidates(view, deadline)?);
            let mut articles = best_articles(view, &scores, spoken_for)?;
            for article in &mut articles {
                article.set_keys(keys, view, past)?;
                near.put_nearest(view, article);
            }
            let mut articles = one_of_copies(view, articles, past)?;
            let covering = Covering::new(locale, view, &scores, &query);
            let coverage = match articles.first() {
                Some(first) => covering.of_article(first.number, first.best_passage)?,
                None => covering.of_none(),
            };
            // An article that only past tickets or vectors support is no rival before learning.
            let scores_in_order = articles.iter().map(|article| article.score);
            let scores_in_order: Vec<f32> =
                scores_in_order.take_while(|score| *score > 0.0).collect();
            let ticket_scores = TicketScores::new(&scores_in_order, coverage);
            if locale_match == LocaleMatch::Fallback {
                articles = without_translated(articles, &locales, &named_keys)?;
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

    /// Whether the ticket carries enough information to say what it is about. If its language is not certain, this must
    /// hold in each locale that is searched.
    pub(crate) fn tells_enough(&self) -> bool {
        let locales = self.locales.iter();
        let told = locales.map(|locale| locale.ticket_scores.coverage.told);
        self.locales.is_empty() || told.fold(f32::INFINITY, f32::min) >= LEAST_INFORMATION
    }

    /// Returns the input of the shipped curve: the best article's id and the ticket's scores in the first locale.
    pub(crate) fn shipped_evidence(&self) -> Result<Option<(String, TicketScores)>> {
        let Some(locale) = self.locales.first() else {
            return Ok(None);
        };
        let Some(best) = locale.articles.first() else {
            return Ok(None);
        };
        let (segment, number) = locale.view.locate(best.number);
        let id = segment.stored_head(number)?.id;
        Ok(Some((id, locale.ticket_scores)))
    }

    /// Returns whether articles are compared by vectors.
    pub(crate) fn goes_by_vectors(&self) -> bool {
        self.locales.iter().any(|locale| locale.usual.is_some())
    }

    /// Returns what past tickets say, without their vectors where articles are not compared by vectors.
    pub(crate) fn as_gone_by<'p>(&self, past: Past<'p>) -> Past<'p> {
        if self.goes_by_vectors() {
            past
        } else {
            past.by_words()
        }
    }

    /// Returns the probability of a candidate, or of several together, with this chance.
    pub(crate) fn probability(&self, chance: Chance, past: Option<Past<'_>>) -> f64 {
        past.map_or(chance.before, |past| {
            let last_step = &past.fitted().recalibration;
            let locale = self.first_exact_locale();
            chance.probability(past.model.head.own_share, |own| {
                last_step.apply(own, locale)
            })
        })
    }

    /// Returns the probability that any article of the pool answers the ticket; 0 for an empty pool.
    #[expect(clippy::cast_possible_truncation)]
    pub(crate) fn answerable_probability(&self, ranked: &[Ranked], past: Option<Past<'_>>) -> f32 {
        if ranked.is_empty() {
            return 0.0;
        }
        let chances = ranked.iter().map(|ranked| ranked.chance);
        let chance = chances.fold(Chance::default(), Chance::and);
        self.probability(chance, past) as f32
    }

    /// Returns the evidence for each candidate, from which the blend computes probabilities.
    pub(crate) fn evidence(&self, past: Past<'_>) -> Evidence {
        let weights = self.locale_weights();
        let lexical: Vec<LexicalEvidence> = self
            .places()
            .map(|(index, number)| self.locales[index].lexical(number, weights[index]))
            .collect();
        let groups = self.articles().map(|article| article.groups().collect());
        let learned = self.articles().map(|article| Learned::of(article, past));
        let [no_article, no_article_by_vector] = past.no_article();
        let near = self
            .places()
            .zip(&lexical)
            .map(|((index, number), lexical)| {
                past.by_vector
                    .map_or(0.0, |_| self.locales[index].near(number, *lexical))
            });
        let candidates = lexical
            .iter()
            .zip(learned)
            .zip(near)
            .map(|((lexical, learned), near)| ArticleEvidence {
                lexical: *lexical,
                past: learned.logit,
                solved: learned.solved,
                near,
                by_vector: learned.by_vector,
            })
            .collect();
        Evidence {
            candidates,
            groups: groups.collect(),
            silence: past
                .fitted()
                .blend
                .silence_features(no_article, no_article_by_vector),
        }
    }

    /// Returns the tag of the first searched locale that is in the ticket's language; `None` if none is.
    fn first_exact_locale(&self) -> Option<&str> {
        let mut exact = self.locales.iter();
        let exact = exact.find(|locale| locale.locale_match == LocaleMatch::Exact);
        exact.map(|locale| locale.locale.as_str())
    }

    /// Returns the article that was ranked.
    pub(crate) fn article(&self, ranked: &Ranked) -> &PooledArticle {
        &self.locales[ranked.locale].articles[ranked.article]
    }

    /// Returns the candidates, in the same order as [`Self::places`].
    fn articles(&self) -> impl Iterator<Item = &PooledArticle> {
        self.places()
            .map(|(index, number)| &self.locales[index].articles[number])
    }

    /// Returns the index of each candidate's locale, and its index among the articles of the locale.
    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        self.locales
            .iter()
            .enumerate()
            .flat_map(|(index, locale)| (0..locale.articles.len()).map(move |n| (index, n)))
    }

    /// Returns a weight for each locale, in [0, 1]: the share of the ticket's words that its articles know, divided by
    /// the largest such share, or by 1 when no locale in the ticket's language has articles. A ticket in Turkish shares
    /// little more than a name and an error code with English articles.
    fn locale_weights(&self) -> Vec<f32> {
        let shares = self.locales.iter().map(|locale| locale.known_share);
        let is_exact = |locale: &LocalePool<'_>| {
            locale.locale_match == LocaleMatch::Exact && !locale.articles.is_empty()
        };
        let most = if self.locales.iter().any(is_exact) {
            shares.clone().fold(f32::MIN_POSITIVE, f32::max)
        } else {
            1.0
        };
        shares.map(|share| share / most).collect()
    }
}

impl LocalePool<'_> {
    fn lexical(&self, number: usize, weight: f32) -> LexicalEvidence {
        let article = &self.articles[number];
        let best = self.ticket_scores.best;
        LexicalEvidence {
            relative: f64::from(article.score / best.max(f32::MIN_POSITIVE) * weight),
            strength: strength(article.score, self.scores.informative_weight()),
        }
    }

    /// Returns how near an article is: by its vectors, else as near as its words let expect; 0 where articles are not
    /// compared by vectors.
    fn near(&self, number: usize, lexical: LexicalEvidence) -> f64 {
        let Some(usual) = &self.usual else {
            return 0.0;
        };
        match self.articles[number].cosine {
            Some(cosine) => usual.nearness(cosine),
            None => usual.trust * imputed_nearness(lexical),
        }
    }
}

/// Returns the keys of the articles that past tickets support most, at most [`PAST_CANDIDATES`], and of those that answered
/// tickets of the same words.
fn best_keys(past: Past<'_>) -> BTreeSet<u64> {
    let groups = &past.model.head.groups;
    let logits = past.logits;
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let best_first = |a: &usize, b: &usize| logits[*b].total_cmp(&logits[*a]).then(a.cmp(b));
    if order.len() > PAST_CANDIDATES {
        order.select_nth_unstable_by(PAST_CANDIDATES, best_first);
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
    let is_there = |number: &u32| numbers.binary_search(number).is_ok();
    let mut added = spoken_for;
    added.retain(|number| !is_there(number));
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
