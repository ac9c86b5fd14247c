//! From the scores of a candidate to one score, and from that to a probability.

/// What is known of a candidate: one article for one ticket. All scores are BM25 sums, 0 where nothing matched.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Features {
    pub title: f32,
    pub headings: f32,
    pub body: f32,
    pub best_passage: f32,
    pub title_grams: f32,
    pub body_grams: f32,
    /// The share of the ticket's informative weight that the article has anywhere, in [0, 1].
    pub coverage: f32,
}

/// How much each feature counts for the order of the candidates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weights {
    title: f32,
    headings: f32,
    body: f32,
    best_passage: f32,
    title_grams: f32,
    body_grams: f32,
}

/// How a score becomes a probability: a logistic curve over the score in relation to what the ticket allows,
/// and to the best candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Calibration {
    bias: f32,
    /// Of the score divided by the highest that the ticket's words could give in one field.
    share: f32,
    /// Of the score divided by the best candidate's.
    relative: f32,
    /// Of how far the best candidate is ahead of the second, in [0, 1].
    margin: f32,
}

impl Weights {
    /// The weights before there is anything to learn from.
    pub(crate) const SHIPPED: Self = Self {
        title: 1.0,
        headings: 0.3,
        body: 1.0,
        best_passage: 0.5,
        title_grams: 0.5,
        body_grams: 0.5,
    };

    pub(crate) fn score(&self, features: &Features) -> f32 {
        self.title * features.title
            + self.headings * features.headings
            + self.body * features.body
            + self.best_passage * features.best_passage
            + self.title_grams * features.title_grams
            + self.body_grams * features.body_grams
    }
}

impl Calibration {
    /// The curve before there is anything to learn from.
    pub(crate) const SHIPPED: Self = Self {
        bias: -6.0,
        share: 3.0,
        relative: 3.0,
        margin: 2.0,
    };

    /// The probability of one candidate, in (0, 1); of two candidates of a ticket the higher score has the higher one.
    pub(crate) fn probability(&self, score: f32, ticket: &TicketScores) -> f32 {
        let share = score / ticket.possible.max(f32::MIN_POSITIVE);
        let relative = score / ticket.best.max(f32::MIN_POSITIVE);
        let margin = 1.0 - ticket.second / ticket.best.max(f32::MIN_POSITIVE);
        logistic(self.bias + self.share * share + self.relative * relative + self.margin * margin)
    }
}

/// What the scores of one ticket's candidates have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TicketScores {
    /// The sum of the inverse document frequencies of the ticket's words.
    pub possible: f32,
    pub best: f32,
    /// 0 when there is only one candidate.
    pub second: f32,
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_score_has_a_higher_probability() {
        let ticket = TicketScores {
            possible: 20.0,
            best: 12.0,
            second: 11.0,
        };
        let probability = |score| Calibration::SHIPPED.probability(score, &ticket);
        assert!(probability(12.0) > probability(11.0));
        assert!((0.0..1.0).contains(&probability(12.0)));
    }

    #[test]
    fn a_ticket_without_any_score_has_a_probability_near_zero_and_not_nan() {
        let ticket = TicketScores {
            possible: 0.0,
            best: 0.0,
            second: 0.0,
        };
        assert!(Calibration::SHIPPED.probability(0.0, &ticket) < 0.5);
    }
}
