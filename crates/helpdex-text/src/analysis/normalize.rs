//! Brings words to one spelling: compatibility forms, case, invisible characters, then diacritics.
//!
//! There are two steps, because stemmers need the diacritics: [`Normalizer::normalize`] before stemming, [`fold`] after
//! it.

use std::ops::RangeInclusive;

use unicode_normalization::char::decompose_canonical;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::simplified_chinese;
use crate::digits;

/// The spelling rules that differ between languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Normalizer {
    /// Whether `I` is the capital of `ı`, and `İ` that of `i`, as in Turkish and Azerbaijani.
    pub(crate) has_dotless_i: bool,
    /// Whether traditional Chinese characters become simplified ones: in every language but Japanese, whose own forms
    /// differ.
    pub(crate) simplifies_chinese: bool,
}

impl Normalizer {
    /// Appends the NFKC, lower-case form of `raw` to `out`, without invisible characters and with ASCII digits and
    /// apostrophes.
    pub(crate) fn normalize(self, raw: &str, out: &mut String) {
        if raw.is_ascii() {
            for c in raw.chars() {
                self.push_lower(c, out);
            }
        } else if is_nfkc_quick(raw.chars()) == IsNormalized::Yes {
            for c in raw.chars() {
                self.push(c, out);
            }
        } else {
            for c in raw.nfkc() {
                self.push(c, out);
            }
        }
    }

    fn push(self, c: char, out: &mut String) {
        match c {
            '\u{E32}' | '\u{E40}' | '\u{EB2}' | '\u{3400}'..='\u{9FFF}' => {
                self.push_respelled(c, out);
            }
            // Zero-width characters, soft hyphen, variation selectors, the enclosing keycap.
            '\u{200B}'..='\u{200F}'
            | '\u{2060}'
            | '\u{FEFF}'
            | '\u{AD}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{20E3}' => {}
            // NFKC writes some characters with a space: U+FDFA is three words.
            c if c.is_whitespace() || c.is_control() => {}
            // Stemmers know the ASCII apostrophe only: `hubspot’ın` must end as `hubspot`.
            '’' | '‘' | 'ʼ' => out.push('\''),
            // People write `C♯` for `C#`.
            '♯' => out.push('#'),
            c if c.is_ascii() => self.push_lower(c, out),
            c => match digits::value(c).map(|value| char::from(b'0' + value)) {
                Some(digit) => out.push(digit),
                None => self.push_lower(c, out),
            },
        }
    }

    /// Appends a character of a run of a script without spaces, in the spelling that dictionaries use.
    fn push_respelled(self, c: char, out: &mut String) {
        match c {
            '\u{E32}' => push_aa(c, &THAI_AM, out),
            '\u{EB2}' => push_aa(c, &LAO_AM, out),
            // Two SARA E look like one SARA AE, and are often typed for it.
            '\u{E40}' if out.ends_with('\u{E40}') => {
                out.pop();
                out.push('\u{E41}');
            }
            c if self.simplifies_chinese => out.push(simplified_chinese::simplify(c)),
            c => out.push(c),
        }
    }

    /// Appends a run of a script without spaces, spelled as the dictionary does, to be segmented; NFKC follows later,
    /// word by word.
    ///
    /// `respelled` gets a pair (position in `out`, position in `raw`) wherever the lengths differ; positions behind it
    /// are shifted by the same distance, up to the next pair.
    pub(crate) fn respell(self, raw: &str, out: &mut String, respelled: &mut Vec<(usize, usize)>) {
        let mut shift = 0;
        for (at, c) in raw.char_indices() {
            self.push_respelled(c, out);
            let end = at + c.len_utf8();
            if end - out.len() != shift {
                shift = end - out.len();
                respelled.push((out.len(), end));
            }
        }
    }

