//! Runs the whole engine over a data set in BEIR form and reports its figures beside two baselines.

mod backtest;
mod baseline;
mod breakdown;
mod data_set;
mod evaluated;
mod extract;
mod lesson_plan;
mod shipped_weights;
mod target;
mod worst;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use helpdex_text::Locale;
use serde::Serialize;

pub use self::backtest::{BacktestOptions, PeriodFigures, backtest};
use self::baseline::{PlainBm25, popularity};
use self::breakdown::Breakdown;
pub use self::breakdown::LengthBand;
use self::data_set::{DataSet, JudgedQuery};
pub use self::evaluated::EvaluatedTicket;
pub(crate) use self::extract::extract;
use self::lesson_plan::{is_all_cold, rounds};
pub use self::shipped_weights::fit_shipped_weights;
pub use self::target::{ChosenThreshold, LabelSource, TargetReport};
use self::worst::worst_tickets;
pub use self::worst::{ExplainedArticle, WorstTicket};
use crate::audience::Audience;
use crate::eval::{
    CurvePoint, Figures, JudgedTicket, LabelledPredictions, RankingFigures, ReliabilityBin,
    figures, ranking_figures, reliability,
};
use crate::knowledge_base::Progress;
use crate::suggest::decision_rule::DecisionRule;
use crate::suggest::{RankedArticle, Reason, SuggestOptions, Suggestions};
use crate::{Error, ErrorKind, KnowledgeBase, Result, Timestamp};

/// How a data set is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchmarkOptions {
    /// The split whose queries are answered: `test` unless said.
    pub split: String,
    /// What is learned from the train split.
    pub learning: Learning,
    /// The share of the articles whose tickets are not learned, in [0, 1]; which ones, a hash of their ids tells. The
    /// report then has the figures of both parts. `None`: all are learned.
    pub cold: Option<f64>,
    /// How suggestions are made; what is asked of every query alike.
    pub suggest: SuggestOptions,
    /// Drives the bootstrap intervals.
    pub seed: u64,
}

/// What is learned before the queries of a split are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Learning {
    /// The train split; when that is what is answered, four fifths of it for each fifth.
    Train,
    /// Nothing.
    Nothing,
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

impl Default for BenchmarkOptions {
    fn default() -> Self {
        Self {
            split: "test".to_owned(),
            learning: Learning::Train,
            cold: None,
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
    /// That any article answers; not among the lines that are written, whose form is fixed.
    #[serde(skip)]
    pub answerable_probability: f32,
}

/// An article of [`QueryOutcome::ranking`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OutcomeArticle {
    /// The article's id.
    pub id: String,
    /// That it answers the query, in (0, 1).
    pub probability: f32,
    /// That it or one before it does; not among the lines that are written.
    #[serde(skip)]
    pub cumulative_probability: f32,
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
    if let Some(share) = options.cold
        && !(0.0..=1.0).contains(&share)
    {
        return Err(Error::invalid(format!(
            "cold {share} is out of range; give a share of the articles, 0 to 1"
        )));
    }
    let source = target::label_source(&data_set, options);
    let mut target = TargetReport::new(&options.suggest, source);
    let rounds = rounds(&data_set.queries, &data_set.train, options);
    let dev_queries = if target.is_some() && source != LabelSource::Learned {
        rounds.len() * data_set.dev.len()
    } else {
        0
    };
    let total = data_set.articles.len() + data_set.queries.len() + dev_queries;
    let knowledge_base = KnowledgeBase::in_memory();
    knowledge_base.sync(data_set.articles.iter().cloned())?;
    let mut answered = data_set.articles.len();
    let mut outcomes: BTreeMap<usize, QueryOutcome> = BTreeMap::new();
    let mut learned = false;
    for round in rounds {
        learned |= !round.learn.is_empty();
        knowledge_base.publish_with_tickets(NOW, round.learn, |p| {
            progress(Progress {
                done: p.done,
                total,
            })
        })?;
        let queries: Vec<&JudgedQuery> = round
            .answer
            .iter()
            .map(|&index| &data_set.queries[index])
            .collect();
        let mut answer = |queries: &[&JudgedQuery], rule: &DecisionRule| {
            let answering = Answering {
                audience: &Audience::public(),
                now: |_: &JudgedQuery| NOW,
                options: &options.suggest,
                rule,
            };
            let answers = answer_all(&knowledge_base, queries, &answering, &mut |done| {
                progress(Progress {
                    done: answered + done,
                    total,
                })
            });
            answered += queries.len();
            answers
        };
        let mut rule = DecisionRule::MinProbability(options.suggest.min_probability);
        if let Some(target) = &mut target {
            let labelled = source.labelled_predictions(
                &knowledge_base,
                &data_set.dev,
                options.suggest.set_size(),
                |dev| answer(dev, &rule),
            )?;
            rule = target.decide(&labelled, &options.suggest);
        }
        let answers = answer(&queries, &rule)?;
        outcomes.extend(round.answer.into_iter().zip(answers));
    }
    let outcomes: Vec<QueryOutcome> = outcomes.into_values().collect();
    Ok(Benchmark {
        report: report(&data_set, &outcomes, options, learned, target)?,
        titles: evaluated::titles(&data_set.articles),
        tickets: evaluated::tickets(data_set.queries, &outcomes),
        outcomes,
    })
}

/// No article of a data set begins or ends, so that any moment will do.
const NOW: Timestamp = Timestamp::from_unix_seconds(0);

/// How queries are answered.
struct Answering<'a, N> {
    audience: &'a Audience,
    /// When each of them is asked.
    now: N,
    options: &'a SuggestOptions,
    rule: &'a DecisionRule,
}

