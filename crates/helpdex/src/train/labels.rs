//! Makes labels of held-out tickets: how probable the first answer to each would have been, and whether people decided
//! that it is right.

use helpdex_text::Locale;

use crate::confidence::LabelKind;
use crate::model::blend::Blend;
use crate::model::chance::{Beside, Chance};
use crate::model::labels::{LARGEST_SET, Label};
use crate::model::recalibration::Recalibration;
use crate::train::blend_fit::Choice;
use crate::train::recalibration::{self, Prediction};

/// The number of parts into which held-out tickets are divided, so that no ticket is labelled by a blend that was
/// fitted to it.
const PARTS: u8 = 5;

/// A ticket with its candidates, as they look to a model that does not know the ticket.
#[derive(Clone)]
pub(super) struct HeldOutTicket {
    pub choice: Choice,
    /// The evidence beside the own blend for each candidate.
    pub beside: Vec<Beside>,
    /// The same for an answer by words alone.
    pub beside_by_words: Vec<Beside>,
    /// Whether an article is right but not among the candidates, so that no blend could choose it.
    pub is_missed: bool,
    /// The decision of people, not counting clicks; `None` without a decision.
    pub decision: Option<Decision>,
    /// The locale that is searched first for the ticket.
    pub locale: Option<Locale>,
    /// A byte of the requester's hash, by which the parts are chosen, so that all tickets of a requester are in one
    /// part.
    pub requester: u8,
    /// Whether it has a vector that was gone by.
    pub has_vector: bool,
}

/// The decision of people on a ticket.
#[derive(Clone)]
pub(super) struct Decision {
    /// The indices of the right candidates.
    pub right: Vec<usize>,
    /// The kind of the decision.
    pub kind: LabelKind,
    /// The time of the decision on each repetition of the ticket, in Unix seconds.
    pub times: Vec<i64>,
}

impl HeldOutTicket {
    /// Returns the same without what vectors say.
    pub(super) fn by_words(&self) -> Self {
        Self {
            choice: self.choice.by_words(),
            beside: self.beside_by_words.clone(),
            ..self.clone()
        }
    }

    /// Returns the choice that the blend is fitted to; `None` for a ticket that says nothing about the blend.
    pub(super) fn choice(&self) -> Option<&Choice> {
        (!self.is_missed).then_some(&self.choice)
    }

    /// Whether people said that no article answers the ticket.
    pub(super) fn is_silent(&self) -> bool {
        self.choice.right.is_empty() && !self.is_missed
    }

    fn part(&self) -> u8 {
        self.requester % PARTS
    }

    /// Returns the probabilities of the first candidates under this blend.
    fn predicted_sets(&self, blend: &Blend) -> PredictedSets {
        let Choice {
            candidates,
            silence,
            ..
        } = &self.choice;
        let own = blend.chances(candidates, silence, 1.0).into_iter();
        let chances = own.zip(&self.beside);
        PredictedSets(
            chances
                .map(|((_, own), beside)| beside.chance(own))
                .collect(),
        )
    }
}

/// The chance of each candidate of a ticket.
struct PredictedSets(Vec<Chance>);

impl PredictedSets {
    /// Returns the highest probability of the own blend before recalibration, and whether it is that of a right candidate.
    fn first_of_own(&self, right: &[usize]) -> (f64, bool) {
        let own: Vec<f64> = self.0.iter().map(|chance| chance.own).collect();
        let highest = own.iter().copied().fold(0.0, f64::max);
        (highest, right_place(&own, right) == Some(0))
    }

    /// Returns the probabilities that one of the first one, two, and so on, candidates is right, and the first place of a
    /// right one; the probabilities are 0 without candidates.
    fn of_sets(
        &self,
        right: &[usize],
        probability: impl Fn(Chance) -> f64,
    ) -> ([f64; LARGEST_SET], Option<usize>) {
        let chances = self.0.iter();
        let probabilities: Vec<f64> = chances.map(|chance| probability(*chance)).collect();
        let mut order: Vec<usize> = (0..self.0.len()).collect();
        order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
        let mut chance = Chance::default();
        let sets = std::array::from_fn(|place| {
            if let Some(next) = order.get(place) {
                chance = chance.and(self.0[*next]);
            }
            if order.is_empty() {
                0.0
            } else {
                probability(chance)
            }
        });
        (sets, right_place(&probabilities, right))
    }
}

/// Returns the first place, from 0, of a right candidate among those with these probabilities. It is placed behind all wrong
/// ones that are equally probable, because the order of equal ones depends on ids, which are not known here.
fn right_place(probabilities: &[f64], right: &[usize]) -> Option<usize> {
    let best = right.iter().map(|&index| probabilities[index]);
    let best = best.max_by(f64::total_cmp)?;
    let before = |index: &usize| probabilities[*index] >= best && !right.contains(index);
    let place = (0..probabilities.len()).filter(before).count();
    (place < LARGEST_SET).then_some(place)
}

