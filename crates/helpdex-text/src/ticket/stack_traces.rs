//! Reduces stack traces to the lines that name the error.

use super::page::{Line, Page};
use super::removal::RemovalKind::StackTrace;

/// Cuts the frames of stack traces. The lines that name the error stay: the first line, exceptions and their causes.
pub(super) fn cut(page: &mut Page<'_>) {
    let mut at = 0;
    while at < page.lines.len() {
        let Some(rule) = frame_rule(page, at) else {
            at += 1;
            continue;
        };
        let mut end = at;
        let mut frames = 0;
        while end < page.lines.len() {
            if page.lines[end].is_cut() {
                break;
            }
            if frame_rule(page, end).is_some() {
                frames += 1;
            } else if !is_inside_trace(page, end) {
                break;
            }
            end += 1;
        }
        // A blank or source line at the end belongs to what follows.
        while end > at && frame_rule(page, end - 1).is_none() && page.lines[end - 1].is_blank() {
            end -= 1;
        }
        if frames >= 2 || names_error(page, at) {
            page.cut_lines(at..end, StackTrace, rule);
        }
        at = end.max(at + 1);
    }
}

/// Returns the rule by which a line is one frame of a stack trace.
fn frame_rule(page: &Page<'_>, at: usize) -> Option<&'static str> {
    let line = &page.lines[at];
    let body = line.body();
    if !may_be_frame(line) {
        return None;
    }
    if let Some(rest) = body.strip_prefix("at ") {
        // Java, .NET and JavaScript.
        let is_call = rest.contains('(') && rest.contains(')');
        let is_place = rest.contains(":line ") || ends_in_position(rest) || rest.contains(" in ");
        let is_anonymous = rest.starts_with("async ") || rest.contains("<anonymous>");
        let is_indented = line.text[line.body_start..].starts_with([' ', '\t']);
        return (is_call || is_anonymous || (is_place && (is_indented || rest.contains('/'))))
            .then_some("at-frame");
    }
    if body.starts_with("... ")
        && (body.ends_with(" more") || body.ends_with("common frames omitted"))
    {
        return Some("at-frame");
    }
    if is_python_frame(line) {
        return Some("python-frame");
    }
    if body.starts_with("from ") && body.contains(".rb:") {
        return Some("ruby-frame");
    }
    let after_hash = body
        .strip_prefix('#')
        .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    if let Some(rest) = after_hash
        && rest.len() + 1 < body.len()
        && rest.starts_with(' ')
        && (rest.contains('(') || rest.contains("{main}") || rest.contains(" in "))
    {
        // PHP and debuggers.
        return Some("numbered-frame");
    }
    if body.starts_with("goroutine ") && body.ends_with("]:") {
        return Some("go-frame");
    }
    let position = body.split(" +0x").next().unwrap_or_default();
    if position.len() < body.len() && position.contains(".go:") {
        return Some("go-frame");
    }
    if is_rust_frame(body) {
        return Some("rust-frame");
    }
    None
}

/// Whether a line is short enough for a frame: longer lines are prose or data, and frames with paths and signatures are
/// shorter.
fn may_be_frame(line: &Line<'_>) -> bool {
    !line.is_cut() && line.body().len() <= 600
}

/// Whether a line is a frame of a Python stack trace: `File "app.py", line 3, in load`.
fn is_python_frame(line: &Line<'_>) -> bool {
    let body = line.body();
    may_be_frame(line) && body.starts_with("File \"") && body.contains(", line ")
}

/// Whether a line is a frame of a Rust stack trace: `12: std::panicking::begin_panic`.
fn is_rust_frame(body: &str) -> bool {
    let Some((number, path)) = body.split_once(": ") else {
        return false;
    };
    !number.is_empty()
        && number.len() <= 3
        && number.bytes().all(|b| b.is_ascii_digit())
        && path.contains("::")
        && !path.contains("  ")
}

/// Whether a text ends in `:12` or `:12:5`; brackets may follow.
fn ends_in_position(text: &str) -> bool {
    let text = text.trim_end_matches(')');
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    digits > 0 && text[..text.len() - digits].ends_with(':')
}

/// Whether a line lies between two frames: the source line that a Python frame shows, a Go function, or a blank line.
fn is_inside_trace(page: &Page<'_>, at: usize) -> bool {
    let line = &page.lines[at];
    let is_before_frame = at + 1 < page.lines.len() && frame_rule(page, at + 1).is_some();
    let is_behind_python_frame = at > 0 && is_python_frame(&page.lines[at - 1]);
    let is_indented = line.text[line.body_start..].starts_with([' ', '\t']);
    if is_behind_python_frame && is_indented && !line.is_blank_body() {
        return true;
    }
    let is_python_marker =
        is_indented && !line.is_blank_body() && line.body().chars().all(|c| matches!(c, '^' | '~'));
    let is_go_function =
        is_before_frame && line.body().ends_with(')') && !line.body().contains(' ');
    let is_source_place = line.body().starts_with("at ") && ends_in_position(line.body());
    (line.is_blank() && is_before_frame) || is_python_marker || is_go_function || is_source_place
}

/// Whether the line above a single frame names an exception.
fn names_error(page: &Page<'_>, at: usize) -> bool {
    let above = page.lines[..at]
        .iter()
        .rev()
        .take(2)
        .find(|line| !line.is_blank());
    above.is_some_and(|line| {
        let words = ["exception", "error", "traceback", "panic", "fatal"];
        words.iter().any(|word| line.folded.contains(word))
    })
}
