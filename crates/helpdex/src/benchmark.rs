//! Runs the whole engine over a data set in BEIR form and reports its figures beside two baselines.

mod baseline;
mod breakdown;
mod data_set;
mod evaluated;
mod extract;
mod worst;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use helpdex_text::Locale;
use serde::Serialize;

use self::baseline::{PlainBm25, popularity};
use self::breakdown::Breakdown;
pub use self::breakdown::LengthBand;
use self::data_set::{DataSet, JudgedQuery};
pub use self::evaluated::EvaluatedTicket;
pub(crate) use self::extract::extract;
use self::worst::worst_tickets;
pub use self::worst::{ExplainedArticle, WorstTicket};
use crate::audience::Audience;
use crate::eval::{
    CurvePoint, Figures, JudgedTicket, LabelledPredictions, RankingFigures, ReliabilityBin,
    figures, ranking_figures, reliability,
};
use crate::knowledge_base::Progress;
use crate::suggest::{RankedArticle, Reason, SuggestOptions, Suggestions};
use crate::{Error, ErrorKind, KnowledgeBase, Result, Timestamp};

/// How a data set is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchmarkOptions {
    /// The split whose queries are answered: `test` unless said.
    pub split: String,
    /// How suggestions are made; what is asked of every query alike.
    pub suggest: SuggestOptions,
    /// Drives the bootstrap intervals.
    pub seed: u64,
}

impl Default for BenchmarkOptions {
    fn default() -> Self {
        Self {
            split: "test".to_owned(),
            suggest: SuggestOptions::default(),
            seed: 1,
        }
    }
}

/// The answers to every query of a split, and their figures.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Benchmark {
    /// The figures.
    pub report: BenchmarkReport,
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
pub struct BenchmarkReport {
    /// The split.
    pub split: String,
    /// Whether anything was learned from the train split. This version never does.
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
    /// What each threshold of the top probability would mean, strictest first; at most 50 points.
    pub curve: Vec<CurvePoint>,
    /// How true the top probability is, lowest first; at most 10 bins.
    pub reliability: Vec<ReliabilityBin>,
    /// The figures of the tickets of each locale: the declared one, else the one that the text looks like.
    pub by_locale: BTreeMap<Locale, Figures>,
    /// The figures of the tickets by their words, fewest first; lengths that no ticket has are left out.
    pub by_length: Vec<LengthBand>,
    /// The answerable tickets with the lowest nDCG@10, those below 1, at most 10: the worst first, of equal ones that
    /// with the highest top probability, then by id.
    pub worst: Vec<WorstTicket>,
}

/// The answer to one query.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct QueryOutcome {
    /// The query's id.
    pub query_id: String,
    /// `offered` or `abstained`.
    pub outcome: &'static str,
    /// Why it abstained.
    pub reason: Option<Reason>,
    /// Ids of the articles that were offered, best first.
    pub offered: Vec<String>,
    /// Up to 10 articles, best first, offered or not.
    pub ranking: Vec<OutcomeArticle>,
    /// How long it took, in microseconds.
    pub elapsed_us: u64,
}

/// An article of [`QueryOutcome::ranking`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OutcomeArticle {
    /// The article's id.
    pub id: String,
    /// That it answers the query, in (0, 1).
    pub probability: f32,
}

/// Indexes the articles of the data set in `folder`, all of them public, and answers the queries of one split.
///
/// The folder has `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`. `progress` is told of every article and
/// query; when it breaks, the run ends.
///
/// # Errors
/// [`InvalidInput`](ErrorKind::InvalidInput) for a data set that cannot be read, with file and line,
/// [`Storage`](ErrorKind::Storage) for a file that cannot, [`Interrupted`](ErrorKind::Interrupted).
pub fn benchmark(
    folder: impl AsRef<Path>,
    options: &BenchmarkOptions,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Benchmark> {
    let data_set = DataSet::read(folder.as_ref(), &options.split)?;
    let total = data_set.articles.len() + data_set.queries.len();
    let knowledge_base = KnowledgeBase::in_memory();
    knowledge_base.sync(data_set.articles.iter().cloned())?;
    knowledge_base.publish_with_progress(NOW, |p| {
        progress(Progress {
            done: p.done,
            total,
        })
    })?;
    let answered = data_set.articles.len();
    let outcomes = answer_all(&knowledge_base, &data_set.queries, options, &mut |done| {
        progress(Progress {
            done: answered + done,
            total,
        })
    })?;
    Ok(Benchmark {
        report: report(&data_set, &outcomes, options)?,
        titles: evaluated::titles(&data_set.articles),
        tickets: evaluated::tickets(data_set.queries, &outcomes),
        outcomes,
    })
}

/// No article of a data set begins or ends, so that any moment will do.
const NOW: Timestamp = Timestamp::from_unix_seconds(0);

/// Answers on all cores; the outcomes are in the order of the queries, and do not depend on how many cores there are.
fn answer_all(
    knowledge_base: &KnowledgeBase,
    queries: &[JudgedQuery],
    options: &BenchmarkOptions,
    progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Vec<QueryOutcome>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let work = || {
        let mut answers = Vec::new();
        while !stopped.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(query) = queries.get(index) else {
                break;
            };
            let audience = Audience::public();
            let answer = knowledge_base.suggest(&query.ticket, &audience, NOW, &options.suggest)?;
            answers.push((index, QueryOutcome::new(&query.id, answer)));
        }
        Ok(answers)
    };
    let mut answers: Vec<(usize, QueryOutcome)> = Vec::with_capacity(queries.len());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            if progress(next.load(Ordering::Relaxed).min(queries.len())).is_break() {
                stopped.store(true, Ordering::Relaxed);
            }
            thread::sleep(std::time::Duration::from_millis(20));
        }
        for worker in workers {
            let done: Result<Vec<_>> = worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            answers.extend(done?);
        }
        Ok::<(), Error>(())
    })?;
    if stopped.into_inner() {
        return Err(Error::new(
            ErrorKind::Interrupted,
            "the evaluation was interrupted",
        ));
    }
    answers.sort_by_key(|(index, _)| *index);
    Ok(answers.into_iter().map(|(_, outcome)| outcome).collect())
}

