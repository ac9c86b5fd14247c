//! Compares the texts that are read of mails with those of the parser that [`parts`](super::parts) follows.

use mail_parser::{Message, MessageParser, PartType};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::decode;
use crate::budget::Budget;
use crate::ticket::decoded::Decoded;

/// Returns the text of a mail as `mail_parser` parses it.
fn text_of(message: &Message<'_>, depth: usize) -> Decoded {
    let mut decoded = Decoded::default();
    for part in message.html_bodies() {
        decoded.push(text_of_part(&part.body));
    }
    if decoded.text.trim().is_empty() {
        decoded = Decoded::default();
        for part in message.text_bodies() {
            decoded.push(text_of_part(&part.body));
        }
    }
    for part in message.attachments().filter(|_| depth < 3) {
        if let PartType::Message(nested) = &part.body {
            let mut forwarded = Decoded::from_text(nested.subject().unwrap_or_default().to_owned());
            forwarded.push(text_of(nested, depth + 1));
            decoded.push(forwarded);
        }
    }
    decoded
}

fn text_of_part(part: &PartType<'_>) -> Decoded {
    match part {
        PartType::Html(html) => Decoded::from_html(html, &mut Budget::unlimited()).unwrap(),
        PartType::Text(text) => Decoded::from_text(text.replace("\r\n", "\n")),
        _ => Decoded::default(),
    }
}

/// Asserts that both parsers read the same texts of a mail, except where `mail_parser` is known to err.
fn check(mail: &[u8]) {
    let read = decode(mail, &mut Budget::unlimited()).unwrap();
    // Where one of its own assertions fails there is nothing to compare.
    let parsed = std::panic::catch_unwind(|| MessageParser::default().parse(mail));
    let Ok(parsed) = parsed else {
        return;
    };
    if takes_off_a_letter(mail) {
        return;
    }
    if parsed.as_ref().is_some_and(puts_next_part_into_a_mail) {
        return;
    }
    let (subject, expected) = match parsed {
        Some(message) => (message.subject().map(str::to_owned), text_of(&message, 0)),
        None => (
            None,
            Decoded::from_text(String::from_utf8_lossy(mail).into_owned()),
        ),
    };
    // The charset of bytes that are no UTF-8 is guessed, and `charset` tests that.
    if expected.text.contains(char::REPLACEMENT_CHARACTER) {
        return;
    }
    let shown = String::from_utf8_lossy(mail);
    assert_eq!(read.text, expected.text, "{shown}");
    assert_eq!(read.marks, expected.marks, "{shown}");
    assert_eq!(read.subject, subject, "{shown}");
}

/// Whether a soft line break stands before a boundary, so that `mail_parser` drops the letter before it.
fn takes_off_a_letter(mail: &[u8]) -> bool {
    let bytes = mail.iter().copied();
    let shown: Vec<u8> = bytes
        .filter(|byte| !matches!(byte, b'\r' | b' ' | b'\t' | 0x0C))
        .collect();
    shown.windows(4).any(|bytes| bytes == b"=\n--")
}

/// Whether `mail_parser` ended one mail where two nested ones end, and put the next part into the outer one, which
/// holds nothing else but a mail. An untyped part of a digest is such a mail, too.
fn puts_next_part_into_a_mail(message: &Message<'_>) -> bool {
    let starts_with_mail = matches!(
        message.parts.first().map(|part| &part.body),
        Some(PartType::Message(_))
    );
    (starts_with_mail && message.parts.len() > 1)
        || message.parts.iter().any(|part| match &part.body {
            PartType::Message(nested) => puts_next_part_into_a_mail(nested),
            _ => false,
        })
}

#[test]
fn what_stands_behind_a_mail_in_a_mail_is_in_neither() {
    let mail =
        b"Content-Type: multipart/digest; boundary=a\n\n--a\n\nContent-Type: message/rfc822\n\n\
        Subject: inner\n\nold\n--a\nContent-Type: text/plain\n\nbehind\n--a--\n";
    let read = decode(mail, &mut Budget::unlimited()).unwrap();
    assert_eq!(read.text, "behind\n\ninner\n\nold");
}

