//! Fits the blend to solved tickets, by the weights that make the choices of people most likely.

use crate::model::blend::{
    ARTICLE_FEATURES, ArticleEvidence, Blend, IMPUTATION_INPUTS, NEVER, NO_ARTICLE_BY_VECTOR,
    SILENCE_FEATURES, probabilities,
};

/// The strength of the prior towards the shipped weights, in tickets. Values from 1 to 10 made no difference of more
/// than 0.01 on four sets with hundreds of tickets; with a handful of tickets it keeps the shipped weights.
const PRIOR_STRENGTH: f64 = 1.0;
/// The number of a ticket's best candidates by text that the imputation is fitted to.
const IMPUTED_CANDIDATES: usize = 3;
/// The ridge penalty of the imputation.
const IMPUTATION_RIDGE: f64 = 1.0;

const WEIGHTS: usize = ARTICLE_FEATURES + SILENCE_FEATURES;

/// Whether a weight may not be negative: evidence for an article never counts against it, and evidence of unanswerable
/// tickets never counts for an article. The features of an article without tickets may count either way.
fn is_bounded(weight: usize) -> bool {
    weight != NEVER && weight != ARTICLE_FEATURES
}

/// A solved ticket with its candidates, in the state before it was solved.
#[derive(Clone)]
pub(super) struct Choice {
    pub candidates: Vec<ArticleEvidence>,
    /// Whether any ticket, this one included, names the candidate; one entry for each candidate.
    pub is_named: Vec<bool>,
    pub silence: [f64; SILENCE_FEATURES],
    /// The indices of the candidates that were right; empty when no article is.
    pub right: Vec<usize>,
    /// The weight of the ticket, in (0, 1].
    pub weight: f64,
}

/// Fits the blend to these tickets, starting from `shipped`, whose counts are those of this knowledge base. `once`, the
/// number of articles that solved exactly one ticket, says how much the tickets tell of candidates that no ticket
/// names.
pub(super) fn fit(shipped: &Blend, choices: &[&Choice], once: usize) -> Blend {
    let mut blend = Blend {
        imputation: imputation(shipped, choices),
        ..shipped.clone()
    };
    let problem = Problem::new(&blend, choices, once);
    let weights = problem.minimize();
    blend.article.copy_from_slice(&weights[..ARTICLE_FEATURES]);
    blend.silence.copy_from_slice(&weights[ARTICLE_FEATURES..]);
    blend
}

/// Fits the estimate of past evidence for an article without tickets, from its text alone: by least squares over the
/// best candidates of each ticket by text, regularized towards the shipped values.
fn imputation(shipped: &Blend, choices: &[&Choice]) -> [f64; IMPUTATION_INPUTS] {
    let mut products = [[0.0; IMPUTATION_INPUTS]; IMPUTATION_INPUTS];
    let mut target = [0.0; IMPUTATION_INPUTS];
    for choice in choices {
        let mut best: Vec<&ArticleEvidence> = choice.candidates.iter().collect();
        // A stable sort: candidates come in one order.
        best.sort_by(|a, b| b.lexical.relative.total_cmp(&a.lexical.relative));
        for evidence in best.into_iter().take(IMPUTED_CANDIDATES) {
            let Some(past) = evidence.past.filter(|_| evidence.solved > 0.0) else {
                continue;
            };
            let inputs = evidence.lexical.inputs();
            for (a, row) in products.iter_mut().enumerate() {
                target[a] += past * inputs[a];
                for (b, product) in row.iter_mut().enumerate() {
                    *product += inputs[a] * inputs[b];
                }
            }
        }
    }
    for (index, row) in products.iter_mut().enumerate() {
        row[index] += IMPUTATION_RIDGE;
        target[index] += IMPUTATION_RIDGE * shipped.imputation[index];
    }
    let matrix = products.iter().map(|row| row.to_vec()).collect();
    let mut imputation = shipped.imputation;
    if let Some(solution) = solve(matrix, target.to_vec()) {
        imputation.copy_from_slice(&solution);
    }
    imputation
}

