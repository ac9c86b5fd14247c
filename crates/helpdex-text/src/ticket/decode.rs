//! Decodes the body of a ticket out of MIME, charsets and HTML, up to the limit of its length.

use super::content::Content;
use super::decoded::{Decoded, MOST_TEXT_BYTES};
use super::email;
use crate::budget::{Budget, Ended};

/// Decodes a ticket, and truncates the text when it is over the limit.
pub(super) fn decode(content: Content<'_>, budget: &mut Budget<'_>) -> Result<Decoded, Ended> {
    let decoded = match content {
        Content::Text(text) => Decoded::from_text(text.to_owned()),
        Content::Html(html) => Decoded::from_html(html, budget)?,
        Content::Email(mail) => email::decode(mail, budget)?,
    };
    if decoded.text.len() > MOST_TEXT_BYTES {
        return Ok(decoded.truncated());
    }
    Ok(decoded)
}
