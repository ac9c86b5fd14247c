//! Decodes bytes whose charset is declared, missing or declared wrongly.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8};
use mail_parser::decoders::charsets::{DecoderFnc, map::charset_decoder};

/// The most bytes that are read to guess a charset. The guess hardly changes after a few hundred letters.
const GUESSED_BYTES: usize = 16 * 1024;

/// The usual names of the charsets of Western Europe.
const WESTERN: [&str; 7] = [
    "iso-8859-1",
    "iso8859-1",
    "latin1",
    "l1",
    "iso-8859-15",
    "windows-1252",
    "cp1252",
];

/// A charset as a mail or a page declares it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charset {
    decode: DecoderFnc,
    /// Whether it is a charset of Western Europe, whose texts nearly always have more ASCII letters than others.
    is_western: bool,
}

impl Charset {
    /// Returns the charset with this name; `None` for an unknown name, and for UTF-8 and ASCII, which are of no use: a
    /// text in them decodes as UTF-8, and a text that does not was declared wrongly.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
        let tells_nothing = matches!(
            name.as_str(),
            "utf-8" | "utf8" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "unknown-8bit" | "default"
        );
        if tells_nothing {
            return None;
        }
        // Names of Microsoft's code pages that neither the parser nor the WHATWG's list of labels knows.
        let name = match name.as_str() {
            "cp932" | "windows-932" => "shift_jis",
            "cp949" | "ms949" => "euc-kr",
            "cp950" => "big5",
            "cp874" | "tis620" => "tis-620",
            name => name,
        };
        let decode = charset_decoder(name.as_bytes()).or_else(|| decoder_of_label(name))?;
        Some(Self {
            decode,
            is_western: WESTERN.contains(&name),
        })
    }
}

/// Returns the mail parser's decoder for a label that only the WHATWG's list of encodings has.
fn decoder_of_label(label: &str) -> Option<DecoderFnc> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    charset_decoder(encoding.name().as_bytes())
}

/// Decodes bytes: valid UTF-8 wins over what is declared, and a declared charset over a guess.
///
/// The charset is guessed when none is declared, or when the bytes are no text in the declared one. A declared Western
/// charset counts as wrong if most letters are beyond ASCII. Linear in the bytes.
pub(crate) fn decode(bytes: Cow<'_, [u8]>, declared: Option<Charset>) -> Cow<'_, str> {
    if bytes.is_ascii() {
        return decode_ascii(bytes, declared);
    }
    if str::from_utf8(&bytes).is_ok() {
        return into_text(bytes);
    }
    if let Some(charset) = declared
        && !(charset.is_western && has_mostly_high_letters(&bytes))
    {
        let text = (charset.decode)(&bytes);
        if !text.contains(char::REPLACEMENT_CHARACTER) {
            return Cow::Owned(text);
        }
    }
    let guessed = guess(&bytes);
    if guessed == UTF_8 {
        return into_text(bytes);
    }
    Cow::Owned(guessed.decode_without_bom_handling(&bytes).0.into_owned())
}

/// Decodes bytes below 128: in the declared charset, in ISO-2022-JP if the bytes have its escape sequences, else as
/// ASCII.
fn decode_ascii(bytes: Cow<'_, [u8]>, declared: Option<Charset>) -> Cow<'_, str> {
    if let Some(charset) = declared {
        return Cow::Owned((charset.decode)(&bytes));
    }
    let is_iso_2022_jp = bytes
        .windows(3)
        .any(|sign| matches!(sign, [0x1B, b'$', b'@' | b'B'] | [0x1B, b'(', b'J' | b'I']));
    if is_iso_2022_jp {
        return Cow::Owned(
            ISO_2022_JP
                .decode_without_bom_handling(&bytes)
                .0
                .into_owned(),
        );
    }
    into_text(bytes)
}

/// Decodes bytes as UTF-8; invalid sequences become replacement characters.
fn into_text(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(
            String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        ),
    }
}

/// Whether the bytes beyond ASCII outnumber the ASCII letters.
fn has_mostly_high_letters(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let letters = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    high > letters
}

/// Guesses the encoding of the bytes.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // ASCII around a few letters tells nothing, so that the guess begins where they do.
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let end = bytes.len().min(first + GUESSED_BYTES);
    detector.feed(&bytes[first..end], end == bytes.len());
    detector.guess(None, Utf8Detection::Allow)
}

/// The number of bytes at the beginning of a page that are searched for the declaration of its charset (HTML standard,
/// section 13.2.3.2).
const DECLARING_BYTES: usize = 1024;

