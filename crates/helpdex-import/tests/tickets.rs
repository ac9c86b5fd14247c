//! Reads exports of tickets from every source, which are made here after the public documentation. Each has notes,
//! several writers, a deleted article, an address that moved, a quotation, and a link that is corrected.

use std::fs;
use std::path::Path;

use helpdex::{Article, ArticleFields, Message, Verdict};
use helpdex_import::{
    ArticleLinks, ChosenLinks, FoundBy, TicketImport, TicketLeftOut, TicketOptions, TicketSource,
    TicketText, read_exported_tickets,
};
use serde_json::{Value, json};

const PIN: &str = "https://help.example.com/hc/en-us/articles/360001-Reset-your-PIN";
const CARD: &str = "https://help.example.com/hc/en-us/articles/360002-Order-a-new-card";
const GONE: &str = "https://help.example.com/hc/en-us/articles/360009-Old-page";
const HOME: &str = "https://help.example.com/hc/en-us";

fn links() -> ArticleLinks {
    let article = |id: &str, locale: &str, title: &str, url: &str| {
        Article::new(ArticleFields {
            id: id.to_owned(),
            translation_group: id.split_once('@').map(|(group, _)| group.to_owned()),
            locale: locale.to_owned(),
            title: title.to_owned(),
            url: Some(url.to_owned()),
            ..ArticleFields::default()
        })
        .expect("the input is valid")
    };
    let articles = [
        article("360001", "en-us", "Reset your PIN", PIN),
        article(
            "360001@de",
            "de",
            "PIN zurücksetzen",
            "https://help.example.com/hc/de/articles/360001-PIN-zuruecksetzen",
        ),
        article("360002", "en-us", "Order a new bank card", CARD),
    ];
    ArticleLinks::new(&articles).expect("the input is valid")
}

#[track_caller]
fn read(files: &[(&str, &str)], options: &TicketOptions) -> TicketImport {
    let folder = tempfile::tempdir().expect("the input is valid");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("the input is valid")).expect("the input is valid");
        fs::write(path, text).expect("the input is valid");
    }
    read_exported_tickets(folder.path(), &links(), options).expect("the input is valid")
}

/// Returns each ticket as `id: verdict articles`, in the order of ids.
fn verdicts(import: &TicketImport) -> Vec<String> {
    let mut shown: Vec<String> = import
        .tickets
        .iter()
        .map(|ticket| {
            let event = &ticket.event;
            let articles = event.articles.join(" ");
            let id = &event.ticket_id;
            format!("{id}: {} {articles}", event.verdict.name())
                .trim_end()
                .to_owned()
        })
        .collect();
    shown.sort();
    shown
}

fn text_of(import: &TicketImport, id: &str) -> String {
    let mut tickets = import.tickets.iter();
    let ticket = tickets
        .find(|ticket| ticket.event.ticket_id == id)
        .expect("the input is valid");
    match &ticket.event.ticket.message {
        Message::Text(text) | Message::Html(text) => text.clone(),
        Message::Email(mail) => String::from_utf8_lossy(mail).into_owned(),
    }
}

