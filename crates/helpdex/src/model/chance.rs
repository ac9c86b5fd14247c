//! The last steps from evidence to a probability, the same for answers and for labels.

use crate::model::taught::TaughtOf;

/// The number of tickets at which the probabilities of a knowledge base's own model count as much as the shipped ones.
const OWN_BY_HALF: f64 = 50.0;

/// The evidence for a candidate beside the own blend.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Beside {
    /// The probability before anything was learned.
    pub before: f64,
    /// What people answered to tickets of the same words.
    pub taught: TaughtOf,
}

/// The chance that a candidate is right, or one of several: those of one ticket are of one choice, and add up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Chance {
    /// The probability of the knowledge base's own blend, before recalibration.
    pub own: f64,
    /// The probability before anything was learned.
    pub before: f64,
    /// The weighted number of tickets of the same words that it answered.
    taught: f64,
    /// The part of `before` of candidates that answered any of these tickets.
    taught_before: f64,
    /// The weighted number of tickets of the same words that have an answer.
    answered: f64,
    /// The number of tickets that everything else counts beside many of these.
    prior: f64,
}

impl Beside {
    /// Returns the chance of the candidate, to which the own blend gives the probability `own`. Tickets of the same words
    /// in which the candidate was rejected take from everything that speaks for it.
    pub(crate) fn chance(self, own: f64) -> Chance {
        let TaughtOf {
            tickets,
            rejected,
            answered,
            prior,
        } = self.taught;
        let kept = share_of_rest(rejected, 0.0);
        let before = kept * self.before;
        Chance {
            own: kept * own,
            before,
            taught: if tickets > 0.0 {
                tickets * tickets / (tickets + rejected)
            } else {
                0.0
            },
            taught_before: if tickets > 0.0 { before } else { 0.0 },
            answered,
            prior,
        }
    }
}

impl Chance {
    /// Returns the chance of a candidate while nothing was learned.
    pub(crate) fn before_learning(probability: f64) -> Self {
        Self {
            before: probability,
            ..Self::default()
        }
    }

    /// Returns the chance that one of both is right.
    pub(crate) fn and(self, other: Self) -> Self {
        let answered = self.answered.max(other.answered);
        Self {
            own: self.own + other.own,
            before: self.before + other.before,
            taught: (self.taught + other.taught).min(answered),
            taught_before: self.taught_before + other.taught_before,
            answered,
            prior: self.prior.max(other.prior),
        }
    }

    /// Returns the probability: the mean of the own one and of the one before learning (a linear opinion pool, Stone 1961),
    /// where the own one counts `own_share`, and then the mean of a Dirichlet distribution (Good 1965) that counts tickets
    /// of the same words beside it.
    ///
    /// One confirmation usually divides the distance to certainty by about three, far more than it moves the rest of the
    /// model, so that it makes no answer less probable.
    pub(crate) fn probability(self, own_share: f64, recalibrated: impl Fn(f64) -> f64) -> f64 {
        let own = if self.own > 0.0 {
            recalibrated(self.own)
        } else {
            0.0
        };
        let pooled = own_share * own + (1.0 - own_share) * self.before;
        let prior = pooled.max(self.taught_before).min(1.0);
        let rest = share_of_rest(self.answered, self.prior);
        if self.answered > 0.0 {
            (1.0 - rest) * self.taught / self.answered + rest * prior
        } else {
            prior
        }
    }

    /// Returns the part of the probability that tickets of the same words make, in [0, 1].
    pub(crate) fn taught_part(self) -> f64 {
        if self.taught > 0.0 {
            1.0 - share_of_rest(self.answered, self.prior)
        } else {
            0.0
        }
    }
}

/// Returns the share of everything else beside this weighted number of tickets of the same words: everything else counts
/// `2^-n` tickets beside `n`, and `prior` more.
fn share_of_rest(tickets: f64, prior: f64) -> f64 {
    let rest = libm::exp2(-tickets) + prior;
    rest / (tickets + rest)
}

