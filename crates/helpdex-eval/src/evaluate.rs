//! Runs the whole engine over a data set in BEIR form and reports its figures beside two baselines.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use helpdex::confidence::LabelledPredictions;
use helpdex::{
    Audience, Decision, Error, KnowledgeBase, Progress, Result, SuggestOptions, Timestamp,
};

use crate::answering::{Answering, answer_all};
use crate::baseline::{PlainBm25, popularity};
use crate::breakdown::Breakdown;
use crate::data_set::{DataSet, JudgedQuery};
use crate::evaluated_ticket;
use crate::evaluation::{ColdFigures, Evaluation, EvaluationReport};
use crate::lesson_plan::{is_all_cold, rounds};
use crate::metrics::{JudgedTicket, figures, ranking_figures, reliability};
use crate::options::EvaluationOptions;
use crate::outcome::QueryOutcome;
use crate::target::{self, LabelSource, TargetReport};
use crate::worst::worst_tickets;

/// No article of a data set begins or ends, so that any moment will do.
pub(crate) const NOW: Timestamp = Timestamp::from_unix_seconds(0);

/// Indexes the articles of the data set in `folder`, all of them public, and answers the queries of one split.
///
/// The folder has `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`. `progress` is told of every article and
/// query; when it breaks, the run ends.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a data set that cannot be read, with file and line,
/// [`Storage`](helpdex::ErrorKind::Storage) for a file that cannot, [`Interrupted`](helpdex::ErrorKind::Interrupted).
pub fn evaluate(
    folder: impl AsRef<Path>,
    options: &EvaluationOptions,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Evaluation> {
    options.suggest.check()?;
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
        let mut answer = |queries: &[&JudgedQuery], options: &SuggestOptions| {
            let answering = Answering {
                audience: &Audience::public(),
                now: |_: &JudgedQuery| NOW,
                options,
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
        let mut suggest = options.suggest.clone();
        if let (Some(report), Decision::TargetPrecision(target)) = (&mut target, suggest.decision) {
            let unlimited = SuggestOptions {
                decision: Decision::default(),
                ..suggest.clone()
            };
            let labelled = source.labelled_predictions(
                &knowledge_base,
                &data_set.dev,
                options.suggest.set_size(),
                |dev| answer(dev, &unlimited),
            )?;
            suggest.decision = report.decide(&labelled, &target);
        }
        let answers = answer(&queries, &suggest)?;
        outcomes.extend(round.answer.into_iter().zip(answers));
    }
    let outcomes: Vec<QueryOutcome> = outcomes.into_values().collect();
    Ok(Evaluation {
        report: report(&data_set, &outcomes, options, learned, target)?,
        titles: evaluated_ticket::titles(&data_set.articles),
        tickets: evaluated_ticket::tickets(data_set.queries, &outcomes),
        outcomes,
    })
}

pub(crate) fn report(
    data_set: &DataSet,
    outcomes: &[QueryOutcome],
    options: &EvaluationOptions,
    learned: bool,
    target: Option<TargetReport>,
) -> Result<EvaluationReport> {
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
    Ok(EvaluationReport {
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