/// Asserts that no ticket contains the text of a note, the text of an agent or an address.
#[track_caller]
fn check_private(import: &TicketImport) {
    for ticket in &import.tickets {
        let text = text_of(import, &ticket.event.ticket_id);
        for secret in ["secret", "192.0.2", "agent says"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

fn zendesk_comment(id: u64, author: u64, public: bool, html: &str) -> Value {
    json!({"id": id, "type": "Comment", "author_id": author, "public": public, "html_body": html,
        "body": html, "created_at": format!("2026-03-01T10:{:02}:00Z", id % 60),
        "metadata": {"system": {"ip_address": "192.0.2.7", "location": "secret"}}})
}

fn zendesk_ticket(id: u64, status: &str, comments: &[Value]) -> Value {
    json!({"id": id, "subject": format!("Ticket {id}"), "description": "I forgot the PIN", "status": status,
        "requester_id": 5, "submitter_id": 5, "brand_id": 3, "tags": [], "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z", "comments": comments})
}

/// Returns a page of tickets with every kind of reply.
fn zendesk_page() -> String {
    let asks = |id| zendesk_comment(id, 5, true, "<p>I forgot the PIN of my card</p>");
    let reply = |id, html: &str| zendesk_comment(id, 9, true, &format!("<p>agent says {html}</p>"));
    let link = |to: &str| format!("<a href='{to}'>this page</a>");
    let tickets = vec![
        zendesk_ticket(1, "solved", &[asks(1), reply(2, &link(PIN))]),
        // The note has a link, and the reply none.
        zendesk_ticket(
            2,
            "closed",
            &[
                asks(3),
                zendesk_comment(4, 9, false, &format!("secret {}", link(PIN))),
                reply(5, "done"),
            ],
        ),
        // Corrected.
        zendesk_ticket(
            3,
            "solved",
            &[asks(6), reply(7, &link(CARD)), reply(8, &link(PIN))],
        ),
        // The customer's own link, quoted by the agent.
        zendesk_ticket(
            4,
            "solved",
            &[
                zendesk_comment(9, 5, true, &format!("I read {} and it fails", link(CARD))),
                zendesk_comment(
                    10,
                    9,
                    true,
                    &format!(
                        "We look into it.<div class='gmail_quote'>On Monday Ana wrote:<blockquote>I read {}</blockquote></div>",
                        link(CARD)
                    ),
                ),
            ],
        ),
        // The home page in the signature, and an article that is gone.
        zendesk_ticket(
            5,
            "solved",
            &[
                asks(11),
                reply(12, &format!("{}<br>-- <br>Bo, {}", link(GONE), link(HOME))),
            ],
        ),
        // Another language, another slug, a tracking parameter.
        zendesk_ticket(
            6,
            "solved",
            &[
                asks(13),
                reply(
                    14,
                    &link(
                        "https://help.example.com/hc/de/articles/360001-Alter-Titel?utm_source=x",
                    ),
                ),
            ],
        ),
        zendesk_ticket(7, "open", &[asks(15), reply(16, &link(PIN))]),
        json!({"id": 8, "status": "closed", "tags": ["closed_by_merge"], "requester_id": 5, "submitter_id": 5,
            "updated_at": "2026-03-01", "description": "the same again, please"}),
        // Another customer in copy, whose link is no verdict.
        zendesk_ticket(
            9,
            "solved",
            &[asks(17), zendesk_comment(18, 6, true, &link(PIN))],
        ),
        // A title, word for word.
        zendesk_ticket(
            10,
            "solved",
            &[
                asks(19),
                reply(20, "look for “Order a new bank card” in the help center"),
            ],
        ),
        json!({"id": 11, "status": "deleted", "requester_id": 5, "submitter_id": 5}),
        zendesk_ticket(
            12,
            "solved",
            &[zendesk_comment(21, 9, true, "agent says hello")],
        ),
    ];
    let users = json!([{"id": 5, "role": "end-user", "locale": "en-US", "email": "a@example.com"},
        {"id": 6, "role": "end-user", "email": "c@example.com"}, {"id": 9, "role": "agent", "email": "b@example.com"}]);
    json!({"tickets": tickets, "users": users, "next_page": null, "count": 12}).to_string()
}

#[test]
fn zendesk_tickets_have_the_verdicts_that_their_public_replies_give() {
    let import = read(
        &[("tickets.json", &zendesk_page())],
        &TicketOptions::default(),
    );
    assert_eq!(import.source, TicketSource::Zendesk);
    assert_eq!(
        verdicts(&import),
        [
            "10: linked 360002",
            "1: linked 360001",
            "2: unlinked",
            "3: linked 360001",
            "4: unlinked",
            "5: unlinked",
            "6: linked 360001@de",
            "9: unlinked",
        ]
    );
    assert_eq!(import.tickets_read, 12);
    let left_out = |reason| import.left_out.get(&reason).copied();
    assert_eq!(left_out(TicketLeftOut::Open), Some(1));
    assert_eq!(left_out(TicketLeftOut::Merged), Some(1));
    assert_eq!(left_out(TicketLeftOut::Deleted), Some(1));
    assert_eq!(left_out(TicketLeftOut::NoText), Some(1));
    assert_eq!(import.private_messages, 1);
    let missing: Vec<(&str, usize)> = import
        .missing
        .iter()
        .map(|(page, count)| (page.as_str(), *count))
        .collect();
    assert_eq!(
        missing,
        [("help.example.com/hc/en-us/articles/360009-old-page", 1)]
    );
    assert_eq!(import.summary().linked_by[FoundBy::Title.name()], 1);
    check_private(&import);
    let ticket = &import.tickets[0].event.ticket;
    assert_eq!(ticket.requester.as_deref(), Some("5"));
    assert_eq!(ticket.locale.as_ref().unwrap().to_string(), "en-us");
    assert_eq!(ticket.fields["brand"], "3");
    let month = import.summary().months["2026-03"];
    assert_eq!((month.linked, month.unlinked), (4, 4));
}

#[test]
fn all_links_and_the_first_one_can_be_chosen_and_titles_left_aside() {
    let comments = vec![
        zendesk_comment(1, 5, true, "I forgot the PIN"),
        zendesk_comment(2, 9, true, &format!("see {CARD}")),
        zendesk_comment(3, 5, true, "No, it is about a code"),
        zendesk_comment(4, 9, true, &format!("see {PIN}")),
        zendesk_comment(5, 5, true, "Great, that helped me"),
    ];
    let titled = vec![
        zendesk_comment(6, 5, true, "I need another card"),
        zendesk_comment(7, 9, true, "Order a new bank card"),
    ];
    let page = json!([
        zendesk_ticket(1, "solved", &comments),
        zendesk_ticket(2, "solved", &titled)
    ])
    .to_string();
    let files = [("t.json", page.as_str())];
    let with = |links, text, ignores_titles| {
        let options = TicketOptions {
            links,
            text,
            ignores_titles,
            ..TicketOptions::default()
        };
        read(&files, &options)
    };
    let last = with(ChosenLinks::Last, TicketText::First, false);
    assert_eq!(verdicts(&last), ["1: linked 360001", "2: linked 360002"]);
    let first_ticket = last
        .tickets
        .iter()
        .find(|ticket| ticket.event.ticket_id == "1");
    assert_eq!(first_ticket.unwrap().other_articles, ["360002"]);
    assert_eq!(text_of(&last, "1"), "I forgot the PIN");
    let first = with(ChosenLinks::First, TicketText::All, true);
    assert_eq!(verdicts(&first), ["1: linked 360002", "2: unlinked"]);
    assert_eq!(
        text_of(&first, "1"),
        "I forgot the PIN\n\nNo, it is about a code"
    );
    let all = with(ChosenLinks::All, TicketText::First, true);
    assert_eq!(verdicts(&all), ["1: linked 360002 360001", "2: unlinked"]);
}

#[test]
fn zendesk_events_and_lines_are_read_and_a_ticket_given_twice_counts_once() {
    let event = |ticket: u64, id: u64, author: u64, public: bool, body: &str| {
        json!({"id": id + 100, "ticket_id": ticket, "timestamp": 1_772_359_200 + id, "child_events": [
            {"event_type": "Change", "status": "open"},
            {"event_type": "Comment", "id": id, "author_id": author, "public": public, "body": body}]})
    };
    let old = json!({"id": 1, "status": "open", "requester_id": 5, "submitter_id": 5, "generated_timestamp": 1_772_359_000});
    let new = json!({"id": 1, "status": "solved", "requester_id": 5, "submitter_id": 5, "generated_timestamp": 1_772_359_900});
    let events = json!({"ticket_events": [event(1, 1, 5, true, "I forgot the PIN"), event(1, 2, 9, false, "secret note"),
        event(1, 3, 9, true, PIN)], "end_time": 1}).to_string();
    let again = json!({"ticket_events": [event(1, 3, 9, true, PIN)], "end_time": 2}).to_string();
    let lines = format!("{new}\n{old}\n");
    let import = read(
        &[
            ("events-1.json", &events),
            ("events-2.json", &again),
            ("tickets.jsonl", &lines),
        ],
        &TicketOptions::default(),
    );
    assert_eq!(import.source, TicketSource::Zendesk);
    assert_eq!(verdicts(&import), ["1: linked 360001"]);
    assert_eq!(text_of(&import, "1"), "I forgot the PIN");
    check_private(&import);
}

#[test]
fn freshdesk_tickets_have_their_verdicts() {
    let ticket = |id: u64, status: u64, replies: Vec<Value>| {
        json!({"id": id, "subject": "Card", "description": "<div>I forgot the PIN</div>", "description_text": "I forgot the PIN",
            "status": status, "requester_id": 5, "responder_id": 9, "spam": id == 4, "product_id": 2, "created_at": "2026-03-01T09:00:00Z",
            "updated_at": "2026-03-02T09:00:00Z", "stats": {"resolved_at": "2026-03-01T11:00:00Z"}, "conversations": replies})
    };
    let reply = |id: u64, incoming: bool, private: bool, html: &str| {
        json!({"id": id, "ticket_id": 1, "incoming": incoming, "private": private, "body": html, "body_text": html,
            "created_at": "2026-03-01T10:00:00Z"})
    };
    let linked = format!("<p>agent says <a href='{PIN}'>read</a></p>");
    let tickets = json!([
        ticket(1, 5, vec![]),
        ticket(
            2,
            4,
            vec![
                reply(3, false, true, &format!("secret {CARD}")),
                reply(4, true, false, CARD)
            ]
        ),
        ticket(3, 2, vec![reply(5, false, false, &linked)]),
        ticket(4, 5, vec![reply(6, false, false, &linked)]),
    ])
    .to_string();
    let conversations = json!([
        reply(1, false, true, "secret"),
        reply(2, false, false, &linked)
    ])
    .to_string();
    let import = read(
        &[
            ("tickets.json", &tickets),
            ("conversations.json", &conversations),
        ],
        &TicketOptions::default(),
    );
    assert_eq!(import.source, TicketSource::Freshdesk);
    assert_eq!(verdicts(&import), ["1: linked 360001", "2: unlinked"]);
    assert_eq!(import.left_out[&TicketLeftOut::Open], 1);
    assert_eq!(import.left_out[&TicketLeftOut::Deleted], 1);
    assert_eq!(import.private_messages, 2);
    check_private(&import);
    assert_eq!(import.tickets[0].event.at.date(), "2026-03-01");
}

#[test]
fn intercom_conversations_have_their_verdicts() {
    let part = |id: u64, kind: &str, author: &str, body: &str| {
        json!({"type": "conversation_part", "id": id, "part_type": kind, "body": body, "created_at": 1_772_359_200 + id,
            "author": {"type": author, "id": "9"}, "redacted": false})
    };
    let conversation = |id: &str, state: &str, parts: Vec<Value>| {
        json!({"type": "conversation", "id": id, "title": "<p>Card</p>", "created_at": 1_772_359_000, "updated_at": 1_772_399_000,
            "open": state == "open", "state": state, "contacts": {"contacts": [{"id": "c5"}]},
            "source": {"type": "conversation", "id": "s1", "delivered_as": "customer_initiated", "subject": "", "body": "<p>I forgot the PIN</p>",
                "author": {"type": "user", "id": "c5"}},
            "conversation_parts": {"type": "conversation_part.list", "conversation_parts": parts, "total_count": 1}})
    };
    let list = json!({"type": "conversation.list", "conversations": [
        conversation("1", "closed", vec![part(1, "note", "admin", &format!("secret {CARD}")), part(2, "comment", "admin", &format!("agent says <a href=\"{PIN}\">x</a>"))]),
        conversation("2", "closed", vec![part(3, "comment", "user", PIN), part(4, "close", "admin", "done")]),
        conversation("3", "open", vec![]),
    ], "total_count": 3}).to_string();
    let import = read(&[("c.json", &list)], &TicketOptions::default());
    assert_eq!(import.source, TicketSource::Intercom);
    assert_eq!(verdicts(&import), ["1: linked 360001", "2: unlinked"]);
    assert_eq!(
        import.tickets[0].event.ticket.subject.as_deref(),
        Some("Card")
    );
    check_private(&import);
}

#[test]
fn help_scout_conversations_have_their_verdicts() {
    let thread = |id: u64, kind: &str, by: &str, state: &str, body: &str| {
        json!({"id": id, "type": kind, "state": state, "body": body, "createdBy": {"id": 1, "type": by},
            "createdAt": format!("2026-03-01T10:{id:02}:00Z")})
    };
    let conversation = |id: u64, status: &str, threads: Vec<Value>| {
        json!({"id": id, "number": id, "mailboxId": 7, "status": status, "state": "published", "subject": "Card",
            "primaryCustomer": {"id": 5}, "createdAt": "2026-03-01T09:00:00Z", "closedAt": "2026-03-01T11:00:00Z",
            "_embedded": {"threads": threads}})
    };
    let asks = |id| thread(id, "customer", "customer", "published", "I forgot the PIN");
    let page = json!({"_embedded": {"conversations": [
        conversation(1, "closed", vec![thread(3, "message", "user", "published", &format!("agent says {PIN}")), thread(2, "note", "user", "published", &format!("secret {CARD}")), asks(1)]),
        conversation(2, "closed", vec![asks(4), thread(5, "message", "user", "draft", PIN)]),
        conversation(3, "spam", vec![asks(6)]),
    ]}, "page": {"size": 3}}).to_string();
    let import = read(&[("c.json", &page)], &TicketOptions::default());
    assert_eq!(import.source, TicketSource::HelpScout);
    assert_eq!(verdicts(&import), ["1: linked 360001", "2: unlinked"]);
    check_private(&import);
    // A site of Docs in the same folder has the number of a mailbox, and is no ticket.
    let site =
        json!({"id": 9, "mailboxId": 7, "status": "active", "subDomain": "acme"}).to_string();
    let import = read(
        &[("a.json", &site), ("c.json", &page)],
        &TicketOptions::default(),
    );
    assert_eq!(import.tickets_read, 3);
    // A conversation may have no subject.
    let bare = json!({"id": 8, "mailboxId": 7, "status": "closed", "subject": null, "closedAt": "2026-03-01T00:00:00Z", "_embedded": {"threads": [
        {"id": 1, "type": "customer", "state": "published", "body": "How do I pay?", "createdBy": {"type": "customer"}, "createdAt": "2026-03-01T00:00:00Z"}]}});
    let import = read(&[("b.json", &bare.to_string())], &TicketOptions::default());
    assert_eq!(verdicts(&import), ["8: unlinked"]);
}

#[test]
fn zammad_tickets_have_their_verdicts() {
    let ticket = |id: u64, state: &str| {
        json!({"id": id, "number": "4711", "title": "Card", "state": state, "customer_id": 5, "article_count": 2,
        "created_at": "2026-03-01T09:00:00Z", "close_at": "2026-03-01T11:00:00Z"})
    };
    let article = |id: u64, ticket: u64, sender: &str, internal: bool, body: &str| {
        json!({"id": id, "ticket_id": ticket, "sender": sender, "internal": internal, "type": "email", "content_type": "text/html",
            "body": body, "created_at": format!("2026-03-01T10:{id:02}:00Z")})
    };
    let tickets = json!([
        ticket(1, "closed"),
        ticket(2, "closed"),
        ticket(3, "merged")
    ])
    .to_string();
    let articles = json!([
        article(1, 1, "Customer", false, "I forgot the PIN"),
        article(2, 1, "Agent", true, &format!("secret {CARD}")),
        article(
            3,
            1,
            "Agent",
            false,
            &format!(
                "agent says <a href='{PIN}'>x</a><span class=\"js-signatureMarker\"></span>{CARD}"
            )
        ),
        article(4, 2, "Customer", false, "My card is lost"),
        article(5, 2, "System", false, PIN),
    ])
    .to_string();
    let import = read(
        &[("tickets.json", &tickets), ("articles.json", &articles)],
        &TicketOptions::default(),
    );
    assert_eq!(import.source, TicketSource::Zammad);
    assert_eq!(verdicts(&import), ["1: linked 360001", "2: unlinked"]);
    check_private(&import);
}

#[test]
fn discourse_topics_have_their_verdicts() {
    let post = |number: u64, user: &str, kind: u64, staff: bool, accepted: bool, html: &str| {
        json!({"id": number + 100, "post_number": number, "post_type": kind, "username": user, "cooked": html, "staff": staff,
            "accepted_answer": accepted, "created_at": format!("2026-03-01T10:{number:02}:00Z")})
    };
    let topic = |id: u64, posts: Vec<Value>| {
        json!({"id": id, "title": "I forgot the PIN", "archetype": "regular", "visible": true, "closed": false,
        "created_at": "2026-03-01T09:00:00Z", "post_stream": {"posts": posts, "stream": []}})
    };
    let asks = || post(1, "ana", 1, false, false, "<p>How do I get a new one?</p>");
    let import = read(
        &[
            (
                "1.json",
                &topic(
                    1,
                    vec![
                        asks(),
                        post(2, "bo", 4, true, false, &format!("secret {CARD}")),
                        post(3, "cy", 1, false, true, &format!("<a href='{PIN}'>x</a>")),
                    ],
                )
                .to_string(),
            ),
            (
                "2.json",
                &topic(2, vec![asks(), post(2, "bo", 1, true, false, PIN)]).to_string(),
            ),
        ],
        &TicketOptions::default(),
    );
    assert_eq!(import.source, TicketSource::Discourse);
    assert_eq!(verdicts(&import), ["1: linked 360001"]);
    assert_eq!(import.left_out[&TicketLeftOut::Open], 1);
    check_private(&import);
}

#[test]
fn github_issues_have_their_verdicts() {
    let issue = |number: u64, state: &str| {
        json!({"number": number, "title": "PIN", "body": "<!-- form -->I forgot the PIN", "state": state,
        "user": {"login": "ana"}, "author_association": "NONE", "created_at": "2026-03-01T09:00:00Z", "closed_at": "2026-03-01T12:00:00Z"})
    };
    let comment = |id: u64, number: u64, login: &str, role: &str, body: &str| {
        json!({"id": id, "issue_url": format!("https://api.example.com/repos/a/b/issues/{number}"), "user": {"login": login},
            "author_association": role, "body": body, "created_at": "2026-03-01T10:00:00Z"})
    };
    let mut pull = issue(3, "closed");
    pull["pull_request"] = json!({"url": "x"});
    let issues = json!([issue(1, "closed"), issue(2, "closed"), pull]).to_string();
    let comments = json!([
        comment(1, 1, "bo", "MEMBER", &format!("agent says {PIN}")),
        comment(2, 2, "cy", "NONE", &format!("see {PIN}")),
    ])
    .to_string();
    let import = read(
        &[("issues.json", &issues), ("comments.json", &comments)],
        &TicketOptions::default(),
    );
    assert_eq!(import.source, TicketSource::Github);
    assert_eq!(verdicts(&import), ["1: linked 360001", "2: unlinked"]);
    assert_eq!(import.left_out[&TicketLeftOut::NotATicket], 1);
    assert_eq!(text_of(&import, "1"), "I forgot the PIN");
}

#[test]
fn jira_issues_have_their_verdicts() {
    let comment = |id: u64, author: &str, public: Option<bool>, body: Value| {
        let mut comment = json!({"id": id, "body": body, "author": {"accountId": author}, "created": "2026-03-01T10:00:00.000+0000"});
        if let Some(public) = public {
            comment["jsdPublic"] = json!(public);
        }
        comment
    };
    let issue = |key: &str, done: bool, comments: Vec<Value>| {
        json!({"id": "1", "key": key, "fields": {"summary": "Card", "description": "I forgot the PIN",
            "status": {"statusCategory": {"key": if done { "done" } else { "new" }}}, "reporter": {"accountId": "ana"},
            "created": "2026-03-01T09:00:00.000+0000", "resolutiondate": if done { json!("2026-03-01T12:00:00.000+0000") } else { Value::Null },
            "comment": {"comments": comments}}})
    };
    let document = json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [
        {"type": "text", "text": "agent says this", "marks": [{"type": "link", "attrs": {"href": PIN}}]}]}]});
    let page = json!({"issues": [
        issue("HELP-1", true, vec![comment(1, "bo", Some(true), document), comment(2, "bo", Some(false), json!(format!("secret {CARD}")))]),
        issue("HELP-2", true, vec![comment(3, "ana", None, json!(PIN))]),
        issue("HELP-3", false, vec![]),
    ]}).to_string();
    let import = read(&[("issues.json", &page)], &TicketOptions::default());
    assert_eq!(import.source, TicketSource::Jira);
    assert_eq!(
        verdicts(&import),
        ["HELP-1: linked 360001", "HELP-2: unlinked"]
    );
    check_private(&import);
}

