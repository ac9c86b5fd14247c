//! Output of all commands: lines, warnings, errors and JSON, none of which can steer the terminal.

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::panic::Location;

use anstyle::{AnsiColor, Style};
use helpdex::ErrorKind;
use helpdex_import::ErrorList;
use serde::Serialize;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();
const WARNING: Style = AnsiColor::Yellow.on_default();
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Prints a styled line. When the reader closes the pipe, as `head` does, the command ends without an error.
pub(crate) fn styled(line: fmt::Arguments<'_>) {
    if writeln!(anstream::stdout(), "{line}").is_err() {
        // There is nobody left to tell.
        std::process::exit(0);
    }
}

/// Prints a line to standard error. A failure to print is ignored, because the exit code still reports the error.
fn error_line(line: fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Prints a line of text to standard output.
pub(crate) fn line(text: &str) {
    styled(format_args!("{}", printable(text)));
}

/// Prints text of several lines to standard output, line by line.
pub(crate) fn lines(text: &str) {
    text.lines().for_each(line);
}

/// Prints a warning to standard error.
pub(crate) fn warn(text: &str) {
    error_line(format_args!(
        "{WARNING}warning:{WARNING:#} {}",
        printable(text)
    ));
}

/// Prints a line to standard error, without the word "warning".
pub(crate) fn note(text: &str) {
    error_line(format_args!("{}", printable(text)));
}

/// Warns of what was skipped: the first errors in full, then the number of further ones.
pub(crate) fn warn_of_skipped(skipped: &ErrorList) {
    warn_of_each("skipped ", skipped);
}

/// Warns of the first errors in full, then of the number of further ones. `what` precedes each warning.
pub(crate) fn warn_of_each(what: &str, errors: &ErrorList) {
    for error in errors.kept() {
        warn(&format!("{what}{error}"));
    }
    if errors.count_not_kept() > 0 {
        warn(&format!("{what}and {} more", errors.count_not_kept()));
    }
}

/// Returns the first errors as texts, for JSON.
pub(crate) fn texts(errors: &ErrorList) -> Vec<String> {
    errors.kept().iter().map(ToString::to_string).collect()
}

/// Prints an error to standard error, with a hint at the remedy if there is one.
pub(crate) fn print_error(error: &(dyn std::error::Error + 'static)) {
    error_line(format_args!(
        "{ERROR}error:{ERROR:#} {}",
        printable(&error.to_string())
    ));
    let kind = error.downcast_ref().map(helpdex::Error::kind);
    if let Some(hint) = kind.and_then(hint) {
        error_line(format_args!("{FAINT}hint: {hint}{FAINT:#}"));
    }
}

/// Returns a hint that names the commands to run after an error of this kind; `None` when there are none.
fn hint(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "make a knowledge base with `helpdex build ARTICLES --into KB`",
        ErrorKind::Incomplete => "give all articles with `helpdex build ARTICLES --into KB`",
        ErrorKind::Damaged => {
            "`helpdex check KB` names every damaged file, `helpdex repair KB` begins damaged logs anew, and \
             `helpdex build ARTICLES --into KB` publishes again"
        }
        ErrorKind::OtherVersion => "publish again with `helpdex build ARTICLES --into KB`",
        ErrorKind::OtherOwner => "name the right tenant with `--tenant NAME`",
        _ => return None,
    })
}

/// Reports a panic by its place in the code, without its message, which may quote a ticket.
pub(crate) fn print_bug(place: Option<&Location<'_>>) {
    let place = place.map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    error_line(format_args!(
        "{ERROR}error:{ERROR:#} this is a bug in helpdex, at {place}; please report it"
    ));
}

/// Prints a value as indented JSON.
pub(crate) fn print_json(value: &impl Serialize) -> serde_json::Result<()> {
    styled(format_args!(
        "{}",
        escaped_json(&serde_json::to_string_pretty(value)?)
    ));
    Ok(())
}

/// Returns a value as one line of JSON.
pub(crate) fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(escaped_json(&serde_json::to_string(value)?))
}

/// Escapes the characters of JSON that steer a terminal. `serde_json` escapes only those below the space, as JSON requires;
/// the others can occur inside strings only.
fn escaped_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && steers_the_terminal(c) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Returns a text without characters that steer the terminal. All text from outside goes through this function or through
/// [`escaped_json`].
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if steers_the_terminal(c) { ' ' } else { c })
        .collect()
}

/// Recognizes control characters, which begin escape sequences, line separators, and marks that reorder text.
fn steers_the_terminal(c: char) -> bool {
    matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}') || c.is_control()
}
