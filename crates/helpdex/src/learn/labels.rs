//! Held-out tickets as labels: how probable the first answer to each would have been, and whether people decided that
//! it is right.

use helpdex_text::Locale;

use super::blend_fit::Choice;
use super::recalibration::{self, Prediction};
use crate::model::blend::Blend;
use crate::model::labels::Label;
use crate::model::recalibration::Recalibration;

/// Into how many parts the held-out tickets are cut, so that none is labelled by a blend that was fitted to it.
const PARTS: u8 = 5;

/// A ticket with its candidates, as they look to a model that does not know it.
pub(super) struct HeldOutTicket {
    pub choice: Choice,
    /// Whether an article is right, but not among the candidates: nothing that a blend could choose.
    pub is_missed: bool,
    /// What people decided, clicks apart; `None` when they did not.
    pub decision: Option<Decision>,
    /// The locale that is searched first.
    pub locale: Option<Locale>,
    /// A byte that the tickets of one requester share.
    pub requester: u8,
}

/// What people decided on a ticket.
pub(super) struct Decision {
    /// The candidates that are right, by index.
    pub right: Vec<usize>,
    /// When, in seconds since the beginning of 1970.
    pub at: i64,
}

impl HeldOutTicket {
    /// `None` for a ticket that says nothing of the blend.
    pub(super) fn choice(&self) -> Option<&Choice> {
        (!self.is_missed).then_some(&self.choice)
    }

    /// Whether a human said that no article helps.
    pub(super) fn is_silent(&self) -> bool {
        self.choice.right.is_empty() && !self.is_missed
    }

    /// The same ticket in a help center that has no article for it.
    pub(super) fn without_its_articles(&self) -> Self {
        let Choice {
            candidates,
            is_named,
            right,
            ..
        } = &self.choice;
        let others = |index: &usize| !right.contains(index);
        let kept: Vec<usize> = (0..candidates.len()).filter(others).collect();
        Self {
            choice: Choice {
                candidates: kept.iter().map(|&index| candidates[index]).collect(),
                is_named: kept.iter().map(|&index| is_named[index]).collect(),
                right: Vec::new(),
                ..self.choice.clone()
            },
            is_missed: false,
            decision: None,
            locale: self.locale.clone(),
            requester: self.requester,
        }
    }

    fn part(&self) -> u8 {
        self.requester % PARTS
    }

    /// How probable the first candidate is to this blend, and which ones are.
    fn first(&self, blend: &Blend) -> (f64, Vec<usize>) {
        let Choice {
            candidates,
            silence,
            ..
        } = &self.choice;
        let probabilities: Vec<f64> = blend
            .chances(candidates, silence, 1.0)
            .into_iter()
            .map(|(_, probability)| probability)
            .collect();
        let best = probabilities.iter().copied().fold(0.0, f64::max);
        let first = (0..probabilities.len()).filter(|&index| probabilities[index] >= best);
        (best, first.collect())
    }
}

/// Whether whichever of the first candidates comes first is right: of equal ones the id decides, which is not known here.
fn is_right(first: &[usize], right: &[usize]) -> bool {
    !first.is_empty() && first.iter().all(|index| right.contains(index))
}

