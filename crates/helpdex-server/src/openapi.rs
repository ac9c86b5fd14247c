//! The description of the service in the format `OpenAPI`.

use std::sync::OnceLock;

use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::access::READER_TOKEN;
use crate::routes::{agent, articles, batch, draft, events, rules, suggest, verdicts};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Helpdex",
        description = "Articles that answer a support ticket, before it is sent and for the agent who answers it.",
    ),
    paths(
        suggest::suggest,
        draft::draft,
        batch::batch,
        articles::show,
        agent::suggest,
        articles::put,
        articles::delete,
        articles::publish,
        articles::deny,
        rules::list,
        rules::put,
        rules::delete,
        events::record,
        verdicts::learn,
    ),
    modifiers(&Security),
)]
struct Description;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let bearer = Http::new(HttpAuthScheme::Bearer);
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
        let reader = ApiKey::Header(ApiKeyValue::with_description(
            READER_TOKEN,
            "A JWT of the host that tells who has signed in",
        ));
        components.add_security_scheme("reader", SecurityScheme::ApiKey(reader));
    }
}

/// Returns the description of the service in `OpenAPI` 3.1, as JSON.
#[must_use]
pub fn document() -> &'static str {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    DOCUMENT.get_or_init(|| Description::openapi().to_pretty_json().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_described_with_an_example_and_its_refusals() {
        let document: serde_json::Value = serde_json::from_str(document()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        assert_eq!(paths.len(), 11);
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().unwrap() {
                assert!(operation["responses"]["4XX"].is_object(), "{method} {path}");
                assert!(operation["summary"].is_string(), "{method} {path}");
            }
        }
    }
}
