//! Finds the numbers of digits alone that a state gives to a person, by their check digit or form.
//!
//! Long runs of digits without a separator are masked in any case, so only numbers in groups are found here. The rules
//! are those that the states publish; most are collected in the documentation of python-stdnum.

use super::checksums::{ean, luhn, mod_11_10, value, verhoeff, weighted};
use super::number::{Number, Part};

/// The form of the numbers of one state: the lengths of the groups, the separators between them, and the rule for the
/// digits.
struct Form {
    lens: &'static [u8],
    separators: &'static str,
    holds: fn(&[u8]) -> bool,
}

const DASH: &str = "-";
const SPACE: &str = " ";
const DASH_OR_SPACE: &str = "- ";
const DOT_DASH_SPACE: &str = ".- ";

const FORMS: [Form; 35] = [
    // United States: social security and taxpayer number.
    form(&[3, 2, 4], DASH, us_ssn),
    // Thailand.
    form(&[1, 4, 5, 2, 1], DASH_OR_SPACE, thai),
    // Japan's My Number, India's Aadhaar.
    form(&[4, 4, 4], DASH_OR_SPACE, japanese),
    form(&[4, 4, 4], DASH_OR_SPACE, aadhaar),
    // Brazil: CPF, CNPJ.
    form(&[3, 3, 3, 2], DOT_DASH_SPACE, cpf),
    form(&[9, 2], "-/ ", cpf),
    form(&[2, 3, 3, 4, 2], "./- ", cnpj),
    // Russia: SNILS.
    form(&[3, 3, 3, 2], DASH_OR_SPACE, snils),
    // Sweden, also with the century and with the plus of those over a hundred; Denmark and Iceland by their form.
    form(&[6, 4], DASH, swedish),
    form(&[8, 4], DASH_OR_SPACE, |digits| swedish(&digits[2..])),
    form(&[6, 4], DASH, is_day_first),
    // Norway, Latvia.
    form(&[6, 5], DASH_OR_SPACE, norwegian),
    form(&[6, 5], DASH, latvian),
    // Germany's tax number; its pension insurance has a letter.
    form(&[2, 3, 3, 3], SPACE, german),
    form(&[2, 9], SPACE, german),
    // France: social security, with its key.
    form(&[1, 2, 2, 2, 3, 3, 2], DOT_DASH_SPACE, french),
    form(&[13, 2], DASH_OR_SPACE, french),
    // Switzerland.
    form(&[3, 4, 4, 2], DOT_DASH_SPACE, swiss),
    // Belgium.
    form(&[2, 2, 2, 3, 2], DOT_DASH_SPACE, belgian),
    form(&[6, 3, 2], DOT_DASH_SPACE, belgian),
    // Netherlands.
    form(&[4, 2, 3], DOT_DASH_SPACE, dutch),
    // South Korea, Malaysia.
    form(&[6, 7], DASH, korean),
    form(&[6, 2, 4], DASH, is_year_first),
    // United Arab Emirates, Pakistan.
    form(&[3, 4, 7, 1], DASH_OR_SPACE, |digits| {
        digits.starts_with(&[7, 8, 4])
    }),
    form(&[5, 7, 1], DASH, |digits| digits[0] != 0),
    // Chile, with its digit; Argentina.
    form(&[2, 3, 3, 1], ".-", chilean),
    form(&[1, 3, 3, 1], ".-", chilean),
    form(&[8, 1], DASH, chilean),
    form(&[2, 8, 1], DASH_OR_SPACE, argentine),
    // Czechia and Slovakia.
    form(&[6, 4], "/", czech),
    form(&[6, 3], "/", czech_date),
    // Australia: Medicare.
    form(&[4, 5, 1], SPACE, medicare),
    // Austria.
    form(&[4, 6], DASH_OR_SPACE, austrian),
    // South Africa: birth date, sequence, status and check digit.
    form(&[6, 4, 3], SPACE, south_african),
    form(&[6, 4, 2, 1], SPACE, south_african),
];

