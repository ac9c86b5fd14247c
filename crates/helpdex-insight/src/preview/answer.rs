//! The part of an answer that a preview compares.

use helpdex::{
    Audience, KnowledgeBase, Reason, Result, SuggestOptions, Suggestion, Suggestions, Timestamp,
};

use super::report::FirstArticle;
use crate::known_ticket::KnownTicket;

/// The part of an answer that a preview compares, and what tells whether it can change.
pub(super) struct Answer {
    pub first: Option<FirstArticle>,
    /// Whether the first article is right; `None` for silence, and when nobody decided that.
    pub is_right: Option<bool>,
    /// The ids of the candidates, and of the copies that they stand for.
    pub candidates: Vec<String>,
    /// The least distance between probabilities that decide the answer: the first candidate and the second one, the first
    /// and the threshold. Infinite when nothing decides.
    pub margin: f32,
}

/// Asks tickets, and returns one answer for each.
pub(super) fn ask(
    knowledge_base: &KnowledgeBase,
    tickets: &[&KnownTicket<'_>],
    audience: &Audience,
    now: Timestamp,
    options: &SuggestOptions,
) -> Result<Vec<Answer>> {
    let batch = knowledge_base.batch(audience, now, options)?;
    let asked = tickets.iter().map(|known| Ok(known.first.ticket.clone()));
    let answers = tickets.iter().zip(batch.suggest_many(asked));
    answers
        .map(|(known, answer)| Ok(Answer::new(known, &answer?)))
        .collect()
}

impl Answer {
    fn new(known: &KnownTicket<'_>, answer: &Suggestions) -> Self {
        let first = answer.offered().first();
        let ranking = &answer.ranking;
        let mut candidates: Vec<String> = Vec::new();
        for ranked in ranking {
            candidates.push(ranked.article_id.clone());
            candidates.extend(ranked.same_as.iter().cloned());
        }
        Self {
            first: first.map(first_article),
            is_right: first.and_then(|first| known.is_right(first)),
            candidates,
            margin: margin(answer),
        }
    }

    pub(super) fn first_id(&self) -> Option<&str> {
        self.first.as_ref().map(|first| &*first.article_id)
    }
}

fn first_article(shown: &Suggestion) -> FirstArticle {
    FirstArticle {
        article_id: shown.article_id.clone(),
        title: shown.title.clone(),
        probability: shown.probability,
    }
}

fn margin(answer: &Suggestions) -> f32 {
    let mut margin = f32::INFINITY;
    if let [first, second, ..] = answer.ranking.as_slice()
        && !answer.offered().is_empty()
    {
        margin = first.probability - second.probability;
    }
    let (compared, threshold) = match (answer.offered().first(), answer.reason()) {
        (Some(shown), _) => (shown.compared_probability, shown.threshold),
        (
            None,
            Some(Reason::BelowThreshold {
                probability,
                threshold,
                ..
            }),
        ) => (*probability, *threshold),
        _ => return margin,
    };
    margin.min((compared - threshold).abs())
}
