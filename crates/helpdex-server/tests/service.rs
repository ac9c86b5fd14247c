//! The service as its clients see it.

mod common;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use common::{ORIGIN, Service, build, with_keys, without_keys};
use helpdex::vectors::{EmbedError, Embedder, TextKind};
use helpdex::{Audience, KnowledgeBase, SuggestOptions, Ticket, Visibility};

const TICKET: &str = r#"{"text": "hello, my card reader does not turn on"}"#;

#[test]
fn a_service_without_keys_answers_this_machine_for_the_public() {
    let service = Service::start(without_keys);
    let answer = service.send("POST /v1/suggest", &[], TICKET);
    assert_eq!(answer.suggested()[0], "card-reader");
    let body = answer.json(200);
    assert_eq!(body["outcome"], "offered");
    let first = &body["suggestions"][0];
    assert_eq!(first["direction"], "ltr");
    assert_eq!(first["url"], "https://help.example.com/card-reader");
    let pieces = first["passage"]["pieces"].as_array().unwrap();
    assert!(pieces.iter().any(|piece| piece["is_marked"] == true));
    let text: String = pieces
        .iter()
        .map(|piece| piece["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        text,
        "Hold the power button of the card reader for ten seconds."
    );
    let nothing = service
        .send("POST /v1/suggest", &[], r#"{"text": "thx!"}"#)
        .json(200);
    assert_eq!(nothing["outcome"], "abstained");
    assert!(nothing["reason"].is_string() && nothing["explanation"].is_string());
    service
        .send("PUT /v1/articles", &[], r#"{"articles": []}"#)
        .is_problem(401, "unauthorized");
}

/// Stands for the model of a host.
enum Model {
    Works,
    Fails,
    NeverAnswers,
}

impl Embedder for Model {
    fn name(&self) -> &'static str {
        "m"
    }

    fn dimension(&self) -> usize {
        2
    }

    fn embed(&self, texts: &[&str], _: TextKind) -> Result<Vec<f32>, EmbedError> {
        match self {
            Self::Works => Ok([0.5, 0.25].repeat(texts.len())),
            Self::Fails => Err("no weights".into()),
            Self::NeverAnswers => loop {
                std::thread::park();
            },
        }
    }

    fn patience_ms(&self) -> Option<u64> {
        matches!(self, Self::NeverAnswers).then_some(1)
    }
}

#[test]
fn an_answer_says_whether_it_went_by_the_vectors_of_the_model() {
    for (model, expected) in [
        (Model::Works, "not_trusted"),
        (Model::Fails, "failed"),
        (Model::NeverAnswers, "late"),
    ] {
        let service = Service::start(|folder| {
            let opened = KnowledgeBase::open_or_create(folder).unwrap();
            let opened = opened.with_embedder(Arc::new(Model::Works)).unwrap();
            let title = "Your card reader does not turn on";
            let mut writer = opened.writer().unwrap();
            let article = common::article("card-reader", title, "", Visibility::Public);
            writer.sync([article]).unwrap();
            writer.publish("2026-03-02".parse().unwrap()).unwrap();
            helpdex_server::Config {
                embedder: Some(Arc::new(model)),
                ..without_keys(folder)
            }
        });
        let answer = service.send("POST /v1/suggest", &[], TICKET);
        assert_eq!(answer.suggested()[0], "card-reader");
        assert_eq!(answer.json(200)["vectors"], expected);
    }
    let without = Service::start(without_keys).send("POST /v1/suggest", &[], TICKET);
    assert!(without.json(200)["vectors"].is_null());
}

#[test]
fn a_draft_keeps_what_is_on_screen() {
    let service = Service::start(without_keys);
    let ask = |shown: &str| {
        let body = format!(
            r#"{{"ticket": {{"text": "my card reader does not turn on"}}, "shown": {shown}}}"#
        );
        service.send("POST /v1/draft", &[], &body)
    };
    let first = ask("[]");
    assert_eq!(first.suggested(), ["card-reader"]);
    let name = first.json(200)["suggestions"][0]["shown_as"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(ask(&format!("[{name:?}]")).suggested(), ["card-reader"]);
    let many = format!("[{}]", ["\"a\""; 11].join(","));
    ask(&many).is_problem(400, "invalid_input");
    let list = r#"{"ticket": ["a subject in place of an object"]}"#;
    service
        .send("POST /v1/draft", &[], list)
        .is_problem(400, "invalid_input");
}

#[test]
fn articles_are_changed_on_disk_and_seen_after_a_publish() {
    let service = Service::start(with_keys);
    let articles = r#"{"articles": [{"id": "sim", "locale": "en", "title": "Swap the SIM card of the terminal",
        "visibility": "public"}]}"#;
    let changes = service.server("PUT /v1/articles", &[], articles).json(200);
    assert_eq!(changes["added"], 1);
    let ask = || {
        service.site(
            "POST /v1/suggest",
            &[],
            r#"{"text": "how do I swap the SIM card of my terminal?"}"#,
        )
    };
    assert!(!ask().suggested().contains(&"sim".to_owned()));
    let published = service.server("POST /v1/publish", &[], "{}").json(200);
    assert_eq!(published["generation"], 2);
    assert_eq!(ask().suggested()[0], "sim");
    let denied = service
        .server("POST /v1/deny", &[], r#"{"ids": ["sim"]}"#)
        .json(200);
    assert_eq!(denied["changed"], 1);
    assert!(!ask().suggested().contains(&"sim".to_owned()));
    service
        .site("GET /v1/articles/sim", &[], "")
        .is_problem(404, "not_found");
    service
        .server("POST /v1/deny", &[], r#"{"ids": ["sim"], "allow": true}"#)
        .json(200);
    assert_eq!(ask().suggested()[0], "sim");
    service
        .server("DELETE /v1/articles", &[], r#"{"ids": ["sim"]}"#)
        .json(200);
    service
        .server("POST /v1/publish", &[], r#"{"train": true}"#)
        .json(200);
    assert!(!ask().suggested().contains(&"sim".to_owned()));
    let invalid = r#"{"articles": [{"id": "", "locale": "en", "title": "x"}]}"#;
    service
        .server("PUT /v1/articles", &[], invalid)
        .is_problem(400, "invalid_input");
}

#[test]
fn a_generation_of_another_process_is_picked_up() {
    let service = Service::start(with_keys);
    let ask = || {
        service.site(
            "POST /v1/suggest",
            &[],
            r#"{"text": "where is the vending machine?"}"#,
        )
    };
    assert!(ask().suggested().is_empty());
    let other = KnowledgeBase::open(service.folder.path()).unwrap();
    let mut writer = other.writer().unwrap();
    let vending = common::article(
        "vending",
        "Where the vending machine is",
        "In the hall.",
        Visibility::Public,
    );
    writer.upsert([vending]).unwrap();
    writer.publish("2026-03-02".parse().unwrap()).unwrap();
    assert_eq!(ask().suggested(), ["vending"]);
    // Whoever changes it meanwhile is not waited for.
    service
        .server("POST /v1/publish", &[], "{}")
        .is_problem(409, "index_locked");
}

#[test]
fn verdicts_are_learned() {
    let service = Service::start(with_keys);
    let verdicts = r#"{"verdicts": [{"ticket_id": "1", "ticket": {"text": "no power, dead device"},
        "requester": "ana", "verdict": "linked", "articles": ["card-reader", "gone"], "key": "a"}]}"#;
    let learned = service.server("POST /v1/verdicts", &[], verdicts).json(200);
    assert_eq!(learned["added"], 1);
    assert_eq!(learned["unknown_articles"], serde_json::json!(["gone"]));
    let again = service.server("POST /v1/verdicts", &[], verdicts).json(200);
    assert_eq!(again["added"], 0);
    let unknown =
        r#"{"verdicts": [{"ticket_id": "1", "verdict": "liked", "articles": ["refund"]}]}"#;
    service
        .server("POST /v1/verdicts", &[], unknown)
        .is_problem(400, "invalid_input");
    service
        .site("POST /v1/verdicts", &[], verdicts)
        .is_problem(403, "forbidden");
}

#[test]
fn events_are_recorded_and_a_browser_says_nothing_of_tickets() {
    let service = Service::start(with_keys);
    let clicked = r#"{"events": [{"interaction": "clicked", "articles": ["refund"], "rank": 1, "session": "s",
        "suggestion_id": "a", "surface": "agent"}]}"#;
    assert_eq!(
        service.site("POST /v1/events", &[], clicked).json(200)["added"],
        1
    );
    for private in [
        r#"{"interaction": "clicked", "articles": ["refund"], "ticket_id": "4711"}"#,
        r#"{"interaction": "clicked", "articles": ["refund"], "requester": "ana"}"#,
        r#"{"interaction": "clicked", "articles": ["refund"], "at": "2026-01-01"}"#,
        r#"{"interaction": "agent_linked", "articles": ["refund"]}"#,
    ] {
        let body = format!(r#"{{"events": [{private}]}}"#);
        service
            .site("POST /v1/events", &[], &body)
            .is_problem(403, "forbidden");
        assert_eq!(
            service.server("POST /v1/events", &[], &body).json(200)["added"],
            1
        );
    }
    for wrong in [
        r#"{"interaction": "liked"}"#,
        r#"{"interaction": "clicked"}"#,
        r#"{"interaction": "clicked", "articles": ["refund"], "audience": "internal"}"#,
    ] {
        let body = format!(r#"{{"events": [{wrong}]}}"#);
        service
            .site("POST /v1/events", &[], &body)
            .is_problem(400, "invalid_input");
    }
    let events = KnowledgeBase::open(service.folder.path())
        .unwrap()
        .events()
        .unwrap();
    let events: Vec<_> = events.collect::<helpdex::Result<_>>().unwrap();
    assert_eq!(events.len(), 5);
    assert_eq!(events[0].surface.unwrap().name(), "form");
    assert_eq!(events[0].audience, Some(Visibility::Public));
    assert_eq!(events[1].ticket_id.as_deref(), Some("4711"));
}

#[test]
fn a_batch_answers_line_by_line_and_goes_on_after_a_wrong_one() {
    let service = Service::start(with_keys);
    let mut lines = String::new();
    for number in 0..40 {
        writeln!(lines, r#"{{"ticket_id": "{number}", "ticket": {{"text": "my card reader does not turn on"}}}}"#).unwrap();
    }
    lines.push_str("\nno ticket of mine\n{\"ticket\": {\"text\": \"refund a payment\"}}");
    let json_lines = ("Content-Type", "application/x-ndjson");
    let answer = service.server("POST /v1/suggest/batch", &[json_lines], &lines);
    assert_eq!(answer.status, 200, "{answer:?}");
    let answers: Vec<serde_json::Value> = answer
        .body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 42);
    for (number, one) in answers[..40].iter().enumerate() {
        assert_eq!(one["ticket_id"], number.to_string());
        assert_eq!(one["answer"]["suggestions"][0]["article_id"], "card-reader");
    }
    assert_eq!(answers[40]["line"], 42);
    assert_eq!(answers[40]["problem"]["kind"], "invalid_input");
    assert!(!answer.body.contains("no ticket of mine"));
    assert_eq!(
        answers[41]["answer"]["suggestions"][0]["article_id"],
        "refund"
    );
    service
        .server("POST /v1/suggest/batch", &[], &lines)
        .is_problem(415, "unsupported_media_type");
}

#[test]
fn an_agent_gets_internal_articles_and_links_that_the_customer_may_see() {
    let service = Service::start(with_keys);
    let ask = |text: &str| {
        let body = serde_json::json!({"ticket": {"text": text}}).to_string();
        service
            .server("POST /v1/agent/suggest", &[], &body)
            .json(200)
    };
    let answer = ask("chargebacks of suspicious merchants are held back");
    assert_eq!(answer["suggestions"][0]["article_id"], "fraud");
    assert_eq!(answer["hidden_from_customer"][0], "fraud");
    assert!(!answer["links"].to_string().contains("fraud"));
    let answer = ask("my card reader does not turn on");
    let text = answer["links"]["text"].as_str().unwrap();
    assert!(text.starts_with("These articles may help you:\n"), "{text}");
    assert!(text.contains("https://help.example.com/card-reader"));
    assert_eq!(answer.get("customer"), None);
    let body = r#"{"ticket": {"text": "my card reader does not turn on"}}"#;
    service
        .site("POST /v1/agent/suggest", &[], body)
        .is_problem(403, "forbidden");
}

#[test]
fn an_agent_is_told_what_the_customer_was_shown_and_did() {
    let service = Service::start(with_keys);
    let by_browser = r#"{"events": [
        {"interaction": "offered", "articles": ["card-reader", "refund"], "session": "s-1"},
        {"interaction": "clicked", "articles": ["card-reader"], "rank": 1, "session": "s-1"},
        {"interaction": "not_helpful", "articles": ["card-reader"], "session": "s-1"},
        {"interaction": "offered", "articles": ["refund"], "session": "s-2"}]}"#;
    service.site("POST /v1/events", &[], by_browser).json(200);
    let by_host =
        r#"{"events": [{"interaction": "ticket_created", "session": "s-1", "ticket_id": "4711"}]}"#;
    service.server("POST /v1/events", &[], by_host).json(200);
    let ask = |names: &str| {
        let body = format!(r#"{{"ticket": {{"text": "still no power"}}, {names}}}"#);
        let answer = service.server("POST /v1/agent/suggest", &[], &body);
        answer.json(200)
    };
    for names in [
        r#""session": "s-1""#,
        r#""ticket_id": "4711""#,
        r#""session": "s-1", "ticket_id": "4711""#,
    ] {
        let customer = &ask(names)["customer"];
        let reader = serde_json::json!({"article_id": "card-reader", "title": "Your card reader does not turn on",
            "is_opened": true, "said": "not_helpful"});
        assert_eq!(customer["articles"][0], reader, "{names}");
        let refund = serde_json::json!({"article_id": "refund", "title": "Refund a payment", "is_opened": false});
        assert_eq!(customer["articles"][1], refund, "{names}");
        assert_eq!(customer["articles"].as_array().unwrap().len(), 2);
    }
    for unknown in [r#""session": "s-3""#, r#""ticket_id": "12""#] {
        assert_eq!(ask(unknown).get("customer"), None);
    }
}

