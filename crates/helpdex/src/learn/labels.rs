//! Held-out tickets as labels: how probable the first answer to each would have been, and whether people decided that
//! it is right.

use super::blend_fit::Choice;
use crate::model::blend::Blend;
use crate::model::labels::Label;

/// Into how many parts the held-out tickets are cut, so that none is labelled by a blend that was fitted to it.
const PARTS: u8 = 5;

/// A ticket with its candidates, as they look to a model that does not know it.
pub(super) struct HeldOutTicket {
    pub choice: Choice,
    /// Whether an article is right, but not among the candidates: nothing that a blend could choose.
    pub is_missed: bool,
    /// What people decided, clicks apart; `None` when they did not.
    pub decision: Option<Decision>,
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
            requester: self.requester,
        }
    }

    fn part(&self) -> u8 {
        self.requester % PARTS
    }

    /// What a knowledge base with this blend would have answered first.
    fn label(&self, blend: &Blend) -> Option<Label> {
        let decision = self.decision.as_ref()?;
        let Choice {
            candidates,
            silence,
            ..
        } = &self.choice;
        #[expect(clippy::cast_possible_truncation)]
        let probabilities: Vec<f32> = blend
            .chances(candidates, silence, 1.0)
            .into_iter()
            .map(|(_, probability)| probability as f32)
            .collect();
        let best = probabilities.iter().copied().fold(0.0, f32::max);
        let mut first = (0..probabilities.len())
            .filter(|&index| probabilities[index] >= best)
            .peekable();
        Some(Label {
            probability: best,
            // Of equal ones the id decides, which is not known here.
            is_right: first.peek().is_some() && first.all(|index| decision.right.contains(&index)),
            at: decision.at,
        })
    }
}

/// One label for each of the tickets that people decided on. `fit` makes the blend for the tickets that its argument
/// lets pass; each ticket is labelled by one that was fitted without it and its requester.
pub(super) fn labels(
    tickets: &[HeldOutTicket],
    fit: impl Fn(&dyn Fn(&HeldOutTicket) -> bool) -> Blend,
) -> Vec<Label> {
    let mut labels = Vec::new();
    for part in 0..PARTS {
        let blend = fit(&|ticket| ticket.part() != part);
        let of_part = tickets.iter().filter(|ticket| ticket.part() == part);
        labels.extend(of_part.filter_map(|ticket| ticket.label(&blend)));
    }
    labels.sort_by(|a, b| {
        b.probability
            .total_cmp(&a.probability)
            .then_with(|| a.is_right.cmp(&b.is_right))
            .then_with(|| a.at.cmp(&b.at))
    });
    labels
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
            requester,
        }
    }

    #[test]
    fn the_label_of_a_ticket_is_that_of_its_first_candidate() {
        let is_right = |matches: &[f64], right: &[usize]| {
            let label = ticket(0, matches, Some(right))
                .label(&Blend::default())
                .unwrap();
            assert_eq!(label.probability > 0.0, !matches.is_empty());
            label.is_right
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
        let labels = labels(&tickets, |takes| {
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
