//! Decodes the bytes of a part of a mail from its transfer encoding.

use std::borrow::Cow;

use mail_parser::parsers::MessageStream;

use super::header::Encoding;

/// The decoded bytes of a part, and whether its encoding is damaged.
pub(super) struct Content<'m> {
    pub(super) bytes: Cow<'m, [u8]>,
    pub(super) is_damaged: bool,
}

impl<'m> Content<'m> {
    pub(super) fn damaged(part: &'m [u8]) -> Self {
        Self {
            bytes: Cow::Borrowed(part),
            is_damaged: true,
        }
    }

    /// Decodes a part of a mail. `coded` begins with the part and still holds the boundary behind it; `part` is without
    /// it.
    pub(super) fn decode(
        coded: &'m [u8],
        part: &'m [u8],
        encoding: Encoding,
        boundary: Option<&[u8]>,
    ) -> Self {
        // The parser takes the line end before the boundary off, also one that the encoding says is none.
        let ends_line = matches!(coded.get(part.len()), Some(b'\r' | b'\n'));
        let last = part
            .iter()
            .rfind(|b| !matches!(b, b' ' | b'\t' | b'\r' | 0x0C));
        let ends_in_soft_break = ends_line && last == Some(&b'=');
        let (coded, boundary) = match boundary {
            Some(boundary) if !ends_in_soft_break => (coded, boundary),
            _ => (part, &b""[..]),
        };
        let mut stream = MessageStream::new(coded);
        let (end, bytes) = match encoding {
            Encoding::Plain => (part.len(), Cow::Borrowed(part)),
            Encoding::Base64 => stream.decode_base64_mime(boundary),
            Encoding::QuotedPrintable => stream.decode_quoted_printable_mime(boundary),
        };
        if end == usize::MAX {
            return Self::damaged(part);
        }
        Self {
            bytes,
            is_damaged: false,
        }
    }
}