/// Answers on all cores; the outcomes are in the order of the queries, and do not depend on how many cores there are.
fn answer_all<N: Fn(&JudgedQuery) -> Timestamp + Sync>(
    knowledge_base: &KnowledgeBase,
    queries: &[&JudgedQuery],
    answering: &Answering<'_, N>,
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
            let answer = knowledge_base.suggest_by_rule(
                &query.ticket,
                answering.audience,
                (answering.now)(query),
                answering.options,
                answering.rule,
            )?;
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
    learned: bool,
    target: Option<TargetReport>,
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
    let by_popularity = popularity(&data_set.train_counts);
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
        learned,
        articles: data_set.articles.len(),
        empty_articles: data_set.empty_articles,
        figures: figures(&judged, options.seed),
        popularity: (!by_popularity.is_empty())
            .then(|| baseline(&vec![by_popularity; data_set.queries.len()])),
        plain_bm25: baseline(&plain_rankings),
        cold: options
            .cold
            .map(|share| cold_figures(&judged, share, options.seed)),
        by_locale,
        by_length,
        by_period: Vec::new(),
        target,
        curve: LabelledPredictions::new(predictions.iter().copied()).curve(),
        reliability: reliability(&predictions),
        worst: worst_tickets(data_set, &judged, outcomes)?,
    })
}

fn cold_figures(judged: &[JudgedTicket], share: f64, seed: u64) -> ColdFigures {
    let of = |is_cold: bool| {
        let tickets = judged
            .iter()
            .filter(move |ticket| is_all_cold(&ticket.grades, share) == Some(is_cold))
            .map(|ticket| (&ticket.ranking[..], &ticket.grades));
        (tickets.clone().count(), ranking_figures(tickets, seed))
    };
    let (cold_tickets, cold) = of(true);
    let (warm_tickets, warm) = of(false);
    ColdFigures {
        share,
        cold_tickets,
        cold,
        warm_tickets,
        warm,
    }
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
                let OutcomeArticle {
                    id, probability, ..
                } = article;
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
                         cumulative_probability,
                     }| OutcomeArticle {
                        id: article_id,
                        probability,
                        cumulative_probability,
                    },
                )
                .collect(),
            elapsed_us: answer.elapsed_us,
            answerable_probability: answer.answerable_probability,
        }
    }

    /// How probable it was that any of the first `set_size` articles answers, and whether one does.
    fn prediction(&self, query: &JudgedQuery, set_size: usize) -> (f64, bool) {
        let first = &self.ranking[..set_size.min(self.ranking.len())];
        let judged = self.judged(query);
        let probability = first.last().map_or(0.0, |last| last.cumulative_probability);
        let is_right = first
            .iter()
            .any(|article| judged.is_right(Some(&article.id)));
        (probability.into(), is_right)
    }

    fn judged(&self, query: &JudgedQuery) -> JudgedTicket {
        JudgedTicket {
            ranking: self.ranking.iter().map(|a| a.id.clone()).collect(),
            top_probability: self.ranking.first().map_or(0.0, |a| a.probability.into()),
            answerable_probability: self.answerable_probability.into(),
            offered: self.offered.clone(),
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
