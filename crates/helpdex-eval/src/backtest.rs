//! Back-test: solved tickets in chronological order, each answered with what was known before it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use helpdex::report::Progress;
use helpdex::vectors::Embedder;
use helpdex::{
    Article, Audience, Decision, Error, FeedbackEvent, Result, SuggestOptions, Ticket, Verdict,
};

use crate::answering::Engine;
use crate::data_set::{DataSet, JudgedQuery, TrainCounts};
use crate::evaluate::report;
use crate::evaluated_ticket;
use crate::evaluation::{Evaluation, PeriodFigures};
use crate::metrics::{JudgedTicket, figures};
use crate::options::EvaluationOptions;
use crate::outcome::{QueryOutcome, Translations};
use crate::target::{LabelSource, TargetReport};

/// Options of a back-test.
#[derive(Debug, Clone)]
pub struct BacktestOptions {
    /// The number of periods that the time is divided into, 2 to 1,000; 12 by default. All periods have about the same
    /// number of tickets. Before each one the engine learns everything that came before it.
    pub periods: usize,
    /// The audience of the answers; the public by default. Tickets that were solved only by articles outside of it are
    /// skipped.
    pub audience: Audience,
    /// The model that embeds articles and tickets; `None` goes by words.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// The options with which every ticket is asked.
    pub suggest: SuggestOptions,
    /// The seed of the bootstrap intervals; 1 by default.
    pub seed: u64,
}

impl Default for BacktestOptions {
    fn default() -> Self {
        let EvaluationOptions { suggest, seed, .. } = EvaluationOptions::default();
        Self {
            periods: 12,
            audience: Audience::public(),
            embedder: None,
            suggest,
            seed,
        }
    }
}

