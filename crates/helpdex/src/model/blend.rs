//! The blend combines all evidence on the candidates of a ticket. It is a conditional logit (`McFadden` 1974), in which
//! the candidates compete with each other and with abstaining, so that their probabilities belong to a single choice.

use serde::{Deserialize, Serialize};

/// The number of features of an article.
pub(crate) const ARTICLE_FEATURES: usize = 6;
pub(crate) const SILENCE_FEATURES: usize = 3;
/// The feature of an article that no ticket names.
pub(crate) const NEVER: usize = 3;
/// The feature of how near an article's vectors are.
pub(crate) const NEAR: usize = 4;
/// The feature of abstaining by a ticket's vector.
pub(crate) const NO_ARTICLE_BY_VECTOR: usize = 2;
/// The number of inputs to the estimate of past evidence for an article without tickets.
pub(crate) const IMPUTATION_INPUTS: usize = 3;

/// The number of tickets at which the trust in past tickets is one half.
const TRUSTED_BY_HALF: f64 = 100.0;

/// The weights of the blend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "BlendRecord", into = "BlendRecord")]
pub(crate) struct Blend {
    /// The weights of [`Blend::article_features`], in their order; none is negative, so that more evidence never counts
    /// less.
    pub article: [f64; ARTICLE_FEATURES],
    /// The weights of [`Blend::silence_features`], in their order.
    pub silence: [f64; SILENCE_FEATURES],
    /// The weights of [`LexicalEvidence::inputs`] in the estimate of past evidence for an article without tickets.
    pub imputation: [f64; IMPUTATION_INPUTS],
    /// The number of tickets that an article without any counts as: see [`Blend::rarity`].
    pub pseudo_count: f64,
    /// The mean number of tickets, over the articles that have any.
    pub mean_count: f64,
    /// The trust in past tickets, in [0, 1): see [`trust`].
    pub trust: f64,
}

/// The weights as the file of a model holds them: those of vectors apart, where there are any.
#[derive(Serialize, Deserialize)]
struct BlendRecord {
    article: [f64; NEAR],
    silence: [f64; NO_ARTICLE_BY_VECTOR],
    imputation: [f64; IMPUTATION_INPUTS],
    pseudo_count: f64,
    mean_count: f64,
    trust: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vectors: Option<[f64; 3]>,
}

impl From<Blend> for BlendRecord {
    fn from(blend: Blend) -> Self {
        let [relative, strength, past, never, near, by_vector] = blend.article;
        let [bias, no_article, no_article_by_vector] = blend.silence;
        let vectors = [near, by_vector, no_article_by_vector];
        Self {
            article: [relative, strength, past, never],
            silence: [bias, no_article],
            imputation: blend.imputation,
            pseudo_count: blend.pseudo_count,
            mean_count: blend.mean_count,
            trust: blend.trust,
            vectors: vectors
                .iter()
                .any(|weight| *weight != 0.0)
                .then_some(vectors),
        }
    }
}

impl From<BlendRecord> for Blend {
    fn from(record: BlendRecord) -> Self {
        let [relative, strength, past, never] = record.article;
        let [bias, no_article] = record.silence;
        let [near, by_vector, no_article_by_vector] = record.vectors.unwrap_or_default();
        Self {
            article: [relative, strength, past, never, near, by_vector],
            silence: [bias, no_article, no_article_by_vector],
            imputation: record.imputation,
            pseudo_count: record.pseudo_count,
            mean_count: record.mean_count,
            trust: record.trust,
        }
    }
}

/// The evidence for one candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ArticleEvidence {
    pub lexical: LexicalEvidence,
    /// The logit from past tickets; `None` when the article solved no ticket.
    pub past: Option<f64>,
    /// The weighted number of tickets that the article solved.
    pub solved: f64,
    /// How near its vectors are to the ticket's, see [`Usual::nearness`](crate::search::usual_nearness::Usual::nearness); 0
    /// without vectors.
    pub near: f64,
    /// The logit from the vectors of past tickets; 0 without any.
    pub by_vector: f64,
}

impl ArticleEvidence {
    /// Returns the same without what vectors say.
    pub(crate) fn by_words(&self) -> Self {
        Self {
            near: 0.0,
            by_vector: 0.0,
            ..*self
        }
    }
}

/// The evidence of an article's own text.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct LexicalEvidence {
    /// The score divided by that of the best candidate in the same locale; less in a locale that knows little of the
    /// ticket.
    pub relative: f64,
    /// The square root of the score, divided by four times the ticket's informative weight.
    pub strength: f64,
}

impl LexicalEvidence {
    pub(crate) fn inputs(&self) -> [f64; IMPUTATION_INPUTS] {
        [self.relative, self.strength, 1.0]
    }
}

