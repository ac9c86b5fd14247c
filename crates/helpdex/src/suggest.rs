//! Answers a ticket: it is cleaned, turned into a query for each locale that may answer, scored, and decided.

pub(crate) mod answer;
pub(crate) mod applied_rule;
mod candidate;
mod decide;
mod display_order;
mod id;
pub(crate) mod options;
pub(crate) mod question;
pub(crate) mod reason;
mod ruled_candidates;
mod rules_in_sight;
mod similar_words;

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::{
    CleanTicket, Content, Locale, clean_ticket, clean_ticket_within, is_small_talk,
};

use self::answer::{Outcome, Suggestions};
use self::candidate::Candidate;
pub use self::candidate::matched_terms;
use self::decide::Case;
use self::display_order::Displayed;
use self::id::suggestion_id;
use self::question::Question;
use self::reason::Reason;
use self::ruled_candidates::best_candidates;
use self::rules_in_sight::RulesInSight;
use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::pool::{Pool, Scoring};
use crate::candidates::route::Route;
use crate::clock::{Deadline, Stopwatch};
use crate::error::{ErrorKind, Result};
use crate::model::TicketScores;
use crate::search::scorer::Scorer;
use crate::search::view::{View, has_article};
use crate::ticket::Ticket;
use crate::vectors::vector::Vector;
use crate::vectors::vector_use::VectorUse;

/// What an answer leaves for the next answer about the same ticket.
pub(crate) struct Session {
    /// The articles that the reader has on screen, in their order there, by [`Candidate::name`].
    pub shown: Vec<String>,
    pub scorer: Scorer,
    is_draft: bool,
    /// The vector of the ticket where it is known already, or why there is none; an answer takes it.
    vector: Option<std::result::Result<Vector, VectorUse>>,
}

impl Session {
    /// Begins a session for a single answer.
    pub(crate) fn single() -> Self {
        Self {
            shown: Vec::new(),
            scorer: Scorer::fresh(),
            is_draft: false,
            vector: None,
        }
    }

    /// Begins a session for a ticket that is being written, with an answer after each change.
    pub(crate) fn draft() -> Self {
        Self {
            shown: Vec::new(),
            scorer: Scorer::incremental(),
            is_draft: true,
            vector: None,
        }
    }
}

/// Answers a ticket, within the time budget of the question.
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
    let asked = Asked {
        question,
        ticket,
        views: &views,
        deadline,
    };
    let mut answer = Suggestions::out_of_time();
    match asked.find_answer(session, &mut answer) {
        Err(error) if error.kind() == ErrorKind::Interrupted => {}
        found => found?,
    }
    if answer.suggestion_id.is_empty() {
        let unread = clean_ticket(None, Content::Text(""));
        let unread_vector = Err(VectorUse::NotGiven);
        let no_rules = RulesInSight::default();
        answer.suggestion_id =
            suggestion_id(question, &views, ticket, &unread, &unread_vector, &no_rules);
    }
    Ok(answer)
}

/// A question about one ticket, with the articles that may occur in its answer.
struct Asked<'a> {
    question: &'a Question,
    ticket: &'a Ticket,
    views: &'a BTreeMap<&'a Locale, View<'a>>,
    deadline: Deadline,
}

