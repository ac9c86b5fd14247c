//! The rules that the numbers with letters of a state satisfy: check digits and letters, dates and prefixes.
//!
//! Each rule takes the letters and digits of a number, without separators.

use super::checksums::{value, weighted};

pub(super) fn digits(bytes: &[u8]) -> Vec<u8> {
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
pub(super) fn national_insurance(code: &[u8]) -> bool {
    const NEVER_GIVEN: [&[u8]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    let (first, second) = (code[0], code[1]);
    // HMRC writes QQ in its own examples.
    let is_prefix = &code[..2] == b"QQ"
        || (!b"DFIQUV".contains(&first)
            && !b"DFIOQUV".contains(&second)
            && !NEVER_GIVEN.contains(&&code[..2]));
    is_upper(code) && is_prefix && (b'A'..=b'D').contains(&last(code))
}

pub(super) fn nric(code: &[u8]) -> bool {
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
pub(super) fn hkid(code: &[u8]) -> bool {
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
pub(super) fn taiwanese(code: &[u8]) -> bool {
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

pub(super) fn nie(code: &[u8]) -> bool {
    let first = match code[0].to_ascii_uppercase() {
        b'X' => 0,
        b'Y' => 1,
        b'Z' => 2,
        _ => return false,
    };
    let number = first * 10_000_000 + value(&digits(code));
    ends_with_letter_of(code, SPANISH_LETTERS, number % 23)
}

pub(super) fn dni(code: &[u8]) -> bool {
    ends_with_letter_of(code, SPANISH_LETTERS, value(&digits(code)) % 23)
}

/// Whether a code is an Indian PAN: its fourth letter is a kind of taxpayer (Income Tax Department of India).
pub(super) fn pan(code: &[u8]) -> bool {
    is_upper(code) && b"PCHFATBLJG".contains(&code[3]) && value(&digits(code)) != 0
}

/// Whether an Italian codice fiscale has the right check letter: the sum of the values of its odd and even places
/// modulo 26 (decree of 23 December 1976).
pub(super) fn codice_fiscale(code: &[u8]) -> bool {
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
pub(super) fn curp(code: &[u8]) -> bool {
    let date = digits(&code[4..10]);
    let is_date = (1..=12).contains(&value(&date[2..4])) && (1..=31).contains(&value(&date[4..6]));
    let has_sex = code.len() < 18 || b"HMX".contains(&code[10]);
    is_upper(code) && is_date && has_sex
}

pub(super) fn pps(code: &[u8]) -> bool {
    let second = match code.get(8) {
        Some(letter @ b'A'..=b'I') => u64::from(letter - b'A') + 1,
        Some(b'W') | None => 0,
        Some(_) => return false,
    };
    let sum = u64::from(weighted(&digits(code), &[8, 7, 6, 5, 4, 3, 2])) + 9 * second;
    is_upper(code) && ends_with_letter_of(&code[..8], b"WABCDEFGHIJKLMNOPQRSTUV", sum % 23)
}

pub(super) fn finnish(code: &[u8]) -> bool {
    // The sign of the century is a letter for those born since 2000, and for some before; then it is among the bytes.
    let sign = (code.len() == 11).then(|| code[6]);
    let is_sign = sign.is_none_or(|sign| b"ABCDEFYXWVU".contains(&sign));
    let all = digits(&code[..code.len() - 1]);
    let is_date = (1..=31).contains(&value(&all[..2])) && (1..=12).contains(&value(&all[2..4]));
    is_sign
        && is_date
        && ends_with_letter_of(code, b"0123456789ABCDEFHJKLMNPRSTUVWXY", value(&all) % 31)
}

pub(super) fn rut(code: &[u8]) -> bool {
    let reversed: Vec<u8> = digits(code).into_iter().rev().collect();
    last(code) == b'K' && weighted(&reversed, &[2, 3, 4, 5, 6, 7, 2, 3]) % 11 == 1
}

/// Whether a Chinese identity number with the check character X is right, by ISO 7064, MOD 11-2 (GB 11643-1999).
pub(super) fn chinese(code: &[u8]) -> bool {
    let sum = weighted(
        &digits(code),
        &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2],
    );
    last(code) == b'X' && sum % 11 == 2
}

/// Whether the French number of a person born in Corsica has the right check digits; department 2A counts as 19, 2B as
/// 18.
pub(super) fn corsican(code: &[u8]) -> bool {
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