fn mail(id: &str, reply_to: &str, from: &str, body: &str) -> String {
    let reply = if reply_to.is_empty() {
        String::new()
    } else {
        format!("In-Reply-To: <{reply_to}>\nReferences: <{reply_to}>\n")
    };
    format!(
        "Message-ID: <{id}>\n{reply}From: {from}\nTo: x@example.com\nDate: Sun, 1 Mar 2026 10:00:00 +0000\nSubject: Card\n\n{body}\n"
    )
}

#[test]
fn mails_of_a_thread_are_one_ticket() {
    let asks = mail(
        "1@a",
        "",
        "Ana <ana@customer.example>",
        "I forgot the PIN\n>From here on I am lost",
    );
    let answers = mail(
        "2@b",
        "1@a",
        "Bo <bo@support.example>",
        &format!("agent says {PIN}\n\nOn Sunday Ana wrote:\n> I read {CARD}"),
    );
    let other = mail("3@a", "", "Cy <cy@customer.example>", "My card is lost");
    let bounce = "Message-ID: <4@a>\nFrom: MAILER-DAEMON <m@customer.example>\nAuto-Submitted: auto-replied\nDate: Sun, 1 Mar 2026 10:00:00 +0000\nSubject: Away\n\nI am away until Monday.\n";
    let reply = mail("5@b", "4@a", "Bo <bo@support.example>", PIN);
    let from = "From x@example.com Sun Mar  1 10:00:00 2026\n";
    let mbox = [&answers, &asks, &other, bounce, &reply]
        .map(|mail| format!("{from}{mail}\n"))
        .concat();
    let import = read(&[("box.mbox", &mbox)], &TicketOptions::default());
    assert_eq!(import.source, TicketSource::Mail);
    assert_eq!(verdicts(&import), ["1@a: linked 360001"]);
    assert_eq!(import.left_out[&TicketLeftOut::Open], 1);
    assert_eq!(import.left_out[&TicketLeftOut::MachineWritten], 1);
    let single = read(
        &[("a/1.eml", &asks), ("a/2.eml", &answers)],
        &TicketOptions {
            agents: vec!["support.example".to_owned()],
            ..TicketOptions::default()
        },
    );
    assert_eq!(verdicts(&single), ["1@a: linked 360001"]);
}