/// Returns a label for each ticket that people decided on, most probable first, and the recalibration that is fitted to
/// all of them. `fit` returns the blend for the tickets for which its argument holds. Each ticket is labelled by a
/// blend and a recalibration that were fitted without it and without other tickets of its requester.
pub(super) fn labels(
    tickets: &[&HeldOutTicket],
    own_share: f64,
    fit: impl Fn(&dyn Fn(&HeldOutTicket) -> bool) -> Blend,
) -> (Vec<Label>, Recalibration) {
    let mut answered: Vec<(&HeldOutTicket, PredictedSets)> = Vec::new();
    for part in 0..PARTS {
        let blend = fit(&|ticket| ticket.part() != part);
        let of_part = tickets.iter().filter(|ticket| ticket.part() == part);
        answered.extend(of_part.map(|ticket| (*ticket, ticket.predicted_sets(&blend))));
    }
    let recalibration = |takes: &dyn Fn(&HeldOutTicket) -> bool| {
        let predictions: Vec<Prediction<'_>> = answered
            .iter()
            .filter(|(ticket, _)| takes(ticket))
            .map(|(ticket, predicted_sets)| {
                let (probability, is_right) = predicted_sets.first_of_own(&ticket.choice.right);
                Prediction {
                    probability,
                    is_right,
                    locale: ticket.locale.as_ref().map(Locale::as_str),
                    weight: ticket.choice.weight,
                }
            })
            .collect();
        recalibration::fit(&predictions)
    };
    let mut labels = Vec::new();
    for part in 0..PARTS {
        let recalibration = recalibration(&|ticket| ticket.part() != part);
        for (ticket, predicted_sets) in &answered {
            let Some(decision) = ticket.decision.as_ref().filter(|_| ticket.part() == part) else {
                continue;
            };
            let locale = ticket.locale.as_ref().map(Locale::as_str);
            let recalibrated = |own: f64| recalibration.apply(own, locale);
            let (of_sets, right_place) = predicted_sets.of_sets(&decision.right, |chance| {
                chance.probability(own_share, recalibrated)
            });
            labels.extend(decision.times.iter().map(|at| Label {
                #[expect(clippy::cast_possible_truncation)]
                probabilities: of_sets.map(|probability| probability as f32),
                right_place,
                kind: decision.kind,
                at: *at,
            }));
        }
    }
    labels.sort_by(|a, b| {
        let order = |label: &Label| (label.right_place, label.kind, label.at);
        b.probabilities[0]
            .total_cmp(&a.probabilities[0])
            .then_with(|| order(a).cmp(&order(b)))
    });
    (labels, recalibration(&|_| true))
}

#[cfg(test)]
mod tests {
    use crate::model::blend::{ArticleEvidence, LexicalEvidence, SILENCE_FEATURES};

    use super::*;

    /// Makes a held-out ticket with one candidate for each of `matches`, which is how well its text matches; `right`
    /// are the indices of the right ones.
    fn ticket(requester: u8, matches: &[f64], right: Option<&[usize]>) -> HeldOutTicket {
        let candidate = |relative: &f64| ArticleEvidence {
            lexical: LexicalEvidence {
                relative: *relative,
                ..LexicalEvidence::default()
            },
            past: None,
            solved: 0.0,
            near: 0.0,
            by_vector: 0.0,
        };
        HeldOutTicket {
            choice: Choice {
                candidates: matches.iter().map(candidate).collect(),
                is_named: vec![true; matches.len()],
                silence: [0.0; SILENCE_FEATURES],
                right: right.unwrap_or_default().to_vec(),
                weight: 1.0,
            },
            beside: vec![Beside::default(); matches.len()],
            beside_by_words: vec![Beside::default(); matches.len()],
            is_missed: false,
            decision: right.map(|right| Decision {
                right: right.to_vec(),
                kind: LabelKind::Linked,
                times: vec![requester.into()],
            }),
            locale: None,
            requester,
            has_vector: false,
        }
    }

    #[test]
    fn a_ticket_is_right_when_its_first_candidate_is() {
        let right_place = |matches: &[f64], right: &[usize]| {
            let predicted_sets = ticket(0, matches, Some(right)).predicted_sets(&Blend::default());
            let (of_sets, right_place) = predicted_sets.of_sets(right, |chance| chance.own);
            assert_eq!(of_sets[0] > 0.0, !matches.is_empty());
            assert!(of_sets.is_sorted() && of_sets[2] < 1.0);
            right_place
        };
        assert_eq!(right_place(&[0.4, 1.0], &[1]), Some(0));
        assert_eq!(right_place(&[0.4, 1.0], &[0]), Some(1));
        // No article helps, or the right one is not among the candidates.
        assert_eq!(right_place(&[0.4, 1.0], &[]), None);
        assert_eq!(right_place(&[], &[]), None);
        // Of equal ones the id decides.
        assert_eq!(right_place(&[1.0, 1.0], &[1]), Some(1));
        assert_eq!(right_place(&[1.0, 1.0], &[0, 1]), Some(0));
        // It stands too far behind.
        assert_eq!(right_place(&[0.4, 1.0, 0.8, 0.6], &[0]), None);
    }

    #[test]
    fn no_ticket_is_labelled_by_a_blend_that_knows_its_requester() {
        let tickets: Vec<HeldOutTicket> = (0..40)
            .map(|n| ticket(n % 10, &[f64::from(n) / 40.0], (n > 3).then_some(&[0])))
            .collect();
        let fits = std::cell::Cell::new(0);
        let all: Vec<&HeldOutTicket> = tickets.iter().collect();
        let (labels, _) = labels(&all, 1.0, |takes| {
            let left_out = tickets.iter().filter(|ticket| !takes(ticket));
            let requesters: std::collections::BTreeSet<u8> =
                left_out.map(|ticket| ticket.requester).collect();
            assert_eq!(requesters.len(), 2);
            fits.set(fits.get() + 1);
            Blend::default()
        });
        assert_eq!(fits.get(), 5);
        // Nobody decided on four of them.
        assert_eq!(labels.len(), 36);
        assert!(labels.is_sorted_by(|a, b| a.probabilities[0] >= b.probabilities[0]));
    }
}
