//! Cleans tickets down to the customer's own words, and lists every span that was removed, with the reason.

use std::fmt;
use std::ops::ControlFlow;

mod codes;
mod content;
mod cover_note;
mod decode;
mod decoded;
mod disclaimers;
mod dividers;
mod draft;
mod email;
mod endings;
mod fallback;
mod fold;
mod greetings;
mod links;
mod logs;
mod markup;
mod masking;
pub(crate) mod masks;
mod page;
mod passes;
mod personal_data;
mod quotes;
mod removal;
mod reply;
mod reply_header;
mod rules;
mod stack_traces;
mod subject;
mod words;

pub use content::Content;
pub use fallback::Fallback;
pub use masks::is_mask;
pub use removal::{Removal, RemovalKind};
pub use reply::reply_text;

use crate::budget::{Budget, Ended};
use crate::names;
use decoded::Decoded;
use draft::{Cut, Draft};
use masking::{mask_once, mask_personal_data};
use page::Page;
use passes::most_passes;
use quotes::Quotes;
use subject::Subject;
use words::{FEWEST_WORDS, has_enough_words, informative_words};

/// The customer's own words of a ticket, and the spans that were removed from the text around them.
///
/// The ranges of [`removed`](Self::removed) and the kept text partition [`decoded`](Self::decoded): the kept text is
/// what stands between the ranges. [`text`](Self::text) is the kept text with a mask in the place of each range of the
/// kind [`PersonalData`](RemovalKind::PersonalData), such as `[email]` for the rule `email`.
#[derive(Clone, PartialEq, Eq)]
pub struct CleanTicket {
    subject: String,
    text: String,
    decoded: String,
    removed: Vec<Removal>,
    fallback: Option<Fallback>,
    is_truncated: bool,
    is_machine_written: bool,
}

names!(Fallback, "text that cleaning fell back to" {
    Subject => "subject",
    Quoted => "quoted",
    Uncut => "uncut",
});

/// Cleans a ticket: returns the customer's own words of a mail, HTML or plain text, with personal data masked.
///
/// Without an explicit subject an e-mail's Subject header is used. Never fails: a text that is empty, huge, all quotes
/// or in an unknown language is an outcome. Cleaning a cleaned text again, as plain text without a subject, changes
/// nothing. Linear in the length of `content`.
///
/// ```
/// use helpdex_text::{Content, RemovalKind, clean_ticket};
///
/// let mail = "Hi team,\n\nexport fails with BRV-4102 since Monday.\n\nThanks,\nBo\n\nSent from my iPhone";
/// let ticket = clean_ticket(Some("Re: [Ticket#17] Export"), Content::Text(mail));
/// assert_eq!(ticket.subject(), "Export");
/// assert_eq!(ticket.text(), "export fails with BRV-4102 since Monday.");
/// assert_eq!(ticket.removed()[0].kind, RemovalKind::Greeting);
/// assert_eq!(&ticket.decoded()[ticket.removed()[0].range.clone()], "Hi team,\n\n");
/// ```
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "a budget without limit does not end"
)]
pub fn clean_ticket(subject: Option<&str>, content: Content<'_>) -> CleanTicket {
    clean(subject, content, &mut Budget::unlimited()).expect("a budget without limit does not end")
}

/// Like [`clean_ticket`], but returns `None` as soon as `go_on` breaks.
///
/// Calls `go_on` before it begins, and again after every bounded piece of work: one step of cleaning, which reads at most
/// 256 KiB of text once; a search through 64 KiB of a mail or 16 KiB of HTML; the decoding of one part of a mail. If
/// `go_on` never breaks, the result is that of [`clean_ticket`].
///
/// ```
/// use std::ops::ControlFlow;
/// use helpdex_text::{Content, clean_ticket_within};
///
/// let mut questions = 0;
/// let mut go_on = || {
///     questions += 1;
///     if questions <= 1_000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
/// };
/// let ticket = clean_ticket_within(None, Content::Text("Where is my invoice?"), &mut go_on);
/// assert_eq!(ticket.unwrap().text(), "Where is my invoice?");
/// let ticket = clean_ticket_within(None, Content::Text("Where is it?"), &mut || ControlFlow::Break(()));
/// assert_eq!(ticket, None);
/// ```
#[must_use]
pub fn clean_ticket_within(
    subject: Option<&str>,
    content: Content<'_>,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Option<CleanTicket> {
    clean(subject, content, &mut Budget::asking(go_on)).ok()
}

