//! Cleans the hand-made messages under `messages/` and compares every line with what a person says it is.
//!
//! `messages/README.md` describes the files. Run with `--nocapture` to see precision and recall by kind, and with
//! the lines that were judged wrong.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use helpdex_text::{CleanTicket, Content, RemovalKind, clean_ticket};

/// The least precision and the least recall that each kind must reach, in [0, 1].
const LEAST_SHARE: f64 = 0.97;

#[test]
fn at_least_two_hundred_messages_in_twenty_languages_are_cleaned() {
    let messages = read_messages();
    assert!(messages.len() >= 200, "{} messages", messages.len());
    let mut languages: Vec<&str> = messages
        .iter()
        .map(|message| message.language.as_str())
        .collect();
    languages.dedup();
    assert!(languages.len() >= 20, "{} languages", languages.len());

    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for message in &messages {
        message.judge(&mut counts);
    }
    println!(
        "{} messages in {} languages",
        messages.len(),
        languages.len()
    );
    println!(
        "{:14} {:>5} {:>9} {:>6}",
        "kind", "lines", "precision", "recall"
    );
    for (kind, count) in &counts {
        println!(
            "{kind:14} {:5} {:9.3} {:6.3}",
            count.is,
            count.precision(),
            count.recall()
        );
    }
    for (kind, count) in &counts {
        assert!(
            count.precision() >= LEAST_SHARE,
            "precision of {kind}: {:.3}",
            count.precision()
        );
        assert!(
            count.recall() >= LEAST_SHARE,
            "recall of {kind}: {:.3}",
            count.recall()
        );
    }
}

#[derive(Default)]
struct Counts {
    /// The number of pieces that are labelled with the kind.
    is: u32,
    /// The number of pieces to which the cleaner gives the kind.
    said: u32,
    /// The number of pieces that are labelled with the kind and to which the cleaner gives it.
    right: u32,
}

impl Counts {
    fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from(self.said.max(1))
    }

    fn recall(&self) -> f64 {
        f64::from(self.right) / f64::from(self.is.max(1))
    }
}

struct Message {
    language: String,
    name: String,
    form: Form,
    subject: Option<String>,
    /// The message as it arrived.
    raw: String,
    truth: Vec<Piece>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Html,
    Mail,
}

/// A piece of a message with its labelled kind.
struct Piece {
    letter: char,
    text: String,
    /// The bytes of the piece in the plain text; `None` if the decoded text is searched for it.
    range: Option<Range<usize>>,
}

impl Message {
    fn judge(&self, counts: &mut BTreeMap<String, Counts>) {
        let content = match self.form {
            Form::Text => Content::Text(&self.raw),
            Form::Html => Content::Html(&self.raw),
            Form::Mail => Content::Email(self.raw.as_bytes()),
        };
        let ticket = clean_ticket(self.subject.as_deref(), content);
        let mut from = 0;
        for piece in &self.truth {
            let range = piece.range.clone().unwrap_or_else(|| {
                let found = ticket.decoded()[from..].find(&piece.text);
                let found = found.unwrap_or_else(|| {
                    panic!(
                        "{}: no {:?} in {:?}",
                        self.name,
                        piece.text,
                        ticket.decoded()
                    )
                });
                from + found..from + found + piece.text.len()
            });
            from = range.end;
            let is = kind_name(piece.letter);
            let said = said_kind(&ticket, range);
            if is != said {
                println!(
                    "{}/{}: {is} was said to be {said}: {}",
                    self.language, self.name, piece.text
                );
            }
            counts.entry(is.clone()).or_default().is += 1;
            let of_said = counts.entry(said.clone()).or_default();
            of_said.said += 1;
            if is == said {
                of_said.right += 1;
            }
        }
    }
}

/// Returns the kind that the cleaner gives to most letters of a piece.
fn said_kind(ticket: &CleanTicket, range: Range<usize>) -> String {
    let mut letters: BTreeMap<String, usize> = BTreeMap::new();
    for (at, c) in ticket.decoded()[range.clone()].char_indices() {
        if c.is_whitespace() {
            continue;
        }
        let at = range.start + at;
        let removal = ticket
            .removed()
            .iter()
            .find(|removal| removal.range.contains(&at));
        let kind = removal.map_or("kept".to_owned(), |removal| format!("{:?}", removal.kind));
        *letters.entry(kind).or_default() += 1;
    }
    let most = letters.into_iter().max_by_key(|(_, count)| *count);
    most.map_or("kept".to_owned(), |(kind, _)| kind)
}

