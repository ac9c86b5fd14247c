//! The way of a ticket: cleaned, turned into a query for each locale that may answer, scored, and decided.

pub(crate) mod answer;
mod candidate;
mod decide;
mod display_order;
mod id;
pub(crate) mod options;
pub(crate) mod reason;
mod similar_words;

use std::collections::BTreeMap;
use std::sync::Arc;

use helpdex_text::{CleanTicket, Content, Locale, clean_ticket, clean_ticket_within};

use self::answer::{Outcome, RankedArticle, Suggestion, Suggestions};
pub use self::candidate::matched_terms;
use self::candidate::{Candidate, best_candidates};
use self::decide::Case;
use self::options::SuggestOptions;
use self::reason::Reason;
use crate::audience::Audience;
use crate::candidates::past::past_logits;
use crate::candidates::pool::{Past, Pool, Scoring};
use crate::candidates::route::Route;
use crate::clock::{Deadline, Stopwatch};
use crate::confidence::NoThreshold;
use crate::error::{ErrorKind, Result};
use crate::index::columns::Facets;
use crate::search::chance_coverage::ChanceCoverage;
use crate::search::scorer::Scorer;
use crate::search::view::{View, has_article};
use crate::snapshot::generation::Generation;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

/// How many candidates the ranking holds at most.
const RANKING_LIMIT: usize = 10;

/// A question: who asks what of which generation.
#[derive(Clone)]
pub(crate) struct Question {
    pub generation: Arc<Generation>,
    pub audience: Audience,
    pub now: Timestamp,
    /// In range.
    pub options: SuggestOptions,
    /// The least probability that is offered, or why there is none.
    threshold: std::result::Result<f32, NoThreshold>,
}

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

impl Question {
    /// # Errors
    /// [`InvalidInput`](ErrorKind::InvalidInput) for options out of range.
    pub(crate) fn new(
        generation: Arc<Generation>,
        audience: &Audience,
        now: Timestamp,
        options: &SuggestOptions,
    ) -> Result<Self> {
        options.check()?;
        Ok(Self {
            threshold: decide::threshold(options, &generation, audience),
            generation,
            audience: audience.clone(),
            now,
            options: options.clone(),
        })
    }

    /// Answers a ticket as it stands.
    pub(crate) fn suggest(&self, ticket: &Ticket, session: &mut Session) -> Result<Suggestions> {
        let stopwatch = Stopwatch::start();
        let deadline = stopwatch.deadline(self.options.time_budget_ms);
        let mut answer = self.suggest_until(deadline, ticket, session)?;
        if !self.options.hide_elapsed {
            answer.elapsed_us = stopwatch.elapsed_us().max(1);
        }
        Ok(answer)
    }

    fn suggest_until(
        &self,
        deadline: Deadline,
        ticket: &Ticket,
        session: &mut Session,
    ) -> Result<Suggestions> {
        let passes = |facets: &_| self.options.filter.passes(facets);
        let views = self.generation.views(&self.audience, self.now, passes);
        let subject = ticket.subject.as_deref();
        let mut go_on = || deadline.go_on();
        let Some(clean) = clean_ticket_within(subject, ticket.content(), &mut go_on) else {
            let unread = clean_ticket(None, Content::Text(""));
            let id = id::suggestion_id(self, &views, ticket, &unread);
            return Ok(Found::out_of_time().into_suggestions(id, Vec::new()));
        };
        let route = Route::new(ticket, &clean, &self.generation, &views);
        let asked = Asked {
            question: self,
            deadline,
            ticket,
            clean: &clean,
            views: &views,
            route: &route,
        };
        let found = match asked.answer(&session.shown, &mut session.scorer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => Found::out_of_time(),
            found => found?,
        };
        if let Some(shown) = &found.shown {
            session.shown.clone_from(shown);
        }
        let id = id::suggestion_id(self, &views, ticket, &clean);
        let searched = route.locales().map(|(locale, _)| locale.clone()).collect();
        Ok(found.into_suggestions(id, searched))
    }

    /// Returns how much of a text an article covers by chance, among the articles that pass the filter.
    fn chances(&self, route: &Route) -> Result<BTreeMap<Locale, ChanceCoverage>> {
        let passes = |facets: &Facets| self.options.filter.passes(facets);
        route
            .locales()
            .map(|(locale, _)| {
                let chance =
                    self.generation
                        .filtered_chance_coverage(&self.audience, locale, passes)?;
                Ok((locale.clone(), chance))
            })
            .collect()
    }

