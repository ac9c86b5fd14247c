//! A reply to a ticket: what its author wrote, with the addresses that it links to.

use super::content::Content;
use super::decode;
use super::disclaimers;
use super::draft::Draft;
use super::endings;
use super::markup;
use super::page::Page;
use super::quotes::{self, Quotes};
use super::removal::RemovalKind;
use crate::budget::Budget;
use crate::html::with_link_targets;

/// Returns what the author of a reply wrote, with the address of each link, for a program that looks for links in it.
///
/// Quoted messages, signatures, legal notices and quotations are left out, because they are somebody else's words.
/// Unlike [`clean_ticket`](super::clean_ticket) it masks nothing and shortens no link, so the text must not be kept or
/// shown. The result is "" when nothing is left. Never fails. Linear in the length of `content`.
///
/// ```
/// use helpdex_text::{Content, reply_text};
///
/// let reply = "<p>Hi, please read <a href='https://help.example/7'>this page</a>.</p><blockquote>See https://help.example/3</blockquote>";
/// let text = reply_text(Content::Html(reply));
/// assert!(text.contains("https://help.example/7"));
/// assert!(!text.contains("https://help.example/3"));
/// ```
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "a budget without limit does not end"
)]
pub fn reply_text(content: Content<'_>) -> String {
    let mut budget = Budget::unlimited();
    let with_targets;
    let content = match content {
        Content::Html(html) => {
            with_targets = with_link_targets(html);
            Content::Html(&with_targets)
        }
        other => other,
    };
    let decoded =
        decode::decode(content, &mut budget).expect("a budget without limit does not end");
    let mut draft = Draft::new(&decoded.text);
    let hidden = markup::find_invisible(&decoded.text)
        .into_iter()
        .chain(decoded.hidden());
    draft.apply(hidden.collect());
    let shown = draft.text().to_owned();
    let mut page = Page::new(&shown);
    decoded.mark_lines(&mut page, &draft);
    markup::cut(&mut page);
    quotes::cut(&mut page, Quotes::Cut);
    for line in 0..page.lines.len() {
        if page.lines[line].quote_depth > 0 && !page.lines[line].is_cut() {
            page.cut_lines(
                line..line + 1,
                RemovalKind::QuotedReply,
                "quotation-in-reply",
            );
        }
    }
    endings::cut_mobile_footers(&mut page);
    disclaimers::cut(&mut page);
    endings::cut(&mut page);
    let cuts = page.into_cuts();
    draft.apply(cuts);
    draft.text().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: Content<'_>, kept: &[&str], left_out: &[&str]) {
        let text = reply_text(content);
        for part in kept {
            assert!(text.contains(part), "{part} in {text:?}");
        }
        for part in left_out {
            assert!(!text.contains(part), "{part} in {text:?}");
        }
    }

    #[test]
    fn a_link_alone_is_a_reply_and_what_it_quotes_is_not() {
        let reply = "https://help.example/new\n\nOn Mon, 2 Mar 2026 at 10:00, Ana <ana@example.com> wrote:\n> I read https://help.example/old\n> It fails.";
        check(
            Content::Text(reply),
            &["https://help.example/new"],
            &["/old"],
        );
        check(
            Content::Text("> https://help.example/old\n\nhttps://help.example/new?x=1#part"),
            &["https://help.example/new?x=1#part"],
            &["/old"],
        );
    }

    #[test]
    fn links_of_html_are_seen_and_those_of_quotations_are_not() {
        let reply = "<div>Try <a href='https://help.example/new'>this</a>.</div><div class=gmail_quote>\
                     <div class=gmail_attr>On Mon, 2 Mar 2026 at 10:00, Ana &lt;ana@example.com&gt; wrote:</div><blockquote><a href='https://help.example/old'>that</a></blockquote></div>";
        check(
            Content::Html(reply),
            &["https://help.example/new", "this"],
            &["/old"],
        );
    }

    #[test]
    fn a_signature_is_left_out() {
        let reply =
            "Please read https://help.example/new\n\n--\nBo, Support\nhttps://help.example/home";
        check(
            Content::Text(reply),
            &["https://help.example/new"],
            &["/home"],
        );
    }

    #[test]
    fn an_empty_reply_has_no_text() {
        assert_eq!(reply_text(Content::Text(" \n")), "");
        assert_eq!(reply_text(Content::Html("<p></p>")), "");
    }
}
