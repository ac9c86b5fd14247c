//! Reduces pasted logs to their error lines and codes.

use std::collections::HashSet;

use super::codes;
use super::page::{Line, Page};
use super::removal::RemovalKind::Log;

/// The fewest lines in a row that make a log; fewer are a message that the sender chose to show.
const FEWEST_LOG_LINES: usize = 3;

/// The most error lines of one log that stay; further repetitions of an error add nothing.
const MOST_ERROR_LINES: usize = 4;

/// Cuts logs. Error lines stay without their time stamps, and codes stay.
pub(super) fn cut(page: &mut Page<'_>) {
    let mut at = 0;
    while at < page.lines.len() {
        let mut end = at;
        while end < page.lines.len()
            && !page.lines[end].is_cut()
            && log_head(page.lines[end].body()).is_some()
        {
            end += 1;
        }
        if end - at >= FEWEST_LOG_LINES {
            reduce(page, at, end);
        }
        at = end.max(at + 1);
    }
}

fn reduce(page: &mut Page<'_>, start: usize, end: usize) {
    let mut kept: Vec<usize> = (start..end).filter(|&i| is_error(&page.lines[i])).collect();
    if kept.is_empty() {
        // The last line says how it ended.
        kept.push(end - 1);
    }
    let mut messages: Vec<String> = Vec::new();
    kept.retain(|&i| {
        let line = &page.lines[i];
        let head = log_head(line.body()).unwrap_or_default();
        let message = line.body()[head..].to_owned();
        let is_new = messages.len() < MOST_ERROR_LINES && !messages.contains(&message);
        if is_new {
            messages.push(message);
        }
        is_new
    });
    let mut shown = ShownCodes::of(&messages);
    let mut kept = kept.into_iter().peekable();
    for i in start..end {
        if kept.next_if_eq(&i).is_some() {
            let line = &page.lines[i];
            let body_start = line.body().as_ptr() as usize - line.text.as_ptr() as usize;
            let head = log_head(line.body()).unwrap_or_default();
            page.cut_within(i, body_start..body_start + head, Log, "log-time");
        } else {
            cut_all_but_codes(page, i, &mut shown);
        }
    }
}

/// The most codes of a log that are searched for in the messages that stay. Our own judgement: hardly any log has as
/// many.
const MOST_SEARCHED_CODES: usize = 64;

/// The messages of a log that stay, and the words in them.
struct ShownCodes<'m> {
    messages: &'m [String],
    words: HashSet<&'m str>,
    /// The number of searches left. It is bounded, because each reads the messages, which may be as long as the ticket.
    searches_left: usize,
}

impl<'m> ShownCodes<'m> {
    fn of(messages: &'m [String]) -> Self {
        let words = messages.iter().flat_map(|message| codes::words(message));
        Self {
            messages,
            words: words.map(|(_, word)| word).collect(),
            searches_left: MOST_SEARCHED_CODES,
        }
    }

    /// Whether a message contains this code, as a word or inside one; when no searches are left, as a word only.
    fn contains(&mut self, code: &str) -> bool {
        if self.words.contains(code) {
            return true;
        }
        let Some(left) = self.searches_left.checked_sub(1) else {
            return false;
        };
        self.searches_left = left;
        self.messages.iter().any(|message| message.contains(code))
    }
}

/// Cuts a log line except for the codes that no line before it shows.
fn cut_all_but_codes(page: &mut Page<'_>, i: usize, shown: &mut ShownCodes<'_>) {
    let line = &page.lines[i];
    let head = log_head(line.body()).unwrap_or_default();
    let body_start = line.body().as_ptr() as usize - line.text.as_ptr() as usize;
    let codes: Vec<(usize, usize)> = codes::words(&line.text[body_start + head..])
        .filter(|(_, word)| is_error_code(word) && !shown.contains(word))
        .map(|(at, word)| (body_start + head + at, word.len()))
        .take(MOST_ERROR_LINES)
        .collect();
    if codes.is_empty() {
        page.cut_lines(i..i + 1, Log, "log-line");
        return;
    }
    let text_len = line.text.len();
    let mut at = 0;
    for (start, len) in codes {
        page.cut_within(i, at..start, Log, "log-line");
        // One character stays between two codes.
        at = (start + len + 1).min(text_len);
        while !page.lines[i].text.is_char_boundary(at) {
            at += 1;
        }
    }
    page.cut_within(i, at..text_len, Log, "log-line");
}

