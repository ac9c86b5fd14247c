//! Whether two terms are spellings of one word, or a word and a compound of it.

/// The number of letters from which a term may have one error.
const ONE_ERROR: usize = 5;
/// The number of letters from which a term may have two errors.
const TWO_ERRORS: usize = 8;
/// The number of letters from which a term is looked for inside a longer one.
const PART_LETTERS: usize = 5;

/// Whether one of two terms contains the other, as a compound does. Both must have at least five letters.
pub(crate) fn is_part(a: &str, b: &str) -> bool {
    is_long(a) && is_long(b) && (a.contains(b) || b.contains(a))
}

fn is_long(term: &str) -> bool {
    term.chars().nth(PART_LETTERS - 1).is_some()
}

/// Whether two terms differ by one typing error, or by two if both have at least eight letters. Shorter terms than five
/// letters never do.
pub(crate) fn is_misspelt(a: &str, b: &str) -> bool {
    let [a, b]: [Vec<char>; 2] = [a, b].map(|term| term.chars().collect());
    let shorter = a.len().min(b.len());
    if shorter < ONE_ERROR {
        return false;
    }
    let most = if shorter >= TWO_ERRORS { 2 } else { 1 };
    a.len().abs_diff(b.len()) <= most && distance(&a, &b) <= most
}

/// Returns the number of errors between two terms: letters that are added, left out, replaced, or swapped with their
/// neighbour (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, of_a) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, of_b) in b.iter().enumerate() {
            let mut fewest = (last[j] + usize::from(of_a != of_b))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *of_a == b[j - 1] && a[i - 1] == *of_b {
                fewest = fewest.min(before_last[j - 1] + 1);
            }
            row.push(fewest);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_typing_are_told_from_other_words() {
        for (a, b) in [
            ("invocie", "invoice"),
            ("pasword", "password"),
            ("subscrptoin", "subscription"),
        ] {
            assert!(is_misspelt(a, b) && is_misspelt(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("card", "care"),
            ("refund", "rebound"),
            ("mail", "main task"),
        ] {
            assert!(!is_misspelt(a, b), "{a} {b}");
        }
    }

    #[test]
    fn a_word_is_part_of_its_compound() {
        assert!(
            is_part("gutschein", "geschenkgutschein") && is_part("geschenkgutschein", "gutschein")
        );
        assert!(!is_part("art", "partner") && !is_part("gutschein", "gutschrift"));
    }

    #[test]
    fn a_swap_is_one_error() {
        let letters = |word: &str| word.chars().collect::<Vec<char>>();
        assert_eq!(distance(&letters("abcd"), &letters("abdc")), 1);
        assert_eq!(distance(&letters("kitten"), &letters("sitting")), 3);
        assert_eq!(distance(&letters(""), &letters("ab")), 2);
    }
}