/// Returns the charset that an HTML page declares in a `meta` element, as in `<meta charset="windows-1252">`.
pub(crate) fn declared_by_page(page: &[u8]) -> Option<Charset> {
    const NAME: &[u8] = b"charset=";
    let head = &page[..page.len().min(DECLARING_BYTES)];
    let at = head
        .windows(NAME.len())
        .position(|window| window.eq_ignore_ascii_case(NAME))?;
    let value = head[at + NAME.len()..].trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or(value.strip_prefix(b"'"))
        .unwrap_or(value);
    let len = value
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .count();
    Charset::named(str::from_utf8(&value[..len]).ok()?)
}

/// Decodes the bytes of an HTML page: valid UTF-8 wins, then the charset that the page declares.
///
/// Returns `None` when the page declares no charset and is not UTF-8: a guess could publish an article that nobody can read.
///
/// ```
/// use helpdex_text::decode_page;
///
/// let page = b"<meta charset=windows-1252><p>Open Settings \x96 Users";
/// assert!(decode_page(page).unwrap().ends_with("Settings \u{2013} Users"));
/// assert_eq!(decode_page(b"<p>\x96"), None);
/// ```
#[must_use]
pub fn decode_page(page: &[u8]) -> Option<Cow<'_, str>> {
    if let Ok(text) = str::from_utf8(page) {
        return Some(Cow::Borrowed(text));
    }
    let charset = declared_by_page(page)?;
    Some(Cow::Owned((charset.decode)(page)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSSIAN: &str = "Здравствуйте, принтер показывает ошибку и не печатает счета.";

    /// Encodes a text in the charset `label`, and asserts that it is decoded again when `declared` is given as its
    /// charset.
    fn check(label: &str, declared: Option<&str>, text: &str) {
        let encoding = Encoding::for_label(label.as_bytes()).unwrap();
        let (bytes, _, has_errors) = encoding.encode(text);
        assert!(!has_errors, "{label}");
        let charset = declared.and_then(Charset::named);
        assert_eq!(decode(bytes, charset), text, "{label} as {declared:?}");
    }

    #[test]
    fn a_charset_that_is_missing_or_wrong_is_guessed() {
        let cases = [
            ("windows-1251", RUSSIAN),
            ("koi8-r", RUSSIAN),
            (
                "shift_jis",
                "プリンターにエラーが表示されて、印刷できません。どうすればいいですか。",
            ),
            (
                "euc-jp",
                "プリンターにエラーが表示されて、印刷できません。どうすればいいですか。",
            ),
            (
                "iso-2022-jp",
                "プリンターにエラーが表示されて、印刷できません。",
            ),
            ("gbk", "打印机显示错误代码，无法打印发票，请问应该怎么办？"),
            ("big5", "印表機顯示錯誤代碼，無法列印發票，請問應該怎麼辦？"),
            (
                "euc-kr",
                "프린터에 오류가 표시되고 청구서를 인쇄할 수 없습니다. 어떻게 해야 하나요?",
            ),
            (
                "windows-1255",
                "שלום, המדפסת מציגה שגיאה ואינה מדפיסה את החשבונית. מה לעשות?",
            ),
            (
                "windows-1256",
                "مرحبا، الطابعة تعرض خطأ ولا تطبع الفاتورة. ماذا أفعل الآن؟",
            ),
            (
                "windows-874",
                "เครื่องพิมพ์แสดงข้อผิดพลาดและไม่พิมพ์ใบแจ้งหนี้ ต้องทำอย่างไร",
            ),
            (
                "windows-1252",
                "Der Drucker zeigt einen Fehler für das große Fach. Was können wir tun?",
            ),
        ];
        for (label, text) in cases {
            for declared in [
                None,
                Some("utf-8"),
                Some("us-ascii"),
                Some("x-unknown"),
                Some(label),
            ] {
                check(label, declared, text);
            }
        }
        check("windows-1251", Some("iso-8859-1"), RUSSIAN);
        check("shift_jis", Some("cp932"), "印刷できません。");
    }

    #[test]
    fn valid_utf_8_wins_over_what_is_declared() {
        for declared in ["iso-8859-1", "windows-1251", "us-ascii", "gb2312", "utf-8"] {
            check("utf-8", Some(declared), "Fehler für Fach 2 – größer");
        }
    }

    #[test]
    fn a_western_charset_that_is_declared_rightly_is_used() {
        check("windows-1252", Some("iso-8859-1"), "Café déjà vu à Liège");
        check("iso-8859-15", Some("iso-8859-15"), "12 € für Größe");
    }

    #[test]
    fn a_page_declares_its_charset_in_a_meta_element() {
        let http =
            b"<META http-equiv=Content-Type content='text/html; charset=windows-1251'>\xcf\xf0";
        assert!(decode_page(http).unwrap().ends_with("Пр"));
        assert_eq!(decode_page(b"<meta charset=\"utf-8\">\xcf"), None);
        assert_eq!(decode_page("é".as_bytes()).as_deref(), Some("é"));
    }
}
