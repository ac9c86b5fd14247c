//! The figures of a run over judged tickets, computed by pure functions of ids and numbers.
//!
//! Ranking figures are means over the answerable tickets, which have a relevant article. Figures of coverage and
//! abstention are over all tickets. Gains are linear, as in `pytrec_eval`.

mod bootstrap;
mod calibration;
mod comparison;
pub(crate) mod count;
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
