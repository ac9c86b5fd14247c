//! Converts counts for arithmetic with fractions.

/// Converts a count to a float. Counts here stay far below 2^53, so the result is exact.
#[expect(clippy::cast_precision_loss)]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// Asserts that a figure equals a value computed by hand.
#[cfg(test)]
#[track_caller]
pub(super) fn check(figure: Option<f64>, expected: f64) {
    let figure = figure.expect("there is a figure");
    assert!(
        (figure - expected).abs() < 1e-12,
        "{figure} is not {expected}"
    );
}
