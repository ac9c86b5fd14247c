//! The characters at which personal data may begin, or which it may surround.

use crate::digits;

/// Whether personal data may begin at, or surround, a character whose first byte is this one.
pub(super) fn may_lead(byte: u8) -> bool {
    LEADS[usize::from(byte)]
}

/// The bytes that the walk looks at: ASCII letters, digits and signs, and the first bytes of digits and signs beyond
/// ASCII.
static LEADS: [bool; 256] = {
    let mut leads = [false; 256];
    let mut byte: u8 = 0;
    loop {
        leads[byte as usize] = match byte {
            ..0x80 => byte.is_ascii_alphanumeric() || is_sign(byte),
            0x80.. => digits::may_start_with(byte),
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    leads
};

const fn is_sign(byte: u8) -> bool {
    matches!(
        byte,
        b'+' | b'(' | b'[' | b'{' | b'<' | b'@' | b'%' | b'&' | b':' | b'=' | b'/' | b'-'
    )
}
