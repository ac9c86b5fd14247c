//! Cuts links down to the parts that may contain words: the host and the path.

use super::page::Page;
use super::removal::RemovalKind::TrackingLink;

/// The longest query of a link that stays, in bytes. A longer one contains nothing that a person would search for. Our
/// own judgement: `?page=billing&tab=invoices` stays.
const LONGEST_QUERY_BYTES: usize = 48;

/// The longest part of a path without a word that stays, in bytes. A longer one is a key of the sender's system.
const LONGEST_KEY_BYTES: usize = 24;

/// Cuts the queries of links that are for tracking or unreadable, and the keys in their paths.
pub(super) fn cut(page: &mut Page<'_>) {
    for i in 0..page.lines.len() {
        if page.lines[i].is_cut() {
            continue;
        }
        let text = page.lines[i].text;
        let mut at = 0;
        while let Some(found) = text[at..].find("://") {
            let start = at + found + "://".len();
            let end = start + link_len(&text[start..]);
            for (range, rule) in opaque_parts(&text[start..end]) {
                page.cut_within(
                    i,
                    start + range.start..start + range.end,
                    TrackingLink,
                    rule,
                );
            }
            at = end;
        }
    }
}

/// Returns the length, in bytes, of the rest of a link; `rest` is the text behind its `://`.
pub(super) fn link_len(rest: &str) -> usize {
    // A mask stands in a link where an address stood.
    let mut len = 0;
    for (at, c) in rest.char_indices() {
        if is_end(c)
            && !(c == ']'
                && rest[..at]
                    .rfind('[')
                    .is_some_and(|open| super::masks::is_mask(&rest[open..=at])))
        {
            return at;
        }
        len = at + c.len_utf8();
    }
    len
}

fn is_end(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '<' | '>' | '"' | ')' | ']' | '|' | '、' | '。' | '，' | '」' | '）'
        )
}

/// Returns the parts of a link that contain no words, as ranges of bytes with the rule of each; `link` is the text
/// behind its `://`.
fn opaque_parts(link: &str) -> Vec<(std::ops::Range<usize>, &'static str)> {
    let path_end = link.find(['?', '#']).unwrap_or(link.len());
    let mut parts = Vec::new();
    let mut at = link.find('/').unwrap_or(link.len());
    while at < path_end {
        let segment_end = link[at + 1..path_end]
            .find('/')
            .map_or(path_end, |len| at + 1 + len);
        if is_key(&link[at + 1..segment_end]) {
            parts.push((at..segment_end, "path-key"));
        }
        at = segment_end;
    }
    let query = &link[path_end..];
    if has_tracking_parameter(query) {
        parts.push((path_end..link.len(), "tracking-query"));
    } else if query.len() > LONGEST_QUERY_BYTES {
        parts.push((path_end..link.len(), "long-query"));
    }
    parts
}

/// Whether a part of a path is a key: it is random and too long for a word.
fn is_key(segment: &str) -> bool {
    segment.len() > LONGEST_KEY_BYTES && is_random(segment)
}

/// Whether a part of a path is random: less than half of it consists of runs of letters that may be words.
pub(super) fn is_random(segment: &str) -> bool {
    if !segment.is_ascii() {
        return false;
    }
    let letters: usize = segment
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|run| {
            (3..=LONGEST_KEY_BYTES).contains(&run.len())
                && run.bytes().all(|b| b.is_ascii_alphabetic())
        })
        .map(str::len)
        .sum();
    letters * 2 < segment.len()
}

/// Whether a query has one of the parameters that marketing and mail systems add to links.
fn has_tracking_parameter(query: &str) -> bool {
    const NAMES: [&str; 16] = [
        "utm_",
        "fbclid=",
        "gclid=",
        "msclkid=",
        "mc_cid=",
        "mc_eid=",
        "_hsenc=",
        "_hsmi=",
        "mkt_tok=",
        "igshid=",
        "yclid=",
        "dclid=",
        "trk=",
        "elqtrackid=",
        "vero_id=",
        "wickedid=",
    ];
    let query = query.to_ascii_lowercase();
    let query = query.replace("&amp;", "&");
    query
        .split(['?', '&', '#', ';'])
        .any(|parameter| NAMES.iter().any(|name| parameter.starts_with(name)))
}
