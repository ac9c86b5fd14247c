//! The spans that cleaning takes out of a text.

use crate::names;
use std::ops::Range;

/// A span of the decoded text that is not part of the customer's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The kind of text that the span holds.
    pub kind: RemovalKind,
    /// Bytes of the decoded text, at character boundaries; never empty.
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
