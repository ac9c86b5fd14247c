//! Past tickets, put to models that do not know them.

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

/// The number of parts into which tickets are cut, each predicted by a model of the others, and the most tickets that
/// are predicted in this way. About fifteen weights are fitted to them.
const FOLDS: usize = 5;
pub(super) const MAX_HELD_OUT: usize = 2_000;

/// The knowledge that is withheld from a model about the tickets that it predicts.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum HeldOut {
    /// No other ticket of the same requester.
    Requesters,
    /// Nothing of the articles that are right: as if these were new.
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

    /// Returns the number of folds to use, at most [`FOLDS`]. Few weights of the blend concern new articles.
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

    /// Returns the held-out ticket; `None` when neither an article nor abstaining is known to be right.
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
        let known = Past {
            model,
            logits: &model.score(&training_ticket.terms),
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
                deadline: Deadline::NEVER,
            },
        )?;
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
            at: past.solved.at.unix_seconds(),
        });
        let is_named = |group: &u64| {
            let class = whole.class_of(*group);
            class.is_some_and(|class| whole.head.solved[class] > 0.0)
        };
        let named = evidence
            .groups
            .iter()
            .map(|groups| groups.iter().any(is_named));
        let is_named = named.collect();
        Ok(Some(HeldOutTicket {
            is_missed: right.is_empty() && !past.has_no_article,
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
        }))
    }
}
