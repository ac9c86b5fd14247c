//! Finds telephone numbers by a plus, by a word in front, or by the groups and first digits that a country uses.
//!
//! The plans are those of ITU-T E.164 and of the countries' regulators, as the ITU publishes them ("National Numbering
//! Plans") and as libphonenumber's metadata sums them up; groups are those of ITU-T E.123 and of national use.

use super::label::Label;
use super::number::{Number, Part};

/// The fewest digits of a telephone number (E.164, 6.2). Only local numbers have fewer, and they need a word in front.
const FEWEST_DIGITS: usize = 7;
/// The most digits of a telephone number (E.164, 6.2).
const MOST_DIGITS: usize = 15;

/// The fewest digits of a local number behind a word such as "phone".
const FEWEST_LOCAL_DIGITS: usize = 6;

/// The fewest digits of a number with its national prefix 0, or with an area code in brackets (Iceland).
const FEWEST_NATIONAL_DIGITS: usize = 9;
/// The most digits of a number with its national prefix 0, or with an area code in brackets (China).
const MOST_NATIONAL_DIGITS: usize = 12;

/// The groups in which a number is written without a country code, and the first digits and separators by which it is
/// recognised.
struct Shape {
    lens: &'static [u8],
    /// The digits that the number may start with; empty when it may start with any.
    starts: &'static [&'static [u8]],
    /// The separators that may stand between the groups.
    separators: &'static str,
}

const ANY: &str = " -/_~\n";
const SPACES: &str = " _~";
const SPACES_AND_DASHES: &str = " -_~";

/// The shapes of numbers without a national prefix, by the countries that use them. Numbers with a zero in front are
/// recognised by [`is_national`].
const SHAPES: [Shape; 24] = [
    // North America, Turkey, India, Italy; with country or long-distance code.
    shape(&[3, 3, 4], &[], " -./_~\n"),
    shape(&[1, 3, 3, 4], &[&[1], &[7], &[8]], ANY),
    // China's mobiles.
    shape(&[3, 4, 4], &[&[1]], ANY),
    shape(
        &[3, 8],
        &[&[1, 3], &[1, 5], &[1, 7], &[1, 8], &[1, 9]],
        SPACES_AND_DASHES,
    ),
    // Russia and Kazakhstan.
    shape(&[1, 3, 3, 2, 2], &[&[7], &[8]], ANY),
    shape(&[1, 3, 7], &[&[7, 9], &[8, 9]], SPACES_AND_DASHES),
    // Turkey, Russia without its prefix.
    shape(&[3, 3, 2, 2], &[], ANY),
    // Poland's landlines with area code, Hungary.
    shape(&[4, 3, 2, 2], &[], ANY),
    shape(&[2, 3, 2, 2], &[], SPACES_AND_DASHES),
    // Spain.
    shape(&[3, 2, 2, 2], &[&[6], &[7], &[8], &[9]], ANY),
    // Denmark, Norway, and others that write pairs.
    shape(
        &[2, 2, 2, 2],
        &[&[2], &[3], &[4], &[5], &[6], &[7], &[8], &[9]],
        SPACES,
    ),
    // Lithuania with its prefix 8, and mobiles without it; Norway's mobiles.
    shape(
        &[1, 3, 5],
        &[&[8, 6], &[8, 3], &[8, 4], &[8, 5]],
        SPACES_AND_DASHES,
    ),
    shape(
        &[1, 3, 2, 3],
        &[&[8, 6], &[8, 3], &[8, 4], &[8, 5]],
        SPACES_AND_DASHES,
    ),
    shape(&[4, 5], &[&[8, 6]], SPACES_AND_DASHES),
    shape(&[3, 2, 3], &[&[4], &[6], &[9]], SPACES),
    shape(&[3, 5], &[&[6]], SPACES),
    // Italy's mobiles, Turkey's and Russia's without prefix.
    shape(
        &[3, 7],
        &[
            &[3, 2],
            &[3, 3],
            &[3, 4],
            &[3, 5],
            &[3, 6],
            &[3, 7],
            &[3, 8],
            &[3, 9],
            &[5, 3],
            &[5, 4],
            &[5, 5],
            &[9],
        ],
        " -._~",
    ),
    // India's mobiles.
    shape(&[5, 5], &[&[6], &[7], &[8], &[9]], SPACES_AND_DASHES),
    // Brazil's mobiles; landlines of Brazil, Mexico and Argentina.
    shape(&[2, 5, 4], &[], SPACES_AND_DASHES),
    shape(&[2, 4, 4], &[], SPACES_AND_DASHES),
    // Chile's mobiles.
    shape(&[1, 4, 4], &[&[9]], SPACES_AND_DASHES),
    // China's mobiles in other groups.
    shape(
        &[4, 7],
        &[&[1, 3], &[1, 5], &[1, 7], &[1, 8], &[1, 9]],
        SPACES_AND_DASHES,
    ),
    // Poland, Portugal, Spain, Czechia, Peru: [`is_amount`] tells them from amounts.
    shape(
        &[3, 3, 3],
        &[&[2], &[3], &[4], &[5], &[6], &[7], &[8], &[9]],
        ANY,
    ),
    // Latvia.
    shape(&[2, 3, 3], &[&[2], &[6]], SPACES),
];

/// The first digits of the eight-digit numbers of Latvia, Estonia, Singapore and Hong Kong, written in two groups of
/// four.
const EIGHT_DIGIT_STARTS: [u8; 6] = [2, 3, 5, 6, 8, 9];

const fn shape(
    lens: &'static [u8],
    starts: &'static [&'static [u8]],
    separators: &'static str,
) -> Shape {
    Shape {
        lens,
        starts,
        separators,
    }
}

