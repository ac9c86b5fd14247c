//! Trains the classifier of past tickets by their vectors.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::vector_classifier::{ClassifierHead, VectorClassifier};
use crate::snapshot::manifest::VectorModel;
use crate::train::linear::{self, Example};
use crate::train::training_ticket::MIN_REQUESTERS;
use crate::vectors::vector::Vector;

/// The root of the mean square of the lengths that vectors less their mean are scaled to. Of a model whose cosines all lie between
/// 0.7 and 0.95 unscaled vectors tell hardly anything. nDCG@10 of the classifier alone with lengths of 1, 2, 4 and 8 is 0.537,
/// 0.540, 0.498 and 0.415 on one set, 0.501, 0.516, 0.482 and 0.406 on it with another model, and 0.947, 0.953, 0.948 and 0.936 on
/// a third.
const LENGTH: f32 = 2.0;

/// A past ticket with its vector.
pub(super) struct VectorTicket<'a> {
    pub vector: &'a Vector,
    /// The requesters of all repetitions, at most [`MIN_REQUESTERS`].
    pub requesters: Vec<[u8; 32]>,
    /// The classes that are right, with their shares, together 1; empty for a rejection.
    pub right: Vec<(usize, f32)>,
    pub rejected: Vec<usize>,
    pub weight: f32,
}

/// Returns the classifier of these tickets; `None` where fewer than two classes had several requesters each.
pub(super) fn train(model: &VectorModel, tickets: &[VectorTicket<'_>]) -> Option<VectorClassifier> {
    let classes = known_classes(tickets);
    if classes.len() < 2 {
        return None;
    }
    let number: BTreeMap<usize, usize> = classes.iter().copied().zip(0..).collect();
    let learned: Vec<(&VectorTicket<'_>, Example)> = tickets
        .iter()
        .filter_map(|ticket| Some((ticket, example(ticket, &number)?)))
        .collect();
    let vectors = learned.iter().map(|(ticket, _)| ticket.vector);
    let mut head = scaled(model, vectors, learned.len());
    let examples: Vec<Example> = learned
        .into_iter()
        .map(|(ticket, example)| Example {
            features: head.inputs(ticket.vector).into_iter().enumerate().collect(),
            ..example
        })
        .collect();
    let trained = linear::train(&examples, model.dimension, classes.len());
    let weights = trained.columns();
    head.classes = classes.into_iter().collect();
    head.biases = trained.biases;
    Some(VectorClassifier { head, weights })
}

/// Returns the classes that several requesters had: the weights of a class of one ticket are its vector.
fn known_classes(tickets: &[VectorTicket<'_>]) -> BTreeSet<usize> {
    let mut requesters: BTreeMap<usize, BTreeSet<[u8; 32]>> = BTreeMap::new();
    for ticket in tickets {
        for (class, _) in &ticket.right {
            requesters
                .entry(*class)
                .or_default()
                .extend(&ticket.requesters);
        }
    }
    requesters.retain(|_, requesters| requesters.len() >= MIN_REQUESTERS);
    requesters.into_keys().collect()
}

/// Returns the ticket as an example of the known classes, without features; `None` where it names none of them.
fn example(ticket: &VectorTicket<'_>, number: &BTreeMap<usize, usize>) -> Option<Example> {
    let right = ticket.right.iter();
    let mut right: Vec<(usize, f32)> = right
        .filter_map(|(class, share)| Some((*number.get(class)?, *share)))
        .collect();
    let all: f32 = right.iter().map(|(_, share)| share).sum();
    for (_, share) in &mut right {
        *share /= all;
    }
    // A rejection of one requester says no more than a ticket of one.
    (!right.is_empty()).then(|| Example {
        features: Vec::new(),
        right,
        rejected: ticket
            .rejected
            .iter()
            .filter_map(|class| number.get(class).copied())
            .collect(),
        weight: ticket.weight,
    })
}

/// Returns the mean and the scale of these vectors.
fn scaled<'a>(
    model: &VectorModel,
    vectors: impl Iterator<Item = &'a Vector> + Clone,
    count: usize,
) -> ClassifierHead {
    #[expect(clippy::cast_precision_loss)]
    let count = count.max(1) as f32;
    let mut mean = vec![0.0; model.dimension];
    for vector in vectors.clone() {
        for (sum, value) in mean.iter_mut().zip(vector.to_values()) {
            *sum += value / count;
        }
    }
    let mut squares = 0.0;
    for vector in vectors {
        let values = vector.to_values().into_iter().zip(&mean);
        squares += values
            .map(|(value, mean)| (value - mean) * (value - mean))
            .sum::<f32>()
            / count;
    }
    ClassifierHead {
        vector_model: model.name.clone(),
        mean,
        scale: LENGTH / squares.sqrt().max(f32::MIN_POSITIVE),
        ..ClassifierHead::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "test";

    fn vector(values: [f32; 3]) -> Vector {
        Vector::new(MODEL, &values).unwrap().unwrap()
    }

    fn model() -> VectorModel {
        VectorModel {
            name: MODEL.to_owned(),
            dimension: 3,
            is_normalised: true,
        }
    }

    fn ticket(vector: &Vector, requester: u8, class: usize) -> VectorTicket<'_> {
        VectorTicket {
            vector,
            requesters: vec![[requester; 32]],
            right: vec![(class, 1.0)],
            rejected: Vec::new(),
            weight: 1.0,
        }
    }

    /// Returns tickets of ten requesters, half of class 4 and half of class 7.
    fn of_two_classes<'a>(fourth: &'a Vector, seventh: &'a Vector) -> Vec<VectorTicket<'a>> {
        (0..10)
            .map(|n| {
                if n % 2 == 0 {
                    ticket(fourth, n, 4)
                } else {
                    ticket(seventh, n, 7)
                }
            })
            .collect()
    }

    #[test]
    fn a_ticket_is_of_the_class_whose_tickets_are_near() {
        let (first, second) = (vector([1.0, 0.1, 0.0]), vector([0.0, 0.1, 1.0]));
        let trained = train(&model(), &of_two_classes(&first, &second)).unwrap();
        let logits = trained.score(&vector([0.9, 0.0, 0.2]), 8);
        assert!(logits[4] > 0.0 && logits[7] < 0.0, "{logits:?}");
        assert!(logits[0].abs() < 1e-9);
    }

    #[test]
    fn a_class_of_one_requester_leaves_nothing_of_their_vector() {
        let (first, second) = (vector([1.0, 0.1, 0.0]), vector([0.0, 0.1, 1.0]));
        let learned = |own: &Vector| {
            let mut tickets = of_two_classes(&first, &second);
            tickets.push(ticket(own, 99, 5));
            tickets.push(ticket(own, 99, 5));
            train(&model(), &tickets).unwrap()
        };
        assert_eq!(
            learned(&vector([1.0, 1.0, 1.0])),
            learned(&vector([-1.0, 0.5, 0.0]))
        );
        assert!(train(&model(), &[ticket(&first, 1, 0), ticket(&first, 1, 1)]).is_none());
    }
}
