//! Tests of hostile text: markup, addresses that are code, broken lines, strange mails, odd Unicode.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use std::fmt::Write as _;

use helpdex::{
    Article, ArticleFields, Audience, BodyFormat, Decision, KnowledgeBase, Message, SuggestOptions,
    Suggestions, Ticket, Timestamp,
};

use common::{Editable, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_000);

fn knowledge_base(articles: impl IntoIterator<Item = ArticleFields>) -> Editable {
    let articles = articles
        .into_iter()
        .map(|fields| Article::new(fields).unwrap());
    let knowledge_base = Editable::in_memory();
    knowledge_base.sync(articles).unwrap();
    knowledge_base.publish(NOW).unwrap();
    knowledge_base
}

fn ask(knowledge_base: &KnowledgeBase, ticket: &Ticket) -> Suggestions {
    let options = SuggestOptions {
        decision: Decision::MinProbability(0.0),
        ..SuggestOptions::default()
    };
    let answer = knowledge_base.suggest(ticket, &Audience::public(), NOW, &options);
    answer.unwrap()
}

/// Returns the passages that are shown for a ticket with this text, as HTML.
fn shown_as_html(article: ArticleFields, text: &str) -> String {
    let answer = ask(&knowledge_base([article]), &Ticket::from_text(text));
    let passages = answer.offered().iter().filter_map(|s| s.passage.as_ref());
    passages.map(helpdex::answer::Passage::to_html).collect()
}

#[test]
fn a_passage_as_html_has_no_element_but_its_marks() {
    const MARKUP: [&str; 4] = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror='alert(1)'>",
        "</mark><b>",
        "<!--",
    ];
    for markup in MARKUP {
        for format in [BodyFormat::Text, BodyFormat::Markdown, BodyFormat::Html] {
            let article = ArticleFields {
                format,
                ..fields("a", markup, &format!("Reset {markup} the PIN, {markup}"))
            };
            let html = shown_as_html(article, &format!("{markup} reset the PIN {markup}"));
            assert!(html.contains("<mark>Reset</mark>"), "{html}");
            let unmarked = html.replace("<mark>", "").replace("</mark>", "");
            assert!(!unmarked.contains(['<', '>', '"', '\'']), "{html}");
        }
    }
}

#[test]
fn an_entity_of_an_article_is_text_in_its_passage_and_escaped_as_html() {
    let article = ArticleFields {
        format: BodyFormat::Html,
        ..fields(
            "a",
            "PIN",
            "<p>Reset &lt;script&gt;alert(1)&lt;/script&gt; &amp;lt; the PIN</p>",
        )
    };
    assert_eq!(
        shown_as_html(article, "reset"),
        "<mark>Reset</mark> &lt;script&gt;alert(1)&lt;/script&gt; &amp;lt; the PIN"
    );
}

#[test]
fn an_address_that_is_not_of_the_web_is_refused() {
    let with = |url: &str| {
        Article::new(ArticleFields {
            url: Some(url.into()),
            ..fields("a", "PIN", "")
        })
    };
    for url in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "\u{200B}javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "mailto:a@example.org",
        ":x",
        "",
        "/a\r\nSet-Cookie: b",
        "https://example.org/\u{202E}gpj.exe",
        "https://example.org/\u{2066}a",
    ] {
        let error = with(url).unwrap_err().to_string();
        assert!(error.contains("is not an http or https address"), "{error}");
        assert!(!error.contains(char::is_control), "{error:?}");
    }
    for url in [
        "https://example.org/a?b=c:d#e",
        "HTTP://example.org",
        "/a",
        "a/b:c",
        "#a",
        "?a=b:c",
    ] {
        assert!(with(url).is_ok(), "{url}");
    }
}

/// Asserts the answer to a mail: the ids that are offered, or the reason for abstaining.
#[track_caller]
fn check_mail(mail: impl Into<Vec<u8>>, expected: Result<&[&str], &str>) {
    let knowledge_base = knowledge_base([
        fields("pin", "Reset the PIN", "Open settings and reset it."),
        fields("café", "Café opening hours", "We open at seven."),
    ]);
    let answer = ask(&knowledge_base, &Ticket::from_email(mail));
    let ids: Vec<&str> = answer.offered().iter().map(|s| &s.article_id[..]).collect();
    let found = answer
        .reason()
        .map_or(Ok(&ids[..]), |reason| Err(reason.name()));
    assert_eq!(found, expected);
}

