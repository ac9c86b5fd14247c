//! The agent's side: suggestions from all articles, and a block of links for the customer.

use std::fmt::Write as _;

use axum::Json;
use axum::extract::State as Shared;
use helpdex::{Audience, KnowledgeBase, escape_html};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Access, ServerAccess};
use crate::clock;
use crate::json_body::JsonBody;
use crate::problem::{Problem, ProblemBody};
use crate::routes::suggest::answer;
use crate::state::State;
use crate::types::answer::{AnswerBody, SuggestionBody};
use crate::types::customer::CustomerBody;
use crate::types::ticket::AgentTicketBody;
use crate::visit::Visit;
use crate::work::on_knowledge_base;

/// An answer for an agent, with links for the customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentAnswer)]
pub(crate) struct AgentBody {
    /// The answer from all articles, internal ones included.
    #[serde(flatten)]
    pub answer: AnswerBody,
    /// The ids of the suggested articles that the customer may not see.
    pub hidden_from_customer: Vec<String>,
    /// The other suggestions as a block to paste into a reply; none if the customer may see no suggested article with
    /// an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<LinksBody>,
    /// What the customer was shown before the ticket was sent, and what they did; none if no event has the session or the
    /// ticket of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerBody>,
}

/// Links to articles, below a sentence in the language of the ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Links)]
pub(crate) struct LinksBody {
    /// The block as plain text.
    pub text: String,
    /// The block as HTML, escaped.
    pub html: String,
}

/// Suggests articles to the agent who answers a ticket
///
/// It searches all articles. A reader token, if there is one, tells what the customer may see; without one that is the public.
/// `session` or `ticket_id` tells what the customer did, from the recorded events. Report what the agent does with the
/// suggestions as `agent_linked` and `agent_removed` to `/v1/events`.
#[utoipa::path(
    post,
    path = "/v1/agent/suggest",
    tag = "agents",
    security(("key" = []), ("key" = [], "reader" = [])),
    request_body = AgentTicketBody,
    responses(
        (status = 200, description = "The answer", body = AgentBody),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn suggest(
    Shared(state): Shared<State>,
    ServerAccess(access): ServerAccess,
    JsonBody(body): JsonBody<AgentTicketBody>,
) -> Result<Json<AgentBody>, Problem> {
    let (ticket, options) = body.ticket.into_question()?;
    let visit = Visit::of(body.session, body.ticket_id);
    let Access {
        tenant,
        audience: customer,
        ..
    } = access;
    let answer = on_knowledge_base(&state, tenant, move |knowledge_base, left_ms| {
        let internal = Audience::internal();
        let answer = answer(knowledge_base, &ticket, &internal, options, left_ms)?;
        let mut body = for_agent(knowledge_base, answer, &customer)?;
        if let Some(visit) = visit {
            body.customer = visit.read(knowledge_base, clock::now())?;
        }
        Ok(body)
    })
    .await?;
    state
        .metrics
        .count_answer(answer.answer.outcome_or_reason());
    Ok(Json(answer))
}

fn for_agent(
    knowledge_base: &KnowledgeBase,
    answer: AnswerBody,
    customer: &Audience,
) -> Result<AgentBody, Problem> {
    let now = clock::now();
    let mut hidden_from_customer = Vec::new();
    let mut shown = Vec::new();
    for suggestion in &answer.suggestions {
        let id = &suggestion.article_id;
        if knowledge_base.article(id, customer, now)?.is_some() {
            shown.push(suggestion);
        } else {
            hidden_from_customer.push(id.clone());
        }
    }
    let links = LinksBody::of(&shown, answer.locale.as_deref());
    Ok(AgentBody {
        answer,
        hidden_from_customer,
        links,
        customer: None,
    })
}

/// The sentence above the links, by language code.
const INTRODUCTIONS: [(&str, &str); 20] = [
    ("ar", "قد تساعدك هذه المقالات:"),
    ("cs", "Tyto články by vám mohly pomoci:"),
    ("da", "Disse artikler kan måske hjælpe dig:"),
    ("de", "Diese Artikel helfen Ihnen vielleicht weiter:"),
    ("en", "These articles may help you:"),
    ("es", "Estos artículos pueden ayudarle:"),
    ("fi", "Nämä artikkelit voivat auttaa:"),
    ("fr", "Ces articles peuvent vous aider :"),
    ("he", "ייתכן שהמאמרים האלה יעזרו לך:"),
    ("it", "Questi articoli potrebbero aiutarla:"),
    ("ja", "次の記事がお役に立つかもしれません。"),
    ("ko", "다음 문서가 도움이 될 수 있습니다."),
    ("lt", "Šie straipsniai gali jums padėti:"),
    ("nl", "Deze artikelen kunnen u helpen:"),
    ("pl", "Te artykuły mogą pomóc:"),
    ("pt", "Estes artigos podem ajudar:"),
    ("sv", "De här artiklarna kan hjälpa dig:"),
    ("th", "บทความเหล่านี้อาจช่วยคุณได้"),
    ("tr", "Bu makaleler size yardımcı olabilir:"),
    ("zh", "以下文章可能对您有帮助："),
];

/// Returns the sentence above the links in the language of a locale; in English if there is none in that language.
fn introduction(locale: Option<&str>) -> &'static str {
    let language = locale.unwrap_or("en").split('-').next().unwrap_or_default();
    introduction_in(language)
        .or_else(|| introduction_in("en"))
        .unwrap_or_default()
}

fn introduction_in(language: &str) -> Option<&'static str> {
    let mut all = INTRODUCTIONS.iter();
    let found = all.find(|(known, _)| *known == language);
    found.map(|(_, sentence)| *sentence)
}

impl LinksBody {
    fn of(suggestions: &[&SuggestionBody], locale: Option<&str>) -> Option<Self> {
        let introduction = introduction(locale);
        let mut text = format!("{introduction}\n");
        let mut html = format!("<p>{}</p><ul>", escape_html(introduction));
        let mut count = 0;
        for suggestion in suggestions {
            let Some(url) = &suggestion.url else { continue };
            let title = &suggestion.title;
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{title}\n{url}\n");
            let (title, url) = (escape_html(title), escape_html(url));
            let _ = write!(html, "<li><a href=\"{url}\">{title}</a></li>");
            count += 1;
        }
        html.push_str("</ul>");
        (count > 0).then_some(Self { text, html })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_introduced_in_the_language_of_the_ticket() {
        assert!(introduction(Some("tr")).starts_with("Bu makaleler"));
        assert_eq!(introduction(Some("pt-BR")), introduction(Some("pt")));
        assert_eq!(introduction(Some("xx")), introduction(None));
    }
}
