//! The result of a run: its figures and its answers.

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

/// The answers to all queries of a split, and their figures.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// The figures over all queries of the split.
    pub report: EvaluationReport,
    /// The answers, one per query, in the order of the data set.
    pub outcomes: Vec<QueryOutcome>,
    /// The tickets with their answers, one per query, in the order of the data set.
    pub tickets: Vec<EvaluatedTicket>,
    /// The titles of the articles, by id.
    pub titles: BTreeMap<String, String>,
}

/// The figures of a run over one split.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EvaluationReport {
    /// The name of the split whose queries were answered.
    pub split: String,
    /// Whether the engine learned from tickets before it answered.
    pub learned: bool,
    /// The number of articles that were searched.
    pub articles: usize,
    /// The number of empty articles of the data set, which were left out.
    pub empty_articles: usize,
    /// The figures of Helpdex. An article counts as right when a judged one is among its copies or its translations.
    pub figures: Figures,
    /// The same figures, but only the judged article itself counts as right.
    pub figures_by_id: Figures,
    /// The ranking figures of a baseline that ranks articles by their number of train tickets and ignores the text; `None`
    /// without train tickets.
    pub popularity: Option<RankingFigures>,
    /// The ranking figures of a baseline that scores title and body as one field with BM25.
    pub plain_bm25: RankingFigures,
    /// The thresholds chosen for the target precision; `None` without a target.
    pub target: Option<TargetReport>,
    /// Precision and coverage at thresholds of the top probability, strictest first; at most 50 points.
    pub curve: Vec<CurvePoint>,
    /// The reliability of the top probability by bins, lowest first; at most 10.
    pub reliability: Vec<ReliabilityBin>,
    /// The ranking figures of articles with and without learned tickets; `None` unless
    /// [`cold`](crate::EvaluationOptions::cold) is set.
    pub cold: Option<ColdFigures>,
    /// The figures by locale of the ticket: the declared locale, else the detected one.
    pub by_locale: BTreeMap<Locale, Figures>,
    /// The figures by number of words of the ticket, shortest first; bands without tickets are left out.
    pub by_length: Vec<LengthBand>,
    /// The figures of each period of a back-test, oldest first; empty for other runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_period: Vec<PeriodFigures>,
    /// The answerable tickets with the lowest nDCG@10, worst first: at most 10, and only those below 1. Equal ones are
    /// ordered by the higher top probability, then by id.
    pub worst: Vec<WorstTicket>,
}

/// The ranking figures of tickets whose right articles have no learned tickets (cold), and of tickets whose right
/// articles have some (warm).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ColdFigures {
    /// The share of articles whose tickets were not learned, in [0, 1].
    pub share: f64,
    /// The number of answerable tickets whose right articles are all cold.
    pub cold_tickets: usize,
    /// The ranking figures of the cold tickets.
    pub cold: RankingFigures,
    /// The number of answerable tickets whose right articles are all warm.
    pub warm_tickets: usize,
    /// The ranking figures of the warm tickets.
    pub warm: RankingFigures,
}

/// The figures of one period of a back-test.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PeriodFigures {
    /// The moment at which the first ticket of the period arrived.
    pub from: Timestamp,
    /// The moment at which the last ticket of the period arrived.
    pub until: Timestamp,
    /// The number of verdicts that were known when the period began.
    pub known_verdicts: usize,
    /// The figures of the tickets of the period.
    pub figures: Figures,
}

impl Evaluation {
    /// Writes one JSON line per query.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_outcomes(&self, mut writer: impl Write) -> io::Result<()> {
        for outcome in &self.outcomes {
            serde_json::to_writer(&mut writer, outcome)?;
            writer.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes the rankings as a TREC run, one line for each article: `query Q0 article rank probability helpdex`.
    ///
    /// # Errors
    /// Those of the writer.
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