const fn form(lens: &'static [u8], separators: &'static str, holds: fn(&[u8]) -> bool) -> Form {
    Form {
        lens,
        separators,
        holds,
    }
}

/// Returns the end of the national identity number at the start of a number; `None` if there is none.
pub(super) fn end_of(number: &Number) -> Option<usize> {
    if number.has_plus || number.bracket_at.is_some() {
        return None;
    }
    number.parts().find(is_national_id).map(|part| part.end())
}

/// The fewest digits that a number in [`FORMS`] has.
const FEWEST_DIGITS: usize = 8;
/// The most digits that a number in [`FORMS`] has.
const MOST_DIGITS: usize = 15;

fn is_national_id(part: &Part<'_>) -> bool {
    if !(FEWEST_DIGITS..=MOST_DIGITS).contains(&part.digits().len()) {
        return false;
    }
    FORMS.iter().any(|form| {
        part.has_lens(form.lens)
            && part.separators().all(|c| form.separators.contains(c))
            && (form.holds)(part.digits())
    })
}

/// Whether digits are a US Social Security number: no area 000 or 666, none from 900 on except for taxpayers' numbers,
/// no group 00, no serial 0000 (Social Security Administration).
fn us_ssn(digits: &[u8]) -> bool {
    let (area, group, serial) = (
        value(&digits[..3]),
        value(&digits[3..5]),
        value(&digits[5..]),
    );
    let is_taxpayer = area >= 900 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    area != 0 && area != 666 && (area < 900 || is_taxpayer) && group != 0 && serial != 0
}

fn thai(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    (11 - sum % 11) % 10 == u32::from(digits[12])
}

fn japanese(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    u32::from(digits[11]) == if rest <= 1 { 0 } else { 11 - rest }
}

fn aadhaar(digits: &[u8]) -> bool {
    digits[0] >= 2 && verhoeff(digits)
}

/// Whether digits are a Brazilian CPF. It has two check digits, each over all digits in front of it; eleven equal
/// digits pass the check but are never given.
fn cpf(digits: &[u8]) -> bool {
    let is_repeated = digits.iter().all(|digit| digit == &digits[0]);
    is_cpf_digit(digits, 9) && is_cpf_digit(digits, 10) && !is_repeated
}

/// Whether the digit at `count` is the check digit of the `count` digits in front of it.
fn is_cpf_digit(digits: &[u8], count: usize) -> bool {
    let weights: Vec<u32> = (2..).take(count).collect();
    let reversed: Vec<u8> = digits[..count].iter().rev().copied().collect();
    weighted(&reversed, &weights) * 10 % 11 % 10 == u32::from(digits[count])
}

fn cnpj(digits: &[u8]) -> bool {
    is_cnpj_digit(digits, 12) && is_cnpj_digit(digits, 13)
}

/// Whether the digit at `count` is the check digit of the `count` digits in front of it, in a Brazilian CNPJ.
fn is_cnpj_digit(digits: &[u8], count: usize) -> bool {
    const WEIGHTS: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    let rest = weighted(digits, &WEIGHTS[13 - count..]) % 11;
    u32::from(digits[count]) == if rest < 2 { 0 } else { 11 - rest }
}

fn snils(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    u64::from(sum) == value(&digits[9..])
}

pub(super) fn swedish(digits: &[u8]) -> bool {
    // Coordination numbers of people who are not registered have 60 added to the day.
    let day = value(&digits[4..6]);
    is_month(value(&digits[2..4])) && (is_day(day) || is_day(day.wrapping_sub(60))) && luhn(digits)
}

/// Whether the digits begin with a two-digit year, a month and a day, as the numbers of many states do.
fn is_year_first(digits: &[u8]) -> bool {
    is_month(value(&digits[2..4])) && is_day(value(&digits[4..6]))
}

