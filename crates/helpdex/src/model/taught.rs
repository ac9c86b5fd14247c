//! The answers that people gave to tickets of the same words.

use crate::model::rows::Rows;
use crate::model::ticket_terms::{TermKind, TicketTerms};

/// The answers to each set of words, by a hash of the set.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Taught {
    /// The hashes, ascending.
    pub keys: Vec<u64>,
    /// The weighted number of tickets by class, one row a key. The right answers come first. The class of a group plus the
    /// number of classes stands for tickets in which the group was rejected.
    pub answers: Rows,
    /// For each key, the number of tickets that everything else counts beside many tickets of the same words: more where
    /// tickets of other words often have different answers.
    pub priors: Vec<f32>,
}

/// The answers to the words of one ticket.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TaughtAnswers {
    /// The weighted number of tickets by class, as in [`Taught::answers`].
    answers: Vec<(usize, f64)>,
    classes: usize,
    /// The weighted number of tickets with a right answer, or without any.
    answered: f64,
    /// As in [`Taught::priors`].
    prior: f64,
}

/// The words of a ticket that a model knows, as a set.
pub(crate) struct WordSet {
    /// A hash of the words and of the number of words that the model does not know.
    pub key: u64,
    /// The share of the ticket's words that the model knows, in (0, 1].
    known_share: f64,
}

/// The answers to a ticket's words that concern one candidate.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct TaughtOf {
    /// The weighted number of tickets with the same words that the candidate answered, at most `answered`.
    pub tickets: f64,
    /// The weighted number of tickets with the same words in which it was rejected.
    pub rejected: f64,
    /// The weighted number of tickets with the same words that have an answer.
    pub answered: f64,
    /// As in [`Taught::priors`].
    pub prior: f64,
}

impl WordSet {
    /// Collects the words of a ticket without function words; if the model knows none of these, the function words and the
    /// grams. `None` when the model knows nothing of the ticket.
    pub(crate) fn of(terms: &TicketTerms, is_known: impl Fn(u64) -> bool) -> Option<Self> {
        Self::of_keys(keys(terms, true), &is_known)
            .or_else(|| Self::of_keys(keys(terms, false), &is_known))
    }

    fn of_keys(keys: impl Iterator<Item = u64>, is_known: &impl Fn(u64) -> bool) -> Option<Self> {
        let mut hasher = blake3::Hasher::new();
        let (mut all, mut known) = (0.0, 0.0);
        for key in keys {
            all += 1.0;
            if is_known(key) {
                known += 1.0;
                hasher.update(&key.to_le_bytes());
            }
        }
        let unknown: f64 = all - known;
        hasher.update(&unknown.to_le_bytes());
        let key = hasher.finalize().as_bytes().first_chunk().copied();
        key.filter(|_| known > 0.0).map(|key| Self {
            key: u64::from_le_bytes(key),
            known_share: known / all,
        })
    }
}

/// Returns the keys of the words of a ticket without function words, or of all other terms.
fn keys(terms: &TicketTerms, of_words: bool) -> impl Iterator<Item = u64> {
    let terms = terms.iter();
    let terms = terms.filter(move |term| (term.kind == TermKind::Word) == of_words);
    terms.map(|term| term.key)
}

impl Taught {
    /// Returns the answers to these words. They count in proportion to the share of the ticket's words that the model knows:
    /// other tickets may differ in the rest. `classes` is the number of classes of the model.
    pub(crate) fn find(&self, words: Option<&WordSet>, classes: usize) -> TaughtAnswers {
        let found = words.and_then(|words| {
            let index = self.keys.binary_search(&words.key).ok()?;
            Some((index, words.known_share))
        });
        let Some((index, weight)) = found else {
            return TaughtAnswers::default();
        };
        let answers = self.answers.row(index);
        let answers: Vec<(usize, f64)> = answers
            .map(|(class, tickets)| (class, weight * f64::from(tickets)))
            .collect();
        let answered = answers.iter().filter(|(class, _)| *class < classes);
        TaughtAnswers {
            answered: answered.map(|(_, tickets)| tickets).sum(),
            answers,
            classes,
            prior: self.priors[index].into(),
        }
    }
}

impl TaughtAnswers {
    /// Returns the classes of right answers.
    pub(crate) fn right(&self) -> impl Iterator<Item = usize> {
        let classes = self.answers.iter().map(|(class, _)| *class);
        classes.filter(|class| *class < self.classes)
    }

    fn tickets(&self, class: usize) -> f64 {
        let found = self.answers.iter().find(|(other, _)| *other == class);
        found.map_or(0.0, |(_, tickets)| *tickets)
    }

    /// Returns the answers that concern a candidate of these classes.
    pub(crate) fn of(&self, classes: &[usize]) -> TaughtOf {
        if self.answers.is_empty() {
            return TaughtOf::default();
        }
        let sum = |offset| -> f64 {
            let tickets = classes.iter().map(|class| self.tickets(offset + class));
            tickets.sum()
        };
        TaughtOf {
            // Translations and copies share what was taught.
            tickets: sum(0).min(self.answered),
            rejected: sum(self.classes),
            answered: self.answered,
            prior: self.prior,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_rejections_are_told_apart_and_those_of_copies_add_up() {
        // The first of three classes was right in two tickets and rejected in one, the second was right in one.
        let taught = TaughtAnswers {
            answers: vec![(0, 2.0), (1, 1.0), (3, 1.0)],
            classes: 3,
            answered: 3.0,
            prior: 0.0,
        };
        let of = |classes: &[usize]| {
            let of = taught.of(classes);
            assert!((of.answered - 3.0).abs() < 1e-12);
            (of.tickets, of.rejected)
        };
        assert_eq!(of(&[0]), (2.0, 1.0));
        assert_eq!(of(&[0, 1]), (3.0, 1.0));
        assert_eq!(of(&[2]), (0.0, 0.0));
        assert!(taught.right().eq([0, 1]));
        assert_eq!(TaughtAnswers::default().of(&[0]), TaughtOf::default());
    }
}
