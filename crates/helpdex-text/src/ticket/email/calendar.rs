//! Reads an invitation to a meeting (RFC 5545).

/// The texts of an invitation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Invitation {
    pub(super) summary: String,
    pub(super) description: String,
    /// Whether this is an answer to an invitation, which a calendar program writes (RFC 5546, section 3.2.3).
    pub(super) is_answer: bool,
}

/// Reads the first event or task of a calendar; the result is empty if there is none.
pub(super) fn read(calendar: &str) -> Invitation {
    let mut invitation = Invitation::default();
    for line in unfolded(calendar) {
        let Some((name, value)) = property(&line) else {
            continue;
        };
        match name.to_ascii_uppercase().as_str() {
            "METHOD" => invitation.is_answer = value.eq_ignore_ascii_case("REPLY"),
            "SUMMARY" if invitation.summary.is_empty() => invitation.summary = unescaped(value),
            "DESCRIPTION" if invitation.description.is_empty() => {
                invitation.description = unescaped(value);
            }
            // What follows are alarms and further events, which say the same.
            "END" if matches!(value, "VEVENT" | "VTODO") => break,
            _ => {}
        }
    }
    invitation
}

/// Returns the lines of a calendar; a line that begins with a space continues the one before (section 3.1).
fn unfolded(calendar: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in calendar.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Returns the name and the value of a line. Parameters between the two are skipped; they may hold a colon in quotes.
fn property(line: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    let colon = line.char_indices().find_map(|(at, c)| {
        is_quoted ^= c == '"';
        (c == ':' && !is_quoted).then_some(at)
    })?;
    let name = line[..colon].split(';').next().unwrap_or_default();
    Some((name, line[colon + 1..].trim()))
}

/// Returns a value with its escapes resolved (section 3.3.11).
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(escaped) => text.push(escaped),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_first_event_are_read() {
        let calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY;LANGUAGE=en:Printer\\, again\r\n\
             DESCRIPTION;ALTREP=\"cid:x\":The printer shows\r\n  E-204.\\nWhat now?\r\n\
             BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let invitation = read(calendar);
        assert_eq!(invitation.summary, "Printer, again");
        assert_eq!(
            invitation.description,
            "The printer shows E-204.\nWhat now?"
        );
        assert!(!invitation.is_answer);
        assert!(read("METHOD:REPLY\nBEGIN:VEVENT\n").is_answer);
        assert_eq!(read(""), Invitation::default());
        assert_eq!(read("SUMMARY"), Invitation::default());
    }
}
