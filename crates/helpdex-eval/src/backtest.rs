//! Solved tickets in the order in which they came, each answered by what was known before.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use helpdex::{
    Article, Audience, Decision, Error, KnowledgeBase, Progress, Result, SolvedTicket,
    SuggestOptions, Ticket, Verdict,
};

use crate::answering::{Answering, answer_all};
use crate::data_set::{DataSet, JudgedQuery, TrainCounts};
use crate::evaluate::report;
use crate::evaluated_ticket;
use crate::evaluation::{Evaluation, PeriodFigures};
use crate::metrics::{JudgedTicket, figures};
use crate::options::EvaluationOptions;
use crate::outcome::QueryOutcome;
use crate::target::{LabelSource, TargetReport};

/// How tickets are replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct BacktestOptions {
    /// Into how many parts of about as many tickets the time is cut, 2 to 1,000; 12 unless said. Before each part
    /// everything that came before it is learned.
    pub periods: usize,
    /// For whom the tickets are answered: the public unless said. Tickets that only articles outside of it solved are
    /// passed over.
    pub audience: Audience,
    /// How suggestions are made.
    pub suggest: SuggestOptions,
    /// Drives the bootstrap; 1 unless said.
    pub seed: u64,
}

impl Default for BacktestOptions {
    fn default() -> Self {
        let EvaluationOptions { suggest, seed, .. } = EvaluationOptions::default();
        Self {
            periods: 12,
            audience: Audience::public(),
            suggest,
            seed,
        }
    }
}

