//! Figures of a run over judged tickets: pure functions over ids and numbers.
//!
//! Ranking figures are means over the answerable tickets, those that have a relevant article; figures of silence are
//! over all tickets. Gains are linear, as `pytrec_eval` computes them.

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

/// A number of things, to divide by. Numbers here stay far below 2^53.
#[expect(clippy::cast_precision_loss)]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}