/// Whether the digits begin with a day and a month, as the numbers of many states do.
fn is_day_first(digits: &[u8]) -> bool {
    is_day(value(&digits[..2])) && is_month(value(&digits[2..4]))
}

fn is_day(value: u64) -> bool {
    (1..=31).contains(&value)
}

fn is_month(value: u64) -> bool {
    (1..=12).contains(&value)
}

/// Whether both check digits of a Norwegian identity number are right, modulo 11. D numbers, whose first digit is
/// raised by 4, pass too.
fn norwegian(digits: &[u8]) -> bool {
    let first = weighted(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11;
    let second = weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11;
    first == 0 && second == 0
}

/// Whether digits may be a Latvian personal code. A code from before July 2017 begins with the day and month of birth,
/// a later one with 32.
fn latvian(digits: &[u8]) -> bool {
    is_day_first(digits) || digits.starts_with(&[3, 2])
}

fn german(digits: &[u8]) -> bool {
    digits[0] != 0 && mod_11_10(digits)
}

/// Whether digits are a French social security number (NIR): sex, year, month, place and serial, then 97 minus the
/// remainder of these digits modulo 97.
fn french(digits: &[u8]) -> bool {
    let key = 97 - value(&digits[..13]) % 97;
    matches!(digits[0], 1..=4 | 7 | 8) && key == value(&digits[13..])
}

fn swiss(digits: &[u8]) -> bool {
    digits.starts_with(&[7, 5, 6]) && ean(digits)
}

/// Whether the check digits of a Belgian national register number are right: 97 minus the remainder of date and serial
/// modulo 97. For people born since 2000, a 2 precedes the date.
fn belgian(digits: &[u8]) -> bool {
    let (number, key) = (value(&digits[..9]), value(&digits[9..]));
    97 - number % 97 == key || 97 - (2_000_000_000 + number) % 97 == key
}

/// Whether a Dutch citizen service number (BSN) passes the "eleven test".
fn dutch(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum % 11 == u32::from(digits[8]) && sum > 0
}

/// Whether digits may be a Korean resident registration number: a date, and a digit for sex and century. Numbers given
/// since 2020 have no check digit.
fn korean(digits: &[u8]) -> bool {
    is_year_first(digits) && (1..=8).contains(&digits[6])
}

fn chilean(digits: &[u8]) -> bool {
    let Some((&check, rest)) = digits.split_last() else {
        return false;
    };
    let reversed: Vec<u8> = rest.iter().rev().copied().collect();
    let sum = weighted(&reversed, &[2, 3, 4, 5, 6, 7, 2, 3]);
    (11 - sum % 11) % 11 == u32::from(check)
}

fn argentine(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    matches!(digits[0], 2 | 3) && (11 - sum % 11) % 11 == u32::from(digits[10])
}

fn czech(digits: &[u8]) -> bool {
    let number = value(digits);
    czech_date(digits)
        && (number.is_multiple_of(11) || (value(&digits[..9]) % 11 == 10 && digits[9] == 0))
}

/// Whether digits begin with the date of a Czech birth number: the year, the month and the day. The month is raised by
/// 50 for women, and by 20 more on days whose numbers ran out.
fn czech_date(digits: &[u8]) -> bool {
    let month = value(&digits[2..4]);
    let is_month_of_either = is_month(month % 50) || is_month((month % 50).wrapping_sub(20));
    is_month_of_either && is_day(value(&digits[4..6]))
}

fn medicare(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9]);
    (2..=6).contains(&digits[0]) && sum % 10 == u32::from(digits[8])
}

/// Whether digits are an Austrian social insurance number: a serial of three digits, a check digit, and the date of
/// birth.
fn austrian(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
    sum % 11 == u32::from(digits[3]) && is_day_first(&digits[4..])
}

fn south_african(digits: &[u8]) -> bool {
    is_year_first(digits) && luhn(digits)
}
