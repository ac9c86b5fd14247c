//! Reads the header of a mail or of one of its parts: the fields that decide which parts are text, and the subject.

use std::borrow::Cow;

use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue};

use super::machine;
use crate::charset::{self, Charset};

/// The most bytes of one field that are read. A subject of 1,000 bytes (the longest that is kept) takes 3.7 kB in
/// encoded words of 75 characters (RFC 2047), and Postfix compares 2,048 characters of a boundary.
///
/// Reading a field takes quadratic time if it holds encoded words or parameters in pieces (RFC 2231).
const MOST_FIELD_BYTES: usize = 4096;

/// The most bytes of such fields that are read of a mail and all its parts together. Exchange takes headers of 256 KiB.
const MOST_READ_BYTES: usize = 256 * 1024;

/// The longest boundary between parts that is used, in bytes; RFC 2046, section 5.1.1, allows 70 characters.
///
/// It is compared at every `--` of the mail.
const LONGEST_BOUNDARY_BYTES: usize = 256;

/// The length of the longest name of a header field that is used, in bytes.
const LONGEST_NAME_BYTES: usize = "content-transfer-encoding".len();

/// The number of bytes of a mail's header fields that may still be read.
#[derive(Debug)]
pub(super) struct Allowance(usize);

impl Default for Allowance {
    fn default() -> Self {
        Self(MOST_READ_BYTES)
    }
}

/// The fields of the header of a part that matter for its text.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// Whether the header has any field.
    pub(super) has_fields: bool,
    /// Whether the rest of the header was left unread, because the bytes that may be read were used up.
    pub(super) is_cut: bool,
    pub(super) content: Option<PartContent>,
    pub(super) is_attachment: bool,
    pub(super) encoding: Encoding,
    pub(super) subject: Option<String>,
    pub(super) author: Author,
}

/// The author of a mail, as far as its header says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Author {
    #[default]
    Person,
    Machine,
}

/// The transfer encoding of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    #[default]
    Plain,
    Base64,
    QuotedPrintable,
}

/// The `Content-Type` field of a part.
#[derive(Debug)]
pub(super) struct PartContent {
    pub(super) kind: Kind,
    pub(super) boundary: Option<Vec<u8>>,
    pub(super) charset: Option<Charset>,
    pub(super) has_name: bool,
}

/// The media type of a part, as far as it matters for the text of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Alternative,
    Related,
    Digest,
    /// Any other type of `multipart`.
    Multipart,
    PlainText,
    Html,
    /// An invitation to a meeting, or an answer to one (RFC 5546).
    Calendar,
    OtherText,
    /// A report of a mail system: a bounce, a receipt (RFC 6522).
    Report,
    /// An image, a sound or a film.
    Media,
    Mail,
    Other,
}

/// Reads the header at `start`, and returns it with the position at which the body begins; `None` for the position when
/// the mail ends before.
pub(super) fn read(
    mail: &[u8],
    start: usize,
    allowance: &mut Allowance,
) -> (Header, Option<usize>) {
    let mut header = Header::default();
    let mut at = start;
    loop {
        match mail[at..]
            .iter()
            .position(|b| *b == b'\n' || !b.is_ascii_whitespace())
        {
            None => return (header, None),
            Some(skipped) => at += skipped,
        }
        if mail[at] == b'\n' {
            return (header, Some(at + 1));
        }
        let (name, value_start) = read_name(mail, at);
        let Some(name) = name else {
            at = value_start;
            continue;
        };
        let end = field_end(mail, value_start);
        header.has_fields = true;
        header.take(name.as_bytes(), &mail[value_start..end], allowance);
        at = end;
    }
}

