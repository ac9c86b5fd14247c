//! `POST /v1/verdicts`.

use axum::Json;
use axum::extract::State as Shared;
use helpdex::FeedbackEvent;

use crate::access::ServerAccess;
use crate::clock;
use crate::json_body::{LargeJsonBody, check_count};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;
use crate::types::verdict::{LearnedBody, VerdictsBody};
use crate::work::on_knowledge_base;

/// The most verdicts of one request.
const MAX_VERDICTS: usize = 1_000;

/// Learns verdicts of people on tickets
///
/// When this is answered, the verdicts are on disk, cleaned and masked. They count from the next training on.
#[utoipa::path(
    post,
    path = "/v1/verdicts",
    tag = "learning",
    security(("key" = [])),
    request_body = VerdictsBody,
    responses(
        (status = 200, description = "The number of new verdicts", body = LearnedBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn learn(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
    LargeJsonBody(body): LargeJsonBody<VerdictsBody>,
) -> Result<Json<LearnedBody>, Problem> {
    check_count("verdicts", body.verdicts.len(), MAX_VERDICTS)?;
    let now = clock::now();
    let events = body
        .verdicts
        .into_iter()
        .map(|verdict| verdict.into_event(now));
    let events: Vec<FeedbackEvent> = events.collect::<Result<_, _>>()?;
    on_knowledge_base(&state, access.tenant, move |knowledge_base, _| {
        let learned = knowledge_base.learn(events)?;
        Ok(LearnedBody {
            added: learned.added,
            unknown_articles: learned.unknown_articles,
        })
    })
    .await
    .map(Json)
}