/// Returns the share of a model of `n` past tickets in a probability, `n³ / (n³ + 50³)`: without tickets the probability is
/// the shipped one, and the first tickets change it little.
pub(crate) fn own_share(tickets: usize) -> f64 {
    #[expect(clippy::cast_precision_loss)]
    let tickets = tickets as f64;
    let cube = tickets * tickets * tickets;
    cube / (cube + OWN_BY_HALF * OWN_BY_HALF * OWN_BY_HALF)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chance of a candidate that answered `tickets` of all `answered` tickets of the same words, and was rejected in
    /// `rejected`; its own probability is 0.1, the one before learning 0.3.
    fn chance(tickets: f64, answered: f64, rejected: f64) -> Chance {
        let taught = TaughtOf {
            tickets,
            rejected,
            answered,
            prior: 0.0,
        };
        Beside {
            before: 0.3,
            taught,
        }
        .chance(0.1)
    }

    fn probability(chance: Chance) -> f64 {
        chance.probability(1.0, |own| own)
    }

    #[test]
    fn without_tickets_a_probability_is_the_shipped_one_and_few_move_it_little() {
        let chance = Chance {
            own: 0.2,
            ..Chance::before_learning(0.8)
        };
        let probability = |tickets| chance.probability(own_share(tickets), |own| own);
        assert!((probability(0) - 0.8).abs() < 1e-12);
        assert!(probability(1) > 0.79 && probability(10) > 0.79);
        assert!((probability(50) - 0.5).abs() < 1e-12);
        assert!(probability(500) < 0.21);
    }

    #[test]
    fn an_answer_to_the_same_words_is_probable_and_each_confirmation_makes_it_more_so() {
        // (1 + 0.5 * 0.3) / 1.5
        assert!((probability(chance(1.0, 1.0, 0.0)) - 1.15 / 1.5).abs() < 1e-12);
        // Nothing was taught, or another answer: 0.5 * 0.1 / 1.5
        assert!((probability(chance(0.0, 0.0, 0.0)) - 0.1).abs() < 1e-12);
        assert!((probability(chance(0.0, 1.0, 0.0)) - 0.05 / 1.5).abs() < 1e-12);
        for tickets in 0..20_u8 {
            let few = f64::from(tickets);
            for (others, rejected) in [(0.0, 0.0), (3.0, 0.0), (0.0, 2.0), (1.0, 8.0)] {
                let [before, after] =
                    [few, few + 1.0].map(|tickets| chance(tickets, tickets + others, rejected));
                assert!(probability(before) < probability(after));
            }
        }
    }

    #[test]
    fn answers_count_less_where_tickets_of_the_same_words_disagree() {
        let taught = |tickets, answered, prior| {
            let taught = TaughtOf {
                tickets,
                rejected: 0.0,
                answered,
                prior,
            };
            let before = 0.3;
            probability(Beside { before, taught }.chance(0.1))
        };
        // (1 + (0.5 + 3) * 0.3) / (1 + 0.5 + 3)
        assert!((taught(1.0, 1.0, 3.0) - 2.05 / 4.5).abs() < 1e-12);
        for prior in [0.0, 0.1, 1.0, 30.0] {
            for (tickets, others) in [(0.0, 0.0), (1.0, 0.0), (1.0, 3.0), (9.0, 1.0)] {
                let before = taught(tickets, tickets + others, prior);
                assert!(before < taught(tickets + 1.0, tickets + others + 1.0, prior));
                assert!(taught(tickets, tickets + others, prior + 1.0) < 1.0);
            }
        }
    }

    #[test]
    fn a_rejection_makes_an_article_less_probable_and_no_other_one() {
        assert!(probability(chance(0.0, 0.0, 1.0)) < 0.04);
        assert!(probability(chance(1.0, 1.0, 2.0)) < probability(chance(1.0, 1.0, 1.0)));
        let other = chance(0.0, 0.0, 0.0);
        assert!((probability(other) - 0.1).abs() < 1e-12);
        assert!(probability(other.and(chance(0.0, 0.0, 5.0))) >= 0.1);
    }

    #[test]
    fn the_chances_of_several_candidates_add_up() {
        let sum = chance(2.0, 3.0, 0.0)
            .and(chance(1.0, 3.0, 0.0))
            .and(chance(0.0, 3.0, 0.0));
        // (3 + 0.125 * 0.6) / 3.125
        assert!((probability(sum) - 3.075 / 3.125).abs() < 1e-12);
        // 3 / 3.125
        assert!((sum.taught_part() - 3.0 / 3.125).abs() < 1e-12);
        assert!(chance(0.0, 3.0, 0.0).taught_part().abs() < 1e-12);
    }
}