#[test]
fn what_agents_link_and_remove_teaches() {
    const TAUGHT: &str = "the thing is dead as a doornail, nothing blinks";
    let service = Service::start(with_keys);
    let of_reader = || {
        let knowledge_base = KnowledgeBase::open(service.folder.path()).unwrap();
        let ticket = Ticket::from_text(TAUGHT);
        let now = "2026-03-02".parse().unwrap();
        let options = SuggestOptions::default();
        let answer = knowledge_base.suggest(&ticket, &Audience::internal(), now, &options);
        let ranking = answer.unwrap().ranking;
        let found = ranking.iter().find(|one| one.article_id == "card-reader");
        found.map_or(0.0, |one| one.probability)
    };
    let report = |interaction: &str, tickets: std::ops::Range<usize>| {
        let events: Vec<_> = tickets
            .map(|number| {
                serde_json::json!({"interaction": interaction, "articles": ["card-reader"],
                    "ticket_id": number.to_string(), "surface": "agent", "requester": number.to_string(),
                    "key": format!("{interaction} {number}"),
                    "ticket": {"text": TAUGHT}})
            })
            .collect();
        let body = serde_json::json!({ "events": events });
        let answer = service.server("POST /v1/events", &[], &body.to_string());
        service
            .server("POST /v1/publish", &[], r#"{"train": true}"#)
            .json(200);
        answer.json(200)["verdicts"].as_u64().unwrap()
    };
    let before = of_reader();
    assert_eq!(report("agent_linked", 0..40), 40);
    let linked = of_reader();
    assert!(linked > before, "{linked} {before}");
    assert_eq!(report("agent_linked", 0..40), 0);
    assert_eq!(report("agent_removed", 40..100), 60);
    let removed = of_reader();
    assert!(removed < linked, "{removed} {linked}");
    // The text is learned, and in no event.
    let knowledge_base = KnowledgeBase::open(service.folder.path()).unwrap();
    let log = std::fs::read(service.folder.path().join("work/events.log")).unwrap();
    assert!(!String::from_utf8_lossy(&log).contains("doornail"));
    assert_eq!(knowledge_base.events().unwrap().count(), 100);
    for odd in [
        r#"{"interaction": "clicked", "articles": ["refund"], "ticket_id": "1", "ticket": {"text": "a"}}"#,
        r#"{"interaction": "agent_linked", "articles": ["refund"], "ticket": {"text": "a"}}"#,
        r#"{"interaction": "agent_linked", "articles": ["refund"], "ticket_id": "1", "ticket": ["a"]}"#,
    ] {
        let body = format!(r#"{{"events": [{odd}]}}"#);
        service
            .server("POST /v1/events", &[], &body)
            .is_problem(400, "invalid_input");
    }
    let public = r#"{"events": [{"interaction": "not_helpful", "articles": ["refund"], "ticket": {"text": "a"}}]}"#;
    service
        .site("POST /v1/events", &[], public)
        .is_problem(403, "forbidden");
}

#[test]
fn a_single_knowledge_base_of_a_tenant_is_read_and_changed() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), Some("acme"));
    let service = Service::start_in(folder, with_keys);
    let answer = service.site("POST /v1/suggest", &[], TICKET);
    assert_eq!(answer.suggested()[0], "card-reader");
    let clicked = r#"{"events": [{"interaction": "clicked", "articles": ["card-reader"]}]}"#;
    service.site("POST /v1/events", &[], clicked).json(200);
    service
        .server("POST /v1/deny", &[], r#"{"ids": ["refund"]}"#)
        .json(200);
    service.server("POST /v1/publish", &[], "{}").json(200);
}

