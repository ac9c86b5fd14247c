//! Finds personal data and credentials, each piece of which is replaced by a mask.
//!
//! One walk over the text stops at every place where personal data may begin, or which it may surround: letters, digits
//! and a few signs. How far each kind looks ahead or back is bounded by a constant of its file, or by the next place of
//! its kind, so that the walk is linear. Other characters are skipped with a table, and an ordinary word or number is
//! skipped after a look at its neighbours.

use super::draft::Cut;
use super::removal::RemovalKind;
use super::words::is_unspaced;
use crate::digits;
use found::Found;
use label::Label;
use leads::may_lead;
use number::Number;
use scan::Scan;

mod addresses;
mod cards;
mod checksums;
mod credentials;
mod found;
mod ibans;
mod id_code_rules;
mod id_codes;
mod ips;
mod keys;
mod label;
mod labels;
mod leads;
mod link_secrets;
mod national_ids;
mod number;
mod phones;
mod scan;
mod token;
mod tokens;

/// Finds the personal data of a text, and returns cuts with their masks. Linear in the text.
pub(super) fn find(text: &str) -> Vec<Cut> {
    let mut walk = Walk {
        scan: Scan::new(text),
    };
    let mut cuts = Vec::new();
    let mut at = 0;
    while let Some(passed) = text.as_bytes()[at..]
        .iter()
        .position(|&byte| may_lead(byte))
    {
        at += passed;
        match walk.at(at) {
            Step::Found(found) => {
                at = found.range.end;
                walk.scan.floor = at;
                cuts.push(Cut {
                    kind: RemovalKind::PersonalData,
                    range: found.range,
                    rule: found.mask.trim_matches(['[', ']']),
                    mask: Some(found.mask),
                });
            }
            Step::Next(len) => at += len,
        }
    }
    cuts
}

/// The result of looking at one place of a text.
enum Step {
    Found(Found),
    /// No personal data begins in this number of bytes.
    Next(usize),
}

/// The fewest digits in a row that are always masked; shorter runs may be order numbers, which are good search terms.
const LONG_RUN_DIGITS: usize = 9;

/// The fewest digits of a number behind words such as "passport number"; shorter ones are a date or a count.
const FEWEST_ID_DIGITS: usize = 5;

/// The fewest digits of a number that may be personal data, whatever words precede it.
const FEWEST_DIGITS: usize = 4;

/// A walk over a text from its start to its end, which finds personal data.
struct Walk<'t> {
    scan: Scan<'t>,
}

