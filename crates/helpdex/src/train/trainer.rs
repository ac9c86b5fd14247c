//! Trains the linear model of past tickets.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use helpdex_text::Locale;

use crate::error::Result;
use crate::model::blend::{Blend, trust};
use crate::model::chance::own_share;
use crate::model::rows::Rows;
use crate::model::taught::{Taught, WordSet};
use crate::model::ticket_model::{Fitted, Head, TicketModel, features};
use crate::model::vector_classifier::VectorClassifier;
use crate::search::view::View;
use crate::snapshot::generation::Generation;
use crate::train::linear::{self, Example};
use crate::train::popularity::{mean, pseudo_count};
use crate::train::training_ticket::{
    ArticleExample, MIN_REQUESTERS, TrainingTicket, article_examples, article_terms,
};
use crate::train::vector_trainer::{self, VectorTicket};

/// The most weights that the linear model is trained with; they take 160 MB. If there would be more, the terms of the
/// fewest tickets are left out.
const MAX_WEIGHTS: usize = 20_000_000;

/// The weight of an article's title and of its body as training examples of the linear model. nDCG@10 in
/// cross-validation rises from 0.534 to 0.544 on one set and from 0.957 to 0.959 on another; weights of 0.3 and 1 give
/// the same.
const ARTICLE_WEIGHT: f32 = 0.5;

/// How well tickets of the same words agree before a knowledge base says it: the number of tickets with the same answer as
/// others, and the number of all. Of the six public sets with past tickets each has 33 / 6 tickets with the words of an earlier
/// one on average, of which 32 / 6 have the same answer.
const USUAL_AGREEMENT: (f32, f32) = (5.3, 5.5);

/// The most tickets that everything else counts beside tickets of the same words, so that a confirmation counts also where
/// chance decides.
const MOST_PRIOR: f64 = 30.0;

pub(super) struct Trainer<'a> {
    pub generation: &'a Generation,
    pub views: &'a BTreeMap<&'a Locale, View<'a>>,
    /// The keys of the terms that articles and tickets share.
    article_terms: HashSet<u64>,
    article_examples: Vec<ArticleExample>,
    locales: Vec<Locale>,
}

/// The numbers of tickets and requesters with a term.
#[derive(Default)]
struct TermCount {
    tickets: usize,
    requesters: HashSet<[u8; 32]>,
    has_digit: bool,
}