fn report(
    data_set: &DataSet,
    outcomes: &[QueryOutcome],
    options: &BenchmarkOptions,
) -> Result<BenchmarkReport> {
    let judged: Vec<JudgedTicket> = data_set
        .queries
        .iter()
        .zip(outcomes)
        .map(|(query, outcome)| outcome.judged(query))
        .collect();
    let baseline = |rankings: &[Vec<String>]| {
        let graded = rankings
            .iter()
            .zip(&data_set.queries)
            .map(|(ranking, query)| (&ranking[..], &query.grades));
        ranking_figures(graded, options.seed)
    };
    let predictions: Vec<(f64, bool)> = judged.iter().map(JudgedTicket::prediction).collect();
    let by_popularity = popularity(&data_set.train);
    let plain_bm25 = PlainBm25::new(&data_set.articles);
    let plain_rankings: Vec<Vec<String>> = data_set
        .queries
        .iter()
        .map(|query| plain_bm25.rank(query))
        .collect();
    let Breakdown {
        by_locale,
        by_length,
    } = Breakdown::new(data_set, &judged, options.seed);
    Ok(BenchmarkReport {
        split: options.split.clone(),
        learned: false,
        articles: data_set.articles.len(),
        empty_articles: data_set.empty_articles,
        figures: figures(&judged, options.seed),
        popularity: (!by_popularity.is_empty())
            .then(|| baseline(&vec![by_popularity; data_set.queries.len()])),
        plain_bm25: baseline(&plain_rankings),
        by_locale,
        by_length,
        curve: LabelledPredictions::new(predictions.iter().copied()).curve(),
        reliability: reliability(&predictions),
        worst: worst_tickets(data_set, &judged, outcomes)?,
    })
}

impl Benchmark {
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
                let OutcomeArticle { id, probability } = article;
                writeln!(writer, "{query_id} Q0 {id} {rank} {probability} helpdex")?;
            }
        }
        Ok(())
    }
}

impl QueryOutcome {
    fn new(query_id: &str, answer: Suggestions) -> Self {
        let reason = answer.reason();
        Self {
            query_id: query_id.to_owned(),
            outcome: if reason.is_none() {
                "offered"
            } else {
                "abstained"
            },
            reason,
            offered: answer
                .offered()
                .iter()
                .map(|suggestion| suggestion.article_id.clone())
                .collect(),
            ranking: answer
                .ranking
                .into_iter()
                .map(
                    |RankedArticle {
                         article_id,
                         probability,
                     }| OutcomeArticle {
                        id: article_id,
                        probability,
                    },
                )
                .collect(),
            elapsed_us: answer.elapsed_us,
        }
    }

    fn judged(&self, query: &JudgedQuery) -> JudgedTicket {
        JudgedTicket {
            ranking: self.ranking.iter().map(|a| a.id.clone()).collect(),
            top_probability: self.ranking.first().map_or(0.0, |a| a.probability.into()),
            first_offered: self.offered.first().cloned(),
            grades: query.grades.clone(),
            unanswerable: query.unanswerable.clone(),
        }
    }
}

/// The train judgements, as far as the baselines need them: how many tickets each article answered.
type TrainCounts = BTreeMap<String, usize>;

/// Where the files of a data set are, by the names that BEIR gives them.
const CORPUS_FILE: &str = "corpus.jsonl";
const QUERIES_FILE: &str = "queries.jsonl";
const QRELS_FOLDER: &str = "qrels";
