//! Tests of what solved tickets change in later answers, and of what they never change.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use helpdex::answer::LocaleMatch;
use helpdex::article::Status;
use helpdex::feedback::{Erasure, Rejection};
use helpdex::{
    Article, ArticleFields, Audience, Decision, ErrorKind, FeedbackEvent, Identity, KnowledgeBase,
    SuggestOptions, Suggestions, Ticket, Timestamp, Verdict, Visibility,
};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use common::{Editable, article, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

// ---------------------------------------------------------------------------------------------------------------------
// Articles, tickets and questions

/// Returns articles whose texts share no word with the tickets that [`lessons`] gives them.
fn help_center() -> Vec<Article> {
    [
        (
            "password",
            "Reset your password",
            "Choose Forgotten password on the sign-in page.",
        ),
        (
            "invoice",
            "Download an invoice",
            "Invoices are under Billing. Pick the month.",
        ),
        (
            "refund",
            "Refund a payment",
            "Open the payment, press Refund, enter the amount.",
        ),
        (
            "reader",
            "Pair the terminal",
            "Hold the power button until the light blinks blue.",
        ),
        (
            "staff",
            "Add a team member",
            "Send an invitation from the Team screen.",
        ),
        (
            "tax",
            "Change the tax rate",
            "Rates are set for each product in the catalogue.",
        ),
    ]
    .map(|(id, title, body)| article(id, title, body))
    .into()
}

/// Texts that customers write, with the article that answers them.
const TOPICS: [(&str, [&str; 6]); 3] = [
    (
        "reader",
        [
            "gizmo flashes orange and beeps thrice",
            "orange gizmo keeps beeping at me",
            "why does my gizmo flash orange",
            "beeping orange gizmo, nothing works",
            "the gizmo beeps and goes orange again",
            "gizmo went orange, beeps all day",
        ],
    ),
    (
        "password",
        [
            "cannot get into my account since yesterday",
            "locked out of the account",
            "account says locked, let me in",
            "I am locked out, account blocked",
            "how can I get into a blocked account",
            "my account is blocked and locked",
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
            "quarterly paperwork for accountants",
        ],
    ),
];

fn verdict(id: &str, verdict: Verdict, articles: &[&str], text: &str) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: id.into(),
        ticket: Ticket {
            requester: Some(format!("requester of {id}")),
            ..Ticket::from_text(text)
        },
        at: Timestamp::from_unix_seconds(1_790_000_000),
        verdict,
        articles: articles.iter().map(|id| (*id).into()).collect(),
        key: None,
    }
}

fn linked(id: &str, article: &str, text: &str) -> FeedbackEvent {
    verdict(id, Verdict::Linked, &[article], text)
}

/// Asides that customers add to a text. They multiply the tickets, because little is learned from fewer than a few
/// hundred.
const ASIDES: [&str; 10] = [
    "today",
    "again",
    "please",
    "since monday",
    "in my shop",
    "any idea",
    "urgent",
    "for days",
    "this week",
    "sorry",
];

