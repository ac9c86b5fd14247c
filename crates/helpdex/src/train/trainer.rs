//! Trains the linear model of past tickets.

use std::collections::{BTreeMap, HashMap, HashSet};

use helpdex_text::Locale;

use crate::error::Result;
use crate::model::blend::{Blend, trust};
use crate::model::chance::own_share;
use crate::model::rows::Rows;
use crate::model::ticket_model::{Fitted, Head, TicketModel, features};
use crate::model::vector_classifier::VectorClassifier;
use crate::search::view::View;
use crate::snapshot::generation::Generation;
use crate::train::classes::{Classes, class_number};
use crate::train::linear::{self, Example, LinearModel};
use crate::train::popularity::{mean, pseudo_count};
use crate::train::same_words::taught;
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
        let linear = rows(&trained, keys.len());
        let by_vector = self.classifier(&classes, training_tickets);
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

/// Returns the weights of the terms, by their index.
fn rows(trained: &LinearModel, terms: usize) -> Rows {
    let mut rows = Rows::default();
    for term in 0..terms {
        for (class, weight) in trained.row(term) {
            rows.push(class_number(class), weight);
        }
        rows.end_row();
    }
    rows
}