fn clean(
    subject: Option<&str>,
    content: Content<'_>,
    budget: &mut Budget<'_>,
) -> Result<CleanTicket, Ended> {
    let mut decoded = decode::decode(content, budget)?;
    let subject = subject.or(decoded.subject.as_deref()).unwrap_or_default();
    let subject = subject::clean(subject, budget)?;
    let mut base = visible(&decoded, budget)?;
    // Masks may be longer than what they mask; the limit holds for the result as well.
    if base.text().len() > decoded::MOST_TEXT_BYTES {
        decoded = decoded.truncated();
        base = visible(&decoded, budget)?;
    }
    let (draft, fallback) = choose(&base, &decoded, &subject, budget)?;
    let (text, removed) = draft.finish();
    Ok(CleanTicket {
        subject: subject.text,
        text,
        decoded: decoded.text,
        removed,
        fallback,
        is_truncated: decoded.is_truncated,
        is_machine_written: decoded.is_machine_written || subject.is_machine_written,
    })
}

impl CleanTicket {
    /// Returns the subject with personal data masked, without `Re:`, `AW:`, `[Ticket#1]` and the like; "" if there is none.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns the customer's own words with personal data masked; "" when there were none.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text decoded from MIME, charset and HTML, which the ranges of [`removed`](Self::removed) refer to.
    ///
    /// For plain text it is that text, unless it was [truncated](Self::is_truncated).
    #[must_use]
    pub fn decoded(&self) -> &str {
        &self.decoded
    }

    /// Returns every range of the decoded text that is not part of [`text`](Self::text), in order and without overlaps.
    #[must_use]
    pub fn removed(&self) -> &[Removal] {
        &self.removed
    }

    /// Returns the text that was used because cleaning left fewer than three informative words; `None` if it left enough.
    ///
    /// Also `None` when there was no other text to use.
    #[must_use]
    pub fn fallback(&self) -> Option<Fallback> {
        self.fallback
    }

    /// Whether a machine wrote the ticket: a bounce, an automatic answer, a receipt, an answer to an invitation.
    ///
    /// The header of a raw mail says so, or a subject such as "Automatic reply: …". An answer to it may start a loop of
    /// automatic mails.
    ///
    /// ```
    /// use helpdex_text::{Content, clean_ticket};
    ///
    /// let mail = b"Auto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nI am out of office until Monday.";
    /// assert!(clean_ticket(None, Content::Email(mail)).is_machine_written());
    /// ```
    #[must_use]
    pub fn is_machine_written(&self) -> bool {
        self.is_machine_written
    }

    /// Whether the decoded text was over 256 KiB, so that only its first 192 KiB and last 32 KiB were kept.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }
}

impl fmt::Debug for CleanTicket {
    /// Prints lengths and kinds of removals, never the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<RemovalKind> = self.removed.iter().map(|removal| removal.kind).collect();
        f.debug_struct("CleanTicket")
            .field("subject_bytes", &self.subject.len())
            .field("text_bytes", &self.text.len())
            .field("decoded_bytes", &self.decoded.len())
            .field("removed", &kinds)
            .field("fallback", &self.fallback)
            .field("is_truncated", &self.is_truncated)
            .field("is_machine_written", &self.is_machine_written)
            .finish()
    }
}

/// Returns the decoded text without what a reader does not see, and with personal data masked. Hidden text stays only
/// when there is no other.
fn visible(decoded: &Decoded, budget: &mut Budget<'_>) -> Result<Draft, Ended> {
    budget.spend(decoded.text.len())?;
    let mut draft = Draft::new(&decoded.text);
    let mut cuts = markup::find_invisible(&decoded.text);
    let without_hidden = cuts.iter().cloned().chain(decoded.hidden()).collect();
    let mut shown = draft.clone();
    shown.apply(without_hidden);
    if informative_words(shown.text(), 1) > 0 {
        return mask_personal_data(shown, budget);
    }
    draft.apply(std::mem::take(&mut cuts));
    mask_personal_data(draft, budget)
}

