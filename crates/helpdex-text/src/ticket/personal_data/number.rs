//! Numbers that belong to a person: phones, cards, accounts, IPs, long digit runs.

use super::Found;

/// Runs of this many digits and more are masked; shorter ones may be order numbers, which are good search terms.
const LONG_RUN_DIGITS: usize = 9;

/// Digits and separators that are read as one number; longer numbers are cut into several.
const MOST_NUMBER_CHARS: usize = 48;

/// Groups of digits in which phone numbers are written without a prefix: North America, China, Russia, Turkey, Spain and
/// Hungary, the Nordic countries, Poland's landlines.
const KNOWN_GROUPINGS: [&[usize]; 8] = [
    &[3, 3, 4],
    &[1, 3, 3, 4],
    &[3, 4, 4],
    &[1, 3, 3, 2, 2],
    &[3, 3, 2, 2],
    &[3, 2, 2, 2],
    &[2, 2, 2, 2],
    &[4, 3, 2, 2],
];

/// The value of a decimal digit of the scripts that people type numbers in.
pub(super) fn digit(c: char) -> Option<u32> {
    const ZEROS: [char; 8] = [
        '0', '\u{0660}', '\u{06F0}', '\u{0966}', '\u{09E6}', '\u{0E50}', '\u{1040}', '\u{FF10}',
    ];
    ZEROS
        .iter()
        .map(|&zero| u32::from(c).wrapping_sub(u32::from(zero)))
        .find(|&value| value < 10)
}

/// A number with its separators, as it stands in the text.
struct Number {
    end: usize,
    digits: Vec<u32>,
    /// Lengths of the groups of digits between separators.
    groups: Vec<usize>,
    separators: Vec<char>,
    has_plus: bool,
    has_bracket: bool,
}

/// The personal number that starts at this byte: a `+`, a `(` or a digit.
pub(super) fn at(text: &str, start: usize) -> Option<Found> {
    let number = Number::read(text, start)?;
    let before = text[..start].chars().next_back();
    if let Some(end) = ipv4_end(text, start, before) {
        return found(start, end, "[ip]");
    }
    if let Some(found) = ipv6_at(text, start) {
        return Some(found);
    }
    let is_in_token = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_'));
    let is_behind_joiner = before.is_some_and(|c| matches!(c, '-' | '/' | '.' | '#' | '&' | '?'));
    let follows = text[number.end..].chars().next();
    if !is_in_token
        && !is_behind_joiner
        && !follows.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        if number.is_card() {
            return found(start, number.end, "[card]");
        }
        if number.is_phone(text, start) {
            return found(start, number.end, "[phone]");
        }
        if number.is_grouped_card_number() {
            return found(start, number.end, "[number]");
        }
    }
    long_run(text, start, is_in_token)
}

/// The digit run that starts here when it is long, wherever it stands but in a hexadecimal code.
fn long_run(text: &str, start: usize, is_in_token: bool) -> Option<Found> {
    let rest = &text[start..];
    let run = rest.find(|c| digit(c).is_none()).unwrap_or(rest.len());
    let count = rest[..run].chars().count();
    if count < LONG_RUN_DIGITS || (is_in_token && is_hexadecimal(text, start)) {
        return None;
    }
    let is_national_phone = !is_in_token && rest.starts_with('0') && (10..=12).contains(&count);
    found(
        start,
        start + run,
        if is_national_phone {
            "[phone]"
        } else {
            "[number]"
        },
    )
}

/// Whether the digits at `start` go on a code such as `0x80070057`.
fn is_hexadecimal(text: &str, start: usize) -> bool {
    text[..start].ends_with("0x") || text[..start].ends_with("0X")
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "every caller returns what it found as an option"
)]
fn found(start: usize, end: usize, mask: &'static str) -> Option<Found> {
    Some(Found {
        range: start..end,
        mask,
    })
}

impl Number {
    fn read(text: &str, start: usize) -> Option<Self> {
        let mut number = Number {
            end: start,
            digits: Vec::new(),
            groups: Vec::new(),
            separators: Vec::new(),
            has_plus: false,
            has_bracket: false,
        };
        let mut pending: Vec<char> = Vec::new();
        let mut is_open = false;
        for (at, c) in text[start..].char_indices().take(MOST_NUMBER_CHARS) {
            let at = start + at;
            if let Some(value) = digit(c) {
                if number.groups.is_empty() || !pending.is_empty() {
                    number.groups.push(0);
                    number.separators.extend(
                        pending
                            .iter()
                            .find(|c| !matches!(c, '(' | ')'))
                            .or(pending.first()),
                    );
                    pending.clear();
                }
                number.digits.push(value);
                *number.groups.last_mut()? += 1;
                number.end = at + c.len_utf8();
                continue;
            }
            match c {
                '+' if number.digits.is_empty() && !number.has_plus && !is_open => {
                    number.has_plus = true;
                }
                '(' if !is_open && pending.len() <= 1 => {
                    is_open = true;
                    number.has_bracket = true;
                    if !number.digits.is_empty() {
                        pending.push(c);
                    }
                }
                ')' if is_open && !number.digits.is_empty() => {
                    is_open = false;
                    pending.push(c);
                }
                ' ' | '\u{A0}' | '\u{202F}' | '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '.'
                | '/'
                    if !number.digits.is_empty()
                        && pending.len() < 2
                        && pending.last() != Some(&c) =>
                {
                    pending.push(c);
                }
                _ => break,
            }
        }
        (!number.digits.is_empty()).then_some(number)
    }

