//! What a request must not reach, whatever it says.

mod common;

use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use common::{ORIGIN, SECRET, SERVER, SITE, Service, build, with_keys, without_keys};
use ed25519_dalek::{Signer as _, SigningKey};
use helpdex::Timestamp;
use helpdex_server::config::{Limits, ReaderTokens};
use helpdex_server::sign_reader_token;

/// Tickets that a signed-in reader, a gold member and an agent have an article for.
const PAYOUT: &str = r#"{"text": "when does my payout arrive on the next working day?"}"#;
const LOUNGE: &str = r#"{"text": "how do gold members enter the airport lounge?"}"#;
const FRAUD: &str = r#"{"text": "agents hold back chargebacks of suspicious merchants"}"#;
/// The last of them as an agent asks.
const FRAUD_FOR_AGENT: &str =
    r#"{"ticket": {"text": "agents hold back chargebacks of suspicious merchants"}}"#;

#[expect(
    clippy::disallowed_methods,
    reason = "tokens of the service end in real time"
)]
fn soon(seconds: i64) -> Timestamp {
    let now: Timestamp = SystemTime::now().into();
    Timestamp::from_unix_seconds(now.unix_seconds() + seconds)
}

fn token(segments: &[&str]) -> String {
    sign_reader_token(SECRET, None, segments, soon(600)).expect("the secret can sign")
}

/// Returns a token of these parts, signed with nothing.
fn unsigned(header: &str, claims: &str) -> String {
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.", encode(header), encode(claims))
}

fn is_public(service: &Service, headers: &[(&str, &str)]) {
    for ticket in [PAYOUT, LOUNGE, FRAUD] {
        let answer = service.site("POST /v1/suggest", headers, ticket);
        let suggested = answer.suggested();
        assert!(
            !suggested
                .iter()
                .any(|id| ["payout", "gold-lounge", "fraud"].contains(&&**id)),
            "{headers:?} {suggested:?}"
        );
    }
    for id in ["payout", "gold-lounge", "fraud"] {
        let request = format!("GET /v1/articles/{id}");
        service
            .site(&request, headers, "")
            .is_problem(404, "not_found");
    }
}

#[test]
fn a_signed_in_reader_sees_what_the_token_says_and_never_more() {
    let service = Service::start(with_keys);
    let ask = |token: &str, ticket: &str| {
        service
            .site("POST /v1/suggest", &[("Helpdex-Reader", token)], ticket)
            .suggested()
    };
    assert_eq!(ask(&token(&[]), PAYOUT), ["payout"]);
    assert!(ask(&token(&[]), LOUNGE).is_empty());
    assert_eq!(ask(&token(&["gold"]), LOUNGE), ["gold-lounge"]);
    for segments in [&["internal"][..], &["gold", "*"], &["agent"]] {
        assert!(!ask(&token(segments), FRAUD).contains(&"fraud".to_owned()));
    }
    let reader = token(&["gold"]);
    let article = |id: &str| {
        service.site(
            &format!("GET /v1/articles/{id}"),
            &[("Helpdex-Reader", &reader)],
            "",
        )
    };
    assert_eq!(
        article("gold-lounge").json(200)["title"],
        "The lounge of gold members"
    );
    article("fraud").is_problem(404, "not_found");
}

