//! Trains the linear model, a multinomial logistic regression, by deterministic stochastic gradient descent.

use std::collections::HashMap;

use crate::model::ticket_model::as_f32;

/// The step of `AdaGrad` (Duchi, Hazan and Singer 2011). In cross-validation on four sets of past tickets, 5 or 10
/// rounds with a step of 0.3, in 30 or 100 batches or without any, were as good as 40 rounds with 0.1, and better than
/// exact solvers of the same loss and of a linear support vector machine.
const STEP: f32 = 0.3;
/// The number of rounds over all examples.
const EPOCHS: usize = 5;
/// The number of batches that the examples of a round are processed in.
const BATCHES: usize = 30;
/// The initial value of the sums of squares of `AdaGrad`.
const FIRST_SQUARES: f32 = 0.01;
/// The penalty of large weights, divided by the number of examples: 0.1 to 0.3 gave the same results on four sets, 1
/// slightly worse ones.
const PENALTY: f32 = 0.3;
/// Blocks whose probabilities are all wrong by at most this much are not corrected, which saves most of the work when
/// there are many classes.
const TOLERANCE: f32 = 1e-3;
/// The distance below the best logit from which a class counts as having no probability; it is far less than any
/// correction.
const LEAST_LOGIT: f32 = -16.0;
/// The least distance from the mean weight of its term at which a weight is kept. This keeps 3.5% and 15% of all
/// weights on two sets, without a worse order.
const LANES: usize = 16;
/// Weights at least this far from the mean of their term are kept: 3.5% and 15% of all weights on two sets, without a
/// worse order.
const LEAST_WEIGHT: f32 = 0.05;

/// A text to learn from, with the classes that are right for it.
pub(super) struct Example {
    /// The terms of the text by index, with their values.
    pub features: Vec<(usize, f32)>,
    /// The classes that are right, with their shares, which sum to 1; empty for a rejection.
    pub right: Vec<(usize, f32)>,
    /// The classes that people rejected for the text.
    pub rejected: Vec<usize>,
    /// The weight of the example, in [0, 1].
    pub weight: f32,
}

/// The weights of the linear model, with one row per term and one column per class, and a constant per class.
pub(super) struct LinearModel {
    classes: usize,
    /// The weights in blocks of classes, so that the part of a block that a batch needs stays in the processor's cache.
    blocks: Vec<Block>,
    pub biases: Vec<f32>,
}

/// The values of the classes in one block.
type Lanes = [f32; LANES];

/// The weights of a block, one row per term and a last row for the constants, and the sums of the squares of their
/// gradients.
struct Block {
    weights: Vec<Lanes>,
    squares: Vec<Lanes>,
}

/// Trains the model by visiting the examples in their order several times. The caller must shuffle them.
pub(super) fn train(examples: &[Example], terms: usize, classes: usize) -> LinearModel {
    let mut blocks: Vec<Block> = (0..classes.div_ceil(LANES))
        .map(|_| Block {
            weights: vec![[0.0; LANES]; terms + 1],
            squares: vec![[FIRST_SQUARES; LANES]; terms + 1],
        })
        .collect();
    let penalty = PENALTY / as_f32(examples.len().max(1));
    let batch_size = examples.len().div_ceil(BATCHES).max(1);
    let batches: Vec<Batch<'_>> = examples
        .chunks(batch_size)
        .map(|examples| Batch::new(examples, terms))
        .collect();
    // One row an example, one column a block.
    let mut errors: Vec<Lanes> = Vec::new();
    let mut gradient = Gradient::default();
    for _ in 0..EPOCHS {
        for batch in &batches {
            let columns = blocks.len();
            errors.resize(batch.examples.len() * columns, [0.0; LANES]);
            for (column, block) in blocks.iter().enumerate() {
                let logits = errors.iter_mut().skip(column).step_by(columns);
                batch.put_logits(block, logits);
            }
            for (example, errors) in batch.examples.iter().zip(errors.chunks_mut(columns)) {
                let errors = &mut errors.as_flattened_mut()[..classes];
                softmax(errors);
                subtract_target(errors, example);
            }
            for (column, block) in blocks.iter_mut().enumerate() {
                let errors = errors.iter().skip(column).step_by(columns);
                gradient.become_that_of(batch, errors);
                gradient.step(block, &batch.rows, penalty);
            }
            errors.clear();
        }
    }
    let biases = blocks.iter().flat_map(|block| block.weights[terms]);
    LinearModel {
        classes,
        biases: biases.take(classes).collect(),
        blocks,
    }
}

