//! `/v1/rules`: articles that are pinned or blocked for some tickets.

use axum::Json;
use axum::extract::State as Shared;
use helpdex::settings::{Rule, Rules};

use crate::access::{Access, ServerAccess};
use crate::clock;
use crate::json_body::{JsonBody, check_count};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;
use crate::types::rule::{RuleBody, RuleIdsBody, RulesBody};
use crate::work::on_knowledge_base;

/// The most rules or ids of one request, as many as a knowledge base may have rules.
const MAX_ENTRIES: usize = 100;

/// Lists the published rules, which pin or block articles
#[utoipa::path(
    get,
    path = "/v1/rules",
    tag = "articles",
    security(("key" = [])),
    responses(
        (status = 200, description = "The rules", body = RulesBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
) -> Result<Json<RulesBody>, Problem> {
    on_knowledge_base(&state, access.tenant, move |knowledge_base, _| {
        Ok(RulesBody::of(&knowledge_base.settings().rules))
    })
    .await
    .map(Json)
}

/// Adds rules, or puts them in place of those of the same ids
///
/// When this is answered, the rules are on disk; the answer lists all of them. They apply from the next publish on.
#[utoipa::path(
    put,
    path = "/v1/rules",
    tag = "articles",
    security(("key" = [])),
    request_body = RulesBody,
    responses(
        (status = 200, description = "All rules", body = RulesBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn put(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
    JsonBody(body): JsonBody<RulesBody>,
) -> Result<Json<RulesBody>, Problem> {
    check_count("entries", body.rules.len(), MAX_ENTRIES)?;
    let rules = body.rules.into_iter().map(RuleBody::into_rule);
    let rules: Vec<Rule> = rules.collect::<Result<_, _>>()?;
    change(&state, access, move |all| {
        for rule in rules {
            all.set(rule);
        }
    })
    .await
}

/// Removes rules
///
/// When this is answered, the change is on disk; the answer lists the rules that are left. It applies from the next publish on.
#[utoipa::path(
    delete,
    path = "/v1/rules",
    tag = "articles",
    security(("key" = [])),
    request_body = RuleIdsBody,
    responses(
        (status = 200, description = "The rules that are left", body = RulesBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
    JsonBody(body): JsonBody<RuleIdsBody>,
) -> Result<Json<RulesBody>, Problem> {
    check_count("entries", body.ids.len(), MAX_ENTRIES)?;
    change(&state, access, move |all| {
        for id in &body.ids {
            all.remove(id);
        }
    })
    .await
}

/// Runs a change of the rules, which is then on disk, and returns all of them.
async fn change(
    state: &State,
    access: Access,
    change: impl FnOnce(&mut Rules) + Send + 'static,
) -> Result<Json<RulesBody>, Problem> {
    on_knowledge_base(state, access.tenant, move |knowledge_base, _| {
        let mut writer = knowledge_base.writer()?;
        let mut settings = writer.settings().clone();
        change(&mut settings.rules);
        let body = RulesBody::of(&settings.rules);
        writer.set_settings(settings)?;
        writer.save(clock::now())?;
        Ok(body)
    })
    .await
    .map(Json)
}
