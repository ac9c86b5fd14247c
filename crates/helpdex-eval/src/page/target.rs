//! Writes the target precision of the run, and the thresholds that were chosen for it.

use helpdex::confidence::{NoThreshold, Promise, Threshold};
use helpdex::escape_html;

use crate::html::{percent, plural};
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
    let unlinked = match chosen.unlinked {
        0 => String::new(),
        unlinked => format!(" and {}", plural(unlinked, "unlinked one")),
    };
    let words = words(chosen.threshold.as_ref(), chosen.missing.as_ref());
    let mut notes = vec![escape_html(&chosen.grounds.to_string())];
    for other in &chosen.by_unlinked {
        notes.push(format!(
            "unlinked tickets as {}: {}",
            other.unlinked.name(),
            self::words(other.threshold.as_ref(), other.missing.as_ref())
        ));
    }
    let shares: Vec<String> = chosen
        .by_share
        .iter()
        .map(|share| {
            format!(
                "{} if {} have one",
                percent(share.precision),
                percent(share.answerable_share)
            )
        })
        .collect();
    if !shares.is_empty() {
        notes.push(format!(
            "precision on the labels, by the share of tickets that have an article: {}",
            shares.join(", ")
        ));
    }
    format!(
        "<li>{words}, from {labels}{unlinked}<br><span class=\"note\">{}</span></li>\n",
        notes.join("<br>")
    )
}

fn words(found: Option<&Threshold>, missing: Option<&NoThreshold>) -> String {
    match (found, missing) {
        (Some(found), _) => format!(
            "minimum probability {:.3}, which {} of tickets reach",
            found.threshold,
            percent(found.coverage)
        ),
        (None, Some(missing)) => format!(
            "none could be chosen: {}",
            escape_html(&missing.to_string())
        ),
        (None, None) => "none was chosen".to_owned(),
    }
}
