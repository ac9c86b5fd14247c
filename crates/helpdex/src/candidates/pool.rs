//! The articles that may answer a ticket, from every locale that is searched, with their probabilities.

pub(crate) mod gathering;
mod ranking;

use std::collections::BTreeSet;

use helpdex_text::Locale;

use crate::candidates::pooled_article::{Learned, PooledArticle};
use crate::candidates::route::LocaleMatch;
use crate::clock::Deadline;
use crate::error::Result;
use crate::model::TicketScores;
use crate::model::blend::{ArticleEvidence, LexicalEvidence, SILENCE_FEATURES, strength};
use crate::model::chance::Chance;
use crate::model::meaning::imputed_nearness;
use crate::model::ticket_model::Past;
use crate::query::Query;
use crate::search::scorer::Scorer;
use crate::search::scores::Scores;
use crate::search::usual_nearness::Usual;
use crate::search::view::View;
use crate::vectors::vector::Vector;
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

impl Pool<'_> {
    /// Returns whether the ticket carries enough information to say what it is about. If its language is not certain, this must
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
        let exact = exact.find(|locale| locale.is_exact());
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
        let mut exact = self.locales.iter().filter(|locale| locale.is_exact());
        let most = if exact.any(|locale| !locale.articles.is_empty()) {
            shares.clone().fold(f32::MIN_POSITIVE, f32::max)
        } else {
            1.0
        };
        shares.map(|share| share / most).collect()
    }
}

impl LocalePool<'_> {
    /// Returns whether it is the ticket's own language.
    fn is_exact(&self) -> bool {
        self.locale_match == LocaleMatch::Exact
    }

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
