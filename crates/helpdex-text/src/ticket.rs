//! Cleaning tickets: from what arrived to the customer's own words, with a list of what was taken out and why.

use std::fmt;
use std::ops::{ControlFlow, Range};

mod codes;
mod decode;
mod disclaimers;
mod draft;
mod email;
mod endings;
mod fold;
mod greetings;
mod links;
mod logs;
mod markup;
mod page;
mod personal_data;
mod quotes;
mod reply_header;
mod rules;
mod stack_traces;
mod subject;
mod words;

pub use personal_data::is_mask;

use crate::budget::{Budget, Ended};
use decode::Decoded;
use draft::Draft;
use page::Page;
use quotes::Quotes;
use subject::Subject;
use words::informative_words;

/// What arrived: the body of a ticket in the form in which a helpdesk has it.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// Plain text.
    Text(&'a str),
    /// HTML, a whole page or a piece.
    Html(&'a str),
    /// A raw mail as it came over the wire, headers included; what lies beyond 30 MB is not read.
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

/// A ticket's own words, and what was taken out of the text that they came from.
///
/// The ranges of [`removed`](Self::removed) and the kept text partition [`decoded`](Self::decoded): the kept text is
/// what stands between the ranges, and [`text`](Self::text) is that with a mask in the place of each range of the kind
/// [`PersonalData`](RemovalKind::PersonalData), `[email]` for the rule `email` and so on.
#[derive(Clone, PartialEq, Eq)]
pub struct CleanTicket {
    subject: String,
    text: String,
    decoded: String,
    removed: Vec<Removal>,
    fallback: Option<Fallback>,
    is_truncated: bool,
}

/// A span of the decoded text that is not part of the customer's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// What the span is.
    pub kind: RemovalKind,
    /// Bytes of the decoded text, at character boundaries; never empty.
    pub range: Range<usize>,
    /// The rule that found it, such as `outlook-tr`: a name out of the rule tables or the code, for people who debug.
    pub rule: &'static str,
}

/// What a removed span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RemovalKind {
    /// An older message that the mail program quoted.
    QuotedReply,
    /// The lines over a quoted or forwarded message: who wrote it, when, to whom.
    ReplyHeader,
    /// Name, company and ways to reach the sender.
    Signature,
    /// "Hello team," and courtesies behind it.
    Greeting,
    /// "Thanks" and "Best regards" on lines of their own.
    Closing,
    /// A legal notice, a banner about external senders, a request not to print.
    Disclaimer,
    /// "Sent from my iPhone".
    MobileFooter,
    /// Log lines other than errors, and the time stamps of those.
    Log,
    /// The frames of a stack trace.
    StackTrace,
    /// The part of a link that says nothing: tracking parameters, long queries, keys.
    TrackingLink,
    /// Personal data, for which the text has a mask.
    PersonalData,
    /// Control characters, quote marks before kept lines, places of images, hidden HTML.
    Markup,
}

/// What was used because fewer than three informative words were left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fallback {
    /// The subject: the text has fewer than three informative words, with it or without anything cut.
    Subject,
    /// The quoted or forwarded message: it was read as if the customer had written it.
    Quoted,
    /// The uncut text: nothing was taken out but personal data and what no one sees.
    Uncut,
}

/// Fewer informative words than this are no question. From the practice of other helpdesks; see issue 3 of the project.
const FEWEST_WORDS: usize = 3;

/// Passes after which a text is given up as not cleanable; real messages need two or three.
///
/// Each pass removes all it finds, so that only texts made to do so need more.
const MOST_PASSES: usize = 6;

/// Passes that a text of any length gets.
const FEWEST_PASSES: usize = 3;

/// Bytes that the passes of one way to read a ticket may read in all, where that is more than the fewest passes do.
const MOST_PASSED_BYTES: usize = 384 * 1024;

/// How many passes a text of so many bytes gets, so that the longest cost no more than some shorter ones.
fn most_passes(bytes: usize) -> usize {
    (MOST_PASSED_BYTES / bytes.max(1)).clamp(FEWEST_PASSES, MOST_PASSES)
}

/// Cleans a ticket: its own words out of a mail, HTML or plain text, personal data masked.
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

/// As [`clean_ticket`], until `go_on` breaks: then nothing.
///
/// `go_on` is asked before the first work, and again after every bounded amount of it: one step of cleaning, which reads
/// at most 256 KiB of text once; 64 KiB of a mail or 16 KiB of HTML that are searched; one part of a mail that is decoded.
/// It has no other effect: whoever goes on to the end gets the same as from [`clean_ticket`].
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
    if base.text().len() > decode::MOST_TEXT_BYTES {
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
    })
}