/// Examples that are processed together.
struct Batch<'a> {
    examples: &'a [Example],
    /// The rows of all terms of the examples, ascending; the row of the constants is last.
    rows: Vec<usize>,
    /// The features of each example: indices into `rows`, with values.
    features: Vec<Vec<(usize, f32)>>,
}

impl<'a> Batch<'a> {
    fn new(examples: &'a [Example], bias: usize) -> Self {
        let terms = examples.iter().flat_map(|example| &example.features);
        let mut rows: Vec<usize> = terms.map(|(term, _)| *term).collect();
        rows.sort_unstable();
        rows.dedup();
        let number: HashMap<usize, usize> = rows.iter().copied().zip(0..).collect();
        let features = examples
            .iter()
            .map(|example| {
                let terms = example.features.iter();
                let terms = terms.map(|(term, value)| (number[term], *value));
                terms.chain([(rows.len(), 1.0)]).collect()
            })
            .collect();
        rows.push(bias);
        Self {
            examples,
            rows,
            features,
        }
    }

    fn put_logits<'b>(&self, block: &Block, logits: impl Iterator<Item = &'b mut Lanes>) {
        let rows: Vec<Lanes> = self.rows.iter().map(|&row| block.weights[row]).collect();
        for (features, logits) in self.features.iter().zip(logits) {
            // A copy is summed in one go, what is borrowed one by one.
            let mut sums = [0.0; LANES];
            for &(number, value) in features {
                add(&mut sums, value, &rows[number]);
            }
            *logits = sums;
        }
    }
}

fn add(sums: &mut Lanes, factor: f32, values: &Lanes) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += factor * value;
    }
}

/// The gradient of a batch's loss for the rows of the batch in one block, and the number of examples that contribute to
/// each row.
#[derive(Default)]
struct Gradient {
    rows: Vec<Lanes>,
    visits: Vec<f32>,
}

impl Gradient {
    fn become_that_of<'a>(&mut self, batch: &Batch<'_>, errors: impl Iterator<Item = &'a Lanes>) {
        self.rows.clear();
        self.rows.resize(batch.rows.len(), [0.0; LANES]);
        self.visits.clear();
        self.visits.resize(batch.rows.len(), 0.0);
        let examples = batch.examples.iter().zip(&batch.features);
        for ((example, features), errors) in examples.zip(errors) {
            if errors.iter().all(|error| error.abs() <= TOLERANCE) {
                continue;
            }
            let errors = errors.map(|error| error * example.weight);
            for &(number, value) in features {
                self.visits[number] += 1.0;
                let mut sums = self.rows[number];
                add(&mut sums, value, &errors);
                self.rows[number] = sums;
            }
        }
    }

    /// Corrects the weights of these rows by one step of `AdaGrad`.
    fn step(&self, block: &mut Block, rows: &[usize], penalty: f32) {
        for ((&row, sums), visits) in rows.iter().zip(&self.rows).zip(&self.visits) {
            if *visits > 0.0 {
                let (mut weights, mut squares) = (block.weights[row], block.squares[row]);
                let penalty = penalty * visits;
                for lane in 0..LANES {
                    let gradient = sums[lane] + penalty * weights[lane];
                    squares[lane] += gradient * gradient;
                    weights[lane] -= STEP * gradient / squares[lane].sqrt();
                }
                (block.weights[row], block.squares[row]) = (weights, squares);
            }
        }
    }
}

fn softmax(logits: &mut [f32]) {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        let less = *logit - most;
        *logit = if less > LEAST_LOGIT {
            libm::expf(less)
        } else {
            0.0
        };
        sum += *logit;
    }
    for odds in logits {
        *odds /= sum;
    }
}

