//! Tests of what the author of an article can do to the articles of others.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use helpdex::{
    Article, ArticleFields, Audience, FeedbackEvent, KnowledgeBase, SuggestOptions, Suggestions,
    Ticket, Timestamp, Verdict, Visibility,
};

use common::{Editable, article, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

// ---------------------------------------------------------------------------------------------------------------------
// Translation groups

fn help_center() -> Vec<Article> {
    [
        (
            "reset-password",
            "Reset your password",
            "Choose Forgotten password on the sign-in page.",
        ),
        (
            "refund",
            "Refund a payment",
            "Open the payment, press Refund, enter the amount.",
        ),
        (
            "invoice",
            "Download an invoice",
            "Invoices are under Billing. Pick the month.",
        ),
    ]
    .map(|(id, title, body)| article(id, title, body))
    .into()
}

fn in_group(group: &str, fields: ArticleFields) -> Article {
    let translation_group = Some(group.into());
    Article::new(ArticleFields {
        translation_group,
        ..fields
    })
    .unwrap()
}

/// Returns an article that copies another one and adds to it.
fn evil() -> ArticleFields {
    fields(
        "evil",
        "Reset your password now",
        "Choose Forgotten password on the sign-in page. Send your password to us.",
    )
}

fn published(articles: Vec<Article>) -> Editable {
    let knowledge_base = Editable::in_memory();
    knowledge_base.sync(articles).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn ask(knowledge_base: &KnowledgeBase, ticket: &Ticket, audience: &Audience) -> Suggestions {
    let options = SuggestOptions::default();
    let mut answer = knowledge_base
        .suggest(ticket, audience, NOW, &options)
        .unwrap();
    answer.elapsed_us = 0;
    answer
}

fn ids(answer: &Suggestions) -> Vec<&str> {
    let ranking = answer.ranking.iter();
    ranking.map(|ranked| ranked.article_id.as_str()).collect()
}

const TICKET: &str = "I have forgotten my password and cannot get to the sign-in page";

#[test]
fn an_article_that_names_the_group_of_another_one_is_named_and_hides_nothing() {
    let mut articles = help_center();
    articles.push(in_group("reset-password", evil()));
    let knowledge_base = Editable::in_memory();
    knowledge_base.sync(articles).unwrap();
    let conflicts = knowledge_base.publish(NOW).unwrap().conflicts;
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].translation_group, "reset-password");
    assert_eq!(conflicts[0].locale.as_str(), "en");
    assert_eq!(conflicts[0].article_ids, ["evil", "reset-password"]);
    let answer = ask(
        &knowledge_base,
        &Ticket::from_text(TICKET),
        &Audience::public(),
    );
    let ranked = ids(&answer);
    assert!(
        ranked.contains(&"reset-password") && ranked.contains(&"evil"),
        "{ranked:?}"
    );

    // While it is written too: none takes the place of the other one.
    let options = SuggestOptions {
        decision: helpdex::Decision::MinProbability(0.0),
        ..SuggestOptions::default()
    };
    let mut draft = knowledge_base
        .draft(&Audience::public(), NOW, &options)
        .unwrap();
    for end in [10, 30, TICKET.len()] {
        let answer = draft.suggest(&Ticket::from_text(&TICKET[..end])).unwrap();
        let mut offered: Vec<&str> = answer.offered().iter().map(|o| &*o.article_id).collect();
        offered.sort_unstable();
        offered.dedup();
        assert_eq!(offered.len(), answer.offered().len());
    }
    let answer = draft.suggest(&Ticket::from_text(TICKET)).unwrap();
    let offered: Vec<&str> = answer.offered().iter().map(|o| &*o.article_id).collect();
    assert!(
        offered.contains(&"reset-password") && offered.contains(&"evil"),
        "{offered:?}"
    );
}

#[test]
fn an_article_with_the_id_of_a_group_is_no_translation_of_its_members() {
    let mut articles = vec![in_group(
        "password",
        fields(
            "reset-en",
            "Reset your password",
            "Choose Forgotten password.",
        ),
    )];
    articles.extend(help_center().split_off(1));
    articles.push(article(
        "password",
        "Password",
        "Choose Forgotten password, it is forgotten.",
    ));
    let knowledge_base = published(articles);
    let answer = ask(
        &knowledge_base,
        &Ticket::from_text(TICKET),
        &Audience::public(),
    );
    let ranked = ids(&answer);
    assert!(
        ranked.contains(&"reset-en") && ranked.contains(&"password"),
        "{ranked:?}"
    );
}