/// The pieces of which the tests make mails.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\n\n",
    "\n--a\n",
    "\r\n--a\r\n",
    "\n--a--\n",
    "--a--",
    "\n--bb\n",
    "\n--bb--\n",
    "--bb \n",
    "--",
    "-",
    "Subject: one\n",
    "Subject: =?utf-8?q?caf=C3=A9?=\r\n =?utf-8?b?w6k=?= two\r\n",
    "SUBJECT : three\n",
    "Content-Type: text/plain\n",
    "Content-Type: text/plain; format=flowed\n",
    "Content-Type: text/html\n",
    "Content-Type: text/html; charset=\"utf-8\"; name=page.html\n",
    "Content-Type: text/calendar\n",
    "Content-Type: image/png; name*0=a; name*1=b\n",
    "Content-Type: application/pdf\n",
    "Content-Type: multipart/mixed; boundary=a\n",
    "Content-Type: multipart/alternative;\n boundary=\"bb\"\n",
    "Content-Type: multipart/related; boundary=a\n",
    "Content-Type: multipart/digest; boundary=bb\n",
    "Content-Type: multipart/mixed\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Content-Disposition: attachment; filename=x\n",
    "Content-Disposition: inline\n",
    "To: a@example.com,\n b: c@example.com;\n",
    "X: \"quoted\n more\"\n",
    ": no name\n",
    "no colon\n",
    "Hello there\n",
    "<p>Hello</p>",
    "<blockquote>old</blockquote>  \n",
    "caf=C3=A9 =\n",
    "SGVsbG8=\n",
    "U3ViamVjdDogeA0KDQpoaQ==",
    "caf\u{e9}",
    " ",
    "\t",
    "=",
];

/// The beginning of a mail inside a mail. The tests never put two in a row, because `mail_parser` puts the part behind
/// a mail that holds only a mail into that mail.
const FORWARDED: &str = "Content-Type: message/rfc822\n\nSubject: f\n";

/// Generates parts as mails have them: a header, a body, parts inside parts.
fn part() -> impl Strategy<Value = String> {
    let fields = vec(select(&PIECES[11..34]), 0..4).prop_map(|fields| fields.concat());
    let body = vec(select(PIECES), 0..6).prop_map(|pieces| pieces.concat());
    (fields, body).prop_map(|(fields, body)| format!("{fields}\n{body}\n"))
}

fn well_formed() -> impl Strategy<Value = String> {
    part().prop_recursive(4, 24, 4, |inner| {
        let kind = select(vec!["mixed", "alternative", "related", "digest", "report"]);
        let many = (
            kind,
            select(vec!["a", "bb", "c", "a-a"]),
            vec(inner.clone(), 0..4),
        )
            .prop_map(|(kind, boundary, parts)| {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| format!("--{boundary}\n{part}\n"))
                    .collect();
                format!(
                    "Content-Type: multipart/{kind}; boundary={boundary}\n\n{}--{boundary}--\n",
                    parts.concat()
                )
            });
        let one = inner.prop_map(|mail| {
            if mail.starts_with(FORWARDED) {
                mail
            } else {
                format!("{FORWARDED}{mail}")
            }
        });
        prop_oneof![many, one]
    })
}

proptest! {
    #[test]
    fn mails_are_read_as_the_parser_reads_them(mail in well_formed()) {
        check(mail.as_bytes());
        check(mail.replace('\n', "\r\n").as_bytes());
    }

    #[test]
    fn pieces_of_mails_are_read_as_the_parser_reads_them(
        before in vec(select(PIECES), 0..15),
        forwarded in select(&["", FORWARDED][..]),
        behind in vec(select(PIECES), 0..15),
    ) {
        check(format!("{}{forwarded}{}", before.concat(), behind.concat()).as_bytes());
    }
}
