//! Finds bank accounts by their IBANs, however these are grouped.

use iban::Iban;

use super::found::Found;
use super::number::separator;
use super::scan::Scan;

/// The length of the shortest IBAN in characters (ISO 13616-1; Norway has the shortest in use).
const SHORTEST: usize = 15;
/// The length of the longest IBAN in characters (ISO 13616-1).
const LONGEST: usize = 34;

/// The number of characters of the country and the check digits, which are moved behind the account to be checked.
const HEAD: usize = 4;

/// The most characters of the text that are read of an IBAN: it may have a separator before every second character.
const MOST_CHARS: usize = 2 * LONGEST;

/// Returns the IBAN that begins with the letters at `start`, if its country, length and check digits are right.
pub(super) fn at(scan: &Scan<'_>, start: usize) -> Option<Found> {
    if scan.before(start).is_some_and(is_of_word) {
        return None;
    }
    let mut compact = String::with_capacity(LONGEST);
    let mut account = 0;
    let mut best = None;
    let mut separators = 0;
    let mut chars = scan.text[start..]
        .char_indices()
        .take(MOST_CHARS)
        .peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_ascii_alphanumeric() && compact.len() < LONGEST {
            let fits = match compact.len() {
                0 | 1 => c.is_ascii_alphabetic(),
                2 | 3 => c.is_ascii_digit(),
                _ => true,
            };
            if !fits {
                break;
            }
            let c = c.to_ascii_uppercase();
            if compact.len() >= HEAD {
                account = remainder(account, c);
            }
            compact.push(c);
            separators = 0;
            let ends_here = chars
                .peek()
                .is_none_or(|&(_, next)| !is_of_word(next) || next == '_');
            let is_long = compact.len() >= SHORTEST && ends_here;
            // The check is cheap; the structure of the country's accounts is not.
            let is_iban = is_long
                && compact[..HEAD].chars().fold(account, remainder) == 1
                && compact.parse::<Iban>().is_ok();
            if is_iban {
                best = Some(start + at + 1);
            }
        } else {
            separators += 1;
            if separator(c).is_none() || separators > 2 {
                break;
            }
        }
    }
    best.map(|end| Found::new(start..end, "[iban]"))
}

/// Returns the remainder modulo 97 after a character is appended to a number with the remainder `before`; letters count
/// as 10 to 35 (ISO 7064, MOD 97-10).
fn remainder(before: u32, c: char) -> u32 {
    let value = c.to_digit(36).unwrap_or_default();
    let factor = if value < 10 { 10 } else { 100 };
    (before * factor + value) % 97
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
