//! A mail as the texts that a reader sees.

use std::borrow::Cow;

/// The texts of a mail.
#[derive(Debug, Default)]
pub(super) struct Mail<'m> {
    pub(super) subject: Option<String>,
    /// The bodies that are read as HTML, and those that are read where the HTML is empty: indices of `texts`, in order.
    pub(super) html_bodies: Vec<usize>,
    pub(super) text_bodies: Vec<usize>,
    pub(super) texts: Vec<Text<'m>>,
    pub(super) forwarded: Vec<Mail<'m>>,
    /// The first calendar among its parts.
    pub(super) calendar: Option<String>,
    /// Whether its header or its form says that a machine wrote it.
    pub(super) is_machine_written: bool,
    pub(super) has_parts: bool,
}

/// A part that is shown.
#[derive(Debug)]
pub(super) enum Text<'m> {
    Html(Cow<'m, str>),
    Plain(Cow<'m, str>),
    /// An image: it has its place among the bodies, and no text.
    None,
}

impl Mail<'_> {
    /// The mail with texts of its own; as deep as mails are read.
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