struct Problem {
    shipped: [f64; WEIGHTS],
    choices: Vec<PreparedChoice>,
    /// Whether each weight of the blend is fitted; the others keep their shipped values.
    free: [bool; WEIGHTS],
}

struct PreparedChoice {
    candidates: Vec<[f64; ARTICLE_FEATURES]>,
    /// The constant that is added to the score of each candidate.
    offsets: Vec<f64>,
    silence: [f64; SILENCE_FEATURES],
    right: Vec<usize>,
    weight: f64,
}

impl Choice {
    /// Returns the same without what vectors say.
    pub(super) fn by_words(&self) -> Self {
        let mut silence = self.silence;
        silence[NO_ARTICLE_BY_VECTOR] = 0.0;
        Self {
            candidates: self
                .candidates
                .iter()
                .map(ArticleEvidence::by_words)
                .collect(),
            silence,
            ..self.clone()
        }
    }
}

impl Problem {
    fn new(blend: &Blend, choices: &[&Choice], once: usize) -> Self {
        let mut shipped = [0.0; WEIGHTS];
        shipped[..ARTICLE_FEATURES].copy_from_slice(&blend.article);
        shipped[ARTICLE_FEATURES..].copy_from_slice(&blend.silence);
        // Only an article with a single ticket ever solves one that it is held out of, as an article without any.
        // Where there are none of them, the tickets say nothing of articles without any, such as new ones.
        #[expect(clippy::cast_precision_loss)]
        let told = once as f64 / (once as f64 + ONCE_FOR_HALF);
        let untold = if once == 0 {
            f64::NEG_INFINITY
        } else {
            libm::log(told)
        };
        let choices: Vec<PreparedChoice> = choices
            .iter()
            .map(|choice| PreparedChoice {
                candidates: choice
                    .candidates
                    .iter()
                    .map(|evidence| blend.article_features(evidence))
                    .collect(),
                offsets: choice
                    .is_named
                    .iter()
                    .map(|is_named| if *is_named { 0.0 } else { untold })
                    .collect(),
                silence: choice.silence,
                right: choice.right.clone(),
                weight: choice.weight,
            })
            .collect();
        let mut free = [true; WEIGHTS];
        if choices.iter().all(|choice| !choice.right.is_empty()) {
            free[ARTICLE_FEATURES..].fill(false);
        }
        Self {
            shipped,
            choices,
            free,
        }
    }

    /// Minimizes the loss by Newton's method, with bounded weights kept at zero or above (projected, Bertsekas 1982).
    fn minimize(&self) -> [f64; WEIGHTS] {
        const ROUNDS: usize = 50;
        let mut weights = self.shipped;
        let mut loss = self.loss(&weights);
        for _ in 0..ROUNDS {
            let (gradient, hessian) = self.derivatives(&weights);
            let moves: Vec<usize> = (0..WEIGHTS)
                .filter(|&i| self.free[i])
                .filter(|&i| !(is_bounded(i) && weights[i] <= 0.0 && gradient[i] > 0.0))
                .collect();
            let matrix = moves
                .iter()
                .map(|&i| moves.iter().map(|&j| hessian[i][j]).collect())
                .collect();
            let right = moves.iter().map(|&i| -gradient[i]).collect();
            let Some(direction) = solve(matrix, right) else {
                break;
            };
            let mut step = 1.0;
            let before = loss;
            for _ in 0..30 {
                let mut next = weights;
                for (&i, d) in moves.iter().zip(&direction) {
                    next[i] += step * d;
                    if is_bounded(i) {
                        next[i] = next[i].max(0.0);
                    }
                }
                let next_loss = self.loss(&next);
                if next_loss < loss {
                    (weights, loss) = (next, next_loss);
                    break;
                }
                step /= 2.0;
            }
            if before - loss < 1e-9 * before.abs() {
                break;
            }
        }
        weights
    }

