//! Confidence in answers: the threshold for a target precision, exact intervals, and whether tickets have changed.
//!
//! These are pure functions of the probabilities of answers and of whether the answers were right.

mod binomial;
mod count;
mod curve;
pub(crate) mod decision;
mod drift;
mod incoming;
mod interval;
mod labelled;
mod threshold;

pub use curve::CurvePoint;
pub use decision::{Promise, TargetPrecision, WhenUnmet};
pub use drift::{Drift, LabelledPrediction, RecentDrift, drift, recent_drift};
pub use incoming::{Grounds, Incoming, UnlinkedTickets};
pub use interval::{Interval, clopper_pearson};
pub(crate) use labelled::tells_answerable_share;
pub use labelled::{LabelKind, Labelled, LabelledPredictions};
#[doc(hidden)]
pub use threshold::rounded_up;
pub use threshold::{NoThreshold, Threshold};
