//! Shortens texts to an extract: their beginning on one line.

use helpdex::one_line;
use helpdex_text::CleanTicket;

/// Returns the [`extract`] of a ticket, which begins with its subject.
pub(crate) fn ticket_extract(ticket: &CleanTicket, max_chars: usize) -> String {
    extract(
        &format!("{} {}", ticket.subject(), ticket.text()),
        max_chars,
    )
}

/// Returns the beginning of a text on one line of at most `max_chars` characters, without control characters and
/// bidirectional marks. A text that is cut ends with `…`, after a whole word if there is one in its second half.
pub(crate) fn extract(text: &str, max_chars: usize) -> String {
    let line = one_line(text);
    if line.chars().nth(max_chars).is_none() {
        return line;
    }
    let room = max_chars.saturating_sub(1);
    let end = line.char_indices().nth(room).map_or(0, |(at, _)| at);
    match line[..end].rfind(' ').filter(|space| *space > end / 2) {
        Some(space) => format!("{} …", &line[..space]),
        None => format!("{}…", &line[..end]),
    }
}

#[cfg(test)]
mod tests {
    use helpdex_text::{Content, clean_ticket};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(extract(text, 10), expected, "{text:?}");
    }

    #[test]
    fn an_extract_ends_at_a_word_and_is_never_longer_than_it_may_be() {
        check(" one \n\n two ", "one two");
        check("one two three", "one two …");
        check("eightcha three", "eightcha …");
        check("1234567890", "1234567890");
        check("12345678901", "123456789…");
        check("a 2345678901", "a 2345678…");
        check("ไทยไทยไทยไทยไทย", "ไทยไทยไทย…");
        check("", "");
    }

    #[test]
    fn an_extract_steers_no_terminal_and_no_page() {
        check("red\u{202E}yra\u{202C}\u{2066}x\u{2069}", "redyrax");
        check("a\u{1B}[31mb\0c", "a [31mb c");
    }

    #[test]
    fn an_extract_of_a_ticket_is_what_its_customer_wrote() {
        let text = "Hello,\n\nmail me at ana@example.org,\nthe page\tis red\n\nBest regards\nAna";
        let ticket = clean_ticket(Some("Re: Red page"), Content::Text(text));
        assert_eq!(
            ticket_extract(&ticket, 100),
            "Red page mail me at [email], the page is red"
        );
    }
}
