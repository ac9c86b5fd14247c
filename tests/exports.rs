//! Writes articles and tickets of the sample corpus in the form of each helpdesk, reads them back, and compares the
//! verdicts and the back-test.

use std::fmt::Write as _;
use std::fs;

use helpdex::{
    Article, ArticleFields, BodyFormat, FeedbackEvent, Message, Ticket, Timestamp, Verdict,
    Visibility,
};
use helpdex_import::{
    ArticleLinks, ImportOptions, TicketOptions, TicketSource, read_articles, read_exported_tickets,
};
use helpdex_tests::{Helpdex, read, repository};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The number of tickets that are written: enough for every kind of verdict.
const TICKETS: usize = 150;

/// The number of the first article; helpdesks number theirs as high.
const FIRST_NUMBER: usize = 3_600_001;

const HOST: &str = "https://help.example.com";

/// Returns the English articles of the corpus, each with a number as its id.
fn articles() -> Vec<Article> {
    let options = ImportOptions::default();
    let files =
        read_articles(repository().join("corpus/articles"), &options).expect("the corpus is valid");
    let english = files
        .articles
        .map(|article| article.expect("the corpus is valid"))
        .filter(|article| article.locale().language() == "en")
        .filter(|article| article.fields().visibility == Visibility::Public);
    let numbered = english.zip(FIRST_NUMBER..).map(|(article, number)| {
        let fields = article.fields();
        let mut body = String::new();
        for line in fields.body.lines().filter(|line| !line.trim().is_empty()) {
            write!(body, "<p>{}</p>", escaped(line.trim())).expect("the corpus is valid");
        }
        Article::new(ArticleFields {
            id: number.to_string(),
            translation_group: Some(
                fields
                    .translation_group
                    .clone()
                    .unwrap_or_else(|| fields.id.clone()),
            ),
            locale: "en".to_owned(),
            title: fields.title.clone(),
            body,
            format: BodyFormat::Html,
            visibility: Visibility::Public,
            ..ArticleFields::default()
        })
        .expect("the corpus is valid")
    });
    numbered.collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Returns the first English tickets of the corpus, each with the article that answers it as if an agent had linked it.
fn solved(articles: &[Article], as_html: bool) -> Vec<FeedbackEvent> {
    let number_of = |group: &str| {
        let mut all = articles.iter();
        all.find(|article| article.fields().translation_group.as_deref() == Some(group))
            .map(|article| article.id().to_owned())
    };
    let lines = read("corpus/tickets/en.jsonl");
    let tickets = lines.lines().take(TICKETS).map(|line| {
        let line: Value = serde_json::from_str(line).expect("the corpus is valid");
        let text = line["text"]
            .as_str()
            .or(line["html"].as_str())
            .unwrap_or("How does it work?");
        let article = line["answers"][0].as_str().and_then(number_of);
        let message = if as_html {
            Message::Html(format!(
                "<div>{}</div>",
                escaped(text).replace('\n', "<br>")
            ))
        } else {
            Message::Text(text.to_owned())
        };
        FeedbackEvent {
            ticket_id: line["id"]
                .as_str()
                .expect("an id")
                .trim_start_matches(|c: char| !matches!(c, '1'..='9'))
                .to_owned(),
            ticket: Ticket {
                subject: line["subject"].as_str().map(str::to_owned),
                message,
                requester: line["requester"].as_str().map(|name| name[1..].to_owned()),
                ..Ticket::default()
            },
            at: line["created_at"]
                .as_str()
                .expect("a moment")
                .parse::<Timestamp>()
                .expect("a moment"),
            verdict: if article.is_some() {
                Verdict::Linked
            } else {
                Verdict::Unlinked
            },
            articles: article.into_iter().collect(),
            key: None,
        }
    });
    tickets.collect()
}

fn text_of(solved: &FeedbackEvent) -> &str {
    match &solved.ticket.message {
        Message::Text(text) | Message::Html(text) => text,
        Message::Email(_) => "",
    }
}

/// Returns the reply of an agent: a link in the form of the helpdesk, or words alone.
fn reply(solved: &FeedbackEvent, path: &str) -> String {
    match solved.articles.first() {
        Some(number) => {
            format!("<p>Please read <a href=\"{HOST}{path}{number}-slug\">this</a>.</p>")
        }
        None => "<p>We have changed it for you.</p>".to_owned(),
    }
}

fn zendesk(articles: &[Article], solved: &[FeedbackEvent]) -> (Value, Value) {
    let articles = articles.iter().map(|article| {
        let fields = article.fields();
        json!({"id": article.id().parse::<u64>().expect("a number"), "title": fields.title, "body": fields.body, "locale": "en", "source_locale": "en",
            "draft": false, "user_segment_id": null, "html_url": format!("{HOST}/hc/en/articles/{}", article.id())})
    });
    let tickets = solved.iter().map(|solved| {
        json!({"id": solved.ticket_id.parse::<u64>().expect("a number"), "subject": solved.ticket.subject, "status": "solved",
            "requester_id": solved.ticket.requester, "submitter_id": 1, "updated_at": solved.at.to_string(), "created_at": solved.at.to_string(),
            "comments": [
                {"id": 1, "author_id": solved.ticket.requester, "public": true, "body": text_of(solved), "created_at": solved.at.to_string()},
                {"id": 2, "author_id": 1, "public": false, "html_body": format!("{HOST}/hc/en/articles/{FIRST_NUMBER}"), "created_at": solved.at.to_string()},
                {"id": 3, "author_id": 1, "public": true, "html_body": reply(solved, "/hc/en/articles/"), "created_at": solved.at.to_string()}]})
    });
    (
        json!({"articles": articles.collect::<Vec<_>>()}),
        json!({"tickets": tickets.collect::<Vec<_>>()}),
    )
}

fn freshdesk(articles: &[Article], solved: &[FeedbackEvent]) -> (Value, Value) {
    let articles = articles.iter().map(|article| {
        let fields = article.fields();
        json!({"id": article.id().parse::<u64>().expect("a number"), "title": fields.title, "description": fields.body, "status": 2, "type": 1,
            "folder_id": 5, "folder_visibility": 1, "agent_id": 1, "category_id": 2})
    });
    let tickets = solved.iter().map(|solved| {
        json!({"id": solved.ticket_id.parse::<u64>().expect("a number"), "subject": solved.ticket.subject, "status": 5, "responder_id": 1,
            "requester_id": solved.ticket.requester, "description": text_of(solved), "created_at": solved.at.to_string(),
            "stats": {"resolved_at": solved.at.to_string()},
            "conversations": [{"id": 1, "incoming": false, "private": false, "body": reply(solved, "/en/support/solutions/articles/"), "created_at": solved.at.to_string()}]})
    });
    (
        json!(articles.collect::<Vec<_>>()),
        json!(tickets.collect::<Vec<_>>()),
    )
}

fn intercom(articles: &[Article], solved: &[FeedbackEvent]) -> (Value, Value) {
    let articles = articles.iter().map(|article| {
        let fields = article.fields();
        json!({"type": "article", "id": article.id(), "workspace_id": "w", "title": fields.title, "body": fields.body, "state": "published",
            "default_locale": "en", "help_center_audience": "everyone", "url": format!("{HOST}/en/articles/{}-slug", article.id())})
    });
    let tickets = solved.iter().map(|solved| {
        let at = solved.at.unix_seconds();
        json!({"type": "conversation", "id": solved.ticket_id, "title": solved.ticket.subject.as_deref().map(escaped), "state": "closed", "open": false,
            "created_at": at, "updated_at": at,
            "source": {"id": "1", "body": text_of(solved), "author": {"type": "user", "id": solved.ticket.requester}},
            "conversation_parts": {"conversation_parts": [
                {"id": "2", "part_type": "comment", "body": reply(solved, "/en/articles/"), "created_at": at, "author": {"type": "admin", "id": "1"}}]}})
    });
    (
        json!({"type": "list", "data": articles.collect::<Vec<_>>()}),
        json!({"type": "conversation.list", "conversations": tickets.collect::<Vec<_>>()}),
    )
}

fn help_scout(articles: &[Article], solved: &[FeedbackEvent]) -> (Value, Value) {
    let collection = json!({"collection": {"id": "c1", "visibility": "public", "name": "Help"}});
    let articles = articles.iter().map(|article| {
        let fields = article.fields();
        json!({"article": {"id": article.id(), "number": 7, "slug": "s", "collectionId": "c1", "status": "published", "name": fields.title, "text": fields.body,
            "publicUrl": format!("{HOST}/article/{}-slug", article.id())}})
    });
    let tickets = solved.iter().map(|solved| {
        let at = solved.at.to_string();
        json!({"id": solved.ticket_id.parse::<u64>().expect("a number"), "mailboxId": 3, "status": "closed", "state": "published", "subject": solved.ticket.subject,
            "primaryCustomer": {"id": solved.ticket.requester}, "createdAt": at, "closedAt": at, "_embedded": {"threads": [
                {"id": 2, "type": "message", "state": "published", "body": reply(solved, "/article/"), "createdBy": {"type": "user"}, "createdAt": at},
                {"id": 1, "type": "customer", "state": "published", "body": text_of(solved), "createdBy": {"type": "customer"}, "createdAt": at}]}})
    });
    let mut all: Vec<Value> = articles.collect();
    all.push(collection);
    (
        json!(all),
        json!({"_embedded": {"conversations": tickets.collect::<Vec<_>>()}}),
    )
}

fn zammad(articles: &[Article], solved: &[FeedbackEvent]) -> (Value, Value) {
    let mut tables =
        json!({"KnowledgeBaseLocale": {"1": {"id": 1, "primary": true, "locale": "en"}}});
    for article in articles {
        let (id, fields) = (article.id(), article.fields());
        tables["KnowledgeBaseAnswer"][id] =
            json!({"id": id, "category_id": 1, "published_at": "2025-01-01T00:00:00Z"});
        tables["KnowledgeBaseAnswerTranslation"][id] = json!({"id": id, "title": fields.title, "kb_locale_id": 1, "answer_id": id, "content_id": id});
        tables["KnowledgeBaseAnswerTranslationContent"][id] =
            json!({"id": id, "body": fields.body});
    }
    let tickets = solved.iter().map(|solved| {
        let (id, at) = (&solved.ticket_id, solved.at.to_string());
        json!({"id": id, "title": solved.ticket.subject, "state": "closed", "customer_id": solved.ticket.requester, "created_at": at, "close_at": at,
            "articles": [
                {"id": 1, "ticket_id": id, "sender": "Customer", "internal": false, "content_type": "text/plain", "body": text_of(solved), "created_at": at},
                {"id": 2, "ticket_id": id, "sender": "Agent", "internal": true, "content_type": "text/html",
                    "body": format!("{HOST}/help/en/1-all/{FIRST_NUMBER}-slug"), "created_at": at},
                {"id": 3, "ticket_id": id, "sender": "Agent", "internal": false, "content_type": "text/html", "body": reply(solved, "/help/en/1-all/"), "created_at": at}]})
    });
    (
        json!({"id": 1, "assets": tables}),
        json!(tickets.collect::<Vec<_>>()),
    )
}

/// Topics with an accepted answer are the articles, and topics that are closed the tickets.
fn discourse(articles: &[Article], solved: &[FeedbackEvent]) -> (Value, Value) {
    let post = |number: u32, user: &Value, cooked: &str, at: &str| json!({"id": number, "post_number": number, "post_type": 1, "username": user, "staff": number > 1, "cooked": cooked, "created_at": at});
    let articles = articles.iter().map(|article| {
        let fields = article.fields();
        let mut answer = post(2, &json!("agent"), &fields.body, "2025-01-01T00:00:00Z");
        answer["accepted_answer"] = json!(true);
        let question = post(1, &json!("asker"), "<p>How?</p>", "2025-01-01T00:00:00Z");
        json!({"id": article.id().parse::<u64>().expect("a number"), "title": fields.title, "visible": true, "archetype": "regular",
            "post_stream": {"posts": [question, answer]}})
    });
    let tickets = solved.iter().map(|solved| {
        let at = solved.at.to_string();
        let question = post(1, &json!(solved.ticket.requester), text_of(solved), &at);
        let reply = reply(solved, "/t/slug/").replace("-slug\"", "\"");
        json!({"id": solved.ticket_id.parse::<u64>().expect("a number"), "title": solved.ticket.subject, "visible": true, "closed": true,
            "archetype": "regular", "created_at": at, "last_posted_at": at,
            "post_stream": {"posts": [question, post(2, &json!("agent"), &reply, &at)]}})
    });
    (
        json!(articles.collect::<Vec<_>>()),
        json!(tickets.collect::<Vec<_>>()),
    )
}

/// Writes a JSON document; a list as one record a line.
fn lines(document: &Value) -> String {
    match document {
        Value::Array(records) => {
            let records: Vec<String> = records.iter().map(Value::to_string).collect();
            records.join("\n")
        }
        other => other.to_string(),
    }
}

type Form = fn(&[Article], &[FeedbackEvent]) -> (Value, Value);

/// Each helpdesk: whether its messages are HTML, and what stands before the number in the id of an article.
const FORMS: [(TicketSource, Form, bool, &str); 6] = [
    (TicketSource::Zendesk, zendesk, false, ""),
    (TicketSource::Freshdesk, freshdesk, true, ""),
    (TicketSource::Intercom, intercom, true, ""),
    (TicketSource::HelpScout, help_scout, true, ""),
    (TicketSource::Zammad, zammad, false, ""),
    (TicketSource::Discourse, discourse, true, "topic-"),
];

#[test]
fn the_corpus_in_the_form_of_each_helpdesk_has_the_same_verdicts() {
    let articles = articles();
    for (source, form, as_html, prefix) in FORMS {
        let solved = solved(&articles, as_html);
        let (written_articles, written_tickets) = form(&articles, &solved);
        let folder = tempfile::tempdir().unwrap();
        let articles_path = write(&folder, "articles.json", &lines(&written_articles));
        let tickets_path = write(&folder, "tickets.json", &lines(&written_tickets));
        let options = ImportOptions {
            locale: Some("en".parse().unwrap()),
            ..ImportOptions::default()
        };
        let read_back = read_articles(&articles_path, &options).unwrap();
        assert_eq!(read_back.skipped.to_string(), "", "{source}");
        assert_eq!(read_back.articles.len(), articles.len(), "{source}");
        let read_back: helpdex::Result<Vec<Article>> = read_back.articles.collect();
        let links = ArticleLinks::new(&read_back.unwrap()).unwrap();
        let import =
            read_exported_tickets(&tickets_path, &links, &TicketOptions::default()).unwrap();
        assert_eq!(import.source, source);
        assert_eq!(import.missing.len(), 0, "{source}");
        let mut expected = solved.clone();
        for article in expected.iter_mut().flat_map(|ticket| &mut ticket.articles) {
            article.insert_str(0, prefix);
        }
        expected.sort_by(|a, b| (a.at, &a.ticket_id).cmp(&(b.at, &b.ticket_id)));
        let mut found: Vec<FeedbackEvent> = import
            .tickets
            .into_iter()
            .map(|ticket| ticket.event)
            .collect();
        found.sort_by(|a, b| (a.at, &a.ticket_id).cmp(&(b.at, &b.ticket_id)));
        for ticket in &mut found {
            ticket.ticket.fields.clear();
        }
        assert_eq!(found.len(), expected.len(), "{source}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!(found == expected, "{source}: {found:?} {expected:?}");
        }
    }
}

#[test]
fn one_command_goes_from_an_export_to_the_back_test_of_its_verdicts() {
    let articles = articles();
    let (written_articles, written_tickets) = zendesk(&articles, &solved(&articles, false));
    let folder = tempfile::tempdir().unwrap();
    let articles_path = write(&folder, "articles.json", &lines(&written_articles));
    let tickets_path = write(&folder, "tickets.json", &lines(&written_tickets));
    let solved_path = folder.path().join("solved.jsonl").display().to_string();
    let read_tickets = [
        "tickets",
        &tickets_path,
        "--articles",
        &articles_path,
        "--into",
        &solved_path,
        "--json",
    ];
    let report = Helpdex::new(&read_tickets).run().json();
    assert_eq!(report["source"], "zendesk");
    assert_eq!(report["tickets_read"], TICKETS);
    let backtest = |tickets: &str| {
        let arguments = [
            "backtest",
            tickets,
            "--articles",
            &articles_path,
            "--periods",
            "2",
            "--json",
        ];
        Helpdex::new(&arguments).run().json()
    };
    let from_export = backtest(&tickets_path);
    assert_eq!(from_export, backtest(&solved_path));
    assert!(from_export["figures"]["answerable"].as_u64() > Some(0));
}

fn write(folder: &TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).expect("it can be written");
    path.display().to_string()
}
