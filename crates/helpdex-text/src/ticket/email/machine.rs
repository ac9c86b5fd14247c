//! Recognises the fields of a mail header that show that a machine wrote the mail.

/// Whether a field occurs only in mail that a machine wrote: automatic answers and bounces. `name` is in lower case.
pub(super) fn is_field(name: &[u8]) -> bool {
    matches!(
        name,
        b"x-autoreply" | b"x-autorespond" | b"x-autoresponder" | b"x-failed-recipients"
    )
}

/// Whether the value of a field, in lower case, says that a machine wrote the mail.
///
/// - `Auto-Submitted` with any value but `no` (RFC 3834, section 5).
/// - `Precedence` of answers and of mass mail; lists have people among their authors (RFC 3834, section 3.1.8).
/// - A `Return-Path` without an address: nobody is to answer (RFC 5321, section 4.5.5).
pub(super) fn is_written(name: &[u8], value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let word = value
        .split(|byte| matches!(byte, b';' | b' ' | b'('))
        .next()
        .unwrap_or_default();
    match name {
        b"auto-submitted" => !word.is_empty() && !word.eq_ignore_ascii_case(b"no"),
        b"precedence" => [&b"auto_reply"[..], b"auto-reply", b"bulk", b"junk"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known)),
        b"return-path" => value == b"<>",
        _ => false,
    }
}