    fn push_lower(self, c: char, out: &mut String) {
        match c {
            'I' if self.has_dotless_i => out.push('ı'),
            'a'..='z' | '0'..='9' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            // Its usual lower case is `i` and U+0307, which nobody types.
            'İ' => out.push('i'),
            c => out.extend(c.to_lowercase().filter(|&c| c != '\u{307}')),
        }
    }
}

/// The vowel sign AM of a script, the sign that NFKC gives for its first half, and the tone marks that may stand
/// between the halves.
struct VowelAm {
    am: char,
    sign: char,
    tones: RangeInclusive<char>,
}

/// The Thai vowel SARA AM, which NFKC takes apart into NIKHAHIT and SARA AA.
const THAI_AM: VowelAm = VowelAm {
    am: '\u{E33}',
    sign: '\u{E4D}',
    tones: '\u{E48}'..='\u{E4B}',
};

/// The Lao vowel sign AM, which NFKC takes apart into NIGGAHITA and vowel sign AA.
const LAO_AM: VowelAm = VowelAm {
    am: '\u{EB3}',
    sign: '\u{ECD}',
    tones: '\u{EC8}'..='\u{ECB}',
};

/// Appends the vowel `aa`. If the sign of `vowel` stands before it, perhaps with a tone mark between, the two become
/// the AM that NFKC took apart.
fn push_aa(aa: char, vowel: &VowelAm, out: &mut String) {
    let tone = out.chars().next_back().filter(|c| vowel.tones.contains(c));
    if tone.is_some() {
        out.pop();
    }
    let has_sign = out.ends_with(vowel.sign);
    if has_sign {
        out.pop();
    }
    out.extend(tone);
    out.push(if has_sign { vowel.am } else { aa });
}

