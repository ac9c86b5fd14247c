//! Converts counts to numbers for calculations.

/// Converts a count to a float. Counts stay far below 2^53, so the result is exact.
#[expect(clippy::cast_precision_loss)]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}
