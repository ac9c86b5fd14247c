//! Previews: which answers a change changes, why, and that only those which can change are asked again.

use helpdex::feedback::Rejection;
use helpdex::{
    Article, ArticleFields, Audience, FeedbackEvent, KnowledgeBase, Ticket, Timestamp, Verdict,
    Visibility, Writer,
};
use helpdex_insight::preview::{
    ArticleChange, ChangeKind, PreviewOptions, PreviewReport, markdown, preview,
};
use proptest::prelude::*;

fn article(id: &str, title: &str, body: &str) -> Article {
    Article::new(ArticleFields {
        id: id.into(),
        locale: "en".into(),
        title: title.into(),
        body: body.into(),
        visibility: Visibility::Public,
        ..ArticleFields::default()
    })
    .expect("the article is valid")
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(0)
}

fn ticket(id: &str, text: &str, verdict: Verdict, articles: &[&str]) -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: id.into(),
        ticket: Ticket {
            locale: Some("en".parse().expect("it is a locale")),
            ..Ticket::from_text(text)
        },
        at: now(),
        verdict,
        articles: articles.iter().map(|&id| id.to_owned()).collect(),
        key: None,
    }
}

fn help_center() -> (KnowledgeBase, Writer) {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("nobody else writes");
    let articles = [
        article(
            "refund",
            "Refund a payment",
            "The payment returns to the card.",
        ),
        article(
            "invoice",
            "Print an invoice",
            "Invoices have your tax number.",
        ),
        article(
            "walnut",
            "Bake a walnut cake",
            "Heat the oven for the walnut cake.",
        ),
    ];
    writer.upsert(articles).expect("memory can be written");
    writer.publish(now()).expect("memory can be written");
    (knowledge_base, writer)
}

fn compare(
    knowledge_base: &KnowledgeBase,
    writer: &Writer,
    tickets: &[FeedbackEvent],
    ask_all: bool,
) -> PreviewReport {
    let after = writer.preview(now()).expect("memory can be written");
    let mut options = PreviewOptions::default();
    options.ask_all = ask_all;
    let report = preview(
        knowledge_base,
        &after,
        tickets,
        &Audience::public(),
        now(),
        &options,
    );
    report.expect("the knowledge base can be asked")
}

const REFUND: &str = "refund of a payment to my card";
const CAKE: &str = "walnut cake oven heat";
const ZEPPELIN: &str = "zeppelin hangar door frozen";

#[test]
fn each_change_of_an_answer_is_told_with_its_words_lost_right_answers_first() {
    let (knowledge_base, mut writer) = help_center();
    let rejected = Verdict::Rejected(Rejection::NotRelated);
    let tickets = [
        ticket("right", REFUND, Verdict::Linked, &["refund"]),
        ticket("other", REFUND, Verdict::Linked, &["invoice"]),
        ticket("unknown", REFUND, Verdict::Unlinked, &[]),
        ticket("rejected", REFUND, rejected, &["refund"]),
        ticket("won", ZEPPELIN, Verdict::Linked, &["zeppelin"]),
        ticket("nothing", ZEPPELIN, Verdict::NoArticle, &[]),
        ticket("new", ZEPPELIN, Verdict::Unlinked, &[]),
        ticket("same", CAKE, Verdict::Linked, &["walnut"]),
    ];
    writer.remove(["refund"]).expect("memory can be written");
    let zeppelin = article("zeppelin", "The zeppelin hangar door is frozen", "Thaw it.");
    writer.upsert([zeppelin]).expect("memory can be written");
    let report = compare(&knowledge_base, &writer, &tickets, false);
    let kinds: Vec<(&str, ChangeKind)> = report
        .changes
        .iter()
        .map(|change| (&*change.ticket_id, change.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("right", ChangeKind::RightBecomesSilent),
            ("nothing", ChangeKind::SilentBecomesWrong),
            ("unknown", ChangeKind::Silenced),
            ("new", ChangeKind::Offered),
            ("other", ChangeKind::WrongBecomesSilent),
            ("rejected", ChangeKind::WrongBecomesSilent),
            ("won", ChangeKind::BecomesRight),
        ]
    );
    assert_eq!(report.changes[0].words_gone, ["refund", "payment", "card"]);
    assert_eq!(
        report.changes[6].words_came,
        ["zeppelin", "hangar", "door", "frozen"]
    );
    let changed: Vec<(&str, ArticleChange)> = report
        .changed_articles
        .iter()
        .map(|article| (&*article.article_id, article.kind))
        .collect();
    assert_eq!(
        changed,
        [
            ("refund", ArticleChange::Removed),
            ("zeppelin", ArticleChange::Added)
        ]
    );
}

