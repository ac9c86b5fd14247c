//! `POST /v1/draft`.

use axum::Json;
use axum::extract::State as Shared;
use helpdex::SuggestOptions;

use crate::access::Access;
use crate::clock;
use crate::json_body::JsonBody;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;
use crate::types::answer::AnswerBody;
use crate::types::ticket::DraftBody;
use crate::work::on_knowledge_base;

/// The most entries of a list on screen: no answer offers more.
const MAX_SHOWN: usize = 10;

/// Suggests articles for a ticket that is being written
///
/// The service keeps nothing between two requests: send the text and what is on screen. An article then moves for a clear
/// gap of probability only.
#[utoipa::path(
    post,
    path = "/v1/draft",
    tag = "suggestions",
    security((), ("key" = []), ("key" = [], "reader" = [])),
    request_body = DraftBody,
    responses(
        (status = 200, description = "The answer", body = AnswerBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn draft(
    Shared(state): Shared<State>,
    access: Access,
    JsonBody(body): JsonBody<DraftBody>,
) -> Result<Json<AnswerBody>, Problem> {
    let DraftBody { ticket, shown } = body;
    if shown.len() > MAX_SHOWN {
        return Err(Problem::invalid(format!(
            "shown has {} entries; give at most {MAX_SHOWN}",
            shown.len()
        )));
    }
    let (ticket, options) = ticket.into_question()?;
    let Access {
        tenant, audience, ..
    } = access;
    let answer = on_knowledge_base(&state, tenant, move |knowledge_base, left_ms| {
        let options = SuggestOptions {
            time_budget_ms: Some(left_ms),
            ..options
        };
        let generation = knowledge_base.generation();
        let draft = knowledge_base.draft(&audience, clock::now(), &options)?;
        let answer = draft.showing(shown).suggest(&ticket)?;
        Ok(AnswerBody::of(&answer, generation))
    })
    .await?;
    state.metrics.count_answer(answer.outcome_or_reason());
    Ok(Json(answer))
}
