//! Prints what a training did.

use std::collections::BTreeMap;

use helpdex::Visibility;
use helpdex::confidence::RecentDrift;
use helpdex::report::ModelInfo;

use crate::output::{line, warn};

/// Prints the models, and warns when recent tickets are unlike the older ones.
pub(crate) fn print_models(
    models: &BTreeMap<Visibility, ModelInfo>,
    drift: &BTreeMap<Visibility, RecentDrift>,
) {
    for (visibility, model) in models {
        line(&format!(
            "model for {} readers: learned until {}",
            visibility.name(),
            model.learned_until
        ));
    }
    for (visibility, drift) in drift {
        if drift.is_warning {
            warn(&drift_warning(*visibility, drift));
        }
    }
}

/// Returns the warning about recent tickets that are unlike the older ones.
fn drift_warning(visibility: Visibility, drift: &RecentDrift) -> String {
    format!(
        "for {} readers, the {} tickets solved since {} are unlike the older ones: {} of their first articles are right, while \
         their probabilities predict {:.0}; a target precision may not hold until more of the recent tickets are learned",
        visibility.name(),
        drift.recent,
        drift.since,
        drift.right,
        drift.expected_right
    )
}
