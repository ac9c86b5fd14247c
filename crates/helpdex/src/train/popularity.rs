//! Measures how unevenly articles solve tickets.

pub(super) fn mean(counts: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss)]
    let number = counts.len().max(1) as f64;
    (counts.iter().sum::<f64>() / number).max(f64::MIN_POSITIVE)
}

/// Returns the shape of the Gamma distribution of the rates at which articles solve tickets, which maximizes the
/// likelihood of the counts. The counts follow a negative binomial distribution without its zeros, because an article
/// without a ticket may be new. The shape is between 0.01, where few articles have nearly all tickets, and 50, where
/// all have about as many.
pub(super) fn pseudo_count(counts: &[f64]) -> f64 {
    const STEPS: u32 = 60;
    const LEAST: f64 = 0.01;
    const MOST: f64 = 50.0;
    let rounded: Vec<f64> = counts.iter().map(|count| count.round().max(1.0)).collect();
    let mean = mean(&rounded);
    let likelihood = |shape: f64| -> f64 {
        // The mean with zeros, so that the one without is what was seen.
        let (mut low, mut high) = (0.0, mean);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            let zero = libm::pow(shape / (shape + middle), shape);
            if middle < mean * (1.0 - zero) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let rate = f64::midpoint(low, high).max(1e-9);
        let success = shape / (shape + rate);
        let zero = libm::pow(success, shape);
        rounded
            .iter()
            .map(|count| {
                libm::lgamma(count + shape) - libm::lgamma(shape) - libm::lgamma(count + 1.0)
                    + shape * libm::log(success)
                    + count * libm::log1p(-success)
                    - libm::log1p(-zero)
            })
            .sum()
    };
    let shape = |step: u32| LEAST * libm::pow(MOST / LEAST, f64::from(step) / f64::from(STEPS - 1));
    let best = (0..STEPS).map(|step| (shape(step), likelihood(shape(step))));
    best.fold((1.0, f64::NEG_INFINITY), |best, next| {
        if next.1 > best.1 { next } else { best }
    })
    .0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_are_alike_have_a_large_shape_and_a_few_giants_a_small_one() {
        assert!(pseudo_count(&[5.0; 40]) > 30.0);
        let few_giants: Vec<f64> = (0..40).map(|n| if n < 4 { 70.0 } else { 1.0 }).collect();
        assert!(pseudo_count(&few_giants) < 0.3);
        assert!(pseudo_count(&[]).is_finite() && pseudo_count(&[1.0]).is_finite());
    }
}