/// Returns the first of these texts that has enough words: without quotes, with quotes, uncut.
fn choose(
    base: &Draft,
    decoded: &Decoded,
    subject: &Subject,
    budget: &mut Budget<'_>,
) -> Result<(Draft, Option<Fallback>), Ended> {
    let quotes = if subject.is_forward {
        Quotes::KeepFirst
    } else {
        Quotes::Cut
    };
    let cut = cut_all(base, Some(decoded), quotes, budget)?;
    if let Some(cut) = &cut {
        let words = informative_words(cut.text(), FEWEST_WORDS);
        let subject_words = informative_words(&subject.text, FEWEST_WORDS);
        if words >= FEWEST_WORDS {
            return Ok((cut.clone(), None));
        }
        if words > 0
            && words + subject_words >= FEWEST_WORDS
            && !cut.has_removed(RemovalKind::QuotedReply)
        {
            return Ok((cut.clone(), Some(Fallback::Subject)));
        }
    }
    if let Some(quoted) = cut_all(base, Some(decoded), Quotes::KeepAll, budget)?
        .filter(|draft| has_enough_words(draft.text()))
    {
        return Ok((quoted, Some(Fallback::Quoted)));
    }
    // From here on the text is judged as the plain text that it would be when it is cleaned again.
    if !decoded.marks.is_empty() || quotes != Quotes::Cut {
        if let Some(plain) =
            cut_all(base, None, Quotes::Cut, budget)?.filter(|draft| has_enough_words(draft.text()))
        {
            return Ok((plain, Some(Fallback::Uncut)));
        }
        if let Some(quoted) = cut_all(base, None, Quotes::KeepAll, budget)?
            .filter(|draft| has_enough_words(draft.text()))
        {
            return Ok((quoted, Some(Fallback::Quoted)));
        }
    }
    let is_uncut = cut.is_some_and(|cut| cut.text() == base.text());
    let fallback = if informative_words(base.text(), FEWEST_WORDS) < FEWEST_WORDS
        && !subject.text.is_empty()
    {
        Some(Fallback::Subject)
    } else if is_uncut {
        None
    } else {
        Some(Fallback::Uncut)
    };
    Ok((base.clone(), fallback))
}

/// Runs the steps of cleaning until they change nothing; `None` when the allowed number of passes is not enough.
///
/// The HTML's marks of quotes and signatures are used in the first pass only, so that cleaning the result as plain text
/// changes nothing either.
fn cut_all(
    base: &Draft,
    decoded: Option<&Decoded>,
    quotes: Quotes,
    budget: &mut Budget<'_>,
) -> Result<Option<Draft>, Ended> {
    let mut draft = base.clone();
    if decoded.is_some_and(|decoded| !decoded.marks.is_empty()) || quotes != Quotes::Cut {
        let mut page = Page::new(draft.text());
        if let Some(decoded) = decoded {
            decoded.mark_lines(&mut page, &draft);
        }
        let cuts = steps(page, draft.text().len(), quotes, budget)?;
        draft.apply(cuts);
    }
    for _ in 0..most_passes(base.text().len()) {
        let text = draft.text();
        let cuts = steps(Page::new(text), text.len(), Quotes::Cut, budget)?;
        let is_at_rest = !draft.apply(cuts);
        budget.spend(draft.text().len())?;
        // A cut may bring two halves of a number together.
        if is_at_rest && !mask_once(&mut draft) {
            return Ok(Some(draft));
        }
    }
    Ok(None)
}

/// The steps of cleaning that follow the cut of quotes, in their order. Each is linear in the text.
const STEPS_BEHIND_QUOTES: [fn(&mut Page<'_>); 7] = [
    endings::cut_mobile_footers,
    stack_traces::cut,
    logs::cut,
    disclaimers::cut,
    endings::cut,
    greetings::cut,
    links::cut,
];

/// Runs the steps of cleaning once on a page whose text has `text_bytes` bytes, and returns the cuts.
fn steps(
    mut page: Page<'_>,
    text_bytes: usize,
    quotes: Quotes,
    budget: &mut Budget<'_>,
) -> Result<Vec<Cut>, Ended> {
    budget.spend(text_bytes)?;
    markup::cut(&mut page);
    budget.spend(text_bytes)?;
    quotes::cut(&mut page, quotes);
    for step in STEPS_BEHIND_QUOTES {
        budget.spend(text_bytes)?;
        step(&mut page);
    }
    budget.spend(text_bytes)?;
    Ok(page.into_cuts())
}

#[cfg(test)]
mod tests;
