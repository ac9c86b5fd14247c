//! Runs the whole engine over a data set in BEIR form and reports its figures beside those of two baselines.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use helpdex::confidence::LabelledPredictions;
use helpdex::report::Progress;
use helpdex::vectors::Embedder;
use helpdex::{Audience, Decision, Result, SuggestOptions, Timestamp};

use crate::answering::Engine;
use crate::baseline::{PlainBm25, popularity};
use crate::breakdown::Breakdown;
use crate::data_set::{DataSet, JudgedQuery};
use crate::evaluated_ticket;
use crate::evaluation::{ColdFigures, Evaluation, EvaluationReport};
use crate::metrics::{JudgedTicket, RankingFigures, figures, ranking_figures, reliability};
use crate::options::EvaluationOptions;
use crate::outcome::{QueryOutcome, Translations};
use crate::target::{self, LabelSource, TargetReport};
use crate::training_rounds::{is_all_cold, rounds};
use crate::worst::worst_tickets;

/// The moment at which every query is asked. No article of a data set has a validity period, so any moment will do.
pub(crate) const NOW: Timestamp = Timestamp::from_unix_seconds(0);

/// Indexes the articles of the data set in `folder`, all of them public, and answers the queries of one split.
///
/// The folder has `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`. `progress` hears of every article and of the
/// queries; when it breaks, the run ends.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use helpdex_eval::{EvaluationOptions, evaluate};
///
/// let folder = tempfile::tempdir()?;
/// std::fs::create_dir(folder.path().join("qrels"))?;
/// for (file, text) in [
///     ("corpus.jsonl", r#"{"_id": "pin", "title": "Reset your PIN"}"#),
///     ("queries.jsonl", r#"{"_id": "1", "text": "I forgot the PIN"}"#),
///     ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\tpin\t1\n"),
/// ] {
///     std::fs::write(folder.path().join(file), text)?;
/// }
/// let done = evaluate(folder.path(), &EvaluationOptions::default(), |_| ControlFlow::Continue(()))?;
/// assert_eq!(done.outcomes[0].ranking[0].id, "pin");
/// assert_eq!(done.report.figures.tickets, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```
/// use std::fs;
/// use std::ops::ControlFlow;
///
/// use helpdex_eval::{EvaluationOptions, evaluate};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path();
/// let files = [
///     ("corpus.jsonl", r#"{"_id": "pin", "title": "Reset your PIN", "text": "Press Reset.", "metadata": {"lang": "en"}}"#),
///     ("queries.jsonl", r#"{"_id": "q", "text": "how do I reset my PIN?", "metadata": {"oos": false, "lang": "en"}}"#),
///     ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq\tpin\t1\n"),
/// ];
/// fs::create_dir(folder.join("qrels")).unwrap();
/// files.map(|(name, text)| fs::write(folder.join(name), text).unwrap());
/// let run = evaluate(folder, &EvaluationOptions::default(), |_| ControlFlow::Continue(()))?;
/// assert_eq!(run.report.figures.tickets, 1);
/// assert_eq!(run.outcomes[0].ranking[0].id, "pin");
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for options out of range and for a data set with an unreadable line,
/// named with its file; [`Storage`](helpdex::ErrorKind::Storage) for a file that cannot be read;
/// [`Interrupted`](helpdex::ErrorKind::Interrupted) when `progress` breaks.
pub fn evaluate(
    folder: impl AsRef<Path>,
    options: &EvaluationOptions,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Evaluation> {
    options.check()?;
    let mut data_set = DataSet::read(folder.as_ref(), &options.split, options.vectors.as_deref())?;
    let source = target::label_source(&data_set, options);
    let mut target = TargetReport::new(&options.suggest, source);
    let rounds = rounds(&data_set.queries, &data_set.train, options);
    let dev_queries = if target.is_some() && source != LabelSource::Learned {
        rounds.len() * data_set.dev.len()
    } else {
        0
    };
    let audience = Audience::public();
    let queries = data_set.queries.len() + dev_queries;
    let given = data_set.vectors.take();
    let given = given.map(|given| -> Arc<dyn Embedder> { Arc::new(given) });
    let mut engine = Engine::new(&data_set.articles, queries, &audience, &mut progress)?;
    if let Some(embedder) = given.or_else(|| options.embedder.clone()) {
        engine = engine.with_embedder(embedder)?;
    }
    let mut outcomes: BTreeMap<usize, QueryOutcome> = BTreeMap::new();
    let mut learned = false;
    for round in rounds {
        learned |= !round.learn.is_empty();
        engine.learn(NOW, round.learn)?;
        let mut suggest = options.suggest.clone();
        if let (Some(report), Decision::TargetPrecision(target)) = (&mut target, suggest.decision) {
            let labelled = labelled_predictions(source, &mut engine, &data_set, &suggest)?;
            suggest.decision = report.decide(&labelled, &target);
        }
        let queries: Vec<&JudgedQuery> = round
            .answer
            .iter()
            .map(|&index| &data_set.queries[index])
            .collect();
        let answers = engine.answer(&queries, |_| NOW, &suggest)?;
        outcomes.extend(round.answer.into_iter().zip(answers));
    }
    let outcomes: Vec<QueryOutcome> = outcomes.into_values().collect();
    Ok(Evaluation {
        report: report(&data_set, &outcomes, options, learned, target)?,
        titles: evaluated_ticket::titles(&data_set.articles),
        tickets: evaluated_ticket::tickets(
            data_set.queries,
            &outcomes,
            &Translations::of(&data_set.articles),
        ),
        outcomes,
    })
}

/// Returns the labelled predictions from this source. Answers the dev queries first if the source includes them.
fn labelled_predictions(
    source: LabelSource,
    engine: &mut Engine<'_>,
    data_set: &DataSet,
    options: &SuggestOptions,
) -> Result<LabelledPredictions> {
    let set_size = options.set_size();
    let learned = engine
        .knowledge_base
        .labelled_predictions(&Audience::public(), set_size)?;
    if source == LabelSource::Learned {
        return Ok(learned);
    }
    let without_target = SuggestOptions {
        decision: Decision::default(),
        ..options.clone()
    };
    let translations = Translations::of(&data_set.articles);
    let queries: Vec<&JudgedQuery> = data_set.dev.iter().collect();
    let outcomes = engine.answer(&queries, |_| NOW, &without_target)?;
    let of_dev = outcomes
        .iter()
        .zip(&queries)
        .map(|(outcome, query)| outcome.labelled(query, &translations, set_size));
    let learned = learned.labels().filter(|_| source != LabelSource::Dev);
    Ok(LabelledPredictions::of_tickets(of_dev.chain(learned)))
}

/// Computes all figures of a run and of the baselines beside it.
pub(crate) fn report(
    data_set: &DataSet,
    outcomes: &[QueryOutcome],
    options: &EvaluationOptions,
    learned: bool,
    target: Option<TargetReport>,
) -> Result<EvaluationReport> {
    let translations = Translations::of(&data_set.articles);
    let answered = data_set.queries.iter().zip(outcomes);
    let judged: Vec<JudgedTicket> = answered
        .clone()
        .map(|(query, outcome)| outcome.judged(query, &translations))
        .collect();
    let by_id: Vec<JudgedTicket> = answered
        .map(|(query, outcome)| outcome.judged_by_id(query))
        .collect();
    let predictions: Vec<(f64, bool)> = judged.iter().map(JudgedTicket::prediction).collect();
    let by_popularity = popularity(&data_set.train_counts);
    let plain_bm25 = PlainBm25::new(&data_set.articles);
    let Breakdown {
        by_locale,
        by_length,
    } = Breakdown::new(data_set, &judged, options.seed);
    Ok(EvaluationReport {
        split: options.split.clone(),
        learned,
        articles: data_set.articles.len(),
        empty_articles: data_set.empty_articles,
        figures: figures(&judged, options.seed),
        figures_by_id: figures(&by_id, options.seed),
        popularity: (!by_popularity.is_empty())
            .then(|| baseline(data_set, |_| by_popularity.clone(), options.seed)),
        plain_bm25: baseline(data_set, |query| plain_bm25.rank(query), options.seed),
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

/// Returns the figures of a baseline; `rank` gives its ranking for a query.
fn baseline(
    data_set: &DataSet,
    rank: impl Fn(&JudgedQuery) -> Vec<String>,
    seed: u64,
) -> RankingFigures {
    let rankings: Vec<Vec<String>> = data_set.queries.iter().map(rank).collect();
    let graded = rankings
        .iter()
        .zip(&data_set.queries)
        .map(|(ranking, query)| (&ranking[..], &query.grades));
    ranking_figures(graded, seed)
}

fn cold_figures(judged: &[JudgedTicket], share: f64, seed: u64) -> ColdFigures {
    let (cold_tickets, cold) = figures_where(judged, share, true, seed);
    let (warm_tickets, warm) = figures_where(judged, share, false, seed);
    ColdFigures {
        share,
        cold_tickets,
        cold,
        warm_tickets,
        warm,
    }
}

/// Returns the number and the figures of the tickets whose right articles are all cold, or all warm.
fn figures_where(
    judged: &[JudgedTicket],
    share: f64,
    is_cold: bool,
    seed: u64,
) -> (usize, RankingFigures) {
    let tickets = judged
        .iter()
        .filter(move |ticket| is_all_cold(&ticket.grades, share) == Some(is_cold))
        .map(|ticket| (&ticket.ranking[..], &ticket.grades));
    (tickets.clone().count(), ranking_figures(tickets, seed))
}
