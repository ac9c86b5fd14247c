//! How sure an answer is: the threshold that a precision needs, exact intervals, and whether tickets have changed.
//!
//! Pure functions over probabilities and whether an answer was right.

mod binomial;
mod curve;
mod drift;
mod interval;
mod threshold;

pub use curve::CurvePoint;
pub use drift::{Drift, LabelledPrediction, RecentDrift, drift, recent_drift};
pub use interval::{Interval, clopper_pearson};
#[doc(hidden)]
pub use threshold::rounded_up;
pub use threshold::{LabelledPredictions, NoThreshold, Threshold};

/// Returns a number of things, to divide by. Numbers here stay far below 2^53.
#[expect(clippy::cast_precision_loss)]
fn count(n: usize) -> f64 {
    n as f64
}