/// Replays solved tickets in chronological order.
///
/// The time is cut into periods. Before each period the engine learns the verdicts that were given before it began, and
/// nothing else; then it answers the tickets of the period. So the figures are those that a help center would have had,
/// or slightly worse, because nothing is learned within a period.
///
/// A ticket arrives at the moment of its first verdict. An article that an agent linked, or that a customer said to have
/// helped, is right. A ticket with a verdict that no article helps, and without a right article, is unanswerable. An unlinked
/// ticket is asked too: an article that is shown for it counts as wrong, so that the selective precision is a lower bound. Tickets
/// without text, and tickets with only clicks and rejections, are learned but not asked.
///
/// The articles are used as they are now. An article that was written after a ticket can still answer it, unless
/// `valid_from` says that it did not exist yet; one that begins within a period exists from the next period on.
///
/// The figures are those of [`evaluate`](crate::evaluate()), with one entry per period in
/// [`by_period`](crate::EvaluationReport::by_period). `progress` hears of every article and of the tickets; when it
/// breaks, the replay ends.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use helpdex::{Article, ArticleFields, FeedbackEvent, Ticket, Timestamp, Verdict, Visibility};
/// use helpdex_eval::{BacktestOptions, backtest};
///
/// let article = Article::new(ArticleFields {
///     id: "pin".into(),
///     locale: "en".into(),
///     title: "Reset your PIN".into(),
///     visibility: Visibility::Public,
///     ..ArticleFields::default()
/// })?;
/// let verdicts: Vec<FeedbackEvent> = (0..4)
///     .map(|day| FeedbackEvent {
///         ticket_id: format!("ticket {day}"),
///         ticket: Ticket::from_text("I forgot the PIN"),
///         at: Timestamp::from_unix_seconds(86_400 * day),
///         articles: vec!["pin".to_owned()],
///         verdict: Verdict::Linked,
///         key: None,
///     })
///     .collect();
/// let options = BacktestOptions { periods: 2, ..BacktestOptions::default() };
/// let done = backtest(vec![article], &verdicts, &options, |_| ControlFlow::Continue(()))?;
/// assert_eq!(done.report.by_period.len(), 2);
/// assert_eq!(done.report.by_period[1].known_verdicts, 2);
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// ```
/// use std::ops::ControlFlow;
///
/// use helpdex::{Article, ArticleFields, FeedbackEvent, Ticket, Timestamp, Verdict, Visibility};
/// use helpdex_eval::{BacktestOptions, backtest};
///
/// let article = Article::new(ArticleFields {
///     id: "pin".into(),
///     locale: "en".into(),
///     title: "Reset your PIN".into(),
///     visibility: Visibility::Public,
///     ..ArticleFields::default()
/// })?;
/// let solved: Vec<FeedbackEvent> = (0..4)
///     .map(|day| FeedbackEvent {
///         ticket_id: day.to_string(),
///         ticket: Ticket::from_text("how do I reset my PIN?"),
///         at: Timestamp::from_unix_seconds(day * 86_400),
///         verdict: Verdict::Linked,
///         articles: vec!["pin".into()],
///         key: None,
///     })
///     .collect();
/// let options = BacktestOptions { periods: 2, ..BacktestOptions::default() };
/// let run = backtest(vec![article], &solved, &options, |_| ControlFlow::Continue(()))?;
/// assert_eq!(run.report.figures.tickets, 4);
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for options out of range, for contradictory verdicts, and when no
/// ticket can be asked; [`Interrupted`](helpdex::ErrorKind::Interrupted) when `progress` breaks.
pub fn backtest(
    articles: Vec<Article>,
    verdicts: &[FeedbackEvent],
    options: &BacktestOptions,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Evaluation> {
    options.check()?;
    let queries = queries(&articles, verdicts, &options.audience);
    if queries.is_empty() {
        return Err(Error::invalid(format!(
            "none of the {} verdicts is on a ticket that can be asked; give the text of the tickets, and the articles whose \
             ids the verdicts name",
            verdicts.len()
        )));
    }
    let mut engine = Engine::new(&articles, queries.len(), &options.audience, &mut progress)?;
    if let Some(embedder) = &options.embedder {
        engine = engine.with_embedder(Arc::clone(embedder))?;
    }
    let replayed = replay(&mut engine, &queries, verdicts, options)?;
    let data_set = DataSet {
        articles,
        empty_articles: 0,
        queries,
        train: Vec::new(),
        dev: Vec::new(),
        train_counts: TrainCounts::new(),
        vectors: None,
    };
    let evaluation_options = EvaluationOptions {
        split: "backtest".to_owned(),
        suggest: options.suggest.clone(),
        seed: options.seed,
        ..EvaluationOptions::default()
    };
    let Replayed {
        outcomes,
        periods,
        target,
    } = replayed;
    let learned = periods.iter().any(|period| period.known_verdicts > 0);
    let mut report = report(&data_set, &outcomes, &evaluation_options, learned, target)?;
    let translations = Translations::of(&data_set.articles);
    report.by_period = periods
        .into_iter()
        .map(|period| period.figures(&data_set, &outcomes, &translations, options.seed))
        .collect();
    Ok(Evaluation {
        report,
        titles: evaluated_ticket::titles(&data_set.articles),
        tickets: evaluated_ticket::tickets(data_set.queries, &outcomes, &translations),
        outcomes,
    })
}

impl BacktestOptions {
    fn check(&self) -> Result<()> {
        if !(2..=1_000).contains(&self.periods) {
            return Err(Error::invalid(format!(
                "periods {} is out of range; give 2 to 1000",
                self.periods
            )));
        }
        self.suggest.check()
    }
}

/// The answers to the queries of all periods, oldest first, with their periods.
struct Replayed {
    outcomes: Vec<QueryOutcome>,
    periods: Vec<Period>,
    target: Option<TargetReport>,
}

/// A period of the time, which always has at least one query.
struct Period {
    /// The indices of the period's queries among all queries.
    queries: Range<usize>,
    /// The number of verdicts that were known when the period began.
    known_verdicts: usize,
}

fn replay(
    engine: &mut Engine<'_>,
    queries: &[JudgedQuery],
    verdicts: &[FeedbackEvent],
    options: &BacktestOptions,
) -> Result<Replayed> {
    let mut replayed = Replayed {
        outcomes: Vec::with_capacity(queries.len()),
        periods: Vec::new(),
        target: TargetReport::new(&options.suggest, LabelSource::Learned),
    };
    for range in periods_of(queries, options.periods) {
        let from = queries[range.start].at;
        let known = verdicts.iter().filter(|verdict| verdict.at < from);
        let known: Vec<FeedbackEvent> = known.cloned().collect();
        let known_verdicts = known.len();
        engine.learn(from, known)?;
        let mut suggest = options.suggest.clone();
        if let (Some(report), Decision::TargetPrecision(target)) =
            (&mut replayed.target, suggest.decision)
        {
            let labelled = engine
                .knowledge_base
                .labelled_predictions(&options.audience, suggest.set_size())?;
            suggest.decision = report.decide(&labelled, &target);
        }
        let asked: Vec<&JudgedQuery> = queries[range.clone()].iter().collect();
        let answers = engine.answer(&asked, |query| query.at, &suggest)?;
        replayed.outcomes.extend(answers);
        replayed.periods.push(Period {
            queries: range,
            known_verdicts,
        });
    }
    Ok(replayed)
}

impl Period {
    /// Returns the figures of the period, from the queries and outcomes of all periods.
    fn figures(
        self,
        data_set: &DataSet,
        outcomes: &[QueryOutcome],
        translations: &Translations<'_>,
        seed: u64,
    ) -> PeriodFigures {
        let queries = &data_set.queries;
        let queries_of_period = &queries[self.queries.clone()];
        let judged: Vec<JudgedTicket> = outcomes[self.queries.clone()]
            .iter()
            .zip(queries_of_period)
            .map(|(outcome, query)| outcome.judged(query, translations))
            .collect();
        PeriodFigures {
            from: queries[self.queries.start].at,
            until: queries[self.queries.end - 1].at,
            known_verdicts: self.known_verdicts,
            figures: figures(&judged, seed),
        }
    }
}

/// Returns the tickets that can be asked and judged, in chronological order, tickets of one moment by id.
fn queries(
    articles: &[Article],
    verdicts: &[FeedbackEvent],
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
    let mut by_ticket: BTreeMap<&str, Vec<&FeedbackEvent>> = BTreeMap::new();
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

fn query(id: &str, verdicts: &[&FeedbackEvent], in_sight: &BTreeSet<&str>) -> Option<JudgedQuery> {
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
    let said: BTreeSet<Verdict> = verdicts.iter().map(|verdict| verdict.verdict).collect();
    let is_unanswerable = right.is_empty() && said.contains(&Verdict::NoArticle);
    let is_unlinked = right.is_empty() && said.contains(&Verdict::Unlinked);
    (is_unanswerable || is_unlinked || !grades.is_empty()).then(|| JudgedQuery {
        id: id.to_owned(),
        ticket,
        text,
        at,
        grades,
        unanswerable: is_unanswerable.then(String::new),
    })
}

/// Returns the subject and the text of a ticket after cleaning.
fn text_of(ticket: &Ticket) -> String {
    let clean = ticket.clean();
    format!("{}\n{}", clean.subject(), clean.text())
}

/// Cuts the queries into periods of about as many queries, none empty. Queries of one moment stay together.
fn periods_of(queries: &[JudgedQuery], periods: usize) -> Vec<Range<usize>> {
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