    fn loss(&self, weights: &[f64; WEIGHTS]) -> f64 {
        let pull: f64 = weights
            .iter()
            .zip(&self.shipped)
            .map(|(weight, shipped)| (weight - shipped) * (weight - shipped))
            .sum();
        let tickets: f64 = self
            .choices
            .iter()
            .map(|choice| {
                let (chosen, silence) = choice.probabilities(weights);
                let right = choice.right.iter().map(|&index| chosen[index]);
                let least = f64::MIN_POSITIVE;
                let loss = if choice.right.is_empty() {
                    -libm::log(silence.max(least))
                } else {
                    let sum: f64 = right.map(|p| -libm::log(p.max(least))).sum();
                    sum / count(choice.right.len())
                };
                choice.weight * loss
            })
            .sum();
        PRIOR_STRENGTH / 2.0 * pull + tickets
    }

    fn derivatives(&self, weights: &[f64; WEIGHTS]) -> ([f64; WEIGHTS], [[f64; WEIGHTS]; WEIGHTS]) {
        let mut gradient = [0.0; WEIGHTS];
        let mut hessian = [[0.0; WEIGHTS]; WEIGHTS];
        for (i, (weight, shipped)) in weights.iter().zip(&self.shipped).enumerate() {
            gradient[i] = PRIOR_STRENGTH * (weight - shipped);
            hessian[i][i] = PRIOR_STRENGTH;
        }
        for choice in &self.choices {
            let weight = choice.weight;
            let (chosen, silence) = choice.probabilities(weights);
            let mut mean = [0.0; WEIGHTS];
            for (p, features) in chosen.iter().zip(&choice.candidates) {
                for (a, x) in features.iter().enumerate() {
                    mean[a] += p * x;
                    for (b, y) in features.iter().enumerate().take(a + 1) {
                        hessian[a][b] += weight * p * x * y;
                    }
                }
            }
            for (a, x) in choice.silence.iter().enumerate() {
                mean[ARTICLE_FEATURES + a] = silence * x;
                for (b, y) in choice.silence.iter().enumerate().take(a + 1) {
                    hessian[ARTICLE_FEATURES + a][ARTICLE_FEATURES + b] += weight * silence * x * y;
                }
            }
            for a in 0..WEIGHTS {
                gradient[a] += weight * mean[a];
                for b in 0..=a {
                    hessian[a][b] -= weight * mean[a] * mean[b];
                }
            }
            if choice.right.is_empty() {
                for (a, x) in choice.silence.iter().enumerate() {
                    gradient[ARTICLE_FEATURES + a] -= weight * x;
                }
            }
            for &index in &choice.right {
                for (a, x) in choice.candidates[index].iter().enumerate() {
                    gradient[a] -= weight * x / count(choice.right.len());
                }
            }
        }
        // Only what lies below the diagonal was counted.
        for a in 1..WEIGHTS {
            let (above, below) = hessian.split_at_mut(a);
            for (row, value) in above.iter_mut().zip(below[0]) {
                row[a] = value;
            }
        }
        (gradient, hessian)
    }
}

/// The number of articles with a single ticket at which tickets provide half of the evidence on articles without
/// tickets.
const ONCE_FOR_HALF: f64 = 10.0;

impl PreparedChoice {
    /// Returns the probabilities of the candidates, and that of abstaining.
    fn probabilities(&self, weights: &[f64; WEIGHTS]) -> (Vec<f64>, f64) {
        let (article, silence) = weights.split_at(ARTICLE_FEATURES);
        let scores: Vec<f64> = self
            .candidates
            .iter()
            .zip(&self.offsets)
            .map(|(features, offset)| score(article, features) + offset)
            .collect();
        let chosen = probabilities(&scores, score(silence, &self.silence));
        let silence = 1.0 - chosen.iter().sum::<f64>();
        (chosen, silence.max(0.0))
    }
}

fn score(weights: &[f64], features: &[f64]) -> f64 {
    weights.iter().zip(features).map(|(w, x)| w * x).sum()
}