#[test]
fn the_counts_are_those_of_the_tickets() {
    let (knowledge_base, mut writer) = help_center();
    let tickets = [
        ticket("1", REFUND, Verdict::Linked, &["refund"]),
        ticket("2", REFUND, Verdict::Linked, &["refund"]),
        ticket("3", REFUND, Verdict::NoArticle, &[]),
        ticket("4", CAKE, Verdict::Linked, &["walnut"]),
    ];
    let same = compare(&knowledge_base, &writer, &tickets, true);
    assert!(
        same.changes.is_empty() && same.articles.is_empty() && same.changed_articles.is_empty()
    );
    assert_eq!((same.right.before, same.right.after), (3, 3));
    writer.remove(["refund"]).expect("memory can be written");
    let report = compare(&knowledge_base, &writer, &tickets, false);
    assert_eq!((report.tickets, report.linked), (4, 3));
    let right = report.right;
    assert_eq!(
        (right.before, right.after, right.lost, right.won),
        (3, 1, 2, 0)
    );
    assert!(
        right
            .difference
            .is_some_and(|d| d.value < -0.66 && d.low < d.value && d.high > d.value)
    );
    assert_eq!(
        (report.wrong.before, report.wrong.after, report.wrong.lost),
        (1, 0, 1)
    );
    assert_eq!((report.offered.before, report.offered.after), (4, 1));
    let effect = &report.articles[0];
    assert_eq!(
        (
            &*effect.article_id,
            effect.first_before,
            effect.first_after,
            effect.right_lost
        ),
        ("refund", 3, 0, 2)
    );
}

#[test]
fn a_change_that_an_asker_may_not_see_changes_nothing_for_them() {
    let (knowledge_base, mut writer) = help_center();
    let hidden = Article::new(ArticleFields {
        id: "hidden".into(),
        locale: "en".into(),
        title: "The zeppelin hangar door is frozen".into(),
        ..ArticleFields::default()
    });
    writer
        .upsert([hidden.expect("the article is valid")])
        .expect("memory can be written");
    let tickets = [ticket("1", ZEPPELIN, Verdict::Unlinked, &[])];
    let report = compare(&knowledge_base, &writer, &tickets, true);
    assert!(report.changes.is_empty() && report.changed_articles.is_empty());
}

#[test]
fn nothing_from_outside_is_markup_in_the_markdown() {
    let (knowledge_base, mut writer) = help_center();
    let hostile = "`|**x**\n@somebody [a](b)";
    let tickets = [ticket(hostile, ZEPPELIN, Verdict::Unlinked, &[])];
    let zeppelin = article("`@all|", "The zeppelin hangar door is frozen", "");
    writer.upsert([zeppelin]).expect("memory can be written");
    let text = markdown(&compare(&knowledge_base, &writer, &tickets, false));
    assert!(
        text.contains("| `'¦**x** @somebody [a](b)` | offered | silence | `'@all¦` "),
        "{text}"
    );
    assert!(text.contains("- `'@all¦`: added"), "{text}");
}

/// Returns text of these numbers as words that the analyzer keeps apart.
fn words(numbers: &[u8]) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "ke", "mo", "ru", "ti", "lan", "dor", "fis", "gup", "hev", "jor", "nal", "pex",
        "sob", "vum", "zak",
    ];
    let word = |n: &u8| {
        let n = usize::from(*n);
        format!(
            "{}{}{}",
            SYLLABLES[n % 16],
            SYLLABLES[n / 16],
            SYLLABLES[(n * 7) % 16]
        )
    };
    numbers.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), length)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Asking only the tickets whose answer can change finds the same changes as asking all.
    #[test]
    fn what_is_not_asked_again_does_not_change(
        articles in proptest::collection::vec((text(1..4), text(4..30)), 40),
        edit in (text(1..4), text(4..30)),
        edited in 0_usize..40,
        tickets in proptest::collection::vec(text(2..12), 30),
    ) {
        let knowledge_base = KnowledgeBase::in_memory();
        let mut writer = knowledge_base.writer().expect("nobody else writes");
        let made = articles.iter().enumerate().map(|(number, (title, body))| {
            article(&number.to_string(), &words(title), &words(body))
        });
        writer.upsert(made).expect("memory can be written");
        writer.publish(now()).expect("memory can be written");
        let new = article(&edited.to_string(), &words(&edit.0), &words(&edit.1));
        writer.upsert([new]).expect("memory can be written");
        let tickets: Vec<FeedbackEvent> = tickets.iter().enumerate().map(|(number, text)| {
            ticket(&number.to_string(), &words(text), Verdict::Unlinked, &[])
        }).collect();
        let all = compare(&knowledge_base, &writer, &tickets, true);
        let some = compare(&knowledge_base, &writer, &tickets, false);
        prop_assert_eq!(&some.changes, &all.changes);
        prop_assert_eq!(&some.articles, &all.articles);
    }
}
