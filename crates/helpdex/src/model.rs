//! Combines the scores of a candidate into one score, turns it into a probability, and adds the evidence of past
//! tickets.

pub(crate) mod blend;
pub(crate) mod chance;
pub(crate) mod information;
pub(crate) mod labels;
pub(crate) mod meaning;
pub(crate) mod recalibration;
pub(crate) mod rows;
pub(crate) mod taught;
pub(crate) mod ticket_model;
pub(crate) mod ticket_terms;
pub(crate) mod vector_classifier;

use serde::Serialize;

use self::information::Coverage;

/// The curve that turns scores into probabilities before there are tickets to learn from. It multiplies two
/// probabilities, each a logistic curve: that any article answers the ticket, and that it is this one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Calibration {
    answerable: Answerable,
    right: Right,
}

/// The curve for the probability that the best article is about what the ticket asks.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Answerable {
    bias: f32,
    /// The coefficient of the logarithm of the information that the best article covers.
    covered: f32,
    /// The coefficient of the logarithm of the best score's lead over the scores that follow.
    lead: f32,
    /// The coefficient of the ticket's [strangeness](Coverage::strangeness): its information that no article knows.
    strangeness: f32,
}

/// The curve for the probability that an article is the right one, if the articles are about the ticket.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Right {
    bias: f32,
    /// The coefficient of the article's score relative to the best score, minus 1.
    relative: f32,
    /// The coefficient of the logarithm of the best score's margin over the second one.
    margin: f32,
    /// The coefficient of the logarithm of the best score's lead over the scores that follow.
    lead: f32,
    aboutness: f32,
    /// The coefficient of the logarithm of the ticket's length: most words of a long ticket are about something else.
    length: f32,
}

impl Calibration {
    /// The curve that the crate ships. `benches/curve/README.md` says how and on which data it was fitted.
    pub(crate) const SHIPPED: Self = Self {
        answerable: Answerable {
            bias: -1.62,
            covered: 1.5,
            lead: 1.18,
            strangeness: -2.63,
        },
        right: Right {
            bias: 5.0,
            relative: 12.6,
            margin: 2.07,
            lead: 1.0,
            aboutness: 0.9,
            length: -2.49,
        },
    };

    /// The number of words up to which all tickets count as equally short.
    const SHORT_TICKET: f32 = 8.0;
    /// The number of words from which all tickets count as equally long. Without this limit the probabilities of one
    /// set of long tickets, whose right articles do not depend on their length, are ordered by length (AUROC 0.61 in
    /// place of 0.64).
    const LONG_TICKET: f32 = 24.0;

    /// Smoothing that is added to a margin or a lead before its logarithm is taken, so that two equal candidates are not
    /// infinitely far from one right answer. Values from 0.01 to 0.2 change results by at most 0.001.
    const LEAST_MARGIN: f32 = 0.1;

    /// The margin that a candidate without a second one counts with: a usual one, because the true margin is unknown.
    /// With 1 a lone candidate would be certain, however little it shares with the ticket.
    const UNKNOWN_MARGIN: f32 = 0.2;

    /// Returns the probability that the candidate with this score is right, in (0, 1). Of two candidates of a ticket,
    /// the one with the higher score gets the higher probability.
    pub(crate) fn probability(&self, score: f32, ticket: &TicketScores) -> f32 {
        let best = ticket.best.max(f32::MIN_POSITIVE);
        let margin = ticket
            .second
            .map_or(Self::UNKNOWN_MARGIN, |second| 1.0 - second / best);
        let lead = log_of_share(1.0 - ticket.following / best);
        let Self { answerable, right } = self;
        let is_answerable = logistic(
            answerable.bias
                + answerable.covered * libm::logf(1.0 + ticket.coverage.covered())
                + answerable.lead * lead
                + answerable.strangeness * ticket.coverage.strangeness(),
        );
        let is_right = logistic(
            right.bias
                + right.relative * (score / best - 1.0)
                + right.margin * log_of_share(margin)
                + right.lead * lead
                + right.aboutness * ticket.coverage.aboutness()
                + right.length * log_of_length(ticket.coverage.words),
        );
        is_answerable * is_right
    }
}