    /// Returns the question that an agent would ask.
    fn for_agent(&self) -> Self {
        let audience = Audience::internal();
        let options = SuggestOptions {
            told_to_agent: false,
            ..self.options.clone()
        };
        Self {
            threshold: decide::threshold(&options, &self.generation, &audience),
            generation: Arc::clone(&self.generation),
            audience,
            now: self.now,
            options,
        }
    }
}

/// A question about one ticket, cleaned, with the articles that exist for it.
struct Asked<'a> {
    question: &'a Question,
    deadline: Deadline,
    ticket: &'a Ticket,
    clean: &'a CleanTicket,
    views: &'a BTreeMap<&'a Locale, View<'a>>,
    route: &'a Route,
}

impl Asked<'_> {
    /// # Errors
    /// [`Interrupted`](ErrorKind::Interrupted) when the time has ended.
    fn answer(&self, shown_before: &[String], scorer: &mut Scorer) -> Result<Found> {
        self.deadline.check()?;
        let Question {
            generation,
            audience,
            options,
            threshold,
            ..
        } = self.question;
        let model = generation.model(audience);
        let logits = model.map(|model| past_logits(model, self.ticket, self.clean));
        let past = model
            .zip(logits.as_deref())
            .map(|(model, logits)| Past { model, logits });
        let scoring = Scoring {
            scorer,
            deadline: self.deadline,
            chances: match past {
                Some(_) => BTreeMap::new(),
                None => self.question.chances(self.route)?,
            },
        };
        let pool = Pool::gather(
            generation, self.views, self.route, self.clean, past, scoring,
        )?;
        let ranked = pool.rank(past, options.popularity.into());
        let ranking = best_candidates(&pool, &ranked, past, self.deadline)?;
        let case = Case {
            options,
            threshold: *threshold,
            ranking: &ranking,
            shown_before,
        };
        let displayed = case.displayed();
        let shown = displayed
            .iter()
            .map(|shown| ranking[shown.index].name.clone());
        let shown = shown.collect();
        let offered = case.offered(displayed)?;
        let outcome = if offered.is_empty() {
            self.abstained(&case)?
        } else {
            Outcome::Offered { offered }
        };
        self.deadline.check()?;
        Ok(Found {
            outcome,
            shown: Some(shown),
            ranking: ranking.iter().map(Candidate::ranked).collect(),
            answerable_probability: pool.answerable_probability(&ranked, past),
        })
    }

    fn abstained(&self, case: &Case<'_>) -> Result<Outcome> {
        let Question {
            generation,
            audience,
            options,
            ..
        } = self.question;
        let hidden = if options.told_to_agent {
            self.hidden_article()?
        } else {
            None
        };
        let reason = match hidden {
            Some(hidden) => Reason::HiddenFromAudience {
                article_id: hidden.article_id,
                title: hidden.title,
            },
            None => case.why_not(
                self.clean,
                self.route,
                decide::why_empty(generation, audience),
            ),
        };
        Ok(Outcome::Abstained { reason })
    }

    /// Returns the article that an agent would be shown first, of those that are not in sight of the views.
    fn hidden_article(&self) -> Result<Option<Suggestion>> {
        let for_agent = self.question.for_agent();
        let answer = for_agent.suggest_until(self.deadline, self.ticket, &mut Session::single())?;
        let Outcome::Offered { offered } = answer.outcome else {
            return Ok(None);
        };
        for suggestion in offered {
            if !has_article(self.views, &suggestion.article_id)? {
                return Ok(Some(suggestion));
            }
        }
        Ok(None)
    }
}

/// The part of an answer that takes time to find.
struct Found {
    outcome: Outcome,
    /// The articles that are shown, by [`Candidate::name`]; `None` when the time ended before they were known.
    shown: Option<Vec<String>>,
    ranking: Vec<RankedArticle>,
    answerable_probability: f32,
}

impl Found {
    fn out_of_time() -> Self {
        Self {
            outcome: Outcome::Abstained {
                reason: Reason::Deadline,
            },
            shown: None,
            ranking: Vec::new(),
            answerable_probability: 0.0,
        }
    }

    fn into_suggestions(self, suggestion_id: String, searched_locales: Vec<Locale>) -> Suggestions {
        Suggestions {
            suggestion_id,
            outcome: self.outcome,
            ranking: self.ranking,
            answerable_probability: self.answerable_probability,
            searched_locales,
            elapsed_us: 0,
        }
    }
}
