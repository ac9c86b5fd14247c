//! Collects the answers to tickets of the same words.

use std::collections::{BTreeMap, HashMap};

use crate::model::taught::{Taught, WordSet};
use crate::train::classes::{Classes, class_number};
use crate::train::training_ticket::TrainingTicket;

/// How well tickets of the same words agree before a knowledge base says it: the number of tickets with the same answer as
/// others, and the number of all. Of the six public sets with past tickets each has 33 / 6 tickets with the words of an earlier
/// one on average, of which 32 / 6 have the same answer.
const USUAL_AGREEMENT: Agreeing = Agreeing {
    same: 5.3,
    all: 5.5,
};

/// The most tickets that everything else counts beside tickets of the same words, so that a confirmation counts also where
/// chance decides.
const MOST_PRIOR: f64 = 30.0;

/// Returns the answers to each set of words that the model knows. A ticket that nobody linked says nothing about them.
pub(super) fn taught(
    training_tickets: &[&TrainingTicket<'_>],
    classes: &Classes,
    known: &HashMap<u64, usize>,
) -> Taught {
    let mut answers: BTreeMap<u64, BTreeMap<usize, f32>> = BTreeMap::new();
    for training_ticket in training_tickets {
        let past = &training_ticket.past;
        let words = WordSet::of(&training_ticket.terms, |key| known.contains_key(&key));
        let Some(words) = words.filter(|_| !past.is_unlinked) else {
            continue;
        };
        let answers = answers.entry(words.key).or_default();
        for (class, share) in classes.right(training_ticket) {
            // A ticket that many articles solved says little of each.
            *answers.entry(class).or_default() += share * share * past.repetitions.weight;
        }
        for group in &past.rejected {
            let class = classes.count() + classes.of_group(*group);
            *answers.entry(class).or_default() += past.repetitions.weight;
        }
    }
    let of_all = Agreeing::of_all(answers.values(), classes.count());
    let mut taught = Taught::default();
    for (key, answers) in answers {
        // Its own answers do not tell how much the others agree, so that one more of them changes nothing but themselves.
        let of_others = of_all.without(Agreeing::of(&answers, classes.count()));
        #[expect(clippy::cast_possible_truncation)]
        taught.priors.push(prior(of_others.agreement()) as f32);
        taught.keys.push(key);
        for (class, tickets) in answers {
            taught.answers.push(class_number(class), tickets);
        }
        taught.answers.end_row();
    }
    taught
}

/// Returns the number of tickets that everything else counts beside tickets of the same words that agree so much: the
/// concentration of a Dirichlet-multinomial distribution (Mosimann 1962) whose intraclass correlation this is.
fn prior(agreement: f64) -> f64 {
    ((1.0 - agreement) / agreement.max(f64::MIN_POSITIVE)).min(MOST_PRIOR)
}

/// The number of tickets with the words of others: those with the same answer as the others, and all.
#[derive(Clone, Copy)]
struct Agreeing {
    same: f64,
    all: f64,
}

impl Agreeing {
    /// Counts the tickets of one set of words, given by class, of which the first `classes` are those of right answers.
    fn of(tickets: &BTreeMap<usize, f32>, classes: usize) -> Self {
        let right = tickets.range(..classes);
        let right = right.map(|(_, tickets)| f64::from(*tickets));
        let all: f64 = right.clone().sum();
        if all <= 1.0 {
            return Self {
                same: 0.0,
                all: 0.0,
            };
        }
        // Each ticket is compared with the others.
        let same = right.map(|tickets| tickets * (tickets - 1.0).max(0.0));
        Self {
            same: same.sum::<f64>() / (all - 1.0),
            all,
        }
    }

    /// Counts the tickets of all sets of words, beside the usual ones.
    fn of_all<'a>(answers: impl Iterator<Item = &'a BTreeMap<usize, f32>>, classes: usize) -> Self {
        let counts = answers.map(|tickets| Self::of(tickets, classes));
        counts.fold(USUAL_AGREEMENT, |sum, count| Self {
            same: sum.same + count.same,
            all: sum.all + count.all,
        })
    }

    fn without(self, own: Self) -> Self {
        Self {
            same: self.same - own.same,
            all: self.all - own.all,
        }
    }

    /// Returns how much they agree, beyond the half of those that have two equally likely answers, in [0, 1] (Scott's pi,
    /// 1955, for two answers).
    fn agreement(self) -> f64 {
        (2.0 * self.same / self.all - 1.0).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_to_the_same_words_count_as_far_as_they_agree() {
        let of = |rows: &[&[(usize, f32)]]| {
            let rows: Vec<BTreeMap<usize, f32>> = rows
                .iter()
                .map(|row| row.iter().copied().collect())
                .collect();
            Agreeing::of_all(rows.iter(), 3).agreement()
        };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        // 2 * 5.3 / 5.5 - 1: a single ticket and a rejection compare with nothing.
        near(of(&[]), 5.1 / 5.5);
        near(of(&[&[(0, 1.0)], &[(1, 1.0), (4, 7.0)]]), 5.1 / 5.5);
        // Ten agree: 2 * 15.3 / 15.5 - 1.
        near(of(&[&[(2, 10.0)]]), 15.1 / 15.5);
        // Each of three has two of the three others on its side, and the fourth has none: 2 * (5.3 + 3 * 2 / 3) / 9.5 - 1.
        near(of(&[&[(0, 3.0), (1, 1.0)]]), 5.1 / 9.5);
        let disagreeing: Vec<&[(usize, f32)]> = vec![&[(0, 1.0), (1, 1.0)]; 40];
        // 2 * 5.3 / 85.5 - 1 is below 0.
        near(of(&disagreeing), 0.0);
    }

    #[test]
    fn everything_else_counts_more_where_answers_disagree() {
        assert!((prior(0.5) - 1.0).abs() < 1e-12);
        // 0.2 / 0.8
        assert!((prior(0.8) - 0.25).abs() < 1e-6);
        assert!((prior(0.0) - MOST_PRIOR).abs() < 1e-12);
    }
}
