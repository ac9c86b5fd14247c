//! Tests of near copies and differing values, on pairs that were labelled before the code was written.

use std::collections::BTreeMap;

use helpdex::article::IndexedArticle;
use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, Timestamp, Visibility};
use helpdex_insight::copies::{CopyKind, ValueKind, copies};
use serde::Deserialize;

/// 60 pairs of texts in 6 languages: 12 copies, 18 pairs with differing values, and 30 that are neither.
const PAIRS: &str = include_str!("data/pairs.jsonl");

#[derive(Deserialize)]
struct Pair {
    locale: String,
    kind: String,
    a: String,
    b: String,
}

fn article(id: &str, locale: &str, body: &str) -> Article {
    Article::new(ArticleFields {
        id: id.into(),
        locale: locale.into(),
        title: format!("Title of {id}"),
        body: body.into(),
        visibility: Visibility::Public,
        ..ArticleFields::default()
    })
    .expect("the article is valid")
}

fn indexed(articles: impl IntoIterator<Item = Article>) -> Vec<IndexedArticle> {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("nobody else writes");
    writer.upsert(articles).expect("memory can be written");
    let now = Timestamp::from_unix_seconds(0);
    writer.publish(now).expect("memory can be written");
    let articles = knowledge_base.articles(&Audience::internal(), now);
    let articles: Result<_, _> = articles.expect("it was published").collect();
    articles.expect("memory can be read")
}

fn found_kind(pair: &Pair) -> &'static str {
    let articles = [("a", &pair.a), ("b", &pair.b)];
    let found = copies(&indexed(
        articles.map(|(id, body)| article(id, &pair.locale, body)),
    ));
    if !found.differing.is_empty() {
        "differing"
    } else if !found.copies.is_empty() {
        "copy"
    } else {
        "none"
    }
}

#[test]
fn copies_and_differing_values_of_six_languages_are_found_and_little_else() {
    let pairs: Vec<Pair> = PAIRS
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(pairs.len(), 60);
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for pair in &pairs {
        let found = found_kind(pair);
        if found != pair.kind {
            println!("{} {}: found {found}: {}", pair.locale, pair.kind, pair.a);
        }
        *counts.entry((&pair.kind, found)).or_default() += 1;
    }
    for kind in ["copy", "differing"] {
        let right = counts.get(&(kind, kind)).copied().unwrap_or(0);
        let sum = |is_counted: &dyn Fn(&str, &str) -> bool| -> usize {
            let counted = counts
                .iter()
                .filter(|((label, found), _)| is_counted(label, found));
            counted.map(|(_, count)| count).sum()
        };
        let labelled = sum(&|label, _| label == kind);
        let found = sum(&|_, found| found == kind);
        println!("{kind}: {right} right of {found} found, {labelled} labelled");
        assert!(right * 10 >= found * 9, "precision of {kind}: {counts:?}");
        assert!(right * 10 >= labelled * 8, "recall of {kind}: {counts:?}");
    }
}

#[test]
fn a_copy_says_what_is_alike_and_where() {
    let long =
        "Open the invoice and press the button that sends a reminder to the customer by mail. ";
    let more = "Nobody gets two reminders on one day, whatever the settings of the team may say about it. \
                Archived invoices are left out, and so are those of customers who asked for letters on paper.";
    let articles = [
        article("a", "en", long),
        article("b", "en", &format!("{long}{more}")),
        article("c", "en-GB", long),
        article("d", "de", long),
    ];
    let found = copies(&indexed(articles));
    let pairs: Vec<_> = found
        .copies
        .iter()
        .map(|copy| (&*copy.left.article_id, &*copy.right.article_id, copy.kind))
        .collect();
    assert_eq!(
        pairs,
        [
            ("a", "b", CopyKind::Contained),
            ("a", "c", CopyKind::Exact),
            ("c", "b", CopyKind::Contained),
        ]
    );
    assert!(found.differing.is_empty());
}

#[test]
fn versions_of_an_article_for_two_locales_are_compared_for_their_values_alone() {
    let text = |price: &str| {
        format!(
            "A parcel within the country costs {price} and is delivered on the next working day at the latest."
        )
    };
    let version = |id: &str, locale: &str, price: &str| {
        Article::new(ArticleFields {
            translation_group: Some("parcel".into()),
            ..article(id, locale, &text(price)).fields().clone()
        })
        .unwrap()
    };
    let found = copies(&indexed([
        version("gb", "en-GB", "4.90"),
        version("us", "en-US", "5.90"),
    ]));
    assert!(found.copies.is_empty());
    assert_eq!(found.differing.len(), 1);
    let differing = &found.differing[0];
    assert_eq!(differing.kind, ValueKind::Number);
    assert_eq!(
        (&*differing.left_values, &*differing.right_values),
        (&["4.90".to_owned()][..], &["5.90".to_owned()][..])
    );
}

#[test]
fn rows_of_a_table_and_sentences_that_differ_in_two_ways_are_no_differing_values() {
    let found = copies(&indexed([
        article(
            "a",
            "en",
            "Basic plan: 5 seats.\n\nPress \"Save\" within 14 days of the delivery of the printer.",
        ),
        article(
            "b",
            "en",
            "Basic plan: 9 seats.\n\nPress \"Send\" within 30 days of the delivery of the printer.",
        ),
    ]));
    assert!(found.differing.is_empty(), "{found:?}");
}
