//! Checks that no text crashes its reader, that cost is linear in the length of the text, and that a caller who stops
//! the work is heard soon.
//!
//! Everything runs on a stack of 256 KiB. Work is measured by how often the caller is asked whether to go on, which is
//! once before each bounded piece; `cargo xtask scaling` counts the instructions of the pieces.

mod shapes;

use std::ops::ControlFlow;
use std::thread;

use helpdex_text::{
    Analysis, Analyzer, Body, Content, clean_article, clean_ticket, clean_ticket_within,
    detect_language,
};
use shapes::Shape;

/// The size of the stack: an eighth of what a thread has by default.
const STACK_BYTES: usize = 256 * 1024;

fn on_a_small_stack(read: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(read);
    let ended = thread.expect("a thread can be started").join();
    assert!(ended.is_ok(), "see the message above");
}

/// Counts how often cleaning a ticket asks whether to go on.
fn questions(subject: Option<&str>, content: Content<'_>) -> usize {
    let mut count = 0;
    let cleaned = clean_ticket_within(subject, content, &mut || {
        count += 1;
        ControlFlow::Continue(())
    });
    assert!(cleaned.is_some());
    count
}

/// The number of steps of one pass over a text: nine that cut, the end of the page, and masks.
const STEPS: usize = 11;

/// For texts above 16 KiB there is a question before each step, so that the number of questions shows how often a text
/// is read.
#[test]
fn no_ticket_is_gone_through_more_often_than_stated() {
    on_a_small_stack(|| {
        // Decoding and masks; then four ways to read it, each with one pass for what HTML says and six to come to rest.
        let most = 8 + 4 * 7 * STEPS;
        for shape in shapes::plain().iter().step_by(3) {
            let asked = questions(Some("Fwd: x"), Content::Text(&shape.of(17 * 1024)));
            assert!(asked <= most, "{}: {asked} questions", shape.name);
        }
        // The longest texts get three passes a way to come to rest.
        let most = 8 + 4 * 4 * STEPS;
        for name in [
            "nested places of images, then brackets",
            "\"Thanks\\nBo Li\\n\"",
        ] {
            let shape = shapes::plain().into_iter().find(|shape| shape.name == name);
            let text = shape.expect("it has this name").of(250 * 1024);
            let asked = questions(Some("Fwd: x"), Content::Text(&text));
            assert!(asked <= most, "{name}: {asked} questions");
        }
    });
}