/// Returns the square root of a score divided by four times the weight of the words it is made of, which a score hardly
/// ever exceeds.
pub(crate) fn strength(score: f32, weight: f32) -> f64 {
    f64::from((score / (4.0 * weight.max(f32::MIN_POSITIVE))).sqrt())
}

impl Blend {
    /// Returns the features of an article, which `article` holds the weights of. The fourth is negative for an
    /// article that no ticket names, else 0.
    pub(crate) fn article_features(&self, evidence: &ArticleEvidence) -> [f64; ARTICLE_FEATURES] {
        let LexicalEvidence { relative, strength } = evidence.lexical;
        let has_solved = evidence.solved > 0.0;
        let imputed = dot(&self.imputation, &evidence.lexical.inputs());
        let past = match evidence.past {
            Some(past) if has_solved => past,
            // It was only ever rejected: nobody knows how it would do otherwise, and it does not do better.
            Some(past) => imputed.min(past),
            None => imputed,
        };
        let never = if has_solved { 0.0 } else { -1.0 };
        let (past, never) = (self.trust * past, self.trust * never);
        let by_vector = self.trust * evidence.by_vector;
        [relative, strength, past, never, evidence.near, by_vector]
    }

    /// Returns the term that removes popularity from a score: `ln` of the number of tickets that the article solved
    /// relative to the mean, negated, so that it is below zero for a popular article. An article without tickets counts
    /// like one with a single ticket, so that it is not favoured for never being asked for. The value is the posterior
    /// mean of a rate under a Gamma prior of shape `r` (Robbins 1956; Fisher, Corbet and Williams 1943). The counts
    /// determine `r`: it is large when all articles have about as many tickets, and small when few articles have most
    /// of them.
    pub(crate) fn rarity(&self, solved: f64) -> f64 {
        -libm::log((solved.max(1.0) + self.pseudo_count) / (self.mean_count + self.pseudo_count))
    }

    /// Returns the features of abstaining. `no_article` is the logit from past tickets that no article answers, and
    /// `by_vector` that from their vectors.
    pub(crate) fn silence_features(
        &self,
        no_article: Option<f64>,
        by_vector: Option<f64>,
    ) -> [f64; SILENCE_FEATURES] {
        let [no_article, by_vector] = [no_article, by_vector].map(Option::unwrap_or_default);
        [1.0, self.trust * no_article, self.trust * by_vector]
    }

    /// Returns the share of an article's score that comes from past tickets, in [0, 1]; 0 for an article that solved
    /// none.
    pub(crate) fn past_share(&self, evidence: &ArticleEvidence) -> f64 {
        let features = self.article_features(evidence);
        let [relative, strength, past, _, near, by_vector] =
            std::array::from_fn(|i| self.article[i] * features[i]);
        let (text, past) = (
            relative + strength + near.max(0.0),
            (past + by_vector).max(0.0),
        );
        if evidence.solved > 0.0 && past > 0.0 {
            past / (text + past)
        } else {
            0.0
        }
    }

    /// Returns whether an article's vectors say more for it than its words.
    pub(crate) fn is_by_meaning(&self, evidence: &ArticleEvidence) -> bool {
        let features = self.article_features(evidence);
        let [relative, strength, _, _, near, _] =
            std::array::from_fn(|i| self.article[i] * features[i]);
        near > relative + strength
    }

    /// Returns the score and the probability of each candidate, in the order of the candidates.
    pub(crate) fn chances(
        &self,
        candidates: &[ArticleEvidence],
        silence: &[f64; SILENCE_FEATURES],
        popularity: f64,
    ) -> Vec<(f64, f64)> {
        let scores: Vec<f64> = candidates
            .iter()
            .map(|candidate| {
                let usual = self.article_score(&self.article_features(candidate));
                usual + (1.0 - popularity) * self.rarity(candidate.solved)
            })
            .collect();
        let chances = probabilities(&scores, self.silence_score(silence));
        scores.into_iter().zip(chances).collect()
    }

    /// Returns the score of an article or of abstaining: the sum of weighted features.
    pub(crate) fn article_score(&self, features: &[f64; ARTICLE_FEATURES]) -> f64 {
        dot(&self.article, features)
    }

    pub(crate) fn silence_score(&self, features: &[f64; SILENCE_FEATURES]) -> f64 {
        dot(&self.silence, features)
    }
}

/// Returns the trust in a model of `n` past tickets, `n / (n + 100)`. A model of five tickets knows five articles at
/// most, so its low scores for others mean nothing. Without this factor, five tickets lowered nDCG@10 from 0.931 to
/// 0.875 on one of three sets. With 50 in place of 100, twenty tickets lowered it to 0.923; with 150, more tickets were
/// needed for the same gain on the other two sets.
pub(crate) fn trust(tickets: usize) -> f64 {
    #[expect(clippy::cast_precision_loss)]
    let tickets = tickets as f64;
    tickets / (tickets + TRUSTED_BY_HALF)
}

