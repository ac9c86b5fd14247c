//! Predicts past tickets with models that were not trained on them.

use std::collections::BTreeSet;

use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::pool::{Pool, Scoring};
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
        let is_of_fold = |byte: u8| usize::from(byte) % FOLDS == fold;
        match self {
            Self::Requesters => is_of_fold(training_ticket.requester[0]),
            Self::Articles => {
                let mut groups = training_ticket.past.right.keys();
                groups.any(|group| is_of_fold(group.to_le_bytes()[7]))
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
        let declared = past.solved.locale.as_ref();
        let mut analysed = AnalysedTicket::new(&training_ticket.clean);
        let route = Route::new(declared, &mut analysed, self.generation, self.views)?;
        let pool = Pool::gather(
            self.generation,
            self.views,
            &route,
            &mut analysed,
            Some(known),
            Scoring {
                scorer: &mut Scorer::fresh(),
                vector: vector.filter(|_| by_vector.is_some()),
                pinned: &BTreeSet::new(),
                deadline: Deadline::NEVER,
            },
        )?;
        let known = pool.as_gone_by(known);
        let evidence = pool.evidence(known);
        // A candidate stands for its copies.
        let among_candidates = |is_right: &dyn Fn(&u64) -> bool| -> Vec<usize> {
            (0..evidence.groups.len())
                .filter(|&index| evidence.groups[index].iter().any(is_right))
                .collect()
        };
        let right = among_candidates(&|group| past.right.contains_key(group));
        let decision = past.decided().map(|decided| Decision {
            right: among_candidates(&|group| decided.contains(group)),
            kind: past.kind(),
            times: past.repetitions.times.clone(),
        });
        let is_named = |group: &u64| {
            let class = whole.class_of(*group);
            class.is_some_and(|class| whole.head.solved[class] > 0.0)
        };
        let groups = evidence.groups.iter();
        let is_named = groups.map(|groups| groups.iter().any(is_named)).collect();
        Ok(Some(HeldOutTicket {
            is_missed: right.is_empty() && !past.has_no_article,
            beside: pool.beside(known),
            beside_by_words: pool.beside(known.by_words()),
            choice: Choice {
                candidates: evidence.candidates,
                is_named,
                silence: evidence.silence,
                right,
                weight: past.weight.into(),
            },
            decision,
            locale: route.exact.first().cloned(),
            requester: training_ticket.requester[1],
            has_vector: known.by_vector.is_some(),
        }))
    }
}
