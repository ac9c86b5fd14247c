//! The target precision of the run, and the thresholds that were chosen for it.

use helpdex::confidence::Promise;
use helpdex::escape_html;

use super::numbers::{percent, plural};
use crate::target::{ChosenThreshold, TargetReport};

pub(super) fn section(target: Option<&TargetReport>) -> String {
    let Some(target) = target else {
        return String::new();
    };
    let precision = percent(target.target_precision);
    let items: Vec<String> = target.chosen.iter().map(item).collect();
    format!(
        "<section>\n<h2>A precision of {precision} was asked for</h2>\n\
         <p>{} at least {precision} are to be right, with {} confidence. The threshold \
         was chosen from tickets that are not counted on this page.</p>\n<ul class=\"advice\">\n{}</ul>\n</section>\n",
        match target.promise {
            Promise::First => "Of the first articles that are shown",
            Promise::Any =>
                "Of the answers that show anything, those count as right that show any right article:",
        },
        percent(target.confidence_level),
        items.concat(),
    )
}

fn item(chosen: &ChosenThreshold) -> String {
    let labels = plural(chosen.labels, "labelled ticket");
    let words = match (&chosen.threshold, &chosen.missing) {
        (Some(found), _) => {
            format!(
                "minimum probability {:.3}, chosen from {labels}",
                found.threshold
            )
        }
        (None, Some(missing)) => format!("from {labels} none could be chosen: {missing}"),
        (None, None) => format!("from {labels} none was chosen"),
    };
    format!("<li>{}</li>\n", escape_html(&words))
}
