//! The figures of a run, and what was answered.

use std::collections::BTreeMap;
use std::io::{self, Write};

use helpdex::confidence::CurvePoint;
use helpdex::{Locale, Timestamp};
use serde::Serialize;

use crate::breakdown::LengthBand;
use crate::evaluated_ticket::EvaluatedTicket;
use crate::metrics::{Figures, RankingFigures, ReliabilityBin};
use crate::outcome::{OutcomeArticle, QueryOutcome};
use crate::target::TargetReport;
use crate::worst::WorstTicket;

/// The answers to every query of a split, and their figures.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// The figures.
    pub report: EvaluationReport,
    /// One entry a query, in the order of the data set.
    pub outcomes: Vec<QueryOutcome>,
    /// What was answered: one entry a query, in the same order.
    pub tickets: Vec<EvaluatedTicket>,
    /// The titles of the articles by id.
    pub titles: BTreeMap<String, String>,
}

/// The figures of a run over one split.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EvaluationReport {
    /// The split.
    pub split: String,
    /// Whether anything was learned from the train split.
    pub learned: bool,
    /// How many articles were searched.
    pub articles: usize,
    /// Articles of the data set that were left out because they are empty.
    pub empty_articles: usize,
    /// Helpdex.
    pub figures: Figures,
    /// The same figures of order for the articles with most train tickets, text ignored; `None` without train tickets.
    pub popularity: Option<RankingFigures>,
    /// The same for BM25 over title and body as one field of words.
    pub plain_bm25: RankingFigures,
    /// How the target precision was kept; `None` without one.
    pub target: Option<TargetReport>,
    /// What each threshold of the top probability would mean, strictest first; at most 50 points.
    pub curve: Vec<CurvePoint>,
    /// How true the top probability is, lowest first; at most 10 bins.
    pub reliability: Vec<ReliabilityBin>,
    /// The figures of order by what was learned of the right articles; `None` unless some were left out.
    pub cold: Option<ColdFigures>,
    /// The figures of the tickets of each locale: the declared one, else the one that the text looks like.
    pub by_locale: BTreeMap<Locale, Figures>,
    /// The figures of the tickets by their words, fewest first; lengths that no ticket has are left out.
    pub by_length: Vec<LengthBand>,
    /// The figures of each part of the time of a back-test, oldest first; empty in other runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_period: Vec<PeriodFigures>,
    /// The answerable tickets with the lowest nDCG@10, those below 1, at most 10: the worst first, of equal ones that
    /// with the highest top probability, then by id.
    pub worst: Vec<WorstTicket>,
}

/// The order of articles that nothing was learned of, and that of the others.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ColdFigures {
    /// The share of the articles whose tickets were not learned.
    pub share: f64,
    /// How many answerable tickets have only such articles.
    pub cold_tickets: usize,
    /// The order of their candidates.
    pub cold: RankingFigures,
    /// How many answerable tickets have none of them.
    pub warm_tickets: usize,
    /// The order of their candidates.
    pub warm: RankingFigures,
}

/// The tickets of one part of the time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PeriodFigures {
    /// When the first of them came.
    pub from: Timestamp,
    /// When the last one did.
    pub until: Timestamp,
    /// How many verdicts were known before.
    pub known_verdicts: usize,
    /// Their figures.
    pub figures: Figures,
}

impl Evaluation {
    /// Writes one JSON line a query.
    ///
    /// # Errors
    /// As the writer.
    pub fn write_outcomes(&self, mut writer: impl Write) -> io::Result<()> {
        for outcome in &self.outcomes {
            serde_json::to_writer(&mut writer, outcome)?;
            writer.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes a TREC run: `query Q0 article rank probability helpdex`.
    ///
    /// # Errors
    /// As the writer.
    pub fn write_run(&self, mut writer: impl Write) -> io::Result<()> {
        for outcome in &self.outcomes {
            for (rank, article) in (1..).zip(&outcome.ranking) {
                let QueryOutcome { query_id, .. } = outcome;
                let OutcomeArticle {
                    id, probability, ..
                } = article;
                writeln!(writer, "{query_id} Q0 {id} {rank} {probability} helpdex")?;
            }
        }
        Ok(())
    }
}