/// Returns each text with each of the asides, numbered.
fn variants<'a>(texts: &'a [&'a str]) -> impl Iterator<Item = (usize, String)> + 'a {
    let texts = ASIDES
        .iter()
        .flat_map(move |aside| texts.iter().map(move |text| format!("{text}, {aside}")));
    texts.enumerate()
}

fn lessons() -> Vec<FeedbackEvent> {
    let mut tickets = Vec::new();
    for (article, texts) in &TOPICS {
        for (number, text) in variants(texts) {
            tickets.push(linked(&format!("{article} {number}"), article, &text));
        }
    }
    tickets
}

fn taught(articles: Vec<Article>, tickets: Vec<FeedbackEvent>) -> Editable {
    let knowledge_base = Editable::in_memory();
    knowledge_base.sync(articles).unwrap();
    knowledge_base.learn(tickets).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn ask(knowledge_base: &KnowledgeBase, text: &str) -> Suggestions {
    let options = SuggestOptions::default();
    let ticket = Ticket::from_text(text);
    knowledge_base
        .suggest(&ticket, &Audience::public(), NOW, &options)
        .unwrap()
}

fn first(answer: &Suggestions) -> &str {
    answer.ranking.first().map_or("", |best| &best.article_id)
}

/// Returns the probability of an article for a text; 0 for an article that is not ranked.
fn probability(knowledge_base: &KnowledgeBase, text: &str, article: &str) -> f32 {
    let ranking = ask(knowledge_base, text).ranking;
    let found = ranking.iter().find(|ranked| ranked.article_id == article);
    found.map_or(0.0, |ranked| ranked.probability)
}

// ---------------------------------------------------------------------------------------------------------------------
// What is learned

#[test]
fn the_article_that_solved_such_tickets_comes_first_although_it_shares_no_word() {
    let unlearned = taught(help_center(), Vec::new());
    let learned = taught(help_center(), lessons());
    for (text, article) in [
        ("My orange gizmo won't stop beeping!", "reader"),
        ("somebody blocked my account", "password"),
        (
            "the bookkeeper is asking for last year's paperwork",
            "invoice",
        ),
    ] {
        assert_ne!(first(&ask(&unlearned, text)), article, "{text}");
        let answer = ask(&learned, text);
        assert_eq!(first(&answer), article, "{text}");
        let offered = &answer.offered()[0];
        assert!(offered.matched_terms.is_empty(), "{text}");
        assert!(
            offered.past_share > 0.5 && offered.past_share <= 1.0,
            "{offered:?}"
        );
        let words = format!(
            "Its probability is {:.2}, at least 0.50. No word of the ticket is in it; {:.0}% of its score comes from \
             tickets that it solved.",
            offered.probability,
            100.0 * offered.past_share
        );
        assert_eq!(offered.explanation(), words);
    }
}

#[test]
fn what_is_learned_of_one_article_leaves_the_others_to_their_own_text() {
    let learned = taught(help_center(), lessons());
    assert_eq!(first(&ask(&learned, "refund the whole payment")), "refund");
    assert_eq!(first(&ask(&learned, "the tax rate of a product")), "tax");
}

/// Returns a knowledge base in which ten customers rejected the article for `text`, and twenty tickets about being
/// charged twice were solved by "refund".
fn with_rejections(reason: Option<Rejection>, article: &str, text: &str) -> Editable {
    let mut tickets = lessons();
    for (number, text) in variants(&["charged twice for one thing", "charged double"]) {
        tickets.push(linked(&format!("double {number}"), "refund", &text));
    }
    for (number, text) in variants(&[text]) {
        let rejected = reason.map(Verdict::Rejected);
        let id = format!("rejected {number}");
        tickets.extend(rejected.map(|rejected| verdict(&id, rejected, &[article], &text)));
    }
    taught(help_center(), tickets)
}

const REASONS: [Rejection; 3] = [
    Rejection::Unknown,
    Rejection::RelatedButDidNotAnswer,
    Rejection::NotRelated,
];

#[test]
fn a_rejected_article_is_less_probable_for_such_tickets_the_more_so_the_stronger_the_reason() {
    for (article, rejected, other) in [
        (
            "refund",
            "refund the whole payment amount",
            "charged double",
        ),
        // No ticket was ever solved by it.
        (
            "tax",
            "the rates of my products are wrong",
            "need paperwork, my bookkeeper asks",
        ),
    ] {
        let before = with_rejections(None, article, rejected);
        let mut last = probability(&before, rejected, article);
        for reason in REASONS {
            let after = with_rejections(Some(reason), article, rejected);
            let now = probability(&after, rejected, article);
            assert!(now < last, "{article}, {reason:?}: {last} to {now}");
            last = now;
            check_unmoved(&before, &after, other);
        }
    }
}

#[test]
fn ten_rejections_are_heard_beside_sixty_links() {
    let text = "orange gizmo beeps";
    let before = with_rejections(None, "reader", text);
    for reason in REASONS {
        let after = with_rejections(Some(reason), "reader", text);
        let (was, is) = (
            probability(&before, text, "reader"),
            probability(&after, text, "reader"),
        );
        assert!(is < was, "{reason:?}: {was} to {is}");
        check_unmoved(&before, &after, "my account is blocked and locked");
    }
}

#[track_caller]
fn check_unmoved(before: &KnowledgeBase, after: &KnowledgeBase, text: &str) {
    assert_eq!(first(&ask(after, text)), first(&ask(before, text)));
    let (was, is) = (best(before, text), best(after, text));
    assert!(is > was - 0.05, "{was} to {is}");
}

fn best(knowledge_base: &KnowledgeBase, text: &str) -> f32 {
    ask(knowledge_base, text).ranking[0].probability
}

#[test]
fn tickets_that_no_article_answers_make_it_silent_for_such_tickets_alone() {
    let text = "a refund of my umbrella";
    assert!(
        !ask(&taught(help_center(), lessons()), text)
            .offered()
            .is_empty()
    );
    let mut tickets = lessons();
    let texts = [
        "umbrella refund",
        "do you refund an umbrella",
        "refunded umbrellas",
    ];
    for (number, text) in variants(&texts) {
        tickets.push(verdict(
            &format!("none {number}"),
            Verdict::NoArticle,
            &[],
            &text,
        ));
    }
    let before = best(&taught(help_center(), lessons()), text);
    let knowledge_base = taught(help_center(), tickets);
    let after = best(&knowledge_base, text);
    assert!(after < before - 0.2, "{before} to {after}");
    for (text, article) in [
        ("refund of the payment", "refund"),
        ("orange gizmo beeps", "reader"),
    ] {
        let answer = ask(&knowledge_base, text);
        assert_eq!(answer.offered()[0].article_id, article, "{text}");
    }
}

#[test]
fn a_click_counts_less_than_a_link_and_a_thousand_clicks_do_not_overtake_twenty_links() {
    let text = |number: usize| {
        let part = ["jam", "coin", "slot", "key"][number % 4];
        format!("the cashbox makes trouble: {part} {number}")
    };
    let with = |verdict_on_tax, count| {
        let mut tickets = lessons();
        for number in 0..20 {
            tickets.push(linked(&format!("link {number}"), "refund", &text(number)));
            tickets.push(linked(&format!("tax {number}"), "tax", "rounding is off"));
        }
        for number in 0..count {
            let id = format!("other {number}");
            tickets.push(verdict(&id, verdict_on_tax, &["tax"], &text(number)));
        }
        taught(help_center(), tickets)
    };
    let share =
        |knowledge_base: &KnowledgeBase| probability(knowledge_base, "cashbox trouble", "tax");
    let none = share(&with(Verdict::Linked, 0));
    let clicked = share(&with(Verdict::Clicked, 10));
    let linked = share(&with(Verdict::Linked, 10));
    assert!(
        none < clicked && clicked < linked,
        "{none} {clicked} {linked}"
    );
    // What is shown more is clicked more, which must not make it be shown more.
    let flooded = with(Verdict::Clicked, 1_000);
    assert_eq!(first(&ask(&flooded, "cashbox trouble")), "refund");
}

#[test]
fn with_a_popularity_of_0_a_seldom_asked_article_is_as_good_as_a_popular_one() {
    let mut tickets = lessons();
    for number in 0..40 {
        tickets.push(linked(
            &format!("p {number}"),
            "refund",
            &format!("cashbox trouble, case {number}"),
        ));
    }
    tickets.push(linked("s 1", "tax", "cashbox trouble with rounding"));
    tickets.push(linked("s 2", "tax", "cashbox trouble, rounding is off"));
    let knowledge_base = taught(help_center(), tickets);
    let of_tax = |popularity| {
        let options = SuggestOptions {
            popularity,
            ..SuggestOptions::default()
        };
        let ticket = Ticket::from_text("cashbox trouble");
        let answer = knowledge_base
            .suggest(&ticket, &Audience::public(), NOW, &options)
            .unwrap();
        let found = answer
            .ranking
            .iter()
            .find(|ranked| ranked.article_id == "tax");
        found.unwrap().probability
    };
    assert!(of_tax(0.0) > of_tax(0.5) && of_tax(0.5) > of_tax(1.0));
}

// ---------------------------------------------------------------------------------------------------------------------
// Languages

#[test]
fn a_ticket_in_another_language_counts_for_the_translation_group_of_its_article() {
    let mut articles = help_center();
    for (id, title, body) in [
        (
            "lt-lunch",
            "Pietūs komandai",
            "Pietus komandai užsakykite iki vidurdienio.",
        ),
        (
            "lt-hours",
            "Darbo laikas",
            "Darbo laiką nustatykite skiltyje Laikas.",
        ),
    ] {
        let fields = ArticleFields {
            locale: "lt".into(),
            ..fields(id, title, body)
        };
        articles.push(Article::new(fields).unwrap());
    }
    let texts = [
        "mano aparatas mirksi oranžine spalva ir pypsi",
        "aparatas pypsi ir mirksi, kas negerai",
        "kodėl aparatas mirksi oranžine šviesa",
        "oranžinė šviesa mirksi, aparatas neveikia",
    ];
    let tickets = texts.iter().enumerate().map(|(number, text)| {
        let mut solved = linked(&format!("lt {number}"), "reader", text);
        solved.ticket.locale = Some("lt".parse().unwrap());
        solved
    });
    let knowledge_base = taught(articles, lessons().into_iter().chain(tickets).collect());
    let ticket = Ticket {
        locale: Some("lt".parse().unwrap()),
        ..Ticket::from_text("aparatas mirksi oranžine spalva")
    };
    let ask = || {
        let options = SuggestOptions::default();
        knowledge_base
            .suggest(&ticket, &Audience::public(), NOW, &options)
            .unwrap()
    };
    let best = ask().offered()[0].clone();
    assert_eq!(
        (&best.article_id[..], best.locale_match),
        ("reader", LocaleMatch::Fallback)
    );

    let translation = ArticleFields {
        locale: "lt".into(),
        translation_group: Some("reader".into()),
        ..fields(
            "reader-lt",
            "Terminalo susiejimas",
            "Laikykite mygtuką, kol lemputė taps mėlyna.",
        )
    };
    knowledge_base
        .upsert([Article::new(translation).unwrap()])
        .unwrap();
    knowledge_base.publish(NOW).unwrap();
    let answer = ask();
    let best = answer.offered()[0].clone();
    assert_eq!(
        (&best.article_id[..], best.locale_match),
        ("reader-lt", LocaleMatch::Exact)
    );
    assert!(
        answer
            .ranking
            .iter()
            .all(|ranked| ranked.article_id != "reader")
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// Small worlds of articles and tickets

/// Words of which articles and tickets are made. Some occur in both, some in tickets alone.
const WORDS: [&str; 24] = [
    "invoice",
    "refund",
    "password",
    "terminal",
    "printer",
    "voucher",
    "gizmo",
    "orange",
    "beep",
    "cashbox",
    "paperwork",
    "blocked",
    "account",
    "deliver",
    "parcel",
    "stripe",
    "kitchen",
    "menu",
    "table",
    "waiter",
    "error",
    "e4711",
    "umbrella",
    "4711",
];

#[derive(Debug, Clone)]
struct World {
    articles: Vec<Article>,
    tickets: Vec<FeedbackEvent>,
}

fn texts(words: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), words).prop_map(|words| words.join(" "))
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop::sample::select(&Verdict::ALL[..])
}

/// Generates verdicts whose articles are filled in later, at moments over some years.
fn bare_tickets() -> impl Strategy<Value = FeedbackEvent> {
    (
        texts(0..7),
        verdicts(),
        0..5_u8,
        1_600_000_000..1_790_000_000_i64,
    )
        .prop_map(|(text, verdict, requester, at)| {
            let requester = (requester > 0).then(|| format!("requester {requester}"));
            FeedbackEvent {
                ticket_id: String::new(),
                ticket: Ticket {
                    requester,
                    ..Ticket::from_text(text)
                },
                at: Timestamp::from_unix_seconds(at),
                verdict,
                articles: Vec::new(),
                key: None,
            }
        })
}

fn worlds() -> impl Strategy<Value = World> {
    let articles = prop::collection::vec((texts(1..4), texts(1..12)), 2..6);
    let tickets = prop::collection::vec((bare_tickets(), any::<Index>(), any::<Index>()), 2..16);
    (articles, tickets).prop_map(|(articles, tickets)| {
        let ids: Vec<String> = (0..articles.len())
            .map(|n| format!("article-{n}"))
            .collect();
        let articles = ids.iter().zip(articles);
        World {
            articles: articles
                .map(|(id, (title, body))| article(id, &title, &body))
                .collect(),
            tickets: (0..)
                .zip(tickets)
                .map(|(number, (mut ticket, one, other))| {
                    // Now and then two verdicts are about one ticket.
                    ticket.ticket_id = format!("ticket {}", number / 4 * 4 + (number % 4).min(2));
                    if ticket.verdict.names_articles() {
                        ticket.articles.push(one.get(&ids).clone());
                        ticket.articles.push(other.get(&ids).clone());
                        ticket.articles.dedup();
                    }
                    ticket
                })
                .collect(),
        }
    })
}

/// Returns everything that can be seen of the answers to these tickets.
fn outcomes(knowledge_base: &KnowledgeBase, audience: &Audience, texts: &[String]) -> Vec<Value> {
    let mut outcomes = Vec::new();
    for popularity in [1.0, 0.0] {
        let options = SuggestOptions {
            popularity,
            decision: Decision::MinProbability(0.0),
            limit: 10,
            ..SuggestOptions::default()
        };
        for text in texts {
            let ticket = Ticket::from_text(text.as_str());
            let answer = knowledge_base
                .suggest(&ticket, audience, NOW, &options)
                .unwrap();
            let mut answer = serde_json::to_value(answer).unwrap();
            answer.as_object_mut().unwrap().remove("elapsed_us");
            outcomes.push(answer);
        }
    }
    outcomes
}

fn texts_of(tickets: &[FeedbackEvent]) -> Vec<String> {
    let mut texts: Vec<String> = tickets
        .iter()
        .map(|solved| match &solved.ticket.message {
            helpdex::Message::Text(text) => text.clone(),
            _ => String::new(),
        })
        .collect();
    texts.push(WORDS.join(" "));
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Returns the files of a folder and of its subfolders, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let inner = self::files(&entry.path()).into_iter();
            files.extend(inner.map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// Returns the bytes of the file of a class, such as `("public-", ".model")`; empty when there is none.
fn file_of(folder: &Path, prefix: &str, suffix: &str) -> Vec<u8> {
    let mut found: Vec<Vec<u8>> = files(folder)
        .into_iter()
        .filter(|(name, _)| name.starts_with(prefix) && name.ends_with(suffix))
        .map(|(_, bytes)| bytes)
        .collect();
    assert!(found.len() <= 1, "one generation was published");
    found.pop().unwrap_or_default()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

// ---------------------------------------------------------------------------------------------------------------------
// Visibility

/// The reason for which a reader may not see an article.
#[derive(Debug, Clone, Copy)]
enum Hidden {
    InternalFromPublic,
    SignedInFromPublic,
    InternalFromSignedIn,
    SegmentFromSignedIn,
    Draft,
    Expired,
    Removed,
}

impl Hidden {
    const ALL: [Self; 7] = [
        Self::InternalFromPublic,
        Self::SignedInFromPublic,
        Self::InternalFromSignedIn,
        Self::SegmentFromSignedIn,
        Self::Draft,
        Self::Expired,
        Self::Removed,
    ];

    fn audience(self) -> Audience {
        match self {
            Self::InternalFromPublic | Self::SignedInFromPublic => Audience::public(),
            Self::InternalFromSignedIn => Audience::signed_in(["vip"]),
            Self::SegmentFromSignedIn => Audience::signed_in(["regular"]),
            Self::Draft | Self::Expired | Self::Removed => Audience::internal(),
        }
    }

    fn article(self, title: &str, body: &str) -> Article {
        let mut fields = fields("hidden", title, body);
        match self {
            Self::InternalFromPublic | Self::InternalFromSignedIn => {
                fields.visibility = Visibility::Internal;
            }
            Self::SignedInFromPublic => fields.visibility = Visibility::SignedIn,
            Self::SegmentFromSignedIn => {
                fields.visibility = Visibility::SignedIn;
                fields.user_segments = vec!["vip".into()];
            }
            Self::Draft => fields.status = Status::Draft,
            Self::Expired => fields.valid_until = Some(Timestamp::from_unix_seconds(1)),
            Self::Removed => {}
        }
        Article::new(fields).unwrap()
    }
}

/// Opens a knowledge base with a fixed identity, so that files can be compared.
fn open_in(folder: &Path) -> Editable {
    let builder = KnowledgeBase::builder(folder).identity(Identity::new(1));
    Editable::open_or_create_with(builder).unwrap()
}

fn published_in(folder: &Path, world: &World) -> Editable {
    let knowledge_base = open_in(folder);
    knowledge_base.sync(world.articles.clone()).unwrap();
    knowledge_base.learn(world.tickets.clone()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

/// Asserts that an article that the reader may not see, and these tickets that name it, leave every answer and the
/// reader's model as they are. A ticket that names another article as well is compared with one that names only the
/// other.
fn check_hidden(
    hidden: Hidden,
    world: World,
    (title, body): (String, String),
    tickets: Vec<(FeedbackEvent, Option<Index>)>,
) -> Result<(), TestCaseError> {
    let mut base = world.clone();
    let mut whole = world;
    for (number, (mut ticket, other)) in (0..).zip(tickets) {
        ticket.ticket_id = format!("hidden {number}");
        if !ticket.verdict.names_articles() {
            ticket.verdict = Verdict::Linked;
        }
        if let Some(other) = other {
            ticket.articles = vec![other.get(&base.articles).id().to_owned()];
            if number % 4 == 0 {
                // Only the hidden verdict says what the ticket was.
                let text = std::mem::take(&mut ticket.ticket);
                base.tickets.push(ticket.clone());
                whole.tickets.push(ticket.clone());
                ticket.ticket = text;
                ticket.articles.clear();
            } else {
                base.tickets.push(ticket.clone());
            }
        } else if number % 3 == 0 && !whole.tickets.is_empty() {
            // A later verdict on a ticket that the reader's model has.
            let before = &whole.tickets[number % whole.tickets.len()];
            ticket.ticket_id.clone_from(&before.ticket_id);
            ticket.ticket = Ticket::default();
        }
        ticket.articles.push("hidden".into());
        whole.tickets.push(ticket);
    }
    let texts = texts_of(&whole.tickets);
    whole.articles.push(hidden.article(&title, &body));
    let [base_folder, whole_folder] = [(); 2].map(|()| common::Folder::new());
    let base = published_in(base_folder.path(), &base);
    let whole = published_in(whole_folder.path(), &whole);
    if matches!(hidden, Hidden::Removed) {
        whole.remove(["hidden"]).unwrap();
        whole.publish(NOW).unwrap();
    }
    let audience = hidden.audience();
    let (expected, found) = (
        outcomes(&base, &audience, &texts),
        outcomes(&whole, &audience, &texts),
    );
    for (expected, found) in expected.iter().zip(&found) {
        prop_assert_eq!(expected, found);
    }
    if audience == Audience::public() {
        let of = |folder: &Path| file_of(folder, "public-", ".model");
        prop_assert!(of(base_folder.path()) == of(whole_folder.path()));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_article_outside_the_audience_and_its_tickets_change_nothing(
        hidden in prop::sample::select(&Hidden::ALL[..]),
        world in worlds(),
        text in (texts(1..4), texts(1..12)),
        tickets in prop::collection::vec((bare_tickets(), any::<Option<Index>>()), 0..50),
    ) {
        check_hidden(hidden, world, text, tickets)?;
    }
}

#[test]
fn an_article_that_ends_is_judged_by_its_own_text_and_leaves_nothing_behind() {
    let ends = Timestamp::from_unix_seconds(NOW.unix_seconds() + 100);
    let without_it = || -> Vec<Article> {
        let articles = help_center().into_iter();
        articles
            .filter(|article| article.id() != "reader")
            .collect()
    };
    let mut fields = help_center().remove(3).fields().clone();
    fields.valid_until = Some(ends);
    let mut articles = without_it();
    articles.push(Article::new(fields.clone()).unwrap());
    let knowledge_base = taught(articles, lessons());
    let audience = Audience::public();
    let ask_for = |text: &str, knowledge_base: &KnowledgeBase, now| {
        let ticket = Ticket::from_text(text);
        let options = SuggestOptions::default();
        let mut answer = knowledge_base
            .suggest(&ticket, &audience, now, &options)
            .unwrap();
        answer.elapsed_us = 0;
        answer
    };
    let ask = |knowledge_base: &KnowledgeBase, now| {
        ["orange gizmo beeps", "pair the terminal", "account locked"]
            .map(|text| ask_for(text, knowledge_base, now))
    };
    let is_reader = |answer: &Suggestions| answer.ranking.iter().any(|r| r.article_id == "reader");
    let [by_tickets, by_text, other] = ask(&knowledge_base, NOW);
    assert!(!is_reader(&by_tickets));
    assert!(is_reader(&by_text));
    assert_eq!(first(&other), "password");
    let never_there = taught(without_it(), lessons());
    assert_eq!(ask(&knowledge_base, ends), ask(&never_there, ends));
    knowledge_base.publish(ends).unwrap();
    assert_eq!(ask(&knowledge_base, ends), ask(&never_there, ends));
    // One that has begun and does not end is learned of.
    fields.valid_from = Some(NOW);
    fields.valid_until = None;
    knowledge_base
        .upsert([Article::new(fields).unwrap()])
        .unwrap();
    knowledge_base.publish(ends).unwrap();
    assert_eq!(first(&ask(&knowledge_base, ends)[0]), "reader");
}

#[test]
fn a_ticket_of_256_kib_is_learned_and_kept_as_far_as_it_is_searched() {
    let mut random = common::Random(1);
    let mut long_text = || {
        let mut letter = || char::from(b'a' + u8::try_from(random.below(26)).unwrap());
        let words = (0..37_000).map(|_| (0..6).map(|_| letter()).collect::<String>());
        words.collect::<Vec<String>>().join(" ")
    };
    let texts: Vec<String> = (0..8).map(|_| long_text()).collect();
    let model_of = |folder: &Path, bytes: usize| {
        let tickets = texts.iter().enumerate().map(|(number, text)| {
            linked(
                &format!("long {number}"),
                "reader",
                &text[..bytes.min(text.len())],
            )
        });
        let tickets: Vec<FeedbackEvent> = tickets.chain(lessons()).collect();
        let knowledge_base = open_in(folder);
        knowledge_base.sync(help_center()).unwrap();
        knowledge_base.learn(tickets.clone()).unwrap();
        assert_eq!(knowledge_base.learn(tickets).unwrap().added, 0);
        knowledge_base.publish(NOW).unwrap();
        file_of(folder, "public-", ".model")
    };
    let [long, cut] = [(); 2].map(|()| common::Folder::new());
    let log_bytes = |folder: &Path| fs::metadata(folder.join("work/tickets.log")).unwrap().len();
    assert!(model_of(long.path(), usize::MAX) == model_of(cut.path(), 9_000));
    assert_eq!(log_bytes(long.path()), log_bytes(cut.path()));
    // 8 KiB of each, and some 50 kB of the others.
    assert!(log_bytes(long.path()) < 120_000);
}

// ---------------------------------------------------------------------------------------------------------------------
// Histories

/// A step in the history of a knowledge base.
#[derive(Debug, Clone)]
enum Step {
    Upsert(Vec<Index>),
    Remove(Vec<Index>),
    Learn(Vec<Index>),
    Forget(Index),
    Publish(i64),
    Reopen,
}

fn steps() -> impl Strategy<Value = Step> {
    let some = || prop::collection::vec(any::<Index>(), 1..6);
    prop_oneof![
        some().prop_map(Step::Upsert),
        some().prop_map(Step::Remove),
        some().prop_map(Step::Learn),
        any::<Index>().prop_map(Step::Forget),
        (1_000_000_000..1_800_000_000_i64).prop_map(Step::Publish),
        Just(Step::Reopen),
    ]
}

fn after_history(folder: &Path, world: &World, steps: Vec<Step>) -> Editable {
    let mut knowledge_base = Editable::open_or_create(folder).unwrap();
    for step in steps {
        match step {
            Step::Upsert(which) => {
                let articles = which.iter().map(|index| index.get(&world.articles).clone());
                knowledge_base.upsert(articles).unwrap();
            }
            Step::Remove(which) => {
                let ids = which.iter().map(|index| index.get(&world.articles).id());
                knowledge_base.remove(ids).unwrap();
            }
            Step::Learn(which) => {
                let tickets = which.iter().map(|index| index.get(&world.tickets).clone());
                knowledge_base.learn(tickets).unwrap();
            }
            Step::Forget(which) => {
                let ticket = which.get(&world.tickets).ticket_id.clone();
                knowledge_base.forget(&Erasure::Ticket(ticket)).unwrap();
            }
            Step::Publish(now) => {
                knowledge_base
                    .publish(Timestamp::from_unix_seconds(now))
                    .unwrap();
            }
            Step::Reopen => {
                drop(knowledge_base);
                knowledge_base = Editable::open_or_create(folder).unwrap();
            }
        }
    }
    knowledge_base.sync(world.articles.clone()).unwrap();
    knowledge_base.learn(world.tickets.clone()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_history_answers_as_a_fresh_build_does(
        world in worlds(),
        steps in prop::collection::vec(steps(), 0..14),
        (articles, tickets) in (any::<u64>(), any::<u64>()),
    ) {
        let mut world = world;
        let mut seen = BTreeSet::new();
        // The first one of a key counts: a history may give another one first.
        world.tickets.retain(|ticket| {
            let articles: BTreeSet<String> = ticket.articles.iter().cloned().collect();
            seen.insert((ticket.ticket_id.clone(), ticket.verdict, articles))
        });
        let fresh = Editable::in_memory();
        fresh.sync(world.articles.clone()).unwrap();
        fresh.publish_with_tickets(NOW, world.tickets.clone()).unwrap();
        let texts = texts_of(&world.tickets);
        let audience = Audience::public();
        let expected = outcomes(&fresh, &audience, &texts);

        let mut shuffled = world.clone();
        shuffle(&mut shuffled.articles, articles);
        shuffle(&mut shuffled.tickets, tickets);
        let folder = common::Folder::new();
        let grown = after_history(folder.path(), &shuffled, steps);
        prop_assert_eq!(&expected, &outcomes(&grown, &audience, &texts));
        let reopened = Editable::open(folder.path()).unwrap();
        prop_assert_eq!(&expected, &outcomes(&reopened, &audience, &texts));
    }
}

/// Shuffles by Fisher and Yates, with random numbers of a linear congruential generator (Knuth's MMIX).
fn shuffle<T>(all: &mut [T], mut seed: u64) {
    for end in (1..all.len()).rev() {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let place = (seed >> 33) % (end as u64 + 1);
        all.swap(end, usize::try_from(place).unwrap());
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Erasure

#[test]
fn after_forgetting_and_the_next_publish_no_file_has_a_byte_of_it() {
    let folder = common::Folder::new();
    let path = folder.path();
    let knowledge_base = open_in(path);
    knowledge_base.sync(help_center()).unwrap();
    knowledge_base.learn(lessons()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    let before = outcomes(
        &knowledge_base,
        &Audience::public(),
        &["zeppelin hangar gizmo".into()],
    );

    let theirs = |number: usize| {
        let id = format!("their-ticket-{number}");
        let mut solved = linked(&id, "reader", "zeppelin stuck in the hangar, gizmo orange");
        solved.ticket.requester = Some("zoe@example.org".into());
        solved.key = Some(format!("their-key-{number}"));
        solved
    };
    // Another customer has the words too, so that they enter the models: one is not enough, two are.
    let mut ours = linked("our-ticket", "reader", "my zeppelin is stuck in its hangar");
    ours.ticket.requester = Some("yan@example.org".into());
    knowledge_base
        .learn((0..3).map(theirs).chain([ours]))
        .unwrap();
    for _ in 0..2 {
        knowledge_base.publish(NOW).unwrap();
    }
    let with_them = outcomes(
        &knowledge_base,
        &Audience::public(),
        &["zeppelin hangar gizmo".into()],
    );
    assert_ne!(before, with_them);
    let reader = Editable::open(path).unwrap();
    let forget = |who| knowledge_base.forget(&who).unwrap().verdicts;
    assert_eq!(forget(Erasure::Requester("zoe@example.org".into())), 3);
    assert_eq!(forget(Erasure::Ticket("our-ticket".into())), 1);
    knowledge_base.publish(NOW).unwrap();
    for (name, bytes) in files(path) {
        for erased in [
            "zeppelin",
            "hangar",
            "zoe@example.org",
            "yan@example.org",
            "their-ticket",
            "our-ticket",
            "their-key",
        ] {
            assert!(!contains(&bytes, erased.as_bytes()), "{name} has {erased}");
        }
    }
    // What is left of them in the model is what is left where they never were.
    let never_told = common::Folder::new();
    let other = open_in(never_told.path());
    other.sync(help_center()).unwrap();
    other.learn(lessons()).unwrap();
    other.publish(NOW).unwrap();
    assert_eq!(
        file_of(path, "public-", ".model"),
        file_of(never_told.path(), "public-", ".model")
    );
    let ask_about = &["zeppelin hangar gizmo".to_owned()];
    assert_eq!(
        outcomes(&knowledge_base, &Audience::public(), ask_about),
        before
    );
    // Who opened the generation before goes on with it, until they look for a newer one.
    assert_eq!(outcomes(&reader, &Audience::public(), ask_about), with_them);
    assert!(reader.refresh().unwrap());
    assert_eq!(outcomes(&reader, &Audience::public(), ask_about), before);
}

// ---------------------------------------------------------------------------------------------------------------------
// Files and odd input

fn learned_in(folder: &Path) -> Editable {
    let knowledge_base = Editable::open_or_create(folder).unwrap();
    knowledge_base.sync(help_center()).unwrap();
    knowledge_base.learn(lessons()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn answer(knowledge_base: &KnowledgeBase) -> Vec<Value> {
    let texts = texts_of(&lessons());
    outcomes(knowledge_base, &Audience::public(), &texts)
}

#[test]
fn a_reader_goes_on_with_what_was_learned_after_it_opened() {
    let folder = common::Folder::new();
    let writer = Editable::open_or_create(folder.path()).unwrap();
    writer.sync(help_center()).unwrap();
    writer.publish(NOW).unwrap();
    let reader = Editable::open(folder.path()).unwrap();
    reader.learn(lessons()).unwrap();
    assert_ne!(first(&ask(&reader, "orange gizmo beeps")), "reader");
    writer.publish(NOW).unwrap();
    assert!(reader.refresh().unwrap());
    assert_eq!(first(&ask(&reader, "orange gizmo beeps")), "reader");
    assert_eq!(answer(&reader), answer(&writer));
}

#[test]
fn publishing_again_without_a_change_trains_nothing() {
    let folder = common::Folder::new();
    let knowledge_base = learned_in(folder.path());
    let models = || -> Vec<_> {
        let names = files(folder.path()).into_keys();
        names
            .filter(|name| name.strip_suffix(".model").is_some())
            .map(|name| {
                let written_at = fs::metadata(folder.path().join(&name)).unwrap().modified();
                (name, written_at.unwrap())
            })
            .collect()
    };
    let before = models();
    assert_eq!(before.len(), 1);
    knowledge_base.publish(NOW).unwrap();
    let later = Timestamp::from_unix_seconds(NOW.unix_seconds() + 1_000);
    Editable::open_or_create(folder.path())
        .unwrap()
        .publish(later)
        .unwrap();
    assert_eq!(models(), before);
    knowledge_base
        .learn([linked("one more", "tax", "rounding is off")])
        .unwrap();
    knowledge_base.publish(NOW).unwrap();
    assert_eq!(models().len(), 2);
}

#[track_caller]
#[test]
fn synonyms_and_locales_that_fill_in_change_what_is_learned_at_the_next_publish() {
    let rules = "gizmo, terminal\naccount, password\npaperwork, invoice";
    let synonyms = helpdex::settings::Synonyms::parse(&"en".parse().unwrap(), rules).unwrap();
    let knowledge_base = taught(help_center(), lessons());
    let before = answer(&knowledge_base);
    knowledge_base.set_synonyms(synonyms.clone()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    let fresh = Editable::in_memory();
    fresh.set_synonyms(synonyms).unwrap();
    fresh.sync(help_center()).unwrap();
    fresh.learn(lessons()).unwrap();
    fresh.publish(NOW).unwrap();
    assert_ne!(answer(&knowledge_base), before);
    assert_eq!(answer(&knowledge_base), answer(&fresh));
}

fn check_refused_and_mended(folder: &Path, expected: &[Value], suffix: &str, what: &str) {
    let error = Editable::open(folder).err();
    let error = error.unwrap_or_else(|| panic!("{what} was not noticed"));
    assert!(error.kind().is_unusable_file(), "{what}: {error}");
    assert!(error.to_string().contains(suffix), "{what}: {error}");
    assert!(error.to_string().contains("again"), "{what}: {error}");
    Editable::open_or_create(folder)
        .unwrap()
        .publish(NOW)
        .unwrap();
    let mended = Editable::open(folder).unwrap();
    assert_eq!(answer(&mended), expected, "{what}");
}

#[test]
fn a_model_that_is_damaged_missing_or_of_another_version_is_refused_and_mended_by_a_publish() {
    let folder = common::Folder::new();
    let path = folder.path();
    let expected = answer(&learned_in(path));
    let names = files(path).into_keys();
    let name = names
        .into_iter()
        .find(|name| name.strip_suffix(".model").is_some())
        .unwrap();
    let file = path.join(name);
    let whole = fs::read(&file).unwrap();

    fs::remove_file(&file).unwrap();
    check_refused_and_mended(path, &expected, ".model", "a missing file");
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    check_refused_and_mended(path, &expected, ".model", "half a file");
    fs::write(&file, of_another_version(&whole)).unwrap();
    check_refused_and_mended(path, &expected, ".model", "another version");
    for position in (0..whole.len()).step_by(whole.len() / 150 + 1) {
        let mut damaged = whole.clone();
        damaged[position] ^= 1 << (position % 8);
        fs::write(&file, damaged).unwrap();
        let error = Editable::open(path).err().unwrap();
        assert_eq!(
            error.kind(),
            ErrorKind::Damaged,
            "a flipped bit at {position}"
        );
    }
    check_refused_and_mended(path, &expected, ".model", "a flipped bit");
}

#[test]
fn what_another_analyzer_made_is_refused_and_mended_by_a_publish() {
    let folder = common::Folder::new();
    let path = folder.path();
    let expected = answer(&learned_in(path));
    for suffix in [".helpdex", ".model"] {
        let names = files(path).into_keys();
        let name = names.into_iter().find(|name| name.ends_with(suffix));
        let file = path.join(name.unwrap());
        let fingerprint = br#""analyzer_fingerprint":""#;
        let of_another_analyzer = with_footer_changed(&fs::read(&file).unwrap(), fingerprint, 1);
        fs::write(&file, of_another_analyzer).unwrap();
        let error = Editable::open(path).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::OtherVersion);
        assert!(
            error.to_string().contains("another version of Helpdex"),
            "{error}"
        );
        check_refused_and_mended(path, &expected, suffix, "another analyzer");
    }
}

/// Returns the file with another format version.
fn of_another_version(file: &[u8]) -> Vec<u8> {
    with_footer_changed(file, br#""format_version":7"#, 0)
}

/// Returns the file with another character `behind` bytes behind the end of this text in its footer; length, hash and
/// end mark are corrected.
fn with_footer_changed(file: &[u8], text: &[u8], behind: usize) -> Vec<u8> {
    const MARK_BYTES: usize = 8;
    let at = file
        .windows(text.len())
        .rposition(|window| window == text)
        .unwrap();
    let mut file = file.to_vec();
    let changed = &mut file[at + text.len() - 1 + behind];
    *changed = if *changed == b'9' { b'8' } else { b'9' };
    let hash_at = file.len() - MARK_BYTES - blake3::OUT_LEN;
    let size: [u8; 8] = file[hash_at - 8..hash_at].try_into().unwrap();
    let footer_at = hash_at - 8 - usize::try_from(u64::from_le_bytes(size)).unwrap();
    let hash = blake3::hash(&file[footer_at..hash_at - 8]);
    file[hash_at..hash_at + blake3::OUT_LEN].copy_from_slice(hash.as_bytes());
    file
}

#[test]
fn a_log_cut_at_its_end_loses_the_unfinished_batch_and_one_damaged_before_it_stops_the_publish() {
    let folder = common::Folder::new();
    let knowledge_base = learned_in(folder.path());
    let expected = answer(&knowledge_base);
    let log = folder.path().join("work/tickets.log");
    let whole = fs::read(&log).unwrap();
    knowledge_base
        .learn([linked("one more", "tax", "rounding is off")])
        .unwrap();
    let longer = fs::read(&log).unwrap();

    // As after a crash while the last batch was written.
    fs::write(&log, &longer[..longer.len() - 3]).unwrap();
    let reopened = Editable::open_or_create(folder.path()).unwrap();
    reopened.publish(NOW).unwrap();
    assert_eq!(answer(&reopened), expected);

    let mut damaged = longer.clone();
    damaged[whole.len() / 2] ^= 1;
    fs::write(&log, &damaged).unwrap();
    let reopened = Editable::open_or_create(folder.path()).unwrap();
    let error = reopened.publish(NOW).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
    assert!(error.to_string().contains("tickets.log"), "{error}");
    assert_eq!(fs::read(&log).unwrap(), damaged);
    assert_eq!(answer(&reopened), expected);
    fs::write(&log, &longer).unwrap();
    reopened.publish(NOW).unwrap();
    assert_ne!(answer(&reopened), expected);
}

#[test]
fn a_verdict_on_an_unknown_article_is_told_and_counts_once_the_article_is_there() {
    let articles = || help_center().into_iter();
    let without = articles()
        .filter(|article| article.id() != "reader")
        .collect();
    let knowledge_base = taught(without, Vec::new());
    let learned = knowledge_base.learn(lessons()).unwrap();
    assert_eq!(learned.unknown_articles, ["reader"]);
    knowledge_base.publish(NOW).unwrap();
    assert_ne!(first(&ask(&knowledge_base, "orange gizmo beeps")), "reader");
    knowledge_base.sync(articles()).unwrap();
    knowledge_base.publish(NOW).unwrap();
    assert_eq!(first(&ask(&knowledge_base, "orange gizmo beeps")), "reader");
}

#[test]
fn of_contradicting_verdicts_on_a_ticket_the_later_one_counts() {
    let at = |seconds, mut solved: FeedbackEvent| {
        solved.at = Timestamp::from_unix_seconds(seconds);
        solved
    };
    let contradict = |link_at, rejection_at| {
        let mut tickets = lessons();
        for number in 0..4 {
            let id = format!("ticket {number}");
            let text = "cashbox jams, coins everywhere";
            let rejected = Verdict::Rejected(Rejection::NotRelated);
            tickets.push(at(link_at, linked(&id, "tax", text)));
            tickets.push(at(rejection_at, verdict(&id, rejected, &["tax"], text)));
        }
        taught(help_center(), tickets)
    };
    let share =
        |knowledge_base: Editable| probability(&knowledge_base, "coins, the cashbox jams", "tax");
    let (linked_last, rejected_last) = (
        share(contradict(2_000, 1_000)),
        share(contradict(1_000, 2_000)),
    );
    assert!(
        linked_last > 0.5 && rejected_last < 0.5,
        "{linked_last} {rejected_last}"
    );
}

#[test]
fn a_ticket_that_50_articles_solved_counts_as_one() {
    let ids: Vec<String> = (0..50).map(|number| format!("many-{number}")).collect();
    let mut articles = help_center();
    articles.extend(
        ids.iter()
            .map(|id| article(id, &format!("Title of {id}"), "Read on.")),
    );
    let mut tickets = lessons();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    tickets.push(verdict(
        "fifty",
        Verdict::Resolved,
        &ids,
        "orange gizmo beeps",
    ));
    let knowledge_base = taught(articles, tickets);
    let answer = ask(&knowledge_base, "orange gizmo beeps");
    assert_eq!(first(&answer), "reader");
    assert_eq!(answer.offered().len(), 1);
}

#[test]
fn a_flood_of_20000_equal_tickets_counts_as_ten() {
    let flooded = |count| {
        let flood = (0..count)
            .map(|number| linked(&format!("flood {number}"), "tax", "orange gizmo beeps"));
        let knowledge_base = Editable::in_memory();
        knowledge_base.sync(help_center()).unwrap();
        let tickets = lessons().into_iter().chain(flood);
        knowledge_base.publish_with_tickets(NOW, tickets).unwrap();
        knowledge_base
    };
    let (ten, many) = (flooded(10), flooded(20_000));
    for text in [
        "gizmo is orange and beeps",
        "my account is blocked and locked",
    ] {
        assert_eq!(first(&ask(&many, text)), first(&ask(&ten, text)), "{text}");
        let difference = best(&many, text) - best(&ten, text);
        assert!(difference.abs() < 0.05, "{text}: {difference}");
    }
}