#[test]
fn rules_pin_and_block_from_the_next_publish_on() {
    let service = Service::start(with_keys);
    let page = r#""fields": {"page_url": "https://www.example.com/pay/1"}"#;
    let ticket = format!(r#"{{"text": "my card reader does not turn on", {page}}}"#);
    let ask = || service.site("POST /v1/suggest", &[], &ticket);
    let rules = r#"{"rules": [
        {"id": "slow", "effect": "pin", "article_id": "refund", "words": "card readers", "locale": "en",
         "fields": {"page_url": "https://www.example.com/pay*"}, "until": "2100-01-01T00:00:00Z"},
        {"id": "hidden", "effect": "pin", "article_id": "fraud"},
        {"id": "ended", "effect": "block", "article_id": "card-reader", "until": "2020-01-01T00:00:00Z"}]}"#;
    service
        .site("PUT /v1/rules", &[], rules)
        .is_problem(403, "forbidden");
    let all = service.server("PUT /v1/rules", &[], rules).json(200);
    assert_eq!(all["rules"].as_array().unwrap().len(), 3);
    assert_eq!(ask().suggested(), ["card-reader"]);
    let none = service.server("GET /v1/rules", &[], "").json(200);
    assert_eq!(none["rules"].as_array().unwrap().len(), 0);
    service.server("POST /v1/publish", &[], "{}").json(200);
    assert_eq!(ask().suggested(), ["refund", "card-reader"]);
    let first = &ask().json(200)["suggestions"][0];
    assert_eq!(first["is_pinned"], true);
    assert!(!ask().body.contains("fraud"));
    let listed = service.server("GET /v1/rules", &[], "").json(200);
    assert_eq!(listed, all);
    let left = service.server(
        "DELETE /v1/rules",
        &[],
        r#"{"ids": ["slow", "hidden", "unknown"]}"#,
    );
    assert_eq!(left.json(200)["rules"][0]["id"], "ended");
    service.server("POST /v1/publish", &[], "{}").json(200);
    assert_eq!(ask().suggested(), ["card-reader"]);
    for odd in [
        r#"{"rules": [{"id": "a", "effect": "hide", "article_id": "refund"}]}"#,
        r#"{"rules": [{"id": "", "effect": "pin", "article_id": "refund"}]}"#,
        r#"{"rules": [{"id": "a", "effect": "pin", "article_id": "refund", "locale": "?"}]}"#,
        r#"{"rules": [{"id": "a", "effect": "pin", "article_id": "refund", "until": "soon"}]}"#,
        r#"{"rules": [["a", "pin", "refund"]]}"#,
    ] {
        service
            .server("PUT /v1/rules", &[], odd)
            .is_problem(400, "invalid_input");
    }
}