/// Turns probabilities into the gradient of the loss with respect to the logits. The loss of a rejection is `-ln(1 -
/// p)` of the rejected articles, so its target is the prediction of the model without them.
fn subtract_target(probabilities: &mut [f32], example: &Example) {
    if example.right.is_empty() {
        let rejected: f32 = example
            .rejected
            .iter()
            .map(|&class| probabilities[class])
            .sum();
        // All but certain: the gradient stays finite.
        let others = (1.0 - rejected).max(0.01);
        for (class, probability) in probabilities.iter_mut().enumerate() {
            if !example.rejected.contains(&class) {
                *probability -= *probability / others;
            }
        }
    }
    for &(class, share) in &example.right {
        probabilities[class] -= share;
    }
}

impl LinearModel {
    /// Returns the weights of each class, one behind the other, each of all terms.
    pub(super) fn columns(&self) -> Vec<f32> {
        let terms = self
            .blocks
            .first()
            .map_or(0, |block| block.weights.len() - 1);
        let mut columns = Vec::with_capacity(terms * self.classes);
        for class in 0..self.classes {
            let block = &self.blocks[class / LANES];
            let weights = block.weights[..terms].iter();
            columns.extend(weights.map(|lanes| lanes[class % LANES]));
        }
        columns
    }

    /// Returns the weights of a term that are far enough from the term's median weight, minus that median: a constant
    /// for all classes changes nothing.
    pub(super) fn row(&self, term: usize) -> impl Iterator<Item = (usize, f32)> {
        let row = self.blocks.iter().flat_map(|block| block.weights[term]);
        let row: Vec<f32> = row.take(self.classes).collect();
        let mut sorted = row.clone();
        sorted.sort_unstable_by(f32::total_cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        row.into_iter()
            .map(move |weight| weight - median)
            .enumerate()
            .filter(|(_, weight)| weight.abs() >= LEAST_WEIGHT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(terms: &[usize], right: usize) -> Example {
        Example {
            features: terms.iter().map(|&term| (term, 1.0)).collect(),
            right: vec![(right, 1.0)],
            rejected: Vec::new(),
            weight: 1.0,
        }
    }

    fn probabilities_of(model: &LinearModel, terms: &[usize]) -> Vec<f32> {
        let features: Vec<(usize, f32)> = terms.iter().map(|&term| (term, 1.0)).collect();
        let mut values = model.biases.clone();
        for &(term, value) in &features {
            let weights = model.blocks.iter().flat_map(|block| &block.weights[term]);
            for (logit, weight) in values.iter_mut().zip(weights) {
                *logit += value * weight;
            }
        }
        softmax(&mut values);
        values
    }

    #[test]
    fn terms_come_to_stand_for_their_class() {
        let some = || [example(&[0, 2], 0), example(&[1, 2], 1), example(&[0], 0)];
        let examples: Vec<Example> = (0..10).flat_map(|_| some()).collect();
        let model = train(&examples, 3, 2);
        assert!(probabilities_of(&model, &[0])[0] > 0.8);
        assert!(probabilities_of(&model, &[1])[1] > 0.8);
        let row: Vec<(usize, f32)> = model.row(0).collect();
        assert!(!row.is_empty());
    }

    #[test]
    fn a_rejection_lowers_its_class_and_no_other() {
        let mut examples = vec![example(&[0], 0), example(&[0], 1), example(&[0], 2)];
        let before = probabilities_of(&train(&examples, 1, 3), &[0]);
        examples.push(Example {
            features: vec![(0, 1.0)],
            right: Vec::new(),
            rejected: vec![1],
            weight: 1.0,
        });
        let after = probabilities_of(&train(&examples, 1, 3), &[0]);
        assert!(after[1] < before[1] && after[0] > before[0] && after[2] > before[2]);
    }

    #[test]
    fn a_target_is_subtracted_as_computed_by_hand() {
        let mut probabilities = [0.5, 0.3, 0.2];
        let rejection = Example {
            features: Vec::new(),
            right: Vec::new(),
            rejected: vec![0],
            weight: 1.0,
        };
        // The target without the first class is (0, 0.6, 0.4).
        subtract_target(&mut probabilities, &rejection);
        for (value, expected) in probabilities.into_iter().zip([0.5, -0.3, -0.2]) {
            assert!((value - expected).abs() < 1e-6);
        }
    }
}
