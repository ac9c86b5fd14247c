//! Finds the numbers with letters that a state gives to a person.
//!
//! The rules are those that the states publish; most are collected in the documentation of python-stdnum.

use super::checksums::{value, weighted};
use super::found::Found;
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

fn digits(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .map(|byte| byte - b'0')
        .collect()
}

fn last(code: &[u8]) -> u8 {
    code.last()
        .copied()
        .unwrap_or_default()
        .to_ascii_uppercase()
}

fn is_upper(code: &[u8]) -> bool {
    !code.iter().any(u8::is_ascii_lowercase)
}

/// Whether the code ends with the letter of `alphabet` that stands for the remainder.
fn ends_with_letter_of(code: &[u8], alphabet: &[u8], remainder: u64) -> bool {
    usize::try_from(remainder)
        .ok()
        .and_then(|at| alphabet.get(at))
        .is_some_and(|&letter| letter == last(code))
}

/// Whether a code is a UK National Insurance number: with a prefix that is in use, and a suffix from A to D (HMRC,
/// National Insurance Manual 39110).
fn national_insurance(code: &[u8]) -> bool {
    const NEVER_GIVEN: [&[u8]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    let (first, second) = (code[0], code[1]);
    // HMRC writes QQ in its own examples.
    let is_prefix = &code[..2] == b"QQ"
        || (!b"DFIQUV".contains(&first)
            && !b"DFIOQUV".contains(&second)
            && !NEVER_GIVEN.contains(&&code[..2]));
    is_upper(code) && is_prefix && (b'A'..=b'D').contains(&last(code))
}

fn nric(code: &[u8]) -> bool {
    let first = code[0].to_ascii_uppercase();
    let sum = u64::from(weighted(&digits(code), &[2, 7, 6, 5, 4, 3, 2]));
    match first {
        b'S' => ends_with_letter_of(code, b"JZIHGFEDCBA", sum % 11),
        b'T' => ends_with_letter_of(code, b"JZIHGFEDCBA", (sum + 4) % 11),
        b'F' => ends_with_letter_of(code, b"XWUTRQPNMLK", sum % 11),
        b'G' => ends_with_letter_of(code, b"XWUTRQPNMLK", (sum + 4) % 11),
        b'M' => ends_with_letter_of(code, b"KLJNPQRTUWX", 10 - (sum + 3) % 11),
        _ => false,
    }
}

/// Whether a code is a Hong Kong identity card number. Letters count from 10 on and a missing first letter as 36; the
/// check digit, of which A is 10, makes the weighted sum a multiple of 11.
fn hkid(code: &[u8]) -> bool {
    let letters: Vec<u32> = code
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .map(|&byte| u32::from(byte.to_ascii_uppercase() - b'A') + 10)
        .collect();
    let head = match letters[..] {
        [one] => 36 * 9 + one * 8,
        [one, two] => one * 9 + two * 8,
        _ => return false,
    };
    let check = match last(code) {
        b'A' => 10,
        digit if digit.is_ascii_digit() => u32::from(digit - b'0'),
        _ => return false,
    };
    let numbers = digits(&code[letters.len()..code.len() - 1]);
    (head + weighted(&numbers, &[7, 6, 5, 4, 3, 2]) + check).is_multiple_of(11)
}

/// Whether a code is a Taiwanese identity number. The letter counts as the two digits of its place in Taiwan's own
/// order; a 1 or 2 for the sex follows.
fn taiwanese(code: &[u8]) -> bool {
    const ORDER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let first = code[0].to_ascii_uppercase();
    let Some(place) = ORDER.iter().position(|&letter| letter == first) else {
        return false;
    };
    let place = u32::try_from(place + 10).unwrap_or_default();
    let sum = place / 10 + place % 10 * 9 + weighted(&digits(code), &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    matches!(code[1], b'1' | b'2' | b'8' | b'9') && sum.is_multiple_of(10)
}

const SPANISH_LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";

fn nie(code: &[u8]) -> bool {
    let first = match code[0].to_ascii_uppercase() {
        b'X' => 0,
        b'Y' => 1,
        b'Z' => 2,
        _ => return false,
    };
    let number = first * 10_000_000 + value(&digits(code));
    ends_with_letter_of(code, SPANISH_LETTERS, number % 23)
}

fn dni(code: &[u8]) -> bool {
    ends_with_letter_of(code, SPANISH_LETTERS, value(&digits(code)) % 23)
}

/// Whether a code is an Indian PAN: its fourth letter is a kind of taxpayer (Income Tax Department of India).
fn pan(code: &[u8]) -> bool {
    is_upper(code) && b"PCHFATBLJG".contains(&code[3]) && value(&digits(code)) != 0
}

/// Whether an Italian codice fiscale has the right check letter: the sum of the values of its odd and even places
/// modulo 26 (decree of 23 December 1976).
fn codice_fiscale(code: &[u8]) -> bool {
    const ODD: [u64; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let sum: u64 = code[..15]
        .iter()
        .enumerate()
        .map(|(i, &byte)| {
            let place = match byte {
                b'0'..=b'9' => byte - b'0',
                byte => byte.to_ascii_uppercase() - b'A',
            };
            if i % 2 == 0 {
                ODD[usize::from(place)]
            } else {
                u64::from(place)
            }
        })
        .sum();
    ends_with_letter_of(code, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", sum % 26)
}

/// Whether a code is a Mexican RFC or CURP: letters of the names, the date of birth with the year first, and in a CURP
/// the sex.
fn curp(code: &[u8]) -> bool {
    let date = digits(&code[4..10]);
    let is_date = (1..=12).contains(&value(&date[2..4])) && (1..=31).contains(&value(&date[4..6]));
    let has_sex = code.len() < 18 || b"HMX".contains(&code[10]);
    is_upper(code) && is_date && has_sex
}

fn pps(code: &[u8]) -> bool {
    let second = match code.get(8) {
        Some(letter @ b'A'..=b'I') => u64::from(letter - b'A') + 1,
        Some(b'W') | None => 0,
        Some(_) => return false,
    };
    let sum = u64::from(weighted(&digits(code), &[8, 7, 6, 5, 4, 3, 2])) + 9 * second;
    is_upper(code) && ends_with_letter_of(&code[..8], b"WABCDEFGHIJKLMNOPQRSTUV", sum % 23)
}

fn finnish(code: &[u8]) -> bool {
    // The sign of the century is a letter for those born since 2000, and for some before; then it is among the bytes.
    let sign = (code.len() == 11).then(|| code[6]);
    let is_sign = sign.is_none_or(|sign| b"ABCDEFYXWVU".contains(&sign));
    let all = digits(&code[..code.len() - 1]);
    let is_date = (1..=31).contains(&value(&all[..2])) && (1..=12).contains(&value(&all[2..4]));
    is_sign
        && is_date
        && ends_with_letter_of(code, b"0123456789ABCDEFHJKLMNPRSTUVWXY", value(&all) % 31)
}

fn rut(code: &[u8]) -> bool {
    let reversed: Vec<u8> = digits(code).into_iter().rev().collect();
    last(code) == b'K' && weighted(&reversed, &[2, 3, 4, 5, 6, 7, 2, 3]) % 11 == 1
}

/// Whether a Chinese identity number with the check character X is right, by ISO 7064, MOD 11-2 (GB 11643-1999).
fn chinese(code: &[u8]) -> bool {
    let sum = weighted(
        &digits(code),
        &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2],
    );
    last(code) == b'X' && sum % 11 == 2
}

/// Whether the French number of a person born in Corsica has the right check digits; department 2A counts as 19, 2B as
/// 18.
fn corsican(code: &[u8]) -> bool {
    let department = match code[6].to_ascii_uppercase() {
        b'A' => 9,
        b'B' => 8,
        _ => return false,
    };
    let mut all = digits(&code[..6]);
    // The digit in front of the letter is a 2, which 19 and 18 replace.
    if all.pop() != Some(2) {
        return false;
    }
    all.extend([1, department]);
    all.extend(digits(&code[7..]));
    97 - value(&all[..13]) % 97 == value(&all[13..])
}
