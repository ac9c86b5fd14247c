//! `POST /v1/suggest`.

use axum::Json;
use axum::extract::State as Shared;
use helpdex::{Audience, KnowledgeBase, SuggestOptions, Ticket};

use crate::access::Access;
use crate::clock;
use crate::json_body::JsonBody;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;
use crate::types::answer::AnswerBody;
use crate::types::ticket::TicketBody;
use crate::work::on_knowledge_base;

/// Suggests articles for a finished ticket
///
/// Without a reader token the answer is for the public. Every ticket has an answer: articles, or the reason for abstaining.
#[utoipa::path(
    post,
    path = "/v1/suggest",
    tag = "suggestions",
    security((), ("key" = []), ("key" = [], "reader" = [])),
    request_body = TicketBody,
    responses(
        (status = 200, description = "The answer", body = AnswerBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn suggest(
    Shared(state): Shared<State>,
    access: Access,
    JsonBody(body): JsonBody<TicketBody>,
) -> Result<Json<AnswerBody>, Problem> {
    let (ticket, options) = body.into_question()?;
    let Access {
        tenant, audience, ..
    } = access;
    let answer = on_knowledge_base(&state, tenant, move |knowledge_base, left_ms| {
        answer(knowledge_base, &ticket, &audience, options, left_ms)
    })
    .await?;
    state.metrics.count_answer(answer.outcome_or_reason());
    Ok(Json(answer))
}

/// Answers a ticket within `left_ms` milliseconds.
pub(crate) fn answer(
    knowledge_base: &KnowledgeBase,
    ticket: &Ticket,
    audience: &Audience,
    options: SuggestOptions,
    left_ms: u64,
) -> Result<AnswerBody, Problem> {
    let options = SuggestOptions {
        time_budget_ms: Some(left_ms),
        ..options
    };
    let generation = knowledge_base.generation();
    let answer = knowledge_base.suggest(ticket, audience, clock::now(), &options)?;
    Ok(AnswerBody::of(&answer, generation))
}