/// Whether a word is a code for a failure, and not for a thread, a host or a time.
fn is_error_code(word: &str) -> bool {
    codes::is_code(word)
        && (word.contains(['-', '_']) || word.starts_with("0x"))
        && !word.contains('.')
        && word.bytes().any(|b| b.is_ascii_uppercase() || b == b'x')
        && word.bytes().filter(u8::is_ascii_digit).count() < 9
}

fn is_error(line: &Line<'_>) -> bool {
    const MARKS: [&str; 14] = [
        "error",
        "fatal",
        "exception",
        "failed",
        "failure",
        "critical",
        "severe",
        "panic",
        "denied",
        "refused",
        "timed out",
        "timeout",
        "could not",
        "cannot",
    ];
    line.folded.split_inclusive(' ').next().is_some()
        && MARKS.iter().any(|mark| line.folded.contains(mark))
}

/// Returns the length of the time stamp and level that a log line starts with; `None` for other lines.
fn log_head(body: &str) -> Option<usize> {
    let mut at = 0;
    let mut has_time = false;
    let mut has_level = false;
    // Time, date, host, thread and level: no logger that we know writes more in front of its message.
    for _ in 0..6 {
        let rest = &body[at..];
        let token_end = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
        let token = &rest[..token_end];
        let core = token.trim_matches(|c: char| {
            matches!(c, '[' | ']' | '(' | ')' | ':' | ',' | '|' | '-' | '"')
        });
        let is_time = is_time_stamp(core);
        let is_level = is_level(core);
        let is_bracketed = token.starts_with('[') && token.len() <= 40;
        let is_month = at == 0 && is_month(core)
            || (has_month(&body[..at])
                && core.len() <= 2
                && core.bytes().all(|b| b.is_ascii_digit()));
        let is_separator = core.is_empty() && !token.is_empty();
        if !(is_time
            || is_level
            || is_month
            || is_separator
            || (is_bracketed && (at > 0 || token.ends_with(']'))))
        {
            break;
        }
        has_time = has_time || is_time;
        has_level = has_level || is_level;
        at += token_end;
        at += body[at..].len() - body[at..].trim_start().len();
    }
    let is_head = at > 0
        && at < body.len()
        && (has_time || (has_level && !body.starts_with(|c: char| c.is_lowercase())));
    is_head.then_some(at)
}

/// Whether a word is a time stamp: `2024-03-05T10:22:33.123Z`, `10:22:33`, `2024/03/05`, `1709634153.123`. A time of
/// day needs seconds, so that chats do not count as logs.
fn is_time_stamp(token: &str) -> bool {
    if !token.is_ascii()
        || token.len() < 8
        || token.len() > 40
        || !token.as_bytes()[0].is_ascii_digit()
    {
        return false;
    }
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let is_clock = token.matches(':').count() >= 2;
    let is_date = token.matches('-').count() == 2 || token.matches('/').count() == 2;
    let others = token.bytes().all(|b| {
        b.is_ascii_digit() || matches!(b, b':' | b'-' | b'/' | b'.' | b',' | b'T' | b'Z' | b'+')
    });
    others && (is_clock || is_date) && digits >= 6
}

fn is_level(token: &str) -> bool {
    matches!(
        token,
        "ERROR"
            | "WARN"
            | "WARNING"
            | "INFO"
            | "DEBUG"
            | "TRACE"
            | "FATAL"
            | "NOTICE"
            | "CRITICAL"
            | "SEVERE"
            | "VERBOSE"
            | "ERR"
            | "Error"
            | "Warning"
            | "Info"
            | "E"
            | "W"
            | "I"
            | "D"
            | "error"
            | "warn"
            | "info"
            | "debug"
            | "fatal"
            | "warning"
            | "notice"
            | "crit"
    )
}

fn is_month(token: &str) -> bool {
    matches!(
        token,
        "Jan"
            | "Feb"
            | "Mar"
            | "Apr"
            | "May"
            | "Jun"
            | "Jul"
            | "Aug"
            | "Sep"
            | "Oct"
            | "Nov"
            | "Dec"
    )
}

fn has_month(head: &str) -> bool {
    is_month(head.trim())
}
