//! The writing system of a character. It decides on the segmenter, the gram size and the possible languages.

/// A writing system that analysis or language detection treats in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Hebrew,
    Arabic,
    Devanagari,
    Bengali,
    Gurmukhi,
    Gujarati,
    Oriya,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Thai,
    Lao,
    Burmese,
    Georgian,
    Hangul,
    Ethiopic,
    Khmer,
    Kana,
    Han,
}

impl Script {
    /// The script of a letter or mark; `None` for digits, punctuation, symbols and scripts that need no rule.
    ///
    /// By the blocks of Unicode 17. The separators inside the kana and half-width blocks (`・`, `｡`) have no script.
    #[expect(
        clippy::match_same_arms,
        reason = "one line a block or two reads better than one arm of many"
    )]
    pub(crate) fn of(c: char) -> Option<Self> {
        if c.is_ascii() {
            return c.is_ascii_alphabetic().then_some(Self::Latin);
        }
        Some(match u32::from(c) {
            0xAA | 0xBA | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0x24F => Self::Latin,
            0x1E00..=0x1EFF | 0x2C60..=0x2C7F | 0xA720..=0xA7FF => Self::Latin,
            0xFF21..=0xFF3A | 0xFF41..=0xFF5A | 0xFB00..=0xFB06 => Self::Latin,
            0x370..=0x3FF | 0x1F00..=0x1FFF => Self::Greek,
            0x400..=0x52F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => Self::Cyrillic,
            0x531..=0x58F | 0xFB13..=0xFB17 => Self::Armenian,
            0x591..=0x5F4 | 0xFB1D..=0xFB4F => Self::Hebrew,
            0x610..=0x65F | 0x66E..=0x6EF | 0x6FA..=0x6FF => Self::Arabic,
            0x750..=0x77F | 0x8A0..=0x8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC => Self::Arabic,
            0x900..=0x963 | 0x971..=0x97F | 0xA8E0..=0xA8FF => Self::Devanagari,
            0x980..=0x9E5 | 0x9F0..=0x9FF => Self::Bengali,
            0xA00..=0xA65 | 0xA70..=0xA7F => Self::Gurmukhi,
            0xA80..=0xAE5 | 0xAF0..=0xAFF => Self::Gujarati,
            0xB00..=0xB65 | 0xB70..=0xB7F => Self::Oriya,
            0xB80..=0xBE5 | 0xBF0..=0xBFF => Self::Tamil,
            0xC00..=0xC65 | 0xC70..=0xC7F => Self::Telugu,
            0xC80..=0xCE5 | 0xCF0..=0xCFF => Self::Kannada,
            0xD00..=0xD65 | 0xD70..=0xD7F => Self::Malayalam,
            0xD80..=0xDE5 | 0xDF0..=0xDFF => Self::Sinhala,
            0xE01..=0xE3A | 0xE40..=0xE4E => Self::Thai,
            0xE80..=0xECF | 0xEDA..=0xEFF => Self::Lao,
            0x1000..=0x103F | 0x104C..=0x109F | 0xA9E0..=0xA9FF | 0xAA60..=0xAA7F => Self::Burmese,
            0x10A0..=0x10FF | 0x1C90..=0x1CBF | 0x2D00..=0x2D2F => Self::Georgian,
            0x1100..=0x11FF | 0x3131..=0x318E | 0xA960..=0xA97F => Self::Hangul,
            0xAC00..=0xD7FF | 0xFFA0..=0xFFDC => Self::Hangul,
            0x1200..=0x139F | 0x2D80..=0x2DDF | 0xAB00..=0xAB2F => Self::Ethiopic,
            0x1780..=0x17D3 | 0x17D7..=0x17DF => Self::Khmer,
            0x3031..=0x3035 | 0x3041..=0x3096 | 0x3099..=0x309F => Self::Kana,
            0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => Self::Kana,
            0x3005..=0x3007 | 0x303B | 0x3400..=0x4DBF | 0x4E00..=0x9FFF => Self::Han,
            0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF => Self::Han,
            _ => return None,
        })
    }

    /// Returns whether spaces separate the words of this script, or a dictionary must find them.
    pub(crate) fn spacing(self) -> Spacing {
        match self {
            Self::Thai | Self::Lao | Self::Burmese | Self::Khmer => Spacing::SouthEastAsian,
            Self::Kana | Self::Han => Spacing::EastAsian,
            _ => Spacing::Spaced,
        }
    }
}

/// How words are told apart in a script: by spaces, or by a dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spacing {
    /// Spaces and punctuation separate words.
    Spaced,
    /// No spaces separate words, and a dictionary finds them: Thai, Lao, Khmer, Burmese.
    SouthEastAsian,
    /// No spaces separate words, and a dictionary finds them: Chinese and Japanese.
    EastAsian,
}

impl Spacing {
    /// Returns the spacing of a character; a character without a script of its own has [`Spacing::Spaced`].
    pub(crate) fn of(c: char) -> Self {
        // Everything below Thai is spaced; this is the common case.
        if c < '\u{E00}' {
            return Self::Spaced;
        }
        Script::of(c).map_or(Self::Spaced, Script::spacing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_their_script_and_separators_none() {
        let cases = [
            ('a', Some(Script::Latin)),
            ('ğ', Some(Script::Latin)),
            ('ж', Some(Script::Cyrillic)),
            ('ς', Some(Script::Greek)),
            ('ש', Some(Script::Hebrew)),
            ('ع', Some(Script::Arabic)),
            ('ह', Some(Script::Devanagari)),
            ('ำ', Some(Script::Thai)),
            ('한', Some(Script::Hangul)),
            ('ﾊ', Some(Script::Kana)),
            ('ー', Some(Script::Kana)),
            ('々', Some(Script::Han)),
            ('碼', Some(Script::Han)),
            ('๕', None),
            ('・', None),
            ('7', None),
            ('😀', None),
        ];
        for (c, script) in cases {
            assert_eq!(Script::of(c), script, "{c}");
        }
    }
}
