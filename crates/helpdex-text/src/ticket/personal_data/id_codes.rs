//! Finds the numbers with letters that a state gives to a person.
//!
//! The rules are those that the states publish; most are collected in the documentation of python-stdnum.

use super::found::Found;
use super::id_code_rules::{
    chinese, codice_fiscale, corsican, curp, digits, dni, finnish, hkid, national_insurance, nie,
    nric, pan, pps, rut, taiwanese,
};
use super::label::Label;
use super::labels;
use super::national_ids::swedish;
use super::scan::Scan;
use super::tokens;

/// The form of the numbers of one state: a pattern, and the rule that letters and digits must satisfy.
///
/// In a pattern `A` matches a letter, `9` a digit, `*` either, a space an optional separator, and any other character
/// itself.
struct Form {
    pattern: &'static str,
    holds: fn(&[u8]) -> bool,
}

/// The forms that begin with a letter. Small letters are accepted if the number has a check digit.
const LETTER_FIRST: [Form; 11] = [
    // United Kingdom: National Insurance.
    form("AA 99 99 99 A", national_insurance),
    // Singapore.
    form("A9999999A", nric),
    // Hong Kong, whose check digit stands in brackets.
    form("A999999 (*)", hkid),
    form("AA999999 (*)", hkid),
    // Taiwan.
    form("A999999999", taiwanese),
    // Spain: foreigners.
    form("A 9999999 A", nie),
    // India: permanent account number.
    form("AAAAA9999A", pan),
    // Italy.
    form("AAAAAA99A99A999A", codice_fiscale),
    form("AAA AAA 99A99 A999 A", codice_fiscale),
    // Mexico: CURP and RFC of a person.
    form("AAAA999999AAAAAA**", curp),
    form("AAAA 999999 ***", curp),
];

/// The forms that begin with a digit.
const DIGIT_FIRST: [Form; 11] = [
    // Spain.
    form("99999999 A", dni),
    form("99.999.999 A", dni),
    // Ireland.
    form("9999999A", pps),
    form("9999999AA", pps),
    // Finland, whose sign tells the century.
    form("999999-999*", finnish),
    form("999999+999*", finnish),
    form("999999A999*", finnish),
    // Sweden, people over a hundred.
    form("999999+9999", |code| swedish(&digits(code))),
    // Chile, whose check digit may be K.
    form("99.999.999-A", rut),
    form("99999999-A", rut),
    // China.
    form("99999999999999999A", chinese),
];

/// The form of the French number of people born in Corsica, which has a letter among its digits.
const CORSICAN: Form = form("9 99 99 9A 999 999 99", corsican);

const fn form(pattern: &'static str, holds: fn(&[u8]) -> bool) -> Form {
    Form { pattern, holds }
}

/// The most letters and digits that a number of any form has.
const MOST_CHARS: usize = 20;

/// The fewest digits that a form that begins with a digit has in front of its first letter or plus.
pub(super) const FEWEST_DIGITS: usize = 6;

/// Returns the number of a person that begins with the `run` letters at `start`.
pub(super) fn at_letters(scan: &Scan<'_>, start: usize, run: usize) -> Option<Found> {
    let forms = LETTER_FIRST
        .iter()
        .filter(|form| form.pattern.bytes().take_while(|&b| b == b'A').count() == run);
    at(scan, start, forms)
}

/// Returns the number of a person, with a letter in it, that begins with the digits at `start`.
pub(super) fn at_digit(scan: &Scan<'_>, start: usize) -> Option<Found> {
    at(scan, start, DIGIT_FIRST.iter().chain([&CORSICAN]))
}

/// The fewest letters and digits of a value that is masked behind words such as "passport number".
const FEWEST_LABELLED_CHARS: usize = 6;
/// The fewest digits of a value that is masked behind words such as "passport number".
const FEWEST_LABELLED_DIGITS: usize = 4;

/// The longest token, in bytes, that is looked at behind words such as "passport number". The number of a passport has
/// at most 9 characters in its machine-readable zone (ICAO 9303-4), and numbers of states some more.
const MOST_LABELLED_CHARS: usize = 32;

/// Returns the code around the digit at `at`, if words in front say that it is the number of a person or of papers.
pub(super) fn labelled_at(scan: &Scan<'_>, at: usize) -> Option<Found> {
    let token = tokens::around(scan, at);
    let is_labelled = token
        .labelled
        .is_some_and(|labelled| labelled.label == Label::Id);
    let range = token.range();
    if !is_labelled || !(FEWEST_LABELLED_CHARS..=MOST_LABELLED_CHARS).contains(&range.len()) {
        return None;
    }
    let code = &scan.text[range.clone()];
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let is_code = code.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && digits >= FEWEST_LABELLED_DIGITS
        && digits < code.len();
    is_code.then(|| Found::new(range, "[id]"))
}

fn at<'f>(
    scan: &Scan<'_>,
    start: usize,
    mut forms: impl Iterator<Item = &'f Form>,
) -> Option<Found> {
    let before = scan.before(start);
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.')) {
        return None;
    }
    let end = forms.find_map(|form| form.end(&scan.text[start..]))?;
    (!labels::is_thing(scan, start)).then(|| Found::new(start..start + end, "[id]"))
}

impl Form {
    /// Returns the end, in bytes, of the number in this form that a text begins with; `None` if it begins with none.
    fn end(&self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut compact = [0; MOST_CHARS];
        let mut count = 0;
        let mut at = 0;
        for wanted in self.pattern.bytes() {
            let next = bytes.get(at).copied();
            let fits = match wanted {
                b'A' => next.is_some_and(|byte| byte.is_ascii_alphabetic()),
                b'9' => next.is_some_and(|byte| byte.is_ascii_digit()),
                b'*' => next.is_some_and(|byte| byte.is_ascii_alphanumeric()),
                b' ' => {
                    at += usize::from(matches!(next, Some(b' ' | b'-' | b'.')));
                    continue;
                }
                mark => next == Some(mark),
            };
            if !fits {
                return None;
            }
            if let Some(byte) = next.filter(u8::is_ascii_alphanumeric) {
                compact[count] = byte;
                count += 1;
            }
            at += 1;
        }
        let goes_on = text[at..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        (!goes_on && (self.holds)(&compact[..count])).then_some(at)
    }
}
