//! `POST /v1/events`.

use axum::Json;
use axum::extract::State as Shared;
use helpdex::events::InteractionEvent;

use crate::access::Access;
use crate::clock;
use crate::json_body::{JsonBody, check_count};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;
use crate::types::event::{EventsBody, RecordedBody};
use crate::work::on_knowledge_base;

/// The most events of one request.
const MAX_EVENTS: usize = 100;

/// Records what happened after answers
///
/// When this is answered, the events are on disk. A browser reports what its reader did. With a server key, a program
/// of the host also reports the ticket and what agents did; from this the knowledge base learns.
#[utoipa::path(
    post,
    path = "/v1/events",
    tag = "learning",
    security((), ("key" = []), ("key" = [], "reader" = [])),
    request_body = EventsBody,
    responses(
        (status = 200, description = "The number of new events", body = RecordedBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn record(
    Shared(state): Shared<State>,
    access: Access,
    JsonBody(body): JsonBody<EventsBody>,
) -> Result<Json<RecordedBody>, Problem> {
    check_count("events", body.events.len(), MAX_EVENTS)?;
    let now = clock::now();
    let events = body.events.into_iter();
    let events: Vec<InteractionEvent> = events
        .map(|event| event.into_event(&access, now))
        .collect::<Result<_, _>>()?;
    on_knowledge_base(&state, access.tenant, move |knowledge_base, _| {
        let recorded = knowledge_base.record(events)?;
        Ok(RecordedBody {
            added: recorded.added,
        })
    })
    .await
    .map(Json)
}
