//! Tests that the sample corpus has what its README promises.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::article::Status;
use helpdex::{Article, Timestamp, Visibility};
use helpdex_import::{ImportOptions, read_articles};
use helpdex_tests::{read, repository};
use serde_json::Value;

const LANGUAGES: [&str; 6] = ["en", "tr", "th", "lt", "de", "ja"];

fn articles() -> Vec<Article> {
    let files = read_articles(
        repository().join("corpus/articles"),
        &ImportOptions::default(),
    )
    .expect("the corpus can be read");
    let skipped = files.skipped.to_string();
    assert_eq!(skipped, "", "every file is an article");
    let articles: helpdex::Result<Vec<Article>> = files.articles.collect();
    articles.expect("they are kept until they are asked for")
}

/// Returns every line of every file of tickets, with its place.
fn tickets() -> Vec<(String, Value)> {
    let mut tickets = Vec::new();
    for language in LANGUAGES {
        let path = format!("corpus/tickets/{language}.jsonl");
        for (number, line) in (1..).zip(read(&path).lines()) {
            let place = format!("{path}:{number}");
            let ticket: Value =
                serde_json::from_str(line).unwrap_or_else(|e| panic!("{place}: {e}"));
            assert_eq!(ticket["language"], language, "{place}");
            tickets.push((place, ticket));
        }
    }
    tickets
}

fn answers(ticket: &Value) -> Vec<&str> {
    let answers = ticket["answers"].as_array().into_iter().flatten();
    answers.filter_map(Value::as_str).collect()
}

fn count_by<T>(all: &[T], language: impl Fn(&T) -> String) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(language(one)).or_default() += 1;
    }
    counts
}

#[track_caller]
fn check_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn there_are_enough_articles_in_every_language() {
    let counts = count_by(&articles(), |article| {
        article.locale().language().to_owned()
    });
    for (language, least) in [
        ("en", 120),
        ("tr", 40),
        ("th", 40),
        ("lt", 40),
        ("de", 20),
        ("ja", 20),
    ] {
        assert!(
            counts.get(language) >= Some(&least),
            "{language}: {counts:?}"
        );
    }
}

#[test]
fn english_articles_lie_in_at_least_8_sections() {
    let articles = articles();
    let english = articles
        .iter()
        .filter(|article| article.locale().language() == "en");
    let sections: BTreeSet<_> = english
        .map(|article| article.fields().section_path.first())
        .collect();
    assert!(!sections.contains(&None), "every article lies in a section");
    assert!(sections.len() >= 8, "{sections:?}");
}

#[test]
fn articles_of_every_visibility_and_status_are_there() {
    let articles = articles();
    let has = |is: &dyn Fn(&Article) -> bool| articles.iter().any(is);
    for visibility in Visibility::ALL {
        assert!(
            has(&|article| article.fields().visibility == visibility),
            "{visibility:?}"
        );
    }
    assert!(has(&|article| article.fields().status == Status::Draft));
    assert!(has(&|article| article.fields().valid_from.is_some()));
    assert!(has(&|article| article.fields().valid_until.is_some()));
}

#[test]
fn translations_share_a_group_that_has_an_english_article() {
    let articles = articles();
    let of = |is_english: bool| -> BTreeSet<(&str, &str)> {
        articles
            .iter()
            .filter(|article| (article.locale().language() == "en") == is_english)
            .map(|article| (article.translation_group(), article.locale().language()))
            .collect()
    };
    let english: BTreeSet<&str> = of(true).into_iter().map(|(group, _)| group).collect();
    let problems: Vec<String> = of(false)
        .into_iter()
        .filter(|(group, _)| !english.contains(group))
        .map(|(group, language)| format!("{group} ({language}) has no English article"))
        .collect();
    check_none(&problems);
    let distinct: BTreeSet<_> = articles
        .iter()
        .map(|article| (article.translation_group(), article.locale()))
        .collect();
    assert_eq!(
        distinct.len(),
        articles.len(),
        "a group has one article a locale"
    );
}

#[test]
fn links_between_articles_lead_to_an_article() {
    let articles = articles();
    let paths: BTreeSet<&str> = articles
        .iter()
        .filter_map(|article| article.fields().url.as_deref())
        .filter_map(|url| url.strip_prefix("https://help.brelvo.example"))
        .collect();
    let mut count = 0;
    let mut problems = Vec::new();
    for article in &articles {
        for target in article.fields().body.split("](").skip(1) {
            let target = target.split([')', '#', ' ']).next().unwrap_or_default();
            let target = target
                .strip_prefix("https://help.brelvo.example")
                .unwrap_or(target);
            if target.is_empty() || target.starts_with("http") || target.starts_with("mailto:") {
                continue;
            }
            count += 1;
            if !paths.contains(target) {
                problems.push(format!(
                    "{}: a link leads to {target}, where no article is",
                    article.id()
                ));
            }
        }
    }
    check_none(&problems);
    assert!(
        count >= 100,
        "only {count} links between articles were found"
    );
}

#[test]
fn there_are_enough_tickets_in_every_language() {
    let tickets = tickets();
    let counts = count_by(&tickets, |(_, ticket)| {
        ticket["language"].as_str().unwrap_or_default().to_owned()
    });
    let count = |language: &str| counts.get(language).copied().unwrap_or(0);
    assert!(tickets.len() >= 500, "{counts:?}");
    assert!(2 * count("en") >= tickets.len(), "{counts:?}");
    for language in ["tr", "th", "lt"] {
        assert!(count(language) >= 50, "{counts:?}");
    }
}

#[test]
fn at_least_a_quarter_of_the_tickets_has_no_answer() {
    let tickets = tickets();
    let unanswerable = tickets
        .iter()
        .filter(|(_, ticket)| answers(ticket).is_empty())
        .count();
    assert!(
        4 * unanswerable >= tickets.len(),
        "{unanswerable} of {}",
        tickets.len()
    );
}

#[test]
fn a_ticket_has_an_answer_or_the_reason_why_there_is_none() {
    let mut problems = Vec::new();
    for (place, ticket) in tickets() {
        if answers(&ticket).is_empty() == ticket["no_answer"].is_null() {
            problems.push(format!("{place}: give either answers or no_answer"));
        }
        let messages = ["text", "html", "email"]
            .iter()
            .filter(|form| ticket[**form].is_string());
        if messages.count() != 1 {
            problems.push(format!("{place}: give one of text, html and email"));
        }
    }
    check_none(&problems);
}

#[test]
fn an_answer_is_the_group_of_an_article_that_everybody_may_read_when_the_ticket_comes() {
    let articles = articles();
    let mut problems = Vec::new();
    for (place, ticket) in tickets() {
        let moment: Timestamp = ticket["created_at"]
            .as_str()
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| panic!("{place}: created_at is no time"));
        for answer in answers(&ticket) {
            let is_readable = articles.iter().any(|article| {
                article.translation_group() == answer
                    && article.fields().visibility == Visibility::Public
                    && article.unpublished_at(moment).is_none()
            });
            if !is_readable {
                problems.push(format!(
                    "{place}: answer {answer:?} is no public, published article"
                ));
            }
        }
    }
    check_none(&problems);
}

#[test]
fn tickets_have_ids_of_their_own_and_a_requester() {
    let mut ids = BTreeSet::new();
    for (place, ticket) in tickets() {
        assert!(
            ids.insert(ticket["id"].to_string()),
            "{place}: the id stands elsewhere too"
        );
        assert!(
            ticket["requester"].is_string(),
            "{place}: a requester is missing"
        );
    }
}
