//! Writes the addresses of links into the text of a page.

use std::borrow::Cow;

/// The longest address of a link that is written, in bytes. Our own judgement: the longer ones are redirects of mail
/// filters at most.
const MOST_TARGET_BYTES: usize = 4_096;

/// Returns the HTML with the address of each link added as text, before the link's own text.
///
/// Only addresses that begin with `http://` or `https://` are added. Linear in the length of `html`.
pub(crate) fn with_link_targets(html: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let tag = at + found + 1;
        at = tag;
        let Some(rest) = anchor_attributes(&html[tag..]) else {
            continue;
        };
        let Some((end, target)) = href(rest) else {
            break;
        };
        at = html.len() - rest.len() + end;
        if let Some(target) = target {
            written.push_str(&html[copied..at]);
            written.push(' ');
            written.push_str(target);
            written.push(' ');
            copied = at;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    written.push_str(&html[copied..]);
    Cow::Owned(written)
}

/// Returns what follows the name of the element if `tag`, the text behind `<`, begins an `a` element.
fn anchor_attributes(tag: &str) -> Option<&str> {
    let rest = tag.strip_prefix(['a', 'A'])?;
    rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '/')
        .then_some(rest)
}

/// Returns the byte behind the end of the tag, and the address in its `href`; `None` for a tag without an end.
fn href(attributes: &str) -> Option<(usize, Option<&str>)> {
    let bytes = attributes.as_bytes();
    let mut target = None;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'>' => return Some((at + 1, target)),
            b'=' => {
                let (value, end) = value(attributes, at + 1)?;
                let name = attributes[..at].trim_end();
                let is_href = name.len() >= 4 && {
                    let from = name.len() - 4;
                    name.as_bytes()[from..].eq_ignore_ascii_case(b"href")
                        && name.as_bytes()[..from]
                            .last()
                            .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''))
                };
                if is_href && target.is_none() && is_address(value) {
                    target = Some(value);
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    None
}

/// Returns the attribute value that begins at byte `start`, and the byte behind it and its quote.
fn value(attributes: &str, start: usize) -> Option<(&str, usize)> {
    let rest = &attributes[start..];
    let value = rest.trim_start();
    let start = start + rest.len() - value.len();
    if let quote @ (b'"' | b'\'') = value.as_bytes().first()? {
        let len = value[1..].find(char::from(*quote))?;
        return Some((&value[1..=len], start + len + 2));
    }
    let len = value.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
    Some((&value[..len], start + len))
}

fn is_address(target: &str) -> bool {
    let begins = |scheme: &str| {
        let head = target.as_bytes().get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    target.len() <= MOST_TARGET_BYTES
        && (begins("http://") || begins("https://"))
        && !target.contains(['<', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(with_link_targets(html), expected);
    }

    #[test]
    fn a_target_stands_before_the_text_of_its_link() {
        check(
            "see <a class='x' href=\"https://a.example/1?a=1&amp;b=2\">this page</a>.",
            "see <a class='x' href=\"https://a.example/1?a=1&amp;b=2\"> https://a.example/1?a=1&amp;b=2 this page</a>.",
        );
        check(
            "<A HREF = HTTPS://a.example>x",
            "<A HREF = HTTPS://a.example> HTTPS://a.example x",
        );
        check(
            "<a\nhref='http://a.example'\n>x</a>",
            "<a\nhref='http://a.example'\n> http://a.example x</a>",
        );
    }

    #[test]
    fn what_is_no_address_stays_as_it_is() {
        for html in [
            "",
            "<a>x</a>",
            "<a href='mailto:x@a.example'>x</a>",
            "<a href=\"javascript:x('https://a.example')\">x</a>",
            "<a data-href='https://a.example'>x</a>",
            "<abbr href='https://a.example'>x</abbr>",
            "<a href='https://a.example",
            "<a href=",
            "a < b <",
        ] {
            check(html, html);
        }
    }
}