/// Solves a symmetric positive definite system of equations by Cholesky's method; `None` when the matrix is not
/// positive definite.
pub(super) fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for i in 0..size {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| matrix[i][k] * matrix[j][k]).sum();
            let value = matrix[i][j] - known;
            if i == j {
                if value.is_nan() || value <= 0.0 {
                    return None;
                }
                matrix[i][i] = value.sqrt();
            } else {
                matrix[i][j] = value / matrix[j][j];
            }
        }
    }
    for i in 0..size {
        let known: f64 = (0..i).map(|k| matrix[i][k] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
    for i in (0..size).rev() {
        let known: f64 = (i + 1..size).map(|k| matrix[k][i] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
    Some(right)
}

#[expect(clippy::cast_precision_loss)]
fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use crate::model::blend::LexicalEvidence;

    use super::*;

    fn candidate(relative: f64, linear: f64) -> ArticleEvidence {
        ArticleEvidence {
            lexical: LexicalEvidence {
                relative,
                strength: 0.3,
            },
            past: Some(linear),
            solved: 3.0,
            near: 0.0,
            by_vector: 0.0,
        }
    }

    fn choice(linear_of_right: f64) -> Choice {
        Choice {
            candidates: vec![candidate(1.0, 0.0), candidate(0.1, linear_of_right)],
            is_named: vec![true, true],
            silence: [1.0, 0.2, 0.0],
            right: vec![1],
            weight: 1.0,
        }
    }

    fn same(a: &[f64], b: &[f64]) -> bool {
        a.iter()
            .map(|x| x.to_bits())
            .eq(b.iter().map(|x| x.to_bits()))
    }

    #[test]
    fn tickets_move_the_weights_to_what_told_right_from_wrong() {
        let shipped = Blend::default();
        let choices: Vec<Choice> = (0..200).map(|_| choice(1.0)).collect();
        let fitted = fit(&shipped, &choices.iter().collect::<Vec<_>>(), 0);
        assert!(
            fitted.article[2] > shipped.article[2],
            "{:?}",
            fitted.article
        );
        assert!(fitted.article[0] < shipped.article[0]);
        assert!(fitted.article.iter().all(|weight| *weight >= 0.0));
        // No ticket was without an article: nothing is known of silence.
        assert!(same(&fitted.silence, &shipped.silence));
    }

    #[test]
    fn without_tickets_the_shipped_weights_stay() {
        let shipped = Blend::default();
        assert!(same(&fit(&shipped, &[], 0).article, &shipped.article));
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let choices: Vec<Choice> = (0..20).map(|n| choice(f64::from(n) / 10.0)).collect();
        let silent = (0..12).map(|_| Choice {
            right: Vec::new(),
            ..choice(0.5)
        });
        let choices: Vec<Choice> = choices.into_iter().chain(silent).collect();
        let choices: Vec<&Choice> = choices.iter().collect();
        let problem = Problem::new(&Blend::default(), &choices, 5);
        let mut weights = problem.shipped;
        weights[2] += 0.3;
        let (gradient, hessian) = problem.derivatives(&weights);
        for i in 0..WEIGHTS {
            let (mut above, mut below) = (weights, weights);
            above[i] += 1e-5;
            below[i] -= 1e-5;
            let numeric = (problem.loss(&above) - problem.loss(&below)) / 2e-5;
            assert!((numeric - gradient[i]).abs() < 1e-4, "weight {i}");
            let second =
                (problem.derivatives(&above).0[i] - problem.derivatives(&below).0[i]) / 2e-5;
            assert!((second - hessian[i][i]).abs() < 1e-3, "weight {i}");
        }
    }

    #[test]
    fn a_system_is_solved() {
        // 4x + 2y = 10, 2x + 3y = 9: x = 1.5, y = 2.
        let solution = solve(vec![vec![4.0, 2.0], vec![2.0, 3.0]], vec![10.0, 9.0]).unwrap();
        assert!((solution[0] - 1.5).abs() < 1e-12 && (solution[1] - 2.0).abs() < 1e-12);
        assert_eq!(solve(vec![vec![0.0]], vec![1.0]), None);
    }
}