/// Returns solved tickets that share no word with the articles that answer them.
fn lessons() -> Vec<FeedbackEvent> {
    let topics = [
        (
            "reset-password",
            [
                "gizmo flashes orange and beeps thrice",
                "orange gizmo keeps beeping at me",
                "why does my gizmo flash orange",
                "beeping orange gizmo, nothing works",
                "the gizmo beeps and goes orange again",
            ],
        ),
        (
            "invoice",
            [
                "accountant needs the paperwork for march",
                "where is the paperwork for my accountant",
                "paperwork for the bookkeeper please",
                "bookkeeper wants last quarter's paperwork",
                "need paperwork, my bookkeeper asks",
            ],
        ),
    ];
    let asides = [
        "today",
        "again",
        "please",
        "since monday",
        "urgent",
        "for days",
        "in my shop",
        "any idea",
    ];
    let mut tickets = Vec::new();
    for (article, texts) in topics {
        for text in asides
            .iter()
            .flat_map(|aside| texts.map(|text| format!("{text}, {aside}")))
        {
            let number = tickets.len();
            tickets.push(FeedbackEvent {
                ticket_id: number.to_string(),
                ticket: Ticket {
                    requester: Some(format!("requester {number}")),
                    ..Ticket::from_text(text)
                },
                at: Timestamp::from_unix_seconds(1_790_000_000),
                verdict: Verdict::Linked,
                articles: vec![article.to_owned()],
                key: None,
            });
        }
    }
    tickets
}

#[test]
fn an_article_that_names_the_group_of_another_one_takes_none_of_its_tickets() {
    let gizmo = Ticket::from_text("my orange gizmo is beeping");
    let ask = |articles: Vec<Article>| {
        let knowledge_base = Editable::in_memory();
        knowledge_base.sync(articles).unwrap();
        knowledge_base.learn(lessons()).unwrap();
        knowledge_base.publish(NOW).unwrap();
        ask(&knowledge_base, &gizmo, &Audience::public())
    };
    let mut articles = help_center();
    let before = ask(articles.clone());
    assert_eq!(ids(&before)[0], "reset-password");
    articles.push(in_group("reset-password", evil()));
    let after = ask(articles);
    assert_eq!(ids(&after)[0], "reset-password");
    let of = |answer: &Suggestions, id: &str| {
        let mut ranking = answer.ranking.iter();
        let found = ranking.find(|ranked| ranked.article_id == id);
        found.map_or(0.0, |ranked| ranked.probability)
    };
    let (victims, evils) = (of(&after, "reset-password"), of(&after, "evil"));
    assert!(victims > 0.5 && evils < 0.2, "{victims} {evils}");
}

#[test]
fn an_article_about_something_else_in_another_locale_does_not_hide_the_one_that_fills_in() {
    let other = ArticleFields {
        locale: "lt".into(),
        ..fields(
            "kita",
            "Darbo laikas",
            "Dirbame kasdien nuo ryto iki vakaro.",
        )
    };
    let mut articles = help_center();
    articles.push(article(
        "code",
        "Error BRV-4102",
        "BRV-4102: pair the reader again.",
    ));
    articles.push(in_group("code", other));
    let knowledge_base = published(articles);
    let ticket = Ticket {
        locale: Some("lt".parse().unwrap()),
        ..Ticket::from_text("BRV-4102")
    };
    let answer = ask(&knowledge_base, &ticket, &Audience::public());
    assert_eq!(ids(&answer)[0], "code", "{answer:?}");
}

#[test]
fn a_conflict_with_an_article_that_a_reader_may_not_see_changes_nothing_for_them() {
    let mut articles = help_center();
    let of_agents = ArticleFields {
        visibility: Visibility::Internal,
        ..evil()
    };
    let without = published(articles.clone());
    articles.push(in_group("reset-password", of_agents));
    let with = published(articles);
    for text in [TICKET, "refund", "invoice for march"] {
        let ticket = Ticket::from_text(text);
        let audience = Audience::public();
        assert_eq!(
            ask(&without, &ticket, &audience),
            ask(&with, &ticket, &audience)
        );
    }
    let answer = ask(&with, &Ticket::from_text(TICKET), &Audience::internal());
    let ranked = ids(&answer);
    assert!(
        ranked.contains(&"reset-password") && ranked.contains(&"evil"),
        "{ranked:?}"
    );
}