impl Header {
    /// Stores the value of a field in the header; of several fields with one name the last counts.
    fn take(&mut self, name: &[u8], value: &[u8], allowance: &mut Allowance) {
        let is_known = matches!(
            name,
            b"subject"
                | b"content-type"
                | b"content-disposition"
                | b"content-transfer-encoding"
                | b"auto-submitted"
                | b"precedence"
                | b"return-path"
        );
        if machine::is_field(name) {
            self.author = Author::Machine;
        }
        if !is_known {
            return;
        }
        let Some(value) = allowance.cut(value) else {
            self.is_cut = true;
            return;
        };
        if name == b"subject" {
            // Encoded words are ASCII; a subject without them may be in any charset.
            let value = charset::decode(value, None);
            let mut stream = MessageStream::new(value.as_bytes());
            self.subject = stream.parse_unstructured().as_text().map(str::to_owned);
            return;
        }
        let mut stream = MessageStream::new(&value);
        match name {
            b"auto-submitted" | b"precedence" | b"return-path" => {
                if machine::is_written(name, &value) {
                    self.author = Author::Machine;
                }
            }
            b"content-type" => {
                self.content = stream
                    .parse_content_type()
                    .as_content_type()
                    .map(PartContent::of);
            }
            b"content-disposition" => {
                let value = stream.parse_content_type();
                self.is_attachment = value
                    .as_content_type()
                    .is_some_and(ContentType::is_attachment);
            }
            _ => {
                self.encoding = match stream.parse_unstructured() {
                    HeaderValue::Text(name) if name.eq_ignore_ascii_case("base64") => {
                        Encoding::Base64
                    }
                    HeaderValue::Text(name) if name.eq_ignore_ascii_case("quoted-printable") => {
                        Encoding::QuotedPrintable
                    }
                    _ => Encoding::Plain,
                };
            }
        }
    }
}

impl Allowance {
    /// Returns the part of a field that may be read, at most `MOST_FIELD_BYTES`; `None` when the allowance is used up.
    fn cut<'v>(&mut self, value: &'v [u8]) -> Option<Cow<'v, [u8]>> {
        let read = value.len().min(MOST_FIELD_BYTES);
        self.0 = self.0.checked_sub(read)?;
        if read == value.len() {
            return Some(Cow::Borrowed(value));
        }
        // The parser takes what no line end ends for a field that did not arrive.
        Some(Cow::Owned([&value[..read], b"\n"].concat()))
    }
}

impl PartContent {
    fn of(content: &ContentType<'_>) -> Self {
        let boundary = content.attribute("boundary").map(str::as_bytes);
        let charset = content.attribute("charset");
        Self {
            kind: Kind::of(content.ctype(), content.subtype()),
            boundary: boundary
                .filter(|boundary| (1..=LONGEST_BOUNDARY_BYTES).contains(&boundary.len()))
                .map(<[u8]>::to_vec),
            charset: charset.and_then(Charset::named),
            has_name: content.has_attribute("name"),
        }
    }
}

impl Kind {
    fn of(name: &str, subtype: Option<&str>) -> Self {
        match (name, subtype) {
            ("multipart", Some("alternative")) => Kind::Alternative,
            ("multipart", Some("related")) => Kind::Related,
            ("multipart", Some("digest")) => Kind::Digest,
            ("multipart", Some("report")) => Kind::Report,
            ("multipart", _) => Kind::Multipart,
            ("text", Some("plain")) => Kind::PlainText,
            ("text", Some("html")) => Kind::Html,
            ("text", Some("calendar")) => Kind::Calendar,
            ("text", _) => Kind::OtherText,
            ("image" | "audio" | "video", _) => Kind::Media,
            ("message", Some("rfc822" | "global")) => Kind::Mail,
            _ => Kind::Other,
        }
    }

    pub(super) fn is_multipart(self) -> bool {
        matches!(
            self,
            Kind::Alternative | Kind::Related | Kind::Digest | Kind::Report | Kind::Multipart
        )
    }
}

/// The name of a header field in lower case, without white space.
struct Name {
    bytes: [u8; LONGEST_NAME_BYTES],
    len: usize,
}

impl Name {
    /// Returns the name of the header field; "" when it is longer than every name that is used.
    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Reads the name of the field that starts at `start`, and returns the position at which its value begins. For a line
/// without a name, returns `None` and the position of the next line.
fn read_name(mail: &[u8], start: usize) -> (Option<Name>, usize) {
    let mut name = Name {
        bytes: [0; LONGEST_NAME_BYTES],
        len: 0,
    };
    for (at, &byte) in mail.iter().enumerate().skip(start) {
        match byte {
            b':' if name.len > 0 => return (Some(name), at + 1),
            b'\n' => return (None, at + 1),
            b':' => {}
            byte if byte.is_ascii_whitespace() => {}
            byte => {
                if let Some(place) = name.bytes.get_mut(name.len) {
                    *place = byte.to_ascii_lowercase();
                }
                name.len += 1;
            }
        }
    }
    let name = (name.len > 0).then_some(name);
    (name, mail.len())
}

/// Returns the end of a field: the position behind the first line end that no white space follows (RFC 5322, section
/// 2.2.3).
fn field_end(mail: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = mail[at..].iter().position(|b| *b == b'\n') {
        at += found + 1;
        if !matches!(mail.get(at), Some(b' ' | b'\t')) {
            return at;
        }
    }
    mail.len()
}
