//! `POST /v1/events`.

use axum::Json;
use axum::extract::State as Shared;

use crate::access::Access;
use crate::clock;
use crate::json_body::{JsonBody, check_count};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;
use crate::types::event::{EventsBody, ReadEvent, RecordedBody};
use crate::work::on_knowledge_base;

/// The most events of one request.
const MAX_EVENTS: usize = 100;

/// Records what happened after answers
///
/// When this is answered, the events are on disk. A browser reports what its reader did. With a server key, a program
/// of the host also reports the ticket and what agents did; from this the knowledge base learns. A verdict such as
/// `agent_linked` teaches what the text of the ticket means: send the `ticket` with it, or with another verdict on the
/// same `ticket_id`.
#[utoipa::path(
    post,
    path = "/v1/events",
    tag = "learning",
    security((), ("key" = []), ("key" = [], "reader" = [])),
    request_body = EventsBody,
    responses(
        (status = 200, description = "The numbers of new events and verdicts", body = RecordedBody),
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
    let events: Vec<ReadEvent> = events
        .map(|event| event.into_event(&access, now))
        .collect::<Result<_, _>>()?;
    on_knowledge_base(&state, access.tenant, move |knowledge_base, _| {
        let (events, verdicts): (Vec<_>, Vec<_>) = events
            .into_iter()
            .map(|read| (read.event, read.verdict))
            .unzip();
        for event in &events {
            event.check()?;
        }
        // Before the events, whose verdicts have no text: of two equal verdicts the first is kept.
        let learned = knowledge_base.learn(verdicts.into_iter().flatten())?;
        let recorded = knowledge_base.record(events)?;
        Ok(RecordedBody {
            added: recorded.added,
            verdicts: learned.added + recorded.verdicts,
        })
    })
    .await
    .map(Json)
}
