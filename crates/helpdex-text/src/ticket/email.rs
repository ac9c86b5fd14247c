//! Raw mail to text.

use mail_parser::{Message, MessageParser, MessagePart, PartType};

use super::decode::Decoded;

/// Bytes of a mail that are read; DESIGN.md of the project sets the limit.
const MOST_MAIL_BYTES: usize = 30 * 1024 * 1024;

/// Mails inside mails that are read: someone forwards, as an attachment, what was forwarded to them.
const MOST_NESTED_MAILS: usize = 3;

/// The subject and the text of a mail; bytes that are no mail are read as text.
pub(super) fn decode(mail: &[u8]) -> Decoded {
    let mail = &mail[..mail.len().min(MOST_MAIL_BYTES)];
    let Some(message) = MessageParser::default().parse(mail) else {
        return Decoded {
            text: String::from_utf8_lossy(mail).into_owned(),
            ..Decoded::default()
        };
    };
    let mut decoded = text_of(&message, 0);
    decoded.subject = message.subject().map(str::to_owned);
    decoded
}

/// The bodies of a mail in order, and the mails attached to it when it has no words of its own.
///
/// Of alternatives the HTML is read, because it says what is a quote; it is left for the plain text when it is empty.
fn text_of(message: &Message<'_>, depth: usize) -> Decoded {
    let mut decoded = Decoded::default();
    for part in message.html_bodies() {
        decoded.push(text_of_part(part));
    }
    if decoded.text.trim().is_empty() {
        decoded = Decoded::default();
        for part in message.text_bodies() {
            decoded.push(text_of_part(part));
        }
    }
    if depth < MOST_NESTED_MAILS {
        for part in message.attachments() {
            if let PartType::Message(nested) = &part.body {
                decoded.push(text_of_forwarded(nested, depth + 1));
            }
        }
    }
    decoded
}

fn text_of_part(part: &MessagePart<'_>) -> Decoded {
    match &part.body {
        PartType::Html(html) => Decoded::from_html(html),
        PartType::Text(text) => Decoded {
            text: text.replace("\r\n", "\n"),
            ..Decoded::default()
        },
        _ => Decoded::default(),
    }
}

/// A mail that was forwarded as an attachment: its subject over its text.
fn text_of_forwarded(message: &Message<'_>, depth: usize) -> Decoded {
    let mut decoded = Decoded {
        text: message.subject().unwrap_or_default().to_owned(),
        ..Decoded::default()
    };
    decoded.push(text_of(message, depth));
    decoded
}
