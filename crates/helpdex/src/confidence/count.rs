//! Numbers of things as numbers to calculate with.

/// Returns a number of things, to divide by. Numbers here stay far below 2^53.
#[expect(clippy::cast_precision_loss)]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}