impl Walk<'_> {
    fn at(&mut self, at: usize) -> Step {
        let byte = self.scan.text.as_bytes()[at];
        let found = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => return self.letters(at),
            b'0'..=b'9' | b'+' => return self.digits(at),
            b'(' => addresses::around_bracket(&self.scan, at).or_else(|| self.number(at)),
            b'[' | b'{' | b'<' => addresses::around_bracket(&self.scan, at),
            b'@' => addresses::around_sign(&self.scan, at, 1),
            b'%' | b'&' => addresses::around_escape(&self.scan, at),
            b':' => self.colon(at),
            b'=' => credentials::behind_sign(&self.scan, at, 1),
            b'/' if self.scan.is_in_link(at) => {
                link_secrets::token_behind(&self.scan, at, self.scan.link_end)
            }
            b'-' => keys::pem_at(&self.scan, at),
            ..0x80 => None,
            _ => return self.other(at),
        };
        found.map_or(Step::Next(1), Step::Found)
    }

    /// Looks at a run of ASCII letters, which is read once.
    fn letters(&mut self, at: usize) -> Step {
        let rest = &self.scan.text.as_bytes()[at..];
        let run = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let next = rest.get(run).copied().unwrap_or(b' ');
        let has_digit_next = next.is_ascii_digit()
            || (matches!(next, b' ' | b'-' | b'.' | b'_')
                && rest.get(run + 1).is_some_and(u8::is_ascii_digit));
        let found = match run {
            2 if rest.starts_with(b"at") => addresses::around_word(&self.scan, at),
            2 if has_digit_next => ibans::at(&self.scan, at),
            6 if rest[..6].eq_ignore_ascii_case(b"bearer") => {
                credentials::behind_bearer(&self.scan, at)
            }
            _ => None,
        };
        // The Italian code alone is written with a space between its first letters: RSS MRA 80A01.
        let may_be_id = (run <= 6 && has_digit_next)
            || (run == 3 && rest.iter().skip(7).take(2).any(u8::is_ascii_digit));
        let may_be_ipv6 = run <= 4 && (next == b':' || next.is_ascii_digit());
        let found = found
            .or_else(|| keys::key_at(&self.scan, at, run))
            .or_else(|| {
                may_be_id
                    .then(|| id_codes::at_letters(&self.scan, at, run))
                    .flatten()
            })
            .or_else(|| may_be_ipv6.then(|| ips::ipv6_at(&self.scan, at)).flatten());
        found.map_or(Step::Next(run), Step::Found)
    }

    /// Looks at a run of digits, which is read once, or at the plus in front of one.
    fn digits(&self, at: usize) -> Step {
        if let Some(len) = self.small_count(at) {
            return Step::Next(len);
        }
        let rest = &self.scan.text[at..];
        let run = rest
            .find(|c| digits::value(c).is_none())
            .unwrap_or(rest.len());
        self.number(at).map_or(Step::Next(run.max(1)), Step::Found)
    }

    /// Looks at a character beyond ASCII.
    fn other(&self, at: usize) -> Step {
        let Some(c) = self.scan.text[at..].chars().next() else {
            return Step::Next(1);
        };
        let found = match c {
            '＠' | '﹫' => addresses::around_sign(&self.scan, at, c.len_utf8()),
            '：' => credentials::behind_sign(&self.scan, at, c.len_utf8()),
            '（' | '＋' => self.number(at),
            _ if digits::may_start_with(self.scan.text.as_bytes()[at])
                && digits::value(c).is_some() =>
            {
                return self.digits(at);
            }
            _ => None,
        };
        found.map_or(Step::Next(c.len_utf8()), Step::Found)
    }

    /// Finds personal data around a colon: a link's, an IPv6 address's, or the one behind a label.
    fn colon(&mut self, at: usize) -> Option<Found> {
        if self.scan.text[at..].starts_with("://") {
            if !self.scan.is_in_link(at) {
                self.scan.link_end = link_secrets::end_of(self.scan.text, at);
            }
            return link_secrets::user_at(&self.scan, at);
        }
        ips::ipv6_at(&self.scan, at).or_else(|| credentials::behind_sign(&self.scan, at, 1))
    }

    /// Returns the length of a number of few ASCII digits that is no personal data by itself, like most numbers of a
    /// ticket.
    ///
    /// The text or the sentence ends behind it, or a word follows, so that no longer number or code continues there.
    fn small_count(&self, at: usize) -> Option<usize> {
        let rest = &self.scan.text.as_bytes()[at..];
        let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let ends = match rest.get(len) {
            None | Some(b',' | b'?') => true,
            Some(b' ' | b'\n' | b'.') => rest.get(len + 1).is_none_or(u8::is_ascii_alphabetic),
            Some(_) => false,
        };
        let is_small = (1..FEWEST_DIGITS).contains(&len);
        (is_small && ends && self.scan.before(at).is_none_or(is_apart)).then_some(len)
    }

    /// Returns the personal number that begins here with a `+`, a `(` or a digit.
    fn number(&self, at: usize) -> Option<Found> {
        if let Some(end) = ips::ipv4_end(&self.scan, at) {
            return Some(Found::new(at..end, "[ip]"));
        }
        let ipv6 = ips::ipv6_at(&self.scan, at);
        if ipv6.is_some() {
            return ipv6;
        }
        let number = Number::read(self.scan.text, at)?;
        let count = number.digits.len();
        if count >= id_codes::FEWEST_DIGITS
            && let Some(id) = id_codes::at_digit(&self.scan, at)
        {
            return Some(id);
        }
        if count < FEWEST_DIGITS && self.is_small_number(at, &number) {
            return None;
        }
        // A password or a passport's number may have one digit here.
        let labelled = credentials::labelled_at(&self.scan, at, &number)
            .or_else(|| id_codes::labelled_at(&self.scan, at));
        if labelled.is_some() || count < FEWEST_ID_DIGITS {
            return labelled;
        }
        self.grouped(at, &number).or_else(|| {
            (count >= LONG_RUN_DIGITS)
                .then(|| self.long_run(at))
                .flatten()
        })
    }

    /// Whether a number of few digits is apart from its neighbours, so that it is not part of a password.
    fn is_small_number(&self, at: usize, number: &Number) -> bool {
        let next = self.scan.text[number.whole().end()..].chars().next();
        self.scan.before(at).is_none_or(is_apart) && next.is_none_or(is_apart)
    }

    /// Returns a number that is personal data by its groups, its check digits, or the words in front of it.
    fn grouped(&self, at: usize, number: &Number) -> Option<Found> {
        if self.is_inside_of_word(at) {
            return None;
        }
        if let Some(end) = self.whole_end(cards::end_of(number)) {
            return Some(Found::new(at..end, "[card]"));
        }
        let whole = number.whole();
        let label = labels::label(&self.scan, at);
        let is_thing = matches!(label, Some(Label::Thing | Label::Book));
        let is_in_list = self.scan.is_behind_number(at)
            && !number.has_plus
            && whole.separators().all(|c| c == ' ')
            && !phones::is_french_pairs(&whole);
        if is_in_list {
            return None;
        }
        let is_labelled_id = label == Some(Label::Id)
            && !whole.is_date()
            && whole.digits().len() >= FEWEST_ID_DIGITS;
        let id = self
            .whole_end(national_ids::end_of(number).filter(|_| !is_thing))
            .or_else(|| self.whole_end(is_labelled_id.then(|| whole.end())));
        if let Some(end) = id {
            return Some(Found::new(at..end, "[id]"));
        }
        let follows = &self.scan.text[whole.end()..];
        if let Some(end) = self.whole_end(phones::end_of(number, label, follows)) {
            return Some(Found::new(at..end, "[phone]"));
        }
        let like_card = number.parts().find(cards::is_like_card);
        self.whole_end(like_card.map(|part| part.end()))
            .map(|end| Found::new(at..end, "[number]"))
    }

    /// Returns `end`, the end of a number, unless a word goes on behind it.
    fn whole_end(&self, end: Option<usize>) -> Option<usize> {
        end.filter(|&end| !self.goes_on(end))
    }

    /// Whether a number at this place continues a word, a code, a link or a path.
    fn is_inside_of_word(&self, at: usize) -> bool {
        self.scan.before(at).is_some_and(|c| {
            c.is_alphanumeric() && !is_unspaced(c)
                || matches!(c, '_' | '-' | '/' | '.' | '#' | '&' | '?')
        })
    }

    /// Whether a word continues behind a number.
    fn goes_on(&self, end: usize) -> bool {
        self.scan.text[end..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    }

    /// Returns the run of digits that begins here if it is long, except inside a hexadecimal code.
    fn long_run(&self, at: usize) -> Option<Found> {
        let rest = &self.scan.text[at..];
        let run = rest
            .find(|c| digits::value(c).is_none())
            .unwrap_or(rest.len());
        let count = rest[..run].chars().count();
        let is_in_token = self
            .scan
            .before(at)
            .is_some_and(|c| c.is_alphanumeric() || c == '_');
        let head = &self.scan.text[self.scan.floor..at];
        // Windows writes its error codes as negative numbers too: -2147467259.
        let sign = head.strip_suffix('-');
        let is_negative = count <= 10
            && !rest.starts_with('0')
            && sign.is_some_and(|head| head.is_empty() || head.ends_with(char::is_whitespace));
        let is_hexadecimal = is_in_token && (head.ends_with("0x") || head.ends_with("0X"));
        if count < LONG_RUN_DIGITS
            || is_hexadecimal
            || is_negative
            || labels::label(&self.scan, at) == Some(Label::Book)
        {
            return None;
        }
        let is_national_phone = !is_in_token && rest.starts_with('0') && (10..=12).contains(&count);
        let mask = if is_national_phone {
            "[phone]"
        } else {
            "[number]"
        };
        Some(Found::new(at..at + run, mask))
    }
}

/// Whether a character separates a number from words and codes next to it.
fn is_apart(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | ',' | ':' | ')' | '(' | '?')
}