impl CleanTicket {
    /// The subject without `Re:`, `AW:`, `YNT:`, `[Ticket#1]` and their like, personal data masked; "" when there is none.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The customer's own words, personal data masked; "" when there were none.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The decoded text, behind MIME, charset and HTML, that the ranges of [`removed`](Self::removed) refer to.
    ///
    /// For plain text it is the text itself, unless it was [truncated](Self::is_truncated).
    #[must_use]
    pub fn decoded(&self) -> &str {
        &self.decoded
    }

    /// Everything that is not part of [`text`](Self::text), ordered and without overlaps.
    #[must_use]
    pub fn removed(&self) -> &[Removal] {
        &self.removed
    }

    /// What was used because fewer than three informative words were left; `None` when enough were.
    ///
    /// Also `None` when nothing else was there to use.
    #[must_use]
    pub fn fallback(&self) -> Option<Fallback> {
        self.fallback
    }

    /// Whether the decoded text was over 256 KiB and only its first 192 and last 32 KiB were kept.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }
}

impl fmt::Debug for CleanTicket {
    /// Prints lengths and kinds, never the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<RemovalKind> = self.removed.iter().map(|removal| removal.kind).collect();
        f.debug_struct("CleanTicket")
            .field("subject_bytes", &self.subject.len())
            .field("text_bytes", &self.text.len())
            .field("decoded_bytes", &self.decoded.len())
            .field("removed", &kinds)
            .field("fallback", &self.fallback)
            .field("is_truncated", &self.is_truncated)
            .finish()
    }
}

/// The decoded text without what a reader does not see, personal data masked; with hidden text only when there is no
/// other.
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

/// Masks personal data until none is found.
///
/// One pass finds all in any text that we have seen; the others make sure that cleaning twice changes nothing.
fn mask_personal_data(mut draft: Draft, budget: &mut Budget<'_>) -> Result<Draft, Ended> {
    for _ in 0..most_passes(draft.text().len()) {
        budget.spend(draft.text().len())?;
        if !mask_once(&mut draft) {
            break;
        }
    }
    Ok(draft)
}

/// Masks the personal data of a text that was changed since none was found in it; says whether there was any.
fn mask_once(draft: &mut Draft) -> bool {
    if draft.is_masked() {
        return false;
    }
    let has_found = draft.apply(personal_data::find(draft.text()));
    if !has_found {
        draft.set_masked();
    }
    has_found
}

/// The first of these that has enough words: the text without quotes, the text with them, the uncut text.
fn choose(
    base: &Draft,
    decoded: &Decoded,
    subject: &Subject,
    budget: &mut Budget<'_>,
) -> Result<(Draft, Option<Fallback>), Ended> {
    let enough = |draft: &Draft| informative_words(draft.text(), FEWEST_WORDS) >= FEWEST_WORDS;
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
    if let Some(quoted) = cut_all(base, Some(decoded), Quotes::KeepAll, budget)?.filter(enough) {
        return Ok((quoted, Some(Fallback::Quoted)));
    }
    // From here on the text is judged as the plain text that it would be when it is cleaned again.
    if !decoded.marks.is_empty() || quotes != Quotes::Cut {
        if let Some(plain) = cut_all(base, None, Quotes::Cut, budget)?.filter(enough) {
            return Ok((plain, Some(Fallback::Uncut)));
        }
        if let Some(quoted) = cut_all(base, None, Quotes::KeepAll, budget)?.filter(enough) {
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

/// Runs the steps until they change nothing; `None` when they do not come to rest.
///
/// What HTML says about quotes and signatures is used in the first pass only, so that the result is at rest as plain
/// text too.
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

/// The steps behind the cut of quotes, in their order. Each is linear in the text.
const STEPS_BEHIND_QUOTES: [fn(&mut Page<'_>); 7] = [
    endings::cut_mobile_footers,
    stack_traces::cut,
    logs::cut,
    disclaimers::cut,
    endings::cut,
    greetings::cut,
    links::cut,
];

/// Carries out the steps on a page whose text has so many bytes.
fn steps(
    mut page: Page<'_>,
    text_bytes: usize,
    quotes: Quotes,
    budget: &mut Budget<'_>,
) -> Result<Vec<draft::Cut>, Ended> {
    budget.spend(text_bytes)?;
    markup::cut_image_places(&mut page);
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
