//! Builds the text of a ticket from the messages of its customer.

use helpdex::{Message, Ticket, Timestamp};
use helpdex_text::Content;

use super::entry::{Entry, Writer};
use super::ticket_options::TicketText;

/// The most bytes of a message that are kept: cleaning reads 256 KiB of text, and HTML has some markup around it.
const MAX_MESSAGE_BYTES: usize = 1 << 20;

/// Returns the text of a ticket; `None` when its customer wrote nothing.
pub(super) fn message_of(
    entries: Vec<Entry>,
    answered_at: Option<Timestamp>,
    text: TicketText,
) -> Option<Message> {
    let mut own = entries
        .into_iter()
        .filter(|entry| entry.writer == Writer::Customer)
        .filter_map(|entry| Some((entry.at, entry.text?)))
        .filter(|(_, message)| !is_blank(message));
    let (_, first) = own.next()?;
    if text == TicketText::First {
        return Some(first);
    }
    let rest: Vec<Message> = own
        .filter(|(at, _)| answered_at.is_none() || at.is_none() || *at <= answered_at)
        .map(|(_, message)| message)
        .collect();
    if rest.is_empty() {
        return Some(first);
    }
    let texts: Vec<String> = std::iter::once(first)
        .chain(rest)
        .map(|message| {
            let ticket = Ticket {
                message,
                ..Ticket::from_text("")
            };
            ticket.clean().text().to_owned()
        })
        .filter(|text| !text.is_empty())
        .collect();
    Some(Message::Text(texts.join("\n\n")))
}

fn is_blank(message: &Message) -> bool {
    match message {
        Message::Text(text) | Message::Html(text) => text.trim().is_empty(),
        Message::Email(mail) => mail.is_empty(),
    }
}

pub(super) fn content_of(message: &Message) -> Content<'_> {
    match message {
        Message::Text(text) => Content::Text(text),
        Message::Html(html) => Content::Html(html),
        Message::Email(mail) => Content::Email(mail),
    }
}

pub(super) fn shortened(message: Message) -> Message {
    match message {
        Message::Text(text) => Message::Text(cut(text)),
        Message::Html(html) => Message::Html(cut(html)),
        email @ Message::Email(_) => email,
    }
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MAX_MESSAGE_BYTES));
    text
}
