//! The body of a ticket as it arrived.

use std::fmt;

/// The body of a ticket in the form in which a helpdesk has it.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// A plain text.
    Text(&'a str),
    /// A whole HTML page or a piece of one.
    Html(&'a str),
    /// A raw mail as it came over the wire, headers included. Only its first 30 MB are read.
    Email(&'a [u8]),
}

impl fmt::Debug for Content<'_> {
    /// Prints the form and the size, never the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (form, size) = match self {
            Content::Text(text) => ("Text", text.len()),
            Content::Html(html) => ("Html", html.len()),
            Content::Email(mail) => ("Email", mail.len()),
        };
        write!(f, "{form}({size} bytes)")
    }
}
