//! The order and the probabilities of articles by words and vectors, before there is anything to learn from.

use crate::model::blend::{LexicalEvidence, probabilities};

/// A conditional logit over the candidates, times the probability that any of them answers.
///
/// The weights of the candidates were chosen on the train tickets of three sets with two models, each set and model weighing the
/// same. nDCG@10 on the test tickets of five sets, by words alone and with vectors: 0.230 and 0.280, 0.684 and 0.789, 0.931 and
/// 0.983, 0.163 and 0.685, 0.758 and 0.783; two of these sets took no part in the choice. A larger weight of nearness adds to
/// the first three and takes from the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MeaningCurve {
    relative: f64,
    strength: f64,
    /// Beside words. A logit of its own for nearness, or for what words say, fits three sets better and leaves the two others
    /// with an error of calibration of 0.25.
    beside_words: Nearness,
    /// Where no article is in the ticket's language, so that words tell nothing and nearness stands for them too. It orders
    /// the candidates as beside words, and is surer of it.
    alone: Nearness,
}

/// The weights of nearness.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Nearness {
    /// That of a standard deviation of an article's nearness.
    weight: f64,
    /// The logit that is added to what words say of whether any candidate answers, where vectors are fully trusted.
    bias: f64,
    /// The coefficient of how much nearer the nearest candidate is than those that follow, for that logit.
    lead: f64,
}

/// The evidence for a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MeaningEvidence {
    pub lexical: LexicalEvidence,
    /// See [`Usual::nearness`](crate::search::usual_nearness::Usual::nearness).
    pub near: f64,
}

/// The evidence that a ticket is answerable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TicketMeaning {
    /// The probability that any article answers, by words; `None` where no article is in the ticket's language, so that words
    /// tell nothing.
    pub by_words: Option<f64>,
    /// How far the vectors are trusted, in [0, 1].
    pub trust: f64,
}

/// The number of candidates behind the nearest one that its lead is taken over.
const FOLLOWING: usize = 4;

/// The least and the most that words say of whether any article answers: they are never certain.
const LEAST_BY_WORDS: f64 = 1e-3;

impl MeaningCurve {
    pub(crate) const SHIPPED: Self = Self {
        relative: 4.4,
        strength: 1.4,
        beside_words: Nearness {
            weight: 1.7,
            bias: 0.5,
            lead: 2.0,
        },
        // Chosen by the log loss of the first article on the train tickets of five pairs of a set and a model, each weighing the
        // same: nlu-baltic-lt, and two English sets whose tickets were replaced by words of no language beside their vectors.
        // Calibration error of test tickets with the weights of beside words, and with these: nlu-baltic-lt 0.150 and 0.033, the
        // others 0.330 and 0.118, 0.417 and 0.224, 0.428 and 0.273; from 0.011 to 0.054 where hardly an answer is right.
        alone: Nearness {
            weight: 3.4,
            bias: -1.5,
            lead: 3.0,
        },
    };

    /// Returns the score and the probability of each candidate, in their order; the probabilities add up to at most 1.
    pub(crate) fn chances(
        &self,
        candidates: &[MeaningEvidence],
        ticket: TicketMeaning,
    ) -> Vec<(f64, f64)> {
        let nearness = self.nearness(ticket);
        let scores: Vec<f64> = candidates
            .iter()
            .map(|candidate| self.by_words(candidate) + nearness.weight * candidate.near)
            .collect();
        let answerable = nearness.answerable(candidates, ticket);
        let shares = probabilities(&scores, f64::NEG_INFINITY);
        let chances = shares.into_iter().map(|share| share * answerable);
        scores.into_iter().zip(chances).collect()
    }

    /// Returns whether an article's vectors say more for it than its words.
    pub(crate) fn is_by_meaning(&self, candidate: &MeaningEvidence) -> bool {
        self.beside_words.weight * candidate.near > self.by_words(candidate)
    }

    fn by_words(&self, candidate: &MeaningEvidence) -> f64 {
        let LexicalEvidence { relative, strength } = candidate.lexical;
        self.relative * relative + self.strength * strength
    }