    /// 13 to 19 digits in groups of a card, that pass the Luhn check (ISO/IEC 7812-1).
    fn is_card(&self) -> bool {
        let has_card_length = (13..=19).contains(&self.digits.len());
        let is_grouped_like_card =
            self.groups.len() == 1 || self.groups.iter().all(|&len| len >= 3);
        !self.has_plus
            && has_card_length
            && is_grouped_like_card
            && (2..=6).contains(&self.digits[0])
            && self.passes_luhn()
    }

    fn passes_luhn(&self) -> bool {
        let sum: u32 = self
            .digits
            .iter()
            .rev()
            .enumerate()
            .map(|(i, &d)| match (i % 2, d) {
                (0, d) => d,
                (_, d) if d > 4 => 2 * d - 9,
                (_, d) => 2 * d,
            })
            .sum();
        sum.is_multiple_of(10)
    }

    /// Four groups of four: a card with a mistyped digit is as private as the right one.
    fn is_grouped_card_number(&self) -> bool {
        self.groups == [4, 4, 4, 4]
    }

    /// Whether the digits are grouped like a phone number, or a label in front says that they are one.
    ///
    /// Lengths are those of E.164 (at most 15 digits); the groupings are those in national use that we know.
    fn is_phone(&self, text: &str, start: usize) -> bool {
        let count = self.digits.len();
        if !(7..=15).contains(&count) || self.is_date() {
            return false;
        }
        if self.has_plus {
            return true;
        }
        let is_grouped = self.groups.len() > 1;
        let is_dotted = is_grouped && self.separators.iter().all(|&c| c == '.');
        let has_dot = self.separators.contains(&'.');
        let is_prefixed = self.digits[0] == 0 || (self.has_bracket && self.groups[0] <= 5);
        let is_international = self.digits.starts_with(&[0, 0]) && count >= 10;
        let is_national = is_prefixed && (9..=12).contains(&count) && is_grouped;
        let known_grouping = KNOWN_GROUPINGS.contains(&self.groups.as_slice())
            || (self.groups == [3, 3, 3] && !self.digits.ends_with(&[0, 0, 0]));
        if is_dotted {
            // Versions are dotted too; dotted phone numbers come in even groups: 01.23.45.67.89, 555.123.4567.
            let is_pairs = self.digits[0] == 0
                && self.groups.len() == 5
                && self.groups.iter().all(|&len| len == 2);
            return is_pairs || self.groups == [3, 3, 4] || has_phone_label(text, start);
        }
        (is_international && is_grouped)
            || is_national
            || (is_grouped && known_grouping && !has_dot)
            || has_phone_label(text, start)
    }

    /// 05.03.2024, 2024-03-05, 5/3/24, also with a time's hour behind.
    fn is_date(&self) -> bool {
        if self.has_plus || self.has_bracket || self.groups.len() < 3 {
            return false;
        }
        let mut values = Vec::with_capacity(self.groups.len());
        let mut at = 0;
        for &len in &self.groups {
            values.push(self.digits[at..at + len].iter().fold(0_u64, |value, &d| {
                value.saturating_mul(10).saturating_add(u64::from(d))
            }));
            at += len;
        }
        let separators_are_equal =
            self.separators[0] == self.separators[1] && self.separators[0] != ' ';
        let is_day = |i: usize| (1..=31).contains(&values[i]) && self.groups[i] <= 2;
        let is_year = |i: usize| {
            (self.groups[i] == 4 && (1900..=2700).contains(&values[i])) || self.groups[i] == 2
        };
        let goes_on_as_time = self.groups.len() == 3 || self.groups[3] <= 2;
        separators_are_equal
            && goes_on_as_time
            && ((is_day(0) && is_day(1) && is_year(2)) || (is_year(0) && is_day(1) && is_day(2)))
    }
}

/// Labels that people write in front of a phone number, in lower case.
const PHONE_LABELS: [&str; 44] = [
    "tel",
    "phone",
    "mobile",
    "mobil",
    "mob",
    "cell",
    "fax",
    "faks",
    "gsm",
    "call",
    "whatsapp",
    "telefon",
    "telefono",
    "telefone",
    "telefoon",
    "telefonas",
    "tālr",
    "talr",
    "tlf",
    "tfn",
    "puh",
    "handy",
    "cep",
    "móvil",
    "movil",
    "tél",
    "port",
    "komórka",
    "kom",
    "тел",
    "телефон",
    "моб",
    "τηλ",
    "טלפון",
    "נייד",
    "هاتف",
    "جوال",
    "تلفن",
    "फोन",
    "โทร",
    "電話",
    "电话",
    "手机",
    "전화",
];