#[test]
fn who_gives_a_ticket_up_is_not_asked_again() {
    on_a_small_stack(|| {
        let mail = shapes::mail()
            .into_iter()
            .skip(2)
            .map(|shape| (shape, true));
        let text = shapes::plain().into_iter().map(|shape| (shape, false));
        for (shape, is_mail) in mail.chain(text).step_by(7) {
            let text = shape.of(5_000);
            let content = if is_mail {
                Content::Email(text.as_bytes())
            } else {
                Content::Text(&text)
            };
            let all = questions(None, content);
            for last in [1, 2, all / 2, all].map(|last| last.clamp(1, all)) {
                let mut asked = 0;
                let cleaned = clean_ticket_within(None, content, &mut || {
                    asked += 1;
                    if asked < last {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                });
                assert_eq!(cleaned, None, "{}", shape.name);
                assert_eq!(asked, last, "{}", shape.name);
            }
        }
    });
}

#[test]
fn a_ticket_that_is_cleaned_in_time_is_the_same_as_without_a_limit() {
    for shape in shapes::plain().iter().step_by(5) {
        let text = shape.of(2_000);
        let content = Content::Text(&text);
        let within = clean_ticket_within(None, content, &mut || ControlFlow::Continue(()));
        assert_eq!(within, Some(clean_ticket(None, content)), "{}", shape.name);
    }
}

/// Reading a long mail, page or ticket asks at least once in a fixed number of bytes.
#[test]
fn reading_a_long_mail_asks_all_along() {
    on_a_small_stack(|| {
        let part = Shape {
            name: String::new(),
            before: "Content-Type: multipart/mixed; boundary=b\n\n".to_owned(),
            piece: "\n--b\nContent-Type: image/png\n\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                .to_owned(),
            behind: String::new(),
        };
        let mail = part.of(400_000);
        assert!(questions(None, Content::Email(mail.as_bytes())) >= 400_000 / (64 * 1024));
        let page = "<p>".repeat(400_000);
        assert!(questions(None, Content::Html(&page)) >= page.len() / (16 * 1024));
    });
}

#[test]
fn what_nests_repeats_or_never_ends_does_not_overflow_a_small_stack() {
    on_a_small_stack(|| {
        for shape in shapes::plain() {
            let _ = clean_ticket(Some(&shape.of(2_000)), Content::Text(&shape.of(8_000)));
        }
        for shape in shapes::html() {
            let html = shape.of(40_000);
            let _ = clean_ticket(None, Content::Html(&html));
            assert!(clean_article(Body::Html(&html)).is_ok(), "{}", shape.name);
        }
        for shape in shapes::mail() {
            let _ = clean_ticket(None, Content::Email(shape.of(200_000).as_bytes()));
        }
    });
}

#[test]
fn articles_that_nest_repeat_or_never_end_do_not_overflow_a_small_stack() {
    on_a_small_stack(|| {
        for shape in shapes::markdown().into_iter().chain(shapes::html()) {
            let markdown = shape.of(60_000);
            let article = clean_article(Body::Markdown(&markdown));
            assert!(article.is_ok(), "{}", shape.name);
        }
    });
}

#[test]
fn texts_that_repeat_or_never_end_are_analysed_on_a_small_stack() {
    on_a_small_stack(|| {
        let locales = ["en", "th", "ja", "tr", "vi"].map(|tag| tag.parse().unwrap());
        for shape in shapes::plain() {
            let text = shape.of(4_000);
            for locale in &locales {
                let mut analysis = Analysis::default();
                Analyzer::new(locale).analyze(&text, &mut analysis);
            }
            let _ = detect_language(&text, &locales, None);
        }
    });
}

#[test]
fn mails_in_mails_of_megabytes_are_read_as_deep_as_they_are_said_to_be() {
    on_a_small_stack(|| {
        let shape = &shapes::mail()[0];
        let ticket = clean_ticket(None, Content::Email(shape.of(30 * 1024 * 1024).as_bytes()));
        assert_eq!(ticket.text(), "");
        let forwarded = "Content-Type: message/rfc822\n\nSubject: the first export\n".repeat(3);
        let mail = format!("{forwarded}\nfails since Monday with a red page\n");
        let ticket = clean_ticket(None, Content::Email(mail.as_bytes()));
        assert!(ticket.text().contains("red page"), "{}", ticket.text());
    });
}

/// Cleans the most expensive shapes at the greatest length of a ticket; the limit holds for what is read of it.
#[test]
fn the_longest_tickets_of_each_kind_have_an_outcome_on_a_small_stack() {
    on_a_small_stack(|| {
        for name in [
            "nested places of images, then brackets",
            "empty lines before contacts",
            "codes on one line of a log",
            "distinct words",
            "\"-- \\n\"",
        ] {
            let shape = shapes::plain().into_iter().find(|shape| shape.name == name);
            let text = shape.expect("it has this name").of(256 * 1024);
            assert!(
                !clean_ticket(None, Content::Text(&text))
                    .decoded()
                    .is_empty()
            );
        }
        for shape in shapes::mail() {
            let mail = shape.of(3_000_000);
            let _ = clean_ticket(None, Content::Email(mail.as_bytes()));
        }
    });
}

#[test]
fn a_page_of_millions_of_tags_is_read_from_its_beginning() {
    let page = format!("the export fails{}", "<b>".repeat(3_000_000));
    let most = page.len() / (16 * 1024);
    assert!(questions(None, Content::Html(&page)) < most);
    assert_eq!(
        clean_ticket(None, Content::Html(&page)).text(),
        "the export fails"
    );
}

#[test]
fn the_last_letter_before_a_soft_line_break_and_a_boundary_stays() {
    let mail = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\
        Content-Transfer-Encoding: quoted-printable\n\nthe export of invoices fails=\n--b--\n";
    let ticket = clean_ticket(None, Content::Email(mail.as_bytes()));
    assert_eq!(ticket.text(), "the export of invoices fails");
    let empty = mail.replace("the export of invoices fails", "");
    assert_eq!(
        clean_ticket(None, Content::Email(empty.as_bytes())).text(),
        ""
    );
}

#[test]
fn what_follows_a_mail_of_nothing_but_a_mail_is_not_put_into_it() {
    let mail = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n\
        Content-Type: message/rfc822\n\nSubject: deep\n\nwhat was forwarded\n--b\n\nmy own question comes here\n--b--\n";
    let ticket = clean_ticket(None, Content::Email(mail.as_bytes()));
    assert!(ticket.decoded().starts_with("my own question comes here"));
    assert!(ticket.decoded().ends_with("deep\n\nwhat was forwarded"));
}
