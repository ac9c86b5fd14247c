//! The way of a ticket: cleaned, turned into a query for each locale that may answer, scored, and decided.

pub(crate) mod answer;
mod candidate;
mod decide;
mod display_order;
mod id;
pub(crate) mod options;
pub(crate) mod question;
pub(crate) mod reason;
mod similar_words;

use std::collections::BTreeMap;

use helpdex_text::{CleanTicket, Content, Locale, clean_ticket, clean_ticket_within};

use self::answer::{Outcome, Suggestions};
pub use self::candidate::matched_terms;
use self::candidate::{Candidate, best_candidates};
use self::id::suggestion_id;
use self::question::Question;
use self::reason::Reason;
use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::pool::{Pool, Scoring};
use crate::candidates::route::Route;
use crate::clock::{Deadline, Stopwatch};
use crate::error::{ErrorKind, Result};
use crate::search::scorer::Scorer;
use crate::search::view::{View, has_article};
use crate::ticket::Ticket;

/// The state that an answer leaves to the next one about the same ticket.
pub(crate) struct Session {
    /// The articles that the reader has on screen, in their order, by [`Candidate::name`].
    pub shown: Vec<String>,
    pub scorer: Scorer,
}

impl Session {
    /// Begins a session of one answer.
    pub(crate) fn single() -> Self {
        Self {
            shown: Vec::new(),
            scorer: Scorer::fresh(),
        }
    }

    /// Begins a session of a ticket that is being written.
    pub(crate) fn draft() -> Self {
        Self {
            shown: Vec::new(),
            scorer: Scorer::incremental(),
        }
    }
}

/// Answers a ticket as it stands.
pub(crate) fn suggest(
    question: &Question,
    ticket: &Ticket,
    session: &mut Session,
) -> Result<Suggestions> {
    let stopwatch = Stopwatch::start();
    let deadline = stopwatch.deadline(question.options.time_budget_ms);
    let mut answer = suggest_until(deadline, question, ticket, session)?;
    if !question.options.hide_elapsed {
        answer.elapsed_us = stopwatch.elapsed_us().max(1);
    }
    Ok(answer)
}

fn suggest_until(
    deadline: Deadline,
    question: &Question,
    ticket: &Ticket,
    session: &mut Session,
) -> Result<Suggestions> {
    let views = question.views();
    let mut answer = Suggestions::out_of_time();
    match find_answer(deadline, question, ticket, &views, session, &mut answer) {
        Err(error) if error.kind() == ErrorKind::Interrupted => {}
        found => found?,
    }
    if answer.suggestion_id.is_empty() {
        let unread = clean_ticket(None, Content::Text(""));
        answer.suggestion_id = suggestion_id(question, &views, ticket, &unread);
    }
    Ok(answer)
}

/// Fills the answer in: the way of a ticket, as ARCHITECTURE.md lists it.
///
/// # Errors
/// [`Interrupted`](ErrorKind::Interrupted) when the time has ended: nothing of the ranking is filled in then.
fn find_answer(
    deadline: Deadline,
    question: &Question,
    ticket: &Ticket,
    views: &BTreeMap<&Locale, View<'_>>,
    session: &mut Session,
    answer: &mut Suggestions,
) -> Result<()> {
    let clean = clean_in_time(ticket, deadline)?;
    answer.suggestion_id = suggestion_id(question, views, ticket, &clean);
    let route = Route::new(ticket, &clean, &question.generation, views);
    answer.searched_locales = route.locales().map(|(locale, _)| locale.clone()).collect();
    deadline.check()?;
    if clean.is_machine_written() {
        let reason = Reason::MachineWritten;
        answer.outcome = Outcome::Abstained { reason };
        return Ok(());
    }
    let mut analysed = AnalysedTicket::new(&clean);
    let logits = question.past_logits(ticket, &mut analysed);
    let past = question.past(logits.as_deref());
    let scoring = Scoring {
        scorer: &mut session.scorer,
        deadline,
        chances: question.chances(&route, past)?,
    };
    let pool = Pool::gather(
        &question.generation,
        views,
        &route,
        &mut analysed,
        past,
        scoring,
    )?;
    let ranked = pool.rank(past, question.options.popularity.into());
    let ranking = best_candidates(&pool, &ranked, past, deadline)?;
    let case = question.case(&ranking, &session.shown);
    let displayed = case.displayed();
    let shown = case.names(&displayed);
    let offered = case.offered(displayed)?;
    let outcome = if offered.is_empty() {
        let hidden = hidden_article(deadline, question, ticket, views)?;
        let reason = hidden.unwrap_or_else(|| case.why_not(&clean, &route, question.why_empty()));
        Outcome::Abstained { reason }
    } else {
        Outcome::Offered { offered }
    };
    deadline.check()?;
    session.shown = shown;
    answer.outcome = outcome;
    answer.ranking = ranking.iter().map(Candidate::ranked).collect();
    answer.answerable_probability = pool.answerable_probability(&ranked, past);
    Ok(())
}

/// Returns the customer's own words.
///
/// # Errors
/// [`Interrupted`](ErrorKind::Interrupted) when the time has ended.
fn clean_in_time(ticket: &Ticket, deadline: Deadline) -> Result<CleanTicket> {
    let subject = ticket.subject.as_deref();
    let clean = clean_ticket_within(subject, ticket.content(), &mut || deadline.go_on());
    clean.ok_or_else(Deadline::passed)
}

/// Returns the first article that an agent would be shown and that the audience may not see, if the options ask for it.
fn hidden_article(
    deadline: Deadline,
    question: &Question,
    ticket: &Ticket,
    views: &BTreeMap<&Locale, View<'_>>,
) -> Result<Option<Reason>> {
    if !question.options.told_to_agent {
        return Ok(None);
    }
    let for_agent = question.for_agent();
    let answer = suggest_until(deadline, &for_agent, ticket, &mut Session::single())?;
    let Outcome::Offered { offered } = answer.outcome else {
        return Ok(None);
    };
    for suggestion in offered {
        if !has_article(views, &suggestion.article_id)? {
            return Ok(Some(Reason::HiddenFromAudience {
                article_id: suggestion.article_id,
                title: suggestion.title,
            }));
        }
    }
    Ok(None)
}
