//! Tests that articles with nearly the same text are one choice among the articles that a reader sees.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use helpdex::{
    Article, ArticleFields, Audience, FeedbackEvent, Filter, KnowledgeBase, SuggestOptions,
    Suggestions, Ticket, Timestamp, Verdict, Visibility,
};

use common::{Editable, article, article_about, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_000_000);

const TITLE: &str = "Pair the card reader";
const BODY: &str = "Hold the power button of the card reader until the light blinks blue. Then open the settings of the \
                    app, choose Bluetooth, and pick the reader from the list. It beeps once when it is paired.";
const QUESTION: &str = "how do I pair my card reader by bluetooth";

fn others() -> Vec<Article> {
    ["invoice", "password", "refund", "voucher"]
        .map(|matter| article_about(matter, Visibility::Public))
        .into()
}

fn published(articles: impl IntoIterator<Item = ArticleFields>) -> Editable {
    let knowledge_base = Editable::in_memory();
    let articles = articles
        .into_iter()
        .map(|fields| Article::new(fields).unwrap());
    let articles: Vec<Article> = articles.chain(others()).collect();
    knowledge_base.sync(articles).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn page(id: &str) -> ArticleFields {
    fields(id, TITLE, BODY)
}

fn version(id: &str) -> ArticleFields {
    fields(id, TITLE, &BODY.replace("beeps once", "beeps twice"))
}

fn ask(knowledge_base: &KnowledgeBase, audience: &Audience, filter: Filter) -> Suggestions {
    let options = SuggestOptions {
        filter,
        hide_elapsed: true,
        ..SuggestOptions::default()
    };
    let ticket = Ticket::from_text(QUESTION);
    knowledge_base
        .suggest(&ticket, audience, NOW, &options)
        .unwrap()
}

/// Returns the id of the first article, the ids that it stands for, and its probability.
fn first(answer: &Suggestions) -> (&str, &[String], f32) {
    let first = &answer.ranking[0];
    (&first.article_id, &first.same_as, first.probability)
}

#[test]
fn versions_of_a_page_are_one_choice_as_sure_as_one_page() {
    let public = Audience::public();
    let alone = ask(&published([page("docs/pair")]), &public, Filter::default());
    let (_, none, probability) = first(&alone);
    assert!(none.is_empty() && probability > 0.5, "{alone:?}");
    let both = published([page("docs/pair"), version("old/pair"), page("older/pair")]);
    let answer = ask(&both, &public, Filter::default());
    let (id, same_as, of_both) = first(&answer);
    assert_eq!(
        (id, same_as),
        (
            "docs/pair",
            &["old/pair".to_owned(), "older/pair".to_owned()][..]
        )
    );
    assert!(of_both > probability - 0.1, "{of_both} {probability}");
    assert_eq!(answer.offered()[0].same_as, same_as);
    let shown = answer
        .ranking
        .iter()
        .map(|ranked| ranked.article_id.as_str());
    assert_eq!(shown.filter(|id| id.ends_with("pair")).count(), 1);
}

#[test]
fn a_build_names_the_copies() {
    let knowledge_base = Editable::in_memory();
    let copies = [
        page("b"),
        version("a"),
        fields("c", "Copy of the page", BODY),
    ];
    let articles = copies.map(|fields| Article::new(fields).unwrap());
    knowledge_base
        .sync(articles.into_iter().chain(others()))
        .unwrap();
    let published = knowledge_base.publish(NOW).unwrap();
    assert_eq!(
        published.copies,
        [["a", "b"].map(str::to_owned), ["b", "c"].map(str::to_owned)]
    );
}

#[test]
fn a_copy_that_the_reader_does_not_see_or_of_another_brand_changes_nothing() {
    let hidden = ArticleFields {
        visibility: Visibility::Internal,
        ..page("a hidden copy")
    };
    let of_brand = |id: &str, brand: &str| ArticleFields {
        brand: Some(brand.to_owned()),
        ..page(id)
    };
    let public = Audience::public();
    let alone = ask(&published([page("pair")]), &public, Filter::default());
    let beside = published([page("pair"), hidden]);
    let answer = ask(&beside, &public, Filter::default());
    assert_eq!(answer.ranking, alone.ranking);
    let to_agent = ask(&beside, &Audience::internal(), Filter::default());
    assert_eq!(to_agent.ranking[0].same_as.len(), 1);

    let brands = published([of_brand("pair", "ours"), of_brand("theirs", "theirs")]);
    let all = ask(&brands, &public, Filter::default());
    assert!(all.ranking.iter().all(|ranked| ranked.same_as.is_empty()));
    let filter = Filter {
        brand: Some("ours".to_owned()),
        ..Filter::default()
    };
    let ours = ask(&brands, &public, filter);
    assert_eq!(first(&ours).0, "pair");
}

#[test]
fn the_copy_that_solved_tickets_is_shown_and_a_verdict_counts_for_all_of_them() {
    let solved = (0..20).map(|number| FeedbackEvent {
        ticket_id: format!("ticket {number}"),
        ticket: Ticket::from_text(format!("gizmo {number} does not show up")),
        at: NOW,
        verdict: Verdict::Linked,
        articles: vec![
            if number % 2 == 0 {
                "old/pair"
            } else {
                "zzz/pair"
            }
            .to_owned(),
        ],
        key: None,
    });
    let knowledge_base = published([page("docs/pair"), version("old/pair"), page("zzz/pair")]);
    let extra = solved.clone().take(1).map(|ticket| FeedbackEvent {
        ticket_id: "one more".to_owned(),
        ..ticket
    });
    knowledge_base.learn(solved.chain(extra)).unwrap();
    knowledge_base.publish(NOW).unwrap();
    let answer = ask(&knowledge_base, &Audience::public(), Filter::default());
    let (id, same_as, probability) = first(&answer);
    assert_eq!((id, same_as.len()), ("old/pair", 2));
    assert!(
        probability > 10.0 * answer.ranking[1].probability,
        "{answer:?}"
    );
}

#[test]
fn pages_of_one_template_are_no_copies() {
    let of = |system: &str| {
        article(
            system,
            &format!("Install on {system}"),
            &BODY.replace("blue", system),
        )
    };
    let knowledge_base = Editable::in_memory();
    knowledge_base
        .sync([of("windows"), of("linux"), of("android")])
        .unwrap();
    assert!(knowledge_base.publish(NOW).unwrap().copies.is_empty());
}
