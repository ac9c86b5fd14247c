//! The linear model: multinomial logistic regression by stochastic gradient descent, deterministic.

use crate::model::ticket_model::as_f32;

/// `AdaGrad`'s step (Duchi, Hazan and Singer 2011) and how often each example is visited. In cross-validation on four
/// sets of past tickets 10 rounds of 0.3 were as good as 40 of 0.1, and better than exact solvers of the same loss
/// and of a linear support vector machine.
const STEP: f32 = 0.3;
const EPOCHS: usize = 10;
/// What `AdaGrad`'s sums of squares begin with.
const FIRST_SQUARES: f32 = 0.01;
/// How much large weights cost, divided by the number of examples: 0.1 to 0.3 did alike on four sets, 1 a bit worse.
const PENALTY: f32 = 0.3;
/// A class whose probability is as wrong as this at most is not corrected: it saves most of the work of many classes.
const TOLERANCE: f32 = 1e-3;
/// Where more than one class in so many is to be corrected, all of them are: a row at once is faster than each on its own.
const MANY_WRONG: usize = 4;
/// Weights this far from their term's mean at least are kept. 3.5% and 15% of them are on two sets, and the order is as
/// good as with all.
const LEAST_WEIGHT: f32 = 0.05;

/// One text with what it should have been answered with.
pub(super) struct Example {
    /// The terms by index, with their values.
    pub features: Vec<(usize, f32)>,
    /// The classes that are right, with their shares, together 1; empty for a rejection.
    pub right: Vec<(usize, f32)>,
    /// Classes that are wrong.
    pub rejected: Vec<usize>,
    /// How much it counts, from 0 to 1.
    pub weight: f32,
}

/// Weights, one row a term and one column a class, and a constant for each class.
pub(super) struct LinearModel {
    classes: usize,
    weights: Vec<f32>,
    pub biases: Vec<f32>,
}

/// Visits the examples in their order, again and again; the caller shuffles them.
pub(super) fn train(examples: &[Example], terms: usize, classes: usize) -> LinearModel {
    let mut weights = vec![0.0; terms * classes];
    let mut squares = vec![FIRST_SQUARES; terms * classes];
    let mut biases = vec![0.0; classes];
    let mut bias_squares = vec![FIRST_SQUARES; classes];
    let penalty = PENALTY / as_f32(examples.len().max(1));
    let mut errors = vec![0.0; classes];
    let mut wrong: Vec<usize> = Vec::with_capacity(classes);
    for _ in 0..EPOCHS {
        for example in examples {
            logits(&weights, &biases, &example.features, &mut errors);
            softmax(&mut errors);
            subtract_target(&mut errors, example);
            wrong.clear();
            wrong.extend((0..classes).filter(|&class| errors[class].abs() > TOLERANCE));
            let corrects_all = wrong.len() * MANY_WRONG > classes;
            for &(term, value) in &example.features {
                let row = term * classes..(term + 1) * classes;
                let (weights, squares) = (&mut weights[row.clone()], &mut squares[row]);
                if corrects_all {
                    let value = value * example.weight;
                    correct(weights, squares, &errors, value, penalty);
                    continue;
                }
                for &class in &wrong {
                    let gradient =
                        value * example.weight * errors[class] + penalty * weights[class];
                    squares[class] += gradient * gradient;
                    weights[class] -= STEP * gradient / squares[class].sqrt();
                }
            }
            for &class in &wrong {
                let gradient = example.weight * errors[class] + penalty * biases[class];
                bias_squares[class] += gradient * gradient;
                biases[class] -= STEP * gradient / bias_squares[class].sqrt();
            }
        }
    }
    LinearModel {
        classes,
        weights,
        biases,
    }
}

/// One step of every weight of a row.
fn correct(weights: &mut [f32], squares: &mut [f32], errors: &[f32], value: f32, penalty: f32) {
    for ((weight, square), error) in weights.iter_mut().zip(squares).zip(errors) {
        let gradient = value * error + penalty * *weight;
        *square += gradient * gradient;
        *weight -= STEP * gradient / square.sqrt();
    }
}

fn logits(weights: &[f32], biases: &[f32], features: &[(usize, f32)], logits: &mut [f32]) {
    let classes = biases.len();
    logits.copy_from_slice(biases);
    for &(term, value) in features {
        let row = &weights[term * classes..(term + 1) * classes];
        for (logit, weight) in logits.iter_mut().zip(row) {
            *logit += value * weight;
        }
    }
}

fn softmax(logits: &mut [f32]) {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        *logit = libm::expf(*logit - most);
        sum += *logit;
    }
    for odds in logits {
        *odds /= sum;
    }
}

/// From probabilities to the gradient of the loss by the logits. A rejection's loss is `-ln(1 - p)` of what was
/// rejected, so that its target is what the model says without that.
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
    /// The weights of a term that are far enough from their mean, less that: a constant for all classes changes
    /// nothing.
    pub(super) fn row(&self, term: usize) -> impl Iterator<Item = (usize, f32)> {
        let row = &self.weights[term * self.classes..(term + 1) * self.classes];
        let mut sorted = row.to_vec();
        sorted.sort_unstable_by(f32::total_cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        row.iter()
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
        let mut values = vec![0.0; model.classes];
        logits(&model.weights, &model.biases, &features, &mut values);
        softmax(&mut values);
        values
    }

    #[test]
    fn terms_come_to_stand_for_their_class() {
        let examples = [example(&[0, 2], 0), example(&[1, 2], 1), example(&[0], 0)];
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