/// A label for each of the tickets that people decided on, most probable first, and the last step to a probability that
/// all of them tell of. `fit` makes the blend for the tickets that its argument lets pass. Each ticket is labelled by a
/// blend and a last step that were fitted without it and its requester.
pub(super) fn labels(
    tickets: &[&HeldOutTicket],
    fit: impl Fn(&dyn Fn(&HeldOutTicket) -> bool) -> Blend,
) -> (Vec<Label>, Recalibration) {
    let mut answered: Vec<(&HeldOutTicket, f64, Vec<usize>)> = Vec::new();
    for part in 0..PARTS {
        let blend = fit(&|ticket| ticket.part() != part);
        let of_part = tickets.iter().filter(|ticket| ticket.part() == part);
        answered.extend(of_part.map(|ticket| {
            let (probability, first) = ticket.first(&blend);
            (*ticket, probability, first)
        }));
    }
    let recalibration = |takes: &dyn Fn(&HeldOutTicket) -> bool| {
        let predictions: Vec<Prediction<'_>> = answered
            .iter()
            .filter(|(ticket, ..)| takes(ticket))
            .map(|(ticket, probability, first)| Prediction {
                probability: *probability,
                is_right: is_right(first, &ticket.choice.right),
                locale: ticket.locale.as_ref().map(Locale::as_str),
                weight: ticket.choice.weight,
            })
            .collect();
        recalibration::fit(&predictions)
    };
    let mut labels = Vec::new();
    for part in 0..PARTS {
        let recalibration = recalibration(&|ticket| ticket.part() != part);
        for (ticket, probability, first) in &answered {
            let Some(decision) = ticket.decision.as_ref().filter(|_| ticket.part() == part) else {
                continue;
            };
            let locale = ticket.locale.as_ref().map(Locale::as_str);
            #[expect(clippy::cast_possible_truncation)]
            let probability = if first.is_empty() {
                0.0
            } else {
                recalibration.apply(*probability, locale) as f32
            };
            labels.push(Label {
                probability,
                is_right: is_right(first, &decision.right),
                at: decision.at,
            });
        }
    }
    labels.sort_by(|a, b| {
        b.probability
            .total_cmp(&a.probability)
            .then_with(|| a.is_right.cmp(&b.is_right))
            .then_with(|| a.at.cmp(&b.at))
    });
    (labels, recalibration(&|_| true))
}

#[cfg(test)]
mod tests {
    use crate::model::blend::{ArticleEvidence, LexicalEvidence, SILENCE_FEATURES};

    use super::*;

    /// The candidates' texts match so well; `right` of them are right.
    fn ticket(requester: u8, matches: &[f64], right: Option<&[usize]>) -> HeldOutTicket {
        let candidate = |relative: &f64| ArticleEvidence {
            lexical: LexicalEvidence {
                relative: *relative,
                ..LexicalEvidence::default()
            },
            past: None,
            solved: 0.0,
        };
        HeldOutTicket {
            choice: Choice {
                candidates: matches.iter().map(candidate).collect(),
                is_named: vec![true; matches.len()],
                silence: [0.0; SILENCE_FEATURES],
                right: right.unwrap_or_default().to_vec(),
                weight: 1.0,
            },
            is_missed: false,
            decision: right.map(|right| Decision {
                right: right.to_vec(),
                at: requester.into(),
            }),
            locale: None,
            requester,
        }
    }

    #[test]
    fn a_ticket_is_right_when_its_first_candidate_is() {
        let is_right = |matches: &[f64], right: &[usize]| {
            let (probability, first) = ticket(0, matches, None).first(&Blend::default());
            assert_eq!(probability > 0.0, !matches.is_empty());
            is_right(&first, right)
        };
        assert!(is_right(&[0.4, 1.0], &[1]));
        assert!(!is_right(&[0.4, 1.0], &[0]));
        // No article helps, or the right one is not among the candidates.
        assert!(!is_right(&[0.4, 1.0], &[]));
        assert!(!is_right(&[], &[]));
        // Of equal ones the id decides.
        assert!(!is_right(&[1.0, 1.0], &[1]));
        assert!(is_right(&[1.0, 1.0], &[0, 1]));
    }

    #[test]
    fn no_ticket_is_labelled_by_a_blend_that_knows_its_requester() {
        let tickets: Vec<HeldOutTicket> = (0..40)
            .map(|n| ticket(n % 10, &[f64::from(n) / 40.0], (n > 3).then_some(&[0])))
            .collect();
        let fits = std::cell::Cell::new(0);
        let all: Vec<&HeldOutTicket> = tickets.iter().collect();
        let (labels, _) = labels(&all, |takes| {
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
        assert!(labels.is_sorted_by(|a, b| a.probability >= b.probability));
    }
}