fn log_of_share(share: f32) -> f32 {
    libm::logf(share + Calibration::LEAST_MARGIN)
}

/// Returns the logarithm of a ticket's number of words divided by [`Calibration::SHORT_TICKET`], between the two limits
/// of its length.
fn log_of_length(words: usize) -> f32 {
    let words = f32::from(u16::try_from(words).unwrap_or(u16::MAX));
    let counted = words.clamp(Calibration::SHORT_TICKET, Calibration::LONG_TICKET);
    libm::logf(counted / Calibration::SHORT_TICKET)
}

/// The number of candidates behind the best one whose mean score the best one's lead is measured against.
const FOLLOWING: usize = 4;

/// What the scores of a ticket's candidates say about the ticket as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct TicketScores {
    pub best: f32,
    /// The second best score; `None` when there is only one candidate.
    pub second: Option<f32>,
    /// The mean score of the second to the fifth candidate, or of as many as there are; 0 when there is only one.
    pub following: f32,
    /// How much of the ticket the best candidate covers.
    pub coverage: Coverage,
}

impl TicketScores {
    /// Makes the statistics. `scores` are those of the candidates, best first; `coverage` is that of the best one.
    pub(crate) fn new(scores: &[f32], coverage: Coverage) -> Self {
        let following = scores.iter().skip(1).take(FOLLOWING);
        let (sum, count) =
            following.fold((0.0, 0.0), |(sum, count), score| (sum + score, count + 1.0));
        Self {
            best: scores.first().copied().unwrap_or(0.0),
            second: scores.get(1).copied(),
            following: if count > 0.0 { sum / count } else { 0.0 },
            coverage,
        }
    }
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(share: f32, title_share: f32) -> Coverage {
        Coverage {
            told: 30.0,
            share,
            title_share,
            unknown: 0.0,
            words: 4,
        }
    }

    fn probability_of_first(scores: &[f32], coverage: Coverage) -> f32 {
        Calibration::SHIPPED.probability(scores[0], &TicketScores::new(scores, coverage))
    }

    #[test]
    fn a_higher_score_has_a_higher_probability() {
        let ticket = TicketScores::new(&[12.0, 11.0], coverage(0.9, 0.5));
        let probability = |score| Calibration::SHIPPED.probability(score, &ticket);
        assert!(probability(12.0) > probability(11.0));
        assert!((0.0..1.0).contains(&probability(12.0)));
    }

    #[test]
    fn a_ticket_without_any_score_has_a_probability_near_zero_and_not_nan() {
        let ticket = TicketScores::new(&[], Coverage::default());
        assert!(Calibration::SHIPPED.probability(0.0, &ticket) < 0.1);
    }

    #[test]
    fn a_lone_candidate_is_improbable_unless_it_covers_what_the_ticket_tells() {
        assert!(probability_of_first(&[3.0], coverage(0.02, 0.0)) < 0.3);
        assert!(probability_of_first(&[3.0], coverage(1.0, 1.0)) > 0.5);
    }

    #[test]
    fn what_no_article_knows_lowers_the_probability_and_so_does_length() {
        let known = coverage(0.5, 0.0);
        let strange = Coverage {
            unknown: 0.5,
            ..known
        };
        let long = Coverage { words: 40, ..known };
        let probability = |coverage| probability_of_first(&[9.0, 5.0, 4.0], coverage);
        assert!(probability(strange) < probability(known) - 0.05);
        assert!(probability(long) < probability(known) - 0.05);
    }

    #[test]
    fn a_lead_over_all_that_follow_raises_the_probability() {
        let probability = |scores: &[f32]| probability_of_first(scores, coverage(0.8, 0.2));
        assert!(probability(&[9.0, 7.0, 2.0, 1.0]) > probability(&[9.0, 7.0, 7.0, 7.0]));
    }
}
