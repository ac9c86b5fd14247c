//! Checks the promises of `clean_ticket` on random texts composed of pieces of tickets.

use helpdex_text::{CleanTicket, Content, RemovalKind, clean_ticket, is_mask};
use proptest::prelude::*;

/// Pieces that the rules look for, so that random texts contain them in every order.
const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    " ",
    ", ",
    ".",
    ":",
    ">",
    "> ",
    ">> ",
    "\t",
    "-",
    "--\n",
    "-- \n",
    "___\n",
    "*",
    "[",
    "]",
    "(",
    ")",
    "<",
    "@",
    "Hi team,",
    "Hello",
    "Merhaba,",
    "สวัสดีครับ",
    "Dear Ann",
    "Thanks",
    "Best regards,",
    "Saygılarımla",
    "ขอบคุณครับ",
    "Bo Li",
    "ACME Ltd.",
    "On 5 March 2024, Bo wrote:",
    "5 Mart 2024 tarihinde Bo şunu yazdı:",
    "wrote:",
    "2024年3月5日 10:22 田中 <t@a.jp>:",
    "From: Ann <ann@acme.com>\n",
    "Sent: Monday\n",
    "To: Bo\n",
    "Subject: Login\n",
    "Kimden: Ayşe\n",
    "Konu: Giriş\n",
    "Gönderildi: Salı\n",
    "-----Original Message-----\n",
    "---------- Forwarded message ---------\n",
    "Begin forwarded message:\n",
    "see below",
    "##- Please type your reply above this line -##\n",
    "Sent from my iPhone\n",
    "iPhone'umdan gönderildi\n",
    "This e-mail and any attachments are confidential",
    "intended recipient",
    "privileged virus disclosure",
    "bo@acme.com",
    "a@b.co",
    "+90 532 123 45 67",
    "(555) 123-4567",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "1234567890",
    "12345",
    "192.168.1.20",
    "2001:db8::ff00:42:8329",
    "0x80070057",
    "BRV-4102",
    "v2.4.1",
    "[email]",
    "[number]",
    "[secret]",
    "[id]",
    "password: ",
    "your code is ",
    "Bearer ",
    "phone ",
    "order ",
    "token=",
    "Cookie: a=",
    "Hunter2!",
    "482913",
    "219-09-9999",
    "(at)",
    " dot ",
    "%40",
    "://",
    "-----BEGIN PRIVATE KEY-----\n",
    "06.12.34.56.78",
    "_",
    "~",
    "+",
    "00",
    "05",
    "٠١٢٣٤٥٦٧٨٩",
    "๐๑๒๓๔๕๖๗๘๙",
    "2024-03-05 10:22:33 INFO Starting\n",
    "2024-03-05 10:22:34 ERROR Failed ERR_CONN-42\n",
    "[12:00:01] WARN slow\n",
    "java.lang.NullPointerException: x\n",
    "\tat com.acme.Foo.bar(Foo.java:12)\n",
    "  File \"a.py\", line 3, in f\n    g()\n",
    "Traceback (most recent call last):\n",
    "https://acme.com/help?utm_source=x",
    "https://acme.com/a/0123456789abcdef0123456789abcdef/b?page=2",
    "[image: logo.png]",
    "the export fails",
    "cannot log in",
    "invoice",
    "page",
    "ไม่สามารถเข้าสู่ระบบ",
    "无法登录系统",
    "パスワード",
    "не работает",
    "لا يعمل",
    "\u{0}",
    "\u{FEFF}",
    "\u{200B}",
    "\u{AD}",
    "\u{202E}",
    "\u{FDFA}",
    "\u{301}",
    "İ",
    "ß",
    "👍",
    "\u{A0}",
    "\u{2028}",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-zA-Z0-9 .:@/-]{0,12}",
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn html() -> impl Strategy<Value = String> {
    let tag = prop::sample::select(
        [
            "<p>",
            "</p>",
            "<br>",
            "<div>",
            "</div>",
            "<blockquote>",
            "</blockquote>",
            "<div class=gmail_quote>",
            "<div class=gmail_attr>",
            "<hr tabindex=-1>",
            "<div id=divRplyFwdMsg>",
            "<div class=gmail_signature>",
            "<span hidden>",
            "</span>",
            "<pre>",
            "</pre>",
            "<table><tr><td>",
            "</table>",
            "&amp;",
            "&gt; ",
            "<div style='border:none;border-top:solid #E1E1E1 1.0pt'>",
        ]
        .as_slice(),
    );
    let piece = prop_oneof![
        2 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => tag.prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Asserts everything that is promised for every ticket.
fn check(ticket: &CleanTicket) {
    assert_partition(ticket);
    let decoded = ticket.decoded().len();
    let masks: usize = ticket
        .removed()
        .iter()
        .filter(|removal| removal.kind == RemovalKind::PersonalData)
        .map(|removal| removal.rule.len() + 2)
        .sum();
    assert!(ticket.text().len() <= decoded + masks);
    let again = clean_ticket(None, Content::Text(ticket.text()));
    assert_eq!(
        again.text(),
        ticket.text(),
        "cleaned again; first from {:?}: {ticket:?}",
        ticket.decoded()
    );
    let subject = clean_ticket(Some(ticket.subject()), Content::Text(""));
    assert_eq!(subject.subject(), ticket.subject());
}

/// Asserts that the removals are ordered and disjoint, and that the text is what lies between them, with masks for
/// personal data.
fn assert_partition(ticket: &CleanTicket) {
    let mut expected = String::new();
    let mut at = 0;
    for removal in ticket.removed() {
        assert!(
            at <= removal.range.start && !removal.range.is_empty(),
            "{ticket:?}"
        );
        expected.push_str(&ticket.decoded()[at..removal.range.start]);
        if removal.kind == RemovalKind::PersonalData {
            let mask = format!("[{}]", removal.rule);
            assert!(is_mask(&mask));
            expected.push_str(&mask);
        }
        at = removal.range.end;
    }
    expected.push_str(&ticket.decoded()[at..]);
    assert_eq!(ticket.text(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_promise_holds_for_plain_text(subject in prop::option::of(text()), text in text()) {
        let ticket = clean_ticket(subject.as_deref(), Content::Text(&text));
        prop_assert_eq!(ticket.decoded(), &text);
        prop_assert_eq!(&ticket, &clean_ticket(subject.as_deref(), Content::Text(&text)));
        check(&ticket);
    }

    #[test]
    fn every_promise_holds_for_html(subject in prop::option::of(text()), html in html()) {
        check(&clean_ticket(subject.as_deref(), Content::Html(&html)));
    }

    #[test]
    fn every_promise_holds_for_mail(head in "[ -~]{0,60}", text in text(), html in html()) {
        let mail = format!(
            "Subject: {head}\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n"
        );
        check(&clean_ticket(None, Content::Email(mail.as_bytes())));
    }

    #[test]
    fn every_promise_holds_for_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&clean_ticket(None, Content::Email(&bytes)));
    }
}

/// Pieces that make hostile texts when they are repeated.
const HOSTILE_PIECES: &[&str] = &[
    "a",
    " ",
    "\n",
    ">",
    "> \n",
    "> a\n",
    "@",
    "a@",
    "a@b.c",
    "a.b@",
    "1",
    "1 ",
    "1.",
    "+1",
    "(1",
    "::",
    "a:",
    "1:",
    "GB82 ",
    "GB82-",
    "password: ",
    "password is ",
    "phone 1 ",
    "a=",
    "?code=",
    "eyJ",
    "eyJ.",
    "sk-",
    "a%40",
    "a (at) ",
    "a{at}",
    "a{at}b{dot}",
    "a&#64;",
    "1a",
    "1234567890a",
    "é1",
    "code is 1",
    "1234 is is is is is ",
    "1- ",
    "0-1 1.",
    "a://a/a@a.a@",
    "at a dot ",
    "\"a\"@",
    "://a:",
    "://a/b1",
    "-----BEGIN PRIVATE KEY-----",
    "1_",
    "1~",
    "AB 1",
    "bearer ",
    "cookie: a=b ",
    "٤",
    "０－",
    "[",
    "[image:",
    "://",
    "?utm_=",
    "http://a/?",
    "\u{301}",
    "e\u{301}",
    "\u{0}",
    "\u{FDFA}",
    "\u{FEFF}",
    "-- \n",
    "--\n",
    "Thanks\n",
    "Hi\n",
    "Hi, ",
    "Thanks,\nBo\n\n",
    "Re: ",
    "[#1] ",
    "On 1 a wrote:\n",
    "On 1 a wrote:\n> b\n",
    "On 1\n",
    "From: a\n",
    "From: a\nSent: b\nTo: c\nSubject: d\n\n",
    "Begin forwarded message:\n",
    "-----Original Message-----\n",
    "##- Please type your reply above this line -##\n",
    "see below\nOn 1 a wrote:\n",
    "Sent from my iPhone\n",
    "this message is confidential\n\n",
    "confidential ",
    "\tat a.b(c.java:1)\n",
    "Error\n\tat a.b(c.java:1)\n",
    "  File \"a\", line 1\n    b\n",
    "2024-03-05 10:22:33 ERROR a\n",
    "2024-03-05 10:22:33 INFO A-1 B-2\n",
    "10:22:33 \n",
    "x\n\n",
    "a\r",
    "Hi ก",
    "ก",
    "字",
    "🎉",
];

/// Cleans texts of ten megabytes with `HELPDEX_FULL=1`, else of one: work that is not linear would take minutes or
/// overflow the stack.
#[test]
fn megabytes_of_anything_are_cleaned() {
    // The smaller one is under the limit of the decoded text, so that every step sees all of it.
    let sizes = match std::env::var_os("HELPDEX_FULL") {
        Some(_) => [10_000_000, 200_000],
        None => [1_000_000, 50_000],
    };
    for piece in HOSTILE_PIECES {
        for size in sizes {
            let text = piece.repeat(size / piece.len());
            let ticket = clean_ticket(Some(&text), Content::Text(&text));
            assert_partition(&ticket);
            let again = clean_ticket(None, Content::Text(ticket.text()));
            assert_eq!(again.text(), ticket.text(), "{piece:?}");
        }
    }
}

#[test]
fn deeply_nested_html_is_cleaned() {
    for (open, close) in [
        ("<div>", "</div>"),
        ("<blockquote>", "</blockquote>"),
        ("<div class=gmail_quote>", ""),
        ("<hr tabindex=-1>", ""),
    ] {
        let html = format!(
            "{}the export fails today{}",
            open.repeat(100_000),
            close.repeat(100_000)
        );
        let ticket = clean_ticket(None, Content::Html(&html));
        assert_partition(&ticket);
        assert!(ticket.text().contains("the export fails today"));
    }
}
