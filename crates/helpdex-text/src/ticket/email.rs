//! Turns a raw mail into text.

mod boundary;
mod calendar;
mod content;
mod header;
mod machine;
mod mail;
mod parts;
#[cfg(test)]
mod promises;

use std::borrow::Cow;

use super::decoded::Decoded;
use crate::budget::{Budget, Ended};
use crate::charset;
use calendar::Invitation;
use mail::{Mail, Text};

/// The most bytes of a mail that are read. Our own judgement: more than the 25 MB of attachments that Gmail sends.
const MOST_MAIL_BYTES: usize = 30 * 1024 * 1024;

/// Returns the subject and the text of a mail; bytes that are not a mail are read as text.
pub(super) fn decode(mail: &[u8], budget: &mut Budget<'_>) -> Result<Decoded, Ended> {
    let raw = &mail[..mail.len().min(MOST_MAIL_BYTES)];
    let Some(mut mail) = parts::read(raw, budget)? else {
        let text = charset::decode(Cow::Borrowed(raw), None);
        return Ok(Decoded::from_text(text.into_owned()));
    };
    let subject = mail.subject.take();
    let mut decoded = text_of(&mail, budget)?;
    decoded.subject = subject;
    decoded.is_machine_written = mail.is_machine_written;
    if let Some(calendar) = &mail.calendar {
        budget.spend(calendar.len())?;
        take_invitation(calendar::read(calendar), &mut decoded);
    }
    Ok(decoded)
}

/// Uses the words of an invitation for a mail that has no text of its own, and notes whether it answers an invitation.
fn take_invitation(invitation: Invitation, decoded: &mut Decoded) {
    decoded.is_machine_written |= invitation.is_answer;
    if !decoded.text.trim().is_empty() {
        return;
    }
    decoded.push(Decoded::from_text(invitation.summary));
    decoded.push(Decoded::from_text(invitation.description));
}

/// Returns the text of the bodies of a mail in order, then of the mails attached to it.
///
/// Of alternatives the HTML is read, because it marks quotes, and the plain text if the HTML has no text.
fn text_of(mail: &Mail<'_>, budget: &mut Budget<'_>) -> Result<Decoded, Ended> {
    let mut decoded = text_of_bodies(mail, &mail.html_bodies, budget)?;
    if decoded.text.trim().is_empty() {
        decoded = text_of_bodies(mail, &mail.text_bodies, budget)?;
    }
    for forwarded in &mail.forwarded {
        decoded.push(text_of_forwarded(forwarded, budget)?);
    }
    Ok(decoded)
}

fn text_of_bodies(
    mail: &Mail<'_>,
    bodies: &[usize],
    budget: &mut Budget<'_>,
) -> Result<Decoded, Ended> {
    let mut decoded = Decoded::default();
    for &body in bodies {
        decoded.push(match &mail.texts[body] {
            Text::Html(html) => Decoded::from_html(html, budget)?,
            Text::Plain(text) => {
                budget.spend(text.len())?;
                Decoded::from_text(text.replace("\r\n", "\n"))
            }
            Text::None => Decoded::default(),
        });
    }
    Ok(decoded)
}

/// Returns the text of a mail that was forwarded as an attachment: its subject, and its text below.
fn text_of_forwarded(mail: &Mail<'_>, budget: &mut Budget<'_>) -> Result<Decoded, Ended> {
    let mut decoded = Decoded::from_text(mail.subject.clone().unwrap_or_default());
    decoded.push(text_of(mail, budget)?);
    Ok(decoded)
}
