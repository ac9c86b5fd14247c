//! Masks the personal data of a draft.

use super::draft::Draft;
use super::passes::most_passes;
use super::personal_data;
use crate::budget::{Budget, Ended};

/// Masks personal data until none is found.
///
/// One pass found everything in every text that we have seen. The other passes make sure that cleaning twice changes
/// nothing.
pub(super) fn mask_personal_data(
    mut draft: Draft,
    budget: &mut Budget<'_>,
) -> Result<Draft, Ended> {
    for _ in 0..most_passes(draft.text().len()) {
        budget.spend(draft.text().len())?;
        if !mask_once(&mut draft) {
            break;
        }
    }
    Ok(draft)
}

/// Masks the personal data of a text once, unless the text is known to have none. Returns whether there was any.
pub(super) fn mask_once(draft: &mut Draft) -> bool {
    if draft.is_masked() {
        return false;
    }
    let has_found = draft.apply(personal_data::find(draft.text()));
    if !has_found {
        draft.set_masked();
    }
    has_found
}