impl<'a> Trainer<'a> {
    pub(super) fn new(
        generation: &'a Generation,
        views: &'a BTreeMap<&'a Locale, View<'a>>,
        training_tickets: &[TrainingTicket<'_>],
        locales: &[Locale],
    ) -> Result<Self> {
        Ok(Self {
            generation,
            views,
            article_terms: article_terms(views, training_tickets)?,
            article_examples: article_examples(generation.article_keys(views), training_tickets)?,
            locales: locales.to_vec(),
        })
    }

    /// Trains the model on these tickets, and gives it the shipped blend.
    pub(super) fn model(&self, training_tickets: &[&TrainingTicket<'_>]) -> TicketModel {
        let classes = Classes::of(training_tickets);
        let (keys, idf) = self.vocabulary(training_tickets, classes.count());
        let index: HashMap<u64, usize> = keys.iter().copied().zip(0..).collect();
        let known = |key| {
            let index = *index.get(&key)?;
            Some((index, idf[index]))
        };
        let mut examples = self.article_examples_of(&classes, known);
        examples.extend(training_tickets.iter().map(|training_ticket| {
            Example {
                features: features(&training_ticket.terms, known),
                right: classes.right(training_ticket),
                rejected: (training_ticket.past.rejected.iter())
                    .map(|group| classes.of_group(*group))
                    .collect(),
                weight: training_ticket.past.weight,
            }
        }));
        let trained = linear::train(&examples, keys.len(), classes.count());
        let by_vector = self.classifier(&classes, training_tickets);
        let mut linear = Rows::default();
        for term in 0..keys.len() {
            for (class, weight) in trained.row(term) {
                linear.push(class_number(class), weight);
            }
            linear.end_row();
        }
        let solved = classes.solved(training_tickets);
        let counts: Vec<f64> = solved
            .iter()
            .filter(|s| **s > 0.0)
            .map(|s| f64::from(*s))
            .collect();
        let blend = Blend {
            pseudo_count: pseudo_count(&counts),
            mean_count: mean(&counts),
            trust: trust(training_tickets.len()),
            ..Blend::default()
        };
        let taught = taught(training_tickets, &classes, &index);
        TicketModel {
            head: Head {
                locales: self.locales.iter().map(Locale::to_string).collect(),
                groups: classes.groups,
                solved,
                biases: trained.biases,
                has_no_article: classes.has_no_article,
                own_share: own_share(training_tickets.len()),
                taught_prior: taught.prior,
                with_vectors: by_vector
                    .is_some()
                    .then(|| Fitted::of(blend.clone().with_vectors())),
                by_words: Fitted::of(blend),
            },
            keys,
            idf,
            linear,
            by_vector,
            taught,
        }
    }

    /// Returns what the vectors of the tickets say; `None` where fewer than half of the tickets have one and too few tell
    /// anything.
    fn classifier(
        &self,
        classes: &Classes,
        training_tickets: &[&TrainingTicket<'_>],
    ) -> Option<VectorClassifier> {
        let model = self.generation.vector_model()?;
        let with_vectors = training_tickets.iter();
        let tickets: Vec<VectorTicket<'_>> = with_vectors
            .filter_map(|training_ticket| {
                let past = &training_ticket.past;
                Some(VectorTicket {
                    vector: past
                        .solved
                        .vector
                        .as_ref()
                        .filter(|vector| model.is_of(vector))?,
                    requesters: training_ticket.requesters.clone(),
                    right: classes.right(training_ticket),
                    rejected: past
                        .rejected
                        .iter()
                        .map(|group| classes.of_group(*group))
                        .collect(),
                    weight: past.weight,
                })
            })
            .collect();
        let has_enough = 2 * tickets.len() >= training_tickets.len();
        // Before tickets tell anything by their vectors, articles still do.
        let unlearned =
            || has_enough.then(|| VectorClassifier::unlearned(model.name.clone(), model.dimension));
        vector_trainer::train(model, &tickets).or_else(unlearned)
    }

    /// Returns the texts of the articles of these classes as training examples.
    fn article_examples_of(
        &self,
        classes: &Classes,
        known: impl Fn(u64) -> Option<(usize, f32)> + Copy,
    ) -> Vec<Example> {
        let examples = self.article_examples.iter().filter_map(|example| {
            let class = classes.groups.binary_search(&example.group).ok()?;
            Some(Example {
                features: features(&example.terms, known),
                right: vec![(class, 1.0)],
                rejected: Vec::new(),
                weight: ARTICLE_WEIGHT,
            })
        });
        examples.collect()
    }

    /// Returns the keys of the terms that may enter a model, ascending, and `ln((N + 1) / (n + 1)) + 1` for each, where
    /// `N` is the number of tickets and `n` that of tickets with the term.
    fn vocabulary(
        &self,
        training_tickets: &[&TrainingTicket<'_>],
        classes: usize,
    ) -> (Vec<u64>, Vec<f32>) {
        let mut counts: HashMap<u64, TermCount> = HashMap::new();
        for training_ticket in training_tickets {
            for term in training_ticket.terms.iter() {
                let count = counts.entry(term.key).or_default();
                count.tickets += 1;
                count.has_digit |= term.has_digit;
                if count.requesters.len() < MIN_REQUESTERS {
                    count.requesters.extend(&training_ticket.requesters);
                }
            }
        }
        let mut kept: Vec<(u64, usize)> = counts
            .into_iter()
            .filter(|(key, count)| {
                self.article_terms.contains(key)
                    || (count.requesters.len() >= MIN_REQUESTERS && !count.has_digit)
            })
            .map(|(key, count)| (key, count.tickets))
            .collect();
        let most = MAX_WEIGHTS / classes.max(1);
        if kept.len() > most {
            kept.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            kept.truncate(most);
        }
        kept.sort_unstable();
        #[expect(clippy::cast_precision_loss)]
        let idf = |tickets: usize| {
            libm::logf((training_tickets.len() + 1) as f32 / (tickets + 1) as f32) + 1.0
        };
        kept.into_iter()
            .map(|(key, tickets)| (key, idf(tickets)))
            .unzip()
    }
}

/// The classes of a model: the groups, then one for tickets without an article if there are any.
struct Classes {
    /// The keys of the translation groups that solved tickets, ascending.
    groups: Vec<u64>,
    has_no_article: bool,
}

impl Classes {
    fn of(training_tickets: &[&TrainingTicket<'_>]) -> Self {
        let mut groups: BTreeSet<u64> = BTreeSet::new();
        for training_ticket in training_tickets {
            groups.extend(training_ticket.past.right.keys());
            groups.extend(&training_ticket.past.rejected);
        }
        Self {
            groups: groups.into_iter().collect(),
            has_no_article: training_tickets
                .iter()
                .any(|training_ticket| training_ticket.past.has_no_article),
        }
    }

    fn count(&self) -> usize {
        self.groups.len() + usize::from(self.has_no_article)
    }

    fn of_group(&self, group: u64) -> usize {
        self.groups
            .binary_search(&group)
            .unwrap_or(self.groups.len())
    }

    /// Returns the classes that are right for a ticket, with their shares.
    fn right(&self, training_ticket: &TrainingTicket<'_>) -> Vec<(usize, f32)> {
        let of_groups = training_ticket.past.right.iter();
        let mut right: Vec<(usize, f32)> = of_groups
            .map(|(group, share)| (self.of_group(*group), *share))
            .collect();
        if training_ticket.past.has_no_article {
            right.push((self.groups.len(), 1.0));
        }
        right
    }

    /// Returns the weighted number of tickets that each group solved.
    fn solved(&self, training_tickets: &[&TrainingTicket<'_>]) -> Vec<f32> {
        let mut solved = vec![0.0; self.groups.len()];
        for training_ticket in training_tickets {
            for (class, share) in self.right(training_ticket) {
                if let Some(solved) = solved.get_mut(class) {
                    *solved += share * training_ticket.past.repetitions.weight;
                }
            }
        }
        solved
    }
}

/// Returns the answers to each set of words that the model knows. A ticket that nobody linked says nothing about them.
fn taught(
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
    let mut taught = Taught {
        prior: prior(agreement(answers.values(), classes.count())),
        ..Taught::default()
    };
    for (key, answers) in answers {
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
fn prior(agreement: f32) -> f64 {
    let agreement = f64::from(agreement);
    ((1.0 - agreement) / agreement.max(f64::MIN_POSITIVE)).min(MOST_PRIOR)
}

/// Returns how much tickets of the same words agree, beyond the half of those that have two equally likely answers, in [0, 1]
/// (Scott's pi, 1955, for two answers). Each item of `answers` holds the tickets by class of one set of words, of which the
/// first `classes` are those of right answers.
fn agreement<'a>(answers: impl Iterator<Item = &'a BTreeMap<usize, f32>>, classes: usize) -> f32 {
    let (mut agreeing, mut all) = USUAL_AGREEMENT;
    for tickets in answers {
        let right = tickets.range(..classes).map(|(_, tickets)| *tickets);
        let sum: f32 = right.clone().sum();
        if sum > 1.0 {
            all += sum;
            // Each ticket is compared with the others.
            let same = right.map(|tickets| tickets * (tickets - 1.0).max(0.0));
            agreeing += same.sum::<f32>() / (sum - 1.0);
        }
    }
    (2.0 * agreeing / all - 1.0).max(0.0)
}

/// Converts the number of a class to 32 bits. There are at most as many classes as tickets have links, which the limits
/// on a verdict bound.
fn class_number(class: usize) -> u32 {
    u32::try_from(class).unwrap_or(u32::MAX)
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
            agreement(rows.iter(), 3)
        };
        let near = |a: f32, b: f32| assert!((a - b).abs() < 1e-6, "{a} {b}");
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