#[test]
fn no_header_field_or_address_raises_the_audience() {
    let service = Service::start(with_keys);
    is_public(&service, &[]);
    for headers in [
        [("Helpdex-Audience", "internal")],
        [("X-Audience", "internal")],
        [("Audience", "internal")],
        [("X-Original-URL", "/v1/agent/suggest")],
        [("X-HTTP-Method-Override", "PUT")],
        [("X-Forwarded-For", "127.0.0.1")],
        [("Cookie", "audience=internal")],
    ] {
        is_public(&service, &headers);
    }
    for field in [
        "audience",
        "visibility",
        "user_segments",
        "segments",
        "for_agent",
        "tenant",
    ] {
        let body = format!(r#"{{"text": "chargebacks", "{field}": "internal"}}"#);
        service
            .site("POST /v1/suggest", &[], &body)
            .is_problem(400, "invalid_input");
    }
    let answer = service.site("POST /v1/suggest?audience=internal", &[], FRAUD);
    assert!(!answer.suggested().contains(&"fraud".to_owned()));
}

#[test]
fn a_token_that_is_forged_expired_or_of_another_algorithm_is_refused() {
    let service = Service::start(with_keys);
    let exp = soon(600).unix_seconds();
    let claims = format!(r#"{{"exp": {exp}, "segments": ["gold"]}}"#);
    let good = token(&["gold"]);
    let parts: Vec<&str> = good.split('.').collect();
    let other_claims = BASE64_URL_SAFE_NO_PAD.encode(claims.replace("gold", "x"));
    let resigned = |secret: &str| sign_reader_token(secret, None, &["gold"], soon(600)).unwrap();
    let forged = [
        String::new(),
        "not a token".into(),
        unsigned(r#"{"alg": "none", "typ": "JWT"}"#, &claims),
        unsigned(r#"{"alg": "None"}"#, &claims),
        unsigned(r#"{"alg": "HS256"}"#, &claims),
        unsigned(r#"{"alg": "HS256", "crit": ["x"], "x": 1}"#, &claims),
        format!("{}.{}.{}", parts[0], other_claims, parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}A", parts[0], parts[1], parts[2]),
        format!("{good}.{}", parts[2]),
        resigned("another secret, long enough for HS256 too"),
        sign_reader_token(SECRET, None, &["gold"], soon(-1)).unwrap(),
        sign_reader_token(SECRET, None, &["gold"], soon(86_400)).unwrap(),
        sign_reader_token(
            SECRET,
            None,
            &["gold"],
            Timestamp::from_unix_seconds(i64::MAX),
        )
        .unwrap(),
        sign_reader_token(SECRET, Some("globex"), &["gold"], soon(600)).unwrap(),
    ];
    for token in &forged {
        let answer = service.site("POST /v1/suggest", &[("Helpdex-Reader", token)], LOUNGE);
        answer.is_problem(401, "unauthorized");
    }
    let two = [("Helpdex-Reader", &*good), ("Helpdex-Reader", &good)];
    service
        .site("POST /v1/suggest", &two, LOUNGE)
        .is_problem(401, "unauthorized");
}

#[test]
fn a_public_key_verifies_tokens_and_is_no_secret_of_another_algorithm() {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = BASE64_URL_SAFE_NO_PAD.encode(key.verifying_key().to_bytes());
    let service = Service::start(|folder| {
        let mut config = with_keys(folder);
        config.reader_tokens = vec![ReaderTokens {
            tenant: None,
            secret: None,
            secret_file: None,
            public_key: Some(public.clone()),
        }];
        config
    });
    let exp = soon(600).unix_seconds();
    let claims = format!(r#"{{"exp": {exp}, "segments": ["gold"]}}"#);
    let signed = |key: &SigningKey| {
        let unsigned = unsigned(r#"{"alg": "EdDSA", "typ": "JWT"}"#, &claims);
        let message = unsigned.trim_end_matches('.');
        let signature = key.sign(message.as_bytes()).to_bytes();
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    };
    let ask = |token: &str| service.site("POST /v1/suggest", &[("Helpdex-Reader", token)], LOUNGE);
    assert_eq!(ask(&signed(&key)).suggested(), ["gold-lounge"]);
    ask(&signed(&SigningKey::from_bytes(&[8; 32]))).is_problem(401, "unauthorized");
    // The public key is known to everybody.
    let as_secret = sign_reader_token(&public, None, &["gold"], soon(600)).unwrap();
    ask(&as_secret).is_problem(401, "unauthorized");
}

#[test]
fn a_token_of_one_tenant_tells_nothing_to_another() {
    let folder = tempfile::tempdir().unwrap();
    for tenant in ["acme", "globex"] {
        build(&folder.path().join(tenant), Some(tenant));
    }
    let globex = "the secret of globex, long enough for HS256";
    let service = Service::start_in(folder, |folder| {
        let mut config = with_keys(folder);
        config.tenants = config.knowledge_base.take();
        config.site_keys[0].tenant = Some("acme".into());
        config.server_keys.clear();
        config.reader_tokens[0].tenant = Some("acme".into());
        let mut other = config.reader_tokens[0].clone();
        other.tenant = Some("globex".into());
        other.secret = Some(globex.into());
        config.reader_tokens.push(other);
        config
    });
    let ask = |secret: &str, tenant: Option<&str>| {
        let token = sign_reader_token(secret, tenant, &["gold"], soon(600)).unwrap();
        service.site("POST /v1/suggest", &[("Helpdex-Reader", &token)], LOUNGE)
    };
    assert_eq!(ask(SECRET, None).suggested(), ["gold-lounge"]);
    assert_eq!(ask(SECRET, Some("acme")).suggested(), ["gold-lounge"]);
    ask(SECRET, Some("globex")).is_problem(401, "unauthorized");
    for tenant in [None, Some("acme"), Some("globex")] {
        ask(globex, tenant).is_problem(401, "unauthorized");
    }
}

#[test]
fn a_key_of_every_tenant_needs_tokens_that_name_theirs() {
    let folder = tempfile::tempdir().unwrap();
    build(&folder.path().join("acme"), Some("acme"));
    let service = Service::start_in(folder, |folder| {
        let mut config = with_keys(folder);
        config.tenants = config.knowledge_base.take();
        config.site_keys[0].tenant = Some("acme".into());
        config.server_keys.clear();
        config
    });
    let ask = |tenant: Option<&str>| {
        let token = sign_reader_token(SECRET, tenant, &["gold"], soon(600)).unwrap();
        service.site("POST /v1/suggest", &[("Helpdex-Reader", &token)], LOUNGE)
    };
    assert_eq!(ask(Some("acme")).suggested(), ["gold-lounge"]);
    ask(None).is_problem(401, "unauthorized");
    ask(Some("globex")).is_problem(401, "unauthorized");
}

#[test]
fn requests_without_a_right_key_are_refused() {
    let service = Service::start(with_keys);
    let refused = |headers: &[(&str, &str)], status, kind: &str| {
        service
            .send("POST /v1/suggest", headers, PAYOUT)
            .is_problem(status, kind);
    };
    refused(&[], 401, "unauthorized");
    for value in ["", "Bearer", "Bearer ", "Bearer wrong", "Basic dTpw", SITE] {
        refused(
            &[("Authorization", value), ("Origin", ORIGIN)],
            401,
            "unauthorized",
        );
    }
    let key = format!("Bearer {SITE}");
    let two = [
        ("Authorization", &*key),
        ("Authorization", &*key),
        ("Origin", ORIGIN),
    ];
    refused(&two, 401, "unauthorized");
    // Its hash is in the configuration, and no key.
    let hash = blake3::hash(SERVER.as_bytes()).to_hex().to_string();
    refused(
        &[("Authorization", &format!("Bearer {hash}"))],
        401,
        "unauthorized",
    );
    for origin in [
        "https://evil.example",
        "null",
        "https://www.example.com.evil.example",
        "http://www.example.com",
    ] {
        refused(
            &[("Authorization", &key), ("Origin", origin)],
            403,
            "forbidden",
        );
    }
    refused(&[("Authorization", &key)], 403, "forbidden");
    for request in [
        "POST /v1/suggest?key=",
        "POST /v1/suggest?a=b&Access_Token=",
    ] {
        let request = format!("{request}{SITE}");
        service
            .site(&request, &[], PAYOUT)
            .is_problem(400, "invalid_input");
    }
    for (request, body) in [
        ("PUT /v1/articles", r#"{"articles": []}"#),
        ("DELETE /v1/articles", r#"{"ids": []}"#),
        ("POST /v1/publish", "{}"),
        ("POST /v1/deny", r#"{"ids": []}"#),
        ("POST /v1/verdicts", r#"{"verdicts": []}"#),
        ("POST /v1/agent/suggest", PAYOUT),
    ] {
        service
            .site(request, &[], body)
            .is_problem(403, "forbidden");
        service
            .send(request, &[], body)
            .is_problem(401, "unauthorized");
    }
}

#[test]
fn without_keys_a_page_of_another_site_cannot_ask_through_a_browser_of_this_machine() {
    let service = Service::start(without_keys);
    let page = [("Origin", "https://evil.example")];
    service
        .send("POST /v1/suggest", &page, PAYOUT)
        .is_problem(403, "forbidden");
    // Its name points to this machine, and the browser takes it for its own.
    let request = format!(
        "POST /v1/suggest HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{PAYOUT}",
        PAYOUT.len()
    );
    let answer = service.exchange(request.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let form = [("Content-Type", "text/plain")];
    service
        .send("POST /v1/suggest", &form, PAYOUT)
        .is_problem(415, "unsupported_media_type");
}

#[test]
fn no_address_leads_to_a_file() {
    let service = Service::start(with_keys);
    for path in [
        "/v1/articles/..%2f..%2fwork%2farticles.log",
        "/v1/articles/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/v1/articles/%00",
        "/v1/articles/%ff",
        "/v1/articles/../../denied.json",
        "/../../etc/passwd",
        "/widget.js/../denied.json",
        "//etc/passwd",
    ] {
        let answer = service.server(&format!("GET {path}"), &[], "");
        assert!(
            matches!(answer.status, 400 | 404 | 405),
            "{path} {answer:?}"
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{path}"
        );
        assert!(!answer.body.contains("root:"), "{path}");
        assert!(
            !answer
                .body
                .contains(&*service.folder.path().to_string_lossy()),
            "{path}"
        );
    }
}

#[test]
fn a_body_or_head_that_is_too_large_or_broken_is_refused_in_bounds() {
    let service = Service::start(|folder| {
        let mut config = with_keys(folder);
        config.limits = Limits {
            body_bytes: 1_000,
            ..Limits::default()
        };
        config
    });
    let large = format!(r#"{{"text": "{}"}}"#, "a ".repeat(1_000));
    let answer = service.site("POST /v1/suggest", &[], &large);
    answer.is_problem(413, "too_large");
    for body in [
        "{",
        "[]",
        "null",
        "{\"text\": 7}",
        "\u{0}",
        "{\"text\": \"a\"}}",
        "[null]",
        "{\"limit\": 0}",
        "{\"limit\": 10.5}",
    ] {
        service
            .site("POST /v1/suggest", &[], body)
            .is_problem(400, "invalid_input");
    }
    let deep = format!(r#"{{"fields": {}}}"#, "[".repeat(900));
    service
        .site("POST /v1/suggest", &[], &deep)
        .is_problem(400, "invalid_input");
    let long = format!(
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
        "a".repeat(100_000)
    );
    let answer = service.exchange(long.as_bytes());
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
        "{answer}"
    );
}

#[test]
fn a_head_that_never_ends_ends_the_connection() {
    let service = Service::start(|folder| {
        let mut config = with_keys(folder);
        config.limits.read_ms = 1;
        config
    });
    // The rest never comes, so how long the service waits changes nothing.
    let answer = service.exchange(b"POST /v1/suggest HTTP/1.1\r\nHost: a\r\n");
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
}

/// The forms in which a proxy and a service have disagreed about where a request ends.
#[test]
fn a_request_is_never_smuggled_behind_another() {
    let service = Service::start(with_keys);
    let hidden = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    let keys = format!(
        "Authorization: Bearer {SITE}\r\nOrigin: {ORIGIN}\r\nContent-Type: application/json\r\n"
    );
    let length = hidden.len();
    for framing in [
        format!(
            "Content-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
            length + 5
        ),
        format!(
            "Transfer-Encoding: chunked\r\nContent-Length: {}\r\n\r\n0\r\n\r\n{hidden}",
            length + 5
        ),
        format!("Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{hidden}"),
        format!("Content-Length: 0, {length}\r\n\r\n{hidden}"),
        format!("Content-Length: +0\r\n\r\n{hidden}"),
        format!("Content-Length: -1\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding:\u{b}chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{{}}{hidden}"),
    ] {
        let request = format!("POST /v1/suggest HTTP/1.1\r\nHost: a\r\n{keys}{framing}");
        let answer = service.exchange(request.as_bytes());
        assert!(!answer.contains("\r\n\r\nok\n"), "{framing:?}: {answer}");
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{framing:?}: {answer}"
        );
    }
}

#[test]
fn nothing_that_a_reader_sees_is_kept_by_a_cache() {
    let service = Service::start(with_keys);
    let reader = token(&["gold"]);
    let reader = [("Helpdex-Reader", &*reader)];
    for answer in [
        service.site("POST /v1/suggest", &reader, LOUNGE),
        service.site("GET /v1/articles/gold-lounge", &reader, ""),
        service.site("GET /v1/articles/card-reader", &[], ""),
        service.site("GET /v1/articles/fraud", &reader, ""),
        service.send("GET /v1/articles/fraud", &[], ""),
        service.server("POST /v1/agent/suggest", &[], FRAUD_FOR_AGENT),
    ] {
        assert_eq!(
            answer.header("cache-control"),
            Some("no-store"),
            "{answer:?}"
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[test]
fn text_of_articles_and_tickets_comes_as_json_and_text_never_as_html() {
    let service = Service::start(with_keys);
    let markup = "<img src=x onerror=alert(1)>";
    let articles = serde_json::json!({"articles": [{
        "id": "xss", "locale": "en", "title": format!("Widgets {markup}"), "visibility": "public",
        "body": format!("Assemble the gizmo with care {markup}"), "url": "https://help.example.com/?a=\"><b>",
    }]});
    service
        .server("PUT /v1/articles", &[], &articles.to_string())
        .json(200);
    service.server("POST /v1/publish", &[], "{}").json(200);
    let ticket = r#"{"ticket": {"text": "assemble the gizmo with care"}}"#;
    let answer = service.server("POST /v1/agent/suggest", &[], ticket);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body = answer.json(200);
    assert_eq!(body["suggestions"][0]["article_id"], "xss");
    let html = body["links"]["html"].as_str().unwrap();
    assert!(!html.contains("<img") && !html.contains("<b>"), "{html}");
    for url in [
        "javascript:alert(1)",
        "data:text/html,x",
        "JAVASCRIPT:alert(1)",
    ] {
        let articles = serde_json::json!({"articles": [{"id": "a", "locale": "en", "title": "x", "url": url}]});
        service
            .server("PUT /v1/articles", &[], &articles.to_string())
            .is_problem(400, "invalid_input");
    }
}

#[test]
fn a_key_and_an_address_have_so_many_requests_a_minute() {
    let service = Service::start(|folder| {
        let mut config = with_keys(folder);
        config.limits.requests_per_minute_of_address = 2;
        config.client_address_header = Some("X-Forwarded-For".into());
        config
    });
    let of =
        |address: &str| service.site("POST /v1/suggest", &[("X-Forwarded-For", address)], PAYOUT);
    // The client states the first entry, and the proxy adds the last.
    for forged in ["192.0.2.1", "192.0.2.2, 192.0.2.1"] {
        assert_eq!(of(forged).status, 200);
    }
    let refused = of("192.0.2.3, 192.0.2.1");
    refused.is_problem(429, "too_many_requests");
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert_eq!(of("192.0.2.9").status, 200);
    for _ in 0..5 {
        assert_eq!(
            service
                .server(
                    "POST /v1/suggest",
                    &[("X-Forwarded-For", "192.0.2.1")],
                    PAYOUT
                )
                .status,
            200
        );
    }
}
