//! What past tickets say of a ticket by its vector: a multinomial logistic regression over the values of vectors.

use serde::{Deserialize, Serialize};

use crate::vectors::vector::Vector;

/// The classifier of a model of past tickets, with the classes of that model.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct VectorClassifier {
    pub head: ClassifierHead,
    /// The weights of each known class, one behind the other.
    pub weights: Vec<f32>,
}

/// The small part of a classifier.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct ClassifierHead {
    /// The name of the model that made the vectors.
    pub vector_model: String,
    /// The mean of the vectors of past tickets.
    pub mean: Vec<f32>,
    /// The factor that vectors less their mean are scaled by.
    pub scale: f32,
    /// The classes that several requesters had, ascending, by their numbers in the model of past tickets.
    pub classes: Vec<usize>,
    /// The constants, one per known class.
    pub biases: Vec<f32>,
}

impl ClassifierHead {
    pub(crate) fn dimension(&self) -> usize {
        self.mean.len()
    }

    /// Returns whether a vector is of the model that it was trained with.
    pub(crate) fn is_of(&self, vector: &Vector) -> bool {
        vector.model() == self.vector_model && vector.dimension() == self.dimension()
    }

    /// Returns the inputs that a vector gives.
    pub(crate) fn inputs(&self, vector: &Vector) -> Vec<f32> {
        let values = vector.to_values().into_iter().zip(&self.mean);
        values
            .map(|(value, mean)| (value - mean) * self.scale)
            .collect()
    }

    /// Returns whether it fits a model of so many classes.
    pub(crate) fn fits(&self, classes: usize, weights: usize) -> bool {
        self.classes.is_sorted()
            && self.classes.iter().all(|class| *class < classes)
            && self.biases.len() == self.classes.len()
            && self.classes.len() * self.dimension() == weights
    }
}

impl VectorClassifier {
    /// Returns one without a class, whose logits are all 0.
    pub(crate) fn unlearned(vector_model: String, dimension: usize) -> Self {
        Self {
            head: ClassifierHead {
                vector_model,
                mean: vec![0.0; dimension],
                ..ClassifierHead::default()
            },
            weights: Vec::new(),
        }
    }

    /// Returns the logit of each of `count` classes, less the mean of those that are known; 0 for the others.
    pub(crate) fn score(&self, vector: &Vector, count: usize) -> Vec<f32> {
        let inputs = self.head.inputs(vector);
        let mut logits = vec![0.0; count];
        let known = &self.head.classes;
        let rows = self.weights.chunks(inputs.len().max(1));
        let mut sum = 0.0;
        for ((&class, row), bias) in known.iter().zip(rows).zip(&self.head.biases) {
            let products = row
                .iter()
                .zip(&inputs)
                .map(|(weight, input)| weight * input);
            logits[class] = bias + products.sum::<f32>();
            sum += logits[class];
        }
        #[expect(clippy::cast_precision_loss)]
        let mean = sum / known.len().max(1) as f32;
        for &class in known {
            logits[class] -= mean;
        }
        logits
    }
}
