//! `POST /v1/suggest/batch`: many tickets in one request, answered while they arrive.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State as Shared};
use axum::http::header::{CONNECTION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::access::{Access, ServerAccess};
use crate::gate::Place;
use crate::json_body::{check_media_type, too_slow};
use crate::problem::{Problem, ProblemBody};
use crate::routes::suggest::answer;
use crate::state::State;
use crate::types::answer::AnswerBody;
use crate::types::ticket::BatchLine;

/// The media type of JSON lines.
const JSON_LINES: &str = "application/x-ndjson";

/// The most tickets that are answered one after the other on one thread.
const CHUNK: usize = 16;

/// The answer to one line of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchAnswer)]
pub(crate) struct BatchAnswer {
    /// The number of the line in the request, from 1.
    pub line: usize,
    /// The id of the ticket, as the line states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket_id: Option<String>,
    /// The answer to the ticket; none for a line with a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerBody>,
    /// The problem of a line that cannot be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemBody>,
}

/// Answers many tickets for agents
///
/// A line of the body is a ticket with its id. The answers are lines in the same order, sent while further tickets arrive. A
/// line that is no ticket gets a problem, and the next one is answered all the same. The audience is that of the reader
/// token, or the public.
#[utoipa::path(
    post,
    path = "/v1/suggest/batch",
    tag = "suggestions",
    security(("key" = []), ("key" = [], "reader" = [])),
    request_body(content = BatchLine, content_type = "application/x-ndjson"),
    responses(
        (status = 200, description = "One line a ticket", body = BatchAnswer, content_type = "application/x-ndjson"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn batch(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
    request: Request,
) -> Result<Response, Problem> {
    check_media_type(request.headers(), JSON_LINES)?;
    // The tenant is looked up before the answer begins, so that its absence has a status.
    let place = state.gate.enter()?;
    let (shared, tenant) = (state.clone(), access.tenant.clone());
    place
        .run(move |_| shared.knowledge_bases.of(tenant.as_deref()).map(drop))
        .await?;
    let batch = Batch {
        lines: Lines {
            body: request.into_body().into_data_stream(),
            buffer: Vec::new(),
            number: 0,
            max_bytes: state.config.limits.body_bytes,
            wait: Duration::from_millis(state.config.limits.read_ms),
            has_ended: false,
        },
        place,
        state,
        access,
    };
    let answers = stream::unfold(batch, |mut batch| async move {
        let answered = batch.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(answered)), batch))
    });
    // A body in chunks leaves a doubt where the next request begins, so that there is none.
    let headers = [(CONTENT_TYPE, JSON_LINES), (CONNECTION, "close")];
    Ok((headers, Body::from_stream(answers)).into_response())
}

/// A batch that is being answered.
struct Batch {
    lines: Lines,
    place: Place,
    state: State,
    access: Access,
}

impl Batch {
    /// Returns the answers to the next lines as JSON lines; `None` after the last line.
    async fn next(&mut self) -> Option<Vec<u8>> {
        let mut chunk = Vec::new();
        while chunk.len() < CHUNK {
            match self.lines.next(chunk.is_empty()).await {
                Some(line) => chunk.push(line),
                None => break,
            }
        }
        if chunk.is_empty() {
            return None;
        }
        let state = self.state.clone();
        let tenant = self.access.tenant.clone();
        let audience = self.access.audience.clone();
        self.place
            .run_patiently(move || {
                let mut answers = Vec::new();
                for (number, line) in chunk {
                    let answered = answer_line(&state, tenant.as_deref(), &audience, number, line);
                    // Writing to memory cannot fail.
                    let _ = serde_json::to_writer(&mut answers, &answered);
                    answers.push(b'\n');
                }
                Ok(answers)
            })
            .await
            .ok()
    }
}

fn answer_line(
    state: &State,
    tenant: Option<&str>,
    audience: &helpdex::Audience,
    number: usize,
    line: Result<Vec<u8>, Problem>,
) -> BatchAnswer {
    let mut ticket_id = None;
    let answered = line.and_then(|line| {
        let line: BatchLine = serde_json::from_slice(&line)
            .map_err(|error| Problem::from(helpdex::Error::unreadable_json("a ticket", &error)))?;
        ticket_id = line.ticket_id;
        let (ticket, options) = line.ticket.into_question()?;
        let knowledge_base = state.knowledge_bases.of(tenant)?;
        let budget_ms = state.config.limits.time_budget_ms;
        let answer = answer(&knowledge_base, &ticket, audience, options, budget_ms)?;
        state.metrics.count_answer(answer.outcome_or_reason());
        Ok(answer)
    });
    let (answer, problem) = match answered {
        Ok(answer) => (Some(answer), None),
        Err(problem) => (None, Some(problem.into_body())),
    };
    BatchAnswer {
        line: number,
        ticket_id,
        answer,
        problem,
    }
}

/// The lines of a body that may still be arriving.
struct Lines {
    body: BodyDataStream,
    buffer: Vec<u8>,
    number: usize,
    max_bytes: usize,
    wait: Duration,
    has_ended: bool,
}

impl Lines {
    /// Returns the next line that is not blank, with its number; `None` at the end, and, unless it `waits`, when no
    /// line has arrived yet. After an error of the body there is no further line.
    async fn next(&mut self, waits: bool) -> Option<(usize, Result<Vec<u8>, Problem>)> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(end + 1);
                let mut line = std::mem::replace(&mut self.buffer, rest);
                line.truncate(end);
                self.number += 1;
                if line.trim_ascii().is_empty() {
                    continue;
                }
                return Some((self.number, Ok(line)));
            }
            if self.has_ended {
                let line = std::mem::take(&mut self.buffer);
                self.number += 1;
                let is_blank = line.trim_ascii().is_empty();
                return (!is_blank).then_some((self.number, Ok(line)));
            }
            if !waits {
                return None;
            }
            if let Err(fault) = self.fill().await {
                self.has_ended = true;
                self.buffer.clear();
                return Some((self.number + 1, Err(fault)));
            }
        }
    }

    async fn fill(&mut self) -> Result<(), Problem> {
        if self.buffer.len() > self.max_bytes {
            let max_bytes = self.max_bytes;
            return Err(Problem::invalid(format!(
                "the line has more than {max_bytes} bytes; shorten it"
            )));
        }
        match timeout(self.wait, self.body.next()).await {
            Err(_) => Err(too_slow()),
            Ok(Some(Ok(bytes))) => {
                self.buffer.extend_from_slice(&bytes);
                Ok(())
            }
            Ok(Some(Err(_))) => Err(Problem::invalid("the body ended early; send all of it")),
            Ok(None) => {
                self.has_ended = true;
                Ok(())
            }
        }
    }
}
