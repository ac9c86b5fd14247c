//! The value of digits of all scripts: one table for the masking of personal data and for search terms.

/// The code points of the zeros of the decimal digits that Helpdex reads, in order; the nine other digits follow each
/// (Unicode: General Category Nd).
///
/// The scripts are those of the languages that Helpdex knows and of their neighbours. Behind them come full-width
/// digits, outlined ones, the styles of mathematical digits, and segmented ones, all of which NFKC turns into ASCII.
const ZEROS: [u32; 27] = [
    0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0xFF10, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2,
    0x1D7EC, 0x1D7F6, 0x1FBF0,
];

/// Returns the value of a digit, 0 to 9: an ASCII digit, one of another script, or a raised, lowered or circled one,
/// which NFKC turns into ASCII. `None` for any other character.
pub(crate) fn value(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let code = u32::from(c);
    if let Some(raised) = raised_value(code) {
        return Some(raised);
    }
    let zeros_up_to = ZEROS.partition_point(|&zero| zero <= code);
    let zero = ZEROS[..zeros_up_to].last()?;
    u8::try_from(code - zero).ok().filter(|&value| value < 10)
}

/// Returns the value of a raised, lowered or circled digit by its code point; Unicode has no run of ten for these.
fn raised_value(code: u32) -> Option<u8> {
    let zero = match code {
        0xB9 => 0xB8,
        0xB2 | 0xB3 => 0xB0,
        0x2070 | 0x2074..=0x2079 => 0x2070,
        0x2080..=0x2089 => 0x2080,
        0x2460..=0x2468 => 0x245F,
        0x24EA => 0x24EA,
        _ => return None,
    };
    u8::try_from(code - zero).ok()
}

/// Whether the UTF-8 form of a digit may begin with this byte: an ASCII digit, or the first byte of another digit.
pub(crate) const fn may_start_with(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, 0xC2 | 0xD9 | 0xDB | 0xE0..=0xE2 | 0xEF | 0xF0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_can_start_where_a_text_may_have_one() {
        let mut count = 0;
        for c in '\0'..=char::MAX {
            if value(c).is_some() {
                let mut bytes = [0; 4];
                assert!(
                    may_start_with(c.encode_utf8(&mut bytes).as_bytes()[0]),
                    "{c:?}"
                );
                count += 1;
            }
        }
        assert_eq!(count, 10 + ZEROS.len() * 10 + 3 + 7 + 10 + 10);
    }
}