#[test]
fn a_table_is_read_by_its_columns() {
    let table = format!(
        "Ticket ID,Subject,Description,Status,Created at,Resolution\n\
         1,Card,\"I forgot, as always, the PIN\",Closed,2026-03-01 10:00,See {PIN}\n\
         2,Card,My card is lost,Resolved,2026-03-02 10:00,done\n\
         3,Card,Is it open?,Open,2026-03-03 10:00,\n"
    );
    let import = read(&[("t.csv", &table)], &TicketOptions::default());
    assert_eq!(import.source, TicketSource::Table);
    assert_eq!(verdicts(&import), ["1: linked 360001", "2: unlinked"]);
    assert_eq!(text_of(&import, "1"), "I forgot, as always, the PIN");
    assert!(
        import.columns.contains("reply=Resolution"),
        "{}",
        import.columns
    );
    let named = "Nr;Frage;Artikel;Ende\n1;Ich habe die PIN vergessen;360001;2026-03-01\n2;Karte weg;999;2026-03-02\n";
    let columns = [
        ("id", "Nr"),
        ("text", "Frage"),
        ("articles", "Artikel"),
        ("solved_at", "Ende"),
    ];
    let options = TicketOptions {
        source: Some(TicketSource::Table),
        columns: columns
            .map(|(field, column)| (field.to_owned(), column.to_owned()))
            .to_vec(),
        ..TicketOptions::default()
    };
    let import = read(&[("t.csv", named)], &options);
    assert_eq!(verdicts(&import), ["1: linked 360001", "2: unlinked"]);
    assert_eq!(import.missing["999"], 1);
    assert_eq!(import.summary().linked_by[FoundBy::Field.name()], 1);
}

