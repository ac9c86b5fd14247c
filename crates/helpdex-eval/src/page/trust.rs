//! Writes whether the probabilities come true: the reliability diagram, and the calibration error in words.

use super::chart;
use crate::evaluation::EvaluationReport;

pub(super) fn section(report: &EvaluationReport) -> String {
    let figures = &report.figures;
    let (Some(error), Some(by_chance)) = (
        figures.calibration_error,
        figures.expected_calibration_error,
    ) else {
        return String::new();
    };
    // How much more than chance is called a fault is a choice of words, not a test.
    let verdict = if error <= 1.5 * by_chance {
        "That is about what chance alone would show: the probabilities can be taken at their word."
    } else if error <= 0.1 {
        "That is more than chance alone would show: take the probabilities as a good guide, not to the point."
    } else {
        "That is much more than chance alone would show: choose thresholds from labelled tickets, as above, and do not \
         read the probabilities as shares."
    };
    let mean: f64 = report
        .reliability
        .iter()
        .map(|bin| bin.probability - bin.right)
        .sum();
    let lean = if error <= 1.5 * by_chance {
        ""
    } else if mean > 0.0 {
        " On the whole they are too high."
    } else {
        " On the whole they are too low."
    };
    format!(
        "<section>\n<h2>Can the probabilities be trusted?</h2>\n<div class=\"beside\">\n{}<div>\n\
         <p>Each point is a tenth of the tickets. On the line, of the tickets with a first answer at 60% probability \
         60% get a right one; below the line the probabilities are too high.</p>\n\
         <p>The mean distance from the line is <b>{error:.3}</b>; a perfect model would show {by_chance:.3} by chance \
         with so many tickets. {verdict}{lean}</p>\n</div>\n</div>\n</section>\n",
        chart::reliability(&report.reliability)
    )
}
