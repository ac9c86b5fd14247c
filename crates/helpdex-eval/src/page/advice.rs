//! Writes the advice: the threshold for each target precision, and the share of tickets that it answers.

use helpdex::confidence::{
    CurvePoint, Incoming, LabelledPredictions, NoThreshold, Threshold, clopper_pearson, rounded_up,
};

use super::chart;
use super::numbers::percent_interval;
use super::tally::Tally;
use crate::html::{number, percent, plural};

/// The target precisions that the advice is given for.
const TARGETS: [f64; 3] = [0.9, 0.8, 0.7];
/// The confidence level at which each target precision must hold.
const CONFIDENCE_LEVEL: f64 = 0.95;

pub(super) fn section(
    curve: &[CurvePoint],
    labelled: &LabelledPredictions,
    tally: &Tally,
) -> String {
    if curve.is_empty() {
        return String::new();
    }
    let advice = TARGETS.map(|target| {
        (
            target,
            labelled.threshold(target, CONFIDENCE_LEVEL, &Incoming::default()),
        )
    });
    let chosen: Vec<(f64, Threshold)> = advice
        .iter()
        .filter_map(|(target, found)| Some((*target, *found.as_ref().ok()?)))
        .collect();
    let items: Vec<String> = advice
        .chunk_by(|a, b| a.1.is_err() && a.1 == b.1)
        .map(|alike| item(alike, labelled.len()))
        .collect();
    format!(
        "<section>\n<h2>How much can be answered, at which precision?</h2>\n<div class=\"beside\">\n{}<div>\n\
         <ul class=\"advice\">\n{}</ul>\n\
         <p class=\"note\">Thresholds are the lowest whose precision is at least the target with 95% confidence, \
         although many are looked at. They are chosen on the very tickets that are counted here: the confidence allows \
         for that, the share that was right does not, and will be a little lower on other tickets. Choose on one set of \
         tickets and report on another before you rely on it.</p>\n</div>\n</div>\n</section>\n",
        chart::curve(curve, &chosen, tally),
        items.concat(),
    )
}

/// Returns the list item for consecutive targets with the same result.
fn item(alike: &[(f64, Result<Threshold, NoThreshold>)], tickets: usize) -> String {
    let targets: Vec<String> = alike.iter().map(|(target, _)| percent(*target)).collect();
    let goal = format!("<b>At {} precision</b>", targets.join(" or "));
    let words = match alike[0].1 {
        Ok(found) => {
            let interval = clopper_pearson(found.shown, tickets)
                .map_or(String::new(), |share| percent_interval(&share));
            format!(
                "{goal} you would answer <b>{}</b> of tickets <span class=\"interval\">{interval}</span><br>\
                 <span class=\"note\">minimum probability {:.3}; here {} of {} were right</span>",
                percent(found.coverage),
                found.threshold,
                number(found.right),
                number(found.shown)
            )
        }
        Err(NoThreshold::NotEnoughLabels { have, needed }) => format!(
            "{goal} there are not enough labels<br><span class=\"note\">{} labelled, at least about {} needed</span>",
            plural(have, "ticket"),
            number(rounded_up(needed))
        ),
        Err(NoThreshold::NotEnoughPrecision { highest }) if highest > 0.0 => format!(
            "{goal} you would answer nothing<br><span class=\"note\">no threshold keeps it; the highest target that \
             these tickets allow is {}</span>",
            percent(highest)
        ),
        Err(_) => format!(
            "{goal} you would answer nothing<br><span class=\"note\">no threshold keeps any precision on these \
             tickets</span>"
        ),
    };
    format!("<li>{words}</li>\n")
}
