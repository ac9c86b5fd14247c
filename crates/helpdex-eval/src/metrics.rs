//! Figures of a run over judged tickets: pure functions of ids and numbers.
//!
//! Ranking figures are means over the answerable tickets, which have a relevant article. Figures of coverage and
//! abstention are over all tickets. Gains are linear, as in `pytrec_eval`.

mod bootstrap;
mod calibration;
mod comparison;
mod figures;
mod ranking;

pub use bootstrap::bootstrap_mean;
pub use calibration::{
    ReliabilityBin, auroc, brier_score, calibration_error, expected_calibration_error, reliability,
};
pub use comparison::{Comparison, compare};
pub use figures::{Figures, JudgedTicket, RankingFigures, figures, ranking_figures};
pub use ranking::{
    average_precision_at, macro_precision_at_1, ndcg_at, precision_at, recall_at,
    reciprocal_rank_at,
};

/// Converts a count for arithmetic. Counts here stay far below 2^53, so the result is exact.
#[expect(clippy::cast_precision_loss)]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// Asserts that a figure equals a value computed by hand.
#[cfg(test)]
#[track_caller]
fn check(figure: Option<f64>, expected: f64) {
    let figure = figure.expect("there is a figure");
    assert!(
        (figure - expected).abs() < 1e-12,
        "{figure} is not {expected}"
    );
}
