//! Turns traditional Chinese characters into simplified ones, so that texts in either spelling match.

use std::sync::LazyLock;

/// Returns the simplified form of a character of the blocks U+3400 to U+9FFF, and any other character as it is.
///
/// The result has as many bytes as `c`, which keeps offsets in a simplified text valid in the original.
pub(crate) fn simplify(c: char) -> char {
    let Ok(code) = u16::try_from(u32::from(c)) else {
        return c;
    };
    code.checked_sub(FIRST)
        .and_then(|index| FORMS.get(usize::from(index)))
        .copied()
        .unwrap_or(c)
}

const FIRST: u16 = 0x3400;
const LAST: u16 = 0x9FFF;
/// The table of pairs, each a traditional character with its simplified one behind it, separated by white space.
pub(crate) const PAIRS: &str = include_str!("../../data/traditional_to_simplified.txt");

/// The simplified form of each character from [`FIRST`] to [`LAST`].
static FORMS: LazyLock<Box<[char]>> = LazyLock::new(|| {
    let mut forms: Box<[char]> = (FIRST..=LAST)
        .filter_map(|code| char::from_u32(code.into()))
        .collect();
    for (traditional, simplified) in pairs() {
        if let Ok(code) = u16::try_from(u32::from(traditional)) {
            forms[usize::from(code - FIRST)] = simplified;
        }
    }
    forms
});

fn pairs() -> impl Iterator<Item = (char, char)> {
    PAIRS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .filter_map(|pair| {
            let mut chars = pair.chars();
            Some((chars.next()?, chars.next()?))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_maps_pairs_of_its_blocks() {
        let mut count = 0;
        for (traditional, simplified) in pairs() {
            let block =
                char::from_u32(FIRST.into()).unwrap()..=char::from_u32(LAST.into()).unwrap();
            assert!(block.contains(&traditional) && block.contains(&simplified));
            assert_eq!(simplify(traditional), simplified);
            count += 1;
        }
        assert_eq!(count, 2966);
    }

    #[test]
    fn characters_outside_the_table_stay() {
        for c in ['a', '的', 'あ', '한', '\u{20000}', '\u{10FFFF}'] {
            assert_eq!(simplify(c), c);
        }
        assert_eq!(
            "臺灣網絡帳號".chars().map(simplify).collect::<String>(),
            "台湾网络帐号"
        );
    }
}