/// Appends `word` without the marks that people leave out when they type.
///
/// Removed are Latin, Greek and Cyrillic diacritics (but `й` stays a letter of its own), Arabic vowel signs and
/// tatweel, Hebrew points and the Devanagari nukta. Replaced are `ł`, `ø`, `ß` and similar letters, the Arabic variants
/// of alef, yeh and teh marbuta, and the Devanagari candrabindu, by anusvara. Vowel signs and tone marks of Thai and of
/// the Indic scripts stay.
pub(crate) fn fold(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.push_str(word);
        return;
    }
    for c in word.chars() {
        match c {
            '\0'..='\x7F' => out.push(c),
            'й' => out.push('й'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ħ' => out.push('h'),
            'ŧ' => out.push('t'),
            'ς' => out.push('σ'),
            'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
            'ى' | 'ی' => out.push('ي'),
            'ک' => out.push('ك'),
            'ة' => out.push('ه'),
            'ँ' => out.push('ं'),
            '\u{300}'..='\u{36F}'
            | '\u{591}'..='\u{5C7}'
            | '\u{640}'
            | '\u{64B}'..='\u{65F}'
            | '\u{670}'
            | '\u{93C}' => {}
            '\u{80}'..='\u{52F}' | '\u{1E00}'..='\u{1FFF}' => decompose_canonical(c, |part| {
                if !('\u{300}'..='\u{36F}').contains(&part) {
                    out.push(part);
                }
            }),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Normalizer = Normalizer {
        has_dotless_i: false,
        simplifies_chinese: true,
    };

    fn check(normalizer: Normalizer, raw: &str, with_marks: &str, folded: &str) {
        let mut out = String::new();
        normalizer.normalize(raw, &mut out);
        assert_eq!(out, with_marks, "{raw:?} normalized");
        let mut plain = String::new();
        fold(&out, &mut plain);
        assert_eq!(plain, folded, "{raw:?} folded");
    }

    #[test]
    fn what_becomes_a_digit_of_a_term_is_a_digit_to_the_masks() {
        let mut out = String::new();
        for c in '\0'..=char::MAX {
            out.clear();
            PLAIN.normalize(c.encode_utf8(&mut [0; 4]), &mut out);
            let folded = out.parse().ok().filter(char::is_ascii_digit);
            let value = folded.map(|c| c as u8 - b'0');
            assert_eq!(value, digits::value(c), "{c:?}");
        }
    }

    #[test]
    fn turkish_has_two_letters_i() {
        let turkish = Normalizer {
            has_dotless_i: true,
            ..PLAIN
        };
        check(turkish, "KAYDI", "kaydı", "kaydi");
        check(turkish, "İPTAL", "iptal", "iptal");
        check(turkish, "I\u{307}PTAL", "iptal", "iptal");
        check(turkish, "HubSpot’ın", "hubspot'ın", "hubspot'in");
        check(PLAIN, "İPTAL", "iptal", "iptal");
        check(PLAIN, "INFO", "info", "info");
    }

    #[test]
    fn sara_am_survives_nfkc() {
        check(PLAIN, "น้ำ", "น้ำ", "น้ำ");
        check(PLAIN, "ทํา", "ทำ", "ทำ");
        check(PLAIN, "นํ้า", "น้ำ", "น้ำ");
        check(PLAIN, "ช้า", "ช้า", "ช้า");
        check(PLAIN, "เเก้", "แก้", "แก้");
    }

    #[test]
    fn respelling_keeps_track_of_positions() {
        let check = |raw: &str, respelled: &str, pairs: &[(usize, usize)]| {
            let (mut out, mut found) = (String::new(), Vec::new());
            PLAIN.respell(raw, &mut out, &mut found);
            assert_eq!(
                (out.as_str(), found.as_slice()),
                (respelled, pairs),
                "{raw:?}"
            );
        };
        check("密碼", "密码", &[]);
        check("ทําเเก้", "ทำแก้", &[(6, 9), (9, 15)]);
        check("นํ้า", "น้ำ", &[(9, 12)]);
    }

    #[test]
    fn digits_of_every_script_are_ascii() {
        check(PLAIN, "๒๕๖๗", "2567", "2567");
        check(PLAIN, "٤٠٤", "404", "404");
        check(PLAIN, "۴۰۴", "404", "404");
        check(PLAIN, "५०", "50", "50");
        check(PLAIN, "４０４", "404", "404");
        check(PLAIN, "1\u{FE0F}\u{20E3}", "1", "1");
    }

    #[test]
    fn width_and_ligatures_do_not_matter() {
        // NFKC of U+2017 is a space and a combining mark.
        check(PLAIN, "a\u{2017}", "a\u{333}", "a");
        check(PLAIN, "Ｚｏｏｍ", "zoom", "zoom");
        check(PLAIN, "ﾊﾟｽﾜｰﾄﾞ", "パスワード", "パスワード");
        check(PLAIN, "ﬁle", "file", "file");
        check(PLAIN, "pass\u{AD}word", "password", "password");
    }

    #[test]
    fn traditional_characters_become_simplified_but_not_in_japanese() {
        let japanese = Normalizer {
            simplifies_chinese: false,
            ..PLAIN
        };
        check(PLAIN, "密碼", "密码", "密码");
        check(japanese, "電話", "電話", "電話");
    }

    #[test]
    fn diacritics_are_folded_and_letters_of_their_own_are_not() {
        check(PLAIN, "Straße", "straße", "strasse");
        check(PLAIN, "sąskaitą", "sąskaitą", "saskaita");
        check(PLAIN, "Łódź", "łódź", "lodz");
        check(PLAIN, "мойё", "мойё", "мойе");
        check(PLAIN, "λογαριασμός", "λογαριασμός", "λογαριασμοσ");
        check(PLAIN, "مُحَمَّد", "مُحَمَّد", "محمد");
        check(PLAIN, "الإعدادات", "الإعدادات", "الاعدادات");
        check(PLAIN, "שָׁלוֹם", "שָׁלוֹם", "שלום");
        check(PLAIN, "ज़रूरत", "ज़रूरत", "जरूरत");
        check(PLAIN, "비밀번호", "비밀번호", "비밀번호");
        check(PLAIN, "がぎぐ", "がぎぐ", "がぎぐ");
    }
}
