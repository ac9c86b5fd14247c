//! Check digits, which tell the number of a card, an account or a person from any other number.

/// Whether the digits pass the Luhn check (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &digit)| match (i % 2, u32::from(digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => 2 * digit - 9,
            (_, digit) => 2 * digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Returns the sum of the products of digits and weights; the longer list is cut.
pub(super) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(&digit, weight)| u32::from(digit) * weight)
        .sum()
}

/// Returns the digits as one number. It is right up to 19 digits; the numbers of persons have at most 15.
pub(super) fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value: u64, &digit| {
        value.wrapping_mul(10).wrapping_add(u64::from(digit))
    })
}

/// Whether digits pass the check of EAN-13 (GS1 General Specifications, 7.9), as Swiss AHV numbers do.
pub(super) fn ean(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &digit)| u32::from(digit) * if i % 2 == 0 { 1 } else { 3 })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether digits pass Verhoeff's check, as Aadhaar numbers do (Verhoeff: Error Detecting Decimal Codes, 1969).
pub(super) fn verhoeff(digits: &[u8]) -> bool {
    /// The permutation of Verhoeff's scheme; its powers are applied by the position of a digit.
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let mut check = 0;
    for (i, &digit) in digits.iter().rev().enumerate() {
        let permuted = (0..i % 8).fold(digit, |digit, _| PERMUTATION[usize::from(digit % 10)]);
        check = dihedral(check, permuted);
    }
    check == 0
}

/// Returns the product of two elements of the dihedral group of the pentagon: 0 to 4 are rotations, 5 to 9 reflections.
fn dihedral(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a - 5 + 5 - (b - 5)) % 5,
    }
}

/// Whether digits pass ISO/IEC 7064, MOD 11,10, as German tax numbers do.
pub(super) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((&last, firsts)) = digits.split_last() else {
        return false;
    };
    let product = firsts.iter().fold(10, |product, &digit| {
        let sum = (product + u32::from(digit)) % 10;
        2 * if sum == 0 { 10 } else { sum } % 11
    });
    (product + u32::from(last)) % 10 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn a_check_holds_for_the_number_and_for_none_that_differs_in_a_digit() {
        type Check = fn(&[u8]) -> bool;
        let cases: [(Check, &str); 5] = [
            (luhn, "4111111111111111"),
            (ean, "7561234567897"),
            (verhoeff, "234123412346"),
            (mod_11_10, "86095742719"),
            (verhoeff, "2363"),
        ];
        for (check, number) in cases {
            let right = digits(number);
            assert!(check(&right), "{number}");
            for at in 0..right.len() {
                for other in 0..10 {
                    let mut wrong = right.clone();
                    wrong[at] = other;
                    assert_eq!(check(&wrong), wrong == right, "{wrong:?}");
                }
            }
        }
    }
}
