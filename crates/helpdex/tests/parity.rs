//! Runs the same cases in Rust and Python, and compares both with the same stored outcomes.
//!
//! `UPDATE_PARITY=1 cargo test -p helpdex --test parity` writes the outcomes anew; read the difference. The Python half
//! is `python/tests/test_parity.py`.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use helpdex::article::Votes;
use helpdex::confidence::TargetPrecision;
use helpdex::{
    Article, ArticleFields, Audience, Decision, KnowledgeBase, Message, SuggestOptions, Ticket,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

#[test]
fn rust_gives_the_stored_outcomes() {
    let outcomes = outcomes(&read("cases.json"));
    if env::var_os("UPDATE_PARITY").is_some() {
        let mut text = serde_json::to_string_pretty(&outcomes).unwrap();
        text.push('\n');
        fs::write(folder().join("outcomes.json"), text).unwrap();
    }
    let stored = read("outcomes.json");
    for (name, answer) in outcomes["answers"].as_object().unwrap() {
        assert_eq!(answer, &stored["answers"][name], "{name}: {REMEDY}");
    }
    assert_eq!(outcomes, stored, "{REMEDY}");
}

const REMEDY: &str =
    "where the change is meant, set UPDATE_PARITY=1 and read what became of outcomes.json";

fn outcomes(cases: &Value) -> Value {
    let now = cases["now"].as_str().unwrap().parse().unwrap();
    let articles = cases["articles"].as_array().unwrap();
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().unwrap();
    let changes = writer
        .sync(articles.iter().map(|fields| article(fields).unwrap()))
        .unwrap();
    let published = writer.publish(now).unwrap();
    let refused = cases["refused"].as_array().unwrap().iter();
    let refused: Vec<String> = refused
        .map(|fields| article(fields).unwrap_err().to_string())
        .collect();
    let mut answers = Map::new();
    for (name, question) in cases["questions"].as_object().unwrap() {
        let audience = audience(&question["audience"]);
        let answer = knowledge_base
            .suggest(
                &ticket(&question["ticket"]),
                &audience,
                now,
                &options(&question["options"]),
            )
            .unwrap();
        answers.insert(name.clone(), comparable(as_json(&answer)));
    }
    json!({
        "changes": as_json(&changes),
        "published": as_json(&published),
        "locales": as_json(&knowledge_base.locales(&Audience::public(), now)),
        "refused": refused,
        "answers": answers,
    })
}

fn article(fields: &Value) -> helpdex::Result<Article> {
    let mut article = ArticleFields::default();
    for (name, value) in fields.as_object().unwrap() {
        match name.as_str() {
            "id" => article.id = from_json(value),
            "translation_group" => article.translation_group = from_json(value),
            "locale" => article.locale = from_json(value),
            "title" => article.title = from_json(value),
            "body" => article.body = from_json(value),
            "format" => article.format = from_json(value),
            "section_path" => article.section_path = from_json(value),
            "labels" => article.labels = from_json(value),
            "products" => article.products = from_json(value),
            "brand" => article.brand = from_json(value),
            "status" => article.status = from_json(value),
            "visibility" => article.visibility = from_json(value),
            "user_segments" => article.user_segments = from_json(value),
            "valid_from" => article.valid_from = from_json(value),
            "valid_until" => article.valid_until = from_json(value),
            "url" => article.url = from_json(value),
            "votes" => {
                let [up, down] = ["up", "down"].map(|name| from_json(&value[name]));
                article.votes = Some(Votes { up, down });
            }
            _ => panic!("field {name:?} of an article is unknown"),
        }
    }
    Article::new(article)
}

fn from_json<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn ticket(case: &Value) -> Ticket {
    let text = |name: &str| case[name].as_str().map(str::to_owned);
    let message = match (text("html"), text("email")) {
        (Some(html), _) => Message::Html(html),
        (_, Some(email)) => Message::Email(email.into_bytes()),
        _ => Message::Text(text("text").unwrap_or_default()),
    };
    Ticket {
        subject: text("subject"),
        message,
        locale: text("locale").map(|tag| tag.parse().unwrap()),
        fields: serde_json::from_value(or_empty(&case["fields"])).unwrap(),
        requester: text("requester"),
        reference: text("reference"),
        vector: None,
    }
}

fn audience(case: &Value) -> Audience {
    let segments = case["user_segments"].as_array().into_iter().flatten();
    let segments = segments.map(|segment| segment.as_str().unwrap().to_owned());
    Audience::from_name(
        case["name"].as_str().unwrap_or("public"),
        segments.collect(),
    )
    .unwrap()
}

/// Returns the options of a case. Options that it does not name have their default, in Rust and in Python.
fn options(case: &Value) -> SuggestOptions {
    let mut options = SuggestOptions::default();
    let fields = or_empty(case);
    for (name, value) in fields.as_object().unwrap() {
        let text = || value.as_str().map(str::to_owned);
        #[expect(clippy::cast_possible_truncation)]
        match name.as_str() {
            "limit" => options.limit = from_json(value),
            "min_probability" => {
                options.decision = Decision::MinProbability(value.as_f64().unwrap() as f32);
            }
            "target_precision" => {
                let target = TargetPrecision::of(value.as_f64().unwrap());
                options.decision = Decision::TargetPrecision(target);
            }
            "promise" => options.promise = from_json(value),
            "popularity" => options.popularity = value.as_f64().unwrap() as f32,
            "told_to_agent" => options.told_to_agent = value.as_bool().unwrap(),
            "brand" => options.filter.brand = text(),
            "label" => options.filter.label = text(),
            "product" => options.filter.product = text(),
            _ => panic!("option {name:?} of a case is unknown"),
        }
    }
    options
}

fn or_empty(value: &Value) -> Value {
    if value.is_null() {
        json!({})
    } else {
        value.clone()
    }
}

/// Converts a value to JSON by way of its text, so that a number is the one of its shortest form.
fn as_json(value: &impl Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

/// Returns the answer without its time, and with the highlighted words in place of their ranges, because Rust counts
/// bytes.
fn comparable(mut answer: Value) -> Value {
    answer.as_object_mut().unwrap().remove("elapsed_us");
    let offered = answer.get_mut("offered").and_then(Value::as_array_mut);
    for suggestion in offered.into_iter().flatten() {
        let passage = &mut suggestion["passage"];
        if passage.is_null() {
            continue;
        }
        let text = passage["text"].as_str().unwrap().to_owned();
        for highlight in passage["highlights"].as_array_mut().unwrap() {
            let at = |end: &str| usize::try_from(highlight[end].as_u64().unwrap()).unwrap();
            *highlight = text[at("start")..at("end")].into();
        }
    }
    answer
}

fn read(name: &str) -> Value {
    let text = fs::read_to_string(folder().join(name)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity")
}
