//! The masks that replace personal data.

/// The texts that replace a piece of personal data in a cleaned text.
///
/// No mask becomes a term: the analyzer skips every text for which [`is_mask`] holds.
pub(crate) const MASKS: [&str; 8] = [
    "[email]", "[phone]", "[card]", "[iban]", "[ip]", "[number]", "[id]", "[secret]",
];

/// Whether a text is one of the masks that [`clean_ticket`](crate::clean_ticket) writes in place of personal data.
///
/// The masks are `[email]`, `[phone]`, `[card]`, `[iban]`, `[ip]`, `[number]` for other long numbers, `[id]` for numbers
/// that a state gives to a person, and `[secret]` for passwords, keys and tokens, brackets included. They say nothing
/// about the question, so no search term may come from them.
#[must_use]
pub fn is_mask(text: &str) -> bool {
    MASKS.contains(&text)
}