#[test]
fn what_is_no_export_is_refused_and_a_broken_file_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "nothing").unwrap();
    let error = read_exported_tickets(folder.path(), &links(), &TicketOptions::default());
    let error = error.unwrap_err().to_string();
    assert!(error.contains("no export of tickets"), "{error}");
    let good = json!([zendesk_ticket(
        1,
        "solved",
        &[zendesk_comment(1, 5, true, "I forgot the PIN")]
    )])
    .to_string();
    let import = read(
        &[
            ("a.json", &good),
            ("b.json", "{\"tickets\": [{\"secret\": "),
        ],
        &TicketOptions::default(),
    );
    assert_eq!(verdicts(&import), ["1: unlinked"]);
    assert_eq!(import.skipped.count(), 1);
    let error = import.skipped.kept()[0].to_string();
    assert!(
        error.contains("b.json") && !error.contains("secret"),
        "{error}"
    );
    assert!(Path::new(&folder.path().join("a.txt")).exists());
}

#[test]
fn a_verdict_is_only_linked_or_unlinked() {
    let page = json!([zendesk_ticket(
        1,
        "solved",
        &[zendesk_comment(1, 5, true, "I forgot the PIN")]
    )])
    .to_string();
    let import = read(&[("a.json", &page)], &TicketOptions::default());
    assert_eq!(import.tickets[0].event.verdict, Verdict::Unlinked);
    assert!(import.tickets[0].event.check().is_ok());
}