/// Whether the words right in front of a number say that it is a phone number.
fn has_phone_label(text: &str, start: usize) -> bool {
    let mut window = start.saturating_sub(24);
    while !text.is_char_boundary(window) {
        window += 1;
    }
    let before = text[window..start].to_lowercase();
    let before = before.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '.' | '：' | '#' | '-' | '=')
    });
    let word_start = before
        .rfind(|c: char| !c.is_alphabetic() && !('\u{0E31}'..='\u{0E4E}').contains(&c))
        .map_or(0, |i| {
            i + before[i..].chars().next().map_or(1, char::len_utf8)
        });
    let word = &before[word_start..];
    let is_label = |label: &str| word == label || (!label.is_ascii() && word.ends_with(label));
    PHONE_LABELS.iter().any(|label| is_label(label))
        || before.ends_with("phone number")
        || before.ends_with("my number is")
}

/// Four numbers of at most 255 between dots, unless the word in front says that it is a version.
fn ipv4_end(text: &str, start: usize, before: Option<char>) -> Option<usize> {
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-')) {
        return None;
    }
    let mut at = start;
    for part in 0..4 {
        let rest = &text[at..];
        let len = rest.bytes().take(4).take_while(u8::is_ascii_digit).count();
        if len == 0 || len > 3 || rest[..len].parse::<u16>().is_ok_and(|value| value > 255) {
            return None;
        }
        at += len;
        if part < 3 {
            if !text[at..].starts_with('.') {
                return None;
            }
            at += 1;
        }
    }
    // The machine itself and "any address" are nobody's.
    if text[start..at].starts_with("127.") || &text[start..at] == "0.0.0.0" {
        return None;
    }
    let rest = &text[at..];
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        || (rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit()));
    let before = text[..start].trim_end();
    let word = before
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    // Other words than these are rarer in front of a version with four parts.
    let is_version = word.chars().count() <= 8
        && [
            "version",
            "ver",
            "build",
            "release",
            "firmware",
            "sürüm",
            "versija",
            "wersja",
            "версия",
        ]
        .iter()
        .any(|label| word.to_lowercase() == *label);
    (!goes_on && !is_version).then_some(at)
}

/// An IPv6 address: eight groups of hexadecimal digits, or fewer around one `::`.
pub(super) fn ipv6_at(text: &str, start: usize) -> Option<Found> {
    // A group has at most four digits.
    if !text.as_bytes()[start..].iter().take(5).any(|&b| b == b':') {
        return None;
    }
    let before = text[..start].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '.' | '_' | '-')) {
        return None;
    }
    let rest = &text[start..];
    // 8 groups of 4 digits and 7 colons.
    let len = rest
        .bytes()
        .take(40)
        .take_while(|&b| b.is_ascii_hexdigit() || b == b':')
        .count();
    let address = &rest[..len].trim_end_matches(':');
    let address = if rest[address.len()..len].len() >= 2 {
        &rest[..address.len() + 2]
    } else {
        address
    };
    if rest[len..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let groups = address.split(':').filter(|group| !group.is_empty());
    let colons = address.matches(':').count();
    let shortened = address.matches("::").count();
    let (count, is_short) = groups.fold((0, true), |(count, is_short), group| {
        (count + 1, is_short && group.len() <= 4)
    });
    let is_full = shortened == 0 && count == 8 && colons == 7;
    // "::" alone stands in code (std::fs, a::b); an address that people paste has at least three groups.
    let is_shortened = shortened == 1 && (3..8).contains(&count);
    (is_short && (is_full || is_shortened)).then(|| Found {
        range: start..start + address.len(),
        mask: "[ip]",
    })
}

/// An IBAN, with or without a space every four characters, that passes the check of ISO 13616 (remainder 1 modulo 97).
pub(super) fn iban_at(text: &str, start: usize) -> Option<Found> {
    let before = text[..start].chars().next_back();
    let bytes = &text.as_bytes()[start..];
    let starts_like_iban = bytes.len() >= 15
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit);
    if !starts_like_iban || before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let mut compact: Vec<u8> = Vec::with_capacity(34);
    let mut best = None;
    for (at, &byte) in bytes.iter().enumerate().take(34 + 8) {
        if byte.is_ascii_alphanumeric() && compact.len() < 34 {
            compact.push(byte.to_ascii_uppercase());
            let ends_here = !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
            if compact.len() >= 15 && ends_here && passes_iban_check(&compact) {
                best = Some(at + 1);
            }
        } else if !(byte == b' ' && compact.len().is_multiple_of(4)) {
            break;
        }
    }
    best.map(|len| Found {
        range: start..start + len,
        mask: "[iban]",
    })
}

fn passes_iban_check(compact: &[u8]) -> bool {
    let (head, tail) = compact.split_at(4);
    let remainder = tail
        .iter()
        .chain(head)
        .fold(0_u32, |remainder, &byte| match byte {
            b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
            _ => (remainder * 100 + u32::from(byte - b'A') + 10) % 97,
        });
    remainder == 1
}