/// Returns the end of the telephone number that a number begins with. `label` is the label in front of the number,
/// `follows` the text behind it.
pub(super) fn end_of(number: &Number, label: Option<Label>, follows: &str) -> Option<usize> {
    let is_thing = matches!(label, Some(Label::Thing | Label::Book | Label::Id));
    if is_thing && !number.has_plus {
        return None;
    }
    let whole = number.whole();
    if is_phone(&whole, label, follows) {
        return Some(whole.end());
    }
    // A date, an amount or the next line may stand behind the number.
    let is_told = number.has_plus || label == Some(Label::Phone) || number.digits[0] == 0;
    number
        .parts()
        .skip(1)
        .find(|part| {
            let is_sure = is_told || part.has_lens(&[3, 3, 4]);
            is_sure && is_phone(part, label, "")
        })
        .map(|part| part.end())
}

fn is_phone(part: &Part<'_>, label: Option<Label>, follows: &str) -> bool {
    let count = part.digits().len();
    if !(FEWEST_LOCAL_DIGITS..=MOST_DIGITS).contains(&count) {
        return false;
    }
    if part.has_plus() {
        return count >= FEWEST_DIGITS && part.digits()[0] != 0;
    }
    if is_french_pairs(part) {
        return true;
    }
    if part.is_date() {
        return false;
    }
    if label == Some(Label::Phone) {
        return count >= FEWEST_LOCAL_DIGITS
            && !part.separators().any(|c| c == '\n')
            && !is_span_of_hours(part)
            // Brazil's postal codes have the label of Turkish mobiles: CEP 01310-100.
            && !part.has_lens(&[5, 3]);
    }
    count >= FEWEST_DIGITS && (is_national(part) || has_shape(part, follows))
}

/// Whether digits are a French number: five pairs, the first from 01 to 09, with dots, dashes or slashes between. No
/// date has five pairs with one separator.
pub(super) fn is_french_pairs(part: &Part<'_>) -> bool {
    let digits = part.digits();
    let mut separators = part.separators();
    let first = separators.next();
    part.has_lens(&[2, 2, 2, 2, 2])
        && digits[0] == 0
        && digits[1] != 0
        && separators.all(|c| Some(c) == first)
}

/// Whether a grouped number has the national prefix 0, the international prefix 00, or an area code in brackets.
fn is_national(part: &Part<'_>) -> bool {
    let digits = part.digits();
    let has_area_in_brackets = part.bracket_at().is_some_and(|at| at <= 1)
        && part.lens().next().is_some_and(|len| len <= 5);
    let is_prefixed = digits[0] == 0 || has_area_in_brackets;
    let is_international = digits.starts_with(&[0, 0]) && digits[2..].first() != Some(&0);
    let fits = (FEWEST_NATIONAL_DIGITS..=MOST_NATIONAL_DIGITS).contains(&digits.len())
        || (is_international && digits.len() >= 10);
    let dots = part.separators().filter(|&c| c == '.').count();
    // Versions have no zero in front; dots among other separators are those of dates and amounts.
    let is_dotted_well =
        dots == 0 || (dots + 1 == part.group_count() && part.lens().next() != Some(1));
    let is_list = part.lens().filter(|&len| len == 1).count() > 1;
    part.group_count() > 1 && is_prefixed && fits && is_dotted_well && !is_list
}

/// Whether a number is a span of opening hours: 08.00-17.30.
fn is_span_of_hours(part: &Part<'_>) -> bool {
    part.group_count() == 4
        && part.separators().eq(['.', '-', '.'])
        && part.lens().skip(1).all(|len| len == 2)
}

fn has_shape(part: &Part<'_>, follows: &str) -> bool {
    let digits = part.digits();
    if part.has_lens(&[4, 4]) {
        return has_separators(part, SPACES) && is_eight_digits(part);
    }
    let known = SHAPES.iter().any(|shape| {
        let starts = shape.starts;
        part.has_lens(shape.lens)
            && has_separators(part, shape.separators)
            && (starts.is_empty() || starts.iter().any(|start| digits.starts_with(start)))
    });
    let is_mobile_of_brazil = !part.has_lens(&[2, 5, 4]) || digits[2] == 9;
    known && is_mobile_of_brazil && !is_amount(part, follows)
}

/// Whether all separators of a number are among `allowed`.
fn has_separators(part: &Part<'_>, allowed: &str) -> bool {
    part.separators().all(|c| allowed.contains(c))
}

/// Whether a number is two groups of four that are neither years nor round numbers, such as the size of a screen.
fn is_eight_digits(part: &Part<'_>) -> bool {
    let is_list = part.values().all(is_year_or_round) || part.values().any(is_year);
    EIGHT_DIGIT_STARTS.contains(&part.digits()[0]) && !is_list
}

fn is_year_or_round(value: u64) -> bool {
    is_year(value) || value.is_multiple_of(10)
}

fn is_year(value: u64) -> bool {
    (1900..2100).contains(&value)
}

/// Whether a number with groups of three behind the first is no telephone number: a round amount, one with its currency
/// behind it, or a colour with three equal groups.
fn is_amount(part: &Part<'_>, follows: &str) -> bool {
    let is_grouped_like_amount = part.lens().skip(1).all(|len| len == 3);
    let next = follows.trim_start();
    let has_unit = next.starts_with(['€', '$', '£', '¥', '₹', '₽', '%', ','])
        || next
            .split(|c: char| !c.is_alphabetic())
            .next()
            .is_some_and(|word| word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()));
    let first = part.values().next();
    let is_repeated = part.values().all(|value| Some(value) == first);
    is_grouped_like_amount && (part.digits().ends_with(&[0, 0]) || has_unit || is_repeated)
}