fn kind_name(letter: char) -> String {
    let kind = match letter {
        ' ' | '_' => return "kept".to_owned(),
        'Q' => RemovalKind::QuotedReply,
        'H' => RemovalKind::ReplyHeader,
        'S' => RemovalKind::Signature,
        'G' => RemovalKind::Greeting,
        'C' => RemovalKind::Closing,
        'D' => RemovalKind::Disclaimer,
        'M' => RemovalKind::MobileFooter,
        'L' => RemovalKind::Log,
        'T' => RemovalKind::StackTrace,
        'K' => RemovalKind::TrackingLink,
        'P' => RemovalKind::PersonalData,
        'X' => RemovalKind::Markup,
        other => panic!("no kind has the letter {other:?}"),
    };
    format!("{kind:?}")
}

fn read_messages() -> Vec<Message> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder stands beside this file")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let mut messages = Vec::new();
    for file in files {
        let language = file.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&file).expect("the file is UTF-8");
        read_file(&language, &text, &mut messages);
    }
    messages
}

fn read_file(language: &str, text: &str, messages: &mut Vec<Message>) {
    let mut is_truth = false;
    for line in text.lines() {
        if line == "@@ truth" {
            is_truth = true;
            continue;
        }
        if let Some(head) = line.strip_prefix("@@ ") {
            let (name, subject) = match head.split_once(" | subject: ") {
                Some((name, subject)) => (name, Some(subject.to_owned())),
                None => (head, None),
            };
            let (form, name) = match name.split_once(' ') {
                Some(("html", name)) => (Form::Html, name),
                Some(("mail", name)) => (Form::Mail, name),
                _ => (Form::Text, name),
            };
            is_truth = form == Form::Text;
            messages.push(Message {
                language: language.to_owned(),
                name: name.to_owned(),
                form,
                subject,
                raw: String::new(),
                truth: Vec::new(),
            });
            continue;
        }
        let message = messages.last_mut().expect("a file starts with `@@`");
        if !is_truth {
            message.raw.push_str(line);
            message.raw.push('\n');
        } else if !line.is_empty() {
            read_line(line, message);
        }
    }
    // The empty line between two messages belongs to neither.
    for message in messages
        .iter_mut()
        .filter(|message| message.form == Form::Text)
    {
        message.raw.truncate(message.raw.trim_end().len());
    }
}

/// Parses a line of a message file: `S| Bo Li` or ` | the {P:123} export`.
fn read_line(line: &str, message: &mut Message) {
    let letter = line.chars().next().expect("the line is not empty");
    let rest = &line[letter.len_utf8()..];
    let text = rest
        .strip_prefix("| ")
        .or_else(|| rest.strip_prefix('|'))
        .unwrap_or_else(|| panic!("{}: no `|` behind the letter of {line:?}", message.name));
    let mut pieces: Vec<(char, String)> = Vec::new();
    let mut rest = text;
    while let Some((before, inside, after)) = next_brace(rest) {
        pieces.push((letter, before.to_owned()));
        let inner = inside.chars().next().expect("a brace holds a letter");
        pieces.push((inner, inside[inner.len_utf8() + 1..].to_owned()));
        rest = after;
    }
    pieces.push((letter, rest.to_owned()));
    // Inside of something that goes as a whole, parts are not judged apart.
    let is_whole = letter != ' ';
    let line_start = message.raw.len();
    for (piece_letter, piece) in &pieces {
        let start = message.raw.len();
        if message.form == Form::Text {
            message.raw.push_str(piece);
        }
        if !is_whole && *piece_letter != '?' && piece.chars().any(char::is_alphanumeric) {
            message.truth.push(Piece {
                letter: *piece_letter,
                text: piece.clone(),
                range: (message.form == Form::Text).then_some(start..message.raw.len()),
            });
        }
    }
    let whole: String = pieces.into_iter().map(|(_, piece)| piece).collect();
    if is_whole && letter != '?' && !whole.trim().is_empty() {
        message.truth.push(Piece {
            letter,
            text: whole,
            range: (message.form == Form::Text).then_some(line_start..message.raw.len()),
        });
    }
    if message.form == Form::Text {
        message.raw.push('\n');
    }
}

/// Finds the next `{K:…}`; returns the text before it, inside it and behind it.
fn next_brace(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.match_indices('{').map(|(at, _)| at).find(|&at| {
        let mut inside = text[at + 1..].chars();
        inside.next().is_some_and(|c| "QHSGCDMLTKPX_".contains(c)) && inside.next() == Some(':')
    })?;
    let close = open + text[open..].find('}')?;
    Some((&text[..open], &text[open + 1..close], &text[close + 1..]))
}