    fn nearness(&self, ticket: TicketMeaning) -> Nearness {
        match ticket.by_words {
            Some(_) => self.beside_words,
            None => self.alone,
        }
    }
}

impl Nearness {
    /// Returns the probability that any candidate answers.
    fn answerable(self, candidates: &[MeaningEvidence], ticket: TicketMeaning) -> f64 {
        let by_words = ticket.by_words.map_or(0.0, |by_words| {
            let by_words = by_words.clamp(LEAST_BY_WORDS, 1.0 - LEAST_BY_WORDS);
            libm::log(by_words / (1.0 - by_words))
        });
        let logit = by_words + self.bias * ticket.trust + self.lead * lead(candidates);
        1.0 / (1.0 + libm::exp(-logit))
    }
}

/// Returns how much nearer the nearest candidate is than those that follow, on average; 0 for a lone candidate.
fn lead(candidates: &[MeaningEvidence]) -> f64 {
    let mut near: Vec<f64> = candidates.iter().map(|candidate| candidate.near).collect();
    near.sort_unstable_by(|a, b| b.total_cmp(a));
    let Some((nearest, rest)) = near.split_first() else {
        return 0.0;
    };
    let following = &rest[..FOLLOWING.min(rest.len())];
    if following.is_empty() {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss)]
    let mean = following.iter().sum::<f64>() / following.len() as f64;
    nearest - mean
}

/// Returns the nearness that an article without a vector is taken to have: that of articles with as many words of the ticket.
/// A least squares fit over the candidates of four sets.
pub(crate) fn imputed_nearness(lexical: LexicalEvidence) -> f64 {
    1.35 * lexical.relative + 0.79 * lexical.strength - 0.58
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: TicketMeaning = TicketMeaning {
        by_words: Some(0.3),
        trust: 1.0,
    };

    fn candidate(relative: f64, near: f64) -> MeaningEvidence {
        MeaningEvidence {
            lexical: LexicalEvidence {
                relative,
                strength: relative / 2.0,
            },
            near,
        }
    }

    fn chances(nearness: [f64; 3], ticket: TicketMeaning) -> Vec<f64> {
        let candidates = nearness.map(|near| candidate(0.5, near));
        let chances = MeaningCurve::SHIPPED.chances(&candidates, ticket);
        chances.into_iter().map(|(_, chance)| chance).collect()
    }

    #[test]
    fn a_nearer_article_is_more_probable_and_all_add_up_to_at_most_one() {
        let found = chances([1.0, 3.0, 0.0], TICKET);
        assert!(found[1] > found[0] && found[0] > found[2]);
        assert!(found.iter().sum::<f64>() <= 1.0);
        assert!(chances([1.0, 5.0, 0.0], TICKET)[1] > found[1]);
        assert!(MeaningCurve::SHIPPED.chances(&[], TICKET).is_empty());
    }

    #[test]
    fn what_words_say_of_the_ticket_counts_and_where_they_say_nothing_vectors_decide() {
        let by_words = |by_words| {
            let ticket = TicketMeaning { by_words, ..TICKET };
            chances([1.0, 1.5, 0.0], ticket).iter().sum::<f64>()
        };
        assert!(by_words(Some(0.9)) > by_words(Some(0.1)));
        assert!(by_words(None) > by_words(Some(0.0)));
    }

    #[test]
    fn nearness_alone_is_surer_of_a_lead_and_less_sure_without_one() {
        let alone = TicketMeaning {
            by_words: None,
            ..TICKET
        };
        let even = TicketMeaning {
            by_words: Some(0.5),
            ..TICKET
        };
        assert!(chances([3.0, 1.0, 0.5], alone)[0] > chances([3.0, 1.0, 0.5], even)[0]);
        assert!(chances([1.1, 1.0, 1.0], alone)[0] < chances([1.1, 1.0, 1.0], even)[0]);
    }

    #[test]
    fn without_trust_nothing_is_added_to_what_words_say() {
        let ticket = TicketMeaning {
            trust: 0.0,
            ..TICKET
        };
        let all: f64 = chances([0.0; 3], ticket).iter().sum();
        assert!((all - 0.3).abs() < 1e-9);
    }
}