#[test]
fn messages_within_a_ticket_are_its_own_when_each_ticket_is_a_line() {
    let at = "2026-03-01T10:00:00Z";
    let freshdesk = json!({"id": 1, "requester_id": 5, "responder_id": 9, "status": 5, "description_text": "I forgot the PIN",
        "created_at": at, "conversations": [{"id": 1, "incoming": false, "private": false, "body_text": PIN, "created_at": at}]});
    let jira = json!({"issueKey": "HELP-1", "createdDate": {"iso8601": at}, "currentStatus": {"statusCategory": "DONE"},
        "reporter": {"accountId": "ana"}, "requestFieldValues": [{"fieldId": "description", "value": "I forgot the PIN"}],
        "comments": {"values": [{"id": 1, "body": PIN, "public": true, "author": {"accountId": "bo"}, "created": {"iso8601": at}}]}});
    let github = json!({"number": 1, "title": "PIN", "body": "I forgot the PIN", "author": {"login": "ana"}, "authorAssociation": "NONE",
        "state": "CLOSED", "createdAt": at, "comments": {"nodes": [
            {"id": 1, "body": PIN, "author": {"login": "bo"}, "authorAssociation": "MEMBER", "createdAt": at}]}});
    for (line, id) in [(freshdesk, "1"), (jira, "HELP-1"), (github, "1")] {
        let import = read(
            &[("t.jsonl", &format!("{line}\n"))],
            &TicketOptions::default(),
        );
        assert_eq!(verdicts(&import), [format!("{id}: linked 360001")]);
    }
}

#[test]
fn answers_of_an_interface_are_read_in_their_wrappers() {
    let at = "2026-03-01T10:00:00Z";
    let discussion = json!({"number": 7, "title": "PIN", "body": "I forgot the PIN", "author": {"login": "ana"}, "authorAssociation": "NONE",
        "createdAt": at, "answer": {"id": 1, "body": PIN, "author": {"login": "bo"}, "createdAt": at}});
    let github =
        json!({"data": {"repository": {"discussions": {"nodes": [discussion]}}}}).to_string();
    let import = read(&[("d.json", &github)], &TicketOptions::default());
    assert_eq!(verdicts(&import), ["7: linked 360001"]);
    let request = json!({"issueKey": "HELP-2", "createdDate": {"iso8601": at}, "currentStatus": {"statusCategory": "DONE"},
        "requestFieldValues": [{"fieldId": "summary", "value": "PIN"}, {"fieldId": "description", "value": "I forgot it"}]});
    let jira = json!({"size": 1, "values": [request]}).to_string();
    let import = read(&[("r.json", &jira)], &TicketOptions::default());
    assert_eq!(verdicts(&import), ["HELP-2: unlinked"]);
}