/// Returns `e^score` divided by the sum over all scores and abstaining: one entry per score, together below 1.
pub(crate) fn probabilities(scores: &[f64], silence: f64) -> Vec<f64> {
    let most = scores.iter().copied().fold(silence, f64::max);
    let odds: Vec<f64> = scores.iter().map(|score| libm::exp(score - most)).collect();
    let all = odds.iter().sum::<f64>() + libm::exp(silence - most);
    odds.into_iter().map(|odds| odds / all).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Blend {
    /// Returns the blend from which the fit of the shipped weights starts.
    pub(crate) fn unfitted() -> Self {
        Self {
            article: [1.0, 1.0, 1.0, 1.0, 0.0, 0.0],
            silence: [0.0; SILENCE_FEATURES],
            imputation: [0.0; IMPUTATION_INPUTS],
            pseudo_count: 1.0,
            mean_count: 1.0,
            trust: 1.0,
        }
    }
}

impl Default for Blend {
    /// Returns the weights that are used before there are enough tickets. They were fitted to the tickets of five
    /// public sets in English, Lithuanian and the six languages of the sample corpus, with the same weight for each
    /// set, by `cargo run --release -p helpdex-benches --bin fit_weights -- DATASET...`.
    fn default() -> Self {
        Self {
            article: [2.76, 1.01, 1.43, 0.0, 0.0, 0.0],
            silence: [4.12, 0.87, 0.0],
            imputation: [3.13, 0.44, 0.5],
            pseudo_count: 1.0,
            mean_count: 1.0,
            trust: 1.0,
        }
    }
}

impl Blend {
    /// Returns the same with the weight of nearness before there are enough tickets: fitted to held-out tickets of other sets
    /// than those that it is used on, it was 0.95 for four models.
    pub(crate) fn with_vectors(self) -> Self {
        let mut article = self.article;
        article[NEAR] = 0.95;
        Self { article, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(relative: f64, past: Option<f64>, solved: f64) -> ArticleEvidence {
        ArticleEvidence {
            lexical: LexicalEvidence {
                relative,
                strength: relative / 2.0,
            },
            past,
            solved,
            near: 0.0,
            by_vector: 0.0,
        }
    }

    #[test]
    fn probabilities_compete_and_leave_room_for_silence() {
        let all = probabilities(&[1.0, 0.0], 0.0);
        // e / (e + 1 + 1) and 1 / (e + 1 + 1)
        assert!((all[0] - 0.576_116_884_765_828_9).abs() < 1e-12);
        assert!((all[1] - 0.211_941_557_617_085_6).abs() < 1e-12);
        assert!(probabilities(&[], 1.0).is_empty());
        assert!(probabilities(&[900.0], -900.0)[0].is_finite());
    }

    #[test]
    fn more_evidence_is_never_less() {
        let blend = Blend::default();
        let score = |evidence| blend.article_score(&blend.article_features(&evidence));
        assert!(score(evidence(0.9, Some(1.0), 2.0)) > score(evidence(0.8, Some(1.0), 2.0)));
        assert!(score(evidence(0.9, Some(2.0), 2.0)) > score(evidence(0.9, Some(1.0), 2.0)));
        assert!(score(evidence(0.9, Some(1.0), 3.0)) >= score(evidence(0.9, Some(1.0), 2.0)));
    }

    #[test]
    fn the_share_of_past_tickets_is_theirs_beside_the_text() {
        let blend = Blend {
            article: [2.0, 1.0, 3.0, 0.0, 0.0, 0.0],
            ..Blend::unfitted()
        };
        let share = |past, solved| blend.past_share(&evidence(0.8, past, solved));
        // 3 past beside 2 x 0.8 + 0.4 of the text.
        assert!((share(Some(1.0), 2.0) - 0.6).abs() < 1e-12);
        assert!(share(Some(-1.0), 2.0).abs() < 1e-12);
        assert!(share(None, 0.0).abs() < 1e-12 && share(Some(1.0), 0.0).abs() < 1e-12);
    }

    #[test]
    fn an_article_that_was_only_rejected_does_not_gain() {
        let blend = Blend::default();
        let score = |past| {
            let evidence = evidence(0.9, past, 0.0);
            blend.article_score(&blend.article_features(&evidence))
        };
        assert!(score(Some(-3.0)) < score(None));
        assert!((score(Some(50.0)) - score(None)).abs() < 1e-12);
    }
}
