//! Finds payment cards by their issuers' first digits, their length and the Luhn check.

use super::checksums::luhn;
use super::number::{Number, Part};

/// A range of an issuer's cards: the lowest and highest first six digits, and the shortest and longest length.
struct Issuer {
    from: u32,
    to: u32,
    shortest: usize,
    longest: usize,
}

/// The issuers' ranges (ISO/IEC 7812-1, and what the card schemes publish for shops), widened where two ranges touch.
const ISSUERS: [Issuer; 15] = [
    // Mir, then Mastercard's second range.
    issuer(220_000, 220_499, 16, 19),
    issuer(222_100, 272_099, 16, 16),
    // Diners Club.
    issuer(300_000, 305_999, 14, 19),
    // American Express.
    issuer(340_000, 349_999, 15, 15),
    // JCB, then Diners Club and American Express again.
    issuer(352_800, 358_999, 16, 19),
    issuer(360_000, 369_999, 14, 19),
    issuer(370_000, 379_999, 15, 15),
    issuer(380_000, 399_999, 14, 19),
    // Visa, Dankort and Electron among them.
    issuer(400_000, 499_999, 13, 19),
    // Maestro, Dankort, Verve, RuPay, Elo.
    issuer(500_000, 509_999, 12, 19),
    // Mastercard.
    issuer(510_000, 559_999, 16, 16),
    // Maestro.
    issuer(560_000, 589_999, 12, 19),
    // Discover, UnionPay, Maestro, RuPay, Troy, Hipercard, InstaPayment.
    issuer(600_000, 699_999, 12, 19),
    // UnionPay and RuPay.
    issuer(810_000, 827_999, 16, 19),
    // Troy.
    issuer(979_200, 979_299, 16, 16),
];

const fn issuer(from: u32, to: u32, shortest: usize, longest: usize) -> Issuer {
    Issuer {
        from,
        to,
        shortest,
        longest,
    }
}

/// Returns the end of the card that a number begins with; its expiry date may follow.
pub(super) fn end_of(number: &Number) -> Option<usize> {
    if number.has_plus || number.digits.len() < 12 {
        return None;
    }
    number.parts().find(is_card).map(|part| part.end())
}

fn is_card(part: &Part<'_>) -> bool {
    let digits = part.digits();
    if !(12..=19).contains(&digits.len()) || !is_grouped_like_card(part) {
        return false;
    }
    let first_six = digits[..6]
        .iter()
        .fold(0, |value, &digit| value * 10 + u32::from(digit));
    let is_issued = ISSUERS.iter().any(|issuer| {
        (issuer.from..=issuer.to).contains(&first_six)
            && (issuer.shortest..=issuer.longest).contains(&digits.len())
    });
    // Twelve digits are cards of Maestro alone, and far more often something else: then the groups must be fours.
    let is_told = digits.len() > 12 || part.has_lens(&[4, 4, 4]);
    is_issued && is_told && luhn(digits)
}

/// Whether digits are grouped like a card's: one group, groups of at least three digits, or pairs throughout. Other
/// groups are lists of numbers.
fn is_grouped_like_card(part: &Part<'_>) -> bool {
    let (last, firsts) = (part.group_count() - 1, part.lens());
    last == 0 || firsts.clone().take(last).all(|len| len >= 3) || part.lens().all(|len| len == 2)
}

/// Whether a number is four groups of four: a card with a mistyped digit is as private as the right one.
pub(super) fn is_like_card(part: &Part<'_>) -> bool {
    part.has_lens(&[4, 4, 4, 4])
}
