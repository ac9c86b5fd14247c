//! Limits the number of attributes of a tag, so that tokenizing stays linear.

use std::borrow::Cow;

use crate::budget::{Budget, Ended};

/// The most attributes that a tag may have; what follows them becomes text.
///
/// The tokenizer compares each attribute with all earlier ones of its tag: 100,000 attributes in one tag are 5 billion
/// comparisons. Real tags have fewer than fifty.
const MAX_ATTRIBUTES: u32 = 256;

/// The number of bytes that are read between two questions to the budget.
const PIECE_BYTES: usize = 64 * 1024;

/// Closes every tag of `html` with more than [`MAX_ATTRIBUTES`] attributes by inserting `>` behind that many, and drops
/// U+0000, which the tokenizer would replace by three bytes.
///
/// Whether a `<` starts a tag depends on the state of the tokenizer (in a comment, a script, a quoted value), so the
/// scan follows every `<` as a candidate. Two candidates in the same state of a tag are followed as one, with the
/// higher count, so a byte costs at most as many steps as there are states, and no tag of the tokenizer can have more
/// attributes than the count says.
pub(super) fn limit_attributes<'h>(
    html: &'h str,
    budget: &mut Budget<'_>,
) -> Result<Cow<'h, str>, Ended> {
    let mut limited = String::new();
    let mut copied = 0;
    let mut candidates = Candidates::default();
    let bytes = html.as_bytes();
    let mut at = 0;
    let mut counted = 0;
    while at < bytes.len() {
        if at >= counted {
            let piece = PIECE_BYTES.min(bytes.len() - at);
            budget.spend(piece)?;
            counted = at + piece;
        }
        if candidates.is_empty() {
            let Some(next) = bytes[at..].iter().position(|b| matches!(b, b'<' | 0)) else {
                break;
            };
            at += next;
        }
        if bytes[at] == 0 {
            limited.push_str(&html[copied..at]);
            copied = at + 1;
        } else if candidates.advance(bytes[at]) {
            // The limit is only reached at an ASCII letter or the like: a character boundary.
            let boundary = html.floor_char_boundary(at);
            limited.push_str(&html[copied..boundary]);
            limited.push('>');
            copied = boundary;
            candidates.end_unquoted();
        }
        at += 1;
    }
    if copied == 0 && limited.is_empty() {
        return Ok(Cow::Borrowed(html));
    }
    limited.push_str(&html[copied..]);
    Ok(Cow::Owned(limited))
}

/// The state of a candidate tag: a state of the HTML standard's tokenizer, with those merged that behave alike.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// The reader is behind the `<` of the tag.
    #[default]
    TagOpen,
    TagName,
    /// The reader is behind white space, `/` or a quoted value, before the name of the next attribute.
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    DoubleQuoted,
    SingleQuoted,
    Unquoted,
}

/// The number of values of [`State`].
const STATES: usize = 9;

/// The states that candidate tags are in, each once, with the highest number of attributes of a candidate in it.
#[derive(Default)]
struct Candidates {
    /// The states with their numbers of attributes; only the first `length` entries are in use.
    entries: [(State, u32); STATES],
    length: usize,
}

impl Candidates {
    fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Moves every candidate on by one byte. Returns whether one begins more attributes than allowed with it.
    fn advance(&mut self, byte: u8) -> bool {
        let before = std::mem::take(self);
        let mut is_over_limit = false;
        for (state, attributes) in &before.entries[..before.length] {
            let Some(next) = state.after(byte) else {
                continue;
            };
            let starts_attribute = next == State::Name && *state != State::Name;
            let attributes = attributes + u32::from(starts_attribute);
            is_over_limit |= attributes > MAX_ATTRIBUTES;
            self.add(next, attributes);
        }
        if byte == b'<' {
            self.add(State::TagOpen, 0);
        }
        is_over_limit
    }

    fn add(&mut self, state: State, attributes: u32) {
        let entries = &mut self.entries[..self.length];
        if let Some((_, highest)) = entries.iter_mut().find(|(known, _)| *known == state) {
            *highest = attributes.max(*highest);
        } else {
            self.entries[self.length] = (state, attributes);
            self.length += 1;
        }
    }

    /// Ends every candidate that is not inside quotes: a `>` was inserted before the current byte.
    fn end_unquoted(&mut self) {
        let before = std::mem::take(self);
        for (state, attributes) in &before.entries[..before.length] {
            if matches!(state, State::DoubleQuoted | State::SingleQuoted) {
                self.add(*state, *attributes);
            }
        }
    }
}

impl State {
    /// Returns the state behind `byte`; `None` when the tag ends there or turns out to be none.
    fn after(self, byte: u8) -> Option<State> {
        let is_space = matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c);
        match self {
            State::TagOpen => match byte {
                b'/' => Some(State::TagOpen),
                _ if byte.is_ascii_alphabetic() => Some(State::TagName),
                _ => None,
            },
            State::DoubleQuoted if byte == b'"' => Some(State::BeforeName),
            State::SingleQuoted if byte == b'\'' => Some(State::BeforeName),
            State::DoubleQuoted | State::SingleQuoted => Some(self),
            _ if byte == b'>' => None,
            State::BeforeValue => match byte {
                b'"' => Some(State::DoubleQuoted),
                b'\'' => Some(State::SingleQuoted),
                _ if is_space => Some(State::BeforeValue),
                _ => Some(State::Unquoted),
            },
            State::Unquoted if is_space => Some(State::BeforeName),
            State::Unquoted => Some(State::Unquoted),
            State::TagName | State::BeforeName if is_space || byte == b'/' => {
                Some(State::BeforeName)
            }
            State::TagName => Some(State::TagName),
            State::BeforeName => Some(State::Name),
            State::Name | State::AfterName => match byte {
                b'=' => Some(State::BeforeValue),
                b'/' => Some(State::BeforeName),
                _ if is_space => Some(State::AfterName),
                _ => Some(State::Name),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit_attributes(html: &str) -> Cow<'_, str> {
        super::limit_attributes(html, &mut Budget::unlimited()).unwrap()
    }

    fn tag_with(attributes: usize) -> String {
        let names: Vec<String> = (0..attributes).map(|n| format!("a{n}=\"x>y\"")).collect();
        format!("text <p {}>text", names.join(" "))
    }

    #[test]
    fn ordinary_html_is_left_alone() {
        for html in ["", "a < b", "<p class='x'>text</p>", &tag_with(256)] {
            assert!(matches!(limit_attributes(html), Cow::Borrowed(same) if same == html));
        }
    }

    #[test]
    fn a_tag_ends_behind_the_last_allowed_attribute() {
        let limited = limit_attributes(&tag_with(257)).into_owned();
        assert!(limited.ends_with("a255=\"x>y\" >a256=\"x>y\">text"));
    }

    #[test]
    fn many_attributes_are_found_behind_a_tag_that_is_none() {
        let html = format!("<script>if (a<b == \"</script>{}", tag_with(300));
        assert!(limit_attributes(&html).contains(" >a256="));
    }

    #[test]
    fn null_characters_are_left_out() {
        assert_eq!(limit_attributes("\0a<\0b \0c>\0"), "a<b c>");
    }
}
