//! The spans that cleaning removes from a text.

use crate::names;
use std::ops::Range;

/// A span of the decoded text that is not part of the customer's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The kind of text that the span holds.
    pub kind: RemovalKind,
    /// The range of the span in the decoded text, in bytes, at character boundaries; never empty.
    pub range: Range<usize>,
    /// The name of the rule that found the span, such as `outlook-tr`. It is meant for debugging.
    pub rule: &'static str,
}

/// The kind of text that a removed span holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RemovalKind {
    /// An older message that the mail program quoted.
    QuotedReply,
    /// The lines over a quoted or forwarded message: who wrote it, when, to whom.
    ReplyHeader,
    /// The sender's name, company and contact data.
    Signature,
    /// A greeting such as "Hello team,", and the courtesies behind it.
    Greeting,
    /// A closing such as "Thanks" and "Best regards" on lines of their own.
    Closing,
    /// A legal notice, a banner about external senders, a request not to print.
    Disclaimer,
    /// The footer of a mail program, such as "Sent from my iPhone".
    MobileFooter,
    /// Log lines other than errors, and the time stamps of error lines.
    Log,
    /// The frames of a stack trace; its error line is kept.
    StackTrace,
    /// The part of a link without words: tracking parameters, long queries, keys.
    TrackingLink,
    /// Personal data, which a mask replaces in the cleaned text.
    PersonalData,
    /// Control characters, quote marks before kept lines, placeholders of images, hidden HTML.
    Markup,
}

names!(RemovalKind, "kind of removal" {
    QuotedReply => "quoted_reply",
    ReplyHeader => "reply_header",
    Signature => "signature",
    Greeting => "greeting",
    Closing => "closing",
    Disclaimer => "disclaimer",
    MobileFooter => "mobile_footer",
    Log => "log",
    StackTrace => "stack_trace",
    TrackingLink => "tracking_link",
    PersonalData => "personal_data",
    Markup => "markup",
});
