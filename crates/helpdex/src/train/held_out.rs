//! Predicts past tickets with models that were not trained on them.

use std::collections::BTreeSet;

use helpdex_text::Locale;

use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::pool::{Evidence, Pool, Scoring};
use crate::candidates::route::Route;
use crate::clock::Deadline;
use crate::error::Result;
use crate::model::ticket_model::{Past, TicketModel};
use crate::search::scorer::Scorer;
use crate::train::blend_fit::Choice;
use crate::train::labels::{Decision, HeldOutTicket};
use crate::train::trainer::Trainer;
use crate::train::training_ticket::TrainingTicket;

/// The number of parts into which tickets are cut; each part is predicted by a model of the others.
const FOLDS: usize = 5;
/// The most tickets that are predicted in this way. About fifteen weights are fitted to them.
pub(super) const MAX_HELD_OUT: usize = 2_000;

/// What a model does not know about the tickets that it predicts.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum HeldOut {
    /// The model knows no ticket of the requester of a predicted ticket.
    Requesters,
    /// The model knows no ticket that the right articles of a predicted ticket solved, as if these articles were new.
    Articles,
}

impl HeldOut {
    fn takes(self, training_ticket: &TrainingTicket<'_>, fold: usize) -> bool {
        match self {
            Self::Requesters => fold_of(training_ticket.requester[0]) == fold,
            Self::Articles => {
                let mut groups = training_ticket.past.right.keys();
                groups.any(|group| fold_of(group.to_le_bytes()[7]) == fold)
            }
        }
    }

    /// Returns the most parts that are predicted, at most [`FOLDS`]; two are enough for new articles, which few weights
    /// of the blend concern.
    fn most_folds(self) -> usize {
        match self {
            Self::Requesters => FOLDS,
            Self::Articles => 2,
        }
    }
}

fn fold_of(byte: u8) -> usize {
    usize::from(byte) % FOLDS
}

impl Trainer<'_> {
    /// Returns the predictions of held-out tickets by models that were not trained on them.
    pub(super) fn held_out_tickets(
        &self,
        training_tickets: &[TrainingTicket<'_>],
        whole: &TicketModel,
        held_out: HeldOut,
    ) -> Result<Vec<HeldOutTicket>> {
        let mut tickets = Vec::new();
        // No more of them than have the tickets that are asked.
        let folds = (FOLDS * MAX_HELD_OUT)
            .div_ceil(training_tickets.len())
            .clamp(1, held_out.most_folds());
        let share = MAX_HELD_OUT.div_ceil(folds);
        for fold in 0..folds {
            let (known, rest): (Vec<&TrainingTicket<'_>>, Vec<&TrainingTicket<'_>>) =
                training_tickets
                    .iter()
                    .partition(|training_ticket| held_out.takes(training_ticket, fold));
            if known.is_empty()
                || rest
                    .iter()
                    .all(|training_ticket| training_ticket.past.right.is_empty())
            {
                continue;
            }
            let model = self.model(&rest);
            for training_ticket in known.into_iter().take(share) {
                tickets.extend(self.held_out_ticket(training_ticket, &model, whole)?);
            }
        }
        Ok(tickets)
    }

    /// Returns a ticket with its prediction by a model that does not know it; `None` when people did not decide that an
    /// article is right or that none is.
    pub(super) fn held_out_ticket(
        &self,
        training_ticket: &TrainingTicket<'_>,
        model: &TicketModel,
        whole: &TicketModel,
    ) -> Result<Option<HeldOutTicket>> {
        let past = &training_ticket.past;
        if past.right.is_empty() && !past.has_no_article {
            return Ok(None);
        }
        let vector = past.solved.vector.as_ref();
        let by_vector = vector.and_then(|vector| model.score_vector(vector));
        let known = Past {
            model,
            logits: &model.score(&training_ticket.terms),
            by_vector: by_vector.as_deref(),
            taught: &model.taught(&training_ticket.terms),
        };
        let (pool, locale) = self.pool(training_ticket, known)?;
        let known = pool.as_gone_by(known);
        let evidence = pool.evidence(known);
        let right = candidates_of(&evidence, |group| past.right.contains_key(group));
        let decision = past.decided().map(|decided| Decision {
            right: candidates_of(&evidence, |group| decided.contains(group)),
            kind: past.kind(),
            times: past.repetitions.times.clone(),
        });
        Ok(Some(HeldOutTicket {
            is_missed: right.is_empty() && !past.has_no_article,
            beside: pool.beside(known),
            beside_by_words: pool.beside(known.by_words()),
            choice: Choice {
                is_named: are_named(&evidence, whole),
                candidates: evidence.candidates,
                silence: evidence.silence,
                right,
                weight: past.weight.into(),
            },
            decision,
            locale,
            requester: training_ticket.requester[1],
            has_vector: known.by_vector.is_some(),
        }))
    }

    /// Returns the candidates for a ticket, and the locale that is searched first for it.
    fn pool(
        &self,
        training_ticket: &TrainingTicket<'_>,
        known: Past<'_>,
    ) -> Result<(Pool<'_>, Option<Locale>)> {
        let solved = training_ticket.past.solved;
        let mut analysed = AnalysedTicket::new(&training_ticket.clean);
        let route = Route::new(
            solved.locale.as_ref(),
            &mut analysed,
            self.generation,
            self.views,
        )?;
        let vector = solved.vector.as_ref();
        let pool = Pool::gather(
            self.generation,
            self.views,
            &route,
            &mut analysed,
            Some(known),
            Scoring {
                scorer: &mut Scorer::fresh(),
                vector: vector.filter(|_| known.by_vector.is_some()),
                pinned: &BTreeSet::new(),
                deadline: Deadline::NEVER,
            },
        )?;
        Ok((pool, route.exact.first().cloned()))
    }
}

/// Returns the indices of the candidates of the groups for which `is_meant` holds. A candidate stands for its copies.
fn candidates_of(evidence: &Evidence, is_meant: impl Fn(&u64) -> bool) -> Vec<usize> {
    let candidates = evidence.groups.iter().enumerate();
    let meant = candidates.filter(|(_, groups)| groups.iter().any(&is_meant));
    meant.map(|(index, _)| index).collect()
}

/// Returns for each candidate whether a ticket that `model` knows named it or one of its copies.
fn are_named(evidence: &Evidence, model: &TicketModel) -> Vec<bool> {
    let candidates = evidence.groups.iter();
    candidates
        .map(|groups| groups.iter().any(|group| model.has_solved(*group)))
        .collect()
}