#[test]
fn a_strange_mail_gives_its_text_or_a_reason() {
    // A multipart in a multipart, 50,000 deep; the text stands in the innermost.
    let mut nested = String::new();
    for depth in 0..50_000 {
        let _ = write!(
            nested,
            "Content-Type: multipart/mixed; boundary=\"b{depth}\"\r\n\r\n--b{depth}\r\n"
        );
    }
    nested.push_str("Content-Type: text/plain\r\n\r\nreset my PIN\r\n");
    check_mail(nested, Err("empty_after_cleaning"));
    // Many parts side by side, the text in the first.
    let part = "\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\nx";
    let parts = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nreset my PIN{}",
        part.repeat(50_000)
    );
    check_mail(parts, Ok(&["pin"]));
    let text = "reset my PIN\n".repeat(800_000);
    assert!(text.len() > 10_000_000);
    check_mail(
        format!("Content-Type: text/plain\r\n\r\n{text}"),
        Ok(&["pin"]),
    );
    // Attached base64 of 10 MB beside the text.
    let attached = "QUJDREVG".repeat(1_300_000);
    check_mail(
        format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nreset my PIN\r\n--b\r\n\
             Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--b--\r\n"
        ),
        Ok(&["pin"]),
    );
    // The charset is not the one of the bytes, unknown, or not there.
    let of_charset = |charset: &str| {
        let head = format!("Content-Type: text/plain; charset={charset}\r\n\r\n");
        [head.as_bytes(), b"reset my PIN, na\xefve \xff\xfe"].concat()
    };
    for charset in ["utf-8", "iso-2022-jp", "x-unknown", "\"\""] {
        check_mail(of_charset(charset), Ok(&["pin"]));
    }
    check_mail(b"Subject: reset PIN\r\n\r\n\xff\xff".to_vec(), Ok(&["pin"]));
    check_mail("\r\nreset my PIN", Ok(&["pin"]));
    // Outlook's own container has no text that others read.
    check_mail(
        "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAAAQA=\r\n",
        Err("empty_after_cleaning"),
    );
}

#[test]
fn odd_unicode_stays_bounded_and_the_same_words_get_the_same_answer() {
    let knowledge_base = knowledge_base([
        fields("cafe", "Café öffnen", "Die Tür des Cafés geht auf."),
        ArticleFields {
            locale: "tr".into(),
            ..fields("izmir", "İzmir iadesi", "İade İzmir'de yapılır.")
        },
        ArticleFields {
            locale: "el".into(),
            ..fields("odos", "Οδός", "Η οδός είναι κλειστή.")
        },
        ArticleFields {
            locale: "fa".into(),
            ..fields("ketab", "کتاب‌ها", "کتاب‌ها در کتابخانه هستند.")
        },
    ]);
    let ranking = |text: &str| ask(&knowledge_base, &Ticket::from_text(text)).ranking;
    let same = |text: &str, other: &str| {
        assert!(!ranking(text).is_empty(), "{text:?}");
        assert_eq!(ranking(text), ranking(other), "{text:?} {other:?}");
    };
    // Composed and decomposed.
    same("das Café öffnen", "das Cafe\u{301} o\u{308}ffnen");
    // What nobody sees: a soft hyphen, a mark that turns the text round, a word joiner.
    same("das Café öffnen", "das Ca\u{AD}fé \u{202E}öff\u{2060}nen");
    same("İzmir iadesi", "i\u{307}zmir İADESİ");
    same("Η ΟΔΌΣ", "η οδός");
    for text in [
        "a\u{301}\u{302}\u{303}\u{304}".repeat(500_000),
        format!("café {}", "\u{300}".repeat(4_000_000)),
        "\u{FDFA}".repeat(1_000_000),
        "\u{202E}\u{2066}".repeat(1_000_000),
        "👨\u{200D}👩\u{200D}👧".repeat(200_000),
        "\u{E0041}".repeat(500_000),
        "İ".repeat(1_000_000),
        "ς Σ ".repeat(500_000),
    ] {
        for message in [Message::Text(text.clone()), Message::Html(text.clone())] {
            let ticket = Ticket {
                message,
                ..Ticket::default()
            };
            let answer = ask(&knowledge_base, &ticket);
            assert!(answer.ranking.len() <= 10);
        }
    }
}
