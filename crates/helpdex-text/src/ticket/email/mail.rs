//! The texts of a mail that a reader sees.

use std::borrow::Cow;

/// The texts of a mail.
#[derive(Debug, Default)]
pub(super) struct Mail<'m> {
    pub(super) subject: Option<String>,
    /// Indices of `texts`, in order: the bodies in HTML, and the plain-text ones that are used when those have no text.
    pub(super) html_bodies: Vec<usize>,
    pub(super) text_bodies: Vec<usize>,
    pub(super) texts: Vec<Text<'m>>,
    pub(super) forwarded: Vec<Mail<'m>>,
    /// The first calendar among the parts of the mail.
    pub(super) calendar: Option<String>,
    /// Whether the header or the form of the mail says that a machine wrote it.
    pub(super) is_machine_written: bool,
    pub(super) has_parts: bool,
}

/// A part of a mail that is shown.
#[derive(Debug)]
pub(super) enum Text<'m> {
    Html(Cow<'m, str>),
    Plain(Cow<'m, str>),
    /// An image: it has a place among the bodies, but no text.
    None,
}

impl Mail<'_> {
    /// Returns the mail with texts that it owns. It recurses as deep as mails are nested, which is bounded.
    pub(super) fn into_owned(self) -> Mail<'static> {
        let texts = self.texts.into_iter().map(|text| match text {
            Text::Html(html) => Text::Html(Cow::Owned(html.into_owned())),
            Text::Plain(text) => Text::Plain(Cow::Owned(text.into_owned())),
            Text::None => Text::None,
        });
        Mail {
            subject: self.subject,
            html_bodies: self.html_bodies,
            text_bodies: self.text_bodies,
            texts: texts.collect(),
            forwarded: self.forwarded.into_iter().map(Mail::into_owned).collect(),
            calendar: self.calendar,
            is_machine_written: self.is_machine_written,
            has_parts: self.has_parts,
        }
    }
}