#[test]
fn tenants_have_a_knowledge_base_each() {
    let folder = tempfile::tempdir().unwrap();
    for tenant in ["acme", "globex"] {
        build(&folder.path().join(tenant), Some(tenant));
    }
    let service = Service::start_in(folder, |folder| {
        let mut config = with_keys(folder);
        config.tenants = config.knowledge_base.take();
        config.site_keys[0].tenant = Some("acme".into());
        config.server_keys[0].tenant = Some("*".into());
        config
    });
    assert_eq!(
        service.site("POST /v1/suggest", &[], TICKET).suggested(),
        ["card-reader"]
    );
    let of =
        |tenant: &str| service.server("POST /v1/suggest", &[("Helpdex-Tenant", tenant)], TICKET);
    assert_eq!(of("globex").suggested(), ["card-reader"]);
    service
        .server("POST /v1/suggest", &[], TICKET)
        .is_problem(400, "invalid_input");
    for name in ["nobody", "..", "../acme", "acme/../globex", ".", "%2e%2e"] {
        of(name).is_problem(404, "not_found");
    }
    let other = [("Helpdex-Tenant", "globex")];
    service
        .site("POST /v1/suggest", &other, TICKET)
        .is_problem(403, "forbidden");
}

#[test]
fn health_metrics_and_description_are_there_and_hold_no_text_of_a_ticket() {
    let service = Service::start(with_keys);
    assert_eq!(service.send("GET /healthz", &[], "").body, "ok\n");
    assert_eq!(service.send("GET /readyz", &[], "").body, "ready\n");
    let marker = r#"{"subject": "marker7", "text": "my card reader does not turn on marker8"}"#;
    service.site("POST /v1/suggest", &[], marker).json(200);
    service.send("GET /v1/marker9", &[], "");
    service
        .send("GET /metrics", &[], "")
        .is_problem(401, "unauthorized");
    let metrics = service.server("GET /metrics", &[], "");
    assert_eq!(
        metrics.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    let counted = r#"helpdex_requests_total{route="/v1/suggest",status="200"} 1"#;
    assert!(metrics.body.contains(counted), "{}", metrics.body);
    assert!(
        metrics
            .body
            .contains(r#"helpdex_answers_total{outcome="offered"} 1"#),
        "{}",
        metrics.body
    );
    assert!(!metrics.body.contains("marker"));
    let description = service.send("GET /openapi.json", &[], "").json(200);
    assert_eq!(description["openapi"], "3.1.0");
    assert!(description["paths"]["/v1/suggest"]["post"].is_object());
}

#[test]
fn the_widget_is_cached_by_its_bytes() {
    let service = Service::start(with_keys);
    let script = service.send("GET /widget.js", &[], "");
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    let tag = script.header("etag").unwrap();
    let again = service.send("GET /widget.js", &[("If-None-Match", tag)], "");
    assert_eq!((again.status, &*again.body), (304, ""));
}

#[test]
fn a_stop_ends_requests_in_work_and_waits_for_no_idle_connection() {
    let service = Service::start(with_keys);
    let mut idle = TcpStream::connect(service.address).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        .unwrap();
    let mut first = [0; 15];
    idle.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    let address = service.address;
    service.stop();
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_page_may_ask_from_the_origins_of_its_key_alone() {
    let service = Service::start(with_keys);
    let ask_first = |origin: &str| {
        let headers = [
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            (
                "Access-Control-Request-Headers",
                "authorization,content-type",
            ),
        ];
        service.send("OPTIONS /v1/suggest", &headers, "")
    };
    let allowed = ask_first(ORIGIN);
    assert_eq!(allowed.header("access-control-allow-origin"), Some(ORIGIN));
    let methods = allowed.header("access-control-allow-methods").unwrap();
    assert!(!methods.contains("PUT") && !methods.contains("DELETE"));
    assert_eq!(allowed.header("access-control-allow-credentials"), None);
    assert_eq!(
        ask_first("https://evil.example").header("access-control-allow-origin"),
        None
    );
    let answer = service.site("POST /v1/suggest", &[], TICKET);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert!(
        answer
            .header("vary")
            .unwrap()
            .to_lowercase()
            .contains("origin")
    );
}

#[test]
fn the_demonstration_tells_its_keys_to_its_own_page_alone() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), None);
    let service = Service::demonstrate(folder);
    let page = service.send("GET /", &[], "");
    assert!(page.body.contains("<title>Helpdex demonstration</title>"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(!page.body.contains("style=") && !page.body.contains("onclick"));
    let session = service.send("GET /demo/session", &[], "");
    assert_eq!(session.header("access-control-allow-origin"), None);
    let session = session.json(200);
    let key = format!("Bearer {}", session["site_key"].as_str().unwrap());
    let origin = format!("http://{}", service.address);
    let reader = session["reader_token"].as_str().unwrap();
    let headers = [
        ("Authorization", &*key),
        ("Origin", &origin),
        ("Helpdex-Reader", reader),
    ];
    assert_eq!(
        service
            .send("POST /v1/suggest", &headers, TICKET)
            .suggested(),
        ["card-reader"]
    );
    let rebound = "GET /demo/session HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert!(
        service
            .exchange(rebound.as_bytes())
            .starts_with("HTTP/1.1 403")
    );
    let plain = Service::start(with_keys);
    plain
        .send("GET /demo/session", &[], "")
        .is_problem(404, "not_found");
}
