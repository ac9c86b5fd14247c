#![no_main]

//! Any bytes as a mail, and any text as plain text and as HTML: no panic, spans in order and inside the decoded text,
//! and cleaning what was kept changes nothing.

use helpdex_text::{CleanTicket, Content, clean_ticket};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Option<&str>, u8, &[u8])| {
    let (subject, choice, bytes) = input;
    let text = String::from_utf8_lossy(bytes);
    let content = match choice % 3 {
        0 => Content::Text(&text),
        1 => Content::Html(&text),
        _ => Content::Email(bytes),
    };
    let ticket = clean_ticket(subject, content);
    check_spans(&ticket);
    let again = clean_ticket(None, Content::Text(ticket.text()));
    assert_eq!(again.text(), ticket.text());
});

fn check_spans(ticket: &CleanTicket) {
    let mut end = 0;
    for removal in ticket.removed() {
        assert!(removal.range.start >= end && removal.range.start < removal.range.end);
        assert!(ticket.decoded().get(removal.range.clone()).is_some());
        end = removal.range.end;
    }
}