impl Asked<'_> {
    /// Finds the ranking and the outcome and writes them into `answer`, in the steps that ARCHITECTURE.md lists.
    ///
    /// # Errors
    /// [`Interrupted`](ErrorKind::Interrupted) when the time has ended; the answer then has no ranking.
    fn find_answer(&self, session: &mut Session, answer: &mut Suggestions) -> Result<()> {
        let (question, views, deadline) = (self.question, self.views, self.deadline);
        let clean = clean_in_time(self.ticket, deadline)?;
        let vector = session.vector.take().unwrap_or_else(|| {
            let deadline = (!session.is_draft).then_some(deadline);
            question.ticket_vector(self.ticket, &clean, views, deadline)
        });
        let rules = RulesInSight::of(&question.generation, views, question.now)?;
        answer.suggestion_id = suggestion_id(question, views, self.ticket, &clean, &vector, &rules);
        answer.vectors = vector.as_ref().err().copied().unwrap_or(VectorUse::Used);
        let mut analysed = AnalysedTicket::new(&clean);
        let declared = self.ticket.locale.as_ref();
        let route = Route::new(declared, &mut analysed, &question.generation, views)?;
        answer.searched_locales = route.locales().map(|(locale, _)| locale.clone()).collect();
        deadline.check()?;
        if clean.is_machine_written() {
            let reason = Reason::MachineWritten;
            answer.outcome = Outcome::Abstained { reason };
            return Ok(());
        }
        let of_ticket = vector.as_ref().ok();
        let rules = rules.matching(self.ticket, &mut analysed, &route);
        let evidence = question.past_evidence(self.ticket, &mut analysed, of_ticket);
        let past = question.past(evidence.as_ref());
        let scoring = Scoring {
            scorer: &mut session.scorer,
            vector: of_ticket,
            pinned: &rules.pinned_keys(),
            deadline,
        };
        let generation = &question.generation;
        let pool = Pool::gather(generation, views, &route, &mut analysed, past, scoring)?;
        let past = past.map(|past| pool.as_gone_by(past));
        if of_ticket.is_some() && !pool.goes_by_vectors() {
            answer.vectors = VectorUse::NotTrusted;
        }
        let goes_by_vectors = past.map_or(pool.goes_by_vectors(), |past| past.by_vector.is_some());
        let ranked = pool.rank(past, question.options.popularity.into());
        let candidates = best_candidates(&pool, &ranked, &rules, past, deadline)?;
        // Past tickets know what a common word of theirs is about.
        let is_said = past.is_some() || pool.tells_enough();
        let tells_enough = is_said && !is_small_talk_alone(&clean);
        let case = question.case(&candidates, &session.shown, tells_enough, goes_by_vectors);
        let displayed = case.displayed();
        let shown = case.names(&displayed);
        let outcome = self.decide(&case, displayed, &clean, &route, &vector)?;
        deadline.check()?;
        session.shown = shown;
        answer.outcome = outcome;
        answer.ranking = candidates.in_order().map(Candidate::ranked).collect();
        answer.applied_rules = candidates.applied();
        answer.answerable_probability = pool.answerable_probability(&ranked, past);
        Ok(())
    }

    /// Returns the pinned and the displayed candidates as an offer, or the reason why there is none.
    fn decide(
        &self,
        case: &Case<'_>,
        displayed: Vec<Displayed>,
        clean: &CleanTicket,
        route: &Route,
        vector: &std::result::Result<Vector, VectorUse>,
    ) -> Result<Outcome> {
        let offered = case.offered(displayed)?;
        if !offered.is_empty() {
            return Ok(Outcome::Offered { offered });
        }
        let reason = match self.hidden_article(vector)? {
            Some(hidden) => hidden,
            None => case.why_not(clean, route, self.question.why_empty()),
        };
        Ok(Outcome::Abstained { reason })
    }

    /// Returns a reason that names the first article that an agent would be offered and that the audience may not see;
    /// `None` unless the options ask for it.
    fn hidden_article(
        &self,
        vector: &std::result::Result<Vector, VectorUse>,
    ) -> Result<Option<Reason>> {
        if !self.question.options.told_to_agent {
            return Ok(None);
        }
        let for_agent = self.question.for_agent();
        let session = &mut Session {
            vector: Some(vector.clone()),
            ..Session::single()
        };
        let answer = suggest_until(self.deadline, &for_agent, self.ticket, session)?;
        let Outcome::Offered { offered } = answer.outcome else {
            return Ok(None);
        };
        for suggestion in offered {
            if !has_article(self.views, &suggestion.article_id)? {
                return Ok(Some(Reason::HiddenFromAudience {
                    article_id: suggestion.article_id,
                    title: suggestion.title,
                }));
            }
        }
        Ok(None)
    }
}

/// Returns the id of the best article for a ticket and the input of the shipped curve, as if nothing had been learned.
pub(crate) fn shipped_evidence(
    question: &Question,
    ticket: &Ticket,
) -> Result<Option<(String, TicketScores)>> {
    let views = question.views();
    let clean = clean_in_time(ticket, Deadline::NEVER)?;
    let mut analysed = AnalysedTicket::new(&clean);
    let declared = ticket.locale.as_ref();
    let route = Route::new(declared, &mut analysed, &question.generation, &views)?;
    let scoring = Scoring {
        scorer: &mut Scorer::fresh(),
        vector: None,
        pinned: &BTreeSet::new(),
        deadline: Deadline::NEVER,
    };
    let generation = &question.generation;
    Pool::gather(generation, &views, &route, &mut analysed, None, scoring)?.shipped_evidence()
}

/// Whether all words of a ticket are small talk, in any language, whatever the languages of the articles.
fn is_small_talk_alone(clean: &CleanTicket) -> bool {
    let texts = [clean.subject(), clean.text()];
    let mut written = texts.into_iter().filter(|text| !text.is_empty());
    written.clone().next().is_some() && written.all(is_small_talk)
}

/// Cleans a ticket, which leaves the customer's own words.
///
/// # Errors
/// [`Interrupted`](ErrorKind::Interrupted) when the time has ended.
fn clean_in_time(ticket: &Ticket, deadline: Deadline) -> Result<CleanTicket> {
    let subject = ticket.subject.as_deref();
    let clean = clean_ticket_within(subject, ticket.content(), &mut || deadline.go_on());
    clean.ok_or_else(Deadline::passed)
}
