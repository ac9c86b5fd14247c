//! Articles: read by readers, changed by the host.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State as Shared};
use helpdex::report::Changes;
use helpdex::{Article, Writer};

use crate::access::{Access, ServerAccess};
use crate::clock;
use crate::json_body::{JsonBody, LargeJsonBody, check_count};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;
use crate::types::article::{ArticleBody, ShownArticle};
use crate::types::change::{
    ArticlesBody, ChangesBody, DeniedBody, DenyBody, IdsBody, PublishBody, PublishedBody,
};
use crate::work::on_knowledge_base;

/// The most articles or ids of one request.
const MAX_ENTRIES: usize = 1_000;

/// Shows an article that the reader may see
///
/// An article of another audience is not found, exactly as one that does not exist.
#[utoipa::path(
    get,
    path = "/v1/articles/{id}",
    tag = "suggestions",
    security((), ("key" = []), ("key" = [], "reader" = [])),
    params(("id" = String, Path, description = "The id of the article")),
    responses(
        (status = 200, description = "The article", body = ShownArticle),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(
    Shared(state): Shared<State>,
    access: Access,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ShownArticle>, Problem> {
    let Path(id) = id.map_err(|_| Problem::invalid("the id is not UTF-8; encode it so"))?;
    let Access {
        tenant, audience, ..
    } = access;
    on_knowledge_base(&state, tenant, move |knowledge_base, _| {
        let article = knowledge_base.article(&id, &audience, clock::now())?;
        article.map(ShownArticle::of).ok_or_else(|| {
            Problem::not_found("there is no article of this id that the reader may see")
        })
    })
    .await
    .map(Json)
}

/// Adds articles, or puts them in place of those of the same ids
///
/// When this is answered, the articles are on disk. Readers see them from the next publish on.
#[utoipa::path(
    put,
    path = "/v1/articles",
    tag = "articles",
    security(("key" = [])),
    request_body = ArticlesBody,
    responses(
        (status = 200, description = "The changes", body = ChangesBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn put(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
    LargeJsonBody(body): LargeJsonBody<ArticlesBody>,
) -> Result<Json<ChangesBody>, Problem> {
    check_count("entries", body.articles.len(), MAX_ENTRIES)?;
    let articles = body.articles.into_iter().map(ArticleBody::into_article);
    let articles: Vec<Article> = articles.collect::<Result<_, _>>()?;
    change(&state, access, move |writer| Ok(writer.upsert(articles)?)).await
}

/// Removes articles
///
/// When this is answered, the change is on disk. Readers no longer see the articles from the next publish on: to hide one at
/// once, deny it.
#[utoipa::path(
    delete,
    path = "/v1/articles",
    tag = "articles",
    security(("key" = [])),
    request_body = IdsBody,
    responses(
        (status = 200, description = "The changes", body = ChangesBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
    JsonBody(body): JsonBody<IdsBody>,
) -> Result<Json<ChangesBody>, Problem> {
    check_count("entries", body.ids.len(), MAX_ENTRIES)?;
    change(&state, access, move |writer| Ok(writer.remove(body.ids)?)).await
}

/// Publishes the changes as the next generation
#[utoipa::path(
    post,
    path = "/v1/publish",
    tag = "articles",
    security(("key" = [])),
    request_body = PublishBody,
    responses(
        (status = 200, description = "The generation", body = PublishedBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn publish(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
    JsonBody(body): JsonBody<PublishBody>,
) -> Result<Json<PublishedBody>, Problem> {
    on_knowledge_base(&state, access.tenant, move |knowledge_base, _| {
        let mut writer = knowledge_base.writer()?;
        let now = clock::now();
        let published = if body.train {
            writer.publish_and_train(now, |_| std::ops::ControlFlow::Continue(()))?
        } else {
            writer.publish(now)?
        };
        Ok(published.into())
    })
    .await
    .map(Json)
}

/// Hides articles from everybody at once, or shows them again
#[utoipa::path(
    post,
    path = "/v1/deny",
    tag = "articles",
    security(("key" = [])),
    request_body = DenyBody,
    responses(
        (status = 200, description = "The number of changed ids", body = DeniedBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn deny(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
    JsonBody(body): JsonBody<DenyBody>,
) -> Result<Json<DeniedBody>, Problem> {
    check_count("entries", body.ids.len(), MAX_ENTRIES)?;
    on_knowledge_base(&state, access.tenant, move |knowledge_base, _| {
        let changed = if body.allow {
            knowledge_base.allow(&body.ids)?
        } else {
            knowledge_base.deny(&body.ids)?
        };
        Ok(DeniedBody { changed })
    })
    .await
    .map(Json)
}

/// Runs a change of articles, which is then on disk.
async fn change(
    state: &State,
    access: Access,
    change: impl FnOnce(&mut Writer) -> Result<Changes, Problem> + Send + 'static,
) -> Result<Json<ChangesBody>, Problem> {
    on_knowledge_base(state, access.tenant, move |knowledge_base, _| {
        let mut writer = knowledge_base.writer()?;
        let changes = change(&mut writer)?;
        writer.save(clock::now())?;
        Ok(changes.into())
    })
    .await
    .map(Json)
}