/// Replays solved tickets in the order of time. The time is cut into parts; before each one everything that people had
/// decided before it began is learned, and nothing else, and its tickets are answered by that. So the figures are those
/// that a help center would have had, if anything a bit worse: within a part nothing is learned.
///
/// A ticket comes at the moment of its first verdict. The articles are those that are given, as they are now: one that was
/// written after a ticket answers it all the same, unless its `valid_from` tells, and one that begins within a part is
/// there from the next part on. What an
/// agent linked or a customer said to have helped is right, and a ticket with a verdict that no article helps has no answer.
/// Tickets without text, and those with clicks and rejections alone, are learned and not asked.
///
/// The figures are those of [`evaluate`](crate::evaluate()), with one row a part in
/// [`by_period`](crate::EvaluationReport::by_period). `progress` is told of every article and ticket; when it breaks, the
/// replay ends.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for options out of range, verdicts that contradict themselves, and when
/// no ticket can be asked, [`Interrupted`](helpdex::ErrorKind::Interrupted).
pub fn backtest(
    articles: Vec<Article>,
    verdicts: &[SolvedTicket],
    options: &BacktestOptions,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Evaluation> {
    if !(2..=1_000).contains(&options.periods) {
        return Err(Error::invalid(format!(
            "periods {} is out of range; give 2 to 1000",
            options.periods
        )));
    }
    options.suggest.check()?;
    let queries = queries(&articles, verdicts, &options.audience);
    if queries.is_empty() {
        return Err(Error::invalid(format!(
            "none of the {} verdicts is on a ticket with text that an article for this audience solved, or none; give the \
             tickets' text, and articles by the ids that the verdicts name",
            verdicts.len()
        )));
    }
    let total = articles.len() + queries.len();
    let mut data_set = DataSet {
        articles,
        empty_articles: 0,
        queries,
        train: Vec::new(),
        dev: Vec::new(),
        train_counts: TrainCounts::new(),
    };
    let knowledge_base = KnowledgeBase::in_memory();
    knowledge_base.sync(data_set.articles.iter().cloned())?;
    let suggest = &options.suggest;
    let mut target = TargetReport::new(suggest, LabelSource::Learned);
    let mut answered = data_set.articles.len();
    let mut outcomes = Vec::with_capacity(data_set.queries.len());
    let mut parts = Vec::new();
    for part in parts_of_time(&data_set.queries, options.periods) {
        let queries: Vec<&JudgedQuery> = data_set.queries[part.clone()].iter().collect();
        let from = queries[0].at;
        let known = verdicts.iter().filter(|verdict| verdict.at < from);
        let known: Vec<SolvedTicket> = known.cloned().collect();
        let known_verdicts = known.len();
        knowledge_base.publish_with_tickets(from, known, |p| {
            progress(Progress {
                done: p.done,
                total,
            })
        })?;
        let mut suggest = suggest.clone();
        if let (Some(report), Decision::TargetPrecision(target)) = (&mut target, suggest.decision) {
            let labelled =
                knowledge_base.labelled_predictions(&options.audience, suggest.set_size())?;
            suggest.decision = report.decide(&labelled, &target);
        }
        let answering = Answering {
            audience: &options.audience,
            now: |query: &JudgedQuery| query.at,
            options: &suggest,
        };
        outcomes.extend(answer_all(
            &knowledge_base,
            &queries,
            &answering,
            &mut |done| {
                progress(Progress {
                    done: answered + done,
                    total,
                })
            },
        )?);
        answered += queries.len();
        parts.push((part, known_verdicts));
    }
    let learned = parts.iter().any(|(_, known)| *known > 0);
    let evaluation_options = EvaluationOptions {
        split: "backtest".to_owned(),
        suggest: suggest.clone(),
        seed: options.seed,
        ..EvaluationOptions::default()
    };
    let mut report = report(&data_set, &outcomes, &evaluation_options, learned, target)?;
    report.by_period = parts
        .into_iter()
        .map(|(part, known)| {
            let queries = &data_set.queries[part.clone()];
            period_figures(queries, &outcomes[part], known, options.seed)
        })
        .collect();
    Ok(Evaluation {
        report,
        titles: evaluated_ticket::titles(&data_set.articles),
        tickets: evaluated_ticket::tickets(std::mem::take(&mut data_set.queries), &outcomes),
        outcomes,
    })
}

/// Of queries, which are not none, and their outcomes.
fn period_figures(
    queries: &[JudgedQuery],
    outcomes: &[QueryOutcome],
    known_verdicts: usize,
    seed: u64,
) -> PeriodFigures {
    let judged: Vec<JudgedTicket> = outcomes
        .iter()
        .zip(queries)
        .map(|(outcome, query)| outcome.judged(query))
        .collect();
    PeriodFigures {
        from: queries[0].at,
        until: queries[queries.len() - 1].at,
        known_verdicts,
        figures: figures(&judged, seed),
    }
}

/// The tickets that can be asked and judged, in the order in which they came, those of one moment by id.
fn queries(
    articles: &[Article],
    verdicts: &[SolvedTicket],
    audience: &Audience,
) -> Vec<JudgedQuery> {
    let in_sight: BTreeSet<&str> = articles
        .iter()
        .filter(|article| {
            let fields = article.fields();
            audience.sees_class(fields.visibility) && audience.sees_segments(&fields.user_segments)
        })
        .map(Article::id)
        .collect();
    let mut by_ticket: BTreeMap<&str, Vec<&SolvedTicket>> = BTreeMap::new();
    for verdict in verdicts {
        by_ticket
            .entry(&verdict.ticket_id)
            .or_default()
            .push(verdict);
    }
    let mut queries: Vec<JudgedQuery> = by_ticket
        .into_iter()
        .filter_map(|(id, verdicts)| query(id, &verdicts, &in_sight))
        .collect();
    // Stable: they are in the order of their ids.
    queries.sort_by_key(|query| query.at);
    queries
}

fn query(id: &str, verdicts: &[&SolvedTicket], in_sight: &BTreeSet<&str>) -> Option<JudgedQuery> {
    let (ticket, text) = verdicts.iter().find_map(|verdict| {
        let text = text_of(&verdict.ticket);
        (!text.trim().is_empty()).then(|| (verdict.ticket.clone(), text))
    })?;
    let at = verdicts.iter().map(|verdict| verdict.at).min()?;
    let right: BTreeSet<&str> = verdicts
        .iter()
        .filter(|verdict| matches!(verdict.verdict, Verdict::Linked | Verdict::Resolved))
        .flat_map(|verdict| verdict.articles.iter().map(String::as_str))
        .collect();
    let grades: BTreeMap<String, u32> = right
        .iter()
        .filter(|article| in_sight.contains(*article))
        .map(|article| ((*article).to_owned(), 1))
        .collect();
    let is_unanswerable = right.is_empty()
        && verdicts
            .iter()
            .any(|verdict| verdict.verdict == Verdict::NoArticle);
    (is_unanswerable || !grades.is_empty()).then(|| JudgedQuery {
        id: id.to_owned(),
        ticket,
        text,
        at,
        grades,
        unanswerable: is_unanswerable.then(String::new),
    })
}

/// Subject and text after cleaning.
fn text_of(ticket: &Ticket) -> String {
    let clean = ticket.clean();
    format!("{}\n{}", clean.subject(), clean.text())
}

/// Parts of about as many queries, none empty; those of one moment stay together.
fn parts_of_time(queries: &[JudgedQuery], periods: usize) -> Vec<std::ops::Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for period in 1..=periods {
        let mut end = (queries.len() * period / periods).max(start);
        while end > 0 && end < queries.len() && queries[end].at == queries[end - 1].at {
            end += 1;
        }
        if end > start {
            parts.push(start..end);
            start = end;
        }
    }
    parts
}
